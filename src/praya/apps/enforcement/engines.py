"""The engine behind a link: it can discover, enforce and account, or it is not used here."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from typing import Any, Protocol

from django.conf import settings

from praya.core.execution.accounting import Accounts
from praya.core.execution.discovery import Discovers
from praya.core.execution.finding import engines_by_name
from praya.core.execution.limits import Enforces
from praya.core.execution.port import EngineUnavailable
from praya.core.execution.waiting import Explains

SLURM = "slurm"
UNNAMED = "cluster"  # until it has said what it is called


class HoldsAwards(Discovers, Enforces, Accounts, Explains, Protocol):
    """What is asked of a cluster with users of its own."""


def own_user() -> str:
    """The user as which Praya asks clusters, and submits jobs of its own there."""
    return pwd.getpwuid(os.geteuid()).pw_name


def told(  # noqa: PLR0913 -- each is one of the engine's settings
    *,
    conf: str,
    called: str,
    kinds: Mapping[str, str],
    is_held: bool = False,
    accounts: Mapping[str, str] | None = None,
    partitions: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What the engine of a Slurm is told."""
    facts = {"conf": conf, "cluster": called, "models": dict(kinds), "is_held": is_held}
    return facts | {"accounts": dict(accounts or {}), "partitions": dict(partitions or {})}


def reached(
    code: str, *, conf: str, called: str = UNNAMED, kinds: Mapping[str, str] | None = None
) -> HoldsAwards:
    """The engine of a Slurm; it keeps nothing in memory, so it is made anew as often as wanted.

    Raises:
        EngineUnavailable: the engine is not installed.

    """
    engines = engines_by_name()
    if SLURM not in engines:
        raise EngineUnavailable(f"no engine is called {SLURM!r}")
    facts = told(conf=conf, called=called, kinds=kinds or {})
    engine = engines[SLURM](settings.PRAYA_HOME / "engines" / code, settings=facts)
    assert all(isinstance(engine, one) for one in (Discovers, Enforces, Accounts, Explains)), engine
    return engine  # type: ignore[return-value]  # as asserted: it has every one of these methods
