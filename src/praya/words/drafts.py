"""The form in words: its pages and fields, and what keeps a draft from being submitted."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.applications.rules import Problem, Step
from praya.core.programme.asking import LimitBreach
from praya.core.programme.document import ProgrammeRules
from praya.core.sizing import Use
from praya.words.languages import in_readers_language
from praya.words.limit_breaches import sentence_for_breach
from praya.words.quantities import number

STEPS: dict[Step, Promise] = {
    Step.ORGANISATION: gettext_lazy("Organisation and contact"),
    Step.PROJECT: gettext_lazy("Project"),
    Step.COMPUTE: gettext_lazy("Compute"),
    Step.RESULTS: gettext_lazy("Results"),
    Step.DOCUMENTS: gettext_lazy("Documents"),
    Step.DECLARATION: gettext_lazy("Declaration"),
}
FIELDS: dict[str, Promise] = {
    "contact_name": gettext_lazy("Contact person"),
    "contact_email": gettext_lazy("E-mail of the contact person"),
    "contact_phone": gettext_lazy("Telephone of the contact person"),
    "title": gettext_lazy("Title in English"),
    "title_zh": gettext_lazy("Title in Chinese"),
    "summary": gettext_lazy("Summary in English"),
    "summary_zh": gettext_lazy("Summary in Chinese"),
    "lines": gettext_lazy("Request lines"),
    "name": gettext_lazy("Name"),
    "name_zh": gettext_lazy("Chinese name"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Telephone"),
    "kind": gettext_lazy("Kind"),
    "place": gettext_lazy("Place of registration"),
    "registry": gettext_lazy("Registry"),
    "registry_number": gettext_lazy("Registry number"),
}
LINE_FIELDS: dict[str, Promise] = {
    "device_model": gettext_lazy("Device model"),
    "shape": gettext_lazy("How it is asked for"),
    "cards": gettext_lazy("Cards"),
    "first_on": gettext_lazy("From"),
    "last_on": gettext_lazy("To"),
    "card_hours": gettext_lazy("Card-hours"),
    "plan": gettext_lazy("Card-hours by month"),
    "note": gettext_lazy("Note"),
    "jobs": gettext_lazy("Number of jobs"),
    "job_cards": gettext_lazy("Cards of each job"),
    "job_hours": gettext_lazy("Hours of each job"),
    "repeat_percent": gettext_lazy("Run again, in per cent"),
    "use": gettext_lazy("Training or inference"),
    "parameters": gettext_lazy("Parameters"),
    "tokens": gettext_lazy("Tokens"),
    "epochs": gettext_lazy("Passes over the tokens"),
    "precision": gettext_lazy("Precision"),
    "mfu_percent": gettext_lazy("Per cent of the peak reached"),
}
SHAPES: dict[str, Promise] = {
    "cards": gettext_lazy("Cards held day and night"),
    "card-hours": gettext_lazy("Card-hours, when needed"),
}
USES: dict[str, Promise] = {
    Use.TRAINING: gettext_lazy("Training"),
    Use.INFERENCE: gettext_lazy("Inference"),
}
_FAULTS: dict[str, Promise] = {
    "missing": gettext_lazy("This is needed."),
    "title-missing": gettext_lazy("Give a title in English, in Chinese or in both."),
    "too-long": gettext_lazy("This has %(length)s characters; %(most)s is the most. Shorten it."),
    "control-characters": gettext_lazy(
        "This holds signs that cannot be printed, perhaps from copying. Type it again."
    ),
    "not-an-email": gettext_lazy("This is no e-mail address, such as name@organisation.example."),
    "not-a-choice": gettext_lazy("Choose one of the answers offered."),
    "not-a-number": gettext_lazy("Write a number, such as 1200 or 0.5."),
    "not-whole": gettext_lazy("Write a whole number in digits, such as 16."),
    "too-large": gettext_lazy("This number is larger than anything that can be asked for."),
    "not-a-date": gettext_lazy("Write a day of the calendar as year-month-day: 2026-03-31."),
    "plan-not-whole": gettext_lazy("Write whole numbers with spaces between, such as 100 300 600."),
    "plan-months": gettext_lazy(
        "The line touches %(months)s calendar months; the plan has numbers for %(given)s. Write "
        "one for each, 0 where nothing is used."
    ),
    "plan-nothing": gettext_lazy("At least one month must plan something."),
    "work-not-a-number": gettext_lazy("Write a number, such as 1200, 0.5 or 7e9."),
    "work-not-whole": gettext_lazy("Write a whole number, such as 16 or 7e9."),
    "work-not-above": gettext_lazy("Write a number above 0."),
    "work-more-cards": gettext_lazy("A job cannot have more cards than the line: %(most)s."),
    "work-longer": gettext_lazy("A job cannot be longer than the days of the line: %(most)s h."),
    "work-outlasts": gettext_lazy(
        "Each job would run for %(hours)s h, and the days of the line have %(most)s h. Share the "
        "work out over more jobs, or give each more cards."
    ),
    "work-both": gettext_lazy(
        "What is said of a model tells how long a job is. Empty this, or empty what is said of the "
        "model."
    ),
    "work-precision": gettext_lazy(
        "The rules tell no peak of this device model at this precision. They do at: %(known)s."
    ),
    "work-no-peak": gettext_lazy(
        "The rules tell no peak of this device model for such work. Empty what is said of the "
        "model, and tell the hours of each job."
    ),
    "too-late": gettext_lazy("Nothing can be asked for after %(latest)s."),
}


def label_of(name: str, rules: ProgrammeRules) -> str:
    """What a field of the form is called: ``title``, ``answers.team``, ``lines.2.cards``."""
    area, _dot, rest = name.partition(".")
    if area == "answers":
        labels = {question.code: question.label for question in rules.form}
        return in_readers_language(labels[rest]) if rest in labels else rest
    if area == "documents":
        names = {rule.code: rule.name for rule in rules.attachments}
        return in_readers_language(names[rest]) if rest in names else rest
    if area == "lines" and rest:
        line, _dot, part = rest.partition(".")
        where = _("Line %(line)s") % {"line": line}
        return f"{where}: {LINE_FIELDS[part]}" if part else where
    return str(FIELDS[rest or area])


def sentence_for_problem(problem: Problem) -> str:
    """What is wrong and what would be right."""
    if problem.code.startswith("limit."):
        return sentence_for_breach(LimitBreach(problem.code, None, problem.facts))
    facts = {name: _fact_said(fact) for name, fact in problem.facts.items()}
    return str(_FAULTS[problem.code]) % facts


def _fact_said(fact: int | str | date) -> str:
    if isinstance(fact, str):
        return fact
    return number(fact) if isinstance(fact, int) else date_format(fact, "DATE_FORMAT")
