"""Reading a programme file: what is right is read exactly, what is wrong is told at its place."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.programme.example_programmes import example_text
from tests.core.programme.programme_mistakes import CROSS_MISTAKES, FIELD_MISTAKES, TEN_MISTAKES

from praya.core.programme.difference import difference
from praya.core.programme.document import ProgrammeRules
from praya.core.programme.findings import Finding, FindingCode
from praya.core.programme.reading import canonical_json, read_programme, rules_from_json

HARBOUR = example_text("harbour")
CAMPUS = example_text("campus")


def told(text: str) -> list[tuple[str, str, str]]:
    """Each finding as its code, its path, and the rest of the line from its place on."""
    rules, findings = read_programme(text)
    assert (rules is None) == bool(findings)
    return [(finding.code.value, finding.path, rest_of_line(text, finding)) for finding in findings]


def rest_of_line(text: str, finding: Finding) -> str:
    return text.splitlines()[finding.line - 1][finding.column - 1 :]


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, (text.count(old), old)
    return text.replace(old, new)


@pytest.mark.parametrize("text", [HARBOUR, CAMPUS], ids=["harbour", "campus"])
def test_an_example_has_no_findings_and_survives_its_canonical_json(text: str) -> None:
    rules, findings = read_programme(text)

    assert findings == []
    assert rules is not None
    assert rules_from_json(canonical_json(rules)) == rules
    assert canonical_json(rules_from_json(canonical_json(rules))) == canonical_json(rules)


@pytest.mark.parametrize("text", [HARBOUR, CAMPUS], ids=["harbour", "campus"])
def test_an_example_has_every_text_in_all_languages(text: str) -> None:
    rules, _ = read_programme(text)

    assert canonical_json(rules).count('"zh_hant":""') == 0
    assert canonical_json(rules).count('"zh_hans":""') == 0


def test_the_reference_case_is_read_as_written(harbour: ProgrammeRules) -> None:
    assert harbour.money(harbour.envelope.amount).minor == 300_000_000_000
    assert [purpose.code for purpose in harbour.envelope.purposes] == [
        "subsidy",
        "security",
        "promotion",
    ]
    assert harbour.subsidy.percent == 70
    assert harbour.subsidy.exceptional is not None
    assert harbour.subsidy.exceptional.percent == 90
    assert {criterion.code: criterion.weight for criterion in harbour.scoring.criteria} == {
        "fit": Decimal(25),
        "compute": Decimal(20),
        "method": Decimal(20),
        "team": Decimal(15),
        "results": Decimal(15),
        "finance": Decimal(5),
    }


def test_canonical_json_is_the_same_for_the_same_amounts() -> None:
    other = changed(HARBOUR, "per_card_hour: 29.50", "per_card_hour: 29.5")

    first, _ = read_programme(HARBOUR)
    second, _ = read_programme(other)

    assert canonical_json(first) == canonical_json(second)


def test_a_database_that_reorders_keys_loses_no_order_that_people_see() -> None:
    rules, _ = read_programme(HARBOUR)
    assert rules is not None

    again = rules_from_json(backwards(canonical_json(rules)))

    assert list(again.form[0].choices) == list(rules.form[0].choices)
    assert canonical_json(again) == canonical_json(rules)
    assert difference(rules, again) == []


def backwards(text: str) -> str:
    """The same JSON with every object's keys in reverse."""
    return json.dumps(json.loads(text, object_pairs_hook=lambda pairs: dict(reversed(pairs))))


def test_ten_mistakes_give_ten_located_findings_in_one_pass() -> None:
    text = HARBOUR
    for old, new, _ in TEN_MISTAKES:
        text = changed(text, old, new)

    # A model whose price has another name has no price: that follows from the eighth mistake.
    follows = ("price.none_at_start", "device_models[2].code", "iluvatar-bi-v100")

    assert sorted(told(text)) == sorted([*(row[2] for row in TEN_MISTAKES), follows])


@pytest.mark.parametrize(("old", "new", "finding"), TEN_MISTAKES)
def test_each_of_the_ten_is_told_alone_too(
    old: str, new: str, finding: tuple[str, str, str]
) -> None:
    assert finding in told(changed(HARBOUR, old, new))


@pytest.mark.parametrize(("old", "new", "expected"), FIELD_MISTAKES + CROSS_MISTAKES)
def test_a_mistake_is_told_at_its_place(
    old: str, new: str, expected: list[tuple[str, str, str]]
) -> None:
    assert sorted(told(changed(HARBOUR, old, new))) == sorted(expected)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("stages: [eligibility, decision, agreement]",
         "stages: [eligibility, completeness, decision, agreement]",
         [("delegation.stage", "delegation[0].stages[1]",
           "completeness, decision, agreement]")]),
        ("currency: CREDIT", "currency: CREDITS",
         [("currency.wrong", "currency", "CREDITS")]),
        ("    per_card_hour: 4\n", "    per_card_hour: 4.5\n",
         [("value.too_fine", "prices[1].per_card_hour", "4.5")]),
        ("    kind: text\n", "    kind: text\n    choices: {a: {en: A}}\n",
         [("form.choices_unwanted", "form[0].choices", "choices: {a: {en: A}}")]),
    ],
)  # fmt: skip
def test_a_mistake_in_the_other_example_is_told_too(
    old: str, new: str, expected: list[tuple[str, str, str]]
) -> None:
    assert sorted(told(changed(CAMPUS, old, new))) == sorted(expected)


