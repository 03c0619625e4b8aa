"""What is filled in to ask for a change, to give notice, and to keep debts."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.awards.rules.terms import LineTerms
from praya.apps.changes.rules import Cause, ChangeKind, Formula, NoticeKind, Wish
from praya.apps.changes.rules.debts import ORDINARY
from praya.apps.changes.rules.renewing import amount_of, renewable
from praya.apps.changes.rules.standing import Standing
from praya.core.programme.document import ProgrammeRules
from praya.core.programme.money import Subsidy, bp_of
from praya.core.quantity import Money
from praya.words.appeals import GROUNDS
from praya.words.changes import CAUSES, FORMULAS, NOTICES
from praya.words.languages import in_readers_language
from praya.words.quantities import money, percent

TEXT_MAX = 4000
HOURS_MAX = 10**9
_FIELDS: Mapping[ChangeKind, tuple[str, ...]] = {
    ChangeKind.EXTENSION: ("last_on",),
    ChangeKind.SUPPLEMENT: ("line", "card_hours"),
    ChangeKind.TRANSFER: ("line", "to_line", "card_hours"),
    ChangeKind.EXCHANGE: ("line", "device_model", "card_hours"),
    ChangeKind.ADVANCE: ("line", "card_hours"),
    ChangeKind.RENEWAL: ("last_on",),
    ChangeKind.CARDS: ("line", "cards", "since_on"),
    ChangeKind.REDUCTION: ("line", "card_hours", "pool"),
    ChangeKind.RECOVERY: ("formula", "since_on", "rate", "cause"),
    ChangeKind.WRITE_OFF: ("debt", "amount", "authority"),
    ChangeKind.EXCLUSION: ("last_on", "cause"),
    ChangeKind.END: ("cause",),
}


_AMOUNT = "amount_of_"


class ReasonField(forms.CharField):
    """Why; somebody else reads it."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Reason"),
            max_length=TEXT_MAX,
            widget=forms.Textarea(attrs={"rows": 3}),
        )


