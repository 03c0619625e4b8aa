"""The loop and its seat: one worker at a time, and no round stops another."""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta
from itertools import chain
from pathlib import Path

import pytest
from tests.apps.enforcement.fakes import ObedientCluster
from tests.awarding import active_award, lead_of, make_site
from tests.factories import make_admin
from tests.fakes import DownEngine, ObedientEngine

from praya.apps.awards import queries as asked_of_awards
from praya.apps.awards.models import AwardLine
from praya.apps.clusters.queries import silent_clusters
from praya.apps.enforcement import engines as enforcing
from praya.apps.enforcement.commands import link_cluster, start_enforcing
from praya.apps.enforcement.queries import link_of
from praya.apps.people.models import AuditLine
from praya.apps.usage import engines
from praya.apps.usage.commands import cancel_job, submit_job
from praya.apps.usage.heartbeat import last_round_at
from praya.apps.usage.queries import run_key
from praya.core.actor import Actor
from praya.core.execution.accounting import Usage
from praya.core.execution.port import EngineUnavailable
from praya.core.execution.port import JobState as EngineState
from praya.worker import rounds
from praya.worker.links import lanes_of
from praya.worker.loop import Worker, stop_jobs
from praya.worker.rounds import ROUNDS, Round
from praya.worker.seat import Seat


class Clock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path: Path) -> None:
    settings.PRAYA_HOME = tmp_path


@pytest.fixture
def seat(tmp_path: Path):
    seat = Seat(tmp_path)
    yield seat
    seat.leave()


def with_job(now):
    make_site(now)
    award = active_award(now)
    return submit_job(
        award_code=award.code,
        cards=1,
        time_limit_s=60,
        argv=["true"],
        key="first",
        by=lead_of(award, now),
        now=now,
    )


def use(monkeypatch, engine):
    monkeypatch.setattr(engines, "_opened", lambda *_: engine)
    return engine


def test_the_seat_is_one_workers_and_free_when_it_leaves(db, tmp_path, seat):
    other = Seat(tmp_path)

    assert seat.is_taken_by_me()
    assert not other.is_taken_by_me()
    assert seat.is_taken_by_me()
    seat.leave()
    assert other.is_taken_by_me()
    other.leave()


def test_rounds_are_done_when_they_are_due(seat, now):
    done = []
    fast = Round("fast", 1, lambda at: done.append(("fast", at)))
    slow = Round("slow", 60, lambda at: done.append(("slow", at)))
    clock = Clock(now)
    worker = Worker(seat, rounds=(fast, slow), clock=clock)

    worker.do_due_rounds()
    worker.do_due_rounds()
    clock.now += timedelta(seconds=1)
    worker.do_due_rounds()

    later = now + timedelta(seconds=1)
    assert done == [("fast", now), ("slow", now), ("fast", later)]
    assert last_round_at() == later


def test_a_round_that_fails_stops_no_other_and_comes_again(seat, now, caplog, db):
    done = []

    def fail(_at):
        raise ZeroDivisionError

    clock = Clock(now)
    worker = Worker(
        seat, rounds=(Round("bad", 1, fail), Round("good", 1, done.append)), clock=clock
    )
    worker.do_due_rounds()
    clock.now += timedelta(seconds=1)
    worker.do_due_rounds()

    assert len(done) == 2
    assert [line.message for line in caplog.records] == ["round bad failed; it comes again"] * 2


