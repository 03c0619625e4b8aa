"""Fills one scratch site: ``python -m benchmarks.filling large``. Run by ``benchmarks.sites``.

Without a name, a site that is there is only brought up to date.
"""

from __future__ import annotations

import sys

import django


def main(name: str = "") -> None:
    """Migrate and fill the database of the environment."""
    django.setup()
    from django.core.management import call_command

    from benchmarks.seed.filling import fill
    from benchmarks.seed.scale import LARGE, SMALL
    from benchmarks.sites import say

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    if not name:
        return
    fill({"large": LARGE, "small": SMALL}[name], say)
    verify(say)


def verify(say) -> None:  # noqa: ANN001 -- a function that prints
    """The book must be as if the commands had written it."""
    import time

    from praya.apps.books.queries import verify_book

    began = time.monotonic()
    is_sound, findings = verify_book("harbour")
    say(f"  {time.monotonic() - began:6.1f} s  verify_book: {'sound' if is_sound else findings}")
    assert is_sound, findings


if __name__ == "__main__":
    main(*sys.argv[1:])
