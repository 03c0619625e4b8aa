"""Lines with all that their rules look at, read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award, AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.books.models import Entry
from praya.apps.books.models import Line as BookLine
from praya.apps.books.queries import line_numbers
from praya.apps.life.models import CutWarning, LineCheck, LinePlan, OpenedTranche, Waiver
from praya.apps.life.rules import plan_of, planned_within
from praya.apps.programmes.models import Programme, RuleVersion
from praya.apps.programmes.queries import rules_of
from praya.apps.programmes.queries.versions import HEAVY
from praya.core.ledger import EntryKind, FourNumbers
from praya.core.life import Check, Plan, Span, Standing, checks_of, even_plan
from praya.core.programme.life import CutRule, Life
from praya.core.quantity import commodity_of_time

Look = tuple[str, str]  # code of a rule, mark of a check
Row = TypeVar("Row", LineCheck, Waiver)
Line = TypeVar("Line", bound="AwardLine | RuledLine")
AT_ONCE = 500

# What ``RuledLine`` and ``RuledAward`` take of their rows.
_LINE = ("pk", "code", "shape", "device_model_code", "first_on", "last_on", "plan", "said_months")
_AWARD = tuple(
    f"award__{one}" for one in ("pk", "code", "title", "title_zh", "lead_id", "accepted_at")
)

# What a model of a line brings along.
_RELATED = ("award__programme", "award__rule_version", "award__lead", "award__organisation")


class Told(NamedTuple):
    """That a lead was told of a cut, so many days before."""

    at: datetime
    days_before: int


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
    accepted_at: datetime | None


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
    plan: Mapping[str, int] | None
    said_months: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
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
    waivers: Mapping[Look, Waiver] = field(default_factory=dict)
    warnings: Mapping[Look, list[Told]] = field(default_factory=dict)
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
        said: Mapping[str, int] | None = getattr(self.line, "said_months", None)
        if said is not None:
            return said
        return planned_within(self.line.plan, self.span) if self.line.plan else {}

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
    for row in _with_plans(in_force).values_list(*_LINE, "award__rule_version_id", *_AWARD):
        of_line, version_id, of_award = row[: len(_LINE)], row[len(_LINE)], row[-len(_AWARD) :]
        award = awards.get(of_award[0])
        if award is None:
            version = versions[version_id]
            award = awards[of_award[0]] = RuledAward(version.programme, version, *of_award)
        lines.append(RuledLine(award, *of_line))
    return _lives(lines, in_force.order_by(), for_cuts=True)


def lines_warned_of(led_by: int) -> QuerySet[AwardLine]:
    """Lines of awards in force, of whose next checks their lead, this person, has been told."""
    made = LineCheck.objects.filter(
        line=OuterRef("line"), rule_code=OuterRef("rule_code"), mark=OuterRef("mark")
    )
    told = CutWarning.objects.filter(~Exists(made), line=OuterRef("pk"))
    return _in_force().filter(Exists(told), award__lead_id=led_by)


def lives_of(lines: Iterable[AwardLine]) -> list[LineLife[AwardLine]]:
    """The lives of lines in card-hours, in their order; others are left out.

    Five queries, and one where rules have later parts; without lines none.
    """
    return _in_parts(lines, for_cuts=False)


def lives_for_cuts(lines: QuerySet[AwardLine]) -> list[LineLife[AwardLine]]:
    """As ``lives_of``, without ``plan`` and ``opened``, which no cut looks at. Five queries."""
    return _in_parts(_with_plans(with_award(lines)), for_cuts=True)


def _with_plans(lines: QuerySet[AwardLine]) -> QuerySet[AwardLine]:
    """Lines with ``said_months``, the months of the last plan for each."""
    plans = LinePlan.objects.filter(line=OuterRef("pk")).order_by("-number")
    return lines.annotate(said_months=Subquery(plans.values("months")[:1]))


def _in_parts(lines: Iterable[AwardLine], *, for_cuts: bool) -> list[LineLife[AwardLine]]:
    rows = [
        line
        for line in lines
        if line.award.accepted_at is not None and line.shape == LineShape.CARD_HOURS.value
    ]
    parts = [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]
    return [life for part in parts for life in _lives(part, _with_ids(part), for_cuts=for_cuts)]


def _with_ids(lines: Sequence[AwardLine]) -> QuerySet[AwardLine]:
    return AwardLine.objects.filter(pk__in=[line.pk for line in lines]).order_by()


def _lives(
    rows: Sequence[Line], found_by: QuerySet[AwardLine], *, for_cuts: bool
) -> list[LineLife[Line]]:
    """The lives of lines, which the query finds as well."""
    if not rows:
        return []
    ids = found_by.values("pk")
    numbers = line_numbers((line.code for line in rows), found_by=found_by.values("code"))
    made = LineCheck.objects.filter(line__in=ids).annotate(is_reversed=Exists(_reversals()))
    checks = _by_line(made.order_by("due_on", "id"))
    waivers = _by_line(Waiver.objects.filter(line__in=ids).order_by("at"))
    warnings = _told(ids)
    plans = {} if for_cuts else _plans(ids)
    later = [] if for_cuts else [line for line in rows if life_of(line.award).tranches]
    opened = _opened({line.award.pk for line in later})
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
                reversed=_reversed(made_here),
                waivers={(each.rule_code, each.mark): each for each in waivers.get(line.pk, ())},
                warnings=warnings.get(line.pk, {}),
                opened=opened.get(line.award.pk, ()),
            )
        )
    return found


def pool_of(line: AwardLine | RuledLine) -> str:
    """The pool out of which the book has a line."""
    return BookLine.objects.values_list("pool", flat=True).get(code=line.code)


def span_of(line: AwardLine | RuledLine) -> Span:
    """The days of a line, from the day of acceptance if that was later."""
    award = line.award
    assert award.accepted_at is not None, line
    accepted_on = award.accepted_at.astimezone(zone_of(award)).date()
    return Span(max(line.first_on, accepted_on), line.last_on)


def line_life_for_update(line_id: int) -> LineLife[AwardLine] | None:
    """The life of a line, which is locked until the transaction ends; ``None`` once it is over."""
    line = with_award(AwardLine.objects.select_for_update(no_key=True, of=("self",))).get(
        pk=line_id
    )
    if line.award.state != AwardState.ACTIVE.value:
        return None
    found = lives_of([line])
    return found[0] if found else None


def award_lines(award: Award) -> list[AwardLine]:
    """The lines of an award in card-hours, each with the award and its rules."""
    lines = AwardLine.objects.filter(award=award, shape=LineShape.CARD_HOURS.value)
    return list(with_award(lines).order_by("number"))


def today_of(award: Award | RuledAward, now: datetime) -> date:
    """The day it is where an award's days are counted."""
    return now.astimezone(zone_of(award)).date()


