"""Forms about accounts, organisations and tokens; their ``clean`` yields domain values."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from praya.apps.people.rules import TokenScope
from praya.core.programme.parts import PLACE, OrganisationKind
from praya.words.organisations import KINDS
from praya.words.people import SCOPES

NAME_LENGTH_MAX = 200


def _english_name() -> forms.CharField:
    return forms.CharField(
        label=_("Name in English"),
        required=False,
        max_length=NAME_LENGTH_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


def _chinese_name() -> forms.CharField:
    return forms.CharField(
        label=_("Name in Chinese"),
        required=False,
        max_length=NAME_LENGTH_MAX,
        help_text=_("Give at least one of the two names."),
    )


def _place() -> forms.RegexField:
    return forms.RegexField(
        label=_("Country or region"),
        regex=PLACE,
        initial="HK",
        help_text=_("Two capital letters, such as HK, or with a part: CN-GD."),
        widget=forms.TextInput(attrs={"autocomplete": "country"}),
        error_messages={
            "invalid": _("Write two capital letters, such as HK, or with a part: CN-GD.")
        },
    )


def _registry() -> forms.CharField:
    return forms.CharField(
        label=_("Register"),
        required=False,
        max_length=100,
        help_text=_("Where it is registered, as in “Companies Registry”."),
    )


def _registry_number() -> forms.CharField:
    return forms.CharField(
        label=_("Number in that register"),
        required=False,
        max_length=60,
        help_text=_("An officer checks the entry by it, and nobody can enter it twice."),
    )


class _TwoNames(forms.Form):
    """At least one of two names, in English or in Chinese."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned.get("name") or cleaned.get("name_zh")):
            self.add_error("name", _("Give a name in English or in Chinese."))
        return cleaned


class SignUpForm(_TwoNames, SignupForm):  # type: ignore[misc]  # allauth is untyped
    """An account of one's own."""

    name = _english_name()
    name_zh = _chinese_name()
    language = forms.ChoiceField(label=_("Language of pages"), choices=settings.LANGUAGES)
    field_order = ("email", "name", "name_zh", "language", "password1", "password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- forwarded untouched
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language()


class ProfileForm(_TwoNames):
    """A person's own names and language."""

    name = _english_name()
    name_zh = _chinese_name()
    language = forms.ChoiceField(
        label=_("Language of pages"),
        required=False,
        choices=[("", _("As the browser asks")), *settings.LANGUAGES],
    )


class OrganisationForm(_TwoNames):
    """An organisation for the register."""

    name = forms.CharField(
        label=_("Name in English"),
        required=False,
        max_length=NAME_LENGTH_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    name_zh = _chinese_name()
    kind = forms.TypedChoiceField(
        label=_("Kind"),
        coerce=OrganisationKind,
        choices=[("", "—"), *((kind.value, word) for kind, word in KINDS.items())],
    )
    place = _place()
    registry = _registry()
    registry_number = _registry_number()


class RegistrationForm(forms.Form):
    """Where an organisation is registered now, and what shows it."""

    place = _place()
    registry = _registry()
    registry_number = _registry_number()
    evidence = forms.CharField(
        label=_("What shows it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "As in “Certificate of registration of 3 March 2026”. Officers and the organisation’s "
            "people read it; it stays in the trail."
        ),
    )


class SeenForm(forms.Form):
    """The registration that somebody looks at, so that they answer for no other."""

    seen = forms.CharField(widget=forms.HiddenInput)


class TokenForm(forms.Form):
    """A personal token."""

    name = forms.CharField(
        label=_("What it is for"),
        max_length=100,
        help_text=_("So that you recognise it later, as in “my laptop”."),
    )
    scope = forms.TypedChoiceField(
        label=_("What it may do"),
        coerce=TokenScope,
        choices=[(scope.value, word) for scope, word in SCOPES.items()],
        widget=forms.RadioSelect,
        initial=TokenScope.READ.value,
    )
    days = forms.TypedChoiceField(
        label=_("How long it lives"),
        coerce=int,
        choices=[(7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("365 days"))],
        initial=30,
    )
