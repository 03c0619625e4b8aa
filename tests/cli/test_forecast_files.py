"""``praya forecast`` from files: no site is needed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.cli.running import say

from praya.core.simulator.forecast import figures
from praya.words import clock

pytestmark = pytest.mark.once

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "scenarios" / "committee.yaml"
LINE = "{id} {submit} {wait} 600 4 -1 -1 4 1200 -1 1 {user} 1 -1 1 -1 -1 -1\n"


@pytest.fixture
def praya(capsys, monkeypatch, tmp_path):
    """No database, and a data directory that must not come to be."""
    monkeypatch.setenv("PRAYA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def run(*arguments, status=0):
        said = say(arguments, capsys=capsys, monkeypatch=monkeypatch)
        assert said.status == status, said.err
        assert not (tmp_path / "home").exists()
        return said

    return run


@pytest.fixture
def log(tmp_path):
    """Jobs of ten minutes on the whole machine, two at a time every half an hour."""
    path = tmp_path / "log.swf"
    lines = [
        LINE.format(id=2 * turn + place + 1, submit=1800 * turn, wait=600 * place, user=place + 1)
        for turn in range(100)
        for place in range(2)
    ]
    path.write_text("; MaxProcs: 4\n" + "".join(lines))
    return path


def forecast(praya, *arguments, **more):
    return praya(
        "forecast", "--scenario", EXAMPLE, "--runs", "2", "--processes", "1", *arguments, **more
    )


def test_a_file_and_a_variant_are_forecast_and_kept(praya, tmp_path):
    out = tmp_path / "answer.json"
    variant = ("--variant", "buy 16 H800 from 2027-03-01", "--variant", "limit speech to none")

    said = forecast(praya, *variant, "--keep", tmp_path / "runs", "--out", out, "--json")

    assert json.loads(out.read_text("utf-8")) == said.json
    assert sorted(one.name for one in (tmp_path / "runs").iterdir()) == [
        "seed-0.json",
        "seed-1.json",
    ]
    assert said.json["base"]["seeds"] == [0, 1]
    assert len(said.json["base"]["days"]) == 181
    assert [row["job"] for row in said.json["variant"]["queue"]] == ["train-8", "april"]
    assert said.json["difference"]["energy_kwh"]["median"] > 0


def test_an_interrupted_forecast_goes_on_from_its_runs(praya, tmp_path, monkeypatch):
    asked = []

    def stopped(question, seed):
        """The person's Ctrl-C, in the second run."""
        asked.append(seed)
        if asked == [0, 1]:
            raise KeyboardInterrupt
        return run(question, seed)

    run = figures.run
    monkeypatch.setattr(figures, "run", stopped)

    said = forecast(praya, status=130)
    again = forecast(praya, "--json")

    assert "The same command goes on from the runs that are done" in said.err
    assert asked == [0, 1, 1]
    assert again.json["base"]["seeds"] == [0, 1]
    assert list((tmp_path / "cache").rglob("*.json")) == []


def test_what_would_change_nothing_is_refused(praya, tmp_path):
    question = ("forecast", "--question", tmp_path / "question.json")

    seeds = praya(*question, "--runs", "9", "--seed", "3", status=2)
    read = forecast(praya, "--from", "swf", status=2)

    assert "its seeds in itself. Leave out --runs, --seed." in seeds.err
    assert "Without --history no log is read. Leave out --from." in read.err
    command = forecast(praya, "score", "--trace", "site", status=2)
    site = praya("forecast", "score", "--trace", "site", "--map", "philly", status=2)
    assert "Leave out --scenario, --runs, --processes." in command.err
    assert "stand in no file. Leave out --map." in site.err


def test_an_answer_that_cannot_be_written_is_told_before_anything_is_simulated(praya, tmp_path):
    said = forecast(praya, "--out", tmp_path / "none" / "answer.json", status=1)

    assert said.err.startswith("praya: A file cannot be used: ")
    assert not (tmp_path / "cache").exists()


