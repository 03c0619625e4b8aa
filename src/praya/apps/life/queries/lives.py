"""Lines with all that their rules look at, read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award, AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.books.models import Entry
from praya.apps.books.models import Line as BookLine
from praya.apps.books.queries import line_numbers
from praya.apps.life.models import CutWarning, LineCheck, LinePlan, OpenedTranche, Waiver
from praya.apps.life.rules import plan_of, planned_within
from praya.apps.programmes.models import RuleVersion
from praya.apps.programmes.queries import rules_of
from praya.apps.programmes.queries.versions import HEAVY
from praya.core.ledger import EntryKind, FourNumbers
from praya.core.life import Check, Plan, Span, Standing, checks_of, even_plan
from praya.core.programme.life import CutRule, Life
from praya.core.quantity import commodity_of_time

Look = tuple[str, str]  # code of a rule, mark of a check
Row = TypeVar("Row", LineCheck, Waiver, CutWarning)
_RELATED = ("award__programme", "award__rule_version", "award__lead", "award__organisation")


@dataclass(frozen=True, slots=True)
class LineLife:
    """A line in card-hours with its rules, what stands on it, and what was done and said."""

    line: AwardLine
    rules: Life
    span: Span
    plan: LinePlan | None
    time: FourNumbers
    money_free: int
    pool: str
    checks: Mapping[Look, LineCheck]
    reversed: frozenset[int] = frozenset()
    waivers: Mapping[Look, Waiver] = field(default_factory=dict)
    warnings: Mapping[Look, list[CutWarning]] = field(default_factory=dict)
    opened: Sequence[OpenedTranche] = ()

    @property
    def taken(self) -> dict[str, int]:
        """What each rule took and was not given back, by its code."""
        sums: dict[str, int] = defaultdict(int)
        for check in self.checks.values():
            if check.entry_number not in self.reversed:
                sums[check.rule_code] += check.cut_s
        return dict(sums)

    @property
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

    @property
    def months_planned(self) -> Mapping[str, int]:
        """Card-hours by month as the team said last: on the award, or else in the application."""
        if self.plan is not None:
            return self.plan.months  # type: ignore[no-any-return]  # a JSON column
        return planned_within(self.line.plan or {}, self.span)

    @property
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

    def waiver_of(self, rule: CutRule, check: Check) -> Waiver | None:
        """What keeps a check from cutting."""
        return self.waivers.get((rule.code, check.mark)) or self.waivers.get((rule.code, ""))


def zone_of(award: Award) -> ZoneInfo:
    """The zone in which the days of an award are counted."""
    return _zone(award.programme.time_zone)


def life_of(award: Award) -> Life:
    """The rules on the life of an award."""
    return rules_of(award.rule_version).life


def lines_with_rules(where: Q | None = None) -> QuerySet[AwardLine]:
    """Lines in card-hours of awards in force whose rules may cut or keep something back."""
    in_force = _lines_in_force().filter(where or Q())
    return in_force.filter(award__rule_version_id__in=_versions_with_rules())


def lines_warned_of(led_by: int) -> QuerySet[AwardLine]:
    """Lines of awards in force, of whose next checks their lead, this person, has been told."""
    made = LineCheck.objects.filter(
        line=OuterRef("line"), rule_code=OuterRef("rule_code"), mark=OuterRef("mark")
    )
    told = CutWarning.objects.filter(~Exists(made), line=OuterRef("pk"))
    return _lines_in_force().filter(Exists(told), award__lead_id=led_by)


def lives_of(lines: Iterable[AwardLine]) -> list[LineLife]:
    """The lives of lines in card-hours, in their order; others are left out.

    Six queries, and one each where rules took something or have later parts; without lines none.
    """
    rows = [
        line
        for line in lines
        if line.award.accepted_at is not None and line.shape == LineShape.CARD_HOURS.value
    ]
    if not rows:
        return []
    codes = [line.code for line in rows]
    numbers = line_numbers(codes)
    checks = _by_line(LineCheck.objects.filter(line__in=rows))
    waivers = _by_line(Waiver.objects.filter(line__in=rows))
    warnings = _by_line(CutWarning.objects.filter(line__in=rows))
    plans = {
        plan.line_id: plan
        for plan in LinePlan.objects.filter(line__in=rows).select_related("by").order_by("number")
    }
    opened = _opened({line.award_id for line in rows if life_of(line.award).tranches})
    cut = {check.line_id for found in checks.values() for check in found if check.cut_s}
    reversals = _reversals([line.code for line in rows if line.pk in cut])
    pools = dict(BookLine.objects.filter(code__in=codes).values_list("code", "pool"))
    found = []
    for line in rows:
        by_commodity = {each.commodity: each for each in numbers[line.code]}
        time = by_commodity.get(commodity_of_time(line.device_model_code))
        if time is None:
            continue
        money = by_commodity.get(line.award.programme.currency)
        told: dict[Look, list[CutWarning]] = defaultdict(list)
        for warning in warnings[line.pk]:
            told[warning.rule_code, warning.mark].append(warning)
        found.append(
            LineLife(
                line=line,
                rules=life_of(line.award),
                span=span_of(line),
                plan=plans.get(line.pk),
                time=time,
                money_free=money.free if money else 0,
                pool=pools[line.code],
                checks={(check.rule_code, check.mark): check for check in checks[line.pk]},
                reversed=reversals.get(line.code, frozenset()),
                waivers={(each.rule_code, each.mark): each for each in waivers[line.pk]},
                warnings=dict(told),
                opened=opened[line.award_id],
            )
        )
    return found


def span_of(line: AwardLine) -> Span:
    """The days of a line, from the day of acceptance if that was later."""
    assert line.award.accepted_at is not None, line
    accepted_on = line.award.accepted_at.astimezone(zone_of(line.award)).date()
    return Span(max(line.first_on, accepted_on), line.last_on)


def line_life_for_update(line_id: int) -> LineLife | None:
    """The life of a line, which is locked until the transaction ends; ``None`` once it is over."""
    line = _with_award(AwardLine.objects.select_for_update(no_key=True, of=("self",))).get(
        pk=line_id
    )
    if line.award.state != AwardState.ACTIVE.value:
        return None
    found = lives_of([line])
    return found[0] if found else None


def award_lines(award: Award) -> list[AwardLine]:
    """The lines of an award in card-hours, each with the award and its rules."""
    lines = AwardLine.objects.filter(award=award, shape=LineShape.CARD_HOURS.value)
    return list(_with_award(lines).order_by("number"))


def today_of(award: Award, now: datetime) -> date:
    """The day it is where an award's days are counted."""
    return now.astimezone(zone_of(award)).date()


