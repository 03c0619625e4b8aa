"""``praya forecast`` of a site: shown whole, set side by side, scored, and asked of a job."""

from __future__ import annotations

from datetime import date

import pytest
from tests.apps.forecasts.cases import answered, linked, officer, site, there, waiting
from tests.apps.forecasts.test_on_clusters import receive, run
from tests.cli.running import refused

from praya.apps.awards.models import Award
from praya.apps.forecasts.models import Expectation, Forecast
from praya.apps.forecasts.rules import WhatIf, WhatIfKind

BUY = WhatIf(WhatIfKind.BUY_CARDS, device_model="nvidia-h800", cards=4, first_on=date(2026, 3, 4))


@pytest.fixture
def told(praya, now):
    site(now)
    made = answered(now, changes=[BUY], name="Four more")
    officer(now)
    praya("login", "officer@pier.example")
    return made


def test_a_forecast_is_shown_with_its_waits_queue_and_difference(praya, told):
    said = praya("forecast", "show", told.code)

    assert said.status == 0, said.err
    for words in ("Reserved of installed", "Never started", "Waiting job", "  by the machine"):
        assert words in said.out
    assert waiting() in said.out


def test_what_a_forecast_was_asked_is_answered_again_from_a_file(praya, told, tmp_path):
    file, kept = tmp_path / "question.json", tmp_path / "runs"
    assert praya("forecast", "question", told.code, str(file)).status == 0

    again = praya(
        *("forecast", "--question", str(file), "--keep", str(kept), "--processes", "1", "--json")
    )

    assert again.status == 0, again.err
    first = praya("--json", "forecast", "show", told.code).json["answer"]
    for side in ("base", "variant"):
        for figure in ("seeds", "jobs", "energy_kwh", "fairness"):
            assert again.json[side][figure] == first[side][figure]
        # Of curves a site keeps whole seconds.
        means = [[row["mean_s"] for row in one[side]["waits"]] for one in (again.json, first)]
        assert means[0] == means[1]
    assert again.json["difference"] == first["difference"]


def test_forecasts_are_set_side_by_side(praya, told):
    said = praya("forecast", "compare", told.code)
    head, *rows = said.out.splitlines()

    assert (f"{told.code}: as things stand" in head, f"{told.code}: changed" in head) == (
        True,
        True,
    )
    assert head.rstrip().endswith("Less the first")
    assert rows[0].startswith("Utilisation: held over in service")


def test_a_start_a_run_out_and_the_scores_are_told(praya, told):
    assert praya("forecast", "scores", "pier").out == "Nothing that was said is known yet.\n"
    praya("login", "lead@pier.example")
    start = praya("--json", "forecast", "start", waiting())

    assert [one["subject"] for one in start.json] == [waiting()]
    assert praya("forecast", "start", waiting()).out.splitlines()[1].startswith(waiting())
    Expectation.objects.filter(measure="start").update(learnt=312)
    assert praya("forecast", "start", waiting()).out.splitlines()[1].endswith(" 312")
    assert praya("forecast", "run-out", "PIR-0001").status == 0


def test_jobs_that_came_in_on_a_cluster_are_history_and_have_a_start(praya, now, tmp_path):
    site(now)
    linked(now)
    there(Award.objects.get(code="PIR-0001"), now, "27")
    receive(now, run(now, "26"))
    answered(now)
    praya("login", "lead@pier.example")

    start = praya("--json", "forecast", "start", "quay/27")
    kept = praya("--json", "trace", "convert", "site", str(tmp_path / "ours.parquet"))
    scored = praya("--json", "forecast", "score", "--trace", "site", "--slots", "8")

    assert [one["subject"] for one in start.json] == ["quay/27"]
    # Six that Praya took in, and one run of the cluster's own: too few to be forecast.
    assert kept.json["jobs"] == scored.json["jobs"] == 7
    assert (scored.json["truth"], scored.json["moments"]) == ("recorded", 0)


def test_a_forecast_is_asked_cancelled_kept_and_forgotten(praya, told):
    ask = ("forecast", "ask", "pier", "--seeds", 2, "--days", 10, "--name", "Five more")
    change = {"device_model": "nvidia-h800", "cards": 5, "first_on": "2026-03-04"}
    buy = "buy_cards," + ",".join(f"{name}={value}" for name, value in change.items())
    assert praya(*ask, "--change", "buy_cards,cards").status == 2
    asked = praya(*ask, "--change", buy).out
    code = asked.split()[0]
    assert asked == f"{code} is asked. See it by: praya forecast show {code}\n"
    made = Forecast.objects.get(code=code)
    assert (made.state, made.changes) == ("asked", [{"kind": "buy_cards", **change}])
    shown = [
        line.split("  ")[-1].strip() for line in praya("forecast", "show", code).out.splitlines()
    ]
    assert shown == [code, "waiting its turn", "0/2", "–"]
    rows = [line.split()[:4] for line in praya("forecast", "list").out.splitlines()[1:]]
    assert rows == [[code, "pier", "Five", "more"], [told.code, "pier", "Four", "more"]]

    assert "has no answer" in refused(praya("forecast", "keep", code))
    assert "so it cannot be cancelled" in refused(praya("forecast", "cancel", told.code))
    assert praya("forecast", "cancel", code).out == f"{code} is cancelled.\n"
    kept = praya("forecast", "keep", told.code, "--name", "For May")
    assert kept.out == f"{told.code} is kept.\n"
    told.refresh_from_db()
    assert (told.name, told.is_kept) == ("For May", True)
    assert praya("forecast", "forget", told.code).out == f"{told.code} is forgotten.\n"
    states = Forecast.objects.order_by("code").values_list("state", flat=True)
    assert list(states) == ["forgotten", "cancelled"]