class ChangeForm(forms.Form):
    """A wish of one kind, and the reason."""

    def __init__(
        self,
        given: QueryDict | None,
        kind: ChangeKind,
        standing: Standing,
        devices: Mapping[str, str],
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(given, initial=initial)
        self._currency = standing.rules.currency
        fields = _fields_of(standing, devices)
        for name in _FIELDS[kind]:
            self.fields[name] = fields[name]
        if kind is ChangeKind.CARDS:
            self.fields["since_on"].label = _("From the day on")
        if kind is ChangeKind.RENEWAL:
            for line in renewable(standing.lines):
                self.fields[f"{_AMOUNT}{line.number}"] = _amount_field(line, devices)
        self.fields["reason"] = ReasonField()

    def clean_amount(self) -> int:
        """The amount in minor units; 0 where none was typed."""
        text = str(self.cleaned_data["amount"])
        if not text:
            return 0
        try:
            return Money.parse(text, self._currency).minor
        except ValueError:
            raise forms.ValidationError(
                _("«%s» is no amount of money. Write it as 1,000,000.00.") % text
            ) from None

    @property
    def wish(self) -> Wish:
        """What was filled in."""
        given = self.cleaned_data
        formula, cause = given.get("formula"), given.get("cause")
        return Wish(
            line=_number(given.get("line")),
            to_line=_number(given.get("to_line")),
            device_model=given.get("device_model", ""),
            card_hours=given.get("card_hours") or 0,
            cards=given.get("cards") or 0,
            last_on=given.get("last_on"),
            pool=given.get("pool", ""),
            formula=Formula(formula) if formula else None,
            since_on=given.get("since_on"),
            rate=given.get("rate", ""),
            cause=Cause(cause) if cause else None,
            debt=_number(given.get("debt")),
            amount_minor=given.get("amount") or 0,
            authority=given.get("authority", ""),
            amounts=self._amounts(),
        )

    def _amounts(self) -> dict[str, int]:
        """What is wanted of lines otherwise than it was."""
        return {
            name.removeprefix(_AMOUNT): amount
            for name, amount in self.cleaned_data.items()
            if name.startswith(_AMOUNT)
            and amount is not None
            and amount != self.fields[name].initial
        }


class DecideForm(forms.Form):
    """The words of whoever grants or refuses."""

    reason = forms.CharField(
        label=gettext_lazy("Your words"),
        help_text=gettext_lazy("The lead reads them. A refusal needs its reason."),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AppealForm(forms.Form):
    """On what ground a decision is contested, and why."""

    ground = forms.ChoiceField(label=gettext_lazy("Ground"), choices=list(GROUNDS.items()))
    text = forms.CharField(
        label=gettext_lazy("What should have been seen"),
        help_text=gettext_lazy("Say what is new or was misread, and how that shows."),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class NoticeForm(forms.Form):
    """What will happen, when, and why."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What will happen"),
        choices=[(kind.value, NOTICES[kind]) for kind in NoticeKind],
    )
    effective_on = forms.DateField(
        label=gettext_lazy("On"), widget=forms.DateInput(attrs={"type": "date"})
    )
    cause = forms.ChoiceField(
        label=gettext_lazy("Cause"), choices=[(cause.value, CAUSES[cause]) for cause in Cause]
    )
    reason = ReasonField()


class PaymentForm(forms.Form):
    """Money that came in."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=9999)
    amount = forms.CharField(label=gettext_lazy("Amount"), max_length=30)
    paid_on = forms.DateField(
        label=gettext_lazy("Came in on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reference = forms.CharField(label=gettext_lazy("Reference"), required=False, max_length=120)

    def __init__(self, given: QueryDict | None, currency: str, initial: dict[str, object]) -> None:
        super().__init__(given, initial=initial)
        self._currency = currency

    def clean_amount(self) -> int:
        """The amount in minor units."""
        text = str(self.cleaned_data["amount"])
        try:
            return Money.parse(text, self._currency).minor
        except ValueError:
            raise forms.ValidationError(
                _("«%s» is no amount of money. Write it as 1,000,000.00.") % text
            ) from None


class TakeBackForm(forms.Form):
    """A payment that was none."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=9999)
    reason = forms.CharField(label=gettext_lazy("Why it is taken back"), max_length=1000)


class OwnerForm(forms.Form):
    """Somebody of finance."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the new owner"),
        help_text=gettext_lazy("Somebody who keeps this programme's money."),
    )


def _fields_of(standing: Standing, devices: Mapping[str, str]) -> dict[str, forms.Field]:
    lines = [(str(line.number), _line_label(line, devices)) for line in standing.lines]
    return {
        "line": forms.ChoiceField(label=_("Line"), choices=lines),
        "to_line": forms.ChoiceField(label=_("Line that takes"), choices=lines),
        "device_model": forms.ChoiceField(
            label=_("Into the device model"), choices=_targets(standing, devices)
        ),
        "card_hours": forms.IntegerField(label=_("Card-hours"), min_value=1, max_value=HOURS_MAX),
        "cards": forms.IntegerField(
            label=_("Cards"),
            help_text=_("In place of those the lease has."),
            min_value=1,
            max_value=10**6,
        ),
        "last_on": forms.DateField(
            label=_("Last day"),
            help_text=_("The day itself is included."),
            widget=forms.DateInput(attrs={"type": "date"}),
        ),
        "pool": forms.ChoiceField(label=_("Goes to"), choices=_pools(standing.rules)),
        "formula": forms.ChoiceField(
            label=_("How much"),
            choices=[(one, FORMULAS[one]) for one in standing.rules.changes.recovery.formulas],
        ),
        "since_on": forms.DateField(
            label=_("Day of the breach"),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}),
        ),
        "rate": forms.ChoiceField(
            label=_("The rate that fits"),
            help_text=_("For what was drawn above it."),
            required=False,
            choices=_rates(standing.own_rules.subsidy),
        ),
        "cause": forms.ChoiceField(
            label=_("Cause"), choices=[(cause.value, CAUSES[cause]) for cause in Cause]
        ),
        "debt": forms.ChoiceField(
            label=_("Debt"),
            choices=[(str(debt.id), money(debt.owed)) for debt in standing.debts],
        ),
        "amount": forms.CharField(
            label=_("Amount"),
            help_text=_("Left empty, all that is owed."),
            required=False,
            max_length=30,
        ),
        "authority": forms.CharField(
            label=_("Authority"),
            help_text=_("The minute or delegation on which the debt is given up."),
            max_length=400,
        ),
    }


def _amount_field(line: LineTerms, devices: Mapping[str, str]) -> forms.Field:
    what = _("Card-hours") if line.shape == "card-hours" else _("Cards")
    return forms.IntegerField(
        label=f"{what}: {_line_label(line, devices)}",
        help_text=_("0 leaves the line out."),
        initial=amount_of(line),
        required=False,
        min_value=0,
        max_value=HOURS_MAX,
    )


def _line_label(line: LineTerms, devices: Mapping[str, str]) -> str:
    return f"{line.code} · {devices.get(line.device_model, line.device_model)}"


def _targets(standing: Standing, devices: Mapping[str, str]) -> list[tuple[str, str]]:
    """Device models to which a rate leads from one of the award's, with the rate of today."""
    changes, today = standing.rules.changes, standing.today
    sources = {line.device_model for line in standing.lines}
    targets = dict.fromkeys(rate.target for rate in changes.rates if rate.source in sources)
    found = []
    for target in targets:
        rates = [
            f"{rate.rate:f}"
            for source in sorted(sources)
            if (rate := changes.rate_on(source, target, today)) is not None
        ]
        if rates:
            label = _("%(device)s, at %(rate)s") % {
                "device": devices.get(target, target),
                "rate": ", ".join(rates),
            }
            found.append((target, label))
    return found


def _pools(rules: ProgrammeRules) -> list[tuple[str, str]]:
    return [
        (purpose.code, in_readers_language(purpose.name)) for purpose in rules.envelope.purposes
    ]


def _rates(subsidy: Subsidy) -> list[tuple[str, str]]:
    """The rates that the award's rules have, beside none."""
    ordinary = (ORDINARY, _("the ordinary rate, %s") % percent(bp_of(subsidy.percent)))
    rows = [
        (row.code, f"{in_readers_language(row.name)}, {percent(bp_of(row.percent))}")
        for row in subsidy.rates
    ]
    return [("", "–"), ordinary, *rows]


def _number(text: str | None) -> int | None:
    return int(text) if text else None
