"""An application as it is read: section by section, line by line, and what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.template.defaultfilters import linebreaksbr
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.apps.applications.queries import DraftForm, LineSum, line_sums
from praya.apps.applications.rules import Difference, Step
from praya.apps.applications.rules.content import content_of
from praya.apps.applications.rules.draft import LINE_FIELDS, ROW_FIELDS
from praya.apps.applications.rules.plans import plan_typed
from praya.apps.applications.rules.problems import day_of, steps_of
from praya.core.programme.document import FormField, ProgrammeRules
from praya.core.programme.parts import OrganisationKind
from praya.core.quantity import CardTime, Money
from praya.core.sizing import Work, work_from
from praya.words.drafts import FIELDS, SHAPES, STEPS, USES, label_of
from praya.words.drafts import LINE_FIELDS as LINE_LABELS
from praya.words.languages import in_readers_language
from praya.words.organisations import KINDS
from praya.words.quantities import number
from praya.words.series import listed
from praya.words.sizing import Sheet, sheet_of

if TYPE_CHECKING:
    from praya.apps.applications.models import RequestLine

Pairs = list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class LineSeen:
    """One request line as it is read."""

    number: str
    device: str
    shape: str
    cards: str
    card_hours: str
    first_on: str
    last_on: str
    plan: str
    note: str
    sheet: Sheet | None
    list_price: Money | None
    subsidy: Money | None
    own: Money | None


@dataclass(frozen=True, slots=True)
class Section:
    """One part of an application with its names and values, and request lines in one of them."""

    step: Step
    title: str
    pairs: Pairs
    lines: Sequence[LineSeen] = field(default=())


@dataclass(frozen=True, slots=True)
class ChangeSeen:
    """One thing that a later version says otherwise."""

    label: str
    before: str
    after: str


def draft_sections(form: DraftForm) -> list[Section]:
    """A draft, as it would be submitted."""
    application = form.application
    content = content_of(
        application.draft,
        organisation=_organisation_of(form),
        documents=[
            {"kind": each.kind, "file_name": each.file_name, "size": each.size}
            for each in form.attachments
        ],
        declarations=application.draft.get(Step.DECLARATION, {}).get("confirmed", []),
        eligibility={},
    )
    sums, _total = line_sums(form, content["lines"])
    found = {each.number: each for each in sums}
    lines = [_line_typed(form.rules, row, found[int(row["number"])]) for row in content["lines"]]
    return content_sections(form.rules, content, lines)


def content_sections(
    rules: ProgrammeRules, content: Mapping[str, Any], lines: Sequence[LineSeen]
) -> list[Section]:
    """The content of a submission, or of a draft in the same shape."""
    organisation, contact = content["organisation"], content["contact"]
    kind = KINDS[OrganisationKind(organisation["kind"])]
    about: Pairs = [(str(FIELDS[name]), organisation[name]) for name in ("name", "name_zh")]
    about += [(str(FIELDS["kind"]), str(kind)), (str(FIELDS["place"]), organisation["place"])]
    about += [(str(FIELDS[f"contact_{name}"]), contact[name]) for name in contact]
    project: Pairs = [
        (str(FIELDS[name]), text_seen(said)) for name, said in content["project"].items()
    ]
    documents: Pairs = [
        (label_of(f"documents.{each['kind']}", rules), each["file_name"])
        for each in content["documents"]
    ]
    declared = set(content["declarations"])
    declarations: Pairs = [
        (in_readers_language(each.text), _("Confirmed") if each.code in declared else "")
        for each in rules.declarations
    ]
    answers = content["answers"]
    sections = [
        _section(Step.ORGANISATION, about),
        _section(Step.PROJECT, project + _answers(rules, answers, "project")),
        Section(
            Step.COMPUTE,
            str(STEPS[Step.COMPUTE]),
            _answers(rules, answers, "compute"),
            lines,
        ),
        _section(Step.RESULTS, _answers(rules, answers, "results")),
        _section(Step.DOCUMENTS, documents),
        _section(Step.DECLARATION, declarations),
    ]
    asked = steps_of(rules)
    return [each for each in sections if each.pairs or each.lines or each.step in asked]


def lines_seen(rules: ProgrammeRules, lines: Sequence[RequestLine]) -> list[LineSeen]:
    """The lines of a submission with their values."""
    return [
        LineSeen(
            number=number(line.number),
            device=device_said(rules, line.device_model_code),
            shape=str(SHAPES[line.shape]),
            cards=number(line.cards),
            card_hours=number(line.card_hours) if line.card_hours else "",
            first_on=date_format(line.first_on, "DATE_FORMAT"),
            last_on=date_format(line.last_on, "DATE_FORMAT"),
            plan=plan_typed(line.plan, first_on=line.first_on, last_on=line.last_on),
            note=line.note,
            sheet=_sheet(work_from(line.sizing), line.card_seconds, line.device_model_code),
            list_price=Money(line.list_minor, rules.currency),
            subsidy=Money(line.subsidy_minor, rules.currency),
            own=Money(line.list_minor - line.subsidy_minor, rules.currency),
        )
        for line in lines
    ]


def changes_seen(rules: ProgrammeRules, difference: Difference) -> list[ChangeSeen]:
    """Every change under the name of its field, before and after."""
    seen = [
        ChangeSeen(_field_label(rules, change.name), change.before, change.after)
        for change in difference.fields
    ]
    for line in difference.lines:
        where = _("Line %(line)s") % {"line": line.number}
        if line.before is None or line.after is None:
            before, after = _whole(rules, line.before), _whole(rules, line.after)
            seen.append(ChangeSeen(where, before, after))
            continue
        for name in line.fields:
            label = f"{where}: {LINE_LABELS[name]}"
            before = _part_said(rules, name, line.before.get(name, ""))
            after = _part_said(rules, name, line.after.get(name, ""))
            seen.append(ChangeSeen(label, before, after))
    for document in difference.documents:
        label = label_of(f"documents.{document.kind}", rules)
        names = ("", document.file_name) if document.is_added else (document.file_name, "")
        seen.append(ChangeSeen(label, *names))
    return seen


def device_said(rules: ProgrammeRules, code: str) -> str:
    """A device model by vendor and name, or its code where the rules do not know it."""
    for model in rules.device_models:
        if model.code == code:
            return f"{model.vendor} {model.name}"
    return code


def text_seen(text: str) -> str:
    """A text with its line breaks."""
    return linebreaksbr(text) if text else ""


def _section(step: Step, pairs: Pairs) -> Section:
    return Section(step, str(STEPS[step]), pairs)


def _answers(rules: ProgrammeRules, answers: Mapping[str, str], section: str) -> Pairs:
    return [
        (
            in_readers_language(question.label),
            _answer_seen(question, answers.get(question.code, "")),
        )
        for question in rules.form
        if question.section == section
    ]


def _answer_seen(question: FormField, answer: str) -> str:
    if question.kind == "choice" and answer in question.choices:
        return in_readers_language(question.choices[answer])
    if question.kind == "yes-no" and answer in ("yes", "no"):
        return _("Yes") if answer == "yes" else _("No")
    return text_seen(answer)


def _line_typed(rules: ProgrammeRules, row: Mapping[str, str], found: LineSum) -> LineSeen:
    value = found.value
    said = {name: _part_said(rules, name, row.get(name, "")) for name in LINE_FIELDS}
    return LineSeen(
        number=row["number"],
        device=said["device_model"],
        shape=said["shape"],
        cards=said["cards"],
        card_hours=said["card_hours"],
        first_on=said["first_on"],
        last_on=said["last_on"],
        plan=said["plan"],
        note=said["note"],
        sheet=_sheet(found.work, found.asked_s, row["device_model"]),
        list_price=value.list_price if value else None,
        subsidy=value.subsidy if value else None,
        own=value.own if value else None,
    )


def _sheet(work: Work | None, asked_s: int, device_model: str) -> Sheet | None:
    return sheet_of(work, CardTime(asked_s, device_model)) if work else None


def _part_said(rules: ProgrammeRules, name: str, text: str) -> str:
    if name == "device_model":
        return device_said(rules, text)
    if name == "shape":
        return str(SHAPES.get(text, text))
    if name == "use":
        return str(USES.get(text, text))
    if name in ("first_on", "last_on"):
        day, _fault = day_of(text)
        return date_format(day, "DATE_FORMAT") if day else text
    return text


def _whole(rules: ProgrammeRules, line: Mapping[str, str] | None) -> str:
    if line is None:
        return ""
    return listed(_part_said(rules, name, line[name]) for name in ROW_FIELDS if line.get(name))


def _field_label(rules: ProgrammeRules, name: str) -> str:
    area, _dot, rest = name.partition(".")
    if area == "answers":
        return label_of(name, rules)
    if area == "contact":
        return str(FIELDS[f"contact_{rest}"])
    label = str(FIELDS[rest])
    return f"{_('Organisation')}: {label}" if area == "organisation" else label


def _organisation_of(form: DraftForm) -> dict[str, str]:
    organisation = form.application.organisation
    return {
        "name": organisation.name,
        "name_zh": organisation.name_zh,
        "kind": organisation.kind,
        "place": organisation.place,
    }
