"""Bringing a cluster to what is wanted: observe, difference, apply, and observe again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from praya.core.execution.limits import Difference, Enforces, NotTaken, Observed, Wanted
from praya.core.execution.reserving import Reserved


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What one reconcile found, did and left.

    ``found`` is the difference before, ``left`` the one after: empty steps mean that the cluster
    holds what is wanted. ``not_taken`` are steps that the cluster refused.
    """

    found: Difference
    left: Difference
    not_taken: tuple[NotTaken, ...]
    observed: Observed


def reconcile(
    engine: Enforces, wanted: Sequence[Wanted], *, reserved: Sequence[Reserved] = (), now: int
) -> Reconciled:
    """Make the cluster hold what is wanted, and read back whether it does.

    Where nothing differs, it is observed once and nothing is changed. Killed in the middle, it is
    begun again: the steps already taken are no longer among the differences.

    Raises:
        EngineUnavailable: the cluster did not answer; what was done by then is unknown.

    """
    observed = engine.observe()
    found = engine.plan(wanted, observed, reserved=reserved, now=now)
    if not found:
        return Reconciled(found, found, (), observed)
    not_taken = engine.apply(found.steps)
    observed = engine.observe()
    return Reconciled(
        found, engine.plan(wanted, observed, reserved=reserved, now=now), not_taken, observed
    )
