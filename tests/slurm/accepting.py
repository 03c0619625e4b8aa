"""An award accepted by a process of its own: ``python -m tests.slurm.accepting UNIX_NAME``."""

from __future__ import annotations

import sys
from datetime import timedelta

from praya.config.preparing import set_up


def main(unix_name: str) -> None:
    """Say the account of an award as soon as it is accepted; its lead is a user of the cluster."""
    set_up()
    from tests.awarding import Given, active_award
    from tests.factories import make_admin, make_person

    from praya.apps.people.commands import set_unix_name
    from praya.words import clock

    now = clock.now()
    lead = make_person("lead@pier.example")
    set_unix_name(email=lead.email, name=unix_name, by=make_admin(now), now=now)
    today = now.date()
    line = Given(hours=1, first_on=today - timedelta(days=2), last_on=today + timedelta(days=30))
    sys.stdout.write(f"{active_award(now, lines=[line]).code.lower()}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
