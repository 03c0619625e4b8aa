"""Forms that set a password, and offer to end the access tokens that are in force, too."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm, SetPasswordForm
from allauth.core import context
from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.apps.people.commands import set_password
from praya.apps.people.queries import tokens_in_force
from praya.words import clock
from praya.words.quantities import number


class _WithTokens(forms.Form):
    """A password stops no token; so whoever sets one is asked, where there are any."""

    user: Any  # a Person; faces do not import models
    ends_tokens: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- forwarded untouched
        super().__init__(*args, **kwargs)
        # A link that is good no more is nobody's.
        count = tokens_in_force(self.user.pk, clock.now()).count() if self.user else 0
        if count:
            self.fields["end_tokens"] = forms.BooleanField(
                label=ngettext(
                    "Also end %s access token that is in force",
                    "Also end all %s access tokens that are in force",
                    count,
                )
                % number(count),
                required=False,
                initial=self.ends_tokens,
                help_text=_(
                    "Programs and terminals sign in by them, whatever the password is. End them if "
                    "somebody else may know the old one. Sessions on other devices end in any case."
                ),
            )

    def save(self) -> None:
        """Store it by Praya's command, and say how many tokens ended with it."""
        ended = set_password(
            person=self.user,
            password=self.cleaned_data["password1"],
            ends_tokens=self.cleaned_data.get("end_tokens", False),
            now=clock.now(),
        )
        if ended:
            said = ngettext(
                "%s access token has been ended; what used it is refused now.",
                "%s access tokens have been ended; what used them is refused now.",
                len(ended),
            )
            messages.success(context.request, said % number(len(ended)))


class ChangeForm(_WithTokens, ChangePasswordForm):  # type: ignore[misc]  # allauth is untyped
    """A new password by who knows the old one."""


class SetForm(_WithTokens, SetPasswordForm):  # type: ignore[misc]  # as above
    """A first password."""


class ResetForm(_WithTokens, ResetPasswordKeyForm):  # type: ignore[misc]  # as above
    """A new password by who reads the mail: the old one may be lost to somebody else."""

    ends_tokens = True
