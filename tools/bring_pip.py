"""Puts pip into the virtual environment whose Python runs this, for a Python that brings none.

Debian keeps ensurepip in a package that only root installs. This asks the index that pip is told
of, by ``PIP_INDEX_URL`` or its own files, for the wheel of ``requirements/pip.txt``, and starts pip
from within it. What is not the wheel of that lock file is not started.
"""

from __future__ import annotations

import base64
import configparser
import hashlib
import html
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import Request, urlopen

LOCK = Path(__file__).resolve().parents[1] / "requirements" / "pip.txt"
_FILES = ("/etc/xdg/pip/pip.conf", "/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf")
_WAIT_S = 60
_NAMES = ("index-url", "extra-index-url")


def main() -> None:
    """Fetch, check and start it; the exit status says whether pip is there now."""
    locked = LOCK.read_text(encoding="ascii")
    [version] = re.findall(r"^pip==(\S+)", locked, re.MULTILINE)
    name = f"pip-{version}-py3-none-any.whl"
    for address, key in wheels(name):
        content = fetched(address, key)
        if content is None:
            continue
        if hashlib.sha256(content).hexdigest() not in locked:
            sys.exit(f"{name} from {urlsplit(address).hostname} is not the one of {LOCK.name}.")
        with tempfile.TemporaryDirectory() as folder:
            wheel = Path(folder) / name
            wheel.write_bytes(content)
            pip = [sys.executable, str(wheel / "pip"), "install", "-q", "--no-index", str(wheel)]
            sys.exit(subprocess.run(pip, check=False).returncode)
    sys.exit(f"No package index that pip is told of has {name}.")


def wheels(name: str) -> Iterator[tuple[str, str]]:
    """Where the indexes have the wheel, and with which key each is asked."""
    for told in indexes():
        index, key = without_key(told)
        page = urljoin(index.rstrip("/") + "/pip/", "index.html" if "file:" in index[:5] else "")
        content = fetched(page, key)
        for link in re.findall(r"""href=["']([^"']+)""", (content or b"").decode(errors="replace")):
            try:
                address = urljoin(page, html.unescape(link))
                path, is_there = urlsplit(address).path, _origin(address) == _origin(page)
            except ValueError:
                continue
            if path.endswith(f"/{name}"):
                # Another host is not told the key.
                yield address.partition("#")[0], key if is_there else ""


def without_key(index: str) -> tuple[str, str]:
    """An index's address without the name and the password in it, and these as a key.

    >>> without_key("https://me:p%40ss@index.example:8443/simple")
    ('https://index.example:8443/simple', 'Basic bWU6cEBzcw==')
    """
    scheme, separator, rest = index.partition("://")
    host, slash, path = rest.partition("/")
    given, at, host = host.rpartition("@")
    if not at:
        return index, ""
    name, _, password = given.partition(":")
    key = base64.b64encode(f"{unquote(name)}:{unquote(password)}".encode()).decode("ascii")
    return f"{scheme}{separator}{host}{slash}{path}", f"Basic {key}"


def fetched(address: str, key: str) -> bytes | None:
    """What is at an address; nothing, and a line that says why, where it is not to be had.

    The line names the host alone: the rest of an address may be secret.
    """
    try:
        request = Request(address)
        if key:
            # Not sent on to where the host may redirect.
            request.add_unredirected_header("Authorization", key)
        with urlopen(request, timeout=_WAIT_S) as answer:
            return bytes(answer.read())
    except (OSError, HTTPException, ValueError) as error:
        # An address that cannot be read is quoted by the error itself.
        why = str(error) if isinstance(error, OSError) else type(error).__name__
        sys.stderr.write(f"{_shown(address)}: {why}\n")
        return None


def _origin(address: str) -> tuple[str, str]:
    return urlsplit(address)[:2]


def _shown(address: str) -> str:
    if address.startswith("file:"):
        return address
    try:
        host = "" if "@" in address else urlsplit(address).hostname
    except ValueError:
        host = ""
    return host or "An index"


def indexes() -> list[str]:
    """The indexes that pip is told of, by the environment or its files."""
    said = [os.environ.get("PIP_" + name.upper().replace("-", "_"), "") for name in _NAMES]
    files = configparser.RawConfigParser()
    files.read(
        [*map(os.path.expanduser, _FILES), os.environ.get("PIP_CONFIG_FILE", "")], encoding="utf-8"
    )
    for section in ("global", "install"):
        said += [files.get(section, name, fallback="") for name in _NAMES]
    return " ".join(said).split()


if __name__ == "__main__":
    main()
