"""Lines with all that their rules look at, read in a fixed number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Flag, auto
from functools import lru_cache
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import cached_property

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award, AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.books.queries import line_numbers
from praya.apps.life.models import CutWarning, LineCheck, LinePlan, OpenedTranche, PaidPart, Waiver
from praya.apps.life.queries.rows import (
    Look,
    Told,
    by_line,
    opened_of,
    plans_of,
    reversals,
    reversed_of,
    warnings_of,
)
from praya.apps.life.rules import LATER_MONTHS, plan_of, planned_within
from praya.apps.programmes.models import Programme, RuleVersion
from praya.apps.programmes.queries import rules_of
from praya.apps.programmes.queries.versions import HEAVY
from praya.core.ledger import FourNumbers
from praya.core.life import Check, Plan, Span, Standing, Standstill, checks_of, even_plan
from praya.core.programme.life import CutRule, Life
from praya.core.quantity import commodity_of_time

Line = TypeVar("Line", bound="AwardLine | RuledLine")
AT_ONCE = 500

# What ``RuledLine`` and ``RuledAward`` take of their rows.
_LINE = (
    *("pk", "code", "shape", "device_model_code", "first_on", "last_on", "aged_from"),
    *("plan", "said_months"),
)
_AWARD = tuple(
    f"award__{one}"
    for one in ("pk", "code", "title", "title_zh", "lead_id", "started_at", "state", "suspensions")
)
# Awards whose time runs, or stands still for now.
_IN_FORCE = (AwardState.ACTIVE.value, AwardState.SUSPENDED.value)

# What a model of a line brings along.
_RELATED = ("award__programme", "award__rule_version", "award__lead", "award__organisation")


class Read(Flag):
    """What is read of lines beside their numbers, checks and waivers."""

    WARNINGS = auto()
    PLANS = auto()
    OPENED = auto()
    ALL = WARNINGS | PLANS | OPENED


@dataclass(frozen=True, slots=True)
class RuledAward:
    """What rules look at, and pages show, of an award. Of hundreds, models are slow to make."""

    programme: Programme
    rule_version: RuleVersion
    pk: int
    code: str
    title: str
    title_zh: str
    lead_id: int
    started_at: datetime | None
    state: str
    suspensions: Sequence[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class RuledLine:
    """What rules look at, and pages show, of a line."""

    award: RuledAward
    pk: int
    code: str
    shape: str
    device_model_code: str
    first_on: date
    last_on: date
    aged_from: date | None
    plan: Mapping[str, int] | None
    said_months: Mapping[str, int] | None


@dataclass(frozen=True)
class LineLife(Generic[Line]):
    """A line in card-hours with its rules, what stands on it, and what was done and said."""

    line: Line
    rules: Life
    span: Span
    plan: LinePlan | None
    time: FourNumbers
    money_free: int
    checks: Mapping[Look, LineCheck]
    reversed: frozenset[int] = frozenset()
    waivers_ever: Sequence[Waiver] = ()
    warnings: Mapping[Look, list[Told]] = field(default_factory=dict)
    opened: Sequence[OpenedTranche] = ()
    paid_parts: int = 0

    @cached_property
    def waivers(self) -> dict[Look, Waiver]:
        """The waivers that count."""
        counting = (one for one in self.waivers_ever if not hasattr(one, "withdrawal"))
        return {(one.rule_code, one.mark): one for one in counting}

    @cached_property
    def taken(self) -> dict[str, int]:
        """What each rule took and was not given back, by its code."""
        sums: dict[str, int] = defaultdict(int)
        for check in self.checks.values():
            if check.entry_number not in self.reversed:
                sums[check.rule_code] += check.cut_s
        return dict(sums)

    @cached_property
    def standing(self) -> Standing:
        """What stands on the line now; ``cut_by_rule`` is what the window took."""
        window = self.rules.window
        taken = self.taken
        return Standing(
            used=self.time.settled + self.time.in_flight,
            free=self.time.free,
            cut=sum(taken.values()),
            cut_by_rule=taken.get(window.code, 0) if window else 0,
        )

    @cached_property
    def months_planned(self) -> Mapping[str, int]:
        """Card-hours by month as the team said last: on the award, or else in the application."""
        if self.plan is not None:
            return self.plan.months  # type: ignore[no-any-return]  # a JSON column
        said: Mapping[str, int] | None = getattr(self.line, "said_months", None)
        if said is not None:
            return said
        return planned_within(self.line.plan, self.span) if self.line.plan else {}

    @cached_property
    def known_plan(self) -> Plan:
        """The team's plan; without one, an even one."""
        months = self.months_planned
        return plan_of(months) if months else even_plan(self.span)

    def looks(self) -> list[tuple[CutRule, Check]]:
        """Checks that have not been made, the nearest first."""
        return [
            (rule, check)
            for rule in self.rules.cut_rules
            for check in checks_of(rule, self.span)
            if (rule.code, check.mark) not in self.checks
        ]

    @property
    def open_parts(self) -> frozenset[str]:
        """Later parts of the grant that a report opened, or a waiver on this line."""
        return self.waived_parts | {each.part_code for each in self.opened}

    @property
    def waived_parts(self) -> frozenset[str]:
        """Later parts of the grant that a waiver opened on this line."""
        tranches = self.rules.tranches
        return frozenset(mark for rule, mark in self.waivers if tranches and rule == tranches.code)

    @property
    def is_window_waived(self) -> bool:
        """Whether later months of the window may be used by now."""
        window = self.rules.window
        return window is not None and (window.code, LATER_MONTHS) in self.waivers

    def waiver_of(self, rule: CutRule, check: Check) -> Waiver | None:
        """What keeps a check from cutting."""
        return self.waivers.get((rule.code, check.mark)) or self.waivers.get((rule.code, ""))


