"""Applications in every state, with what each has behind it by then."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from benchmarks.seed.scale import BEGAN, NOW, Scale
from benchmarks.seed.site import DEVICES, Place
from praya.apps.applications.models import (
    Application,
    EligibilityAnswer,
    Question,
    RequestLine,
    StageStay,
    Submission,
)
from praya.apps.applications.rules.content import content_of, seal_of
from praya.apps.awards.models import Decision
from praya.core.actor import Role
from praya.core.programme.asking import AskedLine, card_time_of, ordinary_rate_bp, value_of

DAY = timedelta(days=1)
RATE_BP = 7000
# How many stages a case in each state has left behind it, and how many days ago it may have begun.
STAGES = ("completeness", "eligibility", "review", "decision")
LEFT_BEHIND = {
    "draft": 0,
    "submitted": 0,
    "asked": 0,
    "returned": 0,
    "withdrawn": 1,
    "in-review": 2,
    "to-decide": 3,
    "decided": 4,
    "wait-listed": 4,
    "deferred": 4,
    "rejected": 4,
    "awarded": 4,
}
DAYS_IN = (4, 4, 18, 12)
SENTENCES = (
    "We train a model of the tides and test it against forty years of gauges.",
    "The method is new in that it keeps the physics inside the network.",
    "Each run needs eight cards for two days, and we plan twelve runs a month.",
    "The data was collected by the harbour and may be used for research.",
    "Two partners read the results and tell us where they are wrong.",
    "Failures are kept and counted, so that nothing is claimed twice.",
)


@dataclass
class Case:
    """An application and what the later parts need of it."""

    row: Application
    asked: list[AskedLine]
    submitted_at: datetime | None
    submission: Submission | None = None
    decision: Decision | None = None
    decided_at: datetime | None = None
    moves: list[tuple[datetime, str]] = field(default_factory=list)


def make(scale: Scale, place: Place, chance: random.Random) -> list[Case]:
    """All applications, oldest first."""
    states = [state for state, count in scale.by_state.items() for _ in range(count)]
    chance.shuffle(states)
    cases = [_case(place, number, state, chance) for number, state in enumerate(states, start=1)]
    Application.objects.bulk_create((case.row for case in cases), batch_size=500)
    EligibilityAnswer.objects.bulk_create((_eligibility(place, c) for c in cases), batch_size=500)
    place.programme.applications_made = len(cases)
    place.programme.save(update_fields=["applications_made"])
    submitted = [case for case in cases if case.submitted_at is not None]
    _submissions(place, submitted)
    _stays(submitted)
    _questions(place, submitted)
    return cases


def _case(place: Place, number: int, state: str, chance: random.Random) -> Case:
    lead = chance.choice(place.leads)
    began = BEGAN + timedelta(seconds=chance.randrange(_window_s(state)))
    submitted_at = None if state == "draft" else began + timedelta(hours=5)
    asked = _asked(began, chance)
    draft = _draft(number, asked, chance)
    values = [value_of(place.rules, line, rate_bp=RATE_BP) for line in asked]
    left_behind = LEFT_BEHIND[state]
    row = Application(
        code=f"{place.programme.prefix}-A{number:04d}",
        programme=place.programme,
        call_code="rolling",
        round=place.round_at(submitted_at) if submitted_at else None,
        organisation=place.home_of[lead.pk],
        lead=lead,
        state=state,
        stage="" if state == "draft" else _stage_of(state),
        title=draft["project"]["title"],
        title_zh=draft["project"]["title_zh"],
        draft=draft,
        draft_revision=7,
        list_value_minor=sum(v.list_price.minor for v in values) if submitted_at else 0,
        subsidy_minor=sum(v.subsidy.minor for v in values) if submitted_at else 0,
        begun_at=began,
        submitted_at=submitted_at,
        turn_since=min(NOW, (submitted_at or began) + sum(DAYS_IN[:left_behind]) * DAY),
        target_on=(NOW + 3 * DAY).date() if left_behind < 4 and submitted_at else None,
        closed_at=_closed_at(state, submitted_at),
    )
    return Case(row, asked, submitted_at)


def _window_s(state: str) -> int:
    """Cases that ended are spread over the past; those under way began lately."""
    if state == "awarded":
        return 300 * 86_400
    if LEFT_BEHIND[state] == 4:
        return 450 * 86_400
    return int((NOW - BEGAN).total_seconds()) - 6 * 3600


def _stage_of(state: str) -> str:
    return "agreement" if state == "awarded" else STAGES[min(LEFT_BEHIND[state], 3)]


def _closed_at(state: str, submitted_at: datetime | None) -> datetime | None:
    if submitted_at is None or LEFT_BEHIND[state] < 4:
        return submitted_at + DAY if submitted_at and state == "withdrawn" else None
    return None if state == "decided" else submitted_at + 38 * DAY


def _asked(began: datetime, chance: random.Random) -> list[AskedLine]:
    first_on = (began + 60 * DAY).date()
    lines = []
    for number in range(1, chance.choice((1, 2, 2, 3)) + 1):
        shape = chance.choice(("cards", "card-hours")) if number > 1 else "cards"
        model = chance.choice(list(DEVICES)[:2] if number == 1 else list(DEVICES))
        last_on = first_on + timedelta(days=chance.choice((180, 365, 540)))
        cards = chance.choice((1, 2, 4, 8))
        hours = cards * 24 * (last_on - first_on).days // 2
        lines.append(
            AskedLine(
                number=number,
                shape="cards" if shape == "cards" else "card-hours",
                device_model=model,
                cards=cards,
                first_on=first_on,
                last_on=last_on,
                card_hours=0 if shape == "cards" else hours,
            )
        )
    return lines


def _draft(number: int, asked: list[AskedLine], chance: random.Random) -> dict[str, Any]:
    text = " ".join(chance.choice(SENTENCES) for _ in range(8))
    return {
        "organisation": {
            "contact_name": f"Contact {number}",
            "contact_email": f"contact{number}@people.example",
            "contact_phone": "",
        },
        "project": {
            "title": f"A model of the tides, part {number}",
            "title_zh": f"潮汐模型，第{number}部" if number % 2 else "",
            "summary": text,
            "summary_zh": "我們訓練潮汐模型，並以四十年的潮位記錄驗證。",
            "answers": {
                "technology-area": "science",
                "sector": "transport",
                "plan": text,
                "staff-local": "4",
                "resubmission": "no",
            },
        },
        "compute": {
            "lines": [_typed(line) for line in asked],
            "answers": {"model": text, "training": text, "data": text},
        },
        "results": {"answers": {"deliverables": text}},
    }


def _typed(line: AskedLine) -> dict[str, str]:
    return {
        "number": str(line.number),
        "device_model": line.device_model,
        "shape": line.shape,
        "cards": str(line.cards),
        "first_on": line.first_on.isoformat(),
        "last_on": line.last_on.isoformat(),
        "card_hours": str(line.card_hours or ""),
        "note": "",
    }


def _eligibility(place: Place, case: Case) -> EligibilityAnswer:
    return EligibilityAnswer(
        application=case.row,
        rule_version=place.version,
        answers={"no-double-dipping": False, "data-local": True},
        verdict="yes",
        lines=[{"rule": rule.code, "verdict": "yes"} for rule in place.rules.eligibility],
        checked_at=case.row.begun_at,
    )


def _submissions(place: Place, cases: list[Case]) -> None:
    rows = []
    for case in cases:
        organisation = case.row.organisation
        names = ("name", "name_zh", "kind", "place", "registry", "registry_number")
        content = {"revision": 7} | content_of(
            case.row.draft,
            organisation={name: getattr(organisation, name) for name in names},
            documents=[],
            declarations=[each.code for each in place.rules.declarations],
            eligibility={"verdict": "yes", "answers": {"no-double-dipping": False}},
        )
        case.submission = Submission(
            application=case.row,
            number=1,
            rule_version=place.version,
            content=content,
            sha256=seal_of(content),
            submitted_at=case.submitted_at,
            submitted_by=case.row.lead,
        )
        rows.append(case.submission)
    Submission.objects.bulk_create(rows, batch_size=500)
    rate_bp = ordinary_rate_bp(place.rules)
    lines = []
    for case in cases:
        for line in case.asked:
            value = value_of(place.rules, line, rate_bp=rate_bp)
            lines.append(
                RequestLine(
                    submission=case.submission,
                    number=line.number,
                    shape=line.shape,
                    device_model_code=line.device_model,
                    cards=line.cards,
                    first_on=line.first_on,
                    last_on=line.last_on,
                    card_hours=line.card_hours,
                    card_seconds=card_time_of(line).seconds,
                    list_minor=value.list_price.minor,
                    subsidy_minor=value.subsidy.minor,
                )
            )
    RequestLine.objects.bulk_create(lines, batch_size=1000)


def _stays(cases: list[Case]) -> None:
    rows = []
    for case in cases:
        at = case.submitted_at
        assert at is not None
        state = case.row.state
        for number in range(min(LEFT_BEHIND[state] + 1, 4)):
            is_left = number < LEFT_BEHIND[state]
            left_at = min(at + DAYS_IN[number] * DAY, NOW) if is_left else None
            rows.append(
                StageStay(
                    application=case.row,
                    stage=STAGES[number],
                    target_days=(5, 5, 20, 15)[number],
                    entered_at=at,
                    left_at=left_at,
                    paused_since=at if state in {"asked", "returned"} else None,
                    outcome=("decided" if number == 3 else "passed") if is_left else "",
                )
            )
            case.moves.append((at, f"stage.{STAGES[number]}"))
            at = left_at or at
        case.decided_at = at if LEFT_BEHIND[state] == 4 else None
    StageStay.objects.bulk_create(rows, batch_size=1000)


def _questions(place: Place, cases: list[Case]) -> None:
    Question.objects.bulk_create(
        Question(
            application=case.row,
            text="Which gauges do you mean?",
            asked_at=case.submitted_at,
            asked_by=place.staff[Role.OFFICER][0],
            due_on=date(2027, 4, 14),
            state="open" if case.row.state == "asked" else "answered",
            answer="" if case.row.state == "asked" else "All forty of them.",
            answered_at=None if case.row.state == "asked" else case.submitted_at,
            answered_by=None if case.row.state == "asked" else case.row.lead,
        )
        for number, case in enumerate(cases)
        if case.row.state == "asked" or number % 5 == 0
    )
