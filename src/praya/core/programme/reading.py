"""Read a programme file: either its rules, or everything that is wrong with it in one pass.

The text becomes a tree with places (``tree``), each field is checked by itself (``field_checks``),
then the fields together (``cross_checks``). Every mistake is found at once, with one exception:
where the text stops being YAML, nothing after can be read, and only that and what came before in
the text itself is told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import cast

from pydantic import ValidationError

from praya.core.programme.cross_checks import cross_faults
from praya.core.programme.document import ProgrammeRules
from praya.core.programme.field_checks import faults_of_fields
from praya.core.programme.findings import Fault, Finding, FindingCode
from praya.core.programme.shape import loose
from praya.core.programme.tree import Node, TreeReader

FILE_BYTES_MAX = 512 * 1024
# What YAML does not allow as it is: control characters, and half characters.
_NOT_TEXT = re.compile(
    r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)

At = tuple[str | int, ...]


def read_programme(
    text: str | bytes, *, file: str = "programme.yaml"
) -> tuple[ProgrammeRules | None, list[Finding]]:
    """The rules of a programme file, and what is wrong with it, in the order of the file.

    There are rules exactly when there are no findings. ``file`` is only named in findings.
    """
    reader, early = opened(text, file)
    if reader is None:
        return None, early
    root = reader.read()
    if root is None or root.fields is None:
        return None, reader.findings or [unusable(root, file)]
    rules, found = _checked(root, file)
    # What was refused as YAML is wrong as a field too; that is one mistake.
    told = {(finding.line, finding.column) for finding in reader.findings}
    fresh = [finding for finding in found if (finding.line, finding.column) not in told]
    findings = sorted(reader.findings + fresh, key=lambda one: (one.line, one.column, one.code))
    return (None if findings else rules), findings


def canonical_json(rules: ProgrammeRules) -> str:
    """The rules as JSON that is the same for rules that say the same: fit for storing and hashing.

    Keys are sorted, so a database may keep them in any order. Choices, whose order is the order in
    which people read them, are therefore written as a list of pairs.
    """
    document = rules.model_dump(by_alias=True)
    for question in document["form"]:
        question["choices"] = list(question["choices"].items())
    return json.dumps(
        document,
        default=_plain,
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def rules_from_json(text: str) -> ProgrammeRules:
    """The rules from their canonical JSON."""
    document = json.loads(text)
    for question in document["form"]:
        question["choices"] = dict(question["choices"])
    return ProgrammeRules.model_validate(document)


def _plain(value: object) -> str:
    """A date or an amount as text; ``70``, ``70.0`` and ``70.00`` are the same amount."""
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")
    assert isinstance(value, date), value
    return value.isoformat()


def opened(text: str | bytes, file: str) -> tuple[TreeReader | None, list[Finding]]:
    """A reader over the text, or the reason why it is not worth reading."""

    def refused(code: FindingCode, line: int, column: int, **facts: object) -> list[Finding]:
        return [Finding(file, line, column, code, "", dict(facts))]

    try:
        content = text if isinstance(text, bytes) else text.encode()
        if len(content) > FILE_BYTES_MAX:
            kib_max = FILE_BYTES_MAX // 1024
            return None, refused(FindingCode.FILE_TOO_LARGE, 1, 1, kib_max=kib_max)
        readable = content.decode().removeprefix("\N{BYTE ORDER MARK}")
    except UnicodeError:
        return None, refused(FindingCode.FILE_NOT_TEXT, 1, 1)
    odd = _NOT_TEXT.search(readable)
    if odd is not None:
        before = readable[: odd.start()]
        column = odd.start() - (before.rfind("\n") + 1) + 1
        return None, refused(FindingCode.FILE_NOT_TEXT, before.count("\n") + 1, column)
    return TreeReader(readable, file), []


def unusable(root: Node | None, file: str) -> Finding:
    """Why a readable file without fields is no programme file."""
    if root is None or (root.text is None and root.items is None):
        return Finding(file, 1, 1, FindingCode.FILE_EMPTY, "")
    return Finding(file, root.line, root.column, FindingCode.FILE_NOT_MAPPING, "")


def _checked(root: Node, file: str) -> tuple[ProgrammeRules | None, list[Finding]]:
    """The rules if every field is right, and what is wrong. Wrong fields are taken out of the tree.

    What is left is read through the loose twin, for the checks of fields together.
    """
    try:
        rules = ProgrammeRules.model_validate(root.plain())
    except ValidationError as error:
        faults = faults_of_fields(error)
    else:
        return rules, [located(root, fault, file) for fault in cross_faults(rules, [])]
    findings = [located(root, fault, file) for fault in faults]
    _take_out(root, {fault.at for fault in faults})
    twin = cast("ProgrammeRules", loose(ProgrammeRules).model_validate(root.plain()))
    # An unknown field is no gap: all that is known is there without it.
    wrong = [fault.at for fault in faults if fault.code is not FindingCode.FIELD_UNKNOWN]
    wrong += [
        (*fault.at[:-1], fault.facts["suggestion"])
        for fault in faults
        if fault.code is FindingCode.FIELD_UNKNOWN and fault.facts["suggestion"]
    ]
    return None, findings + [located(root, fault, file) for fault in cross_faults(twin, wrong)]


def _take_out(root: Node, wrong: Iterable[At]) -> None:
    """Drop wrong values from the tree: later positions first, so that earlier ones stay put."""
    for at in sorted(wrong, key=_order, reverse=True):
        parent: Node | None = root
        for step in at[:-1]:
            parent = parent.child(step) if parent is not None else None
        if parent is not None:
            parent.drop(at[-1])


def _order(at: At) -> list[tuple[str, int]]:
    """A sort key: names by name, positions by number."""
    return [("", step) if isinstance(step, int) else (step, 0) for step in at]


def located(root: Node, fault: Fault, file: str) -> Finding:
    """A fault at its place: the wrong text, else its key, else the key of what should hold it."""
    node, path = root, ""
    for step in fault.at:
        below = node.child(step) if node is not None else None
        if below is None:
            rest = f"[{step}]" if isinstance(step, int) else f".{step}"
            path = (path or node.path) + rest
            continue
        node = below
    at_key = fault.code is FindingCode.FIELD_UNKNOWN or node.text is None or path != ""
    line, column = (node.key_line, node.key_column) if at_key else (node.line, node.column)
    return Finding(file, line, column, fault.code, (path or node.path).lstrip("."), fault.facts)