def at(text: str | bytes) -> list[tuple[str, int, int]]:
    rules, findings = read_programme(text)
    assert rules is None
    return [(finding.code.value, finding.line, finding.column) for finding in findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("file.empty", 1, 1)]),
        ("# only a comment\n", [("file.empty", 1, 1)]),
        ("just words", [("file.not_mapping", 1, 1)]),
        ("- a\n- b", [("file.not_mapping", 1, 1)]),
        (b"code: \xff\xfe", [("file.not_text", 1, 1)]),
        ("code: a\nname: b\x00", [("file.not_text", 2, 8)]),
        ("code: \ud800", [("file.not_text", 1, 1)]),
        ("x" * (512 * 1024 + 1), [("file.too_large", 1, 1)]),
        ("code: a\n\tname: b", [("yaml.tab", 2, 1)]),
        ("code: 'a\nname: b", [("yaml.syntax", 2, 8)]),
        ("code: [a\nname: b", [("yaml.syntax", 2, 5)]),
        ("[" * 10_000, [("yaml.depth", 1, 17)]),
        ("{a: " * 10_000, [("yaml.depth", 1, 65)]),
    ],
)
def test_what_is_no_programme_file_is_told_once(
    text: str | bytes, expected: list[tuple[str, int, int]]
) -> None:
    assert at(text) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("prefix: HCP", "prefix: &p HCP", [("yaml.alias", 15)]),
        ("prefix: HCP", "prefix: *p", [("yaml.alias", 15)]),
        ("prefix: HCP", "prefix: !!python/name:os.system HCP", [("yaml.tag", 15)]),
        ("prefix: HCP", "prefix: HCP\n? [a, b]\n: c", [("yaml.key", 16)]),
        ("code: harbour\n", "code: harbour\n--- # again\n", [("yaml.documents", 15)]),
    ],
)
def test_what_yaml_allows_and_a_programme_file_does_not_is_told(
    old: str, new: str, expected: list[tuple[str, int]]
) -> None:
    _, findings = read_programme(changed(HARBOUR, old, new))
    first_line = HARBOUR.splitlines().index("code: harbour")

    fresh = [finding for finding in findings if finding.code.value.startswith("yaml.")]

    assert [(finding.code.value, finding.line - first_line + 13) for finding in fresh] == expected


def test_an_alias_bomb_stays_small() -> None:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40))

    _, findings = read_programme(f"a0: &a0 [x]\n{levels}")

    assert {finding.code for finding in findings} >= {FindingCode.YAML_ALIAS}


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake() -> None:
    text = "\N{BYTE ORDER MARK}" + HARBOUR.replace("\n", "\r\n")

    assert read_programme(text.encode())[1] == []


def test_words_that_yaml_would_guess_at_stay_as_written() -> None:
    text = changed(HARBOUR, "places: [HK]", "places: [NO, HK]")
    text = changed(
        text,
        "    otherwise: human\n  - code: registered",
        "    otherwise: no\n  - code: registered",
    )

    rules, findings = read_programme(text)

    assert findings == []
    assert rules is not None
    assert rules.eligibility[1].places == ["NO", "HK"]
    assert rules.eligibility[1].otherwise == "no"


def test_findings_come_in_the_order_of_the_file() -> None:
    text = HARBOUR
    for old, new, _ in TEN_MISTAKES:
        text = changed(text, old, new)

    _, findings = read_programme(text, file="mine.yaml")

    places = [(finding.line, finding.column) for finding in findings]
    assert places == sorted(places)
    assert findings[0].place == f"mine.yaml:{findings[0].line}:{findings[0].column}"


LINES = HARBOUR.splitlines()


@given(
    st.integers(0, len(LINES) - 1),
    st.sampled_from(["", "x", "- ", "  x: 1", "[", "'", "\x07", "…"]),
)
@settings(max_examples=150, deadline=None)
def test_whatever_happens_to_a_line_there_are_rules_or_located_findings(
    index: int, instead: str
) -> None:
    text = "\n".join([*LINES[:index], instead, *LINES[index + 1 :]])

    rules, findings = read_programme(text)

    assert (rules is None) == bool(findings)
    assert all(1 <= finding.line <= len(LINES) + 1 for finding in findings)
    assert all(finding.column >= 1 for finding in findings)


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_reader(text: str) -> None:
    rules, findings = read_programme(text)

    assert rules is None
    assert findings
