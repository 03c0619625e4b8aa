"""Findings, changes and limits of a programme file, in words."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import ascii_lowercase

import pytest
from django.utils import translation

from praya.core.programme.asking import AskedLine, LimitBreach, check_limits, check_rate
from praya.core.programme.difference import difference
from praya.core.programme.document import ProgrammeRules
from praya.core.programme.findings import Finding, FindingCode
from praya.core.programme.parts import Part, Words
from praya.core.programme.reading import read_programme
from praya.core.programme.shape import parts_in
from praya.core.programme.yaml_faults import YamlFault
from praya.core.refusal import Refusal
from praya.words.field_labels import FIELD_LABELS
from praya.words.limit_breaches import _SENTENCES as LIMIT_SENTENCES
from praya.words.limit_breaches import sentence_for_breach
from praya.words.programme_changes import sentence_for_change
from praya.words.programme_findings import _TEXTS, hint_for_finding, sentence_for_finding
from praya.words.refusals import sentence_for
from praya.words.yaml_findings import FAULTS

ROOT = Path(__file__).parents[2]
HARBOUR = (ROOT / "examples" / "harbour" / "programme.yaml").read_text(encoding="utf-8")
MISTAKES = runpy.run_path(str(ROOT / "tests" / "core" / "programme" / "programme_mistakes.py"))


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en-gb"):
        yield


def findings_after(old: str, new: str) -> list[Finding]:
    assert HARBOUR.count(old) == 1, old
    return read_programme(HARBOUR.replace(old, new))[1]


def rules_after(old: str, new: str) -> ProgrammeRules:
    assert HARBOUR.count(old) == 1, old
    rules, findings = read_programme(HARBOUR.replace(old, new))
    assert rules is not None, findings
    return rules


def test_every_code_of_a_finding_has_its_sentence() -> None:
    assert set(_TEXTS) == set(FindingCode)


def test_a_fault_of_yaml_is_said_in_our_own_words() -> None:
    _rules, [finding] = read_programme("code: 'a\nname: b")

    assert sentence_for_finding(finding) == (
        "The file cannot be read from here on. A quotation mark was opened before and is not "
        "closed."
    )
    with translation.override("zh-hant"):
        assert "found unexpected end of stream" not in sentence_for_finding(finding)
    assert set(FAULTS) == set(YamlFault)


ALL_MISTAKES = [
    row[:2]
    for name in ("TEN_MISTAKES", "FIELD_MISTAKES", "CROSS_MISTAKES")
    for row in MISTAKES[name]
]


@pytest.mark.parametrize(("old", "new"), ALL_MISTAKES)
def test_every_mistake_can_be_said_with_a_hint(old: str, new: str) -> None:
    for finding in findings_after(old, new):
        said = [sentence_for_finding(finding), hint_for_finding(finding)]

        assert all(text and text[0] not in ascii_lowercase for text in said), said
        assert all(text.endswith((".", "?")) for text in said), said
        assert not any("%(" in text or "FindingCode" in text for text in said), said


@pytest.mark.parametrize(
    ("old", "new", "sentence", "hint"),
    [
        ("cards_max: 512", "cards_most: 512",
         "There is no field “cards_most” here.", "Did you mean “cards_max”?"),
        ("  percent: 70\n", "  percent: 700\n",
         "“percent” is too large: 700.", "Give at most 100."),
        ("cards_max: 512", "cards_max: " + "9" * 5_000,
         f"“cards_max” is too large: {'9' * 80}.", "Give fewer digits."),
        ("  percent: 70\n", "  percent: 70.125\n",
         "“percent” has too many digits after the point: 70.125.",
         "Give at most 2 digits after the point."),
        ("  amount: 3_000_000_000", "  amount: 3_000_000_001",
         "The purposes add up to 3,000,000,000, and the envelope is 3,000,000,001.",
         "Change an amount so that they are the same."),
        ("    percent: 90", "    percent: 60.5",
         "The exceptional rate, 60.5 %, is not above the ordinary one, 70 %.",
         "Raise it, or take “exceptional” away."),
        ("shapes: [cards, card-hours]", "shapes: []",
         "“shapes” is too short, or empty.", "List at least 1."),
        ("valid_to: 2026-12-31", "valid_to: 2026-11-30",
         "From 2026-12-01 there is no price of nvidia-h800, and the period goes on.",
         "Begin the next price on that day, or take “valid_to” away."),
    ],
)  # fmt: skip
def test_a_finding_says_what_is_wrong_and_what_to_do(
    old: str, new: str, sentence: str, hint: str
) -> None:
    [finding] = findings_after(old, new)

    assert (sentence_for_finding(finding), hint_for_finding(finding)) == (sentence, hint)


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ("  percent: 70\n", "  percent: 75\n", ["The subsidy rises from 70 % to 75 %."]),
        ("  percent: 70\n", "  percent: 62.5\n", ["The subsidy falls from 70 % to 62.5 %."]),
        ("    target_days: 20\n", "    target_days: 30\n",
         ["Target for Review: 30 days, was 20 days."]),
        ("appeal: {within_days: 28,", "appeal: {within_days: 14,",
         ["Days to contest a decision: 14 days, was 28 days."]),
        ("  cards_max: 512\n", "", ["No longer most cards of one model at once: 512."]),
        ("    per_card_hour: 29.50", "    per_card_hour: 28",
         ["Price of a card-hour for nvidia-h800 from 1 January 2027: HK$28.00, was HK$29.50."]),
        ("  - up_to_list_value: 500_000", "  - up_to_list_value: 600_000",
         ["No longer delegation: applications up to HK$500,000.00.",
          "New delegation: applications up to HK$600,000.00."]),
        ("late_end_allowed: false", "late_end_allowed: true",
         ["Awards may end after the period: yes, was no."]),
        ('  en: "Harbour Compute Programme"', '  en: "Harbour Computing"',
         ["Name is reworded: “Harbour Computing”"]),
    ],
)  # fmt: skip
def test_a_change_is_said_in_plain_language(old: str, new: str, sentences: list[str]) -> None:
    before, _ = read_programme(HARBOUR)
    after = rules_after(old, new)

    assert [sentence_for_change(change) for change in difference(before, after)] == sentences


def test_a_new_device_model_and_its_price_are_said(harbour_rules: ProgrammeRules) -> None:
    model, price = harbour_rules.device_models[1], harbour_rules.prices[2]
    newer = model.model_copy(update={"code": "huawei-ascend-910c", "name": "Ascend 910C"})
    its_price = price.model_copy(update={"device_model": "huawei-ascend-910c"})
    after = harbour_rules.model_copy(
        update={
            "device_models": [newer, *harbour_rules.device_models],
            "prices": [its_price, *harbour_rules.prices],
        }
    )

    assert [sentence_for_change(change) for change in difference(harbour_rules, after)] == [
        "New device model: Huawei Ascend 910C.",
        "New price: huawei-ascend-910c at HK$24.00 a card-hour from 1 October 2025.",
    ]


def test_the_first_version_is_said(harbour_rules: ProgrammeRules) -> None:
    [change] = difference(None, harbour_rules)

    assert sentence_for_change(change) == "These are the first rules of the programme."


@pytest.fixture
def harbour_rules() -> ProgrammeRules:
    rules, _ = read_programme(HARBOUR)
    assert rules is not None
    return rules


def field_names(part: type[Part], prefix: str = "") -> set[str]:
    """Every field of the file, dotted, as a change names it."""
    names = set()
    for name, info in part.model_fields.items():
        dotted = f"{prefix}.{info.alias or name}".lstrip(".")
        names.add(dotted)
        for inner in parts_in(info.annotation):
            if inner is not Words:
                names |= field_names(inner, dotted)
    return names


def test_every_field_has_a_label() -> None:
    assert field_names(ProgrammeRules) - set(FIELD_LABELS) == set()
    assert set(FIELD_LABELS) - field_names(ProgrammeRules) == set()


DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("line", "sentences"),
    [
        (AskedLine(2, "cards", "tpu", 30, DAY, DAY),
         ["Line 2: This programme does not lend “tpu”."]),
        (AskedLine(1, "cards", "nvidia-h800", 2, DAY, DAY),
         ["48.0 card-hours are asked for in all; the least is 500 card-hours."]),
        (AskedLine(1, "cards", "nvidia-h800", 513, DAY, DAY),
         ["513 cards of nvidia-h800 are asked for at once; the most is 512."]),
        (AskedLine(1, "card-hours", "nvidia-h800", 1, DAY, DAY, 900),
         [("Line 1: 900 card-hours are more than these cards can give in these days: 24. "
          "Ask for more cards, more days or fewer hours.")]),
    ],
)  # fmt: skip
def test_a_limit_is_said_with_what_is_within_it(
    harbour_rules: ProgrammeRules, line: AskedLine, sentences: list[str]
) -> None:
    assert [sentence_for_breach(one) for one in check_limits(harbour_rules, [line])] == sentences


def test_every_limit_has_its_sentence() -> None:
    source = (ROOT / "src" / "praya" / "core" / "programme" / "asking.py").read_text("utf-8")

    assert all(f'"{code}"' in source for code in LIMIT_SENTENCES)
    assert source.count('"limit.') == len(LIMIT_SENTENCES)


def test_nothing_asked_is_said() -> None:
    assert sentence_for_breach(LimitBreach("limit.empty", None)) == (
        "Nothing is asked for. Add at least one line."
    )


@pytest.mark.parametrize(
    ("rate_bp", "by", "sentence"),
    [
        (9500, "committee",
         "A subsidy of 95 % is more than the programme’s rules allow. The most is 90 %."),
        (8000, "committee",
         ("A subsidy of 80 % is above the ordinary 70 % and needs a reason. Write why the case is "
         "exceptional.")),
    ],
)  # fmt: skip
def test_a_refused_rate_is_said(
    harbour_rules: ProgrammeRules, rate_bp: int, by: str, sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        check_rate(harbour_rules, rate_bp, granted_by=by, reason="")

    assert sentence_for(refused.value) == sentence
