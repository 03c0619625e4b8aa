"""The API against its own document: nothing it is sent breaks it, and it answers as it says."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.access import table
from tests.access.conftest import place
from tests.access.place import Place, Thing
from tests.factories import appointed

from praya.apps.people.commands import make_token
from praya.apps.people.rules import TokenScope
from praya.core.actor import Actor, Role

pytestmark = pytest.mark.django_db
EXAMPLES = 4 if connection.vendor == "sqlite" else 1  # on the second database one of each
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
# A body that is too large is turned away as well as one that is wrong: with any 4xx, so 413 too.
TURNED_AWAY = {"checks": {"negative_data_rejection": {"expected-statuses": ["4xx"]}}}
EVERY_ROLE = "every.role@pier.example"
__all__ = ["place"]
_SITE = WSGIHandler()


@dataclass(frozen=True)
class Site:
    """Who asks, and what stands for the parameters of each address."""

    token: str
    known: defaultdict[tuple[str, str], list[Thing]]


@pytest.fixture
def site(place: Place, now: datetime) -> Site:
    """The site of the walk of roles, and somebody who may do nearly everything there."""
    by: Actor = appointed("wharf", Role.AUDITOR, now, EVERY_ROLE)
    for role in (Role.OFFICER, Role.COMMITTEE, Role.FINANCE, Role.OPERATOR, Role.REVIEWER):
        for programme in ("wharf", "pier"):
            by = appointed(programme, role, now, EVERY_ROLE)
    _token, plain = make_token(
        person_id=by.person_id, name="tests", scope=TokenScope.WRITE, days=30, by=by, now=now
    )
    made = Site(plain, defaultdict(list))
    for method, address, thing in table.read():
        shown = re.sub(r"<(\w+)>", r"{\1}", address)
        made.known[method, shown].append(place.things[thing])
    return made


def test_every_operation_answers_as_the_document_says(site: Site) -> None:
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", _answered, config=SchemathesisConfig.from_dict(TURNED_AWAY)
    )
    failures: list[str] = []
    tried = 0
    for found, mode in itertools.product(schema.get_all_operations(), GenerationMode):
        operation = found.ok()
        tried += 1
        try:
            _try(operation, mode, site)
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # where nothing is sent, nothing can be wrong
        except FailureGroup as failure:
            failures.append(f"{operation.label}: {failure}")
    assert tried > 180
    assert not failures, "\n\n".join(failures)


def _answered(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer whole and close, as a server does."""
    answer = _SITE(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


def _try(operation: Any, mode: GenerationMode, site: Site) -> None:
    things = site.known[operation.method.upper(), operation.path]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(generation_mode=mode),
        known=st.booleans(),
        choice=st.integers(0, 9),
    )
    def attempt(case: Any, known: bool, choice: int) -> None:  # noqa: FBT001 -- drawn
        # What is wrong in a path stays wrong, so that it can be seen to be turned away.
        if known and things and case.path_parameters and mode is GenerationMode.POSITIVE:
            thing = things[choice % len(things)]
            case.path_parameters = {name: thing[name] for name in case.path_parameters}
        headers = {"Authorization": f"Bearer {site.token}"}
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS, headers=headers)

    attempt()


def test_schemas_have_names_of_their_own() -> None:
    # The document has one place for each name: of two with the same, one would be described.
    from ninja import Schema

    import praya.api.wiring  # noqa: F401 -- loads every schema

    names = [
        one.__name__ for one in Schema.__subclasses__() if one.__module__.startswith("praya.api.")
    ]
    assert sorted(names) == sorted(set(names))


def test_every_change_says_whether_it_may_be_repeated() -> None:
    from praya.api.wiring import api

    silent = [
        f"{method} {path}"
        for path, methods in api.get_openapi_schema(path_prefix="").get("paths").items()
        for method, operation in methods.items()
        if method != "get" and "repeat" not in operation.get("description", "").lower()
    ]
    assert silent == []
