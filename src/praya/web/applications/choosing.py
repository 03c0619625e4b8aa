"""A step that was changed in two windows: both versions side by side, to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

from praya.apps.applications.queries import DraftForm
from praya.apps.applications.rules import Step
from praya.apps.applications.rules.draft import ROW_FIELDS, typed
from praya.core.programme.document import ProgrammeRules
from praya.web.applications.stepping import names_in
from praya.words.drafts import STEPS, label_of
from praya.words.languages import in_readers_language


@dataclass(frozen=True, slots=True)
class Choice:
    """One field that differs: what is saved, and what was typed here."""

    name: str
    label: str
    theirs: str
    mine: str


def answer_to_conflict(
    request: HttpRequest, form: DraftForm, step: Step, values: Mapping[str, Any]
) -> HttpResponse:
    """Show what is saved and what was typed, field by field; nothing is lost on either side."""
    mine = typed(step, values)
    context = {
        "application": form.application,
        "step": step,
        "title": STEPS[step],
        "revision": form.application.draft_revision,
        "choices": choices_between(form.rules, form.application.draft.get(step, {}), mine),
        "kept": names_in(mine),
        "confirmed": mine.get("confirmed", []),
    }
    return TemplateResponse(
        request, "web/applications/conflict.html", context, status=HTTPStatus.CONFLICT
    )


def choices_between(
    rules: ProgrammeRules, theirs: Mapping[str, Any], mine: Mapping[str, Any]
) -> list[Choice]:
    """The fields that differ, in the order in which they were typed."""
    choices = []
    for name, value in mine.items():
        saved = theirs.get(name)
        if name == "answers":
            for code, answer in value.items():
                before = (saved or {}).get(code, "")
                if before != answer:
                    at = f"answers.{code}"
                    choices.append(Choice(at, label_of(at, rules), before, answer))
        elif value != (saved if saved is not None else type(value)()):
            label = str(STEPS[Step.DECLARATION]) if name == "confirmed" else label_of(name, rules)
            shown = _shown(rules, name, saved or ""), _shown(rules, name, value)
            choices.append(Choice(name, label, *shown))
    return choices


def chosen_values(
    post: QueryDict, mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> dict[str, Any]:
    """The values typed, less those for which the saved ones were chosen."""
    kept: dict[str, Any] = {}
    for name, value in mine.items():
        if name == "answers":
            kept[name] = {
                code: answer
                for code, answer in value.items()
                if post.get(f"choose.answers.{code}") != "theirs"
            }
        elif post.get(f"choose.{name}") != "theirs":
            kept[name] = value
        elif name in theirs:
            kept[name] = theirs[name]
    return kept


def _shown(rules: ProgrammeRules, name: str, value: Any) -> str:  # noqa: ANN401 -- a text or a list
    if name == "lines":
        return "\n".join(line_said(line) for line in value)
    if name == "confirmed":
        texts = {each.code: in_readers_language(each.text) for each in rules.declarations}
        return "\n".join(texts.get(code, code) for code in value)
    return str(value)


def line_said(line: Mapping[str, str]) -> str:
    """A request line in one line of text."""
    parts: Sequence[str] = [line[part] for part in ROW_FIELDS if line.get(part)]
    return f"{line.get('number', '')}: {', '.join(parts)}"
