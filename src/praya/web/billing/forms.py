"""Forms about money; their ``clean`` yields domain values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.core.quantity import Money


class MoneyField(forms.CharField):
    """An amount as people write it; its value is ``Money`` of the form's currency."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:  # noqa: ANN401 -- forwarded
        super().__init__(max_length=30, **kwargs)
        self._currency = currency

    def clean(self, value: object) -> Money:
        """The amount as money."""
        text = str(super().clean(value))
        try:
            return Money.parse(text, self._currency)
        except ValueError:
            raise forms.ValidationError(
                _("«%s» is no amount of money. Write it as 1,000,000.00.") % text
            ) from None


def amount_field(currency: str, label: str = "") -> MoneyField:
    """An amount in a currency that stands beside it."""
    return MoneyField(
        currency=currency,
        label=label or _("Amount"),
        help_text=_("In %s, as 1,000,000.00.") % currency,
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class CreditForm(ReasonForm):
    """How much of an invoice is taken back, and why."""

    field_order = ("amount", "reason")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:  # noqa: ANN401 -- forwarded
        super().__init__(*args, **kwargs)
        self.fields["amount"] = amount_field(currency)
        self.order_fields(self.field_order)


class PaymentForm(forms.Form):
    """A payment as the bank told of it."""

    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=40,
        help_text=gettext_lazy("The number of the invoice, as the payer wrote it."),
    )
    paid_on = forms.DateField(
        label=gettext_lazy("Paid on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    bank_reference = forms.CharField(
        label=gettext_lazy("The bank's reference"),
        max_length=80,
        help_text=gettext_lazy("The bank's own name for the payment; it counts once."),
    )
    field_order = ("reference", "amount", "paid_on", "bank_reference")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:  # noqa: ANN401 -- forwarded
        super().__init__(*args, **kwargs)
        self.fields["amount"] = amount_field(currency)
        self.order_fields(self.field_order)


class PayClaimForm(forms.Form):
    """When and how a claim was paid."""

    paid_on = forms.DateField(
        label=gettext_lazy("Paid on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    bank_reference = forms.CharField(label=gettext_lazy("The bank's reference"), max_length=80)


class AssessForm(forms.Form):
    """How much of a line is accepted, and why not more."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed for anything less than the share. The claimant reads it."),
    )
    field_order = ("accepted", "reason")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:  # noqa: ANN401 -- forwarded
        super().__init__(*args, **kwargs)
        self.fields["accepted"] = amount_field(currency, _("Accepted"))
        self.order_fields(self.field_order)


class CostForm(forms.Form):
    """A cost that was paid, with its evidence."""

    cost = forms.ChoiceField(label=gettext_lazy("Kind of cost"))
    origin = forms.ChoiceField(label=gettext_lazy("Origin"))
    supplier = forms.CharField(label=gettext_lazy("Supplier"), max_length=200)
    paid_on = forms.DateField(
        label=gettext_lazy("Paid on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    file = forms.FileField(
        label=gettext_lazy("Evidence"),
        max_length=200,
        help_text=gettext_lazy("The supplier's invoice with the proof of payment, in one file."),
    )
    field_order = ("cost", "origin", "supplier", "amount", "paid_on", "file")

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- forwarded
        currency: str,
        costs: list[tuple[str, str]],
        origins: list[tuple[str, str]],
        **kwargs: Any,  # noqa: ANN401 -- forwarded
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = amount_field(currency, _("Amount paid"))
        for name, choices in (("cost", costs), ("origin", origins)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        self.order_fields(self.field_order)
