"""What changed between two versions of the rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.programme.example_programmes import example_text

from praya.core.programme.difference import _KEYS, Change, ChangeKind, difference
from praya.core.programme.document import ProgrammeRules, Vote
from praya.core.programme.parts import Part, Words
from praya.core.programme.reading import canonical_json, read_programme

HARBOUR = example_text("harbour")


def read(*changes: tuple[str, str]) -> ProgrammeRules:
    text = HARBOUR
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    rules, findings = read_programme(text)
    assert rules is not None, findings
    return rules


def short(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.kind.value, change.path) for change in changes]


DEVICE = """  - code: huawei-ascend-910c
    vendor: Huawei
    name: Ascend 910C
    memory_gib: 128
    peak:
      - {precision: bf16, dense_tflops: 1, source: invented}
"""
PRICE = "  - {device_model: huawei-ascend-910c, per_card_hour: 40, valid_from: 2025-10-01}\n"

CASES = [
    ("  percent: 70\n", "  percent: 75\n", [("changed", "subsidy.percent")]),
    ("  percent: 70\n", "  percent: 70.00\n", []),
    ("    target_days: 20\n", "    target_days: 30\n", [("changed", "stages[review].target_days")]),
    ("  cards_max: 512\n", "", [("removed", "limits.cards_max")]),
    ("  months_max: 24\n", "  months_max: 24\n  list_value_min: 5\n",
     [("added", "limits.list_value_min")]),
    ("    per_card_hour: 29.50", "    per_card_hour: 28",
     [("changed", "prices[nvidia-h800 from 2027-01-01].per_card_hour")]),
    ("places: [HK]", "places: [HK, MO]", [("changed", "eligibility[local].places")]),
    ("  - up_to_list_value: 500_000", "  - up_to_list_value: 600_000",
     [("removed", "delegation[500000]"), ("added", "delegation[600000]")]),
    ('        en: "Language models"', '        en: "Models of language"',
     [("changed", "form[technology-area].choices[language]")]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_a_change_is_told_by_its_path(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert short(difference(read(), read((old, new)))) == expected


def test_an_item_put_in_at_the_top_is_one_change() -> None:
    new = read(
        ("device_models:\n", f"device_models:\n{DEVICE}"),
        (
            "  - device_model: huawei-ascend-910\n",
            f"{PRICE}  - device_model: huawei-ascend-910\n",
        ),
    )

    assert short(difference(read(), new)) == [
        ("added", "device_models[huawei-ascend-910c]"),
        ("added", "prices[huawei-ascend-910c from 2025-10-01]"),
    ]


def test_a_change_carries_old_new_and_the_item_it_is_in() -> None:
    new = read(("    target_days: 20\n", "    target_days: 30\n"))

    [change] = difference(read(), new)

    assert change == Change(
        path="stages[review].target_days",
        kind=ChangeKind.CHANGED,
        field_name="stages.target_days",
        old=20,
        new=30,
        facts={"currency": "HKD", "within": (new.stages[2],)},
    )


def test_another_order_of_items_is_a_change() -> None:
    old = read()
    new = old.model_copy(update={"form": [*old.form[1:], old.form[0]]})

    assert short(difference(old, new)) == [("reordered", "form")]


def test_another_order_of_choices_is_a_change_and_of_anchors_is_none() -> None:
    old = read()
    question = old.form[0]
    turned = question.model_copy(update={"choices": dict(reversed(question.choices.items()))})
    scoring = old.scoring.model_copy(
        update={"anchors": dict(reversed(old.scoring.anchors.items()))}
    )
    new = old.model_copy(update={"form": [turned, *old.form[1:]], "scoring": scoring})

    assert short(difference(old, new)) == [("reordered", "form[technology-area].choices")]


def test_the_first_version_is_one_change(harbour: ProgrammeRules) -> None:
    assert short(difference(None, harbour)) == [("added", "")]


@st.composite
def variants(draw: st.DrawFn) -> ProgrammeRules:
    rules = read()
    update: dict[str, object] = {}
    if draw(st.booleans()):
        percent = Decimal(draw(st.integers(0, 89)))
        update["subsidy"] = rules.subsidy.model_copy(update={"percent": percent})
    if draw(st.booleans()):
        update["effective_on"] = draw(st.dates(date(2025, 1, 1), date(2028, 1, 1)))
    for name in ("prices", "form", "attachments"):
        items = getattr(rules, name)
        if draw(st.booleans()):
            kept = draw(st.lists(st.sampled_from(items), unique_by=id))
            update[name] = kept
    if draw(st.booleans()):
        update["life"] = rules.life.model_copy(update={"steps": [], "grace_days": 1})
    return rules.model_copy(update=update)


@given(variants())
@settings(deadline=None)
def test_no_rules_differ_from_themselves(rules: ProgrammeRules) -> None:
    assert difference(rules, rules) == []


@given(variants(), variants())
@settings(deadline=None)
def test_there_are_changes_exactly_when_the_canonical_json_differs(
    old: ProgrammeRules, new: ProgrammeRules
) -> None:
    assert bool(difference(old, new)) == (canonical_json(old) != canonical_json(new))


def parts_in_lists(part: type[Part], seen: set[type[Part]]) -> set[type[Part]]:
    """Every kind of part that stands in a list somewhere below a part."""
    found: set[type[Part]] = set()
    for info in part.model_fields.values():
        for kind in parts_named(info.annotation):
            if "list" in str(info.annotation):
                found.add(kind)
            if kind not in seen:
                seen.add(kind)
                found |= parts_in_lists(kind, seen)
    return found


def parts_named(annotation: object) -> set[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return {annotation}
    return {part for inner in get_args(annotation) for part in parts_named(inner)}


def test_whatever_stands_in_a_list_is_known_again_in_the_next_version():
    listed = parts_in_lists(ProgrammeRules, set()) - {Words}
    assert Vote in listed
    unknown = {one for one in listed if one not in _KEYS and "code" not in one.model_fields}
    assert unknown == set()
