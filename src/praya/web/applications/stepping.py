"""What a step of the form holds: read from a request, and drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from praya.apps.applications.queries import DraftForm, LineSum, line_sums
from praya.apps.applications.rules import Problem, Step
from praya.apps.applications.rules.draft import FIXED_FIELDS, LINE_FIELDS, ROW_FIELDS
from praya.apps.applications.rules.sizing import MODEL_FIELDS, WORK_FIELDS, precisions_of
from praya.core.programme.asking import LineValue
from praya.core.programme.document import ProgrammeRules
from praya.core.quantity import CardTime
from praya.core.sizing import Use
from praya.web.applications.forms import day_attributes
from praya.web.badges import Step as StepMark
from praya.words import quantities
from praya.words.drafts import LINE_FIELDS as LINE_LABELS
from praya.words.drafts import SHAPES, STEPS, USES, sentence_for_problem
from praya.words.sizing import Sheet, sheet_of

_LINE_NAME = re.compile(r"lines\.([0-9]{1,3})\.([a-z_]+)")
BLANK = dict.fromkeys(("number", *ROW_FIELDS), "")
NUMERIC = frozenset({"cards", "card_hours", "jobs", "job_cards"})


@dataclass(frozen=True, slots=True)
class LineControl:
    """One control of a request line as the template draws it."""

    name: str
    part: str
    label: str
    value: str
    choices: Sequence[tuple[str, str]]
    input_type: str
    error: str

    @property
    def id(self) -> str:
        """The id that labels and errors lead to."""
        return f"id_{self.name}"

    @property
    def is_numeric(self) -> bool:
        """Whether a keyboard of digits is enough."""
        return self.part in NUMERIC


@dataclass(frozen=True, slots=True)
class LineRow:
    """One request line as the template draws it; ``value`` is what it costs, when that is known.

    ``jobs`` and ``model`` are the controls of what will run on it, ``sheet`` what comes of them.
    """

    index: int
    number: str
    controls: Sequence[LineControl]
    jobs: Sequence[LineControl]
    model: Sequence[LineControl]
    errors: Sequence[str]
    value: LineValue | None
    sheet: Sheet | None

    @property
    def wrong(self) -> list[LineControl]:
        """The controls that hold something wrong."""
        return [each for each in (*self.controls, *self.work) if each.error]

    @property
    def work(self) -> list[LineControl]:
        """The controls of what will run on the line."""
        return [*self.jobs, *self.model]

    @property
    def tells_work(self) -> bool:
        """Whether anything is said, or wrong, of what will run on the line."""
        return any(each.value or each.error for each in self.work)


def values_in(post: QueryDict, step: Step) -> dict[str, Any]:
    """The values of a step as they were typed."""
    values: dict[str, Any] = {
        name: post.get(name, "") for name in FIXED_FIELDS[step] if name in post
    }
    answers = {
        name.removeprefix("answers."): post.get(name, "")
        for name in post
        if name.startswith("answers.")
    }
    if answers:
        values["answers"] = answers
    if step is Step.COMPUTE:
        values["lines"] = _lines_in(post)
    if step is Step.DECLARATION:
        values["confirmed"] = post.getlist("confirmed")
    return values


def names_in(values: Mapping[str, Any]) -> dict[str, str]:
    """The values of a step under the names that the form gives them, to be sent once more."""
    named = {name: text for name, text in values.items() if isinstance(text, str)}
    named |= {f"answers.{code}": text for code, text in values.get("answers", {}).items()}
    for index, line in enumerate(values.get("lines", [])):
        named |= {f"lines.{index}.{part}": text for part, text in line.items()}
    return named


def line_rows(
    form: DraftForm, lines: Sequence[Mapping[str, str]], *, blank: bool, complaints: bool
) -> tuple[list[LineRow], LineValue]:
    """Rows for the template, with one more to fill if ``blank``, and the sum of them."""
    sums, total = line_sums(form, lines)
    problems = [each for each in form.problems_in(Step.COMPUTE) if complaints]
    rows = [
        _row(form.rules, index, line, problems, sums[index]) for index, line in enumerate(lines)
    ]
    if blank or not rows:
        shapes = form.rules.limits.shapes
        empty = BLANK | {"shape": shapes[0] if len(shapes) == 1 else ""}
        rows.append(_row(form.rules, len(rows), empty, [], None))
    return rows, total


def sums_said(form: DraftForm, lines: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What the lines cost, in words, by the mark of the place where the page shows it."""
    sums, total = line_sums(form, lines)
    said = {
        f"line-{index}": value_said(each.value) if each.value else ""
        for index, each in enumerate(sums)
    }
    for index, (line, each) in enumerate(zip(lines, sums, strict=True)):
        sheet = _sheet(line, each)
        said[f"work-{index}"] = sheet.sentence if sheet else ""
    return said | {
        "list": quantities.money(total.list_price),
        "subsidy": quantities.money(total.subsidy),
        "own": quantities.money(total.own),
    }


