"""Making one's own account by API: the form of the site, with its limits, refusals and mail."""

from __future__ import annotations

from typing import Annotated, Any

from allauth.account import app_settings, signals
from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from allauth.utils import get_form_class
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status
from ninja.errors import HttpError, ValidationError

from praya.api.fields import Email, Line
from praya.words.input_faults import SAID

router = Router(tags=["people"])

# What the site's form calls otherwise.
_FIELDS = {"password1": "password", "password2": "password", "__all__": ""}


class SignUpIn(Schema):
    """An account of one's own; one of the two names is needed."""

    email: Email
    name: Annotated[Line, Field(max_length=200)] = ""
    name_zh: Annotated[Line, Field(max_length=200)] = ""
    language: Annotated[str, Field(pattern=r"^(|en|zh-hant|zh-hans)$")] = ""
    password: Annotated[Line, Field(min_length=1)]


class SignedUpOut(Schema):
    """Whose account it is, and whether the mail to them must be answered before they sign in."""

    email: str
    is_mail_awaited: bool


@router.post(
    "/people",
    auth=None,
    response={201: SignedUpOut},
    summary="Make one's own account",
    description=(
        "Where mail must be answered, an address that has an account is answered alike, and its "
        "owner is told by mail. Nobody is signed in by it: a token is made on the site. Refused "
        "when repeated where no mail is awaited."
    ),
    openapi_extra={
        "responses": {
            429: {
                "description": "Accounts were asked for too often from this address.",
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                },
            }
        }
    },
)
def sign_up(request: HttpRequest, wish: SignUpIn) -> Status[dict[str, Any]]:
    _check_not_too_often(request)
    form = get_form_class(app_settings.FORMS, "signup", SignupForm)(
        {
            "email": wish.email,
            "name": wish.name,
            "name_zh": wish.name_zh,
            "language": wish.language or get_language(),
            "password1": wish.password,
            "password2": wish.password,
        }
    )
    if not form.is_valid():
        raise ValidationError(_faults(form.errors.items()))
    email = form.cleaned_data["email"]
    if form.account_already_exists:
        if _may_be_sent(request, email):
            get_adapter(request).send_account_already_exists_mail(email)
    else:
        person = form.save(request)
        signals.user_signed_up.send(sender=type(person), request=request, user=person)
        if _may_be_sent(request, email):
            EmailAddress.objects.get_for_user(person, email).send_confirmation(request, signup=True)
    mandatory = app_settings.EmailVerificationMethod.MANDATORY
    is_mail_awaited = mandatory == app_settings.EMAIL_VERIFICATION
    return Status(201, {"email": email, "is_mail_awaited": is_mail_awaited})


def _check_not_too_often(request: HttpRequest) -> None:
    try:
        is_in_time = ratelimit.consume(request, action="signup")
    except PermissionDenied as unknown:
        raise HttpError(
            403,
            _(
                "Where this call came from is not known, so no account is made by it. Whoever "
                "keeps the site should see that its proxy says so, and look at PRAYA_TRUST_PROXY."
            ),
        ) from unknown
    if not is_in_time:
        raise HttpError(
            429,
            _(
                "This was tried too often from here in a short time. Nothing is locked: wait a few "
                "minutes and try again."
            ),
        )


def _faults(errors: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- allauth is untyped
    """What the form refuses, as every other fault of the input is told."""
    return [
        {
            "type": SAID,
            "loc": ("body", "wish", _FIELDS.get(name, name)),
            "ctx": {"sentence": str(sentence)},
        }
        for name, sentences in errors
        for sentence in sentences
    ]


def _may_be_sent(request: HttpRequest, email: str) -> bool:
    """Whether an address has not just been sent such a mail: nobody's letter box is filled."""
    return bool(ratelimit.consume(request, action="confirm_email", key=email.lower()))
