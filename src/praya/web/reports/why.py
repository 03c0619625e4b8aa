"""Why a figure is as it is: one page for each, with its parts and what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.books.access import may_read_book
from praya.apps.reports.queries.why import (
    ALL_COMMITTED,
    Ground,
    GroundKind,
    JobWhy,
    Why,
    WhyCode,
    Window,
    why_account,
    why_age,
    why_balance,
    why_ceiling,
    why_charge,
    why_day,
    why_entry,
    why_figure,
    why_job,
    why_statement,
    why_use,
)
from praya.core.actor import Actor
from praya.core.ledger import invoice_account
from praya.core.refusal import NotFound
from praya.web.actors import actor
from praya.web.badges import Link
from praya.web.guards import signed_in
from praya.web.reports.opened import Opened, opened_by
from praya.words import clock
from praya.words.jobs import job_sentence
from praya.words.why import amount_text, ground_sentence, sentence

_OFFSET_LENGTH = 9
_YEARS = range(1900, 2201)  # with others no instant can be reckoned
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a chain as the page shows it."""

    what: Link | str
    amount: str
    parts: list[Part]
    grounds: list[Link | str]


def balance_url(award: str, number: str, *, commodity: str = "", line: str = "") -> str:
    """The page that explains one of an award's four numbers, or a line's."""
    return _url("web:why-balance", award, number, commodity=commodity, line=line)


def account_url(programme: str, account: str, *, commodity: str = "", pool: str = "") -> str:
    """The page that explains what stands on an account, or on all of a kind."""
    return _url("web:why-account", programme, account=account, commodity=commodity, pool=pool)


def use_url(award: str, first_on: str, last_on: str, *, line: str = "", of: str = "") -> str:
    """The page that explains what an award, or a line of it, used in some days."""
    return _url("web:why-use", award, first_on=first_on, last_on=last_on, line=line, of=of)


def age_url(programme: str, age: str, *, of: str = "") -> str:
    """The page that explains what is open at an age; of invoices, if nothing else is said."""
    return _url("web:why-age", programme, age, of=of)


def outlook_url(award: str, of: str, *, commodity: str = "", line: str = "") -> str:
    """The page that explains what an award burns, or what its idle cards cost."""
    return _url("web:why-outlook", award, of=of, commodity=commodity, line=line)


def year_url(programme: str, purpose: str, first_on: date, of: str) -> str:
    """The page that explains a figure of a year of the budget."""
    return _url("web:why-year", programme, purpose, str(first_on), of=of)


def entry_url(programme: str, number: int, *, commodity: str = "") -> str:
    """The page that explains an entry."""
    return _url("web:why-entry", programme, number, commodity=commodity)


def _url(page: str, *args: str | int, **asked: str) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return reverse(page, args=args) + (f"?{query}" if query else "")


