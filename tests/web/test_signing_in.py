"""Signing up, signing in, and being slowed down."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.factories import PASSWORD, make_person

from praya.apps.people.models import AuditLine, Person

pytestmark = pytest.mark.django_db

SIGN_UP = {
    "email": "wing@pier.example",
    "name": "",
    "name_zh": "詠",
    "language": "zh-hant",
    "password1": "a lantern in the fog",
    "password2": "a lantern in the fog",
}


@pytest.fixture(autouse=True)
def _nobody_has_tried_before():
    cache.clear()


def sign_in(client, email, password):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_somebody_signs_up_with_a_chinese_name_alone(client):
    response = client.post(reverse("account_signup"), SIGN_UP)
    assert response.status_code == 302
    person = Person.objects.get()
    assert (str(person), person.language, person.joined_at is None) == ("詠", "zh-hant", False)
    assert [line.action for line in AuditLine.objects.all()] == ["person.signed_up"]
    assert '<html lang="zh-Hant"' in client.get("/").text


def test_a_sign_up_without_any_name_says_so_and_keeps_what_was_typed(client):
    response = client.post(reverse("account_signup"), {**SIGN_UP, "name_zh": ""})
    assert "Give a name in English or in Chinese." in response.text
    assert 'value="wing@pier.example"' in response.text
    assert Person.objects.count() == 0


def test_the_session_changes_at_sign_in(client):
    make_person("mei@pier.example")
    client.get(reverse("account_login"))
    client.session["before"] = "x"
    before = client.session.session_key
    sign_in(client, "mei@pier.example", PASSWORD)
    assert client.session.session_key != before


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client):
    make_person("mei@pier.example")

    def words(email):
        return list(sign_in(client, email, "wrong").context["form"].non_field_errors())

    assert words("mei@pier.example") == words("nobody@pier.example") != []


def test_the_reset_of_a_password_does_not_tell_whether_an_address_is_known(client, mailoutbox):
    make_person("mei@pier.example")
    answers = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in ("mei@pier.example", "nobody@pier.example")
    ]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert [mail.to for mail in mailoutbox] == [["mei@pier.example"]]


def test_a_password_is_set_anew_on_the_site_whatever_host_the_request_named(
    client, mailoutbox, settings
):
    make_person("mei@pier.example")

    client.post(
        reverse("account_reset_password"), {"email": "mei@pier.example"}, HTTP_HOST="localhost:9999"
    )

    [mail] = mailoutbox
    [link] = [line for line in mail.body.splitlines() if "/password/reset/key/" in line]
    assert link.startswith(settings.PRAYA_URL)
    path = link.removeprefix(settings.PRAYA_URL)
    assert client.get(path, follow=True).context["form"].fields.keys() == {"password1", "password2"}


def test_many_failures_slow_down_where_they_come_from_and_nobody_else():
    make_person("mei@pier.example")
    guesser, mei = Client(REMOTE_ADDR="192.0.2.9"), Client(REMOTE_ADDR="192.0.2.20")
    for _try in range(5):
        sign_in(guesser, "mei@pier.example", "wrong")
    slowed = sign_in(guesser, "mei@pier.example", PASSWORD)
    assert "Too many failed" in str(slowed.context["form"].non_field_errors())
    assert sign_in(mei, "mei@pier.example", PASSWORD).status_code == 302


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_entrances_are_in_the_look_of_the_site(client, name):
    page = client.get(reverse(name)).text
    assert 'class="site-header"' in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize("name", ["account_email", "account_change_password", "mfa_index"])
def test_security_pages_are_in_the_look_of_the_site(client, name):
    client.force_login(make_person())
    page = client.get(reverse(name)).text
    assert 'class="site-header"' in page
    assert page.count("<h1") == 1