def value_said(value: LineValue) -> str:
    """What one line costs at list."""
    return quantities.money(value.list_price)


def marks(form: DraftForm, current: Step | None) -> list[StepMark]:
    """The way through the form; a step is done when it was saved and has no problems."""
    marked = []
    for step in form.steps:
        url = reverse("web:application-step", args=[form.application.code, step.value])
        is_saved = step in form.application.draft or step is Step.DOCUMENTS
        standing = "done" if is_saved and not form.problems_in(step) else "to-come"
        standing = "current" if step is current else standing
        marked.append(StepMark(str(STEPS[step]), standing, url="" if step is current else url))
    return marked


def _lines_in(post: QueryDict) -> list[dict[str, str]]:
    rows: dict[int, dict[str, str]] = {}
    for name in post:
        found = _LINE_NAME.fullmatch(name)
        if found and found[2] in BLANK:
            rows.setdefault(int(found[1]), {})[found[2]] = post.get(name, "")
    removed = post.get("remove-line", "")
    return [rows[index] for index in sorted(rows) if str(index) != removed]


def _row(
    rules: ProgrammeRules,
    index: int,
    line: Mapping[str, str],
    problems: Sequence[Problem],
    found: LineSum | None,
) -> LineRow:
    at = f"lines.{line['number']}"
    errors = {each.name: sentence_for_problem(each) for each in problems}
    models = [(each.code, f"{each.vendor} {each.name}") for each in rules.device_models]
    shapes: list[tuple[str, str]] = [(shape, str(SHAPES[shape])) for shape in rules.limits.shapes]
    precisions = {
        one for model in rules.device_models for use in Use for one in precisions_of(model, use)
    }
    precisions |= {line["precision"]} if line.get("precision") else set()  # or it would be lost
    choices: dict[str, list[tuple[str, str]]] = {
        "device_model": models,
        "shape": shapes,
        "use": [(use, str(label)) for use, label in USES.items()],
        "precision": [(one, one) for one in sorted(precisions)],
    }
    controls = {
        part: LineControl(
            name=f"lines.{index}.{part}",
            part=part,
            label=str(LINE_LABELS[part]),
            value=line.get(part, ""),
            choices=choices.get(part, []),
            input_type=_input_type(part, line.get(part, "")),
            error=errors.get(f"{at}.{part}", ""),
        )
        for part in ROW_FIELDS
        if part != "plan" or rules.life.own_plan is not None
    }
    return LineRow(
        index=index,
        number=line["number"],
        controls=[controls[part] for part in LINE_FIELDS if part in controls],
        jobs=[controls[part] for part in WORK_FIELDS if part not in MODEL_FIELDS],
        model=[controls[part] for part in MODEL_FIELDS],
        errors=[sentence_for_problem(each) for each in problems if each.name == at],
        value=found.value if found else None,
        sheet=_sheet(line, found) if found else None,
    )


def _sheet(line: Mapping[str, str], found: LineSum) -> Sheet | None:
    """What the work of a line comes to beside what it asks for, once both can be read."""
    if found.work is None:
        return None
    return sheet_of(found.work, CardTime(found.asked_s, line["device_model"]))


def _input_type(part: str, value: str) -> str:
    if part in ("first_on", "last_on"):
        return day_attributes(value).get("type", "text")
    return "text"
