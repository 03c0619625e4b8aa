"""A round being decided, as awards that would be: "what if we award these"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from praya.apps.applications.models import Application, RequestLine
from praya.apps.applications.rules import CaseState
from praya.apps.awards import access as awards_access
from praya.apps.awards.models import Decision, Recusal
from praya.apps.awards.queries import grants, latest_decisions, with_amounts
from praya.apps.awards.queries.cases import of_own_house
from praya.apps.awards.queries.said import CaseSaid, said_of
from praya.apps.forecasts.queries.base import Site
from praya.apps.forecasts.queries.demands import (
    Promise,
    demand_of,
    leased_demand,
    planned,
    shape_of,
)
from praya.apps.forecasts.queries.machines import Leased
from praya.apps.forecasts.queries.policies import in_classes
from praya.apps.programmes.models import Programme, Round
from praya.apps.programmes.queries import rules_of, today_in, version_in_force
from praya.core.actor import Actor
from praya.core.metering import instant_of
from praya.core.programme.asking import AskedLine, card_time_of
from praya.core.review.amount import LineAmount
from praya.core.simulator.cluster.leasing import room_for
from praya.core.simulator.cluster.model import Award, Lease
from praya.core.simulator.forecast.changes import AddAward
from praya.core.simulator.forecast.question import Question

# Cases that this round may still make awards of; what was released stands in the base.
_OPEN = (CaseState.TO_DECIDE.value, CaseState.DECIDED.value)


@dataclass(frozen=True, slots=True)
class CaseAsked:
    """A case with what would be awarded, line by line."""

    code: str
    organisation_kind: str
    lines: tuple[AskedLine, ...]
    asked: Mapping[int, RequestLine]  # as last submitted, with its plan and sizing
    service_class: str = ""


def cases_asked(round_: Round, now: datetime) -> list[CaseAsked]:
    """The open and held cases of a round that would be given something, by code.

    Each counts with what is decided, else proposed, else recommended, else requested, as the
    committee's page counts money.
    """
    in_round = Application.objects.filter(round=round_, state__in=_OPEN)
    today = today_in(round_.programme, now)
    version = version_in_force(round_.programme.code, today)
    said = said_of(in_round, version, today)
    named = rules_of(version).service_class_of(round_.call_code)
    held = Q(round=round_, application__state=CaseState.DECIDED.value)
    decisions = {
        one.application_id: one for one in latest_decisions(held).prefetch_related("lines")
    }
    rows = in_round.order_by("code").values_list("pk", "code", "organisation__kind")
    asked = _asked(in_round)
    cases = [
        CaseAsked(code, kind, tuple(_lines(said[pk], decisions.get(pk))), asked[pk], named)
        for pk, code, kind in rows
    ]
    return [case for case in cases if case.lines]


def leased_in(cases: Sequence[CaseAsked]) -> list[Leased]:
    """What the cases would lease."""
    lines = (line for case in cases for line in case.lines)
    return [(line.device_model, line.cards) for line in lines if line.shape == "cards"]


def with_cases(site: Site, cases: Sequence[CaseAsked], programme: Programme) -> Question:
    """The question with the cases awarded, each line under the code of its case and its number."""
    question = site.question
    for case in cases:
        for line in case.lines:
            question = _with_line(question, site, case, line, programme)
    classes = {_name(case, line): case.service_class for case in cases for line in case.lines}
    return in_classes(question, classes)


def _name(case: CaseAsked, line: AskedLine) -> str:
    return f"{case.code}.{line.number}"


def stands_aside(actor: Actor, case_codes: Sequence[str]) -> bool:
    """Whether the actor takes no part in any of the cases: recused, or of their own house."""
    if not case_codes:
        return False
    cases = Application.objects.filter(code__in=list(case_codes))
    recused = Recusal.objects.filter(
        person_id=awards_access.person_of(actor), application__in=cases
    )
    return recused.exists() or cases.filter(of_own_house(actor)).exists()


def _asked(in_round: QuerySet[Application]) -> Mapping[int, dict[int, RequestLine]]:
    """The request lines by case and number, as last submitted. One query."""
    rows = RequestLine.objects.filter(submission__application__in=in_round)
    asked: dict[int, dict[int, RequestLine]] = defaultdict(dict)
    of_case = rows.annotate(case=F("submission__application")).only("number", "plan", "sizing")
    for row in of_case.order_by("submission__number"):
        asked[row.case][row.number] = row
    return asked


def _lines(said: CaseSaid, decision: Decision | None) -> Iterator[AskedLine]:
    """The lines with the amount that counts; those without any are left out."""
    asked = said.asked
    amounts = _decided(decision)
    if amounts is None:
        requested = {one.number: LineAmount(one.number, one.cards, one.card_hours) for one in asked}
        amounts = said.proposals or said.result.recommended or requested
    for line in with_amounts(asked, amounts):
        if card_time_of(line).seconds > 0:
            yield line


def _decided(decision: Decision | None) -> Mapping[int, LineAmount] | None:
    if decision is None:
        return None
    if not grants(decision):
        return {}
    return {line.number: line.awarded for line in decision.lines.all()}


def _with_line(
    question: Question, site: Site, case: CaseAsked, line: AskedLine, programme: Programme
) -> Question:
    """The question with one line awarded; on machines that are not there it changes nothing.

    Cards are a lease on what no other lease has, as the site would place it.
    """
    span, zone = site.habits.span, ZoneInfo(programme.time_zone)
    homes = [one for one in question.cluster.partitions if one.device_model == line.device_model]
    begins_s = span.second(max(instant_of(line.first_on, zone), span.now))
    ends_s = span.second(instant_of(line.last_on + timedelta(days=1), zone))
    if not homes or ends_s <= begins_s:
        return question
    asked = case.asked[line.number]
    promise = Promise(
        name=_name(case, line),
        device_model=line.device_model,
        cards=line.cards,
        left_s=card_time_of(line).seconds,
        begins_s=begins_s,
        ends_s=ends_s,
        since_s=begins_s,
        plan=planned(asked.plan, line.first_on, line.last_on, zone, span),
        node_cards=homes[0].cards,
        shape=shape_of(asked.sizing),
    )
    award = Award(promise.name, begins_at=begins_s, ends_at=ends_s, under=(case.code,))
    leases: tuple[Lease, ...] = ()
    if line.shape == "cards":
        free = room_for(homes[0], question.cluster.leases, begins_at=begins_s, ends_at=ends_s)
        promise = replace(promise, cards=min(line.cards, free))
        demand = leased_demand(promise, (), site.habits)
        if promise.cards:
            stands = (promise.name, award.name, homes[0].name, promise.cards, begins_s, ends_s)
            leases = (Lease(*stands),)
    else:
        award = replace(award, cards_max=line.cards, card_seconds=promise.left_s)
        demand = demand_of(promise, (), site.habits.past, span, at=line.device_model)
    demands = () if demand is None else (demand,)
    added = AddAward(award, demands, case.organisation_kind, leases, promise.plan)
    return added.applied(question)
