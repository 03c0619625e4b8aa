"""An account of one's own by API: the same form, limits, refusals and mail as on the site."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client
from tests.api.calling import problem
from tests.factories import PASSWORD, make_person

from praya.apps.people.models import AuditLine, Person
from praya.web.people.forms import SignUpForm

pytestmark = pytest.mark.django_db
WISH = {
    "email": "Wing@pier.example",
    "name_zh": "詠",
    "language": "zh-hant",
    "password": "a lantern in the fog",
}


@pytest.fixture(autouse=True)
def _nobody_has_tried_before():
    cache.clear()


@pytest.fixture
def _with_mail(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"


def signed_in(email: str, password: str) -> bool:
    answer = Client().post("/account/login/", {"login": email, "password": password})
    return answer.status_code == 302 and answer["Location"] == "/"


def test_somebody_makes_an_account_and_signs_in_on_the_site(caller, mailoutbox):
    nobody = caller()

    answer = nobody.post("/people", WISH)

    assert answer == (201, {"email": "wing@pier.example", "is_mail_awaited": False})
    person = Person.objects.get()
    assert (str(person), person.language, person.joined_at is None) == ("詠", "zh-hant", False)
    assert [line.action for line in AuditLine.objects.all()] == ["person.signed_up"]
    assert [mail.to for mail in mailoutbox] == [["wing@pier.example"]]
    assert dict(nobody.client.cookies) == {}  # nobody is signed in by it
    assert signed_in("wing@pier.example", WISH["password"])


@pytest.mark.usefixtures("_with_mail")
def test_where_mail_must_be_answered_nobody_signs_in_before(caller, mailoutbox, settings):
    settings.PRAYA_URL = "https://praya.example"

    answer = caller().post("/people", WISH)

    assert answer == (201, {"email": "wing@pier.example", "is_mail_awaited": True})
    assert not signed_in("wing@pier.example", WISH["password"])
    [mail] = mailoutbox
    link = re.search(r"https://praya\.example(/account/confirm-email/\S+/)", mail.body)
    assert link, mail.body
    Client().post(link[1])
    assert signed_in("wing@pier.example", WISH["password"])


@pytest.mark.usefixtures("_with_mail")
def test_who_has_an_account_is_not_told_to_others_and_learns_of_it_once(caller, mailoutbox):
    make_person("wing@pier.example")

    nobody = caller()
    answers = [nobody.post("/people", WISH) for _time in range(2)]

    assert answers == [(201, {"email": "wing@pier.example", "is_mail_awaited": True})] * 2
    assert dict(nobody.client.cookies) == {}
    assert [mail.to for mail in mailoutbox] == [["wing@pier.example"]]
    assert "/account/password/reset/" in mailoutbox[0].body
    assert Person.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize(
    ("changed", "where", "what"),
    [
        ({"name_zh": ""}, "body.wish.name", "Give a name in English or in Chinese."),
        ({"password": "short"}, "body.wish.password", "This password is too short."),
        ({"password": "wing@pier.example"}, "body.wish.password", "too similar to"),
        ({"email": "mei@pier.example"}, "body.wish.email", "already registered"),
        ({"email": "no.where"}, "body.wish.email", "Write it as this pattern has it"),
    ],
)
def test_it_is_refused_as_on_the_site(caller, changed, where, what):
    make_person("mei@pier.example")

    answer = caller().post("/people", WISH | changed)

    assert problem(answer) == (422, "input.invalid")
    [fault] = answer[1]["facts"]["faults"]
    assert fault["where"] == where
    assert what in fault["what"]
    assert Person.objects.count() == 1


def test_whoever_tries_often_is_slowed_down_as_on_the_site(caller):
    for number in range(20):
        caller().post("/people", WISH | {"email": f"w{number}@pier.example"})

    answer = caller().post("/people", WISH | {"email": "late@pier.example"})

    assert problem(answer) == (429, "http.429")
    assert not Person.objects.filter(email="late@pier.example").exists()
    slowed = Client().post("/account/signup/", {"email": "late@pier.example"})
    assert slowed.status_code == 429


def test_who_calls_from_nowhere_is_told_and_makes_no_account():
    answer = Client(REMOTE_ADDR="").post("/api/v1/people", WISH, content_type="application/json")

    assert problem((answer.status_code, answer.json())) == (403, "http.403")
    assert not Person.objects.exists()


def test_of_two_who_ask_for_one_address_at_once_one_gets_it(caller, monkeypatch):
    """Both looked whether somebody had it before either was stored."""
    looked = SignUpForm.clean

    def and_another_is_stored(form):
        make_person(form.data["email"].lower())
        return looked(form)

    monkeypatch.setattr(SignUpForm, "clean", and_another_is_stored)

    answer = caller().post("/people", WISH)
    page = Client().post(
        "/account/signup/",
        {
            "email": "Ling@pier.example",
            "name_zh": "玲",
            "language": "en",
            "password1": WISH["password"],
            "password2": WISH["password"],
        },
    )

    assert problem(answer) == (409, "people.address_taken")
    assert page.status_code == 409
    assert "Somebody signs in with ling@pier.example already." in page.content.decode()
    assert Person.objects.count() == 2
