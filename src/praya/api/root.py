"""The API itself: how a caller is known, and how a refusal, an outage and bad input are met."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import Field, NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from praya import __version__
from praya.api.callers import bearer, browser
from praya.core.execution.port import EngineUnavailable
from praya.core.refusal import NotAllowed, NotFound, Refusal
from praya.words.refusals import sentence_for

api = NinjaAPI(
    title="Praya",
    version=__version__,
    description=(
        "Everything a page or the terminal does. Sign in with a personal token "
        "(`Authorization: Bearer …`) or, from a page of the site, with its session."
    ),
    auth=[bearer, browser],
    docs_url=None,
    urls_namespace="api",
)


class Problem(Schema):
    """A no, with its stable code, a sentence in the caller's language, and the facts behind it."""

    code: str
    message: str
    facts: dict[str, Any] = Field(default_factory=dict)


def _plain(value: object) -> object:
    """A fact as JSON can carry it."""
    if isinstance(value, bool | int | str | type(None)):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return str(value)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer a refusal: 403 and 404 where they are meant, 409 for every other no."""
    status = {NotAllowed: 403, NotFound: 404}.get(type(refusal), 409)
    facts = {name: _plain(value) for name, value in refusal.facts.items()}
    problem = Problem(code=refusal.code, message=sentence_for(refusal), facts=facts)
    return api.create_response(request, problem, status=status)


@api.exception_handler(EngineUnavailable)
def engine_is_out(request: HttpRequest, outage: EngineUnavailable) -> HttpResponse:
    """Answer an outage of an engine: try again later."""
    problem = Problem(code="engine.unavailable", message=str(outage))
    return api.create_response(request, problem, status=503)


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer input that does not fit: every fault with its place, without echoing the input."""
    faults = [
        {"where": ".".join(str(part) for part in fault["loc"]), "what": fault["msg"]}
        for fault in error.errors
    ]
    message = "; ".join(f"{fault['where']}: {fault['what']}" for fault in faults)
    problem = Problem(code="input.invalid", message=message, facts={"faults": faults})
    return api.create_response(request, problem, status=422)


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what the framework itself turns away, in the same shape."""
    problem = Problem(code=f"http.{error.status_code}", message=error.message)
    return api.create_response(request, problem, status=error.status_code)


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    """Answer a body past the limit."""
    problem = Problem(code="input.too_big", message="The body is larger than this site takes.")
    return api.create_response(request, problem, status=413)