def zone_of(award: Award | RuledAward) -> ZoneInfo:
    """The zone in which the days of an award are counted."""
    return _zone(award.programme.time_zone)


def life_of(award: Award | RuledAward) -> Life:
    """The rules on the life of an award."""
    return rules_of(award.rule_version).life


def lives_with_rules(where: Q | None = None) -> list[LineLife[RuledLine]]:
    """The lives of lines of awards in force whose rules may cut or keep something back.

    For their cuts only, as ``lives_for_cuts`` has them. Six queries: all awards under one version
    share it and its programme, read once.
    """
    versions = _versions_with_rules()
    in_force = _in_force().filter(where or Q(), award__rule_version_id__in=list(versions))
    awards: dict[int, RuledAward] = {}
    lines = []
    for row in with_plans(in_force).values_list(*_LINE, "award__rule_version_id", *_AWARD):
        of_line, version_id, of_award = row[: len(_LINE)], row[len(_LINE)], row[-len(_AWARD) :]
        award = awards.get(of_award[0])
        if award is None:
            version = versions[version_id]
            award = awards[of_award[0]] = RuledAward(version.programme, version, *of_award)
        lines.append(RuledLine(award, *of_line))
    return _lives(lines, in_force.order_by(), Read.WARNINGS)


def lines_warned_of(led_by: int) -> QuerySet[AwardLine]:
    """Lines of awards in force, of whose next checks their lead, this person, has been told."""
    made = LineCheck.objects.filter(
        line=OuterRef("line"), rule_code=OuterRef("rule_code"), mark=OuterRef("mark")
    )
    told = CutWarning.objects.filter(~Exists(made), line=OuterRef("pk"))
    return _in_force().filter(Exists(told), award__lead_id=led_by)


def lives_of(lines: Iterable[AwardLine]) -> list[LineLife[AwardLine]]:
    """The lives of lines in card-hours, in their order; others are left out.

    Five queries, and one each where rules have later parts or want payment; without lines none.
    """
    return _in_parts(lines, Read.ALL)


def lives_for_use(
    lines: Iterable[AwardLine], numbers: Mapping[str, list[FourNumbers]]
) -> list[LineLife[AwardLine]]:
    """As ``lives_of``, by four numbers at hand, without plans and warnings. Two queries and those.

    For what may be used by now.
    """
    return _in_parts(lines, Read.OPENED, numbers)


def lives_for_cuts(lines: QuerySet[AwardLine]) -> list[LineLife[AwardLine]]:
    """As ``lives_of``, without ``plan`` and ``opened``, which no cut looks at. Five queries."""
    return _in_parts(with_plans(with_award(lines)), Read.WARNINGS)


def with_plans(lines: QuerySet[AwardLine]) -> QuerySet[AwardLine]:
    """Lines with ``said_months``, the months of the last plan for each."""
    plans = LinePlan.objects.filter(line=OuterRef("pk")).order_by("-number")
    return lines.annotate(said_months=Subquery(plans.values("months")[:1]))


def _in_parts(
    lines: Iterable[AwardLine], read: Read, numbers: Mapping[str, list[FourNumbers]] | None = None
) -> list[LineLife[AwardLine]]:
    rows = [
        line
        for line in lines
        if line.award.started_at is not None and line.shape == LineShape.CARD_HOURS.value
    ]
    parts = [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]
    return [life for part in parts for life in _lives(part, _with_ids(part), read, numbers)]


