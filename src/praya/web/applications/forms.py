"""Forms about applications. A draft's form shows what was typed; its faults come from the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.applications.queries import OrganisationFacts
from praya.apps.applications.rules import Problem, Step
from praya.apps.applications.rules.draft import FIXED_FIELDS
from praya.apps.applications.rules.problems import CHARACTERS_MAX, day_of
from praya.core.programme.document import FormField, ProgrammeRules
from praya.core.programme.parts import PLACE, OrganisationKind
from praya.words.drafts import FIELDS, sentence_for_problem
from praya.words.languages import in_readers_language, name_in_readers_language
from praya.words.organisations import KINDS
from praya.words.quantities import number

if TYPE_CHECKING:
    from praya.apps.people.models import Affiliation

YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))
LONG_TEXTS = frozenset({"summary", "summary_zh"})


class AskedField(forms.ChoiceField):
    """A question that may stay open: no answer is a verdict of its own, not a mistake."""

    def validate(self, value: str) -> None:
        """Refuse only what is no choice."""
        if value:
            super().validate(value)


_DESCRIBED = ("kind", "place", "registry_number")


class CheckForm(forms.Form):
    """The organisation, chosen or described, and an answer to each question of the rules."""

    organisation = forms.ChoiceField(required=False, label=gettext_lazy("Your organisation"))
    kind = AskedField(label=gettext_lazy("Kind of organisation"))
    place = forms.CharField(
        max_length=6,
        initial="HK",
        label=gettext_lazy("Place of registration"),
        help_text=gettext_lazy("Two capital letters, such as HK, or with a part: CN-GD."),
        validators=[RegexValidator(PLACE)],
    )
    registry_number = AskedField(
        choices=YES_NO,
        widget=forms.RadioSelect,
        label=gettext_lazy("Does it have a registry number?"),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        rules: ProgrammeRules,
        affiliations: Sequence[Affiliation],
    ) -> None:
        super().__init__(data, use_required_attribute=False)
        organisations = [
            (str(each.organisation_id), name_in_readers_language(each.organisation))
            for each in affiliations
        ]
        _choices(self, "kind", [("", _("Choose a kind")), *((k.value, KINDS[k]) for k in KINDS)])
        if organisations:
            described = ("", _("Another one, which I describe below"))
            _choices(self, "organisation", [*organisations, described])
            self.fields["organisation"].initial = organisations[0][0]
            for name in _DESCRIBED:
                self.fields[name].required = False
        else:
            del self.fields["organisation"]
        for rule in rules.eligibility:
            if rule.question is not None:
                self.fields[f"answers.{rule.code}"] = AskedField(
                    choices=YES_NO,
                    widget=forms.RadioSelect,
                    label=in_readers_language(rule.question),
                )

    def clean(self) -> dict[str, Any]:
        """Ask for a kind and a place where no organisation was chosen."""
        cleaned = super().clean() or {}
        if not cleaned.get("organisation"):
            if not cleaned.get("kind"):
                self.add_error("kind", _("Choose the kind of your organisation."))
            if not cleaned.get("place") and "place" not in self.errors:
                self.add_error("place", _("Write where your organisation is registered."))
        return cleaned

    @property
    def described_fields(self) -> list[forms.BoundField]:
        """The fields that describe an organisation, for one that is not chosen from the list."""
        return [self[name] for name in _DESCRIBED]

    @property
    def question_fields(self) -> list[forms.BoundField]:
        """The questions of the rules."""
        return [self[name] for name in self.fields if name.startswith("answers.")]

    @property
    def is_describing(self) -> bool:
        """Whether another organisation than one's own is being described."""
        return self.is_bound and not self.data.get("organisation")

    @property
    def organisation_id(self) -> int | None:
        """The organisation that was chosen; ``None`` where one was described."""
        chosen = self.cleaned_data.get("organisation")
        return int(chosen) if chosen else None

    @property
    def described(self) -> OrganisationFacts:
        """The organisation as described."""
        return OrganisationFacts(
            kind=OrganisationKind(self.cleaned_data["kind"]),
            place=self.cleaned_data["place"],
            has_registry_number=self.cleaned_data["registry_number"] == "yes",
        )

    @property
    def answers(self) -> dict[str, bool]:
        """The questions that were answered, by rule code."""
        given = {
            name.removeprefix("answers."): value
            for name, value in self.cleaned_data.items()
            if name.startswith("answers.")
        }
        return {code: value == "yes" for code, value in given.items() if value}


