"""Who may open a page at all, and what a refused one gets instead."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from praya.apps.clusters.access import may_change_machines
from praya.core.execution.port import EngineUnavailable
from praya.core.refusal import NotAllowed, NotFound, Refusal
from praya.web.actors import actor
from praya.web.kept import put_back, sign_in_first
from praya.words.again import asked_again, busy_sentence, may_ask_again
from praya.words.outages import outage_sentence
from praya.words.refusals import sentence_for

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def signed_in(view: View[P]) -> View[P]:
    """Only for people who have signed in; others sign in first and come back to what they typed."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not actor(request).is_known:
            return sign_in_first(request)
        put_back(request)
        return view(request, *args, **kwargs)

    return cast("View[P]", guarded)


class RefusalAnswers:
    """Turns a refusal that a view let through into its page: 403, 404, or 409 for any other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal; everything else is not ours."""
        return _refused(request, error) if isinstance(error, Refusal) else None


class BusyAnswers:
    """Runs a view again whose writer the database turned away; in the end the page says so: 503.

    Calls of the API never come here with that error: the API does the same in its own form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a writer turned away; everything else is not ours."""
        if not may_ask_again(request, error):
            return None
        try:
            answer = asked_again(request)
        except Refusal as refusal:
            return _refused(request, refusal)
        if answer is not None:
            return answer
        return _out(request, _("Praya is busy"), busy_sentence())


class EngineAnswers:
    """Turns an engine's outage that a view let through into its page: 503.

    What the engine said is for operators.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer an outage; everything else is not ours."""
        if not isinstance(error, EngineUnavailable):
            return None
        sentence = outage_sentence(error, is_quoted=may_change_machines(actor(request)))
        return _out(request, _("The engine does not answer"), sentence)


def _out(request: HttpRequest, heading: str, sentence: str) -> HttpResponse:
    context = {"heading": heading, "sentence": sentence}
    return render(request, "503.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE)


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    template, status = _answer_to(refusal)
    return render(request, template, {"sentence": sentence_for(refusal)}, status=status)


def _answer_to(refusal: Refusal) -> tuple[str, HTTPStatus]:
    if isinstance(refusal, NotAllowed):
        return "403.html", HTTPStatus.FORBIDDEN
    if isinstance(refusal, NotFound):
        return "404.html", HTTPStatus.NOT_FOUND
    return "409.html", HTTPStatus.CONFLICT