def test_an_award_that_cannot_be_ended_keeps_no_other_and_no_later_step_from_its_turn(
    db, now, monkeypatch, caplog
):
    make_site(now)
    broken, sound = active_award(now), active_award(now)
    AwardLine.objects.filter(award=broken).update(code="unknown/1")  # to the book
    monkeypatch.setattr(asked_of_awards, "lapsed_offers", lambda _now: 1 // 0)

    rounds.follow_awards(now + timedelta(days=4000))

    for award in (broken, sound):
        award.refresh_from_db()
    assert (broken.state, sound.state) == ("active", "ended")
    told = [line.getMessage() for line in caplog.records if line.levelname == "ERROR"]
    assert told == [
        "awards: offers lapsed: failed; it comes again",
        f"award to end {broken.code}: failed; it comes again",
    ]


def test_a_job_that_cannot_be_settled_keeps_no_other_waiting(db, now, monkeypatch, caplog):
    engine = use(monkeypatch, ObedientEngine(now))
    broken = with_job(now)
    sound = submit_job(
        award_code=active_award(now).code,
        cards=1,
        time_limit_s=60,
        argv=["true"],
        key="second",
        by=lead_of(broken.award, now),
        now=now,
    )
    rounds.follow_jobs(now)
    engine.pass_time(5)
    engine.end(run_key(broken), EngineState.FAILED, exit_code=2**70)  # no column takes it
    engine.end(run_key(sound))

    rounds.follow_jobs(now + timedelta(seconds=9))

    for job in (broken, sound):
        job.refresh_from_db()
    assert (broken.settled_at, sound.settled_at is not None) == (None, True)
    assert f"job {broken.code}: failed; it comes again" in caplog.text


def test_without_the_seat_nothing_is_done(db, tmp_path, seat, now):
    assert seat.is_taken_by_me()
    done = []
    worker = Worker(Seat(tmp_path), rounds=(Round("any", 1, done.append),), clock=Clock(now))
    thread = threading.Thread(target=worker.run)
    thread.start()
    worker.stop.wait(0.2)
    worker.stop.set()
    thread.join(5)

    assert done == []


def test_every_round_runs_on_a_site_with_work(db, monkeypatch, now):
    job = with_job(now)
    use(monkeypatch, ObedientEngine(now))

    for each in ROUNDS:
        each.run(now + timedelta(seconds=1))

    job.refresh_from_db()
    assert job.state == "starting"


def test_a_cluster_that_is_away_is_asked_again(db, monkeypatch, now, caplog):
    job = with_job(now)
    engine = use(monkeypatch, DownEngine(now))
    rounds.follow_jobs(now)
    assert "cluster quay: the controller does not answer" in caplog.text

    engine.is_down = False
    rounds.follow_jobs(now)
    rounds.follow_jobs(now)

    job.refresh_from_db()
    assert job.state == "running"


def test_since_when_an_engine_is_silent_is_kept_until_it_answers(db, monkeypatch, now):
    with_job(now)
    engine = use(monkeypatch, DownEngine(now))
    for seconds in (0, 1, 2):
        rounds.follow_jobs(now + timedelta(seconds=seconds))
    assert [(one.code, one.silent_since) for one in silent_clusters()] == [("quay", now)]

    engine.is_down = False
    rounds.follow_jobs(now + timedelta(seconds=3))
    rounds.follow_jobs(now + timedelta(seconds=4))

    assert list(silent_clusters()) == []
    lines = AuditLine.objects.filter(subject_kind="cluster", subject_key="quay").order_by("id")
    assert [line.action for line in lines] == ["cluster.added", "cluster.silent", "cluster.answers"]
    assert "controller" not in str([line.facts for line in lines])


def test_a_silent_engine_is_asked_again_when_no_job_is_left_on_it(db, monkeypatch, now):
    job = with_job(now)
    engine = use(monkeypatch, DownEngine(now))
    rounds.follow_jobs(now)
    cancel_job(code=job.code, by=Actor.praya("test"), now=now)
    rounds.follow_jobs(now)
    assert [one.code for one in silent_clusters()] == ["quay"]

    engine.is_down = False
    rounds.follow_jobs(now)

    assert list(silent_clusters()) == []


def test_an_engine_that_is_not_installed_is_an_outage(db, now, caplog):
    from praya.apps.clusters.models import Cluster

    with_job(now)
    Cluster.objects.update(engine="abacus")

    rounds.follow_jobs(now)

    assert "no engine is called 'abacus'" in caplog.text


def test_stopping_ends_and_settles_every_job(db, monkeypatch, now):
    job = with_job(now)
    engine = use(monkeypatch, ObedientEngine(now))
    rounds.follow_jobs(now)

    assert stop_jobs(patience_s=5, clock=Clock(now + timedelta(seconds=2))) == []

    job.refresh_from_db()
    assert (job.state, job.settled_at is not None) == ("cancelled", True)
    assert engine.reports[run_key(job)].state.is_final


@pytest.mark.django_db(transaction=True)
def test_posts_go_beside_the_rounds_and_hold_up_nobody(tmp_path):
    begun, may_end = threading.Event(), threading.Event()
    rounds_done = []

    def wait_for_a_server(_now):
        begun.set()
        may_end.wait(30)

    def follow(now):
        rounds_done.append(now)
        if begun.is_set() and len(rounds_done) >= 3:
            worker.stop.set()
            may_end.set()

    worker = Worker(
        Seat(tmp_path),
        rounds=(Round("fast", 0, follow),),
        posts=(Round("slow", 0, wait_for_a_server),),
    )
    worker.run()

    assert begun.is_set()
    assert len(rounds_done) >= 3


@pytest.mark.django_db(transaction=True)
def test_posts_wait_for_the_seat(tmp_path):
    holder = Seat(tmp_path)
    assert holder.is_taken_by_me()
    done = []
    worker = Worker(
        Seat(tmp_path), rounds=(), posts=(Round("any", 0, done.append),), clock=lambda: None
    )
    ender = threading.Timer(2.5, worker.stop.set)
    ender.start()
    worker.run()
    holder.leave()

    assert done == []


class Going:
    """A clock that goes on from an instant."""

    def __init__(self, now):
        self.begun, self.now = time.monotonic(), now

    def __call__(self):
        return self.now + timedelta(seconds=time.monotonic() - self.begun)


def linked(monkeypatch, now, *codes):
    """Clusters on which an award of ten card-hours is to be held; what is behind each link."""
    behind = {code: ObedientCluster() for code in codes}
    monkeypatch.setattr(enforcing, "reached", lambda code, **_: behind[code])
    make_site(now)
    active_award(now, hours=10)
    for code in codes:
        link_cluster(code=code, name=code, by=make_admin(now), now=now)
        start_enforcing(code=code, by=make_admin(now), now=now)
    return behind


@pytest.mark.django_db(transaction=True)
def test_neither_a_cluster_that_hangs_nor_a_long_read_keeps_awards_waiting(
    tmp_path, monkeypatch, now
):
    """One cluster's programs take every question and answer none; the other is read for long."""
    reached, over = enforcing.reached, tmp_path / "over"
    behind = linked(monkeypatch, now, "hung", "harbour")
    for program in ("sacctmgr", "scontrol", "squeue", "sacct", "sreport"):
        path = tmp_path / program
        path.write_text(f"#!/bin/sh\nwhile [ ! -e {over} ]; do sleep 0.1; done; exit 1\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    behind["hung"] = reached("hung", conf="", called="hung", kinds={"h800": "nvidia-h800"})
    harbour, read = behind["harbour"], threading.Event()
    monkeypatch.setattr(harbour, "usage", lambda **_: read.wait(30) and Usage((), ()))

    worker = Worker(Seat(tmp_path), rounds=(), posts=(), clock=Going(now))
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        until = time.monotonic() + 10
        while not harbour.limits and time.monotonic() < until:
            time.sleep(0.05)
        held = dict(harbour.limits)
    finally:
        worker.stop.set()
        over.touch()
        read.set()
        thread.join(20)

    assert held == {"pir-0001": 36_000}


def test_accounts_are_read_while_the_controller_is_away(db, monkeypatch, now, caplog):
    harbour = linked(monkeypatch, now, "harbour")["harbour"]

    def away():
        raise EngineUnavailable("squeue: Unable to contact slurm controller")

    monkeypatch.setattr(harbour, "alive", away)
    monkeypatch.setattr(harbour, "observe", away)
    lanes = lanes_of("harbour")
    for seconds in (0, 2):
        for each in chain.from_iterable(lanes):
            each.run(now + timedelta(seconds=seconds))

    link = link_of("harbour")
    assert (link.read_at, link.accounts_silent_since) == (now, None)
    assert (link.silent_since, link.jobs_silent_since) == (now, now)
    said = "cluster harbour: squeue: Unable to contact slurm controller; asked again each round"
    assert [line.message for line in caplog.records if "harbour" in line.message] == [said] * 2

    monkeypatch.undo()
    monkeypatch.setattr(enforcing, "reached", lambda *_, **__: harbour)
    for each in chain.from_iterable(lanes):
        each.run(now + timedelta(seconds=4))
    link = link_of("harbour")
    assert (link.silent_since, link.jobs_silent_since) == (None, None)


def test_letters_hooks_and_proofs_hold_up_no_job():
    assert [each.name for each in rounds.POSTS] == ["letters", "hooks"]
    assert [each.name for each in rounds.PROOFS] == ["proofs"]
