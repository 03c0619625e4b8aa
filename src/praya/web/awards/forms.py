"""Forms about decisions, offers and members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.awards.queries import SideBySide
from praya.apps.awards.rules import MemberRole, Outcome
from praya.core.review.amount import LineAmount
from praya.words.awards import OUTCOMES, ROLES
from praya.words.quantities import number
from praya.words.reviews import amount

TEXT_MAX = 10_000
CONDITION_MAX = 300
_COUNT_MAX = 2_000_000_000
_BP_IN_PERCENT = 100


@dataclass(frozen=True, slots=True)
class LineRow:
    """One request line side by side, with the fields of its amount."""

    number: int
    device_model: str
    first_on: object
    last_on: object
    requested: str
    recommended: str
    proposed: str
    cards: BoundField
    hours: BoundField | None


class AmountsForm(forms.Form):
    """An amount on each request line."""

    def __init__(
        self,
        given: QueryDict | None,
        lines: Sequence[SideBySide],
        devices: Mapping[str, str],
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(given, initial=initial)
        self.lines = lines
        self.devices = devices
        for one in lines:
            number = one.line.number
            self.fields[f"cards-{number}"] = _count_field(_("Cards on line %s") % number)
            if one.requested.card_hours:
                self.fields[f"hours-{number}"] = _count_field(_("Card-hours on line %s") % number)

    @property
    def rows(self) -> list[LineRow]:
        """The lines with their fields."""
        return [
            LineRow(
                number=one.line.number,
                device_model=self.devices.get(one.line.device_model, one.line.device_model),
                first_on=one.line.first_on,
                last_on=one.line.last_on,
                requested=amount(one.requested),
                recommended=amount(one.recommended),
                proposed=amount(one.proposed),
                cards=self[f"cards-{one.line.number}"],
                hours=self[f"hours-{one.line.number}"] if one.requested.card_hours else None,
            )
            for one in self.lines
        ]

    @property
    def amounts(self) -> list[LineAmount]:
        """What was typed."""
        given = self.cleaned_data
        return [
            LineAmount(
                one.line.number,
                given[f"cards-{one.line.number}"],
                given.get(f"hours-{one.line.number}", 0),
            )
            for one in self.lines
        ]


class DecideForm(AmountsForm):
    """A decision."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=[(outcome.value, words) for outcome, words in OUTCOMES.items()],
        widget=forms.RadioSelect,
    )
    rate = forms.DecimalField(
        label=gettext_lazy("Subsidy rate in percent of list price"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
    )
    rate_reason = forms.CharField(
        label=gettext_lazy("Reason for a rate above the ordinary one"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reasons = forms.CharField(
        label=gettext_lazy("Reasons"),
        help_text=gettext_lazy("The applicant reads them once the decision is released."),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    conditions = forms.CharField(
        label=gettext_lazy("Conditions"),
        help_text=gettext_lazy("They become part of the agreement."),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    before_start = forms.CharField(
        label=gettext_lazy("Conditions before the start, one a line"),
        help_text=gettext_lazy(
            "The award can be signed, and used once an officer has confirmed each, beside those of "
            "the rules."
        ),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_before_start(self) -> list[str]:
        """The lines that say something."""
        lines = [line.strip() for line in self.cleaned_data["before_start"].splitlines()]
        given = [line for line in lines if line]
        if any(len(line) > CONDITION_MAX for line in given):
            raise forms.ValidationError(
                _("A condition has at most %s characters.") % number(CONDITION_MAX)
            )
        return given

    @property
    def rate_bp(self) -> int:
        """The rate in ten-thousandths."""
        return int((self.cleaned_data["rate"] or Decimal(0)) * _BP_IN_PERCENT)


class RecuseForm(forms.Form):
    """Why a member takes no part."""

    reason = forms.CharField(
        label=gettext_lazy("Why you take no part"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(forms.Form):
    """A reason that somebody else reads."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )


class WaiverForm(ReasonForm):
    """Why; and which of the two the page asked, however it stands when the form comes."""

    act = forms.ChoiceField(
        choices=(("waive", "waive"), ("withdraw", "withdraw")), widget=forms.HiddenInput
    )

    @classmethod
    def asked(cls, data: QueryDict, *, is_waived: bool) -> WaiverForm:
        """The form that offers the other of what is."""
        return cls(data or None, initial={"act": "withdraw" if is_waived else "waive"})

    @property
    def withdraws(self) -> bool:
        """Whether it takes a waiver back: what a page says goes by this, not by how it stands."""
        return bool(self["act"].value() == "withdraw")


class AcceptForm(forms.Form):
    """The lead's word."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        label=gettext_lazy("I have read the agreement and accept it for the team.")
    )


class MemberForm(forms.Form):
    """Somebody to add."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The address the person signs in with."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[(role.value, ROLES[role]) for role in (MemberRole.MEMBER, MemberRole.MANAGER)],
        help_text=gettext_lazy("Members run jobs. Managers add and remove members, too."),
    )


def initial_amounts(lines: Sequence[SideBySide]) -> dict[str, object]:
    """What stands in the fields first: decided, else proposed, else recommended, else asked."""
    initial: dict[str, object] = {}
    for one in lines:
        best = one.awarded or one.proposed or one.recommended or one.requested
        initial[f"cards-{one.line.number}"] = best.cards
        initial[f"hours-{one.line.number}"] = best.card_hours
    return initial


def outcome_of(form: DecideForm) -> Outcome:
    """The outcome that was chosen."""
    return Outcome(form.cleaned_data["outcome"])


def _count_field(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=_COUNT_MAX)
