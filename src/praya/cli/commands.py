"""Every command of the terminal: importing this hangs them where they belong."""

from praya.cli import (
    applications,
    awards,
    clusters,
    jobs,
    organisations,
    programmes,
    records,
    reviews,
    signing_in,
)

__all__ = [
    "applications",
    "awards",
    "clusters",
    "jobs",
    "organisations",
    "programmes",
    "records",
    "reviews",
    "signing_in",
]
