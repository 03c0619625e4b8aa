"""The API itself: how a caller is known, and how a refusal, an outage and bad input are met."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from praya import __version__
from praya.api.behind import address_of
from praya.api.callers import bearer, browser, caller
from praya.apps.clusters.access import may_change_machines
from praya.apps.reports.queries.why import question_behind
from praya.core.execution.port import EngineUnavailable
from praya.core.refusal import NotAllowed, NotFound, Refusal
from praya.words import clock
from praya.words.again import asked_again, busy_sentence, is_asked_again, may_ask_again
from praya.words.input_faults import sentence_for_fault
from praya.words.outages import outage_sentence
from praya.words.refusals import sentence_for

log = logging.getLogger("praya.api")


class Problem(Schema):
    """A no, with its stable code, a sentence in the caller's language, and the facts behind it."""

    code: str
    message: str
    facts: dict[str, Any] = Field(default_factory=dict)


# Every operation may answer with these, each as a ``Problem``.
_PROBLEMS = {
    400: "The request cannot be read.",
    401: "Nobody is signed in, or the token is no longer good.",
    403: "The caller may not do this.",
    404: "There is no such thing, or the caller may not know of it.",
    409: "A rule says no.",
    413: "The body is larger than this site takes.",
    422: "The input does not fit.",
    503: "Something that Praya depends on is out; try again later.",
}

# What the framework says of itself, in our words.
_BY_NINJA = {
    "Cannot parse request body": gettext_lazy(
        "The body is not JSON. Send one JSON object, in UTF-8."
    ),
    "CSRF check Failed": gettext_lazy(
        "The call came with a session and not from a page of this site. Send the page’s CSRF token "
        "in X-CSRFToken, or call with a personal token."
    ),
}


class DocumentedAPI(NinjaAPI):
    """An API whose document tells of every no beside every yes."""

    _documents: ClassVar[dict[str, OpenAPISchema]] = {}  # by prefix

    def get_openapi_schema(
        self,
        *,
        path_prefix: str | None = None,
        path_params: dict[str, Any] | None = None,
    ) -> OpenAPISchema:
        """The document; kept, since anybody may ask for it and it takes half a second to make."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        if prefix not in self._documents:
            self._documents[prefix] = self._with_every_no(prefix)
        return self._documents[prefix]

    def _with_every_no(self, prefix: str) -> OpenAPISchema:
        document = super().get_openapi_schema(path_prefix=prefix)
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"].setdefault("schemas", {})["Problem"] = schema
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for methods in document["paths"].values():
            for operation in methods.values():
                for status, description in _PROBLEMS.items():
                    answer = {"description": description, "content": content}
                    operation["responses"].setdefault(status, answer)
        return document


api = DocumentedAPI(
    title="Praya",
    version=__version__,
    description=(
        "Everything a page or the terminal does, except for one's account once it is made: "
        "passwords and second factors stay on the web. Sign in with a personal token "
        "(`Authorization: Bearer …`) or, from a page of the site, with its session."
    ),
    auth=[bearer, browser],
    docs_url=None,
    urls_namespace="api",
)


def _plain(value: object) -> object:
    """A fact as JSON can carry it."""
    if isinstance(value, bool | int | str | type(None)):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return str(value)


def problem_of(refusal: Refusal) -> Problem:
    """A refusal with its sentence and facts."""
    facts = {name: _plain(value) for name, value in refusal.facts.items()}
    return Problem(code=refusal.code, message=sentence_for(refusal), facts=facts)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer a refusal: 403 and 404 where they are meant, 409 for every other no.

    A refusal that rests on a figure of the book says in ``Link`` where that is explained.
    """
    if isinstance(refusal, NotFound | NotAllowed):
        status = 404 if isinstance(refusal, NotFound) else 403
        return api.create_response(request, problem_of(refusal), status=status)
    answer = api.create_response(request, problem_of(refusal), status=409)
    asked = question_behind(refusal, caller(request), clock.now())
    if asked is not None:
        answer["Link"] = f'<{address_of(asked)}>; rel="describedby"'
    return answer


@api.exception_handler(EngineUnavailable)
def engine_is_out(request: HttpRequest, outage: EngineUnavailable) -> HttpResponse:
    """Answer an outage of an engine: try again later. Operators read what it said."""
    message = outage_sentence(outage, is_quoted=may_change_machines(caller(request)))
    facts = {"cause": outage.cause.value}
    problem = Problem(code="engine.unavailable", message=message, facts=facts)
    return api.create_response(request, problem, status=503)


@api.exception_handler(OperationalError)
def database_is_out(request: HttpRequest, outage: OperationalError) -> HttpResponse:
    """Answer an outage of the database: try again later.

    A writer that was turned away is tried again before that.
    """
    if is_asked_again(request):
        raise outage  # whoever asks again looks at it
    if may_ask_again(request, outage):
        try:
            answer = asked_again(request)
        except OperationalError as later:
            outage = later
        else:
            problem = Problem(code="database.busy", message=busy_sentence())
            return answer or api.create_response(request, problem, status=503)
    log.error("the database does not answer: %s", outage)
    message = _("The database does not answer just now. Try again in a moment.")
    problem = Problem(code="database.unavailable", message=message)
    return api.create_response(request, problem, status=503)


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer input that does not fit: every fault with its place, without echoing the input."""
    faults = [
        {
            "where": ".".join(str(part) for part in fault["loc"]),
            "what": sentence_for_fault(fault["type"], fault.get("ctx", {})),
        }
        for fault in error.errors
    ]
    message = " ".join(f"{fault['where']}: {fault['what']}" for fault in faults)
    problem = Problem(code="input.invalid", message=message, facts={"faults": faults})
    return api.create_response(request, problem, status=422)


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what the framework itself turns away, in the same shape and the caller's language."""
    message = str(_BY_NINJA.get(error.message, error.message))
    problem = Problem(code=f"http.{error.status_code}", message=message)
    return api.create_response(request, problem, status=error.status_code)


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    """Answer a body past the limit."""
    problem = Problem(code="input.too_big", message=_("The body is larger than this site takes."))
    return api.create_response(request, problem, status=413)


@api.exception_handler(SuspiciousOperation)
def not_taken(request: HttpRequest, _error: SuspiciousOperation) -> HttpResponse:
    """Answer what Django itself does not take, as a form of a thousand fields."""
    problem = Problem(code="http.400", message=_("The request cannot be read."))
    return api.create_response(request, problem, status=400)


@api.exception_handler(AuthenticationError)
def nobody_signed_in(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """Answer a call without a token or session that is good."""
    message = _("Nobody is signed in, or the token is no longer good. Sign in, or make a token.")
    problem = Problem(code="http.401", message=message)
    answer = api.create_response(request, problem, status=401)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(Http404)
def nothing_here(request: HttpRequest, _error: Http404) -> HttpResponse:
    """Answer an address of the API that leads to nothing."""
    problem = Problem(code="http.404", message=_("There is nothing at this address."))
    return api.create_response(request, problem, status=404)