class StepForm(forms.Form):
    """One step of a draft, with every text as it was typed."""

    def __init__(self, rules: ProgrammeRules, step: Step, values: Mapping[str, Any]) -> None:
        answers = values.get("answers", {})
        data = {name: values.get(name, "") for name in FIXED_FIELDS[step]}
        data |= {f"answers.{code}": answer for code, answer in answers.items()}
        # What is missing is said at the check; a draft may be saved with gaps.
        super().__init__(data, use_required_attribute=False)
        for name in FIXED_FIELDS[step]:
            self.fields[name] = _fixed_field(name)
        for question in rules.form:
            if question.section == step:
                name = f"answers.{question.code}"
                self.fields[name] = _question_field(question, data.get(name, ""))

    def show(self, problems: Sequence[Problem]) -> None:
        """Put each problem at its field."""
        self.full_clean()
        self.errors.clear()
        for problem in problems:
            if problem.name in self.fields:
                self.add_error(problem.name, sentence_for_problem(problem))


class ReasonForm(forms.Form):
    """A reason or a note, for a question before something that counts."""

    text = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 5}), label=gettext_lazy("Reason")
    )

    def __init__(self, data: Mapping[str, Any] | None, *, label: str, is_needed: bool) -> None:
        super().__init__(data)
        self.fields["text"].label = label
        # Whether a text is needed is the command's to say; the mark beside the label is ours.
        self.fields["text"].required = is_needed and data is None


class QuestionForm(ReasonForm):
    """A question to the applicant, with the day by which the answer is wanted."""

    due_on = forms.DateField(
        required=False,
        label=gettext_lazy("Answer wanted by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )


def _fixed_field(name: str) -> forms.Field:
    most = CHARACTERS_MAX[name]
    widget: forms.Widget = forms.TextInput()
    if name in LONG_TEXTS:
        widget = forms.Textarea(attrs={"rows": 6, "data-characters-max": str(most)})
    is_optional = name in {"contact_phone", "title", "title_zh"}
    field = forms.CharField(required=False, label=str(FIELDS[name]), widget=widget)
    if name in LONG_TEXTS:
        field.help_text = _("At most %(count)s characters.") % {"count": number(most)}
    if name == "title":
        field.help_text = _("A title in one of the two languages is enough.")
    # Drawn as needed; what is needed is said by the rules when the answers are checked.
    field.required = not is_optional
    return field


def _question_field(question: FormField, value: str) -> forms.Field:
    label = in_readers_language(question.label)
    help_text = in_readers_language(question.help) if question.help else ""
    field: forms.Field
    if question.kind == "choice":
        choices = [(code, in_readers_language(text)) for code, text in question.choices.items()]
        field = forms.ChoiceField(choices=[("", _("Choose an answer")), *_with(choices, value)])
    elif question.kind == "yes-no":
        field = forms.ChoiceField(choices=_with(list(YES_NO), value), widget=forms.RadioSelect)
    else:
        field = forms.CharField(widget=_text_widget(question, value))
        if question.kind in ("line", "text"):
            most = _("At most %(count)s characters.") % {"count": number(question.characters_max)}
            help_text = f"{help_text} {most}".strip()
    field.label, field.help_text, field.required = label, help_text, question.required
    return field


def _text_widget(question: FormField, value: str) -> forms.Widget:
    if question.kind == "text":
        most = str(question.characters_max)
        return forms.Textarea(attrs={"rows": 6, "data-characters-max": most})
    if question.kind == "number":
        return forms.TextInput(attrs={"inputmode": "decimal"})
    if question.kind == "date":
        return forms.TextInput(attrs=day_attributes(value))
    return forms.TextInput()


def day_attributes(value: str) -> dict[str, str]:
    """A day is picked from a calendar; a text that is no day stays one, so that it can be read."""
    fault = day_of(value)[1]
    return {"placeholder": "2026-03-31"} if fault == "not-a-date" else {"type": "date"}


def _with(choices: Sequence[tuple[str, Any]], value: str) -> list[tuple[str, Any]]:
    """The choices, and what was typed instead of one of them."""
    known = {code for code, _label in choices}
    return [*choices, *([] if value in known or not value else [(value, value)])]


def _choices(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField), name
    field.choices = choices
