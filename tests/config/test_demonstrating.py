"""Where the demo is not played: in a site of others, under one that runs, in a strange database."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys

import pytest
from tests.factories import make_person

from praya.cli.trouble import Trouble
from praya.config.demonstrating import _check_may_begin_anew, _remove_demo, demo
from praya.config.environment import Environment

NOTES = {"began_on": "2026-03-02", "password": "tram-kelp", "database": "", "played": 3}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty data directory, with its database in it as far as the demo is told."""
    monkeypatch.setenv("PRAYA_HOME", str(tmp_path))
    monkeypatch.setenv("PRAYA_URL", "")
    monkeypatch.setenv("DATABASE_URL", "")
    return tmp_path


def told_in(home, **changed):
    (home / "demo.json").write_text(json.dumps(NOTES | changed), encoding="utf-8")


def refused(*, fresh):
    with pytest.raises(Trouble) as trouble:
        demo(fresh=fresh, no_serve=True)
    return str(trouble.value)


@pytest.mark.django_db
def test_a_site_of_other_people_gets_no_demo(home):
    make_person("keeper@compute.example")

    assert "people who are not of the demo" in refused(fresh=False)


@pytest.mark.django_db
def test_a_demo_goes_on_in_its_own_database_only(home, monkeypatch):
    told_in(home)
    monkeypatch.setenv("DATABASE_URL", "postgres://praya:secret@db.example/praya")

    assert "another database" in refused(fresh=False)


@pytest.mark.django_db
def test_a_database_elsewhere_is_not_emptied_and_keeps_its_demo(home, monkeypatch):
    told_in(home, database="db.example/praya")
    monkeypatch.setenv("DATABASE_URL", "postgres://praya:secret@db.example/praya")
    make_person("admin@praya.example")

    said = refused(fresh=True)

    assert "db.example/praya is not emptied from here" in said
    assert "secret" not in said
    assert (home / "demo.json").exists()


@pytest.mark.parametrize("lock", ["worker.lock", "demo.lock"])
def test_a_demo_is_not_removed_under_a_praya_that_runs(home, lock):
    told_in(home)
    with (home / lock).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        assert "A Praya is running" in refused(fresh=True)

    assert (home / "demo.json").exists()


def test_what_is_not_a_demo_is_not_removed(home):
    (home / "thesis.txt").write_text("years of work", encoding="utf-8")

    assert "left alone" in refused(fresh=True)
    assert (home / "thesis.txt").read_text(encoding="utf-8") == "years of work"


@pytest.mark.django_db
def test_all_that_a_demo_left_is_removed_before_it_begins_anew(home):
    told_in(home)
    (home / "jobs" / "J-000001").mkdir(parents=True)
    (home / "praya.sqlite3").write_bytes(b"")
    (home / "outbox").mkdir()

    _check_may_begin_anew(Environment(), NOTES)
    _remove_demo(home)

    assert list(home.iterdir()) == []


CUT_SHORT = """
import threading
from praya.config.preparing import prepare
prepare()
from django.db import connection, transaction
from praya.apps.people.models import Person
from praya.config.serving import stop_jobs_now

reading = connection.cursor()
reading.execute("SELECT name FROM sqlite_master")
assert reading.fetchone()

def write():
    Person.objects.create_user("mei@pier.example", name="Mei")
    connection.close()

beside = threading.Thread(target=write)
beside.start()
beside.join()
stop_jobs_now()
with transaction.atomic():
    print(Person.objects.update(name="Mei of the pier"))
"""


def test_what_ctrl_c_cut_short_keeps_no_job_from_being_stopped(tmp_path):
    """A query that was not read to its end shows the book as it was before others wrote."""
    done = subprocess.run(
        [sys.executable, "-c", CUT_SHORT],
        env={**os.environ, "PRAYA_HOME": str(tmp_path), "DATABASE_URL": ""}
        | {"DJANGO_SETTINGS_MODULE": "praya.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr[-2000:]
