"""People at the pages of their own account: with a second factor, on the way in, and without."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)
from tests.factories import PASSWORD, make_person

KEEPER = "keeper@account.example"
CAREFREE = "carefree@account.example"


@dataclass(frozen=True)
class Account:
    """Things of one's own account, and who asks about each, as which column."""

    things: dict[str, dict[str, Any]]
    clients: dict[str, tuple[str, Client]]


def make_account() -> Account:
    """Somebody with an app, a key and codes who signed in just now; who is asked; who has none."""
    keeper = make_person(KEEPER)
    secured = _signed_in_just_now(KEEPER, address="127.0.1.1")
    TOTP.activate(keeper, generate_totp_secret())
    RecoveryCodes.activate(keeper)
    key = WebAuthn.add(keeper, "The key on the shelf", _credential()).instance
    half_way = Client(REMOTE_ADDR="127.0.1.2")
    asked = _types_password(half_way, KEEPER)
    assert asked["Location"] == reverse("mfa_authenticate"), "the second factor is asked for"
    make_person(CAREFREE)
    unsecured = _signed_in_just_now(CAREFREE, address="127.0.1.3")
    assert set(Authenticator.objects.values_list("user__email", flat=True)) == {KEEPER}
    return Account(
        things={"secured": {"pk": key.pk}, "half-way": {}, "unsecured": {}},
        clients={
            "secured": ("lead", secured),
            "half-way": ("anon", half_way),
            "unsecured": ("lead", unsecured),
        },
    )


def _types_password(client: Client, email: str) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": PASSWORD})


def _signed_in_just_now(email: str, *, address: str) -> Client:
    """What bears on how one signs in is changed by who has typed the password just now."""
    client = Client(REMOTE_ADDR=address)
    _types_password(client, email)
    said = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert said.status_code == 302
    return client


def _credential() -> dict[str, Any]:
    """What a browser sends when a key is added; the key itself nobody has."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(Aaguid(bytes(16)), b"shelf", public)
    flags = AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP
    host = sha256(b"testserver").digest()
    held = AuthenticatorData.create(host, flags, 0, credential)
    said = CollectedClientData.create("webauthn.create", b"challenge", "https://testserver")
    return {
        "id": websafe_encode(b"shelf"),
        "rawId": websafe_encode(b"shelf"),
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "clientDataJSON": websafe_encode(said),
            "attestationObject": websafe_encode(AttestationObject.create("none", held, {})),
        },
    }
