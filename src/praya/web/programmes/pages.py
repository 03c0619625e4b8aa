"""The list of programmes, and the public page of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.apps.life.access import may_see_preview
from praya.apps.programmes.access import (
    may_apply_rules,
    may_make_programme,
    may_see_appointments,
)
from praya.apps.programmes.queries import (
    CallStanding,
    ProgrammeInForce,
    calls_on,
    programme_in_force,
    programmes_in_force,
    today_in,
)
from praya.core.actor import Role
from praya.core.programme.document import CallRule
from praya.web.actors import actor
from praya.web.badges import Badge, Link, Tone
from praya.web.programmes.readable import how_it_gathers, public_sections
from praya.web.tables import Column, Table
from praya.words import clock
from praya.words.languages import in_readers_language


@dataclass(frozen=True, slots=True)
class CallCard:
    """A call as the programme's page shows it."""

    code: str
    title: str
    how: str
    badge: Badge
    when: str
    decided: str
    is_open: bool


def programme_list(request: HttpRequest) -> HttpResponse:
    """Every programme with the calls that are open."""
    now = clock.now()
    table = Table(
        request,
        name="programmes",
        caption=_("Programmes"),
        rows=programmes_in_force(now),
        columns=(
            Column("name", _("Programme"), _name),
            Column("owner", _("Owner"), _owner),
            Column("calls", _("Calls"), lambda row: _calls(row, today_in(row.programme, now))),
            Column("until", _("Until"), lambda row: row.rules and row.rules.period.last),
        ),
        empty=_("There is no programme yet. A site administrator makes one from a programme file."),
        can_export=False,
    )
    context = {"may_make": may_make_programme(actor(request))}
    return table.answer("web/programmes/list.html", context)


def programme(request: HttpRequest, code: str) -> HttpResponse:
    """What a programme is, who may apply and when."""
    now = clock.now()
    found = programme_in_force(code, now)
    reader = actor(request)
    today = today_in(found.programme, now)
    rules = found.rules
    context = {
        "programme": found.programme,
        "name": in_readers_language(found.programme.name),
        "summary": in_readers_language(found.programme.summary),
        "rules": rules,
        "version": found.version,
        "facts": _facts(found),
        "calls": [] if rules is None else [_card(each, today) for each in calls_on(rules, today)],
        "sections": [] if rules is None else public_sections(rules),
        "may_apply_rules": may_apply_rules(reader, code),
        "may_see_cuts": may_see_preview(reader, code),
        "may_see_outbox": reader.holds(code, Role.OFFICER),
        "may_see_people": may_see_appointments(reader, code),
    }
    return TemplateResponse(request, "web/programmes/programme.html", context)


def _name(row: ProgrammeInForce) -> Link:
    return Link(
        in_readers_language(row.programme.name),
        reverse("web:programme", args=[row.programme.code]),
    )


def _owner(row: ProgrammeInForce) -> str:
    return "" if row.rules is None else in_readers_language(row.rules.owner)


def _calls(row: ProgrammeInForce, today: date) -> Badge:
    if row.rules is None:
        return Badge(_("rules not in force yet"), Tone.PLAIN)
    standings = calls_on(row.rules, today)
    if any(each.window is not None for each in standings):
        return Badge(_("open"), Tone.GOOD)
    later = min((each.next_window.opens for each in standings if each.next_window), default=None)
    if later is None:
        return Badge(_("closed"), Tone.PLAIN)
    return Badge(_("opens on %s") % date_format(later, "DATE_FORMAT"), Tone.PLAIN)


def _facts(found: ProgrammeInForce) -> list[tuple[str, object]]:
    if found.rules is None or found.version is None:
        return []
    number = _("version %s") % found.version.number
    url = reverse("web:rule-version", args=[found.programme.code, found.version.number])
    return [
        (_("Owner"), in_readers_language(found.rules.owner)),
        (_("Operator"), in_readers_language(found.rules.operator)),
        (_("First day"), found.rules.period.first),
        (_("Last day"), found.rules.period.last),
        (_("Budget"), found.rules.money(found.rules.envelope.amount)),
        (_("Rules in force"), Link(number, url)),
    ]


def _card(standing: CallStanding, today: date) -> CallCard:
    call, window = standing.call, standing.window
    if window is not None:
        days_left = (window.closes - today).days
        tone = (
            Tone.WARN if days_left < _CLOSES_SOON_DAYS and _is_last(call, window.closes) else None
        )
        badge = Badge(_("open"), tone or Tone.GOOD)
        when = _("Applications are taken from %(first)s to %(last)s, both included.") % {
            "first": date_format(window.opens, "DATE_FORMAT"),
            "last": date_format(window.closes, "DATE_FORMAT"),
        }
        decide_by = window.decide_by
    elif standing.next_window is not None:
        badge = Badge(_("not open yet"), Tone.PLAIN)
        when = _("It opens on %s.") % date_format(standing.next_window.opens, "DATE_FORMAT")
        decide_by = standing.next_window.decide_by
    else:
        badge = Badge(_("closed"), Tone.PLAIN)
        when, decide_by = _("It will not open again."), None
    decided = (
        "" if decide_by is None else _("Decided by %s.") % date_format(decide_by, "DATE_FORMAT")
    )
    return CallCard(
        code=call.code,
        title=in_readers_language(call.title),
        how=how_it_gathers(call),
        badge=badge,
        when=when,
        decided=decided,
        is_open=window is not None,
    )


_CLOSES_SOON_DAYS = 14


def _is_last(call: CallRule, closes: date) -> bool:
    return call.kind != "rolling" or call.closes_on == closes
