"""Calls as they stand on a day, and the rounds of their windows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from praya.apps.programmes.models import Programme, Round, RuleVersion
from praya.apps.programmes.queries.versions import programmes_in_force, today_in
from praya.apps.programmes.rules import (
    RoundState,
)
from praya.core.programme.calls import CallWindow, next_window_after, window_on
from praya.core.programme.document import CallRule, ProgrammeRules
from praya.core.refusal import NotFound


@dataclass(frozen=True, slots=True)
class CallStanding:
    """A call on a day: the window that takes applications then, and the next one to open."""

    call: CallRule
    window: CallWindow | None
    next_window: CallWindow | None


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that takes applications now, under which rules, in which window."""

    programme: Programme
    version: RuleVersion
    rules: ProgrammeRules
    call: CallRule
    window: CallWindow


def calls_on(rules: ProgrammeRules, day: date) -> list[CallStanding]:
    """Every call of the rules as it stands on a day, in the order of the file."""
    return [
        CallStanding(call, window_on(call, day), next_window_after(call, day))
        for call in rules.calls
    ]


def open_calls(now: datetime) -> list[OpenCall]:
    """Every call of the site that takes applications now."""
    answer = []
    for each in programmes_in_force(now):
        if each.rules is None or each.version is None:
            continue
        answer += [
            OpenCall(each.programme, each.version, each.rules, standing.call, standing.window)
            for standing in calls_on(each.rules, today_in(each.programme, now))
            if standing.window is not None
        ]
    return answer


def round_for(programme_code: str, call_code: str, on: date) -> Round | None:
    """The round whose window holds a day; ``None`` when the call is closed, or not opened yet.

    A command that needs the round of today uses ``commands.open_round_for``, which opens it.
    """
    return (
        Round.objects.filter(
            Q(closes_on=None) | Q(closes_on__gte=on),
            programme__code=programme_code,
            call_code=call_code,
            opens_on__lte=on,
        )
        .select_related("programme")
        .first()
    )


def round_of(round_id: int) -> Round:
    """A round with its programme; raises ``NotFound``."""
    found = Round.objects.filter(pk=round_id).select_related("programme").first()
    if found is None:
        raise NotFound(kind="round", key=str(round_id))
    return found


def rounds_of(programme_code: str) -> list[Round]:
    """Every round of a programme, the latest first."""
    return list(Round.objects.filter(programme__code=programme_code).select_related("programme"))


def rounds_behind(programme_codes: Iterable[str], now: datetime) -> QuerySet[Round]:
    """Rounds not released whose day for the decision has passed somewhere, the oldest first.

    Whether it has in the programme, which may be a day ahead of the site, ``overdue`` says.
    """
    latest = (now + timedelta(days=1)).date()
    return (
        Round.objects.filter(programme__code__in=list(programme_codes), decide_by__lt=latest)
        .exclude(state=RoundState.RELEASED.value)
        .select_related("programme")
        .order_by("decide_by", "id")
    )


def overdue(rounds: Iterable[Round], now: datetime) -> list[Round]:
    """Of rounds with their programmes, those whose day for the decision has passed there."""
    return [
        one
        for one in rounds
        if one.decide_by is not None and one.decide_by < today_in(one.programme, now)
    ]
