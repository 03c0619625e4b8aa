"""Advances that are not taken off yet, and the lines of later awards that are to bear them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from django.db.models import Q, Sum

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award, AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.changes.models import AdvanceTakenOff, Change
from praya.apps.changes.queries.bearing import Bearing, bears_on, lines_offered, said_of
from praya.apps.changes.queries.debts import changes_in_force
from praya.apps.changes.queries.standing import book_lines
from praya.apps.changes.rules import ChangeKind, ChangeState
from praya.apps.programmes.queries import today_in
from praya.core.ledger import Grant, Line, share_of_free
from praya.core.programme.changes import Borne
from praya.core.quantity import CardTime


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceAhead(Bearing):
    """What will be taken off a line for an advance."""

    advance: Change


def matter_of_advance(advance_id: int) -> str:
    """An advance by name, as what a line is to bear."""
    return f"advance-{advance_id}"


def advances_due(now: datetime) -> list[AdvanceAhead]:
    """What is to be taken off now; two queries while there is no advance."""
    return [
        one
        for one in advances_ahead(Q(), now)
        if not one.waiver and one.on <= today_in(one.award.programme, now)
    ]


def advances_ahead(where: Q, now: datetime, offered: Award | None = None) -> list[AdvanceAhead]:
    """What will be taken off newer awards, the oldest advance first; a fixed number of queries.

    Lines in card-hours of the same device model bear it, of running awards that the same lead
    accepted in the same programme after the advance was granted; or those of an open offer alone,
    as if it were accepted now.
    """

    @cache
    def rule_of(code: str) -> Borne:
        return changes_in_force(programmes[code], now).advance or Borne()

    advances = _open_advances(where)
    if not advances:
        return []
    programmes = {one.award.programme.code: one.award.programme for one, _ in advances}
    lines = _lines_for([one for one, _ in advances], offered)
    stands = _standing(lines, offered)
    said = said_of(lines)
    found = []
    for advance, open_s in advances:
        left = open_s
        today = today_in(advance.award.programme, now)
        matter, rule = matter_of_advance(advance.pk), rule_of(advance.award.programme.code)
        for line in lines:
            stand = stands.get(line.code)
            if stand is None or not left or not _bears(line, advance):
                continue
            time = CardTime(min(left, stand.free.time.seconds), line.device_model_code)
            if not time.seconds:
                continue
            cut = Grant(time, share_of_free(stand, time))
            told = said.told.get((matter, line.pk))
            waiver = said.waivers.get((matter, line.pk))
            found.append(
                AdvanceAhead(
                    matter=matter,
                    award=advance.award,
                    line=line,
                    on=bears_on(rule, told, today, today),
                    cut=cut,
                    rule=rule,
                    told=told,
                    waiver=waiver,
                    advance=advance,
                )
            )
            if waiver is None:
                left -= time.seconds
                stands[line.code] = replace(stand, free=stand.free - cut)
    return found


def left_of_advance(advance: Change) -> int:
    """Seconds of an advance that are not taken off yet."""
    taken = advance.taken_off.aggregate(sum=Sum("card_seconds"))["sum"] or 0
    return int(advance.facts["card_seconds"]) - taken


def _open_advances(where: Q) -> list[tuple[Change, int]]:
    """Advances with what is not taken off yet, the oldest first."""
    granted = Change.objects.filter(
        where, kind=ChangeKind.ADVANCE.value, state=ChangeState.GRANTED.value
    ).select_related("award__programme")
    taken = dict(
        AdvanceTakenOff.objects.order_by().values_list("advance_id").annotate(Sum("card_seconds"))
    )
    left = [
        (one, int(one.facts["card_seconds"]) - taken.get(one.pk, 0))
        for one in granted.order_by("decided_at", "id")
    ]
    return [(one, seconds) for one, seconds in left if seconds > 0]


def _lines_for(advances: list[Change], offered: Award | None) -> list[AwardLine]:
    """Lines that some of the advances may be taken off."""
    lines = AwardLine.objects.filter(
        shape=LineShape.CARD_HOURS.value,
        device_model_code__in={one.facts["device_model"] for one in advances},
        award__programme__in={one.award.programme_id for one in advances},
        award__organisation__in={one.award.organisation_id for one in advances},
        award__lead__in={lead for one in advances for lead in _bearers(one)},
    ).select_related("award__programme", "award__lead")
    if offered is not None:
        return list(lines.filter(award=offered).order_by("number"))
    return list(lines.filter(award__state=AwardState.ACTIVE.value).order_by("award_id", "number"))


def _standing(lines: list[AwardLine], offered: Award | None) -> dict[str, Line]:
    book: Mapping[str, Line]
    book = book_lines(line.code for line in lines) if offered is None else lines_offered(offered)
    return {code: stand for code, stand in book.items() if not stand.is_closed}


def _bearers(advance: Change) -> set[int]:
    # Who asked led it then; if somebody else leads it now, both bear it.
    return {advance.asked_by_id, advance.award.lead_id}


def _bears(line: AwardLine, advance: Change) -> bool:
    award, older = line.award, advance.award
    assert advance.decided_at is not None, advance
    return (
        line.device_model_code == advance.facts["device_model"]
        and award.programme_id == older.programme_id
        and award.organisation_id == older.organisation_id
        and award.lead_id in _bearers(advance)
        and (
            award.state == AwardState.OFFERED.value
            or (award.accepted_at is not None and award.accepted_at > advance.decided_at)
        )
    )
