"""The life of a job through the worker's rounds, on engines of every temper."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.awarding import Given, active_award, add_member, lead_of
from tests.factories import appointed, make_person
from tests.fakes import DownEngine, ForgetfulEngine, LyingEngine, ObedientEngine, SlowEngine

from praya.apps.books.models import Book, Entry
from praya.apps.books.queries import line_numbers, trial_balance
from praya.apps.usage.commands import (
    cancel_job,
    expire_jobs,
    run_schedule,
    scheduling,
    submit_job,
    sweep_holds,
    track_jobs,
)
from praya.apps.usage.models import Charge, Job, UsageDay, UsageRecord
from praya.apps.usage.queries import run_key
from praya.core.actor import Role
from praya.core.execution.port import EngineUnavailable, JobState
from praya.core.ledger import FourNumbers
from praya.core.refusal import NotAllowed, NotFound
from praya.engines.slurm import Settings, SlurmEngine

LINE = "PIR-0001.1"
HOUR = 3600


class Worker:
    """The rounds on one cluster, with a clock that the engine shares."""

    def __init__(self, engine, now):
        self.engine, self.now = engine, now

    def pass_time(self, seconds):
        self.engine.pass_time(seconds)
        self.now += timedelta(seconds=seconds)

    def schedule(self):
        return run_schedule(engine=self.engine, cluster_code="quay", now=self.now)

    def track(self):
        return track_jobs(engine=self.engine, cluster_code="quay", now=self.now)


def submit(award, now, *, key="first", cards=2, time_limit_s=HOUR, by=None, **facts):
    return submit_job(
        award_code=award.code,
        cards=cards,
        time_limit_s=time_limit_s,
        argv=["true"],
        key=key,
        by=by or lead_of(award, now),
        now=now,
        **facts,
    )


def numbers(line=LINE):
    """Settled, in flight and free: card-seconds, then money."""
    return [(n.settled, n.in_flight, n.free) for n in line_numbers([line])[line]]


def first_key():
    """The engine's key of the first job."""
    return run_key(Job.objects.earliest("id"))


@pytest.fixture
def award(programme, now):
    return active_award(now, hours=100)


def test_a_job_that_ends_is_charged_for_what_it_held_and_the_rest_is_free(award, now):
    worker = Worker(ObedientEngine(now), now)
    job = submit(award, now)

    assert worker.schedule().started == (job.code,)
    assert worker.track().began == (job.code,)
    worker.pass_time(600)
    worker.engine.end(first_key())
    assert worker.track().ended == (job.code,)

    job.refresh_from_db()
    assert (job.state, job.exit_code, job.slots) == ("completed", 0, [0, 1])
    assert numbers() == [(1200, 0, 358_800), (700, 0, 209_300)]
    record, charge = UsageRecord.objects.get(), Charge.objects.get()
    assert (record.key, record.card_seconds) == (f"quay:{job.code}:1", 1200)
    assert (charge.list_minor, charge.subsidy_minor, charge.own_minor) == (1000, 700, 300)
    assert (charge.month, charge.price_minor_per_hour, charge.entry_key) == (
        "2026-03",
        3000,
        record.key,
    )
    day = UsageDay.objects.get()
    assert (day.day.isoformat(), day.kind, day.card_seconds, day.jobs, day.own_minor) == (
        "2026-03-02",
        "job",
        1200,
        1,
        300,
    )
    assert trial_balance("pier").is_zero


def test_rounds_may_be_repeated(award, now):
    worker = Worker(ObedientEngine(now), now)
    submit(award, now)
    worker.schedule(), worker.schedule(), worker.track(), worker.track()
    worker.pass_time(10)
    worker.engine.end(first_key())
    worker.track(), worker.track(), worker.schedule()

    assert UsageRecord.objects.count() == Charge.objects.count() == 1
    assert numbers()[0] == (20, 0, 359_980)


def test_the_grace_after_the_limit_is_not_charged(award, now):
    worker = Worker(ObedientEngine(now), now)
    job = submit(award, now)
    worker.schedule(), worker.track()
    worker.pass_time(2 * HOUR)

    worker.track()

    job.refresh_from_db()
    assert job.state == "timed-out"
    assert numbers()[0] == (2 * HOUR, 0, 98 * HOUR)


