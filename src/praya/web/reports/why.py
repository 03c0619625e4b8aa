"""Why a figure is as it is: one page for each, with its parts and what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.reports.queries.why import (
    Ground,
    GroundKind,
    JobWhy,
    Why,
    WhyCode,
    Window,
    why_balance,
    why_charge,
    why_figure,
    why_job,
    why_statement,
)
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.badges import Link
from praya.web.guards import signed_in
from praya.words.jobs import job_sentence
from praya.words.why import amount_text, ground_sentence, question_behind, sentence

_OFFSET_LENGTH = 9
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
    given = {"commodity": commodity, "line": line}
    query = urlencode({name: value for name, value in given.items() if value})
    return reverse("web:why-balance", args=[award, number]) + (f"?{query}" if query else "")


def refusal_url(refusal: Refusal) -> str:
    """The page that explains the figure behind a refusal; empty where there is none."""
    asked = question_behind(refusal)
    if asked is None:
        return ""
    return balance_url(asked.award, asked.number, commodity=asked.commodity, line=asked.line)


@signed_in
def balance(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """Why one of an award's four numbers is as it is."""
    found = why_balance(
        code,
        part,
        actor(request),
        commodity=request.GET.get("commodity", ""),
        line=request.GET.get("line", ""),
        window=_window(request),
    )
    return _page(request, found, back=Link(code, reverse("web:award", args=[code])))


@signed_in
def statement(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """Why a sum of a monthly statement is as it is."""
    found = why_statement(
        code,
        month,
        actor(request),
        of=request.GET.get("of", "list"),
        device_model=request.GET.get("device_model", ""),
        window=_window(request),
    )
    back = Link(_("Statement"), reverse("web:statement", args=[code, month]))
    return _page(request, found, back=back)


@signed_in
def charge(request: HttpRequest, usage: str) -> HttpResponse:
    """Why a usage record was charged as it was."""
    found = why_charge(usage, actor(request))
    facts = found.facts
    back = Link(_("Statement"), reverse("web:statement", args=[facts["award"], facts["month"]]))
    return _page(request, found, back=back)


def figure(request: HttpRequest, code: str, figure: str) -> HttpResponse:
    """Why a public figure is as it is."""
    found = why_figure(code, figure, actor(request), window=_window(request))
    return _page(request, found, back=Link(_("Figures"), reverse("web:figures", args=[code])))


@signed_in
def job(request: HttpRequest, code: str) -> HttpResponse:
    """Why a job stands where it stands: its hold and its charge."""
    found: JobWhy = why_job(code, actor(request))
    chains = [*found.holds, *([found.charge] if found.charge else [])]
    context = {
        "back": Link(code, reverse("web:job", args=[code])),
        "lead": job_sentence(found.job),
        "chains": [_part(chain) for chain in chains],
    }
    return TemplateResponse(request, "web/reports/why.html", context)


def _page(request: HttpRequest, found: Why, *, back: Link) -> HttpResponse:
    context = {
        "back": back,
        "chains": [_part(found)],
        "previous": _page_url(request, found.previous_offset),
        "next": _page_url(request, found.next_offset),
    }
    return TemplateResponse(request, "web/reports/why.html", context)


def _window(request: HttpRequest) -> Window:
    given = request.GET.get("from", "")
    is_number = given.isascii() and given.isdecimal() and len(given) <= _OFFSET_LENGTH
    return Window(int(given)) if is_number else Window()


def _page_url(request: HttpRequest, offset: int | None) -> str:
    if offset is None:
        return ""
    query = request.GET.copy()
    query["from"] = str(offset)
    return f"?{query.urlencode()}"


def _part(why: Why) -> Part:
    text = sentence(why)
    url = _URLS[why.code](why) if why.code in _URLS else ""
    return Part(
        what=Link(text, url) if url else text,
        amount=amount_text(why),
        parts=[_part(part) for part in why.parts],
        grounds=[_ground(ground) for ground in why.grounds],
    )


def _balance_of(why: Why) -> str:
    facts = why.facts
    return balance_url(
        facts["award"], facts["number"], commodity=facts["commodity"], line=facts["line"]
    )


def _award_of(why: Why) -> str:
    if why.unit == "card-seconds":
        return reverse("web:award", args=[why.facts["name"]])
    number = "settled" if why.facts["figure"] == "drawn" else "committed"
    return balance_url(why.facts["name"], number)


def _charge_of(why: Why) -> str:
    return reverse("web:why-charge", args=[why.facts["usage"]])


_URLS: dict[WhyCode, Callable[[Why], str]] = {
    WhyCode.BALANCE: _balance_of,
    WhyCode.AWARD: _award_of,
    WhyCode.CHARGE: _charge_of,
    WhyCode.USE: _charge_of,
}


def _ground(ground: Ground) -> Link | str:
    text = ground_sentence(ground)
    if ground.kind not in _GROUND_URLS:
        return text
    return Link(text, _GROUND_URLS[ground.kind](ground.facts))


_GROUND_URLS: dict[GroundKind, Callable[[Facts], str]] = {
    GroundKind.JOB: lambda facts: reverse("web:job", args=[facts["job"]]),
    GroundKind.RULES: lambda facts: reverse(
        "web:rule-version", args=[facts["programme"], facts["number"]]
    ),
    GroundKind.AGREEMENT: lambda facts: reverse(
        "web:award-agreement", args=[facts["award"], facts["number"]]
    ),
    GroundKind.DECISION: lambda facts: reverse("web:decision", args=[facts["application"]]),
    GroundKind.FUNDING: lambda facts: reverse(
        "web:funding", args=[facts["programme"], facts["request"]]
    ),
}
