"""A form sent twice by hand: without a script, by a double click, or after Back."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.apps.applications.cases import desk_officer, submitted
from tests.apps.reviews.cases import reviewed
from tests.factories import appointed, make_programme, person_behind

from praya.apps.applications.models import Question
from praya.apps.awards.models import Decision
from praya.apps.books.models import FundingRequest
from praya.apps.people.models import Organisation, SentForm, Token
from praya.core.actor import Role
from praya.words import clock

pytestmark = pytest.mark.django_db


def ask_for_funding(now):
    form = {"pool": "subsidy", "amount": "1,000.00", "reason": "The second year."}
    return desk_officer(now), "/finance/pier/funding/new/", form, FundingRequest


def register(now):
    form = {"name": "Quay Works", "kind": "enterprise", "place": "CN-GD"}
    return desk_officer(now), "/organisations/register/", form, Organisation


def ask_an_applicant(now):
    code = submitted(now).code
    return desk_officer(now), f"/applications/{code}/ask/", {"text": "Which maps?"}, Question


def make_a_token(now):
    form = {"name": "laptop", "scope": "read", "days": "30"}
    return desk_officer(now), "/me/tokens/", form, Token


def decide(now):
    code = reviewed(now).code
    form = {"outcome": "reject", "cards-1": "0", "rate": "70", "reasons": "Ranked last."}
    committee = appointed("pier", Role.COMMITTEE, now, "committee@pier.example")
    return committee, f"/applications/{code}/decide/", form, Decision


@pytest.mark.parametrize(
    "make", [ask_for_funding, register, ask_an_applicant, make_a_token, decide]
)
def test_the_same_form_of_the_same_page_acts_once(now, make, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now)
    make_programme(now)
    actor, url, form, rows = make(now)
    client = Client()
    client.force_login(person_behind(actor))
    before = rows.objects.count()

    first, again = (client.post(url, form | {"csrfmiddlewaretoken": "a"}) for _ in range(2))
    landed = client.get(again["Location"])

    assert rows.objects.count() == before + 1
    assert first.status_code == 200 or first["Location"] == again["Location"]
    assert "Nothing was done twice." in landed.text


def test_a_token_made_by_a_form_sent_twice_is_said_to_have_been_shown_once(now, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now)
    make_programme(now)
    actor, url, form, _rows = make_a_token(now)
    client = Client()
    client.force_login(person_behind(actor))

    *_, again = (client.post(url, form | {"csrfmiddlewaretoken": "a"}) for _ in range(2))

    assert "Only the first answer showed the secret." in client.get(again["Location"]).text


def test_what_was_refused_may_be_sent_again_and_a_page_opened_anew_asks_anew(now, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now)
    make_programme(now)
    officer, url, form, rows = ask_for_funding(now)
    client = Client()
    client.force_login(person_behind(officer))

    client.post(url, form | {"amount": "a lot", "csrfmiddlewaretoken": "a"})
    assert SentForm.objects.count() == 0
    for page in ("a", "b"):
        client.post(url, form | {"csrfmiddlewaretoken": page})

    assert rows.objects.count() == 2
