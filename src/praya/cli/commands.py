"""Every command of the terminal: importing this hangs them where they belong."""

from praya.cli import (
    applications,
    awards,
    clusters,
    exports,
    jobs,
    notices,
    organisations,
    programmes,
    records,
    reviews,
    signing_in,
    why,
)

__all__ = [
    "applications",
    "awards",
    "clusters",
    "exports",
    "jobs",
    "notices",
    "organisations",
    "programmes",
    "records",
    "reviews",
    "signing_in",
    "why",
]
