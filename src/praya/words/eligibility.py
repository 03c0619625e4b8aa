"""The eligibility check in words: each verdict, the fact it rests on, and what would change it."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.core.programme.eligibility import Fact, FactKind, RuleAnswer, Verdict
from praya.core.programme.parts import OrganisationKind
from praya.words.languages import in_readers_language
from praya.words.organisations import KINDS
from praya.words.series import listed

VERDICTS: dict[Verdict, Promise] = {
    Verdict.YES: gettext_lazy("Yes"),
    Verdict.NO: gettext_lazy("No"),
    Verdict.HUMAN: gettext_lazy("Needs a human"),
    Verdict.UNANSWERED: gettext_lazy("Not answered yet"),
}
OVERALL: dict[Verdict, Promise] = {
    Verdict.YES: gettext_lazy("You may apply."),
    Verdict.NO: gettext_lazy("By these answers, you cannot apply."),
    Verdict.HUMAN: gettext_lazy(
        "You may apply. The desk will look at one point or more and decide on it."
    ),
    Verdict.UNANSWERED: gettext_lazy("Answer the questions to see whether you may apply."),
}


def excluded_sentence(until: date) -> str:
    """That an organisation may not apply for a time."""
    return _(
        "The organisation may not apply to this programme until %(day)s, that day included. The "
        "lead of the award for which that was decided was told why."
    ) % {"day": date_format(until, "DATE_FORMAT")}


def facts_said(answer: RuleAnswer) -> str:
    """The facts that a verdict rests on."""
    return " ".join(_fact(fact) for fact in answer.facts)


def what_would_change(answer: RuleAnswer) -> str:
    """What would turn a verdict that is not yes; nothing for a yes."""
    if answer.verdict is Verdict.YES:
        return ""
    if answer.verdict is Verdict.UNANSWERED:
        return _("Answer the question above.")
    if answer.verdict is Verdict.HUMAN:
        return _("You can go on. The desk looks at this when it screens the application.")
    return " ".join(_change(answer, fact) for fact in answer.facts if fact.met is False)


def _fact(fact: Fact) -> str:
    if fact.kind is FactKind.NOT_FOR_THIS_KIND:
        return _("This rule is not for your kind of organisation.")
    if fact.kind is FactKind.KIND:
        kind = KINDS[OrganisationKind(str(fact.value))]
        return _("Kind of organisation: %(kind)s.") % {"kind": kind}
    if fact.kind is FactKind.PLACE:
        return _("Place of registration: %(place)s.") % {"place": fact.value}
    if fact.kind is FactKind.REGISTRY_NUMBER:
        return _("Has a registry number.") if fact.value else _("Has no registry number.")
    if fact.value is None:
        return _("The question is not answered yet.")
    return _("You answered yes.") if fact.value else _("You answered no.")


def _change(answer: RuleAnswer, fact: Fact) -> str:
    rule = answer.rule
    if fact.kind is FactKind.KIND:
        kinds = listed(str(KINDS[kind]) for kind in rule.kinds)
        return _("An organisation of one of these kinds would meet it: %(kinds)s.") % {
            "kinds": kinds
        }
    if fact.kind is FactKind.PLACE:
        return _("An organisation registered in one of these places would meet it: %(places)s.") % {
            "places": listed(rule.places)
        }
    if fact.kind is FactKind.REGISTRY_NUMBER:
        return _("Enter the registry number on the organisation’s page.")
    assert rule.question is not None, rule.code
    wanted = _("yes") if rule.want else _("no")
    return _("The answer “%(answer)s” to “%(question)s” would meet it, if it is true.") % {
        "answer": wanted,
        "question": in_readers_language(rule.question),
    }
