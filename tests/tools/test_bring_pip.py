"""Where pip is looked for, and who is told the key of an index."""

from __future__ import annotations

import io
from http.client import InvalidURL
from urllib.error import URLError

import pytest

from tools import bring_pip

pytestmark = pytest.mark.once

WHEEL = "pip-9.9-py3-none-any.whl"
PAGE = f"""
<a href="../../files/{WHEEL}#sha256=0">{WHEEL}</a>
<a href="https://mirror.example/{WHEEL}">{WHEEL}</a>
"""


@pytest.fixture
def asked(monkeypatch):
    """The addresses that were asked, each with its key."""
    found = []

    def urlopen(request, *, timeout):
        assert timeout == 60
        found.append((request.full_url, request.get_header("Authorization", "")))
        if "@" in request.full_url:
            raise InvalidURL(f"nonnumeric port: {request.full_url}")
        if request.host != "index.example":
            raise URLError("gone")
        return io.BytesIO(PAGE.encode())

    monkeypatch.setattr(bring_pip, "urlopen", urlopen)
    return found


def told(monkeypatch, *indexes):
    monkeypatch.setattr(bring_pip, "indexes", lambda: list(indexes))


def test_only_the_host_of_an_index_is_told_its_key(monkeypatch, asked):
    told(monkeypatch, "https://me:p%40ss@index.example/simple")
    key = "Basic bWU6cEBzcw=="

    found = list(bring_pip.wheels(WHEEL))

    assert asked == [("https://index.example/simple/pip/", key)]
    assert found == [
        (f"https://index.example/files/{WHEEL}", key),
        (f"https://mirror.example/{WHEEL}", ""),
    ]


@pytest.mark.parametrize(
    "index",
    [
        "https://me:secret@gone.example/simple",
        "https://me:secret/slash@index.example/simple",
        "me:secret@index.example",
    ],
)
def test_an_index_that_does_not_answer_is_passed_over_and_its_key_is_not_told(
    monkeypatch, capsys, asked, index
):
    told(monkeypatch, index, "https://index.example/simple")

    assert len(list(bring_pip.wheels(WHEEL))) == 2
    assert "secret" not in capsys.readouterr().err


def test_a_wheel_that_is_gone_is_nothing(asked, capsys):
    assert bring_pip.fetched(f"https://mirror.example/{WHEEL}", "") is None
    assert capsys.readouterr().err == "mirror.example: <urlopen error gone>\n"
