"""The public pages of programmes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.applications.cases import submitted
from tests.factories import appointed, make_admin, make_programme, person_behind

from praya.core.actor import Role
from praya.words import clock

pytestmark = pytest.mark.django_db


def test_a_programme_says_in_plain_words_what_it_is(now):
    make_programme(now)
    page = Client().get(reverse("web:programme", args=["pier"]))
    assert page.status_code == 200
    for words in (
        "Pier Compute Programme",
        "Lends accelerators to teams by the pier.",
        "Applications are taken from 1 January 2026 to 31 March 2026, both included.",
        "Decided by 30 April 2026.",
        "Always open; decided together every 3 months",
        "Universities, research institutes and start-ups may apply.",
        "No other programme pays for the same work. If not, an officer looks at the case.",
        "The programme pays up to 70 % of the list price; the team pays the rest.",
        "In exceptional cases up to 90 %, granted by: committee member.",
        'data-label="For one card-hour"',
        "HK$30.00",
        "Merit",
        "60 %",
        "Completeness",
        "20 days",
        reverse("web:public-awards", args=["pier"]),
        reverse("web:figures", args=["pier"]),
        reverse("web:rule-version", args=["pier", 1]),
    ):
        assert words in page.text
    for words in ("Change the rules", reverse("web:programme-people", args=["pier"])):
        assert words not in page.text


def test_a_programme_reads_in_the_readers_language(now):
    make_programme(now)
    url = reverse("web:programme", args=["pier"])
    page = Client().get(url, headers={"Accept-Language": "zh-hant"})
    assert "碼頭算力計劃" in page.text


def test_a_programme_costs_the_same_whatever_its_calls(now, django_assert_num_queries):
    make_programme(now)
    call = {"title": {"en": "Call"}, "kind": "rolling", "opens_on": "2026-01-01"}
    calls = [call | {"code": f"call-{number}"} for number in range(3)]
    make_programme(now, code="jetty", prefix="JET", calls=calls)
    for code, count in (("pier", 1), ("jetty", 3)):
        url = reverse("web:programme", args=[code])
        Client().get(url)
        with django_assert_num_queries(2):
            page = Client().get(url)
        assert page.text.count("Check if you may apply</a>") == count


def test_the_list_costs_the_same_for_one_programme_and_three(now, django_assert_num_queries):
    make_programme(now)
    url = reverse("web:programmes")
    Client().get(url)
    with django_assert_num_queries(2):
        Client().get(url)
    make_programme(now, code="jetty", prefix="JET")
    make_programme(now, code="wharf", prefix="WHF")
    Client().get(url)
    with django_assert_num_queries(2):
        page = Client().get(url)
    assert page.text.count("Pier Compute Programme") == 3
    assert "Make a programme" not in page.text


def test_an_empty_site_says_how_a_programme_begins():
    page = Client().get(reverse("web:programmes"))
    assert "There is no programme yet." in page.text


def test_a_programme_whose_rules_begin_later_says_so(now):
    make_programme(now, effective_on="2026-06-01")
    page = Client().get(reverse("web:programme", args=["pier"]))
    assert "are not in force yet" in page.text
    assert "rules not in force yet" in Client().get(reverse("web:programmes")).text


def test_a_programme_that_is_not_there_is_not_found():
    assert Client().get(reverse("web:programme", args=["none"])).status_code == 404


def test_officers_find_their_ways_on_the_page(now):
    make_programme(now)
    client = Client()
    client.force_login(person_behind(appointed("pier", Role.OFFICER, now)))
    page = client.get(reverse("web:programme", args=["pier"]))
    assert reverse("web:rules-new", args=["pier"]) in page.text
    assert reverse("web:programme-people", args=["pier"]) in page.text
    admin = Client()
    admin.force_login(person_behind(make_admin(now)))
    assert reverse("web:programme-new") in admin.get(reverse("web:programmes")).text


def test_a_round_past_its_day_waits_for_the_officer(now, monkeypatch):
    make_programme(now)
    later = now + timedelta(days=60)
    officer, auditor = Client(), Client()
    officer.force_login(person_behind(appointed("pier", Role.OFFICER, now)))
    auditor.force_login(person_behind(appointed("pier", Role.AUDITOR, now)))
    said = "Round batch-1 is not released"
    monkeypatch.setattr(clock, "now", lambda: later)
    assert said not in officer.get("/").text  # nobody waits for an empty round
    submitted(now)
    monkeypatch.setattr(clock, "now", lambda: now)
    assert said not in officer.get("/").text
    monkeypatch.setattr(clock, "now", lambda: later)
    assert said in officer.get("/").text
    assert said not in auditor.get("/").text