@signed_in
def balance(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """Why one of an award's four numbers is as it is."""
    found = why_balance(
        code,
        part,
        actor(request),
        commodity=request.GET.get("commodity", ""),
        line=request.GET.get("line", ""),
        window=window_of(request),
    )
    return chain_page(request, found, back=Link(code, reverse("web:award", args=[code])))


@signed_in
def statement(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """Why a sum of a monthly statement is as it is."""
    found = why_statement(
        code,
        month,
        actor(request),
        of=request.GET.get("of", "list"),
        device_model=request.GET.get("device_model", ""),
        window=window_of(request),
    )
    back = Link(_("Statement"), reverse("web:statement", args=[code, month]))
    return chain_page(request, found, back=back)


@signed_in
def charge(request: HttpRequest, usage: str) -> HttpResponse:
    """Why a usage record was charged as it was."""
    found = why_charge(usage, actor(request))
    facts = found.facts
    back = Link(_("Statement"), reverse("web:statement", args=[facts["award"], facts["month"]]))
    return chain_page(request, found, back=back)


@signed_in
def use(request: HttpRequest, code: str) -> HttpResponse:
    """Why an award, or a line of it, used so much time in some days; of a line also on one day."""
    by, window, line = actor(request), window_of(request), request.GET.get("line", "")
    first_on, last_on = (_day_asked(request, name) for name in ("first_on", "last_on"))
    of = request.GET.get("of", "time")
    if first_on is not None and line:
        found = why_day(line, first_on, by, window=window)
    else:
        found = why_use(
            code, by, first_on=first_on, last_on=last_on, line=line, of=of, window=window
        )
    return chain_page(request, found, back=Link(code, reverse("web:award", args=[code])))


def _day_asked(request: HttpRequest, name: str) -> date | None:
    given = request.GET.get(name, "")
    try:
        day = date.fromisoformat(given) if given else None
    except ValueError:
        raise NotFound(kind="day", key=given) from None
    if day is not None and day.year not in _YEARS:
        raise NotFound(kind="day", key=given)
    return day


@signed_in
def entry(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Why an entry moved what it moved."""
    by, commodity = actor(request), request.GET.get("commodity", "")
    found = why_entry(code, number, by, commodity=commodity, window=window_of(request))
    return chain_page(request, found, back=_book_or_award(code, found.facts["subject"], by))


@signed_in
def account(request: HttpRequest, code: str) -> HttpResponse:
    """Why so much stands on an account of the book."""
    by = actor(request)
    found = why_account(
        code,
        request.GET.get("account", ALL_COMMITTED),
        by,
        commodity=request.GET.get("commodity", ""),
        pool=request.GET.get("pool", ""),
        window=window_of(request),
    )
    return chain_page(request, found, back=_book_or_award(code, "", by))


def _book_or_award(code: str, subject: str, by: Actor) -> Link:
    if may_read_book(by, code):
        return Link(_("The book"), reverse("web:book", args=[code]))
    award = subject.rpartition(".")[0] or subject
    if not award:
        return Link(_("Awards"), reverse("web:award-list"))
    return Link(award, reverse("web:award", args=[award]))


@signed_in
def ceiling(request: HttpRequest, code: str, ceiling: str) -> HttpResponse:
    """Why so much is left under a ceiling on subsidy, for a case."""
    found = why_ceiling(code, ceiling, actor(request), clock.now(), window=window_of(request))
    return chain_page(request, found, back=Link(code, reverse("web:decide", args=[code])))


@signed_in
def age(request: HttpRequest, code: str, age: str) -> HttpResponse:
    """Why so much is open on invoices, or owed on debts, of an age."""
    of = request.GET.get("of", "invoices")
    found = why_age(code, age, actor(request), clock.now(), of=of, window=window_of(request))
    back = Link(_("Open by age"), reverse("web:ageing", args=[code]))
    if of == "debts":
        back = Link(_("Debts"), reverse("web:debts", args=[code]))
    return chain_page(request, found, back=back)


def figure(request: HttpRequest, code: str, figure: str) -> HttpResponse:
    """Why a public figure is as it is."""
    found = why_figure(code, figure, actor(request), window=window_of(request))
    return chain_page(request, found, back=Link(_("Figures"), reverse("web:figures", args=[code])))


@signed_in
def job(request: HttpRequest, code: str) -> HttpResponse:
    """Why a job stands where it stands: its hold and its charge."""
    found: JobWhy = why_job(code, actor(request))
    chains = [*found.holds, *([found.charge] if found.charge else [])]
    opened = opened_by(actor(request), chains)
    context = {
        "back": Link(code, reverse("web:job", args=[code])),
        "lead": job_sentence(found.job),
        "chains": [_part(chain, opened) for chain in chains],
    }
    return TemplateResponse(request, "web/reports/why.html", context)


def chain_page(request: HttpRequest, found: Why, *, back: Link) -> HttpResponse:
    """The page of a figure, with one page of its parts."""
    context = {
        "back": back,
        "chains": [_part(found, opened_by(actor(request), [found]))],
        "previous": _page_url(request, found.previous_offset),
        "next": _page_url(request, found.next_offset),
    }
    return TemplateResponse(request, "web/reports/why.html", context)


def window_of(request: HttpRequest) -> Window:
    """Which parts are asked for."""
    given = request.GET.get("from", "")
    is_number = given.isascii() and given.isdecimal() and len(given) <= _OFFSET_LENGTH
    return Window(int(given)) if is_number else Window()


def _page_url(request: HttpRequest, offset: int | None) -> str:
    if offset is None:
        return ""
    query = request.GET.copy()
    query["from"] = str(offset)
    return f"?{query.urlencode()}"


def _part(why: Why, opened: Opened) -> Part:
    text = sentence(why)
    url = _URLS[why.code](why) if why.code in _URLS and opened.explains(why) else ""
    return Part(
        what=Link(text, url) if url else text,
        amount=amount_text(why),
        parts=[_part(part, opened) for part in why.parts],
        grounds=[_ground(ground, opened) for ground in why.grounds],
    )


def _balance_of(why: Why) -> str:
    facts = why.facts
    return balance_url(
        facts["award"], facts["number"], commodity=facts["commodity"], line=facts["line"]
    )


def _award_of(why: Why) -> str:
    if why.unit == "card-seconds":
        return use_url(why.facts["name"], why.facts["first_on"], why.facts["last_on"])
    if why.facts["figure"] == "spent":
        days = (why.facts["first_on"], why.facts["last_on"])
        return use_url(why.facts["name"], *days, of="subsidy")
    number = "settled" if why.facts["figure"] == "drawn" else "committed"
    return balance_url(why.facts["name"], number)


def _day_of(why: Why) -> str:
    day = why.facts["day"].isoformat()
    return use_url(why.facts["award"], day, day, line=why.facts["line"])


def _charge_of(why: Why) -> str:
    return reverse("web:why-charge", args=[why.facts["usage"]])


_URLS: dict[WhyCode, Callable[[Why], str]] = {
    WhyCode.BALANCE: _balance_of,
    WhyCode.AWARD: _award_of,
    WhyCode.CHARGE: _charge_of,
    WhyCode.GRANTED: lambda why: reverse("web:award", args=[why.facts["award"]]),
    WhyCode.INVOICE: lambda why: account_url(
        why.facts["programme"], invoice_account(why.facts["invoice"])
    ),
    WhyCode.DEBT: lambda why: reverse("web:debt", args=[why.facts["debt"]]),
    WhyCode.USE: _charge_of,
    WhyCode.ENTRY: lambda why: entry_url(
        why.facts["programme"], why.facts["number"], commodity=why.facts["commodity"]
    ),
    WhyCode.DAY: _day_of,
    WhyCode.IDLE_DAY: _day_of,
    WhyCode.YEAR: lambda why: year_url(
        why.facts["programme"], why.facts["purpose"], why.facts["first_on"], why.facts["figure"]
    ),
    WhyCode.ACCOUNT: lambda why: account_url(
        why.facts["programme"], why.facts["account"], commodity=why.facts["commodity"]
    ),
}


def _ground(ground: Ground, opened: Opened) -> Link | str:
    text = ground_sentence(ground)
    if ground.kind not in _GROUND_URLS or not opened.opens(ground):
        return text
    return Link(text, _GROUND_URLS[ground.kind](ground.facts))


_GROUND_URLS: dict[GroundKind, Callable[[Facts], str]] = {
    GroundKind.JOB: lambda facts: reverse("web:job", args=[facts["job"]]),
    GroundKind.ENTRY: lambda facts: entry_url(facts["programme"], facts["number"]),
    GroundKind.REVERSAL: lambda facts: entry_url(facts["programme"], facts["number"]),
    GroundKind.RULES: lambda facts: reverse(
        "web:rule-version", args=[facts["programme"], facts["number"]]
    ),
    GroundKind.AGREEMENT: lambda facts: reverse(
        "web:award-agreement", args=[facts["award"], facts["number"]]
    ),
    GroundKind.DECISION: lambda facts: reverse("web:decision", args=[facts["application"]]),
    GroundKind.CHANGE: lambda facts: reverse("web:change", args=[facts["change"]]),
    GroundKind.FUNDING: lambda facts: reverse(
        "web:funding", args=[facts["programme"], facts["request"]]
    ),
}
