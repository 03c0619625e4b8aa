"""The engine behind a cluster, opened once in the life of a process."""

from __future__ import annotations

import json
from functools import cache

from django.conf import settings

from praya.apps.clusters.queries import engine_settings_of
from praya.core.execution.finding import engines_by_name
from praya.core.execution.limits import Enforces
from praya.core.execution.port import Engine, EngineUnavailable


def engine_of(cluster_code: str, engine_name: str) -> Engine:
    """The engine of a cluster; what it keeps lies under the cluster's code in the data directory.

    Raises:
        EngineUnavailable: no engine of that name is installed.

    """
    told = engine_settings_of(cluster_code)
    return _opened(cluster_code, engine_name, json.dumps(told, sort_keys=True))


def keeps_limits(cluster_code: str, engine_name: str) -> bool:
    """Whether a cluster refuses by itself what an award's grant does not cover.

    Raises:
        EngineUnavailable: no engine of that name is installed.

    """
    return isinstance(engine_of(cluster_code, engine_name), Enforces)


def takes_jobs(engine_name: str) -> bool:
    """Whether members submit jobs through Praya to clusters of an engine.

    Where a cluster keeps limits, Praya's own user may change them, and what Praya begins there runs
    as that user. So it is refused unless the site has said that it may be.
    """
    return settings.PRAYA_SLURM_OWN_JOBS or not _keeps_limits(engine_name)


def may_begin_on(engine: Engine) -> bool:
    """The same of an engine that is at hand."""
    return settings.PRAYA_SLURM_OWN_JOBS or not isinstance(engine, Enforces)


@cache
def _keeps_limits(engine_name: str) -> bool:
    kind = engines_by_name().get(engine_name)
    return isinstance(kind, type) and issubclass(kind, Enforces)


@cache
def _opened(cluster_code: str, engine_name: str, told: str) -> Engine:
    kinds = engines_by_name()
    if engine_name not in kinds:
        raise EngineUnavailable(f"no engine is called {engine_name!r}; there are {sorted(kinds)}")
    home = settings.PRAYA_HOME / "engines" / cluster_code
    facts = json.loads(told)
    return kinds[engine_name](home, settings=facts) if facts else kinds[engine_name](home)
