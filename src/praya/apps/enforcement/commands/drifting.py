"""What people decide about differences that Praya did not make."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from praya.apps.enforcement.access import check_may_change
from praya.apps.enforcement.commands.following import look_soon
from praya.apps.enforcement.models import Drift
from praya.apps.enforcement.queries import check_may_leave, drift_of
from praya.apps.enforcement.rules import ReasonMissing
from praya.apps.people.commands import record
from praya.core.actor import Actor


@transaction.atomic
def ignore_drift(*, code: str, drift_id: int, reason: str, by: Actor, now: datetime) -> Drift:
    """From now on leave what this difference is about as the cluster has it. Safe to repeat.

    That is less than is wanted. Should it become more, as after a cut, it is mended nevertheless.

    Raises, in this order:
        NotAllowed, NotFound
        ReasonMissing: nothing was said why.
        AllowsMore: the cluster may allow more than is wanted.

    """
    check_may_change(by)
    drift = drift_of(code, drift_id, by)
    if not reason.strip():
        raise ReasonMissing
    if drift.ignored_at is not None:
        return drift
    check_may_leave(drift)
    drift.ignored_at, drift.ignored_by_id, drift.reason = now, by.person_id, reason.strip()[:300]
    drift.save(update_fields=["ignored_at", "ignored_by", "reason"])
    _record("drift.ignored", code, drift, by=by, now=now)
    return drift


@transaction.atomic
def heed_drift(*, code: str, drift_id: int, by: Actor, now: datetime) -> Drift:
    """Mend again what was ignored: the next round does. Safe to repeat.

    Raises, in this order:
        NotAllowed, NotFound

    """
    check_may_change(by)
    drift = drift_of(code, drift_id, by)
    if drift.ignored_at is None:
        return drift
    drift.ignored_at = drift.ignored_by = None
    drift.save(update_fields=["ignored_at", "ignored_by"])
    look_soon(drift.link_id)
    _record("drift.heeded", code, drift, by=by, now=now)
    return drift


def _record(action: str, code: str, drift: Drift, *, by: Actor, now: datetime) -> None:
    record(
        action,
        subject=("cluster", code),
        by=by,
        now=now,
        account=drift.account,
        kind=drift.kind,
        member=drift.member,
        reason=drift.reason,
    )
