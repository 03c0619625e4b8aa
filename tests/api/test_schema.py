"""The API against its own document: nothing it is sent breaks it, and it answers as it says."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.apps.applications.cases import LARGE, written
from tests.apps.awards.cases import accepted, decided, money
from tests.apps.reviews.cases import WAN, opened, screened
from tests.factories import appointed, make_partition, make_programme

from praya.apps.people.commands import make_token
from praya.apps.people.rules import TokenScope
from praya.core.actor import Actor, Role

pytestmark = [pytest.mark.once, pytest.mark.django_db]
EXAMPLES = 4
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EVERY_ROLE = "every.role@pier.example"


@pytest.fixture
def site(now: datetime) -> dict[str, Any]:
    """A site with something at every address, and who may do nearly everything there."""
    make_programme(now)
    money(now)
    make_partition(now)
    award = accepted(now)
    decision = decided(now, email="second@lab.example")
    review = opened(screened(now, email="third@lab.example", lines=[LARGE]), WAN, now)
    draft = written(now, email=EVERY_ROLE)
    by: Actor = appointed("pier", Role.AUDITOR, now, EVERY_ROLE)
    for role in (Role.OFFICER, Role.COMMITTEE, Role.FINANCE, Role.OPERATOR, Role.REVIEWER):
        by = appointed("pier", role, now, EVERY_ROLE)
    spare, _plain = make_token(
        person_id=by.person_id, name="spare", scope=TokenScope.READ, days=30, by=by, now=now
    )
    _token, plain = make_token(
        person_id=by.person_id, name="tests", scope=TokenScope.WRITE, days=30, by=by, now=now
    )
    return {
        "token": plain,
        "programmes": ["pier"],
        "applications": [draft.code, decision.application.code, review.application.code],
        "awards": [award.code],
        "clusters": ["quay"],
        "jobs": ["J-000001"],
        "reviews": [review.pk],
        "rounds": [decision.round_id],
        "decisions": [decision.pk],
        "tokens": [spare.pk],
    }


def test_every_operation_answers_as_the_document_says(site: dict[str, Any]) -> None:
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", WSGIHandler(), config=SchemathesisConfig()
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


def _try(operation: Any, mode: GenerationMode, site: dict[str, Any]) -> None:
    kind = operation.path.split("/")[3]

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
        values = site.get(kind, [])
        if known and values and case.path_parameters:
            first = next(iter(case.path_parameters))
            case.path_parameters[first] = values[choice % len(values)]
        headers = {"Authorization": f"Bearer {site['token']}"}
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
