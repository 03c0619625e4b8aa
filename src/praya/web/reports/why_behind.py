"""Where a refusal that stems from the book leads: its figure, and the pages of two of those."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from praya.apps.reports.queries.why import (
    Figure,
    Question,
    question_behind,
    why_open,
    why_period,
)
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.badges import Link
from praya.web.guards import signed_in
from praya.web.reports.why import (
    account_url,
    balance_url,
    chain_page,
    entry_url,
    window_of,
)
from praya.words import clock
from praya.words.refusals import sentence_for


def add_refusal(form: forms.BaseForm, refusal: Refusal, request: HttpRequest) -> None:
    """Say on a form what was refused, with a link to the figure that it rests on."""
    form.add_error(None, sentence_with_why(refusal, request))


def tell_refusal(request: HttpRequest, refusal: Refusal) -> None:
    """Say on the next page what was refused, with a link to the figure that it rests on."""
    messages.error(request, sentence_with_why(refusal, request))


def sentence_with_why(refusal: Refusal, request: HttpRequest) -> str:
    """What was refused, and where the reader may see it, a link to the figure that it rests on."""
    said = sentence_for(refusal)
    url = refusal_url(refusal, request)
    if not url:
        return said
    return format_html('{} <a class="why" href="{}">{}</a>', said, url, _("Why?"))


def refusal_url(refusal: Refusal, request: HttpRequest) -> str:
    """The page of the figure behind a refusal; empty where the reader may see none."""
    asked = question_behind(refusal, actor(request), clock.now())
    return "" if asked is None else _url(asked)


def _url(asked: Question) -> str:
    match asked.figure:
        case Figure.BALANCE:
            return balance_url(asked.about, asked.key, commodity=asked.commodity, line=asked.line)
        case Figure.OPEN:
            return reverse("web:why-open", args=[asked.about, asked.line])
        case Figure.ACCOUNT:
            return account_url(asked.about, asked.key, commodity=asked.commodity)
        case Figure.ENTRY:
            return entry_url(asked.about, int(asked.key))
        case Figure.CEILING:
            return reverse("web:why-ceiling", args=[asked.about, asked.key])
        case Figure.PERIOD:
            return reverse("web:why-period", args=[asked.about, asked.key])


@signed_in
def opened(request: HttpRequest, code: str, line: str) -> HttpResponse:
    """Why so much of a line may be used by now."""
    named = line if line.startswith(f"{code}.") else ""
    found = why_open(named, actor(request), clock.now())
    back = Link(_("What awaits it"), reverse("web:award-life", args=[code]))
    return chain_page(request, found, back=back)


@signed_in
def period(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """Why a month of a book is closed."""
    found = why_period(code, month, actor(request), window=window_of(request))
    back = Link(_("The book"), reverse("web:book", args=[code]))
    return chain_page(request, found, back=back)