def test_runs_are_kept_until_their_answer_is_written(praya, tmp_path, monkeypatch):
    out = tmp_path / "folder" / "answer.json"
    out.parent.mkdir()

    def last(question, seed):
        """Somebody takes the folder away while it is simulated."""
        out.parent.rmdir()
        return run(question, seed)

    run = figures.run
    monkeypatch.setattr(figures, "run", last)
    ask = ("forecast", "--scenario", EXAMPLE, "--runs", "1", "--processes", "1")

    assert str(out) in praya(*ask, "--out", out, status=1).err
    assert [one.name for one in (tmp_path / "cache").rglob("*.json")] == ["seed-0.json"]


def test_runs_that_nobody_went_on_with_for_a_month_are_removed_at_the_next_forecast(
    praya, tmp_path
):
    cache = tmp_path / "cache" / "praya" / "forecasts"
    now = clock.now().timestamp()
    for name, days in (("of-an-older-praya", 30.1), ("of-last-week", 7)):
        (cache / name).mkdir(parents=True)
        (cache / name / "seed-0.json").write_text("{}")
        os.utime(cache / name, (now - days * 86_400,) * 2)

    forecast(praya, "--keep", tmp_path / "mine", "--json")

    assert [one.name for one in cache.iterdir()] == ["of-last-week"]
    assert len(list((tmp_path / "mine").iterdir())) == 2


def test_people_read_bands_pictures_and_what_changes(praya):
    said = forecast(praya, "--variant", "drop proteins")

    assert "Held of in service" in said.out
    assert "2027-01-01 … 2027-06-30" in said.out
    assert "Variant less base, run by run" in said.out
    assert "train-8" in said.out
    assert "\n1 card " in said.out
    assert "\n9-64 cards" in said.out


@pytest.mark.parametrize(
    ("variant", "sentence"),
    [
        ("buy 16 H900 from 2027-03-01", "There is no H900 here. Did you mean H800?"),
        ("buy 15 H800 from 2027-03-01", "15 cards of H800 do not fill whole nodes"),
        ("buy 16 H800 on 2027-03-01", "is not understood from word 4 on"),
        ("move weather to 2028-01-01", "2028-01-01 is not in the time asked about"),
    ],
)
def test_a_variant_that_cannot_be_is_refused(praya, variant, sentence):
    said = forecast(praya, "--variant", variant, status=1)

    assert sentence in said.err


def test_mistakes_of_a_file_are_told_with_their_places(praya, tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text(EXAMPLE.read_text("utf-8").replace("days: 181", "days: many"))

    said = praya("forecast", "--scenario", path, status=1)

    assert f"{path}:4:7:" in said.err


def test_a_log_gives_the_kinds_that_a_file_leaves_out(praya, log, tmp_path):
    text = EXAMPLE.read_text("utf-8")
    kinds = "    kinds:\n      - {cards: 1, run_s: 50000, limit_s: 86400}\n"
    assert text.count(kinds) == 1
    path = tmp_path / "left-out.yaml"
    path.write_text(text.replace(kinds, ""))
    ask = ("forecast", "--scenario", path, "--runs", "1", "--processes", "1", "--json")

    said = praya(*ask, "--history", log)

    sizes = [row["name"] for row in said.json["base"]["waits"] if row["by"] == "size"]
    assert sizes == ["1", "2-4", "9-64"]


def test_forms_of_a_variant_are_listed(praya):
    said = praya("forecast", "--variant", "help", "--json")

    assert said.json["buy"] == "buy CARDS MODEL from DATE"


def test_a_log_is_scored_and_says_against_what(praya, log):
    said = praya("forecast", "score", "--trace", log, "--moments", "40", "--runs", "5", "--json")

    assert (said.json["truth"], said.json["jobs"], said.json["slots"]) == ("recorded", 200, 4)
    assert said.json["moments"] == 20
    # Every job runs half of its limit, so its second half is known to the second.
    assert said.json["raw"]["coverage"] == 1.0
    assert said.json["raw"]["loss_s"] <= 1.0


def test_a_score_is_told_to_people(praya, log):
    said = praya("forecast", "score", "--trace", log, "--moments", "20", "--runs", "5")

    assert "within 80 % interval" in said.out


def test_a_queue_that_is_not_there_is_refused_by_name(praya, log):
    said = praya("forecast", "score", "--trace", log, "--queue", "night", status=1)

    assert "No job of the trace is of the queue night; there are" in said.err
