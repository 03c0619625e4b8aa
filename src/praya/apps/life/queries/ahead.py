"""What rules will take, from whom and when, if nothing more is used; and who is to be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from praya.apps.awards.models import AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.life.models import Waiver
from praya.apps.life.queries.lives import (
    LineLife,
    RuledLine,
    lives_for_cuts,
    lives_with_rules,
    standstills_of,
    today_of,
    zone_of,
)
from praya.core.life import Check, Standing, cut_of, cuts_in_turn, put_off
from praya.core.programme.life import CutRule
from praya.core.quantity import CardTime, Money

AHEAD_DAYS_MAX = 3660
AnyLife = LineLife[AwardLine] | LineLife[RuledLine]


@dataclass(frozen=True, slots=True)
class ExpectedCut:
    """What a rule takes from a line at a check if nothing more is used until then.

    ``due_on`` is the day of the check, or later where the lead could not be told in time.
    ``cut`` is nothing where the check is waived, or a larger cut of the day covers it.
    """

    line: AwardLine | RuledLine
    rule: CutRule
    check: Check
    due_on: date
    standing: Standing
    called: CardTime
    cut: CardTime
    subsidy: Money
    warned_at: datetime | None
    waiver: Waiver | None

    @property
    def warn_on(self) -> tuple[date, ...]:
        """The days on which the lead is to be told, the first of them first."""
        days_before = sorted(self.rule.warn_days_before, reverse=True)
        return tuple(self.check.on - timedelta(days=days) for days in days_before)

    @property
    def key(self) -> str:
        """The book's key of the cut: once for each line, rule and check."""
        return cut_key(self.line, self.rule, self.check)


@dataclass(frozen=True, slots=True)
class DueWarning:
    """A cut of which a lead is to be told now, so many days before."""

    cut: ExpectedCut
    days_before: int


def cut_key(line: AwardLine | RuledLine, rule: CutRule, check: Check) -> str:
    """The book's key of a cut."""
    return f"life:{line.code}:{rule.code}:{check.mark}"


def expected_cuts(
    now: datetime, *, ahead_days: int = AHEAD_DAYS_MAX, where: Q | None = None
) -> list[ExpectedCut]:
    """Cuts to come in so many days, waived ones among them, the nearest first.

    Cuts that are due and not made yet are among them, those that were made are not.
    """
    return _cuts_on(lives_with_rules(where), now, ahead_days)


def due_warnings(now: datetime, *, where: Q | None = None) -> list[DueWarning]:
    """Whom to tell of which cut now. What was told is not among them, nor what is waived.

    Of several days on which a lead was to be told, the last that has come counts. While an award is
    suspended its lead is told of nothing: the days stand still.
    """
    active = Q(award__state=AwardState.ACTIVE.value)
    return [
        DueWarning(cut, days_before)
        for life in lives_with_rules(active & (where or Q()))
        for cut in cuts_ahead(life, now, ahead_days=_furthest_warning(life))
        for days_before in _days_to_warn(life, cut, today_of(life.line.award, now))
    ]


def warned_cuts(now: datetime, lines: QuerySet[AwardLine]) -> list[ExpectedCut]:
    """Cuts to come on lines of which the lead has been told, the nearest first."""
    found = _cuts_on(lives_for_cuts(lines), now, AHEAD_DAYS_MAX)
    return [cut for cut in found if cut.warned_at is not None and cut.cut.seconds]


def lines_with_checks(now: datetime) -> list[int]:
    """Ids of lines at which a rule is to look now."""
    return [
        life.line.pk
        for life in lives_with_rules(Q(award__state=AwardState.ACTIVE.value))
        if any(check.on <= today_of(life.line.award, now) for _, check in life.looks())
    ]


