"""The pages about forecasts."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.test import Client
from tests.apps.forecasts.cases import answered, asked, officer, site, waiting
from tests.factories import appointed, make_person, person_behind

from praya.apps.forecasts.models import Expectation, Forecast
from praya.apps.forecasts.rules import WhatIf, WhatIfKind
from praya.core.actor import Role
from praya.words import clock

BUY = WhatIf(WhatIfKind.BUY_CARDS, device_model="nvidia-h800", cards=4, first_on=date(2026, 3, 4))


@pytest.fixture
def client(db, now, monkeypatch) -> Client:
    site(now)
    monkeypatch.setattr(clock, "now", lambda: now)
    client = Client()
    client.force_login(person_behind(officer(now)))
    return client


@pytest.fixture
def told(client, now) -> Forecast:
    return answered(now, changes=[BUY], name="Four more")


def text_of(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.content[:400]
    return response.content.decode()


def test_a_question_is_put_together_change_by_change(client):
    address = "/programmes/pier/forecasts/new/"
    base = {"name": "More cards", "days": "10", "seeds": "2"}

    filled_in = client.post(address, base | {"act": "choose", "kind": "buy_cards"})
    added = client.post(
        address,
        base
        | {
            "act": "add",
            "kind": "buy_cards",
            "change-device_model": "nvidia-h800",
            "change-cards": "4",
            "change-first_on": "2026-03-04",
        },
    )
    response = client.post(address, base | {"act": "ask", "kept": json.dumps(BUY.as_json())})

    assert 'name="change-first_on"' in filled_in.content.decode()
    assert "4 more cards of NVIDIA H800 SXM" in added.content.decode()
    made = Forecast.objects.get()
    assert response.headers["Location"] == f"/forecasts/{made.code}/"
    assert (made.name, made.changes, made.seeds, made.days) == (
        "More cards",
        [BUY.as_json()],
        2,
        10,
    )


def test_a_change_that_does_not_fit_is_told_on_the_form(client):
    kept = json.dumps({"kind": "drop_award", "award": "PIR-0077"})

    response = client.post(
        "/programmes/pier/forecasts/new/",
        {"days": "10", "seeds": "2", "act": "ask", "kept": kept},
    )

    assert "PIR-0077" in response.content.decode()
    assert not Forecast.objects.exists()


def test_a_forecast_under_way_refreshes_itself(client, now):
    made = asked(now)

    page = text_of(client, f"/forecasts/{made.code}/")
    part = client.get(
        f"/forecasts/{made.code}/", headers={"HX-Request": "true", "HX-Target": "standing"}
    )

    assert 'hx-trigger="every 2s"' in page
    assert b"<html" not in part.content
    assert "HX-Refresh" not in part.headers


def test_an_answer_has_bands_waits_awards_and_the_line(client, told):
    page = text_of(client, f"/forecasts/{told.code}/")

    assert 'class="chart-band"' in page
    assert "Four more" in page
    assert "4 more cards of NVIDIA H800 SXM from 4 March 2026" in page
    for code in ("PIR-0001.1", "PIR-0002.1", waiting()):
        assert code in page


def test_every_page_of_an_answer_is_there(client, told):
    assert "polyline" in text_of(client, f"/forecasts/{told.code}/lines/PIR-0001.1/")
    assert "chart-stay" in text_of(client, f"/forecasts/{told.code}/schedule/?hours=72")
    assert told.code in text_of(client, f"/forecasts/compare/?f={told.code}")
    assert told.code in text_of(client, "/forecasts/?q=Four")


@pytest.mark.parametrize(
    "figure", ["utilisation", "reserved", "waits", "awards", "burn", "schedule"]
)
def test_a_figure_is_a_file_with_its_definition(client, told, figure):
    address = f"/forecasts/{told.code}/data/{figure}"

    found = json.loads(client.get(f"{address}.json?line=PIR-0001.1&side=variant").content)
    lines = client.get(f"{address}.csv?line=PIR-0001.1&side=variant").content.decode()

    assert found["definition"]
    assert found["rows"]
    assert len(lines.strip().splitlines()) == len(found["rows"]) + 1


def test_keeping_and_forgetting_ask_first(client, told):
    address = f"/forecasts/{told.code}/"

    assert "Keep it" in text_of(client, f"{address}keep/")
    client.post(f"{address}keep/", {"name": "For the council"})
    assert Forecast.objects.get().is_kept
    client.post(f"{address}forget/")

    assert Forecast.objects.get().state == "forgotten"
    assert "chart-band" not in text_of(client, address)


def test_who_is_not_of_the_programme_sees_none(client, told, now):
    stranger = Client()
    stranger.force_login(person_behind(appointed("pier", Role.FINANCE, now, "fin@pier.example")))

    assert stranger.get(f"/forecasts/{told.code}/").status_code == 404
    assert told.code not in text_of(stranger, "/forecasts/")


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_the_same_however_many_there_are(
    client, told, now, number, django_assert_max_num_queries
):
    for _ in range(number):
        asked(now)

    for address in ("/forecasts/", f"/forecasts/{told.code}/", "/programmes/pier/forecasts/new/"):
        with django_assert_max_num_queries(15):
            client.get(address)


def test_a_page_of_hundreds_of_awards_shows_25_and_finds_any(
    client, told, django_assert_max_num_queries
):
    row = told.answer["base"]["awards"][0]
    many = [row | {"award": f"PIR-{one:04}.1"} for one in range(1, 301)]
    for side in ("base", "variant"):
        told.answer[side]["awards"] = many
    told.answer["base"]["queue"] *= 300
    told.save()
    address = f"/forecasts/{told.code}/"

    with django_assert_max_num_queries(15):
        page = text_of(client, address)

    assert page.count("/lines/PIR-") == 25
    assert "300 entries" in page
    found = text_of(client, f"{address}?lines-q=0277")
    assert found.count("/lines/PIR-") == 1
    part = client.get(f"{address}?queue-page=2", headers={"HX-Target": "forecast-queue"})
    assert part.content.decode().count("<tr>") == 25 + 1
    file = client.get(f"{address}?lines-export=csv")
    assert len(file.getvalue().decode().splitlines()) == 301


def test_a_page_says_by_what_rules_it_was_simulated(client, told):
    page = text_of(client, f"/forecasts/{told.code}/")

    assert "Simulated with the rules of quay. Order: first come, first served." in page
    assert "not known" in page  # of the cards here it is not told what they draw


def test_a_waiting_jobs_page_says_when_it_is_expected_to_start(client, told, now):
    lead = Client()
    lead.force_login(make_person("lead@pier.example"))

    page = text_of(lead, f"/jobs/{waiting()}/")

    assert "By the forecast it starts" in page
    assert told.code in page


def test_a_lead_sees_when_their_award_is_used_up(client, told, now):
    lead = make_person("lead@pier.example")
    at = int(now.timestamp())
    Expectation.objects.create(
        forecast=told,
        measure="run-out",
        subject="PIR-0001.1",
        due_at=now,
        low=at,
        middle=at + 86_400,
        high=None,
    )
    client = Client()
    client.force_login(lead)

    page = text_of(client, "/awards/PIR-0001/outlook/")

    assert "3 March 2026" in page
    assert "later than the forecast looks" in page
