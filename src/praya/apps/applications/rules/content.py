"""What a submission holds, and how two of them differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from praya.apps.applications.rules.draft import ROW_FIELDS, Draft, Step

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs. ``name`` reads ``project.title`` or ``answers.team``."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LineChange:
    """A request line that was added (``before`` is ``None``), removed or changed."""

    number: int
    before: dict[str, str] | None
    after: dict[str, str] | None

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the parts that differ, in the order of the form."""
        before, after = self.before or {}, self.after or {}
        return tuple(name for name in ROW_FIELDS if before.get(name, "") != after.get(name, ""))


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A document that was added or taken out, by kind, name and checksum."""

    kind: str
    file_name: str
    is_added: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What a later submission says otherwise than an earlier one."""

    fields: tuple[FieldChange, ...]
    lines: tuple[LineChange, ...]
    documents: tuple[DocumentChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether both say the same."""
        return not (self.fields or self.lines or self.documents)


def content_of(
    draft: Draft,
    *,
    organisation: Mapping[str, str],
    documents: Iterable[Mapping[str, Any]],
    declarations: Collection[str],
    eligibility: Mapping[str, Any],
) -> Content:
    """The content of a submission, made from a draft that has no problems."""
    organisation_step, project = draft.get(Step.ORGANISATION, {}), draft.get(Step.PROJECT, {})
    return {
        "organisation": dict(organisation),
        "contact": {
            name: organisation_step.get(f"contact_{name}", "").strip()
            for name in ("name", "email", "phone")
        },
        "project": {
            name: project.get(name, "").strip()
            for name in ("title", "title_zh", "summary", "summary_zh")
        },
        "answers": answers_in(draft),
        "lines": draft.get(Step.COMPUTE, {}).get("lines", []),
        "documents": [dict(document) for document in documents],
        "declarations": sorted(declarations),
        "eligibility": dict(eligibility),
    }


def answers_in(draft: Draft) -> dict[str, str]:
    """The answers of a draft by the codes of the form."""
    return {
        code: answer.strip()
        for step in (Step.PROJECT, Step.COMPUTE, Step.RESULTS)
        for code, answer in sorted(draft.get(step, {}).get("answers", {}).items())
    }


def seal_of(content: Content) -> str:
    """SHA-256 of the content in one fixed spelling."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def differences(older: Content, newer: Content) -> Difference:
    """Field by field, line by line, document by document."""
    fields = []
    for part in ("organisation", "contact", "project", "answers"):
        before, after = older.get(part, {}), newer.get(part, {})
        for name in dict.fromkeys([*before, *after]):
            was, became = str(before.get(name, "")), str(after.get(name, ""))
            if was != became:
                fields.append(FieldChange(f"{part}.{name}", was, became))
    return Difference(
        fields=tuple(fields),
        lines=tuple(_line_changes(older, newer)),
        documents=tuple(_document_changes(older, newer)),
    )


def _line_changes(older: Content, newer: Content) -> Iterable[LineChange]:
    before = {int(line["number"]): line for line in older.get("lines", [])}
    after = {int(line["number"]): line for line in newer.get("lines", [])}
    for number in sorted({*before, *after}):
        change = LineChange(number, before.get(number), after.get(number))
        if change.fields:
            yield change


def _document_changes(older: Content, newer: Content) -> Iterable[DocumentChange]:
    before = {_document_key(document) for document in older.get("documents", [])}
    after = {_document_key(document) for document in newer.get("documents", [])}
    for kind, file_name, _ in sorted(before - after):
        yield DocumentChange(kind, file_name, is_added=False)
    for kind, file_name, _ in sorted(after - before):
        yield DocumentChange(kind, file_name, is_added=True)


def _document_key(document: Mapping[str, Any]) -> tuple[str, str, str]:
    return document["kind"], document["file_name"], document["sha256"]
