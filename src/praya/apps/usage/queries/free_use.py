"""How much free use a line may still have: what jobs run beyond the grant, charged to nobody."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Sum

from praya.apps.awards.models import AwardLine
from praya.apps.books.queries import free_use_of_lines
from praya.apps.life.queries import LineLife, today_of
from praya.apps.usage.models import Job, UsageDay
from praya.apps.usage.rules import UsageKind
from praya.core.life import FreelyUsed, FreeUseStop, nearest_stop


def free_use_stop(life: LineLife[AwardLine], now: datetime) -> FreeUseStop | None:
    """What ends a line's free use first, counting jobs that are not over at their worst case.

    ``None`` where its rules have no free use.
    """
    rule, line = life.rules.free_use, life.line
    if rule is None:
        return None
    today = today_of(line.award, now)
    alive = Job.objects.filter(line=line, is_free_use=True, settled_at=None).aggregate(
        sum=Sum(F("cards") * F("time_limit_s"))
    )
    days = UsageDay.objects.filter(
        line=line, kind=UsageKind.FREE_USE.value, day__year=today.year, day__month=today.month
    ).aggregate(sum=Sum("card_seconds"))
    promised = alive["sum"] or 0
    return nearest_stop(
        rule,
        stands=life.time.committed,
        span=life.span,
        today=today,
        used=FreelyUsed(
            whole=free_use_of_lines([line.code]).get(line.code, 0) + promised,
            month=(days["sum"] or 0) + promised,
        ),
    )
