"""Input that does not fit: each fault with its place and what to give instead, in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic_core import PydanticCustomError, PydanticKnownError
from tests.api.calling import problem

from praya.api.wiring import api
from praya.words.input_faults import OWN, PLAIN, WITH_FACTS, sentence_for_fault

MEI = "mei@pier.example"

# Which faults a field of a kind, or a bound on it, can meet.
FAULTS = {
    "bool": {"bool_type", "bool_parsing"},
    "date": {
        "date_type",
        "date_parsing",
        "date_from_datetime_parsing",
        "date_from_datetime_inexact",
    },
    "dict": {"dict_type"},
    "enum": {"enum"},
    "function-after": {"too_long", "too_short"},  # a text that is measured after a check of ours
    "int": {"int_type", "int_parsing", "int_from_float", "int_parsing_size"},
    "list": {"list_type"},
    "literal": {"literal_error"},
    "model": {"model_type"},
    "model-fields": {"missing", "model_attributes_type"},
    "str": {"string_type", "string_unicode"},
    "dict max_length": {"too_long"},
    "int ge": {"greater_than_equal"},
    "int le": {"less_than_equal"},
    "list max_length": {"too_long"},
    "str max_length": {"string_too_long"},
    "str min_length": {"string_too_short"},
    "str pattern": {"string_pattern_mismatch"},
}
WITHOUT = {  # they wrap another, take anything, or are checks of our own and of uploads
    "any",
    "default",
    "function-before",
    "function-plain",
    "function-wrap",
    "model-field",
    "no-info",
    "nullable",
    "with-info",
}
BOUNDS = (
    *("ge", "gt", "le", "lt", "multiple_of", "max_length", "min_length", "pattern"),
    *("max_digits", "decimal_places", "extra_behavior", "tz_constraint"),
)


def kinds_of(schema: Any) -> Iterator[str]:
    """Every kind of field in a schema of pydantic's, and every bound on one."""
    if isinstance(schema, list | tuple):
        for part in schema:
            yield from kinds_of(part)
    elif isinstance(schema, dict):
        if isinstance(kind := schema.get("type"), str):
            yield kind
            yield from (f"{kind} {bound}" for bound in BOUNDS if bound in schema)
        for part in schema.values():
            yield from kinds_of(part)


def test_every_fault_that_a_field_can_meet_has_its_sentence():
    met = {
        kind
        for _prefix, router in api._routers
        for view in router.path_operations.values()
        for operation in view.operations
        for model in operation.models
        for kind in kinds_of(model.__pydantic_core_schema__)
    }
    assert met - WITHOUT == set(FAULTS)
    wanted = set().union(*FAULTS.values())
    assert wanted == set(PLAIN) | set(WITH_FACTS)


def test_a_fault_of_another_kind_is_said_in_general_and_not_in_pydantics_english():
    said = PydanticKnownError("finite_number").message()

    sentence = sentence_for_fault("finite_number", {})

    assert said not in sentence
    assert sentence == (
        "This does not fit; the document of the API at /api/v1/openapi.json says what does."
    )


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "body.wish.name: This is needed and was not given."),
        ({"name": 7}, "body.wish.name: Give a text."),
        ({"name": ""}, "body.wish.name: Give at least 1 character."),
        ({"name": "x" * 101}, "body.wish.name: Give at most 100 characters."),
        ({"name": "a\0b"}, "body.wish.name: Take the null character out of the text."),
        ({"name": "x", "days": "soon"}, "body.wish.days: Give a whole number."),
        ({"name": "x", "days": True}, "body.wish.days: Give a number; true and false are none."),
        ({"name": "x", "days": 0}, "body.wish.days: Give at least 1."),
        (
            {"name": "x", "scope": "all", "days": 366},
            "body.wish.scope: Give one of these: read, write. body.wish.days: Give at most 365.",
        ),
    ],
)
def test_what_does_not_fit_is_said_with_what_does(caller, body, sentence):
    status, answer = caller(MEI).post("/me/tokens", body)

    assert (status, answer["code"], answer["message"]) == (422, "input.invalid", sentence)


def test_other_faults_of_ours_are_said_too(caller):
    mei = caller(MEI)

    def said(answer):
        assert problem(answer) == (422, "input.invalid")
        return answer[1]["message"]

    assert said(mei.put("/me", {"language": "xx"})).endswith(
        "Write it as this pattern has it: ^(|en|zh-hant|zh-hans)$"
    )
    twice = {"marks": [{"criterion": "merit"}] * 2}
    assert "Name “merit” once; it stands here twice." in said(mei.put("/reviews/1", twice))
    assert (
        mei.client.post(
            "/api/v1/me/tokens", "{", content_type="application/json", headers=mei.headers
        ).json()["message"]
        == "The body is not JSON. Send one JSON object, in UTF-8."
    )
    many = {"marks": [{"criterion": f"c{number}"} for number in range(101)]}
    assert "Give at most 100 items." in said(mei.put("/reviews/1", many))


def test_every_check_of_our_own_is_said_in_our_own_words():
    for kind, facts in {
        "year_outside": {"first": "1900", "last": "2200"},
        "not_unicode": {},
        "null_character": {},
        "boolean_for_number": {},
        "named_twice": {"name": "merit"},
    }.items():
        assert kind in OWN
        assert "%" not in sentence_for_fault(kind, facts)
        assert PydanticCustomError(kind, "said in English").message() not in sentence_for_fault(
            kind, facts
        )
