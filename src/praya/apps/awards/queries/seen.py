"""Awards, their members and agreements, as those see them who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from praya.apps.applications.access import recused
from praya.apps.awards import access
from praya.apps.awards.models import Agreement, Award, AwardLine, Member
from praya.apps.awards.rules import ACCEPTED, AwardState, MemberRole
from praya.apps.books.models import Entry
from praya.apps.books.queries import Beside, entries_of, line_numbers, together, use_beside
from praya.apps.people.models import Person
from praya.apps.programmes.models import Programme
from praya.apps.programmes.queries import rules_of, today_in
from praya.apps.programmes.queries.versions import HEAVY
from praya.core.actor import Actor
from praya.core.ledger import FourNumbers
from praya.core.refusal import NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class LineStanding:
    """An award's line with its four numbers in time and money; none before it is accepted."""

    line: AwardLine
    numbers: list[FourNumbers]


@dataclass(frozen=True, slots=True)
class AwardStanding:
    """An award with everything that stands on its page; ``beside`` the numbers stands more use."""

    award: Award
    lines: list[LineStanding]
    numbers: list[FourNumbers]
    beside: Beside
    members: list[Member]
    agreement: Agreement
    is_lead: bool
    is_member: bool
    keeps_members: bool
    runs_desk: bool


def awards_visible_to(actor: Actor) -> QuerySet[Award]:
    """The awards the actor may see, the newest first, with programme, organisation and lead."""
    return _awards().filter(access.visible_to(actor))


def award_of(code: str, actor: Actor) -> Award:
    """An award.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    award = awards_visible_to(actor).filter(code=code).first()
    if award is None:
        raise NotFound(kind="award", key=code)
    return award


def award_standing(code: str, actor: Actor) -> AwardStanding:
    """An award with its lines, four numbers, members and agreement.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    beside = awards_visible_to(actor).annotate(is_recused=recused(actor, "application"))
    award = beside.filter(code=code).first()
    if award is None:
        raise NotFound(kind="award", key=code)
    lines = list(award.lines.all())
    by_line = line_numbers(line.code for line in lines)
    members = list(award.members.filter(until=None).select_related("person"))
    mine = {MemberRole(m.role) for m in members if m.person_id == actor.person_id}
    return AwardStanding(
        award=award,
        lines=[LineStanding(line, by_line[line.code]) for line in lines],
        numbers=together(numbers for each in by_line.values() for numbers in each),
        beside=use_beside([award.code])[award.code],
        members=members,
        agreement=latest_agreement(award),
        is_lead=access.is_lead(actor, award),
        is_member=bool(mine),
        keeps_members=access.is_lead(actor, award) or bool(mine & set(access.KEEPS_MEMBERS)),
        runs_desk=access.may_run_desk(actor, award) and not award.is_recused,
    )


def entries_behind(code: str, actor: Actor) -> tuple[Award, QuerySet[Entry]]:
    """Every entry of the book about an award, the newest first.

    Raises:
        NotFound: there is no such award, or the actor may not know of it.

    """
    award = award_of(code, actor)
    return award, entries_of(award.code)


def agreement_of(code: str, number: int, actor: Actor) -> Agreement:
    """One version of an award's agreement.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    award = award_of(code, actor)
    agreement = award.agreements.select_related("accepted_by").filter(number=number).first()
    if agreement is None:
        raise NotFound(kind="agreement", key=f"{code}/{number}")
    agreement.award = award
    return agreement


def member_of(member_id: int, actor: Actor) -> Member:
    """A membership, past or present, of an award the actor may see.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    member = Member.objects.select_related("person", "award").filter(pk=member_id).first()
    if member is None or not awards_visible_to(actor).filter(pk=member.award_id).exists():
        raise NotFound(kind="member", key=str(member_id))
    return member


def member_to_remove(member_id: int, actor: Actor) -> Member:
    """A membership that the actor may end.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        NotAllowed: the actor neither keeps the members nor is the member.

    """
    member = member_of(member_id, actor)
    if not access.may_remove(actor, member.award, member):
        raise NotAllowed(action="award.remove_member", needs="lead")
    return member


def memberships_of(actor: Actor) -> QuerySet[Member]:
    """Awards under which the actor may run jobs now."""
    return (
        Member.objects.filter(
            person_id=access.person_of(actor), until=None, award__state=AwardState.ACTIVE.value
        )
        .select_related("award__programme")
        .order_by("-award_id")
    )


def offers_to(actor: Actor) -> QuerySet[Award]:
    """Offers that wait for the actor, the most urgent first."""
    return (
        _awards()
        .filter(lead_id=actor.person_id, state=AwardState.OFFERED.value)
        .order_by("accept_by", "id")
    )


def released_awards(programme_code: str) -> QuerySet[Award]:
    """What the public may know: awards offered or accepted, not those declined or lapsed."""
    states = [AwardState.OFFERED.value, *(state.value for state in ACCEPTED)]
    awards = _awards().filter(programme__code=programme_code, state__in=states)
    return awards.prefetch_related("lines")


def latest_agreement(award: Award) -> Agreement:
    """The agreement that counts: the offer's, or the one that was accepted."""
    agreement = award.agreements.select_related("accepted_by").order_by("-number").first()
    assert agreement is not None, award.code
    return agreement


def award_for_update(code: str) -> Award:
    """An award, locked until the transaction ends.

    Raises:
        NotFound: there is none.

    """
    award = _awards().select_for_update(of=("self",)).filter(code=code).first()
    if award is None:
        raise NotFound(kind="award", key=code)
    return award


def award_code_of_member(member_id: int) -> str:
    """The award of a membership.

    Raises:
        NotFound: there is no such membership.

    """
    code = Member.objects.filter(pk=member_id).values_list("award__code", flat=True).first()
    if code is None:
        raise NotFound(kind="member", key=str(member_id))
    return code


def title_of(award: Award) -> str:
    """The award's title, in Chinese if it has no other."""
    return award.title or award.title_zh


def lapsed_offers(now: datetime) -> list[str]:
    """Codes of offers whose last day has passed where their programme is."""
    offered = [AwardState.OFFERED.value]
    return codes_where(now, lambda today: Q(state__in=offered, accept_by__lt=today))


def due_awards(now: datetime) -> list[str]:
    """Codes of awards that run on although their last day has passed where their programme is.

    An award is not due before the days of grace of its rules are over.
    """
    running = [AwardState.ACTIVE.value, AwardState.SUSPENDED.value]
    over = codes_where(now, lambda today: Q(state__in=running, last_on__lt=today))
    related = Award.objects.filter(code__in=over).select_related("programme", "rule_version")
    heavy = (f"rule_version__{field}" for field in HEAVY)
    return [
        award.code
        for award in related.defer(*heavy).order_by("programme", "id")
        if award.last_on + timedelta(days=rules_of(award.rule_version).life.grace_days)
        < today_in(award.programme, now)
    ]


def person_with(email: str) -> Person | None:
    """Who signs in with an address, if they may still sign in."""
    return Person.objects.filter(email__iexact=email.strip(), is_active=True).first()


def codes_where(now: datetime, where: Callable[[date], Q]) -> list[str]:
    """Codes of the awards for which something holds on the day where their programme is."""
    return [
        code
        for programme in Programme.objects.all()
        for code in Award.objects.filter(where(today_in(programme, now)), programme=programme)
        .order_by("id")
        .values_list("code", flat=True)
    ]


def _awards() -> QuerySet[Award]:
    return Award.objects.select_related("programme", "organisation", "lead")
