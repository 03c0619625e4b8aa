"""Making an account of one's own at the terminal."""

from __future__ import annotations

import io
from types import SimpleNamespace

from django.core.cache import cache

from praya.apps.people.models import Person

NEW = "wing@pier.example"
SIGN_UP = ("sign-up", NEW, "--name-zh", "詠", "--language", "zh-hant")
LANTERN = "a lantern in the fog\n"


class Terminal(io.StringIO):
    """A standard input that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_somebody_makes_an_account_of_their_own_and_signs_in(praya):
    cache.clear()

    said = praya(*SIGN_UP, typed=LANTERN)

    assert said.status == 0, said
    assert said.out.endswith(
        "The account is made. Sign in here with: praya login wing@pier.example\n"
    )
    assert "lantern" not in said.out + said.err
    assert praya("login", NEW).status == 0
    assert praya("--json", "whoami").json["name_zh"] == "詠"
    again = praya(*SIGN_UP, typed=LANTERN)
    assert (again.status, "already registered" in again.err) == (1, True)


def test_where_mail_is_awaited_the_terminal_says_so(praya, settings):
    cache.clear()
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"

    said = praya(*SIGN_UP, typed=LANTERN)

    assert "A mail is on its way to wing@pier.example. Open the link in it" in said.out


def test_it_goes_on_a_site_behind_a_proxy_too(praya, settings):
    cache.clear()
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    assert praya(*SIGN_UP, typed=LANTERN).status == 0


def test_a_person_types_the_password_twice_alike(praya, monkeypatch):
    cache.clear()
    typed = ["a lantern in the fog", "another one", *["a lantern in the fog"] * 2]
    monkeypatch.setattr("getpass.getpass", lambda *_args, **_options: typed.pop(0))
    monkeypatch.setattr("tests.cli.running.io", SimpleNamespace(StringIO=Terminal))

    said = praya(*SIGN_UP)

    assert (said.status, typed) == (0, []), said
    assert Person.objects.get(email=NEW).check_password("a lantern in the fog")
