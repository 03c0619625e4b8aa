"""The engine of a Slurm: jobs, awards, accounts, and what the cluster consists of."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from praya.core.execution.accounting import DayTotal, Usage
from praya.core.execution.discovery import Discovered, SettingCheck
from praya.core.execution.limits import (
    Difference,
    ForeignChange,
    NotTaken,
    Observed,
    OfOthers,
    Step,
    Wanted,
)
from praya.core.execution.port import EngineUnavailable
from praya.core.execution.reserving import Reserved
from praya.core.execution.waiting import Alive
from praya.engines.slurm import (
    accounting,
    checking,
    discovering,
    knowing,
    observing,
    reasons,
    reserving,
    trail,
)
from praya.engines.slurm.applying import apply_steps, mark, take_over
from praya.engines.slurm.command import Programs, own_user
from praya.engines.slurm.jobs import SlurmJobs
from praya.engines.slurm.planning import plan
from praya.engines.slurm.settings import Settings, read_settings
from praya.engines.slurm.whole_nodes import Machines, machines_of


class SlurmEngine(SlurmJobs):
    """A Slurm cluster behind the port: runs jobs, enforces awards, accounts for use, explains.

    It keeps nothing in memory that it could not read again. Its settings are in ``home``, where
    ``write_settings`` put them.
    """

    def __init__(
        self,
        home: Path | str,
        *,
        settings: Settings | Mapping[str, Any] | None = None,
        programs: Programs | None = None,
    ) -> None:
        """Look at ``home``; nothing is asked of the cluster yet.

        Who keeps the settings elsewhere gives them here, as ``Settings`` or as its fields.
        """
        if isinstance(settings, Mapping):
            settings = Settings(**settings)
        settings = settings or read_settings(Path(home))
        super().__init__(home, settings, programs or Programs(settings.conf))

    # -- Enforces ----------------------------------------------------------------------------

    def observe(self, also: frozenset[str] = frozenset()) -> Observed:
        """See ``Enforces.observe``."""
        observed = observing.observe(self.programs, self.settings, also)
        reservations, places = reserving.observe(self.programs, self.settings)
        now = int(time.time()) + 1  # noqa: TID251 -- an engine measures
        return replace(observed, reservations=reservations, places=places, read_at=now)

    def of_others(self) -> tuple[OfOthers, ...]:
        """See ``Enforces.of_others``."""
        return observing.of_others(self.programs, self.settings)

    def plan(
        self,
        wanted: Sequence[Wanted],
        observed: Observed,
        *,
        reserved: Sequence[Reserved] = (),
        now: int,
    ) -> Difference:
        """See ``Enforces.plan``."""
        found = plan(wanted, observed, types=self.settings.types, now=now)
        steps, obstacles = reserving.plan(reserved, observed, now=now)
        return Difference((*found.steps, *steps), (*found.obstacles, *obstacles))

    def apply(self, steps: Sequence[Step]) -> tuple[NotTaken, ...]:
        """See ``Enforces.apply``."""
        now = int(time.time())  # noqa: TID251 -- an engine measures
        return apply_steps(self.programs, self.settings, steps, now=now)

    def take_over(self, account: str) -> str:
        """See ``Enforces.take_over``."""
        return take_over(self.programs, self.settings, account)

    def give_back(self, account: str, owner: str) -> None:
        """See ``Enforces.give_back``."""
        mark(self.programs, account, owner)

    def users(self) -> tuple[str, ...]:
        """See ``Enforces.users``."""
        return observing.users(self.programs)

    def foreign_changes(self, *, since: int) -> tuple[ForeignChange, ...]:
        """See ``Enforces.foreign_changes``."""
        return trail.foreign_changes(self.programs, self.settings, since=since, own=own_user())

    # -- Accounts ----------------------------------------------------------------------------

    def usage(
        self, *, since: int, until: int, accounts: Sequence[str] = (), alive: bool = True
    ) -> Usage:
        """See ``Accounts.usage``.

        While the controller is away, what was asked for without a kind has no device model if it
        runs, and is left out if it ended; it is read again once the controller is back.
        """
        outages: list[str] = []

        @cache
        def models_by_partition() -> dict[str, str] | None:
            try:
                return self._machines().models
            except EngineUnavailable as outage:
                outages.append(str(outage))
                return None

        found = accounting.usage(
            self.programs,
            self.settings,
            models_by_partition,
            since=since,
            until=until,
            accounts=accounts,
            alive=alive,
        )
        return replace(found, left_out=outages[0]) if found.left_out else found

    def still_known(self, keys: Collection[str]) -> frozenset[str]:
        """See ``Accounts.still_known``."""
        return knowing.still_known(self.programs, keys)

    def totals(self, *, since: int, until: int) -> tuple[DayTotal, ...]:
        """See ``Accounts.totals``."""
        return accounting.totals(self.programs, self.settings, since=since, until=until)

    def summed_until(self, *, since: int, until: int) -> int:
        """See ``Accounts.summed_until``."""
        return accounting.summed_until(self.programs, self.settings, since=since, until=until)

    # -- Discovers ---------------------------------------------------------------------------

    def discover(self) -> Discovered:
        """See ``Discovers.discover``."""
        return discovering.discover(self.programs)

    def check_settings(self) -> tuple[SettingCheck, ...]:
        """See ``Discovers.check_settings``."""
        return checking.check_settings(self.programs, self.settings)

    # -- Explains ----------------------------------------------------------------------------

    def alive(self) -> tuple[Alive, ...]:
        """See ``Explains.alive``."""
        return reasons.alive(self.programs, self.settings, self._machines())

    # ----------------------------------------------------------------------------------------

    def _machines(self) -> Machines:
        nodes, partitions = discovering.parts(self.programs)
        return machines_of(nodes, partitions, self.settings.models)
