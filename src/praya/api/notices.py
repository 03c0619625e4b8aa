"""Letters, wishes and outlooks by API."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from praya.api.callers import caller
from praya.api.fields import CodeGiven, CodeInPath, NumberInPath
from praya.api.paging import Page, Paging, page_of
from praya.apps.awards.queries import award_of
from praya.apps.notices import commands, queries
from praya.apps.notices.access import check_known, check_may_see_outbox
from praya.apps.notices.rules import KINDS, How, LetterState, Topic
from praya.apps.programmes.queries import programme_of, today_in
from praya.apps.usage.queries import held_cards
from praya.apps.usage.rules import HeldCards
from praya.core.metering import RunOut
from praya.words import clock
from praya.words.leases import held_sentence
from praya.words.letters.kinds import KIND_NAMES
from praya.words.notices import (
    AS_THE_TOPIC,
    HOWS,
    LETTER_STATES,
    TOPICS,
    kept_sentence,
    run_out_sentence,
    used_sentence,
)

router = Router(tags=["notices"])


class KindWishOut(Schema):
    """How one wants the letters of a kind; null: as those of its topic."""

    kind: str
    kind_word: str
    how: How | None
    how_word: str


class NoticeWishOut(Schema):
    """How one wants the letters of a topic, and of each kind of them."""

    topic: Topic
    topic_word: str
    how: How
    how_word: str
    kinds: list[KindWishOut]


class NoticeWishIn(Schema):
    """How one wants the letters of a topic, or of one kind of them; null takes a choice back."""

    topic: Topic
    kind: CodeGiven | None = None
    how: How | None


class LetterOut(Schema):
    """A letter in the outbox; the subject once it was sent."""

    id: int
    kind: str
    topic: str
    to: str
    about: str
    state: str
    state_word: str
    tries: int
    error: str
    subject: str
    made_at: datetime
    sent_at: datetime | None


class WholeLetterOut(LetterOut):
    """A letter with its text, as it was sent or would be."""

    text: str


class RunOutOut(Schema):
    """When a commodity is used up at the pace so far, with a band of 80 %."""

    per_day: float
    on: date
    soonest_on: date
    latest_on: date | None


class KeptOut(Schema):
    """What is free and may not be used by now; a month opens more, a report or a payment."""

    amount: int
    opened_by: str
    opens_on: date | None


class OutlookOut(Schema):
    """How one commodity of an award stands and where it is heading.

    ``open_run_out`` is when what may be used by now is used up, where ``kept_back`` has anything.
    """

    commodity: str
    settled: int
    in_flight: int
    free: int
    committed: int
    used_percent: int
    used_sentence: str
    run_out: RunOutOut | None
    run_out_sentence: str
    kept_back: list[KeptOut]
    open_run_out: RunOutOut | None
    kept_sentence: str


class LeaseOut(Schema):
    """Cards of a lease over its charged days: held, busy with jobs, idle, and what idle costs."""

    line: str
    device_model: str
    held_seconds: int
    busy_seconds: int
    idle_seconds: int
    idle_list_minor: int
    idle_own_minor: int
    sentence: str


class AwardOutlookOut(Schema):
    """How an award stands and where it is heading."""

    award: str
    last_on: date
    outlooks: list[OutlookOut]
    leases: list[LeaseOut]


@router.get(
    "/me/notices",
    response=list[NoticeWishOut],
    summary="Of what one wants to be told, and how",
)
def wishes(request: HttpRequest) -> list[dict[str, Any]]:
    person_id = check_known(caller(request), "notice.see")
    of_kinds = queries.kind_wishes_of(person_id)
    return [
        {
            "topic": topic,
            "topic_word": str(TOPICS[topic]),
            "how": how,
            "how_word": str(HOWS[how]),
            "kinds": [_kind_wish(kind, of_kinds.get(kind)) for kind in KINDS[topic]],
        }
        for topic, how in queries.wishes_of(person_id).items()
    ]


def _kind_wish(kind: str, how: How | None) -> dict[str, Any]:
    word = AS_THE_TOPIC if how is None else HOWS[how]
    return {"kind": kind, "kind_word": str(KIND_NAMES[kind]), "how": how, "how_word": str(word)}


@router.put(
    "/me/notices",
    response=list[NoticeWishOut],
    summary="Choose how the letters of a topic, or of one kind of them, come",
    description="Null takes a choice back: a kind comes as its topic, a topic at once. "
    "Safe to repeat.",
)
def choose(request: HttpRequest, wish: NoticeWishIn) -> list[dict[str, Any]]:
    commands.choose(
        topic=wish.topic,
        kind=wish.kind or "",
        how=wish.how,
        by=caller(request),
        now=clock.now(),
    )
    return wishes(request)


@router.get("/programmes/{code}/letters", response=Page[LetterOut], summary="The outbox")
def letters(request: HttpRequest, code: CodeInPath, paging: Query[Paging]) -> dict[str, Any]:
    programme_of(code)
    check_may_see_outbox(caller(request), code)
    rows = queries.letters_of(code)
    return page_of(rows, paging, lambda found: [_letter(row) for row in found])


@router.get("/letters/{letter_id}", response=WholeLetterOut, summary="A letter and its text")
def letter(request: HttpRequest, letter_id: NumberInPath) -> dict[str, Any]:
    found = queries.letter_of(letter_id, caller(request))
    subject, text = queries.preview_of(found)
    return {**_letter(found), "subject": subject, "text": text}


@router.post(
    "/letters/{letter_id}/send-again",
    response=LetterOut,
    summary="Let a letter go out after all",
    description="Refused when repeated.",
)
def send_again(request: HttpRequest, letter_id: NumberInPath) -> dict[str, Any]:
    by = caller(request)
    return _letter(commands.send_again(letter_id=letter_id, by=by, now=clock.now()))


@router.post(
    "/letters/{letter_id}/cancel",
    response=LetterOut,
    summary="Keep a letter from going out",
    description="Refused when repeated.",
)
def cancel(request: HttpRequest, letter_id: NumberInPath) -> dict[str, Any]:
    by = caller(request)
    return _letter(commands.cancel_letter(letter_id=letter_id, by=by, now=clock.now()))


def _letter(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Letter
    return {
        "id": row.pk,
        "kind": row.kind,
        "topic": row.topic,
        "to": str(row.to),
        "about": row.about,
        "state": row.state,
        "state_word": str(LETTER_STATES[LetterState(row.state)]),
        "tries": row.tries,
        "error": row.error,
        "subject": row.subject,
        "made_at": row.made_at,
        "sent_at": row.sent_at,
    }


@router.get(
    "/awards/{code}/outlook",
    response=AwardOutlookOut,
    summary="How an award stands and where it is heading",
)
def outlook(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    now = clock.now()
    award = award_of(code, caller(request))
    today = today_in(award.programme, now)
    found = queries.outlook_of(award, now)
    return {
        "award": found.award,
        "last_on": found.last_on,
        "outlooks": [_outlook(one, found.last_on, today) for one in found.outlooks],
        "leases": [_lease(one, award.programme.currency) for one in held_cards(code)],
    }


def _lease(one: HeldCards, currency: str) -> dict[str, Any]:
    return {
        "line": one.line,
        "device_model": one.device_model,
        "held_seconds": one.held_s,
        "busy_seconds": one.busy_s,
        "idle_seconds": one.idle_s,
        "idle_list_minor": one.idle_list_minor,
        "idle_own_minor": one.idle_own_minor,
        "sentence": held_sentence(one, currency),
    }


def _outlook(one: Any, last_on: date, today: date) -> dict[str, Any]:  # noqa: ANN401 -- an Outlook
    numbers = one.numbers
    return {
        "commodity": numbers.commodity,
        "settled": numbers.settled,
        "in_flight": numbers.in_flight,
        "free": numbers.free,
        "committed": numbers.committed,
        "used_percent": one.used_percent,
        "used_sentence": used_sentence(one),
        "run_out": _run_out(one.run_out, today),
        "run_out_sentence": run_out_sentence(one, last_on, today),
        "kept_back": [
            {"amount": kept.amount, "opened_by": kept.opened_by.value, "opens_on": kept.opens_on}
            for kept in one.kept
        ],
        "open_run_out": _run_out(one.open_run_out, today),
        "kept_sentence": kept_sentence(one, last_on, today),
    }


def _run_out(forecast: RunOut | None, today: date) -> dict[str, Any] | None:
    if forecast is None:
        return None
    latest = forecast.latest_days
    return {
        "per_day": forecast.per_day,
        "on": today + timedelta(days=forecast.days),
        "soonest_on": today + timedelta(days=forecast.soonest_days),
        "latest_on": None if latest is None else today + timedelta(days=latest),
    }
