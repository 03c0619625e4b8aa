"""What keeps a draft from being submitted, each reason with its place in the form.

A draft is checked as a whole when the applicant asks to check the answers and when they submit;
while they write, everything is kept as typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from praya.apps.applications.rules.draft import FIXED_FIELDS, Draft, Step
from praya.apps.applications.rules.plans import Fault, Planned, plan_in
from praya.apps.applications.rules.sizing import PartFault, work_in
from praya.apps.applications.rules.states import LineShape
from praya.core.programme.asking import AskedLine, check_limits, list_value_of
from praya.core.programme.document import AttachmentRule, FormField, ProgrammeRules
from praya.core.programme.parts import OrganisationKind
from praya.core.sizing import Work

CHARACTERS_MAX = {
    "contact_name": 200,
    "contact_email": 254,
    "contact_phone": 40,
    "title": 300,
    "title_zh": 300,
    "summary": 3000,
    "summary_zh": 3000,
}
NOTE_CHARACTERS_MAX = 300
CARDS_MAX = 1_000_000
CARD_HOURS_MAX = 1_000_000_000
# Money of a case is kept in 64 bits; this leaves room to add up a whole programme.
VALUE_MINOR_MAX = 10**16
NUMBER_MAX = Decimal(10) ** 15
DAYS_AFTER_PERIOD_MAX = 3660
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
_WHOLE = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason. ``name`` is the field's: ``title``, ``answers.team``, ``lines.2.cards``."""

    step: Step
    name: str
    code: str
    facts: dict[str, Any] = field(default_factory=dict)


def problems_of(
    rules: ProgrammeRules,
    draft: Draft,
    *,
    kind: OrganisationKind,
    attached: Collection[str],
    service_class: str,
) -> list[Problem]:
    """Every reason against submitting the draft, in the order of the form.

    ``service_class`` is that of the draft's call, in which its lines are valued. ``attached`` holds
    the codes of the attachment rules for which there is a document. Declarations are asked for at
    submission and are not looked at here.
    """
    return [
        *_organisation_problems(draft.get(Step.ORGANISATION, {})),
        *_project_problems(draft.get(Step.PROJECT, {})),
        *answer_problems(rules, draft, Step.PROJECT),
        *compute_problems(rules, draft, service_class),
        *answer_problems(rules, draft, Step.COMPUTE),
        *answer_problems(rules, draft, Step.RESULTS),
        *(
            Problem(Step.DOCUMENTS, f"documents.{rule.code}", "missing")
            for rule in attachments_for(rules, kind)
            if rule.required and rule.code not in attached
        ),
    ]


def attachments_for(rules: ProgrammeRules, kind: OrganisationKind) -> list[AttachmentRule]:
    """The documents that this kind of organisation is asked for."""
    return [rule for rule in rules.attachments if not rule.only_kinds or kind in rule.only_kinds]


def steps_of(rules: ProgrammeRules) -> list[Step]:
    """The steps of a programme's form; one about which it asks nothing is left out."""
    sections = {question.section for question in rules.form}
    return [
        step
        for step in Step
        if (step is not Step.RESULTS or "results" in sections)
        and (step is not Step.DOCUMENTS or rules.attachments)
    ]


def compute_problems(rules: ProgrammeRules, draft: Draft, service_class: str) -> list[Problem]:
    """What is wrong with the request lines: first as written, then by the programme's limits."""
    lines, problems = asked_lines(rules, draft, service_class)
    if problems:
        return problems
    found = [
        Problem(
            Step.COMPUTE,
            "lines" if breach.line is None else f"lines.{breach.line}",
            breach.code,
            breach.facts,
        )
        for breach in check_limits(rules, lines)
    ]
    if not found and list_value_of(rules, lines).minor > VALUE_MINOR_MAX:
        found.append(Problem(Step.COMPUTE, "lines", "too-large"))
    return found


def asked_lines(
    rules: ProgrammeRules, draft: Draft, service_class: str
) -> tuple[list[AskedLine], list[Problem]]:
    """The request lines that can be read, and what is wrong with the others."""
    lines, problems = [], []
    for row in draft.get(Step.COMPUTE, {}).get("lines", []):
        line, found = asked_line(rules, row, service_class)
        problems += found
        if line is not None:
            lines.append(line)
    return lines, problems


def asked_line(
    rules: ProgrammeRules, row: Mapping[str, str], service_class: str
) -> tuple[AskedLine | None, list[Problem]]:
    """One request line read from its row of text, and what is wrong with the row.

    With only its plan or its work at fault, the line can be read and valued all the same.
    """
    name = f"lines.{row['number']}"
    problems: list[Problem] = []

    def say(part: str, code: str | None, **facts: object) -> None:
        if code is not None:
            problems.append(Problem(Step.COMPUTE, f"{name}.{part}", code, facts))

    is_hours = row["shape"] == LineShape.CARD_HOURS
    models = {model.code for model in rules.device_models}
    if not row["device_model"]:
        say("device_model", "missing")
    elif row["device_model"] not in models:
        say("device_model", "not-a-choice")
    if row["shape"] not in rules.limits.shapes:
        say("shape", "not-a-choice" if row["shape"] else "missing")
    cards, fault = whole_number(row["cards"], most=CARDS_MAX)
    say("cards", fault, most=CARDS_MAX)
    hours, fault = whole_number(row["card_hours"], most=CARD_HOURS_MAX) if is_hours else (0, None)
    say("card_hours", fault, most=CARD_HOURS_MAX)
    first_on, fault = day_of(row["first_on"])
    say("first_on", fault)
    last_on, fault = day_of(row["last_on"])
    say("last_on", fault)
    latest = rules.period.last + timedelta(days=DAYS_AFTER_PERIOD_MAX)
    if last_on is not None and last_on > latest:
        say("last_on", "too-late", latest=latest)
    note, most = row["note"], NOTE_CHARACTERS_MAX
    say("note", text_fault(note, most=most), most=most, length=len(note))
    if problems:
        return None, problems
    assert first_on is not None
    assert last_on is not None
    line = AskedLine(
        number=int(row["number"]),
        shape="card-hours" if is_hours else "cards",
        device_model=row["device_model"],
        cards=cards,
        first_on=first_on,
        last_on=last_on,
        card_hours=hours,
        service_class=service_class,
    )
    _, wrong_plan = plan_of_line(rules, row, line)
    if wrong_plan is not None:
        code, facts = wrong_plan
        say("plan", code, **facts)
    for part, code, facts in work_of_line(rules, row, line)[1]:
        say(part, code, **facts)
    return line, problems


