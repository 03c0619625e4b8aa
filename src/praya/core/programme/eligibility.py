"""Whether an applicant may apply, rule by rule, with the fact that each answer rests on.

A rule is met when all of its predicates hold. The verdict on all rules together, first that fits:

1. ``no`` if any rule says no;
2. ``unanswered`` if any question has no answer yet;
3. ``human`` if any rule leaves it to an officer;
4. ``yes``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from praya.core.programme.document import EligibilityRule, ProgrammeRules
from praya.core.programme.parts import OrganisationKind


class Verdict(StrEnum):
    """The answer to one rule, or to all of them together."""

    YES = "yes"
    NO = "no"
    HUMAN = "human"
    UNANSWERED = "unanswered"


class FactKind(StrEnum):
    """What a predicate looked at."""

    NOT_FOR_THIS_KIND = "not-for-this-kind"
    KIND = "kind"
    PLACE = "place"
    REGISTRY_NUMBER = "registry-number"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of the applicant, and whether it meets the rule; ``None``: not known yet."""

    kind: FactKind
    value: str | bool | None
    met: bool | None


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """One rule, its verdict, and the facts used, in the order in which they were looked at."""

    rule: EligibilityRule
    verdict: Verdict
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The verdict on all rules, and each rule's own.

    Until ``excluded_until``, that day included, the answer is no, whatever the rules say.
    """

    verdict: Verdict
    answers: tuple[RuleAnswer, ...]
    excluded_until: date | None = None

    def excluded(self, until: date) -> Eligibility:
        """The same of an organisation that may not apply until a day."""
        return Eligibility(Verdict.NO, self.answers, excluded_until=until)

    @property
    def is_decided(self) -> bool:
        """Whether no further answer of the applicant could change the verdict."""
        return self.verdict is not Verdict.UNANSWERED


def check_eligibility(
    rules: ProgrammeRules,
    *,
    kind: OrganisationKind,
    place: str,
    has_registry_number: bool,
    answers: Mapping[str, bool],
) -> Eligibility:
    """Answer every rule of the programme for one organisation.

    ``place`` is an ISO 3166 code (``HK``, ``CN-GD``). ``answers`` holds the answers to questions by
    rule code; answers to questions that are not asked are ignored.
    """
    each = tuple(
        _answer_of(
            rule,
            kind=kind,
            place=place,
            has_registry_number=has_registry_number,
            answer=answers.get(rule.code),
        )
        for rule in rules.eligibility
    )
    verdicts = {answer.verdict for answer in each}
    for verdict in (Verdict.NO, Verdict.UNANSWERED, Verdict.HUMAN):
        if verdict in verdicts:
            return Eligibility(verdict, each)
    return Eligibility(Verdict.YES, each)


def _answer_of(
    rule: EligibilityRule,
    *,
    kind: OrganisationKind,
    place: str,
    has_registry_number: bool,
    answer: bool | None,
) -> RuleAnswer:
    """Answer one rule. A predicate that fails outright needs no answer to the question."""
    if rule.only_kinds and kind not in rule.only_kinds:
        fact = Fact(FactKind.NOT_FOR_THIS_KIND, kind.value, met=True)
        return RuleAnswer(rule, Verdict.YES, (fact,))
    facts = []
    if rule.kinds:
        facts.append(Fact(FactKind.KIND, kind.value, met=kind in rule.kinds))
    if rule.places:
        facts.append(Fact(FactKind.PLACE, place, met=_is_in(place, rule.places)))
    if rule.registry_number:
        facts.append(Fact(FactKind.REGISTRY_NUMBER, has_registry_number, met=has_registry_number))
    if rule.question is not None:
        met = None if answer is None else answer == rule.want
        facts.append(Fact(FactKind.ANSWER, answer, met=met))
    return RuleAnswer(rule, _verdict_of(rule, [fact.met for fact in facts]), tuple(facts))


def _verdict_of(rule: EligibilityRule, met: list[bool | None]) -> Verdict:
    """The verdict of a rule from what became of its predicates."""
    if False in met:
        return Verdict(rule.otherwise)
    return Verdict.UNANSWERED if None in met else Verdict.YES


def _is_in(place: str, places: list[str]) -> bool:
    """Whether a place is one of those, or a part of one: ``CN-GD`` is in ``CN``."""
    return any(place == listed or place.startswith(f"{listed}-") for listed in places)
