"""The trial of the ceiling with real processes, and the auditor who must find what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection
from tests.nightly import size
from tests.overspend.sites import ROOT, new_site

from praya.apps.append_only import unguarding
from praya.apps.books.commands import charge_line, place_hold, release_hold, settle_hold
from praya.doctor.overspend.auditing import audit
from praya.doctor.overspend.memory import Memory, Told
from praya.doctor.overspend.plan import PlannedJob, plan_jobs
from praya.doctor.overspend.site import BEGINS_AT, LINE, PROGRAMME, card_time, money, open_book

WORKERS = 64
ATTEMPTS = size(always=1_000, nightly=20_000)
KILLS = size(always=24, nightly=400)
GRANTED_S = 200


@pytest.mark.slow
def test_sixty_four_killed_workers_never_pass_the_ceiling_by_a_second():
    with new_site() as site:
        _praya(site, "init")
        said = _praya(site, "--json", "doctor", "overspend", *_options())

        report = json.loads(said)
        left = [path.name for path in (site.home / "praya").iterdir() if "doctor" in path.name]

    assert report["audit"]["findings"] == []
    assert report["holds"]
    assert report["killed"] == KILLS
    counts = report["counts"]
    assert counts["admitted"] + counts["refused"] == ATTEMPTS
    assert counts["admitted"] == counts["landed"] == report["audit"]["admitted"]
    # It was a trial at all: some were refused, repeated, late and swept, and somebody looked on.
    assert min(counts[each] for each in ("refused", "repeated", "late", "swept", "looks")) > 0
    assert report["audit"]["used_s"] <= report["granted_s"]
    assert report["audit"]["in_flight_s_max"] <= report["granted_s"]
    assert left == []


def test_the_same_seed_plans_the_same_jobs():
    assert plan_jobs(7, 50) == plan_jobs(7, 50)
    assert plan_jobs(7, 50) != plan_jobs(8, 50)
    assert plan_jobs(7, 80)[:50] == plan_jobs(7, 50)


@pytest.fixture
def trial(db):
    """One job that holds 100 s and used 60: admitted, settled and told so."""
    job = PlannedJob(0, asked_s=100, expires_after=timedelta(hours=1), used_s=60, is_late=False)
    memory = Memory(jobs=1, processes=1)
    open_book(GRANTED_S)
    return Trial(job, memory)


class Trial:
    def __init__(self, job: PlannedJob, memory: Memory) -> None:
        self.job, self.memory = job, memory

    def hold(self, key: str = "job:0") -> None:
        place_hold(
            programme_code=PROGRAMME,
            line_code=LINE,
            key=key,
            time=card_time(100),
            subsidy=money(100),
            expires_at=BEGINS_AT + timedelta(hours=1),
            now=BEGINS_AT,
        )

    def settle(self, key: str = "settle:0", *, seconds: int = 60) -> None:
        settle_hold(
            programme_code=PROGRAMME,
            hold_key="job:0",
            key=key,
            now=BEGINS_AT,
            **_used(seconds),
        )

    def charge(self, key: str = "late:0") -> None:
        charge_line(programme_code=PROGRAMME, line_code=LINE, key=key, now=BEGINS_AT, **_used(60))

    def release(self) -> None:
        release_hold(
            programme_code=PROGRAMME,
            hold_key="job:0",
            key="release:0",
            now=BEGINS_AT,
            reason="late",
        )

    def tamper(self, statement: str) -> None:
        connection.check_constraints()
        with connection.cursor() as cursor:
            for table in ("books_entry", "books_posting"):
                for lifted in unguarding(connection.vendor, table):
                    cursor.execute(lifted)
            cursor.execute(statement)

    def found(self) -> list[str]:
        findings = audit([self.job], self.memory, granted_s=GRANTED_S).findings
        return sorted({finding.code for finding in findings})


def told(trial: Trial, *answers: Told) -> None:
    for answer in answers:
        trial.memory.tell(answer, 0)


def test_the_auditor_finds_nothing_where_all_is_well(trial):
    trial.hold()
    trial.settle()
    told(trial, Told.ADMITTED, Told.LANDED)

    assert trial.found() == []


def test_the_auditor_allows_a_late_charge_after_a_release(trial):
    trial.hold()
    trial.release()
    trial.charge()
    told(trial, Told.ADMITTED, Told.LANDED)

    assert trial.found() == []


def test_the_auditor_finds_a_job_that_was_admitted_and_lost(trial):
    told(trial, Told.ADMITTED)

    assert trial.found() == ["admitted-and-lost"]


def test_the_auditor_finds_a_job_nobody_was_told_of(trial):
    assert trial.found() == ["not-answered"]


def test_the_auditor_finds_a_hold_after_a_refusal(trial):
    trial.hold()
    trial.settle()
    told(trial, Told.REFUSED)

    assert trial.found() == ["refused-and-held"]


def test_the_auditor_finds_a_hold_that_never_ended(trial):
    trial.hold()
    told(trial, Told.ADMITTED)

    assert trial.found() == ["charged-otherwise", "hold-open", "not-charged", "not-ended-once"]


def test_the_auditor_finds_a_job_that_was_not_charged(trial):
    trial.hold()
    trial.release()
    told(trial, Told.ADMITTED)

    assert trial.found() == ["charged-otherwise", "not-charged"]


def test_the_auditor_finds_a_job_that_was_charged_twice(trial):
    trial.hold()
    trial.settle()
    trial.charge()
    told(trial, Told.ADMITTED)

    assert trial.found() == ["charged-otherwise", "charged-twice"]


def test_the_auditor_finds_a_job_that_held_twice(trial):
    trial.hold()
    trial.hold("again:0")
    trial.settle()
    told(trial, Told.ADMITTED)

    assert trial.found() == ["held-twice", "hold-open"]


def test_the_auditor_finds_a_job_charged_otherwise_than_it_used(trial):
    trial.hold()
    trial.settle(seconds=61)
    told(trial, Told.ADMITTED)

    assert trial.found() == ["charged-otherwise"]


def test_the_auditor_finds_a_ceiling_that_was_passed(trial):
    """As a book would stand in which a settlement took more than was granted."""
    trial.hold()
    trial.settle()
    told(trial, Told.ADMITTED)
    more = "UPDATE books_posting SET amount = amount + 200 WHERE account LIKE '%/used'"
    trial.tamper(more)

    assert "ceiling-passed" in trial.found()


def test_the_auditor_finds_a_hold_beside_an_overrun_that_leaves_no_room(trial):
    """As a book would stand in which a hold was placed before a known overrun was paid."""
    trial.hold()
    trial.settle()
    told(trial, Told.ADMITTED)
    trial.tamper(
        "INSERT INTO books_posting (entry_id, account, commodity, amount) "
        "SELECT entry_id, replace(account, '/free', '/overrun'), commodity, amount "
        "FROM books_posting WHERE account LIKE '%/free' AND amount > 0"
    )

    assert "ceiling-passed" in trial.found()


def test_the_auditor_finds_a_balance_that_is_not_its_postings(trial):
    trial.hold()
    trial.settle()
    told(trial, Told.ADMITTED)
    trial.tamper("UPDATE books_balance SET amount = amount + 1 WHERE account = 'outside'")

    assert trial.found() == ["balances-differ", "book-wrong", "not-balanced"]


def _used(seconds: int) -> dict[str, object]:
    return {"time": card_time(seconds), "subsidy": money(seconds), "own": money(seconds // 3)}


def _options() -> list[str]:
    sizes = {"--workers": WORKERS, "--attempts": ATTEMPTS, "--kills": KILLS}
    return [str(part) for pair in sizes.items() for part in pair]


def _praya(site, *arguments: str) -> str:
    command = [sys.executable, "-m", "praya.config.terminal", *arguments]
    done = subprocess.run(
        command, env=site.environment, cwd=ROOT, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
