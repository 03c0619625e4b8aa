"""Forms about reviews: the declaration, the marks, the assignment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.applications.rules import LineShape
from praya.apps.reviews.queries import OpenedCase, ReviewRecord
from praya.apps.reviews.rules import ConflictKind, MarkGiven
from praya.core.programme.document import Criterion, Scoring
from praya.core.review.amount import LineAmount
from praya.words.devices import device_names_in
from praya.words.languages import in_readers_language
from praya.words.quantities import number
from praya.words.reviews import CONFLICTS, amount

TEXT_MAX = 10_000
_COUNT_MAX = 2_000_000_000


class DeclareForm(forms.Form):
    """Whether the reviewer has a conflict of interest."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Do you have a conflict of interest?"),
        choices=[(kind.value, words) for kind, words in CONFLICTS.items()],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("What the conflict is"),
        help_text=gettext_lazy("The officer reads it, not the applicant."),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def answer(self) -> ConflictKind:
        """The kind that was chosen."""
        return ConflictKind(self.cleaned_data["kind"])


@dataclass(frozen=True, slots=True)
class CriterionFields:
    """One criterion as the form shows it."""

    name: str
    weight: str
    prompts: Sequence[str]
    points: BoundField
    comment: BoundField


@dataclass(frozen=True, slots=True)
class LineFields:
    """One request line as the form shows it; ``hours`` where hours were asked."""

    number: int
    device_model: str
    asked: str
    cards: BoundField
    hours: BoundField | None


class MarkForm(forms.Form):
    """Marks by criterion, an amount on each line, and the comments; all of it may be half done."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        help_text=gettext_lazy(
            "Your reasons, for the committee. The applicant may read them later, without your name."
        ),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    comment_to_desk = forms.CharField(
        label=gettext_lazy("Comment to the desk only"),
        help_text=gettext_lazy("The applicant never reads it."),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, given: QueryDict | None, case: OpenedCase, record: ReviewRecord) -> None:
        scoring = case.rules.scoring
        super().__init__(given, initial=_initial(record))
        self.scoring = scoring
        self.lines = case.lines
        self.devices = device_names_in(case.rules)
        for criterion in scoring.criteria:
            self.fields[f"points-{criterion.code}"] = _points_field(scoring)
            self.fields[f"comment-{criterion.code}"] = forms.CharField(
                label=_("What speaks for the mark"),
                required=False,
                max_length=TEXT_MAX,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        for line in case.lines:
            self.fields[f"cards-{line.number}"] = _count_field(_("Cards"))
            if line.shape == LineShape.CARD_HOURS.value:
                self.fields[f"hours-{line.number}"] = _count_field(_("Card-hours"))

    @property
    def criteria(self) -> list[CriterionFields]:
        """The criteria with their fields."""
        return [
            CriterionFields(
                name=in_readers_language(criterion.name),
                weight=_("%s %% of the mark")
                % number(criterion.weight.normalize(), _places(criterion)),
                prompts=[in_readers_language(prompt) for prompt in criterion.prompts],
                points=self[f"points-{criterion.code}"],
                comment=self[f"comment-{criterion.code}"],
            )
            for criterion in self.scoring.criteria
        ]

    @property
    def line_fields(self) -> list[LineFields]:
        """The request lines with their fields."""
        return [
            LineFields(
                number=line.number,
                device_model=self.devices.get(line.device_model_code, line.device_model_code),
                asked=amount(
                    LineAmount(
                        line.number,
                        line.cards,
                        line.card_hours if f"hours-{line.number}" in self.fields else 0,
                    )
                ),
                cards=self[f"cards-{line.number}"],
                hours=self[f"hours-{line.number}"]
                if f"hours-{line.number}" in self.fields
                else None,
            )
            for line in self.lines
        ]

    @property
    def marks(self) -> list[MarkGiven]:
        """The marks that were given, and comments without one."""
        given = self.cleaned_data
        found = []
        for criterion in self.scoring.criteria:
            points, comment = given[f"points-{criterion.code}"], given[f"comment-{criterion.code}"]
            if points or comment:
                found.append(MarkGiven(criterion.code, int(points) if points else None, comment))
        return found

    @property
    def recommended(self) -> list[LineAmount]:
        """The amounts that were given; of hours alone, on as many cards as were asked."""
        given = self.cleaned_data
        found = []
        for line in self.lines:
            cards = given[f"cards-{line.number}"]
            hours = given.get(f"hours-{line.number}")
            if cards is None and hours is None:
                continue
            cards = line.cards if cards is None else cards
            found.append(LineAmount(line.number, cards, hours or 0))
        return found


class AssignForm(forms.Form):
    """Who is asked for a review, and by when."""

    person_id = forms.TypedChoiceField(label=gettext_lazy("Reviewer"), coerce=int)
    due_on = forms.DateField(
        label=gettext_lazy("Wanted by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, given: QueryDict | None, people: Iterable[tuple[str, str]]) -> None:
        super().__init__(given)
        chosen = self.fields["person_id"]
        assert isinstance(chosen, forms.TypedChoiceField)
        chosen.choices = list(people)


class CloseForm(forms.Form):
    """Closing the reviews of a case."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy(
            "Needed where the reviewers are far apart: why that is good enough."
        ),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _initial(record: ReviewRecord) -> dict[str, object]:
    review = record.review
    initial: dict[str, object] = {
        "revision": review.revision,
        "comment": review.comment,
        "comment_to_desk": review.comment_to_desk,
    }
    for code, mark in record.marks.items():
        initial[f"points-{code}"] = "" if mark.points is None else str(mark.points)
        initial[f"comment-{code}"] = mark.comment
    for line, given in record.recommended.items():
        initial[f"cards-{line}"] = given.cards
        initial[f"hours-{line}"] = given.card_hours
    return initial


def _points_field(scoring: Scoring) -> forms.ChoiceField:
    choices = [("", _("not marked yet"))]
    for points in range(scoring.highest, scoring.lowest - 1, -1):
        anchor = scoring.anchors.get(points)
        words = number(points)
        if anchor is not None:
            words = _("%(points)s: %(anchor)s") % {
                "points": words,
                "anchor": in_readers_language(anchor),
            }
        choices.append((str(points), words))
    return forms.ChoiceField(label=_("Mark"), choices=choices, required=False)


def _count_field(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=_COUNT_MAX)


def _places(criterion: Criterion) -> int:
    return max(0, -int(criterion.weight.normalize().as_tuple().exponent))
