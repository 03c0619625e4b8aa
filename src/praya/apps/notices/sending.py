"""One message to one address elsewhere: only to the public Internet, and to nowhere it redirects.

A name is looked up once, every address it has is judged, and the message goes to the very address
that was judged: a name that changes its mind in between leads nowhere else. The certificate is
checked against the name.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from praya.apps.notices.rules import HookInvalid, check_address, check_url

PATIENCE_S = 10.0
WHOLE_S_MAX = 20.0
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, or an error as a code. What the other side wrote is not read."""

    status: int | None
    error: str
    took_ms: int


def send(url: str, body: bytes, headers: Mapping[str, str], *, private_allowed: bool) -> Answer:
    """Send a message once; never raises for what the other side does."""
    began = time.monotonic()

    def answer(status: int | None, error: str = "") -> Answer:
        return Answer(status, error, int((time.monotonic() - began) * 1000))

    try:
        check_url(url, private_allowed=private_allowed)
        address = _address_of(url, private_allowed=private_allowed)
        return answer(_post(url, address, body, headers))
    except HookInvalid as refusal:
        return answer(None, f"address.{refusal.reason}")
    except socket.gaierror:
        return answer(None, "name.unknown")
    except httpx.TimeoutException:
        return answer(None, "timeout")
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, RuntimeError) as error:
        late = time.monotonic() - began >= WHOLE_S_MAX
        return answer(None, "timeout" if late else f"connection.{type(error).__name__}"[:60])


def _address_of(url: str, *, private_allowed: bool) -> str:
    """The address to go to; refuses if any address of the name is not public."""
    parts = urlsplit(url)
    assert parts.hostname, url
    port = parts.port or _PORTS[parts.scheme]
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    for address in addresses:
        check_address(address.partition("%")[0], url=url, private_allowed=private_allowed)
    return addresses[0]


def _post(url: str, address: str, body: bytes, headers: Mapping[str, str]) -> int:
    target = httpx.URL(url)
    given = {"Host": target.netloc.decode("ascii"), **headers}
    with httpx.Client(trust_env=False, follow_redirects=False, timeout=PATIENCE_S) as client:
        request = client.build_request(
            "POST",
            target.copy_with(host=address),
            content=body,
            headers=given,
            extensions={"sni_hostname": target.raw_host.decode("ascii")},
        )
        # A server that dribbles is within its time with every byte: the whole has an end, too.
        end = threading.Timer(WHOLE_S_MAX, client.close)
        end.daemon = True
        end.start()
        try:
            response = client.send(request, stream=True)
            response.close()
        finally:
            end.cancel()
        return response.status_code
