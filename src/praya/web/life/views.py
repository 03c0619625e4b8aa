"""What awaits an award and what was done to it; and whom the rules of a programme would cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.life.queries import (
    AwardLife,
    ExpectedCut,
    SeenLine,
    award_life,
    preview,
    zone_of,
)
from praya.apps.programmes.queries import programme_of
from praya.core.life import Opened
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
    rule_sentence,
    tranches_sentence,
)
from praya.words.quantities import card_hours
from praya.words.series import listed

if TYPE_CHECKING:
    from praya.apps.life.models import LineCheck

AHEAD_DAYS = {"30": 30, "90": 90, "365": 365}
AHEAD_USUAL = "90"


@signed_in
def award_life_page(request: HttpRequest, code: str) -> HttpResponse:
    """What awaits an award, what rules did, its plan and the parts of its grant."""
    found = award_life(code, actor(request), clock.now())
    ahead = _ahead_table(request, found)
    done = _done_table(request, found)
    if request.headers.get("HX-Target") == done.name or request.GET.get("done-export"):
        return done.answer("web/life/award.html")
    context = {
        "award": found.award,
        "sentences": _sentences(found),
        "done": done,
        "lines": [_line(each) for each in found.lines],
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
    programme = programme_of(code)
    context = {
        "programme": programme,
        "name": in_readers_language(programme.name),
        "spans": [(key, count, count == days) for key, count in AHEAD_DAYS.items()],
    }
    return table.answer("web/life/preview.html", context)


def _ahead_table(request: HttpRequest, found: AwardLife) -> Table:
    rows = [cut for line in found.lines for cut in line.ahead]

    def act(row: ExpectedCut) -> Link | str:
        if row.waiver is not None or row.rule.code not in found.may_waive:
            return ""
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
    if found.rules.free_use is not None:
        said.append(free_use_sentence(found.rules.free_use))
    if found.rules.grace_days:
        said.append(grace_sentence(found.rules.grace_days))
    return said


def _rule_name(found: AwardLife, code: str) -> str:
    names = {rule.code: in_readers_language(rule.name) for rule in found.rules.cut_rules}
    return names.get(code, code)


def _line(seen: SeenLine) -> dict[str, object]:
    """A line with what may be used of it by now, and its plan."""
    line = seen.life.line
    return {
        "code": line.code,
        "open": _open_by_now(seen),
        "plan": seen.life.plan,
        "months": sorted(seen.life.months_planned.items()),
    }


def _open_by_now(seen: SeenLine) -> str:
    if seen.ceiling is None:
        return _("all of it")
    hours = card_hours(CardTime(seen.ceiling.most, seen.life.line.device_model_code))
    if seen.ceiling.opened_by is Opened.MONTH and seen.ceiling.opens_on is not None:
        said = {"hours": hours, "day": day(seen.ceiling.opens_on)}
        return _("%(hours)s; more from %(day)s") % said
    return _("%(hours)s; more once a report is accepted") % {"hours": hours}


def _parts(found: AwardLife) -> list[dict[str, object]]:
    """The parts of the grant, with what opened each, and the next that an officer may open."""
    if found.rules.tranches is None:
        return []
    opened = {each.part_code: each for each in found.opened}
    parts = found.rules.tranches.parts
    following = next((part.code for part in parts[1:] if part.code not in opened), "")
    return [
        {
            "part": part,
            "report": in_readers_language(part.report) if part.report else "",
            "opened": opened.get(part.code),
            "is_open": part.report is None or part.code in opened,
            "may_open": found.may_open and part.code == following,
            "may_report": found.may_report and part.code == following,
            "reports": [each for each in found.reports if each.part_code == part.code],
        }
        for part in parts
    ]
