"""Forms about the life of awards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.words.quantities import month as month_words

TEXT_MAX = 10_000
HOURS_MAX = 10**9


class WaiverForm(forms.Form):
    """Why a check is waived, and whether every later one is too."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )
    every = forms.BooleanField(
        label=gettext_lazy("Waive every later check of this rule on the line as well"),
        required=False,
    )


class AcceptForm(forms.Form):
    """What is accepted: a report that was handed in, or one that is kept elsewhere."""

    report = forms.CharField(
        label=gettext_lazy("The accepted report"),
        help_text=gettext_lazy("Which report it is, and where it is kept."),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, given: QueryDict | None, *, is_handed_in: bool) -> None:
        super().__init__(given)
        if is_handed_in:
            self.fields["report"].required = False
            self.fields["report"].label = _("Remark")
            self.fields["report"].help_text = _("May be left empty.")


class HandInForm(forms.Form):
    """A report as a document, with a word to whoever reads it."""

    file = forms.FileField(label=gettext_lazy("The report, in one file"), max_length=200)
    remark = forms.CharField(
        label=gettext_lazy("Remark"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PlanForm(forms.Form):
    """Card-hours by month, and why; the desk must say."""

    def __init__(
        self,
        given: QueryDict | None,
        months: list[date],
        planned: Mapping[str, int],
        *,
        wants_reason: bool,
    ) -> None:
        super().__init__(given)
        self.months = months
        for month in months:
            key = f"{month:%Y-%m}"
            self.fields[key] = forms.IntegerField(
                label=month_words(key),
                min_value=0,
                max_value=HOURS_MAX,
                initial=planned.get(key, 0),
            )
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            max_length=TEXT_MAX,
            required=wants_reason,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def plan(self) -> dict[str, int]:
        """The card-hours by month."""
        keys = [f"{month:%Y-%m}" for month in self.months]
        return {key: self.cleaned_data[key] for key in keys}
