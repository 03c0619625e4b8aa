"""What awaits an award and what was done to it; and whom the rules of a programme would cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.life.queries import (
    AwardLife,
    ExpectedCut,
    LineLife,
    SeenLine,
    award_life,
    hold_on_line,
    preview,
    zone_of,
)
from praya.apps.life.rules import LATER_MONTHS
from praya.apps.programmes.queries import programme_of
from praya.core.life import Ceiling, Opened
from praya.core.quantity import CardTime, Money
from praya.web.actors import actor
from praya.web.badges import Badge, Link, Tone
from praya.web.guards import signed_in
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.dates import day
from praya.words.languages import in_readers_language, title_in_readers_language
from praya.words.life import (
    free_use_sentence,
    grace_sentence,
    paid_ahead_sentence,
    rule_sentence,
    tranches_sentence,
)
from praya.words.quantities import card_hours
from praya.words.series import listed

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine
    from praya.apps.life.models import LineCheck

AHEAD_DAYS = {"30": 30, "90": 90, "365": 365}
AHEAD_USUAL = "90"


@signed_in
def award_life_page(request: HttpRequest, code: str) -> HttpResponse:
    """What awaits an award, what rules did, its plan and the parts of its grant."""
    found = award_life(code, actor(request), clock.now())
    ahead = _ahead_table(request, found)
    done = _done_table(request, found)
    if done.is_asked_alone:
        return done.answer("web/life/award.html")
    context = {
        "award": found.award,
        "sentences": _sentences(found),
        "done": done,
        "lines": [_line(found, each) for each in found.lines],
        "parts": _parts(found),
        "may_plan": found.may_plan,
    }
    return ahead.answer("web/life/award.html", context)


@signed_in
def preview_page(request: HttpRequest, code: str) -> HttpResponse:
    """Whom the rules of a programme would cut, by how much, and when they are told."""
    chosen = request.GET.get("ahead", AHEAD_USUAL)
    days = AHEAD_DAYS.get(chosen, AHEAD_DAYS[AHEAD_USUAL])
    rows = preview(code, actor(request), clock.now(), ahead_days=days)
    states = {"expected": _("expected"), "waived": _("waived"), "covered": _("covered")}
    table = Table(
        request,
        name="cuts",
        caption=_("Cuts to come"),
        rows=rows,
        columns=(
            Column("award", _("Award"), _award_link),
            Column("title", _("Title"), lambda row: title_in_readers_language(row.line.award)),
            *_cut_columns(),
            Column("state", _("State"), _ahead_badge),
        ),
        search=("words",),
        filters=(
            Filter(
                "state",
                _("State"),
                list(states.items()),
                keeps=lambda row, state: _ahead_state(row) == state,
            ),
        ),
        empty=_("In these days the rules cut nothing."),
    )
    programme = rows[0].line.award.programme if rows else programme_of(code)
    context = {
        "programme": programme,
        "name": in_readers_language(programme.name),
        "spans": [(key, count, count == days) for key, count in AHEAD_DAYS.items()],
    }
    return table.answer("web/life/preview.html", context)


def _ahead_table(request: HttpRequest, found: AwardLife) -> Table:
    rows = [cut for line in found.lines for cut in line.ahead]

    def act(row: ExpectedCut) -> Link | str:
        if row.rule.code not in found.may_waive:
            return ""
        if row.waiver is not None:
            url = reverse("web:waiver-withdraw", args=[row.waiver.pk])
            return Link(_("Withdraw the waiver"), url)
        url = reverse("web:check-waive", args=[row.line.code, row.rule.code, row.check.mark])
        return Link(_("Waive"), url)

    return Table(
        request,
        name="ahead",
        caption=_("What the rules will take if nothing more is used"),
        rows=rows,
        columns=(
            *_cut_columns(),
            Column("state", _("State"), _ahead_badge),
            *((Column("act", _("Act"), act),) if found.may_waive else ()),
        ),
        empty=_("As things stand, no rule will take anything."),
    )


def _done_table(request: HttpRequest, found: AwardLife) -> Table:
    rows = [
        {"check": check, "line": line, "name": _rule_name(found, check.rule_code)}
        for line in found.lines
        for check in line.checks
    ]
    device = {line.life.line.pk: line.life.line.device_model_code for line in found.lines}
    currency = found.award.programme.currency

    def time(name: str) -> Any:  # noqa: ANN401 -- a column's reader
        return lambda row: CardTime(getattr(row["check"], name), device[row["check"].line_id])

    def act(row: dict[str, Any]) -> Link | str:
        check, line = row["check"], row["line"]
        if not check.cut_s or not found.may_reverse or check.entry_number in line.reversed:
            return ""
        return Link(_("Give it back"), reverse("web:check-reverse", args=[check.pk]))

    return Table(
        request,
        name="done",
        prefix="done-",
        caption=_("What rules looked at"),
        rows=rows,
        columns=(
            Column("line", _("Line"), lambda row: row["line"].life.line.code),
            Column("rule", _("Rule"), lambda row: row["name"]),
            Column("due_on", _("Day"), lambda row: row["check"].due_on),
            Column("used", _("Used or in flight"), time("used_s"), align="end"),
            Column("cut", _("Cut"), time("cut_s"), align="end"),
            Column(
                "subsidy",
                _("Subsidy"),
                lambda row: Money(row["check"].subsidy_minor, currency),
                align="end",
            ),
            Column("pool", _("Went to"), lambda row: row["check"].pool),
            Column("state", _("State"), lambda row: _done_badge(row["check"], row["line"])),
            Column("act", _("Act"), act),
        ),
        empty=_("No rule has looked at this award yet."),
    )


def _cut_columns() -> tuple[Column, ...]:
    return (
        Column("line", _("Line"), lambda row: row.line.code),
        Column("rule", _("Rule"), lambda row: in_readers_language(row.rule.name)),
        Column("due_on", _("Day"), sort="due_on"),
        Column(
            "used",
            _("Used or in flight"),
            lambda row: CardTime(row.standing.used, row.line.device_model_code),
            align="end",
        ),
        Column("cut", _("Cut"), lambda row: row.cut, align="end"),
        Column("subsidy", _("Subsidy"), lambda row: row.subsidy, align="end"),
        Column("warned", _("Lead is told"), _told),
    )


def _told(row: ExpectedCut) -> str:
    if row.warned_at is not None:
        told_on = row.warned_at.astimezone(zone_of(row.line.award)).date()
        return _("told on %s") % day(told_on)
    if not row.warn_on:
        return _("not told")
    return listed(day(on) for on in row.warn_on)


def _ahead_state(row: ExpectedCut) -> str:
    if row.waiver is not None:
        return "waived"
    return "expected" if row.cut.seconds else "covered"


def _ahead_badge(row: ExpectedCut) -> Badge:
    match _ahead_state(row):
        case "waived":
            return Badge(_("waived"), Tone.GOOD)
        case "expected":
            return Badge(_("expected"), Tone.WARN)
        case _:
            return Badge(_("covered by a larger cut"), Tone.PLAIN)


def _done_badge(check: LineCheck, line: SeenLine) -> Badge:
    if check.waiver_id is not None:
        return Badge(_("waived"), Tone.GOOD)
    if check.entry_number in line.reversed:
        return Badge(_("given back"), Tone.PLAIN)
    if check.cut_s:
        return Badge(_("cut"), Tone.BAD)
    if check.called_s:
        return Badge(_("covered by a larger cut"), Tone.PLAIN)
    return Badge(_("used enough"), Tone.GOOD)


def _award_link(row: ExpectedCut) -> Link:
    return Link(row.line.award.code, reverse("web:award-life", args=[row.line.award.code]))


def _sentences(found: AwardLife) -> list[str]:
    said = [rule_sentence(rule) for rule in found.rules.cut_rules]
    if found.rules.tranches is not None:
        said.append(tranches_sentence(found.rules.tranches))
    if found.rules.paid_ahead is not None:
        said.append(paid_ahead_sentence(found.rules.paid_ahead))
    if found.rules.free_use is not None:
        said.append(free_use_sentence(found.rules.free_use))
    if found.rules.grace_days:
        said.append(grace_sentence(found.rules.grace_days))
    return said


def _rule_name(found: AwardLife, code: str) -> str:
    names = {rule.code: in_readers_language(rule.name) for rule in found.rules.cut_rules}
    return names.get(code, code)


def _line(found: AwardLife, seen: SeenLine) -> dict[str, object]:
    """A line with what may be used of it by now, what of that was waived, and its plan."""
    line = seen.life.line
    return {
        "code": line.code,
        "open": open_by_now(seen.life, seen.ceiling),
        "holds": [
            (waived_word(mark), reverse("web:check-waive", args=[line.code, rule, mark]))
            for rule, mark in _holds(seen.life)
            if rule in found.may_waive
        ],
        "waived": [
            (
                waived_word(mark),
                waiver.reason,
                reverse("web:waiver-withdraw", args=[waiver.pk]) if rule in found.may_waive else "",
            )
            for (rule, mark), waiver in seen.life.waivers.items()
            if hold_on_line(seen.life, rule, mark)
        ],
        "plan": seen.life.plan,
        "months": sorted(seen.life.months_planned.items()),
    }


def _holds(life: LineLife[AwardLine]) -> list[tuple[str, str]]:
    """What keeps part of a line back: rules and marks that a waiver could name."""
    window, tranches = life.rules.window, life.rules.tranches
    parts = tranches.parts[1:] if tranches else []
    found = [(tranches.code, part.code) for part in parts if tranches is not None]
    if window is not None:
        found.append((window.code, LATER_MONTHS))
    held = [(rule, mark, hold_on_line(life, rule, mark)) for rule, mark in found]
    return [(rule, mark) for rule, mark, hold in held if hold and not hold.is_open]


def waived_word(mark: str) -> str:
    """What a waiver opens: a part by its code, or the later months of a window."""
    return _("later months") if mark == LATER_MONTHS else _("part “%s”") % mark


def open_by_now(life: LineLife[AwardLine], ceiling: Ceiling | None) -> str:
    """How much of a line may be used by now, and what opens more."""
    if ceiling is None:
        return _("all of it")
    hours = card_hours(CardTime(ceiling.most, life.line.device_model_code))
    if ceiling.opened_by is Opened.MONTH and ceiling.opens_on is not None:
        return _("%(hours)s; more from %(day)s") % {"hours": hours, "day": day(ceiling.opens_on)}
    if ceiling.opened_by is Opened.PAYMENT:
        return _("%(hours)s; more once the next part of the own share is paid") % {"hours": hours}
    return _("%(hours)s; more once a report is accepted") % {"hours": hours}


def _parts(found: AwardLife) -> list[dict[str, object]]:
    """The parts of the grant, with what opened each, and the next that an officer may open."""
    if found.rules.tranches is None:
        return []
    opened = {each.part_code: each for each in found.opened}
    latest = found.opened[-1].part_code if found.opened else ""
    parts = found.rules.tranches.parts
    following = next((part.code for part in parts[1:] if part.code not in opened), "")
    return [
        {
            "part": part,
            "report": in_readers_language(part.report) if part.report else "",
            "opened": opened.get(part.code),
            "is_open": part.report is None or part.code in opened,
            "may_open": found.may_open and part.code == following,
            "may_close": found.may_close and part.code == latest,
            "may_report": found.may_report and part.code == following,
            "reports": [each for each in found.reports if each.part_code == part.code],
        }
        for part in parts
    ]
