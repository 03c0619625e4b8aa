"""How accounts are made and signed in to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse

from praya.apps.people.commands import sign_up
from praya.words import clock


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Allauth's adapter: people sign up by Praya's command; failed attempts are counted fairly."""

    def save_user(
        self,
        request: HttpRequest,
        user: Any,  # noqa: ANN401 -- a Person; faces do not import models
        form: BaseForm,
        commit: bool = True,  # noqa: FBT001, FBT002 -- allauth's own signature
    ) -> Any:  # noqa: ANN401 -- as above
        """Store the person who signed up, with their names and a line in the trail."""
        super().save_user(request, user, form, commit=False)
        if commit:
            sign_up(
                person=user,
                name=form.cleaned_data["name"],
                name_zh=form.cleaned_data["name_zh"],
                language=form.cleaned_data["language"],
                now=clock.now(),
            )
        return user

    def get_email_confirmation_url(
        self,
        request: HttpRequest,
        emailconfirmation: Any,  # noqa: ANN401 -- allauth is untyped
    ) -> str:
        """Where an address is confirmed: on the site, wherever the account was asked for."""
        del request
        path = reverse("account_confirm_email", args=[emailconfirmation.key])
        return f"{settings.PRAYA_URL}{path}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Where a password is set anew: on the site, whatever host and port the request named.

        Else whoever asks for somebody could have the key sent to another port of the same host.
        """
        asked: str = super().get_reset_password_from_key_url(key)
        return f"{settings.PRAYA_URL}{urlsplit(asked).path}"

    def unstash_verified_email(self, request: HttpRequest) -> str | None:
        """The address somebody was invited at; a session begins only where there was one.

        Else the cookie would tell who made a new account from who has one already.
        """
        stashed: str | None = request.session.pop("account_verified_email", None)
        return stashed

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        # By account and address together: whoever guesses somebody's password from elsewhere
        # slows down themselves, and does not shut the person out.
        account = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{account}|{self.get_client_ip(request)}"
