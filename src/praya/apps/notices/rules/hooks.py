"""Web hooks on paper: where one may lead, how a message is signed, when one is given up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from enum import StrEnum
from urllib.parse import urlsplit

from praya.core.refusal import Refusal

FAILURES_MAX = 30
_URL_MAX = 500
_PORT_MAX = 65_535
# All that is given out of IPv6 as addresses of the Internet; Python calls more of it global.
_UNICAST = ipaddress.ip_network("2000::/3")


class HookState(StrEnum):
    """Whether a hook is served."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"  # by Praya, after too many failures
    REMOVED = "removed"


class HookInvalid(Refusal):
    """An address that no hook may have; ``reason`` is a code, ``url`` what was given."""

    code = "hook.invalid"


class HookNotActive(Refusal):
    """The hook is in ``state``, and ``action`` cannot be done with it."""

    code = "hook.state"


def check_url(url: str, *, private_allowed: bool) -> None:
    """Refuse an address that is not https, has a user in it, or names a private place outright.

    A name is looked up only when something is sent, and its addresses are judged then.

    Raises:
        HookInvalid: ``too-long``, ``scheme``, ``host``, ``user``, ``port`` or ``private``.

    """
    if len(url) > _URL_MAX:
        raise HookInvalid(reason="too-long", url=url[:80])
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise HookInvalid(reason="port", url=url) from None
    if parts.scheme != "https" and not (private_allowed and parts.scheme == "http"):
        raise HookInvalid(reason="scheme", url=url)
    has_blank = any(sign.isspace() or ord(sign) < ord(" ") for sign in url)
    if not parts.hostname or has_blank or not _can_be_looked_up(parts.hostname):
        raise HookInvalid(reason="host", url=url)
    if parts.username or parts.password:
        raise HookInvalid(reason="user", url=url)
    if port is not None and not 0 < port <= _PORT_MAX:
        raise HookInvalid(reason="port", url=url)
    try:
        ipaddress.ip_address(parts.hostname)
    except ValueError:
        return
    check_address(parts.hostname, url=url, private_allowed=private_allowed)


def _can_be_looked_up(name: str) -> bool:
    """Whether no part of a name is empty or too long; a system asked for others breaks off."""
    try:
        name.encode("idna")
    except UnicodeError:
        return False
    return True


def check_address(address: str, *, url: str, private_allowed: bool) -> None:
    """Refuse an address that is not of the public Internet: private or loopback, say.

    Raises:
        HookInvalid: ``private``.

    """
    if private_allowed:
        return
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        # An IPv4 address in the dress of an IPv6 one; what is no unicast may be a translator's.
        is_dressed = found.sixtofour is not None or found.teredo is not None
        if is_dressed or found not in _UNICAST:
            raise HookInvalid(reason="private", url=url)
    if not found.is_global or found.is_multicast:
        raise HookInvalid(reason="private", url=url)


def signature_of(secret: bytes, *, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message as Standard Webhooks has it: ``v1,`` and a base64 HMAC-SHA256."""
    content = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(secret, content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()
