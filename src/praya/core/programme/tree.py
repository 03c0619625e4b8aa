"""YAML read into a tree that knows the line and column of every key and value.

Scalars stay text: what ``no``, ``010`` or ``1:30`` mean is for the field to say, not for YAML to
guess. Only an empty value, ``~`` and ``null`` are nothing. Anchors, aliases and tags are refused,
so a small file cannot unfold into a large one, and nesting is bounded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from praya.core.programme.findings import Finding, FindingCode
from praya.core.programme.yaml_faults import YamlFault, fault_of

DEPTH_MAX = 16
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})

# libyaml is some ten times faster; the pure reader takes its place where it is not built in.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Node:
    """A value with its place; ``key_line`` and ``key_column`` are its key's (in a list its own).

    One of ``fields`` and ``items`` is set for a mapping or a list; else ``text``, which is ``None``
    for nothing.
    """

    path: str
    line: int
    column: int
    key_line: int
    key_column: int
    text: str | None = None
    items: list[Node] | None = None
    fields: dict[str, Node] | None = None

    def child(self, step: str | int) -> Node | None:
        """The value under a key or at a position; ``None`` where there is none."""
        if self.fields is not None:
            return self.fields.get(str(step))
        if self.items is not None and isinstance(step, int) and step < len(self.items):
            return self.items[step]
        return None

    def drop(self, step: str | int) -> None:
        """Take out the value under a key or at a position; nothing happens where there is none."""
        if self.fields is not None:
            self.fields.pop(str(step), None)
        elif self.items is not None and isinstance(step, int) and step < len(self.items):
            del self.items[step]

    def plain(self) -> Any:  # noqa: ANN401 -- text, nothing, or lists and dicts of those
        """The values without their places."""
        if self.fields is not None:
            return {key: node.plain() for key, node in self.fields.items()}
        if self.items is not None:
            return [node.plain() for node in self.items]
        return self.text


class _TooDeep(Exception):  # noqa: N818 -- a way out of the reading, caught below
    """The file nests deeper than any field goes."""


@dataclass(slots=True)
class _Open:
    """A list or mapping that has begun and not ended.

    ``key`` is the mapping's key that waits for its value; ``spoilt`` says that this value is to be
    read and forgotten, for its key was refused.
    """

    node: Node
    key: Node | None = None
    spoilt: bool = False


@dataclass(slots=True)
class TreeReader:
    """Build the tree from YAML's events, noting what a programme file may not hold.

    A syntax error or too deep a nesting ends the reading; all else is noted and passed over.
    """

    text: str
    file: str
    root: Node | None = None
    findings: list[Finding] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)

    def read(self) -> Node | None:
        """The root of the tree; ``None`` when the file is empty or cannot be read to its end."""
        documents = 0
        try:
            for event in yaml.parse(self.text, Loader=_LOADER):
                if isinstance(event, DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        self._note(FindingCode.YAML_DOCUMENTS, event)
                        break
                self._take(event)
        except yaml.MarkedYAMLError as error:
            self._note_syntax(error)
            return None
        except _TooDeep:
            return None
        return self.root

    def _take(self, event: Event) -> None:
        """Add one event to the tree."""
        if isinstance(event, CollectionEndEvent):
            self._open.pop()
        elif isinstance(event, NodeEvent):
            self._note_forbidden(event)
            node = self._placed(event)
            if isinstance(event, MappingStartEvent | SequenceStartEvent):
                if len(self._open) >= DEPTH_MAX:
                    self._note(FindingCode.YAML_DEPTH, event, depth_max=DEPTH_MAX)
                    raise _TooDeep
                self._open.append(_Open(node))

    def _placed(self, event: NodeEvent) -> Node:
        """The event as a node, put where it belongs: the root, a list, a key or a value."""
        node = _node_of(event)
        if not self._open:
            self.root = node
            return node
        parent = self._open[-1]
        if parent.node.items is not None:
            node.path = f"{parent.node.path}[{len(parent.node.items)}]"
            parent.node.items.append(node)
        elif parent.key is None:
            self._begin_field(parent, node, event)
        else:
            key, parent.key = parent.key, None
            node.path, node.key_line, node.key_column = key.path, key.line, key.column
            assert parent.node.fields is not None
            if not parent.spoilt:
                parent.node.fields[str(key.text)] = node
            parent.spoilt = False
        return node

    def _begin_field(self, parent: _Open, key: Node, event: NodeEvent) -> None:
        """Take a key of a mapping. A second one of the same name is noted, and the first stays."""
        assert parent.node.fields is not None
        name = event.value if isinstance(event, ScalarEvent) else ""
        key.text = name
        key.path = f"{parent.node.path}.{name}" if parent.node.path else name
        parent.key = key
        if not isinstance(event, ScalarEvent):
            parent.spoilt = True
            self._note(FindingCode.YAML_KEY, event, path=parent.node.path)
        elif name in parent.node.fields:
            parent.spoilt = True
            first = parent.node.fields[name]
            self._note(
                FindingCode.FIELD_TWICE, event, path=key.path, field=name, first_line=first.key_line
            )

    def _note_forbidden(self, event: NodeEvent) -> None:
        """Note anchors, aliases and tags."""
        if isinstance(event, AliasEvent) or event.anchor is not None:
            self._note(FindingCode.YAML_ALIAS, event, name=event.anchor)
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            self._note(FindingCode.YAML_TAG, event, tag=tag)

    def _note(self, code: FindingCode, event: Event, *, path: str = "", **facts: object) -> None:
        """Keep a finding at the beginning of an event."""
        mark = event.start_mark
        assert mark is not None, event
        self.findings.append(
            Finding(self.file, mark.line + 1, mark.column + 1, code, path, dict(facts))
        )

    def _note_syntax(self, error: yaml.MarkedYAMLError) -> None:
        """Keep a syntax error, as a tab where a tab is the reason."""
        mark = error.problem_mark or error.context_mark
        assert mark is not None
        lines = self.text.splitlines()
        line = lines[mark.line] if mark.line < len(lines) else ""
        indent = line[: len(line) - len(line.lstrip())]
        if "\t" in indent:
            code, column, facts = FindingCode.YAML_TAB, indent.index("\t") + 1, {}
        else:
            code, column = FindingCode.YAML_SYNTAX, mark.column + 1
            is_tab = line[mark.column : mark.column + 1] == "\t"
            facts = {"fault": YamlFault.TAB if is_tab else fault_of(error.problem or "")}
        self.findings.append(Finding(self.file, mark.line + 1, column, code, "", facts))


def _node_of(event: NodeEvent) -> Node:
    """A node with the event's place and text, and no path yet."""
    mark = event.start_mark
    assert mark is not None, event
    line, column = mark.line + 1, mark.column + 1
    node = Node("", line, column, line, column)
    if isinstance(event, MappingStartEvent):
        node.fields = {}
    elif isinstance(event, SequenceStartEvent):
        node.items = []
    elif isinstance(event, AliasEvent):
        node.text = f"*{event.anchor}"
    elif isinstance(event, ScalarEvent):
        nothing = not event.style and event.value in _NOTHING
        node.text = None if nothing else event.value
    return node