def cuts_ahead(life: AnyLife, now: datetime, *, ahead_days: int) -> Iterator[ExpectedCut]:
    """What the rules of one line call for in so many days; what is waived comes last."""
    today = today_of(life.line.award, now)
    until = today + timedelta(days=ahead_days)
    looks = [look for look in life.looks() if look[1].on <= until]
    if not looks:
        return
    counted = [look for look in looks if life.waiver_of(*look) is None]
    money_free = life.money_free
    for standing, taken in cuts_in_turn(
        counted, span=life.span, plan=life.known_plan, standing=life.standing, taken=life.taken
    ):
        for each in taken:
            subsidy = subsidy_of(each.cut, standing, money_free)
            yield _expected(
                life, each.rule, each.check, today, standing, each.called, subsidy, each.cut
            )
            money_free -= subsidy
    for rule, check in looks:
        if life.waiver_of(rule, check) is not None:
            called = waived_cut(life, rule, check)
            yield _expected(life, rule, check, today, life.standing, called, 0, 0)


def waived_cut(life: AnyLife, rule: CutRule, check: Check) -> int:
    """What a waived check would take as the line stands."""
    standing = life.standing
    own = Standing(standing.used, standing.free, standing.cut, life.taken.get(rule.code, 0))
    return cut_of(rule, check, span=life.span, plan=life.known_plan, standing=own)


def subsidy_of(cut_s: int, standing: Standing, money_free: int) -> int:
    """As much of the free subsidy as of the free time, so that neither runs out first."""
    return money_free * cut_s // standing.free if cut_s else 0


def due_on(life: AnyLife, rule: CutRule, check: Check, today: date) -> date:
    """When a check cuts: on its day, or later where its lead was told late.

    Then it waits as many days as the last warning is to be before it. Nothing is cut unannounced,
    and days on which the award was suspended do not count.
    """
    still = standstills_of(life.line.award, today)
    on = put_off(check.on, still, since=life.span.first_on)
    if not rule.warn_days_before:
        return on
    told = life.warnings.get((rule.code, check.mark))
    told_on = today
    if told:
        told_on = min(each.at for each in told).astimezone(zone_of(life.line.award)).date()
    known_on = told_on + timedelta(days=min(rule.warn_days_before))
    return max(on, put_off(known_on, still, since=told_on))


def _expected(  # noqa: PLR0913, PLR0917 -- the facts of one cut, from two places above
    life: AnyLife,
    rule: CutRule,
    check: Check,
    today: date,
    standing: Standing,
    called: int,
    subsidy: int,
    cut: int,
) -> ExpectedCut:
    model = life.line.device_model_code
    told = life.warnings.get((rule.code, check.mark), [])
    return ExpectedCut(
        line=life.line,
        rule=rule,
        check=check,
        due_on=due_on(life, rule, check, today),
        standing=standing,
        called=CardTime(called, model),
        cut=CardTime(cut, model),
        subsidy=Money(subsidy, life.line.award.programme.currency),
        warned_at=max((each.at for each in told), default=None),
        waiver=life.waiver_of(rule, check),
    )


def _cuts_on(lives: Iterable[AnyLife], now: datetime, ahead_days: int) -> list[ExpectedCut]:
    found = [
        cut
        for life in lives
        for cut in cuts_ahead(life, now, ahead_days=ahead_days)
        if cut.called.seconds
    ]
    return sorted(found, key=lambda cut: (cut.due_on, cut.line.code, cut.rule.code))


def _furthest_warning(life: AnyLife) -> int:
    return max((days for rule in life.rules.cut_rules for days in rule.warn_days_before), default=0)


def _days_to_warn(life: AnyLife, cut: ExpectedCut, today: date) -> list[int]:
    if not cut.cut.seconds:
        return []
    left = (cut.check.on - today).days
    reached = [days for days in cut.rule.warn_days_before if left <= days]
    told = life.warnings.get((cut.rule.code, cut.check.mark), [])
    nearest = min(reached, default=None)
    if nearest is None or any(each.days_before <= nearest for each in told):
        return []
    return [nearest]
