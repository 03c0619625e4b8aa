"""The pages about forecasts."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.test import Client
from tests.apps.forecasts.cases import (
    answered,
    asked,
    linked,
    officer,
    site,
    there,
    waiting,
)
from tests.factories import appointed, make_person, person_behind

from praya.apps.awards.models import Award
from praya.apps.enforcement.models import ClusterJob
from praya.apps.forecasts.models import Expectation, Forecast
from praya.apps.forecasts.rules import WhatIf, WhatIfKind
from praya.core.actor import Role
from praya.words import clock
from praya.words.forecasts import UTILISATION_NAMES, count_text, hours_text, share_text

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


def test_a_question_sent_twice_is_asked_once(client):
    form = {"act": "ask", "days": "10", "seeds": "2", "csrfmiddlewaretoken": "a"}

    first, again = (client.post("/programmes/pier/forecasts/new/", form) for _ in range(2))

    assert first["Location"] == again["Location"] == f"/forecasts/{Forecast.objects.get().code}/"


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
    assert "its own of late" in page
    assert "those of others" in page
    for code in ("PIR-0001.1", "PIR-0002.1", waiting()):
        assert code in page


def test_every_page_of_an_answer_is_there(client, told):
    burn = text_of(client, f"/forecasts/{told.code}/lines/PIR-0001.1/")
    assert "polyline" in burn
    assert "Jobs like: its own of late." in burn
    assert "chart-stay" in text_of(client, f"/forecasts/{told.code}/schedule/?hours=72")
    assert told.code in text_of(client, "/forecasts/?q=Four")


def test_who_runs_where_says_of_which_side_it_is(client, told):
    address = f"/forecasts/{told.code}/schedule/"
    base, changed = f"{told.code}: as things stand", f"{told.code}: changed"

    assert f"<strong>{base}</strong>" in text_of(client, address)
    page = text_of(client, f"{address}?side=variant&hours=72")
    assert f"<strong>{changed}</strong>" in page
    assert "data/schedule.csv?side=variant" in page
    # Four more cards: a pool of twelve.
    assert "of 12, the only ones in use" in page
    told.pieces.filter(name="variant/schedule").delete()  # as of an earlier answer
    page = text_of(client, f"{address}?side=variant")
    assert (base in page, changed in page) == (True, False)


def test_forecasts_side_by_side_are_told_with_their_differences(client, told, now):
    other = answered(now, name="Later", seeds=3)
    address = f"/forecasts/compare/?f={told.code}&f={other.code}"

    page = text_of(client, address)
    found = json.loads(client.get(f"{address}&form=json").content)
    lines = client.get(f"{address}&form=csv").content.decode().splitlines()

    assert page.count(f"Less {told.code}: as things stand") == 2
    first, changed, later = [row for row in found["rows"] if row["figure"] == "mean_wait_s"]
    assert (first["side"], first["difference_median"]) == ("base", None)
    told_apart = {
        level: changed[f"difference_{level}"] for level in told.answer["difference"]["mean_wait_s"]
    }
    assert told_apart == told.answer["difference"]["mean_wait_s"]  # run by run
    assert later["difference_median"] == later["median"] - first["median"]
    assert later["difference_low"] is None
    assert hours_text(told.answer["difference"]["mean_wait_s"]) in page
    assert len(lines) == len(found["rows"]) + 1


def test_a_difference_is_told_with_its_parts(client, told):
    page = text_of(client, f"/forecasts/{told.code}/")
    [machine] = [
        one for one in told.answer["difference"]["utilisation_parts"] if one["name"] == "machine"
    ]

    assert "by the changed machine" in page
    assert share_text(machine["amount"]) in page
    alone = answered(clock.now(), name="As things stand")
    assert "by the changed machine" not in text_of(client, f"/forecasts/{alone.code}/")


def test_waits_are_told_by_median_and_share_and_who_never_starts(client, told):
    page = text_of(client, f"/forecasts/{told.code}/?by=size&wait=p90_s")
    [row] = [one for one in told.answer["variant"]["waits"] if one["by"] == "size"][:1]

    assert "Nine in ten wait less than" in page
    assert "Never started" in page
    assert count_text(row["jobs"]) in page
    assert hours_text(row["p90_s"]) in page


def test_waits_are_drawn_as_they_are_spread(client, told):
    page = text_of(client, f"/forecasts/{told.code}/?by=size")
    [row] = [one for one in told.answer["variant"]["waits"] if one["by"] == "size"][:1]
    piece = told.pieces.get(name=f"variant/curve/size/{row['name']}").content
    found = client.get(f"/forecasts/{told.code}/data/curve.json?side=variant&line=all").json()

    assert f"How the waits are spread: {row['name']} cards" in page
    assert f"data/curve.csv?side=variant&amp;line=size/{row['name']}" in page
    for band in piece["bands"]:
        assert band == sorted(band)
    assert [one["percent"] for one in found["rows"]] == list(range(2, 99, 2))
    half = next(one for one in found["rows"] if one["percent"] == 50)
    [whole] = [one for one in told.answer["variant"]["waits"] if one["by"] == "all"]
    assert half["median"] == pytest.approx(whole["median_s"]["median"], abs=1)
    told.pieces.filter(name__contains="/curve/").delete()  # as of earlier answers
    assert "curve-title" not in text_of(client, f"/forecasts/{told.code}/?by=size").replace("#", "")


def test_utilisation_is_told_over_what_is_installed_too(client, told):
    assert 'id="installed-title"' in text_of(client, f"/forecasts/{told.code}/?over=installed")
    told_over = {
        (one["numerator"], one["denominator"]) for one in told.answer["base"]["utilisation"]
    }
    assert told_over == set(UTILISATION_NAMES)


@pytest.mark.parametrize(
    "figure",
    [
        *("utilisation", "reserved", "installed", "reserved_installed"),
        *("waits", "awards", "burn", "difference", "schedule"),
    ],
)
def test_a_figure_is_a_file_with_its_definition(client, told, figure):
    address = f"/forecasts/{told.code}/data/{figure}"

    found = json.loads(client.get(f"{address}.json?line=PIR-0001.1&side=variant").content)
    lines = client.get(f"{address}.csv?line=PIR-0001.1&side=variant").content.decode()

    assert found["definition"]
    assert found["rows"]
    assert len(lines.strip().splitlines()) == len(found["rows"]) + 1


def test_a_burn_is_a_file_with_its_plan_beside(client, told):
    address = f"/forecasts/{told.code}/data/burn.csv?side=base"

    grant = client.get(f"{address}&line=PIR-0001.1").content.decode().splitlines()
    lease = client.get(f"{address}&line=PIR-0002.1").content.decode().splitlines()

    assert grant[0].lstrip("\ufeff") == "day,low,median,high,plan"
    pieces = dict(told.pieces.values_list("name", "content"))
    plans = [int(row.split(",")[-1]) for row in grant[1:]]
    assert plans == pieces["base/burn/PIR-0001.1"]["plan"]
    assert f"planned: {plans[0] // 3_600}" in text_of(
        client, f"/forecasts/{told.code}/lines/PIR-0001.1/?side=base"
    )
    # Two cards, to nine o'clock on the eleventh day.
    assert lease[-1].endswith(f",{2 * 10 * 86_400}")


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
    assert "too few earlier ones are known" in page
    Expectation.objects.filter(measure="start").update(learnt=312)
    page = text_of(lead, f"/jobs/{waiting()}/")
    assert "mended by how 312 earlier ones turned out" in page
    assert told.code in page


def test_so_does_the_page_of_one_that_came_in_on_a_cluster(client, now):
    award = Award.objects.get(code="PIR-0001")
    linked(now)
    there(award, now, "27")
    made = answered(now)
    lead = Client()
    lead.force_login(make_person("lead@pier.example"))

    page = text_of(lead, "/clusters/quay/jobs/27/")

    assert "By the forecast it starts" in page
    assert made.code in page
    ClusterJob.objects.update(began_at=now)
    assert "By the forecast it starts" not in text_of(lead, "/clusters/quay/jobs/27/")
    assert "Free but broken up" in text_of(client, f"/forecasts/{made.code}/")


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
        granted=2_000 * 3_600,
    )
    client = Client()
    client.force_login(lead)

    page = text_of(client, "/awards/PIR-0001/outlook/")

    assert "3 March 2026" in page
    assert "later than the forecast looks" in page