def plan_of_line(
    rules: ProgrammeRules, row: Mapping[str, str], line: AskedLine
) -> tuple[Planned | None, Fault | None]:
    """The plan of a line in card-hours where a rule will hold the team to it, or the fault."""
    rule = rules.life.own_plan
    if rule is None or line.shape != "card-hours" or line.days < 1:
        return None, None
    return plan_in(
        row.get("plan", ""),
        first_on=line.first_on,
        last_on=line.last_on,
        required=rule.plan_required,
    )


def work_of_line(
    rules: ProgrammeRules, row: Mapping[str, str], line: AskedLine
) -> tuple[Work | None, list[PartFault]]:
    """What will run on a line, where its team says so, or all that is wrong with what it says."""
    [device] = [one for one in rules.device_models if one.code == line.device_model]
    return work_in(row, line=line, device=device)


def answer_problems(rules: ProgrammeRules, draft: Draft, step: Step) -> list[Problem]:
    """What is wrong with the answers to the programme's own questions in one step."""
    answers = draft.get(step, {}).get("answers", {})
    problems = []
    for question in rules.form:
        if question.section != step:
            continue
        code, facts = _answer_fault(question, answers.get(question.code, "").strip())
        if code is not None:
            problems.append(Problem(step, f"answers.{question.code}", code, facts))
    return problems


def text_fault(text: str, *, most: int) -> str | None:
    """What is wrong with a text that may be empty: its length, or signs that nobody can type."""
    if len(text) > most:
        return "too-long"
    odd = any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in text)
    return "control-characters" if odd or "\N{SYMBOL FOR NULL}" in text else None


def whole_number(text: str, *, most: int) -> tuple[int, str | None]:
    """A whole number up to ``most``, thousands separated or not; or the fault."""
    plain = text.replace(",", "").replace(" ", "").strip()
    if not plain:
        return 0, "missing"
    if plain.isdecimal() and len(plain) > len(str(most)):
        return 0, "too-large"
    if not _WHOLE.fullmatch(plain):
        return 0, "not-whole"
    number = int(plain)
    return (0, "too-large") if number > most else (number, None)


def day_of(text: str) -> tuple[date | None, str | None]:
    """A day written ``2026-03-31``, or the fault."""
    if not text.strip():
        return None, "missing"
    try:
        return date.fromisoformat(text.strip()), None
    except ValueError:
        return None, "not-a-date"


def _organisation_problems(values: Mapping[str, str]) -> list[Problem]:
    step = Step.ORGANISATION
    problems = _text_problems(step, values, required=("contact_name", "contact_email"))
    email = values.get("contact_email", "").strip()
    if email and not _EMAIL.fullmatch(email):
        problems.append(Problem(step, "contact_email", "not-an-email"))
    return problems


def _project_problems(values: Mapping[str, str]) -> list[Problem]:
    problems = _text_problems(Step.PROJECT, values, required=("summary", "summary_zh"))
    if not values.get("title", "").strip() and not values.get("title_zh", "").strip():
        problems.insert(0, Problem(Step.PROJECT, "title", "title-missing"))
    return problems


def _text_problems(
    step: Step, values: Mapping[str, str], *, required: Collection[str]
) -> list[Problem]:
    problems = []
    for name in FIXED_FIELDS[step]:
        text, most = values.get(name, "").strip(), CHARACTERS_MAX[name]
        fault = "missing" if name in required and not text else text_fault(text, most=most)
        if fault is not None:
            problems.append(Problem(step, name, fault, {"most": most, "length": len(text)}))
    return problems


def _answer_fault(question: FormField, text: str) -> tuple[str | None, dict[str, Any]]:
    if not text:
        return ("missing" if question.required else None), {}
    if question.kind == "number":
        return _number_fault(text), {}
    if question.kind == "date":
        return day_of(text)[1], {}
    if question.kind == "choice":
        return (None if text in question.choices else "not-a-choice"), {}
    if question.kind == "yes-no":
        return (None if text in ("yes", "no") else "not-a-choice"), {}
    most = question.characters_max
    return text_fault(text, most=most), {"most": most, "length": len(text)}


def _number_fault(text: str) -> str | None:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return "not-a-number"
    if not number.is_finite():
        return "not-a-number"
    return "too-large" if abs(number) >= NUMBER_MAX else None