def test_a_job_over_midnight_is_counted_on_both_days_and_charged_on_the_last(award, now):
    evening = now.replace(hour=15, minute=50)  # 23:50 in Hong Kong
    worker = Worker(ObedientEngine(evening), evening)
    submit(award, evening)
    worker.schedule(), worker.track()
    worker.pass_time(1200)
    worker.engine.end(first_key())
    worker.track()

    days = UsageDay.objects.order_by("day").values_list("day__day", "card_seconds", "jobs")
    assert list(days) == [(2, 1200, 0), (3, 1200, 1)]


def test_what_does_not_fit_waits_with_a_reason(award, now):
    worker = Worker(ObedientEngine(now), now)
    first = submit(award, now, cards=6)
    second = submit(award, now, key="second", cards=4, time_limit_s=60)
    worker.schedule()
    worker.track()
    worker.schedule()

    second.refresh_from_db()
    expected_at = (now + timedelta(seconds=HOUR)).isoformat()
    assert second.wait_reason == {
        "code": "award_cap",
        "cap": 8,
        "in_use": 6,
        "needs": 4,
    }
    other = active_award(now, lead="other@pier.example")
    third = submit(other, now, cards=4, time_limit_s=60)
    worker.schedule()
    third.refresh_from_db()
    assert third.wait_reason == {
        "code": "no_free_cards",
        "free": 2,
        "needs": 4,
        "ahead": 0,
        "expected_at": expected_at,
        "after": first.code,
    }


def test_a_waiting_job_is_cancelled_at_once_and_its_hold_is_free(award, now):
    job = submit(award, now)

    cancelled = cancel_job(code=job.code, by=lead_of(award, now), now=now)

    assert cancelled.state == "cancelled"
    assert numbers()[0] == (0, 0, 100 * HOUR)
    again = cancel_job(code=job.code, by=lead_of(award, now), now=now)
    assert (again.state, UsageRecord.objects.count()) == ("cancelled", 0)


def test_a_running_job_is_cancelled_by_the_engine_and_charged_until_then(award, now):
    worker = Worker(ObedientEngine(now), now)
    job = submit(award, now)
    worker.schedule(), worker.track()
    worker.pass_time(30)

    asked = cancel_job(code=job.code, by=lead_of(award, now), now=worker.now)
    assert asked.state == "running"
    worker.track()
    worker.track()

    job.refresh_from_db()
    assert job.state == "cancelled"
    assert numbers()[0] == (60, 0, 359_940)


def test_a_job_cancelled_before_it_ran_holds_nothing(award, now):
    worker = Worker(SlowEngine(now), now)
    job = submit(award, now)
    worker.schedule()
    cancel_job(code=job.code, by=lead_of(award, now), now=now)
    worker.track(), worker.track()

    job.refresh_from_db()
    assert (job.state, job.started_at) == ("cancelled", None)
    assert numbers()[0] == (0, 0, 100 * HOUR)


def test_who_may_cancel(award, now):
    job = submit(award, now)
    member = add_member(award, make_person("kit@pier.example"), now)
    auditor = appointed("pier", Role.AUDITOR, now)
    operator = appointed("pier", Role.OPERATOR, now)

    with pytest.raises(NotFound):
        cancel_job(code=job.code, by=member, now=now)
    with pytest.raises(NotAllowed):
        cancel_job(code=job.code, by=auditor, now=now)
    assert cancel_job(code=job.code, by=operator, now=now).state == "cancelled"


def test_a_slow_engine_keeps_its_jobs_starting(award, now):
    worker = Worker(SlowEngine(now), now)
    job = submit(award, now)
    worker.schedule(), worker.track()
    job.refresh_from_db()
    assert job.state == "starting"

    worker.engine.hurry()
    worker.track()

    job.refresh_from_db()
    assert (job.state, job.started_at) == ("running", now)


def test_praya_dying_between_row_and_engine_loses_nothing(award, now):
    """The slots are given and the engine never heard of it: the next round tells it."""
    worker = Worker(DownEngine(now), now)
    job = submit(award, now)
    with pytest.raises(EngineUnavailable):
        worker.schedule()
    job.refresh_from_db()
    assert job.state == "starting"

    worker.engine.is_down = False
    assert worker.track().told_again == (job.code,)
    assert worker.track().began == (job.code,)


def test_an_engine_that_is_down_changes_nothing(award, now):
    engine = DownEngine(now)
    engine.is_down = False
    worker = Worker(engine, now)
    job = submit(award, now)
    worker.schedule(), worker.track()
    engine.is_down = True
    worker.pass_time(100)

    with pytest.raises(EngineUnavailable):
        worker.track()

    job.refresh_from_db()
    assert (job.state, numbers()[0]) == ("running", (0, 2 * HOUR, 98 * HOUR))


