"""A text that is no YAML: one code for it, whichever reader is built in."""

from __future__ import annotations

import pytest
import yaml

from praya.core.programme import tree
from praya.core.programme.reading import read_programme
from praya.core.programme.yaml_faults import YamlFault, fault_of

READERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]
TEXTS = [
    ("code: 'a\nname: b", YamlFault.QUOTE, 2),
    ('code: "a\n---\nb: c', YamlFault.QUOTE, 2),
    ("code: a\nname\nprefix: b", YamlFault.COLON, 3),
    ("code: a: b", YamlFault.SECOND_COLON, 1),
    ("code: a\n  name: b", YamlFault.SECOND_COLON, 2),
    ("code: - a", YamlFault.ITEM, 1),
    ("a:\n    b: c\n  d: e", YamlFault.INDENTATION, 3),
    ('code: "a" b\nname: c', YamlFault.INDENTATION, 1),
    ("code: [a\nname: b", YamlFault.LIST_END, 2),
    ("code: {a: b\nname: c", YamlFault.FIELDS_END, 2),
    (r'code: "\q"', YamlFault.ESCAPE, 1),
    (r'code: "\xZZ"', YamlFault.ESCAPE, 1),
    ("code: @a", YamlFault.FIRST_CHARACTER, 1),
    ("code: `a`", YamlFault.FIRST_CHARACTER, 1),
    ("list:\n  - a\n  -\tb: c", YamlFault.TAB, 3),
    ("code: |0\n  a", YamlFault.BLOCK_TEXT, 1),
    ("code: | a", YamlFault.BLOCK_TEXT, 1),
    ("code: & a", YamlFault.NAME, 1),
    ("code: * a", YamlFault.NAME, 1),
    ("code: ]", YamlFault.VALUE, 1),
    ("code: [a, ,b]", YamlFault.VALUE, 1),
    ("%YAML 1.1\ncode: a", YamlFault.DIRECTIVE, 2),
    ("code: a\n... b", YamlFault.DIRECTIVE, 2),
]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize(("text", "fault", "line"), TEXTS)
def test_a_fault_has_one_code_whichever_reader_finds_it(monkeypatch, reader, text, fault, line):
    monkeypatch.setattr(tree, "_LOADER", reader)

    _rules, findings = read_programme(text)

    found = [
        (one.code.value, one.line, one.facts) for one in findings if one.code.value == "yaml.syntax"
    ]
    assert found == [("yaml.syntax", line, {"fault": fault})]


def test_what_is_said_otherwise_is_some_other_fault():
    assert fault_of("what no reader says") is YamlFault.OTHER
