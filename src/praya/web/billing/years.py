"""The years of a programme: what was voted, funded, committed, spent, and what lapses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from praya.apps.billing.access import may_waive_year
from praya.apps.billing.commands import waive_year, withdraw_year_waiver
from praya.apps.billing.queries import YearStanding, year_in, years_of
from praya.apps.books.access import may_read_book
from praya.apps.programmes.queries import programme_of, rules_of, today_in, version_in_force
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed, NotFound, Refusal
from praya.web.actors import actor
from praya.web.awards.forms import WaiverForm
from praya.web.badges import Confirm, Link
from praya.web.cells import cell_html
from praya.web.guards import signed_in
from praya.web.reports.why import year_url
from praya.web.reports.why_behind import add_refusal
from praya.words import clock
from praya.words.languages import in_readers_language
from praya.words.quantities import money

_ACTS = {"waive": waive_year, "withdraw": withdraw_year_waiver}
FIGURES = ("voted", "funded", "committed", "promised", "spent", "left")


@signed_in
def years(request: HttpRequest, code: str) -> HttpResponse:
    """How each year of the budget stands."""
    programme = programme_of(code)
    reader = actor(request)
    if not may_read_book(reader, code):
        raise NotAllowed(action="book.read", needs=Role.FINANCE.value)
    now = clock.now()
    rules = rules_of(version_in_force(code, today_in(programme, now)))
    names = {each.code: in_readers_language(each.name) for each in rules.envelope.purposes}
    found = years_of(programme, rules, now)
    context = {
        "programme": programme,
        "heads": (
            *(_("Year"), _("Voted"), _("Funded"), _("Committed")),
            *(_("Promised"), _("Spent"), _("Not committed"), _("What becomes of it")),
        ),
        "rows": [
            (
                _name(year, names),
                *(_figure(year, name, code) for name in FIGURES),
                format_html("{}{}", cell_html(_end(year, code)), _waiver(year, code, reader)),
            )
            for year in found
        ],
    }
    return TemplateResponse(request, "web/billing/years.html", context)


@signed_in
def keep(request: HttpRequest, code: str, purpose: str, first: str) -> HttpResponse:
    """Let what a year leaves stay, or take that back, after asking for the reason."""
    reader, now = actor(request), clock.now()
    try:
        first_on = date.fromisoformat(first)
    except ValueError as no_day:
        raise NotFound(kind="year", key=first) from no_day
    if not may_read_book(reader, code):
        raise NotAllowed(action="book.read", needs=Role.FINANCE.value)
    year = year_in(code, purpose, first_on, now)
    if not may_waive_year(reader, code, year.vote):
        raise NotAllowed(action="year.waive", needs=year.vote.waived_by or "finance")
    form = WaiverForm.asked(request.POST, is_waived=year.waiver is not None)
    if request.method == "POST" and form.is_valid():
        command = _ACTS[form.cleaned_data["act"]]
        try:
            command(
                programme_code=code,
                purpose=purpose,
                first_on=first_on,
                reason=form.cleaned_data["reason"],
                by=reader,
                now=now,
            )
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.success(request, _("Done; finance is told."))
            return redirect("web:years", code)
    confirm = Confirm(
        title=_("Withdraw a waiver on %s") % _span(year)
        if form.withdraws
        else _("Keep what the year leaves: %s") % _span(year),
        what=_("What the year leaves lapses after all: if it is over, within the hour.")
        if form.withdraws
        else _("What the year leaves stays in the pool. The reason stays on record."),
        button=_("Withdraw it") if form.withdraws else _("Keep it"),
        cancel_url=reverse("web:years", args=[code]),
        facts=((_("Not committed"), year.left), (_("Promised"), year.promised)),
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})


def _figure(year: YearStanding, name: str, code: str) -> Link:
    """A figure of a year, with the page that says why it is so much."""
    url = year_url(code, year.purpose, year.vote.first, name)
    return Link(money(getattr(year, name)), url)


def _name(year: YearStanding, names: Mapping[str, str]) -> SafeString:
    """The days of a year, and the purpose below: the figures need the width of the page."""
    purpose = names.get(year.purpose, year.purpose)
    return format_html('{}<br><span class="quiet">{}</span>', _span(year), purpose)


def _waiver(year: YearStanding, code: str, reader: Actor) -> SafeString:
    """Where to waive it, or to take that back, for who may."""
    if not year.vote.lapses or not may_waive_year(reader, code, year.vote):
        return SafeString("")
    return format_html(
        '<br><a href="{}">{}<span class="visually-hidden"> {}</span></a>',
        reverse("web:year-keep", args=[code, year.purpose, str(year.vote.first)]),
        _("Withdraw") if year.waiver else _("Waive"),
        _span(year),
    )


def _span(year: YearStanding) -> str:
    first, last = (date_format(day, "DATE_FORMAT") for day in (year.vote.first, year.vote.last))
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def _end(year: YearStanding, code: str) -> Link | str:
    if year.waiver is not None:
        return _("It stays in the pool: %s") % year.waiver.reason
    if year.lapsed:
        return Link(
            _("%s has lapsed.") % money(year.lapsed),
            year_url(code, year.purpose, year.vote.first, "lapsed"),
        )
    if year.lapsed is not None:
        return _("It was given back.")
    if not year.vote.lapses:
        return _("It stays in the pool.")
    if year.is_over:
        return _("It lapses within the hour.") if year.left else _("Nothing was left.")
    return _("It lapses on %s.") % date_format(year.lapses_on, "DATE_FORMAT")