def test_a_running_job_that_a_forgetful_engine_lost_is_charged_until_it_was_seen(award, now):
    worker = Worker(ForgetfulEngine(now), now)
    job = submit(award, now)
    worker.schedule(), worker.track()
    worker.pass_time(90)
    worker.track()
    worker.pass_time(600)
    worker.engine.lose_memory()

    worker.track()

    job.refresh_from_db()
    assert job.state == "lost"
    assert numbers()[0] == (180, 0, 100 * HOUR - 180)


def test_a_starting_job_that_a_forgetful_engine_lost_is_started_again(award, now):
    worker = Worker(ForgetfulEngine(now), now)
    job = submit(award, now)
    worker.schedule()
    worker.engine.lose_memory()

    assert worker.track().told_again == (job.code,)
    assert worker.track().began == (job.code,)


def test_a_lying_engine_cannot_charge_beyond_the_worst_case(award, now):
    worker = Worker(LyingEngine(now), now)
    job = submit(award, now)
    worker.schedule(), worker.track()
    worker.pass_time(60)
    worker.engine.end(first_key())
    worker.track()

    job.refresh_from_db()
    assert (job.started_at, job.ended_at) == (now, worker.now)
    assert numbers()[0] == (120, 0, 100 * HOUR - 120)


def test_an_order_changed_by_the_settings_goes_on_under_its_next_attempt(award, now, settings):
    worker = Worker(SlowEngine(now), now)
    job = submit(award, now)
    worker.schedule()
    settings.PRAYA_JOB_GRACE_S += 1
    del worker.engine.reports[first_key()]  # kept, never begun: absent when asked

    worker.track(), worker.track()
    worker.engine.hurry()
    worker.track()

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("running", 2)


def test_a_job_on_a_lease_is_measured_and_not_charged(programme, now):
    award = active_award(now, lines=[Given("cards", cards=2)])
    before = numbers()
    worker = Worker(ObedientEngine(now), now)
    submit(award, now)
    worker.schedule(), worker.track()
    worker.pass_time(60)
    worker.engine.end(first_key())
    worker.track()

    day = UsageDay.objects.get()
    assert (day.kind, day.card_seconds, day.jobs, day.list_minor) == ("lease-job", 120, 1, 0)
    assert numbers() == before
    assert Charge.objects.count() == 0


def test_leased_cards_are_kept_from_others(programme, now):
    lease = active_award(now, lines=[Given("cards", cards=5)])
    other = active_award(now, lead="other@pier.example")
    worker = Worker(ObedientEngine(now), now)
    waits = submit(other, now, cards=4)
    starts = submit(other, now, key="second", cards=3)
    leased = submit(lease, now, cards=5)

    assert worker.schedule().started == (starts.code, leased.code)

    waits.refresh_from_db()
    assert (waits.wait_reason["code"], waits.wait_reason["free"]) == ("no_free_cards", 3)


def test_more_leases_than_cards_do_not_stop_the_others(programme, now):
    first = active_award(now, lines=[Given("cards", cards=8)])
    second = active_award(now, lines=[Given("cards", cards=8)], lead="other@pier.example")
    worker = Worker(ObedientEngine(now), now)
    waits = submit(second, now)
    starts = submit(first, now)

    assert worker.schedule().started == (starts.code,)

    waits.refresh_from_db()
    assert waits.wait_reason == {"code": "lease_not_placed"}


def test_a_suspended_award_starts_nothing(award, now):
    worker = Worker(ObedientEngine(now), now)
    job = submit(award, now)
    award.state = "suspended"
    award.save()

    assert worker.schedule().started == ()

    job.refresh_from_db()
    assert job.wait_reason == {"code": "award_suspended"}


def test_a_waiting_job_that_can_no_longer_end_in_its_line_is_given_up(programme, now):
    award = active_award(now, lines=[Given(last_on=now.date())])
    job = submit(award, now, time_limit_s=2 * HOUR)
    assert expire_jobs(now=now) == []

    assert expire_jobs(now=now + timedelta(hours=6)) == [job.code]

    job.refresh_from_db()
    assert (job.state, job.wait_reason) == ("cancelled", {"code": "past_line_end"})
    assert numbers()[0] == (0, 0, 100 * HOUR)


