"""The draft: what was typed, step by step, kept as typed even where it is wrong.

A draft is a plain dictionary by step. Fixed fields stand by their names; answers to the programme's
own questions stand under ``answers`` by code; request lines are rows of text under ``lines``.
``changed`` notes at which revision each step was last changed, so that two open windows only get in
each other's way when both change the same step.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from praya.apps.applications.rules.refusals import DraftTooLarge, UnknownStep
from praya.apps.applications.rules.sizing import WORK_FIELDS
from praya.core.refusal import StaleForm

STEP_BYTES_MAX = 400_000
LINES_MAX = 50
ANSWERS_MAX = 200
NUMBER_DIGITS_MAX = 3
LINE_FIELDS = (
    "device_model",
    "shape",
    "cards",
    "first_on",
    "last_on",
    "card_hours",
    "plan",
    "note",
)
ROW_FIELDS = (*LINE_FIELDS, *WORK_FIELDS)


class Step(StrEnum):
    """The steps of the form; each is saved by itself."""

    ORGANISATION = "organisation"
    PROJECT = "project"
    COMPUTE = "compute"
    RESULTS = "results"
    DOCUMENTS = "documents"
    DECLARATION = "declaration"


FIXED_FIELDS: dict[Step, tuple[str, ...]] = {
    Step.ORGANISATION: ("contact_name", "contact_email", "contact_phone"),
    Step.PROJECT: ("title", "title_zh", "summary", "summary_zh"),
    Step.COMPUTE: (),
    Step.RESULTS: (),
    Step.DOCUMENTS: (),
    Step.DECLARATION: (),
}
Draft = dict[str, Any]


def step_named(name: str) -> Step:
    """The step of this name, or a refusal."""
    try:
        return Step(name)
    except ValueError:
        raise UnknownStep(step=name) from None


def storable(value: object) -> str:
    """Text that every database keeps: NUL and half characters become visible signs."""
    text = "" if value is None else str(value)
    text = text.replace("\r\n", "\n").replace("\x00", "\N{SYMBOL FOR NULL}")
    return text.encode("utf-8", "replace").decode("utf-8")


def typed(step: Step, values: Mapping[str, Any]) -> dict[str, Any]:
    """The part of ``values`` that belongs to a step, as text; everything else is left out."""
    kept: dict[str, Any] = {
        name: storable(values[name]) for name in FIXED_FIELDS[step] if name in values
    }
    if isinstance(values.get("answers"), Mapping):
        answers = list(values["answers"].items())[:ANSWERS_MAX]
        kept["answers"] = {storable(code): storable(answer) for code, answer in answers}
    if step is Step.COMPUTE and isinstance(values.get("lines"), list):
        kept["lines"] = _typed_lines(values["lines"])
    if step is Step.DECLARATION and isinstance(values.get("confirmed"), list):
        kept["confirmed"] = sorted({storable(code) for code in values["confirmed"][:ANSWERS_MAX]})
    return kept


def saved(
    draft: Draft, *, step: Step, values: Mapping[str, Any], base: int, revision: int
) -> Draft:
    """The draft with a step's values put in; ``draft`` itself when that changes nothing.

    ``base`` is the revision that the form was opened with, ``revision`` the draft's own. Values
    left out stay as they were; lines are replaced as a whole.

    Raises:
        DraftTooLarge: the step would hold more than is kept.
        StaleForm: the step was changed since ``base``.

    """
    before = draft.get(step, {})
    after = {**before, **typed(step, values)}
    if "answers" in after:
        after["answers"] = {**before.get("answers", {}), **after["answers"]}
    if after == before:
        return draft
    size = len(json.dumps(after, ensure_ascii=False).encode())
    if size > STEP_BYTES_MAX:
        raise DraftTooLarge(size=size, limit=STEP_BYTES_MAX)
    changed = draft.get("changed", {})
    if changed.get(step, 0) > base:
        raise StaleForm(theirs=revision, yours=base)
    return {**draft, step: after, "changed": {**changed, step: revision + 1}}


def _typed_lines(rows: list[Any]) -> list[dict[str, str]]:
    """Request lines as rows of text, numbered; a row with nothing in it is no line."""
    lines: list[dict[str, str]] = []
    taken: set[str] = set()
    for row in rows[:LINES_MAX]:
        if not isinstance(row, Mapping):
            continue
        line = {name: storable(row.get(name, "")).strip() for name in LINE_FIELDS}
        # What is not said of the work has no key, so that a row without any is as it always was.
        work = {name: storable(row.get(name, "")).strip() for name in WORK_FIELDS}
        line |= {name: text for name, text in work.items() if text}
        if not any(text for name, text in line.items() if name != "shape"):
            continue
        number = storable(row.get("number", ""))
        is_number = number.isdecimal() and len(number) <= NUMBER_DIGITS_MAX
        # "02" and "2" are one number; a line has it once.
        number = str(int(number)) if is_number else ""
        if number in taken:
            number = ""
        taken.add(number)
        lines.append({"number": number, **line})
    return _numbered(lines, taken)


def _numbered(lines: list[dict[str, str]], taken: set[str]) -> list[dict[str, str]]:
    """The lines, those without a number given the next one that is free."""
    following = max((int(number) for number in taken if number), default=0)
    for line in lines:
        if not line["number"]:
            following += 1
            line["number"] = str(following)
    return lines
