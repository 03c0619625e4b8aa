"""The life of one award as those see it who may; and whom rules would cut, for the desk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from praya.apps.applications.access import is_recused
from praya.apps.awards.models import Award, AwardLine
from praya.apps.awards.queries import award_of, awards_visible_to
from praya.apps.awards.rules import AwardState
from praya.apps.life import access
from praya.apps.life.models import (
    LineCheck,
    LinePlan,
    OpenedTranche,
    TrancheClosing,
    TrancheReport,
    Waiver,
)
from praya.apps.life.queries.ahead import ExpectedCut, cuts_ahead, expected_cuts
from praya.apps.life.queries.lives import (
    LineLife,
    award_lines,
    life_of,
    lives_of,
    today_of,
)
from praya.apps.life.rules import LATER_MONTHS
from praya.apps.programmes.queries import HEAVY, programme_of
from praya.core.actor import Actor
from praya.core.life import Ceiling, Check, ceiling_of
from praya.core.programme.life import CutRule, Life, SlidingWindow, Tranches
from praya.core.refusal import NotAllowed, NotFound

AWARD_AHEAD_DAYS = 3660


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line in card-hours: what awaits it, what may be used by now, what was looked at."""

    life: LineLife[AwardLine]
    ahead: list[ExpectedCut]
    ceiling: Ceiling | None
    checks: list[LineCheck]
    reversed: frozenset[int]


@dataclass(frozen=True, slots=True)
class Hold:
    """What keeps part of a line back: a part of the grant by its code, or the later months."""

    rule: SlidingWindow | Tranches
    mark: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class AwardLife:
    """The life of an award, and what the reader may do about it; ``may_waive`` names rules."""

    award: Award
    rules: Life
    lines: list[SeenLine]
    opened: list[OpenedTranche]
    reports: list[TrancheReport]
    may_waive: frozenset[str]
    may_plan: bool
    may_report: bool
    may_open: bool
    may_close: bool
    may_reverse: bool

    def report_on(self, part_code: str) -> TrancheReport | None:
        """What was handed in last for a part, unless it was sent back."""
        latest = next((one for one in self.reports if one.part_code == part_code), None)
        return None if latest is None or latest.returned_at is not None else latest