def _lines_in_force() -> QuerySet[AwardLine]:
    found = AwardLine.objects.filter(
        award__state=AwardState.ACTIVE.value, shape=LineShape.CARD_HOURS.value
    )
    return _with_award(found).order_by("code")


def _with_award(lines: QuerySet[AwardLine]) -> QuerySet[AwardLine]:
    heavy = (f"award__rule_version__{field}" for field in HEAVY)
    return lines.select_related(*_RELATED).defer(*heavy)


def _versions_with_rules() -> list[int]:
    """Rule versions of awards in force under which something happens by itself."""
    used = Award.objects.filter(state=AwardState.ACTIVE.value).order_by()
    versions = RuleVersion.objects.filter(pk__in=used.values("rule_version_id"))
    return [
        version.pk
        for version in versions.defer(*HEAVY).order_by("pk")
        if _acts(rules_of(version).life)
    ]


def _acts(life: Life) -> bool:
    return bool(life.cut_rules) or life.tranches is not None


def _by_line(rows: QuerySet[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.line_id].append(row)
    return found


def _opened(award_ids: set[int]) -> dict[int, list[OpenedTranche]]:
    """Parts of grants that reports opened, by award, the first opened first."""
    found: dict[int, list[OpenedTranche]] = defaultdict(list)
    if not award_ids:
        return found
    rows = OpenedTranche.objects.filter(award_id__in=award_ids).select_related("by")
    for row in rows.order_by("at", "pk"):
        found[row.award_id].append(row)
    return found


def _reversals(codes: list[str]) -> dict[str, frozenset[int]]:
    """Numbers of reversed entries, by line."""
    if not codes:
        return {}
    found: dict[str, set[int]] = defaultdict(set)
    rows = Entry.objects.filter(subject__in=codes, kind=EntryKind.REVERSE.value)
    for subject, number in rows.order_by().values_list("subject", "reverses"):
        assert number is not None, subject
        found[subject].add(number)
    return {code: frozenset(numbers) for code, numbers in found.items()}


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
