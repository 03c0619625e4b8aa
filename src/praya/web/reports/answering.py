"""What somebody of finance answers to what somebody else asked for."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from praya.core.refusal import NotAllowed, Refusal
from praya.words.refusals import sentence_for


class _AnswerForm(forms.Form):
    """Yes or no, and why not. What is neither decides nothing."""

    answer = forms.ChoiceField(
        choices=(("approve", gettext_lazy("Approve")), ("refuse", gettext_lazy("Refuse")))
    )
    reason = forms.CharField(max_length=1000, required=False)


def answered(
    request: HttpRequest, *, approve: Callable[[], object], refuse: Callable[[str], object]
) -> str:
    """Do what was answered; what stood in the way, in a sentence or two, or nothing."""
    form = _AnswerForm(request.POST)
    if not form.is_valid():
        return " ".join(str(said) for of_field in form.errors.values() for said in of_field)
    try:
        if form.cleaned_data["answer"] == "approve":
            approve()
        else:
            refuse(form.cleaned_data["reason"])
    except NotAllowed:
        raise
    except Refusal as refusal:
        return sentence_for(refusal)
    return ""