def _with_ids(lines: Sequence[AwardLine]) -> QuerySet[AwardLine]:
    return AwardLine.objects.filter(pk__in=[line.pk for line in lines]).order_by()


def _lives(
    rows: Sequence[Line],
    found_by: QuerySet[AwardLine],
    read: Read,
    numbers: Mapping[str, list[FourNumbers]] | None = None,
) -> list[LineLife[Line]]:
    """The lives of lines, which the query finds as well."""
    if not rows:
        return []
    ids = found_by.values("pk")
    if numbers is None:
        numbers = line_numbers((line.code for line in rows), found_by=found_by.values("code"))
    made = LineCheck.objects.filter(line__in=ids).annotate(is_reversed=Exists(reversals()))
    checks = by_line(made.order_by("due_on", "id"))
    waivers = by_line(
        Waiver.objects.filter(line__in=ids).select_related("withdrawal").order_by("at")
    )
    warnings = warnings_of(ids) if Read.WARNINGS in read else {}
    plans = plans_of(ids) if Read.PLANS in read else {}
    parted = rows if Read.OPENED in read else []
    opened = opened_of({one.award.pk for one in parted if life_of(one.award).tranches})
    ahead = {one.award.pk for one in parted if life_of(one.award).paid_ahead}
    paid = Counter(PaidPart.objects.filter(award__in=ahead).values_list("award_id", flat=True))
    found = []
    for line in rows:
        award = line.award
        made_here = checks.get(line.pk, [])
        by_commodity = {each.commodity: each for each in numbers[line.code]}
        time = by_commodity.get(commodity_of_time(line.device_model_code))
        if time is None:
            continue
        money = by_commodity.get(award.programme.currency)
        found.append(
            LineLife(
                line=line,
                rules=life_of(award),
                span=span_of(line),
                plan=plans.get(line.pk),
                time=time,
                money_free=money.free if money else 0,
                checks={(check.rule_code, check.mark): check for check in made_here},
                reversed=reversed_of(made_here),
                waivers_ever=waivers.get(line.pk, ()),
                warnings=warnings.get(line.pk, {}),
                opened=opened.get(line.award.pk, ()),
                paid_parts=paid[line.award.pk],
            )
        )
    return found


def span_of(line: AwardLine | RuledLine) -> Span:
    """The days of a line, from the day on which its award could first be used if that was later."""
    award = line.award
    assert award.started_at is not None, line
    started_on = award.started_at.astimezone(zone_of(award)).date()
    aged_from = None if line.aged_from is None else max(line.aged_from, started_on)
    return Span(max(line.first_on, started_on), line.last_on, aged_from)


def award_lines(award: Award) -> list[AwardLine]:
    """The lines of an award in card-hours, each with the award and its rules."""
    lines = AwardLine.objects.filter(award=award, shape=LineShape.CARD_HOURS.value)
    return list(with_award(lines).order_by("number"))


def today_of(award: Award | RuledAward, now: datetime) -> date:
    """The day it is where an award's days are counted."""
    return _day_in(award.programme.time_zone, now)


def standstills_of(award: Award | RuledAward, today: date) -> list[Standstill]:
    """The days on which an award was suspended, until today if it still is."""
    return [
        Standstill(date.fromisoformat(since), date.fromisoformat(until) if until else today)
        for since, until in award.suspensions
    ]


def _in_force() -> QuerySet[AwardLine]:
    """Lines in card-hours of awards in force, suspended ones among them."""
    wanted = {"award__state__in": _IN_FORCE, "shape": LineShape.CARD_HOURS.value}
    return AwardLine.objects.filter(**wanted).order_by("code")


def with_award(lines: QuerySet[AwardLine]) -> QuerySet[AwardLine]:
    """Lines with all of their awards that their rules look at."""
    return lines.select_related(*_RELATED).defer(*(f"award__rule_version__{one}" for one in HEAVY))


def _versions_with_rules() -> dict[int, RuleVersion]:
    """Rule versions of awards in force under which something happens by itself, by their ids."""
    used = Award.objects.filter(state__in=_IN_FORCE).order_by()
    versions = RuleVersion.objects.filter(pk__in=used.values("rule_version_id"))
    return {
        version.pk: version
        for version in versions.select_related("programme").defer(*HEAVY).order_by("pk")
        if rules_of(version).life.acts
    }


@lru_cache(maxsize=64)
def _day_in(zone: str, now: datetime) -> date:
    return now.astimezone(_zone(zone)).date()


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
