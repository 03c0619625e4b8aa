"""Secrets of hooks at rest: sealed with a key made from the site's secret, opened to sign."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

SECRET_MARK = "whsec_"  # noqa: S105 -- how such secrets begin, as Standard Webhooks has it
_BYTES = 32


def new_secret() -> tuple[bytes, str]:
    """A fresh secret: sealed, and as it is shown once."""
    plain = secrets.token_bytes(_BYTES)
    return _box().encrypt(plain), SECRET_MARK + base64.b64encode(plain).decode()


def opened(sealed: bytes | memoryview) -> bytes | None:
    """The secret; nothing when the site's secret has changed since."""
    try:
        return _box().decrypt(bytes(sealed))
    except InvalidToken:
        return None


def _box() -> Fernet:
    key = hashlib.sha256(b"praya hook secrets\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
