"""Awards in every state, with lines, members and agreements."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.seed.cases import DAY, RATE_BP, Case
from benchmarks.seed.scale import NOW, TODAY, Scale
from benchmarks.seed.site import Place
from praya.apps.awards.models import Agreement, Award, AwardLine, Member
from praya.apps.people.models import Person
from praya.core.programme.asking import card_time_of, value_of

STATES = ("active",) * 16 + ("offered", "offered", "declined", "lapsed")
SEALED = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")}


@dataclass
class Given:
    """An award with its lines and the people who may run jobs under it."""

    row: Award
    lines: list[AwardLine]
    members: list[Person]

    @property
    def accepted_at(self) -> datetime | None:
        """When the book was told of it."""
        return self.row.accepted_at


def make(scale: Scale, place: Place, cases: list[Case], chance: random.Random) -> list[Given]:
    """One award for each case that was awarded."""
    del scale
    awarded = sorted(
        (case for case in cases if case.row.state == "awarded"), key=lambda case: case.decided_at
    )
    given = [_award(place, case, number) for number, case in enumerate(awarded, start=1)]
    Award.objects.bulk_create((one.row for one in given), batch_size=500)
    place.programme.awards_made = len(given)
    place.programme.save(update_fields=["awards_made"])
    for one, case in zip(given, awarded, strict=True):
        one.lines = _lines(place, one.row, case)
    AwardLine.objects.bulk_create((line for one in given for line in one.lines), batch_size=1000)
    Agreement.objects.bulk_create((_agreement(place, one) for one in given), batch_size=200)
    members = []
    for one in given:
        if one.accepted_at is None:
            continue
        others = chance.sample(place.leads, min(len(place.leads), chance.randint(2, 7)))
        one.members = list({person.pk: person for person in [one.row.lead, *others]}.values())
        members += [
            Member(
                award=one.row,
                person=person,
                role=("lead", "manager")[number] if number < 2 else "member",
                since=one.accepted_at,
                added_by=one.row.lead if number else None,
            )
            for number, person in enumerate(one.members)
        ]
    Member.objects.bulk_create(members, batch_size=1000)
    return given


def _award(place: Place, case: Case, number: int) -> Given:
    assert case.decision is not None
    assert case.decided_at is not None
    offered_at = case.decided_at + DAY
    state = STATES[(number - 1) % len(STATES)]
    last_on = max(line.last_on for line in case.asked)
    accepted_at = offered_at + 9 * DAY if state == "active" else None
    ended_at = offered_at + 20 * DAY if state in {"declined", "lapsed"} else None
    row = Award(
        code=f"{place.programme.prefix}-{number:04d}",
        programme=place.programme,
        application=case.row,
        decision=case.decision,
        organisation=case.row.organisation,
        lead=case.row.lead,
        title=case.row.title,
        title_zh=case.row.title_zh,
        state="suspended" if state == "active" and number % 50 == 0 else state,
        rule_version=place.version,
        rate_bp=RATE_BP,
        list_minor=case.row.list_value_minor,
        subsidy_minor=case.row.subsidy_minor,
        first_on=min(line.first_on for line in case.asked),
        last_on=last_on,
        offered_at=offered_at,
        accept_by=(NOW + 9 * DAY if state == "offered" else offered_at + 28 * DAY).date(),
        accepted_at=accepted_at,
        started_at=accepted_at,
        ended_at=ended_at,
    )
    return Given(row, [], [])


def _lines(place: Place, award: Award, case: Case) -> list[AwardLine]:
    lines = []
    for asked in case.asked:
        value = value_of(place.rules, asked, rate_bp=RATE_BP)
        lines.append(
            AwardLine(
                award=award,
                number=asked.number,
                code=f"{award.code}.{asked.number}",
                shape=asked.shape,
                device_model_code=asked.device_model,
                cards=asked.cards,
                first_on=asked.first_on,
                last_on=asked.last_on,
                card_seconds=card_time_of(asked).seconds,
                list_minor=value.list_price.minor,
                subsidy_minor=value.subsidy.minor,
            )
        )
    return lines


def _agreement(place: Place, given: Given) -> Agreement:
    award = given.row
    text = {
        "terms": place.rules.agreement.text.model_dump(),
        "award": award.code,
        "title": award.title,
        "title_zh": award.title_zh,
        "organisation": str(award.organisation),
        "rule_version": place.version.number,
        "currency": place.rules.currency,
        "rate_bp": award.rate_bp,
        "list_minor": award.list_minor,
        "subsidy_minor": award.subsidy_minor,
        "conditions": "",
        "lines": [
            {
                "code": line.code,
                "shape": line.shape,
                "device_model": line.device_model_code,
                "cards": line.cards,
                "first_on": line.first_on.isoformat(),
                "last_on": line.last_on.isoformat(),
                "card_seconds": line.card_seconds,
                "list_minor": line.list_minor,
                "subsidy_minor": line.subsidy_minor,
            }
            for line in given.lines
        ],
    }
    return Agreement(
        award=award,
        number=1,
        text=text,
        sha256=hashlib.sha256(json.dumps(text, **SEALED).encode()).hexdigest(),
        made_at=award.offered_at,
        accepted_at=award.accepted_at,
        accepted_by=award.lead if award.accepted_at else None,
    )


def lease_began_on(given: Given, line: AwardLine) -> tuple[datetime, int]:
    """The first day a lease is charged for (noon), and how many days of it are over."""
    assert given.accepted_at is not None
    first_on = max(line.first_on, given.accepted_at.date())
    over = (min(line.last_on, TODAY - timedelta(days=1)) - first_on).days + 1
    noon = datetime(first_on.year, first_on.month, first_on.day, 4, tzinfo=NOW.tzinfo)
    return noon, max(0, over)