def test_an_award_that_ends_takes_its_jobs_with_it(award, now):
    worker = Worker(ObedientEngine(now), now)
    running = submit(award, now)
    worker.schedule(), worker.track()
    waiting = submit(award, now, key="second")
    award.state = "ended"
    award.save()
    worker.pass_time(5)

    assert set(expire_jobs(now=worker.now)) == {running.code, waiting.code}
    worker.track(), worker.track()

    states = dict(Job.objects.values_list("code", "state"))
    assert states == {running.code: "cancelled", waiting.code: "cancelled"}
    assert numbers()[0] == (10, 0, 100 * HOUR - 10)


def test_an_expired_hold_of_a_job_that_runs_is_left_to_it(programme, now):
    award = active_award(now, lines=[Given(last_on=now.date())])
    worker = Worker(ObedientEngine(now), now)
    submit(award, now, time_limit_s=7 * HOUR)
    worker.schedule(), worker.track()
    worker.pass_time(8 * HOUR)

    assert sweep_holds(now=worker.now) == []
    worker.track()
    assert sweep_holds(now=worker.now) == []

    assert numbers() == [(14 * HOUR, 0, 86 * HOUR), (29_400, 0, 180_600)]


def test_a_cut_short_hold_does_not_undo_the_use(award, now):
    """The hold was released by hand while the job ran: what it held is charged all the same."""
    from praya.apps.books.commands import release_hold

    worker = Worker(ObedientEngine(now), now)
    job = submit(award, now)
    worker.schedule(), worker.track()
    release_hold(programme_code="pier", hold_key=job.code, key="by-hand", now=now, reason="mistake")
    worker.pass_time(60)
    worker.engine.end(first_key(), JobState.FAILED, exit_code=3)

    worker.track()

    assert line_numbers([LINE])[LINE][0] == FourNumbers(
        "nvidia-h800·s", 120, 0, 100 * HOUR, 100 * HOUR - 120
    )


def test_where_praya_may_begin_no_jobs_any_more_what_has_not_begun_waits_and_says_so(
    award, now, tmp_path
):
    submit(award, now)
    submit(award, now, key="second")
    first = Job.objects.order_by("id")[:1].values("pk")
    Job.objects.filter(pk__in=first).update(state="starting", slots=[0, 1])
    slurm = SlurmEngine(tmp_path, settings=Settings("c"))

    track_jobs(engine=slurm, cluster_code="quay", now=now)
    assert run_schedule(engine=slurm, cluster_code="quay", now=now).started == ()

    rows = Job.objects.values_list("state", "slots", "wait_reason__code")
    assert list(rows) == [("waiting", [], "submitted_there")] * 2


def test_a_clock_set_back_does_not_make_a_long_run_short(award, now):
    """It ran an hour; when that is read, the clock stands half an hour after the submission."""
    worker = Worker(ObedientEngine(now), now)
    submit(award, now, time_limit_s=2 * HOUR)
    worker.schedule()
    worker.pass_time(HOUR)
    worker.engine.end(first_key())
    worker.now -= timedelta(minutes=30, hours=1)

    worker.track()

    assert UsageRecord.objects.get().card_seconds == 2 * HOUR


def test_use_that_is_told_after_its_month_was_closed_says_so_in_its_entry(award, now):
    worker = Worker(ObedientEngine(now), now)
    submit(award, now)
    worker.schedule()
    worker.pass_time(60)
    worker.engine.end(first_key())
    Book.objects.filter(programme_code="pier").update(closed_until=now.date())

    worker.now += timedelta(days=1)
    worker.track()

    used = Entry.objects.get(key=UsageRecord.objects.get().key)
    assert used.facts["late_for"] == now.date().isoformat()


def test_what_began_before_is_followed_and_cancelled_where_praya_may_begin_no_more(
    award, now, monkeypatch
):
    worker = Worker(ObedientEngine(now), now)
    job, other = submit(award, now), submit(award, now, key="second")
    worker.schedule(), worker.track()
    monkeypatch.setattr(scheduling, "may_begin_on", lambda _engine: False)

    cancel_job(code=job.code, by=lead_of(award, now), now=now)
    worker.pass_time(60)
    worker.engine.end(run_key(other))
    worker.track(), worker.track()

    assert list(Job.objects.order_by("id").values_list("state", flat=True)) == [
        "cancelled",
        "completed",
    ]
    assert Charge.objects.count() == 2
