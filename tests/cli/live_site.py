"""Makes a data directory with an award in force today: ``python -m tests.cli.live_site``."""

from __future__ import annotations

import sys
from datetime import date, timedelta

from praya.config.preparing import prepare

prepare()

from tests.awarding import Given, active_award, make_site  # after Django is set up

from praya.words import clock


def main() -> None:
    """Print the award's code."""
    now = clock.now()
    make_site(now, period={"from": date(2026, 1, 1), "to": date(2099, 12, 31)})
    today = now.date()
    line = Given(first_on=today - timedelta(days=1), last_on=today + timedelta(days=30))
    sys.stdout.write(active_award(now, lines=[line]).code)


if __name__ == "__main__":
    main()
