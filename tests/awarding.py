"""An award in force for tests of what comes after it: its rows, and its commitment in the book.

    award = active_award(now, hours=100)  # PIR-0001: 100 card-hours, on at most 8 cards at once
    award = active_award(now, lines=[Given("cards", cards=2)])  # a lease

The way of a case to its award has tests of its own; here only the award's rows are written, with
the application and the decision that they refer to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tests.factories import appointed, make_partition, make_person, make_programme

from praya.apps.applications.models import Application, Submission
from praya.apps.applications.rules import CaseState
from praya.apps.awards.models import Agreement, Award, AwardLine, Decision, Member
from praya.apps.awards.rules import AwardState, MemberRole, Outcome
from praya.apps.books.commands import approve_funding, ask_funding, commit_award
from praya.apps.people.models import Organisation, Person
from praya.apps.programmes.models import Programme, Round
from praya.apps.programmes.queries import actor_for, rules_of, version_in_force
from praya.core.actor import Actor, Role
from praya.core.ledger import LineGrant
from praya.core.programme.asking import AskedLine, card_time_of, value_of
from praya.core.programme.parts import OrganisationKind
from praya.core.quantity import Money

POOL = "subsidy"
RATE_BP = 7000


@dataclass(frozen=True)
class Given:
    """One line of an award."""

    shape: str = "card-hours"
    cards: int = 8
    hours: int = 100
    device_model: str = "nvidia-h800"
    first_on: date = date(2026, 1, 1)
    last_on: date = date(2026, 12, 31)
    service_class: str = ""


def make_site(
    now: datetime, *, devices: int = 8, cluster_code: str = "quay", **changed: object
) -> Programme:
    """The small programme with its desk, funding and a partition of H800 cards."""
    programme = make_programme(now, **changed)
    officer = appointed(programme.code, Role.OFFICER, now)
    finance = appointed(programme.code, Role.FINANCE, now)
    request = ask_funding(
        programme_code=programme.code,
        pool=POOL,
        amount=Money(10_000_000_00, programme.currency),
        reason="budget",
        by=officer,
        now=now,
    )
    approve_funding(request_id=request.pk, by=finance, now=now)
    make_partition(now, cluster_code=cluster_code, programme_code=programme.code, devices=devices)
    return programme


def active_award(
    now: datetime,
    *,
    lines: list[Given] | None = None,
    hours: int = 100,
    programme: Programme | None = None,
    lead: str = "lead@pier.example",
) -> Award:
    """An accepted award with its lines committed in the book; the lead is its only member."""
    programme = programme or Programme.objects.first() or make_site(now)
    given = lines or [Given(hours=hours)]
    person = make_person(lead)
    award = _award_rows(programme, person, given, now)
    Agreement.objects.create(
        award=award,
        number=1,
        text={},
        sha256="0" * 64,
        made_at=now,
        accepted_at=now,
        accepted_by=person,
    )
    grants = []
    for number, one in enumerate(given, start=1):
        line = _line_row(award, number, one)
        time = card_time_of(_asked(number, one))
        grants.append(LineGrant(line.code, time, Money(line.subsidy_minor, programme.currency)))
    commit_award(
        programme_code=programme.code,
        award_code=award.code,
        pool=POOL,
        lines=grants,
        key=f"commit:{award.code}",
        by=actor_for(person, now),
        now=now,
    )
    add_member(award, person, now, MemberRole.LEAD)
    return award


def add_member(
    award: Award, person: Person, now: datetime, role: MemberRole = MemberRole.MEMBER
) -> Actor:
    """A member of the award, as an actor."""
    Member.objects.create(award=award, person=person, role=role.value, since=now)
    return actor_for(person, now)


def lead_of(award: Award, now: datetime) -> Actor:
    """The lead, as an actor."""
    return actor_for(award.lead, now)


def _award_rows(programme: Programme, person: Person, given: list[Given], now: datetime) -> Award:
    version = version_in_force(programme.code, now.date())
    organisation, _ = Organisation.objects.get_or_create(
        name="Pier University",
        defaults={"kind": OrganisationKind.UNIVERSITY.value, "registered_at": now},
    )
    round_, _ = Round.objects.get_or_create(
        programme=programme, call_code="rolling", code="2026-01", opens_on=date(2026, 1, 1)
    )
    number = Award.objects.count() + 1
    Programme.objects.filter(pk=programme.pk).update(awards_made=number)
    application = Application.objects.create(
        code=f"{programme.prefix}-A9{number:03d}",
        programme=programme,
        call_code="rolling",
        round=round_,
        organisation=organisation,
        lead=person,
        state=CaseState.AWARDED.value,
        title="A model of the tides",
        begun_at=now,
        turn_since=now,
    )
    submission = Submission.objects.create(
        application=application,
        number=1,
        rule_version=version,
        content={},
        sha256="0" * 64,
        submitted_at=now,
        submitted_by=person,
    )
    decision = Decision.objects.create(
        application=application,
        round=round_,
        submission=submission,
        rule_version=version,
        outcome=Outcome.AWARD.value,
        reasons="It fits.",
        rate_bp=RATE_BP,
        decided_at=now,
        decided_by=person,
        released_at=now,
    )
    rules = rules_of(version)
    values = [
        value_of(rules, _asked(at, one), rate_bp=RATE_BP) for at, one in enumerate(given, start=1)
    ]
    return Award.objects.create(
        code=f"{programme.prefix}-{number:04d}",
        programme=programme,
        application=application,
        decision=decision,
        organisation=organisation,
        lead=person,
        title=application.title,
        state=AwardState.ACTIVE.value,
        rule_version=version,
        rate_bp=RATE_BP,
        list_minor=sum(value.list_price.minor for value in values),
        subsidy_minor=sum(value.subsidy.minor for value in values),
        first_on=min(one.first_on for one in given),
        last_on=max(one.last_on for one in given),
        offered_at=now,
        accept_by=now.date(),
        accepted_at=now,
        started_at=now,
    )


def _line_row(award: Award, number: int, one: Given) -> AwardLine:
    asked = _asked(number, one)
    value = value_of(rules_of(award.rule_version), asked, rate_bp=RATE_BP)
    return AwardLine.objects.create(
        award=award,
        number=number,
        code=f"{award.code}.{number}",
        shape=one.shape,
        device_model_code=one.device_model,
        service_class=one.service_class,
        cards=one.cards,
        first_on=one.first_on,
        last_on=one.last_on,
        card_seconds=card_time_of(asked).seconds,
        list_minor=value.list_price.minor,
        subsidy_minor=value.subsidy.minor,
    )


def _asked(number: int, one: Given) -> AskedLine:
    return AskedLine(
        number=number,
        shape=one.shape,
        device_model=one.device_model,
        cards=one.cards,
        first_on=one.first_on,
        last_on=one.last_on,
        card_hours=one.hours if one.shape == "card-hours" else 0,
        service_class=one.service_class,
    )