def _in_force() -> QuerySet[AwardLine]:
    """Lines in card-hours of awards in force."""
    found = AwardLine.objects.filter(
        award__state=AwardState.ACTIVE.value, shape=LineShape.CARD_HOURS.value
    )
    return found.order_by("code")


def with_award(lines: QuerySet[AwardLine]) -> QuerySet[AwardLine]:
    """Lines with all of their awards that their rules look at."""
    heavy = (f"award__rule_version__{field}" for field in HEAVY)
    return lines.select_related(*_RELATED).defer(*heavy)


def _versions_with_rules() -> dict[int, RuleVersion]:
    """Rule versions of awards in force under which something happens by itself, by their ids."""
    used = Award.objects.filter(state=AwardState.ACTIVE.value).order_by()
    versions = RuleVersion.objects.filter(pk__in=used.values("rule_version_id"))
    return {
        version.pk: version
        for version in versions.select_related("programme").defer(*HEAVY).order_by("pk")
        if _acts(rules_of(version).life)
    }


def _acts(life: Life) -> bool:
    return bool(life.cut_rules) or life.tranches is not None


def _by_line(rows: QuerySet[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.line_id].append(row)
    return found


def _told(line_ids: QuerySet[Any]) -> dict[int, dict[Look, list[Told]]]:
    """When leads were told of cuts, by line and look."""
    found: dict[int, dict[Look, list[Told]]] = defaultdict(lambda: defaultdict(list))
    rows = CutWarning.objects.filter(line__in=line_ids).order_by()
    for line_id, rule_code, mark, at, days_before in rows.values_list(
        "line_id", "rule_code", "mark", "at", "days_before"
    ):
        found[line_id][rule_code, mark].append(Told(at, days_before))
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


def _plans(line_ids: QuerySet[Any]) -> dict[int, LinePlan]:
    """The last plan of each line."""
    plans = LinePlan.objects.filter(line__in=line_ids).select_related("by").order_by("number")
    return {plan.line_id: plan for plan in plans}


def _reversals() -> QuerySet[Entry]:
    """Entries that turned round the cut of a check."""
    return Entry.objects.filter(
        subject=OuterRef("line__code"),
        kind=EntryKind.REVERSE.value,
        reverses=OuterRef("entry_number"),
    )


def _reversed(checks: Iterable[LineCheck]) -> frozenset[int]:
    """Numbers of the entries of checks that were turned round."""
    return frozenset(
        check.entry_number
        for check in checks
        if check.entry_number is not None and getattr(check, "is_reversed", False)
    )


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
