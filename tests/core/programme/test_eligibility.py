"""Eligibility, rule by rule."""

from __future__ import annotations

import pytest

from praya.core.programme.document import EligibilityRule, ProgrammeRules
from praya.core.programme.eligibility import Fact, FactKind, Verdict, check_eligibility
from praya.core.programme.parts import OrganisationKind, Words

K = OrganisationKind
GOOD = {"no-double-dipping": False, "data-local": True}


@pytest.mark.parametrize(
    ("kind", "place", "has_number", "answers", "verdicts", "overall"),
    [
        (K.UNIVERSITY, "HK", False, GOOD, "yes yes yes yes yes", "yes"),
        (K.START_UP, "HK", True, GOOD, "yes yes yes yes yes", "yes"),
        (K.START_UP, "HK", False, GOOD, "yes yes no yes yes", "no"),
        (K.CHARITY, "HK", False, GOOD, "no yes yes yes yes", "no"),
        (K.UNIVERSITY, "CN-GD", False, GOOD, "yes human yes yes yes", "human"),
        (K.UNIVERSITY, "HK", False, {}, "yes yes yes unanswered unanswered", "unanswered"),
        (K.UNIVERSITY, "GB", False, {}, "yes human yes unanswered unanswered", "unanswered"),
        (K.CHARITY, "HK", False, {}, "no yes yes unanswered unanswered", "no"),
        (K.UNIVERSITY, "HK", False, GOOD | {"no-double-dipping": True},
         "yes yes yes human yes", "human"),
        (K.UNIVERSITY, "HK", False, GOOD | {"data-local": False}, "yes yes yes yes no", "no"),
        (K.UNIVERSITY, "HK", False, GOOD | {"never-asked": False}, "yes yes yes yes yes", "yes"),
    ],
)  # fmt: skip
def test_each_rule_has_its_verdict_and_all_together_one(
    harbour: ProgrammeRules,
    *,
    kind: OrganisationKind,
    place: str,
    has_number: bool,
    answers: dict[str, bool],
    verdicts: str,
    overall: str,
) -> None:
    result = check_eligibility(
        harbour, kind=kind, place=place, has_registry_number=has_number, answers=answers
    )

    assert [answer.verdict.value for answer in result.answers] == verdicts.split()
    assert result.verdict.value == overall
    assert result.is_decided == (overall != "unanswered")


def with_rule(rules: ProgrammeRules, **fields: object) -> ProgrammeRules:
    rule = EligibilityRule(code="r", text=Words(en="A rule"), **fields)
    return rules.model_copy(update={"eligibility": [rule]})


def test_a_rule_of_several_predicates_shows_each_fact(harbour: ProgrammeRules) -> None:
    rules = with_rule(
        harbour,
        kinds=["university"],
        places=["CN"],
        registry_number=True,
        question={"en": "Really?"},
    )

    result = check_eligibility(
        rules, kind=K.UNIVERSITY, place="CN-GD", has_registry_number=False, answers={}
    )

    [answer] = result.answers
    assert answer.verdict is Verdict.NO
    assert answer.facts == (
        Fact(FactKind.KIND, "university", met=True),
        Fact(FactKind.PLACE, "CN-GD", met=True),
        Fact(FactKind.REGISTRY_NUMBER, value=False, met=False),
        Fact(FactKind.ANSWER, value=None, met=None),
    )


def test_a_country_is_not_a_part_of_one(harbour: ProgrammeRules) -> None:
    rules = with_rule(harbour, places=["CN-GD"])

    result = check_eligibility(
        rules, kind=K.UNIVERSITY, place="CN", has_registry_number=True, answers={}
    )

    assert result.verdict is Verdict.NO


def test_a_rule_for_other_kinds_is_met_and_says_why(harbour: ProgrammeRules) -> None:
    rules = with_rule(harbour, registry_number=True, only_kinds=["start-up"])

    result = check_eligibility(
        rules, kind=K.UNIVERSITY, place="HK", has_registry_number=False, answers={}
    )

    assert result.answers[0].facts == (Fact(FactKind.NOT_FOR_THIS_KIND, "university", met=True),)
    assert result.verdict is Verdict.YES