def award_life(code: str, actor: Actor, now: datetime) -> AwardLife:
    """What awaits an award and what was done; a fixed number of queries.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    award = award_of(code, actor)
    rows = award_lines(award)
    award = rows[0].award if rows else award  # with its rules
    rules = life_of(award)
    is_active = award.state == AwardState.ACTIVE.value
    is_in_force = is_active or award.state == AwardState.SUSPENDED.value
    lives = lives_of(rows) if award.started_at else []
    runs_desk = access.may_open_tranche(actor, award) and not is_recused(
        actor, award.application_id
    )
    return AwardLife(
        award=award,
        rules=rules,
        lines=[
            SeenLine(
                life=life,
                ahead=[
                    cut
                    for cut in cuts_ahead(life, now, ahead_days=AWARD_AHEAD_DAYS)
                    if cut.called.seconds and is_in_force
                ],
                ceiling=ceiling(life, now),
                checks=list(life.checks.values()),
                reversed=life.reversed,
            )
            for life in lives
        ],
        opened=list(lives[0].opened) if lives else [],
        reports=_reports_of(award) if rules.tranches else [],
        may_waive=frozenset(
            rule.code
            for rule in (*rules.cut_rules, *((rules.tranches,) if rules.tranches else ()))
            if access.may_waive(actor, award, rule)
        ),
        may_plan=is_in_force and access.may_plan(actor, award),
        may_report=is_active and rules.tranches is not None and access.may_hand_in(actor, award),
        may_open=is_active and runs_desk,
        may_close=is_in_force and runs_desk,
        may_reverse=access.may_reverse(actor, award),
    )


def preview(
    programme_code: str, actor: Actor, now: datetime, *, ahead_days: int
) -> list[ExpectedCut]:
    """Whom the rules of a programme would cut in so many days, by how much, and when.

    Raises:
        NotFound: there is no such programme.
        NotAllowed: not an officer, committee member, finance officer or auditor of it.

    """
    programme = programme_of(programme_code)
    if not access.may_see_preview(actor, programme.code):
        raise NotAllowed(action="life.preview", needs="officer")
    where = Q(award__programme=programme)
    return expected_cuts(now, ahead_days=ahead_days, where=where)


def ceiling(life: LineLife[AwardLine], now: datetime) -> Ceiling | None:
    """The most that may be used of a line by now; ``None`` where nothing is kept back."""
    return _ceiling(life, now, life.open_parts, is_window_waived=life.is_window_waived)


def ceiling_without(life: LineLife[AwardLine], hold: Hold, now: datetime) -> Ceiling | None:
    """As ``ceiling``, if what keeps part of the line back were waived."""
    is_waived = life.is_window_waived or hold.mark == LATER_MONTHS
    return _ceiling(life, now, life.open_parts | {hold.mark}, is_window_waived=is_waived)


def ceiling_again(life: LineLife[AwardLine], hold: Hold, now: datetime) -> Ceiling | None:
    """As ``ceiling``, if a waiver of what keeps part of the line back did not count."""
    reported = {each.part_code for each in life.opened}
    is_waived = life.is_window_waived and hold.mark != LATER_MONTHS
    opened = life.open_parts - {hold.mark} | reported
    return _ceiling(life, now, opened, is_window_waived=is_waived)


def ceiling_closed(life: LineLife[AwardLine], part_code: str, now: datetime) -> Ceiling | None:
    """As ``ceiling``, if the report that opened a part were not accepted."""
    opened = life.open_parts - {part_code} | life.waived_parts
    return _ceiling(life, now, opened, is_window_waived=life.is_window_waived)


def _ceiling(
    life: LineLife[AwardLine], now: datetime, opened: Collection[str], *, is_window_waived: bool
) -> Ceiling | None:
    return ceiling_of(
        life.rules,
        span=life.span,
        today=today_of(life.line.award, now),
        standing=life.standing,
        opened=opened,
        paid_parts=life.paid_parts,
        is_window_waived=is_window_waived,
    )


def waiver_seen(waiver_id: int, actor: Actor) -> Waiver:
    """A waiver on a line of an award in force.

    Raises:
        NotFound: there is none, or the actor may not know of its award.

    """
    waiver = Waiver.objects.select_related("line").filter(pk=waiver_id).first()
    if waiver is None:
        raise NotFound(kind="waiver", key=str(waiver_id))
    waiver.line = line_seen(waiver.line.code, actor)
    return waiver


def hold_on_line(life: LineLife[AwardLine], rule_code: str, mark: str) -> Hold | None:
    """What keeps part of a line back under a rule: a part of the grant, or the later months."""
    window, tranches = life.rules.window, life.rules.tranches
    if window is not None and (window.code, LATER_MONTHS) == (rule_code, mark):
        return Hold(window, mark, is_open=life.is_window_waived)
    if tranches is not None and tranches.code == rule_code:
        for part in tranches.parts[1:]:
            if part.code == mark:
                return Hold(tranches, mark, is_open=part.code in life.open_parts)
    return None


def line_seen(line_code: str, actor: Actor) -> AwardLine:
    """A line of an award in force or suspended, with its award.

    Raises:
        NotFound: there is none, or the actor may not know of its award.

    """
    related = ("award__programme", "award__rule_version", "award__lead")
    seen = awards_visible_to(actor).values("pk")
    line = (
        AwardLine.objects.filter(
            code=line_code,
            award__in=seen,
            award__state__in=[AwardState.ACTIVE.value, AwardState.SUSPENDED.value],
        )
        .select_related(*related)
        .defer(*(f"award__rule_version__{one}" for one in HEAVY))
        .first()
    )
    if line is None:
        raise NotFound(kind="award-line", key=line_code)
    return line


def line_life(line_code: str, actor: Actor) -> LineLife[AwardLine]:
    """The life of a line in card-hours of an award in force.

    Raises:
        NotFound: there is none, or the actor may not know of its award.

    """
    found = lives_of([line_seen(line_code, actor)])
    if not found:
        raise NotFound(kind="award-line", key=line_code)
    return found[0]


def latest_plan(line: AwardLine) -> LinePlan | None:
    """The plan of a line that counts."""
    return LinePlan.objects.filter(line=line).order_by("-number").first()


def check_on_line(
    life: LineLife[AwardLine], rule_code: str, mark: str
) -> tuple[CutRule, Check | None]:
    """A rule of a line, and the check that a mark names, or that was made under it.

    Raises:
        NotFound: there is no such rule, or no such check.

    """
    for rule in life.rules.cut_rules:
        if rule.code != rule_code:
            continue
        if not mark:
            return rule, None
        made = life.checks.get((rule_code, mark))
        if made is not None:
            return rule, Check(mark, made.due_on)
        for look, check in life.looks():
            if look.code == rule_code and check.mark == mark:
                return rule, check
    raise NotFound(kind="check", key=f"{life.line.code}:{rule_code}:{mark}")


def made_check(check_id: int, actor: Actor) -> LineCheck:
    """A check that was made.

    Raises:
        NotFound: there is none, or the actor may not know of its award.

    """
    related = ("line__award__programme", "line__award__rule_version", "line__award__lead")
    checks = LineCheck.objects.select_related(*related)
    heavy = (f"line__award__rule_version__{one}" for one in HEAVY)
    found = checks.defer(*heavy).filter(pk=check_id).first()
    if found is None or not awards_visible_to(actor).filter(pk=found.line.award_id).exists():
        raise NotFound(kind="check", key=str(check_id))
    return found


def opened_parts(award: Award) -> QuerySet[OpenedTranche]:
    """The parts of a grant that reports opened and that are open, the first opened first."""
    return OpenedTranche.objects.filter(award=award, closing=None).order_by("at", "pk")


def tranche_report(report_id: int, actor: Actor) -> TrancheReport:
    """A report that was handed in for a part of a grant.

    Raises:
        NotFound: there is none, or the actor may not know of its award.

    """
    report = _reports().filter(pk=report_id).first()
    if report is None or not awards_visible_to(actor).filter(pk=report.award_id).exists():
        raise NotFound(kind="report", key=str(report_id))
    return report


def path_of_report(report: TrancheReport) -> Path:
    """Where its bytes lie."""
    return Path(settings.PRAYA_HOME) / "reports" / report.stored_as


def report_for_update(report_id: int) -> TrancheReport:
    """A report, locked until the transaction ends."""
    return _reports().select_for_update(no_key=True, of=("self",)).get(pk=report_id)


def closing_of(award: Award, part_code: str) -> TrancheClosing | None:
    """That a part was closed again, the last time."""
    closings = TrancheClosing.objects.filter(opened__award=award, opened__part_code=part_code)
    return closings.order_by("-opened__number").first()


def reports_on(award: Award, part_code: str) -> QuerySet[TrancheReport]:
    """What was handed in for a part, the latest first."""
    return TrancheReport.objects.filter(award=award, part_code=part_code).order_by("-number")


def reports_to_read(programme_codes: Collection[str]) -> QuerySet[TrancheReport]:
    """Reports of awards in force that an officer has neither accepted nor sent back."""
    opened = OpenedTranche.objects.filter(
        award=OuterRef("award"), part_code=OuterRef("part_code"), closing=None
    )
    later = TrancheReport.objects.filter(
        award=OuterRef("award"), part_code=OuterRef("part_code"), number__gt=OuterRef("number")
    )
    waiting = _reports().filter(
        ~Exists(opened),
        ~Exists(later),
        returned_at=None,
        award__state=AwardState.ACTIVE.value,
        award__programme__code__in=programme_codes,
    )
    return waiting.order_by("at", "pk")


def _reports_of(award: Award) -> list[TrancheReport]:
    found = TrancheReport.objects.filter(award=award).select_related("by", "returned_by")
    return list(found.order_by("part_code", "-number"))


def _reports() -> QuerySet[TrancheReport]:
    heavy = (f"award__rule_version__{one}" for one in HEAVY)
    related = ("award__programme", "award__rule_version", "award__lead", "by")
    return TrancheReport.objects.select_related(*related).defer(*heavy)
