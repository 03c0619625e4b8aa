"""Jobs beyond the grant, where the rules let them run: uncharged, last, and stopped for others."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from tests.apps.usage.test_rounds import HOUR, Worker, numbers, submit
from tests.awarding import active_award, lead_of, make_site
from tests.fakes import ObedientEngine

from praya.apps.billing.queries.periods import book_against_meters
from praya.apps.books.commands import retrying
from praya.apps.books.models import Hold
from praya.apps.books.queries import free_use, trial_balance, verify_book
from praya.apps.reports.queries import statement
from praya.apps.usage.commands import cancel_job, expire_jobs
from praya.apps.usage.commands.scheduling import order_of
from praya.apps.usage.models import Charge, Job, UsageRecord
from praya.apps.usage.queries import run_key
from praya.apps.usage.rules import FreeUseOver
from praya.core.ledger import BookExhausted
from praya.core.quantity import CardTime, Money


def award_with(now, hours=10, **rule):
    make_site(now, life={"free_use": {"percent_max": 100} | rule})
    return active_award(now, hours=hours)


@pytest.fixture
def worker(db, now):
    return Worker(ObedientEngine(now), now)


def end(worker, job):
    worker.engine.end(run_key(job))
    worker.track()


def stands(job):
    job.refresh_from_db()
    return job.state, job.wait_reason.get("code", "")


def test_without_the_rule_a_job_beyond_the_grant_is_refused(programme, now):
    award = active_award(now, hours=10)

    with pytest.raises(BookExhausted):
        submit(award, now, cards=8, time_limit_s=2 * HOUR)


def test_what_the_line_cannot_hold_runs_and_nothing_is_held_or_charged(worker, now):
    award = award_with(now, hours=10)
    paid = submit(award, now, cards=8, time_limit_s=HOUR)
    free = submit(award, now, key="second", cards=3, time_limit_s=HOUR)
    assert (paid.is_free_use, free.is_free_use) == (False, True)
    assert Hold.objects.get().key == paid.code
    before = numbers()

    cancel_job(code=paid.code, by=lead_of(award, now), now=now)
    worker.schedule(), worker.track()
    worker.pass_time(600)
    end(worker, free)

    assert stands(free) == ("completed", "")
    assert [free_time for _, _, free_time in before] == [2 * HOUR, 4200]
    assert numbers() == [(0, 0, 10 * HOUR), (0, 0, 21_000)]
    assert free_use([award.code]) == {award.code: {"nvidia-h800·s": 1800}}
    record, charge = UsageRecord.objects.get(), Charge.objects.get()
    assert (record.kind, record.card_seconds) == ("free-use", 1800)
    assert (charge.price_minor_per_hour, charge.list_minor, charge.own_minor) == (0, 0, 0)
    made = statement(award.code, "2026-03")
    assert (made.list_price, made.own) == (Money(0, "HKD"), Money(0, "HKD"))
    assert made.free_use_by_model == {"nvidia-h800": CardTime(1800, "nvidia-h800")}
    assert book_against_meters(award.programme) == {}
    assert trial_balance("pier").is_zero
    assert verify_book("pier") == (True, [])


def test_there_is_a_hard_stop_and_what_is_promised_counts(db, now):
    award = award_with(now, hours=10)
    submit(award, now, cards=8, time_limit_s=HOUR)  # 2 card-hours are left on the line
    submit(award, now, key="free", cards=7, time_limit_s=HOUR)

    with pytest.raises(FreeUseOver) as refused:
        submit(award, now, key="over", cards=4, time_limit_s=HOUR)

    facts = refused.value.facts
    names = ("line", "asked", "left", "most", "used", "stop", "device_model", "lead")
    assert [facts[name] for name in names] == [
        *("PIR-0001.1", 4 * HOUR, 3 * HOUR, 10 * HOUR, 7 * HOUR),
        *("whole", "nvidia-h800", "Lead"),
    ]
    assert Job.objects.count() == 2
    assert submit(award, now, key="fits", cards=3, time_limit_s=HOUR).is_free_use


def test_a_month_has_a_stop_of_its_own_and_the_next_begins_anew(worker, now):
    # Accepted on 2 March: the line has 305 days, of which 30 are March's.
    award = award_with(now, hours=100, percent_max=1000, month_percent_max=10)
    march = 100 * HOUR * 30 * 10 // (305 * 100)
    submit(award, now, cards=8, time_limit_s=100 * HOUR // 8)
    job = submit(award, now, key="free", cards=1, time_limit_s=march - 5)
    assert job.is_free_use
    with pytest.raises(FreeUseOver) as refused:
        submit(award, now, key="over", cards=3, time_limit_s=HOUR)
    assert (refused.value.stop, refused.value.left) == ("month", 5)
    worker.engine.start(order_of(job))
    Job.objects.filter(pk=job.pk).update(state="running", slots=[0])
    worker.pass_time(march - 5)
    end(worker, job)
    assert free_use([award.code]) == {award.code: {"nvidia-h800·s": march - 5}}

    april = now + timedelta(days=30)

    assert submit(award, april, key="april", cards=1, time_limit_s=march - 5).is_free_use


def test_free_use_begins_last_and_leaves_for_what_is_paid_for(worker, now):
    award = award_with(now, hours=10)
    holding = submit(award, now, key="holding", cards=8, time_limit_s=HOUR)
    free = submit(award, now, key="free", cards=8, time_limit_s=HOUR)
    cancel_job(code=holding.code, by=lead_of(award, now), now=now)
    paid = submit(award, now, key="paid", cards=4, time_limit_s=HOUR)

    assert worker.schedule().started == (paid.code,)
    end(worker, paid)
    assert worker.schedule().started == (free.code,)
    worker.track()
    other = submit(award, now, key="other", cards=4, time_limit_s=HOUR)

    assert worker.schedule().started == ()
    assert stands(other) == ("waiting", "award_cap")  # one line: both count to its 8 cards
    assert stands(free) == ("running", "yielded")
    worker.track(), worker.track()
    assert stands(free) == ("cancelled", "yielded")
    assert worker.schedule().started == (other.code,)


def test_free_use_of_one_award_leaves_for_the_work_of_another(worker, now):
    first = award_with(now, hours=10)
    second = active_award(now, hours=10, lead="other@pier.example")
    holding = submit(first, now, key="holding", cards=4, time_limit_s=2 * HOUR)
    free = submit(first, now, key="free", cards=6, time_limit_s=HOUR)
    cancel_job(code=holding.code, by=lead_of(first, now), now=now)
    assert worker.schedule().started == (free.code,)
    worker.track()

    paid = submit(second, now, cards=4, time_limit_s=HOUR)
    small = submit(second, now, key="small", cards=2, time_limit_s=HOUR)

    # Two cards are free, and go to the job that fits; the other's are being freed.
    assert worker.schedule().started == ()
    assert stands(paid) == ("waiting", "yielding")
    worker.track(), worker.track()
    assert stands(free) == ("cancelled", "yielded")
    assert worker.schedule().started == (paid.code, small.code)


def test_free_use_that_never_ran_leaves_no_trace_in_the_book(worker, now):
    award = award_with(now, hours=1, percent_max=200)
    free = submit(award, now, cards=8, time_limit_s=HOUR // 8 + 60, key="free")
    assert free.is_free_use

    cancel_job(code=free.code, by=lead_of(award, now), now=now)
    expire_jobs(now=now)

    assert stands(free) == ("cancelled", "asked")
    assert free_use([award.code]) == {}
    assert numbers() == [(0, 0, HOUR), (0, 0, 2100)]


@pytest.mark.django_db(transaction=True)
def test_jobs_at_once_stay_below_the_stop(now):
    award = award_with(now, hours=1, percent_max=500)
    begin = threading.Barrier(4)
    answers: list[str] = []

    def ask(hand: int) -> None:
        begin.wait()
        try:
            retrying(lambda: submit(award, now, key=str(hand), cards=2, time_limit_s=HOUR))
            answers.append("free use")
        except FreeUseOver:
            answers.append("over")
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(hand,)) for hand in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["free use", "free use", "over", "over"]
    assert set(Job.objects.values_list("is_free_use", flat=True)) == {True}
