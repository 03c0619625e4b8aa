"""The one way to write the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from praya.apps.people.models import AuditLine
from praya.core.actor import Actor

_TRAIL_LOCK = 0x5052415941  # "PRAYA"; one writer of the trail at a time


def record(
    action: str,
    *,
    subject: tuple[str, str],
    by: Actor,
    now: datetime,
    programme_code: str = "",
    **facts: Any,  # noqa: ANN401 -- facts are of every plain type
) -> AuditLine:
    """Add one line to the audit trail, inside the caller's transaction.

    ``subject`` is kind and key, as ``("award", "HCP-0007")``. Call it once and last: the trail is
    locked until the transaction ends, and a book must be locked before it, never after
    (docs/contributing/locking.md).
    """
    assert transaction.get_connection().in_atomic_block, "a line belongs to the change it tells of"
    _lock_trail()
    previous = AuditLine.objects.order_by("-id").values_list("sha256", flat=True).first() or ""
    line = AuditLine(
        at=now,
        by_id=by.person_id,
        by_name=by.name,
        action=action,
        programme_code=programme_code,
        subject_kind=subject[0],
        subject_key=subject[1],
        facts=facts,
        previous_sha256=previous,
    )
    line.sha256 = line.seal()
    line.save(force_insert=True)
    return line


def _lock_trail() -> None:
    # SQLite has one writer at a time by itself.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TRAIL_LOCK])
