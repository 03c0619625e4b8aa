"""A cluster's own sums against the book, day by day: what differs is told down to the job."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from tests.apps.enforcement.conftest import CODE
from tests.awarding import lead_of
from tests.factories import appointed, make_admin, make_partition
from tests.fakes import ObedientEngine

from praya.apps.enforcement.commands import Comparison, compare_again, compare_last_days
from praya.apps.enforcement.engines import own_user
from praya.apps.enforcement.models import ComparedDay, DayDifference, Link
from praya.apps.enforcement.queries import link_of
from praya.apps.enforcement.queries.comparing import completeness_visible_to, reasons_of, span_of
from praya.apps.enforcement.rules import DaysUnfit, Unreachable
from praya.apps.notices.models import Letter
from praya.apps.people.models import Person
from praya.apps.usage.commands import run_schedule, submit_job, track_jobs
from praya.apps.usage.models import Job, RunCorrection, UsageRecord
from praya.apps.usage.queries.own import own_jobs
from praya.core.actor import Role
from praya.core.execution.accounting import DayTotal, RunEnd, Usage, Used
from praya.core.execution.completeness import ReasonKind
from praya.core.execution.port import EngineUnavailable
from praya.core.refusal import NotAllowed

MODEL = "nvidia-h800"


@pytest.fixture
def run(harbour, now):
    """Two cards for an hour, at noon two days ago; awards are held since long before."""
    Link.objects.update(charged_since=now - timedelta(days=30))
    at = int(datetime(now.year, now.month, now.day, 12, tzinfo=UTC).timestamp()) - 2 * 86_400
    return Used(
        "trial:7:1", "pir-0001", "mei", "7", "", "gpu", MODEL, 2, at - 60, at, at + 3600, 3600,
        RunEnd.COMPLETED, 0, 0, 7200,
    )  # fmt: skip


def summed(harbour, run, seconds):
    """The cluster has so many seconds of the run's hours in its sums, all of them under h800."""

    def sums(since, until):
        if not since <= run.began_at < until:
            return ()
        return (
            DayTotal("pir-0001", "mei", "", seconds),
            DayTotal("pir-0001", "mei", MODEL, seconds),
            DayTotal("physics", "bob", MODEL, 99),
        )

    harbour.sums = sums


def differences():
    rows = DayDifference.objects.order_by("pk")
    return [(row.kind, row.card_seconds, row.job_id) for row in rows]


def test_what_the_rounds_missed_is_received_and_then_nothing_differs(harbour, run, now):
    harbour.told = Usage((run,), ())
    summed(harbour, run, 7200)

    assert compare_last_days(code=CODE, now=now) == Comparison(days=3, rows=1, to_look_at=0)
    assert UsageRecord.objects.get().card_seconds == 7200
    [day] = ComparedDay.objects.all()
    assert (day.summed_s, day.charged_s, day.award_code) == (7200, 7200, "PIR-0001")
    assert differences() == []
    assert compare_last_days(code=CODE, now=now + timedelta(minutes=5)) is None
    compare_last_days(code=CODE, now=now + timedelta(minutes=65))
    assert ComparedDay.objects.count() == 1


def test_nothing_is_compared_while_the_cluster_leaves_runs_out(harbour, run, now):
    harbour.told = Usage((), (), left_out="Unable to contact slurm controller")
    summed(harbour, run, 7200)

    with pytest.raises(EngineUnavailable, match="contact slurm"):
        compare_last_days(code=CODE, now=now)
    assert not ComparedDay.objects.exists()


@pytest.fixture
def own_job(award, harbour, now, monkeypatch):
    """Two cards for an hour from now on, submitted through Praya and settled; as it is told."""
    monkeypatch.setattr(settings, "PRAYA_SLURM_OWN_JOBS", True)
    make_partition(now, cluster_code=CODE, engine="slurm", programme_code="pier")
    facts = {"cards": 2, "time_limit_s": 7200, "argv": ["true"], "key": "k"}
    submit_job(award_code=award.code, **facts, by=lead_of(award, now), now=now)
    engine, at = ObedientEngine(now), int(now.timestamp())
    run_schedule(engine=engine, cluster_code=CODE, now=now)
    [key] = engine.orders
    folder = settings.PRAYA_HOME / "engines" / CODE / "jobs" / key
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "submitted.json").write_text('{"job_id": "9"}')
    engine.pass_time(3600)
    engine.end(key)
    track_jobs(engine=engine, cluster_code=CODE, now=now + timedelta(hours=1))
    return Used(
        "trial:9:1", "pir-0001", own_user(), "9", key, "h800", MODEL, 2, at, at, at + 3600, 3600,
        RunEnd.COMPLETED, 0, 0, 7200,
    )  # fmt: skip


def test_praya_s_own_job_is_charged_once_and_nothing_differs(own_job, harbour, now):
    harbour.told = Usage((own_job,), ())
    summed(harbour, own_job, 7200)

    assert compare_last_days(code=CODE, now=now + timedelta(hours=3)).to_look_at == 0
    assert UsageRecord.objects.get().job == Job.objects.get(counted_s=7200)
    assert differences() == []


def test_the_number_tells_praya_s_own_job_and_once_it_is_forgotten_the_time(own_job, now):
    job, key = Job.objects.get(), own_job.run_key
    again = replace(own_job, run_key=key.removesuffix("1") + "2")  # an attempt that never began
    other, unknown = replace(own_job, job_id="10"), replace(own_job, run_key="J-999999.1")
    later = replace(own_job, ended_at=own_job.ended_at + 601)
    told = (own_job, again, other, unknown, replace(own_job, member="mei"))
    assert own_jobs(CODE, told, user=own_user()) == {(key, "9"): job.pk}
    assert own_jobs(CODE, [replace(own_job, member="mei")], user=own_user()) == {}

    [folder] = (settings.PRAYA_HOME / "engines" / CODE / "jobs").glob(key)
    shutil.rmtree(folder)
    assert own_jobs(CODE, [own_job], user=own_user()) == {(key, "9"): job.pk}
    assert own_jobs(CODE, [later], user=own_user()) == {}


@pytest.mark.parametrize("user", ["mei", own_user()])
def test_a_job_that_only_bears_the_name_of_praya_s_is_compared_as_its_own(
    own_job, harbour, now, user
):
    forged = replace(own_job, key="trial:10:1", job_id="10", member=user, cards=1)
    harbour.told = Usage((own_job, forged), ())
    summed(harbour, own_job, 10_800)

    compare_last_days(code=CODE, now=now + timedelta(hours=3))
    charged = UsageRecord.objects.order_by("card_seconds").values_list("card_seconds", "job")
    assert list(charged) == [(3600, None), (7200, Job.objects.get().pk)]
    assert differences() == []


def test_a_node_s_failure_and_an_unknown_card_are_explained_to_the_job(harbour, run, now):
    failed = replace(run, end=RunEnd.NODE_FAILED)
    other = replace(run, key="trial:8:1", job_id="8", device_model="ascend-910b")
    harbour.told = Usage((failed, other), ())
    summed(harbour, run, 7200)

    compare_last_days(code=CODE, now=now)
    assert differences() == [
        ("set-aside", 7200, "8"), ("unexplained", -7200, ""), ("refunded", 7200, "7"),
    ]  # fmt: skip
    found = DayDifference.objects.values_list("why", flat=True).order_by("pk")
    assert list(found) == ["usage.no_line", "", "node-failed"]


def test_what_was_charged_and_is_gone_is_told_to_operators_once(harbour, run, now):
    operator = appointed("pier", Role.OPERATOR, now)
    harbour.told = Usage((run,), ())
    summed(harbour, run, 7200)
    compare_last_days(code=CODE, now=now)
    assert not Letter.objects.filter(kind="cluster.incomplete").exists()

    harbour.told, harbour.sums = Usage((), ()), lambda *_: ()
    for hours in (2, 4):
        compare_last_days(code=CODE, now=now + timedelta(hours=hours))

    assert differences() == [("gone", -7200, "7")]
    letter = Letter.objects.get(kind="cluster.incomplete")
    assert letter.to == Person.objects.get(pk=operator.person_id)
    assert letter.facts["card_seconds"] == 7200


def test_accounts_that_tell_of_nothing_are_an_outage_and_nobody_is_told_that_all_is_gone(
    harbour, run, now
):
    appointed("pier", Role.OPERATOR, now)
    harbour.told = Usage((run,), ())
    summed(harbour, run, 7200)
    compare_last_days(code=CODE, now=now)

    harbour.told = Usage((), ())
    with pytest.raises(EngineUnavailable, match="nothing that ended"):
        compare_last_days(code=CODE, now=now + timedelta(hours=2))
    assert differences() == []
    assert ComparedDay.objects.get().compared_at == now
    assert not Letter.objects.filter(kind="cluster.incomplete").exists()


def test_a_day_is_compared_as_far_as_the_cluster_has_summed_it(harbour, run, now):
    harbour.told = Usage((run,), ())
    harbour.summed = run.began_at + 1800
    summed(harbour, run, 3600)

    assert compare_last_days(code=CODE, now=now).days == 1
    [day] = ComparedDay.objects.all()
    assert (day.summed_s, day.charged_s) == (3600, 3600)
    assert day.until == link_of(CODE).summed_until == datetime.fromtimestamp(harbour.summed, UTC)


def test_a_corrected_run_counts_as_it_was_charged_last(harbour, run, now):
    harbour.told = Usage((run,), ())
    summed(harbour, run, 7200)
    compare_last_days(code=CODE, now=now)
    harbour.told = Usage((replace(run, held_s=600, ended_at=run.began_at + 600),), ())
    summed(harbour, run, 1200)

    compare_last_days(code=CODE, now=now + timedelta(hours=2))
    [day] = ComparedDay.objects.all()
    assert (day.summed_s, day.charged_s, differences()) == (1200, 1200, [])
    assert RunCorrection.objects.get().becomes_s == 1200


def test_days_left_out_are_those_that_are_shown(harbour, run, now, settings):
    settings.TIME_ZONE = "Asia/Hong_Kong"
    late = now.replace(hour=20)  # there it is the next day
    seen = completeness_visible_to(make_admin(now), CODE, first_on=None, last_on=None, now=late)
    assert (seen.first_on, seen.last_on) == (date(2026, 2, 25), date(2026, 3, 3))

    days = {"first_on": None, "last_on": None}
    compare_again(code=CODE, **days, by=make_admin(now), now=late)
    assert harbour.reads[-1][0] == span_of(seen.first_on).since
    Link.objects.update(enforced_since=late, charged_since=late)
    compare_again(code=CODE, **days, by=make_admin(now), now=late)
    assert harbour.reads[-1][0] == span_of(seen.last_on).since


def test_a_run_over_the_site_s_midnight_counts_on_both_of_its_days(harbour, run, now, settings):
    """Midnight of the site is four in the afternoon for the cluster's programs."""
    settings.TIME_ZONE = "Asia/Hong_Kong"
    begin = run.began_at + 3 * 3600 + 1800
    over = replace(run, submitted_at=begin, began_at=begin, ended_at=begin + 3600)
    harbour.told = Usage((over,), ())

    def sums(since, until):
        seconds = 2 * max(0, min(until, over.ended_at) - max(since, begin))
        return (DayTotal("pir-0001", "mei", MODEL, seconds),) if seconds else ()

    harbour.sums = sums
    compare_last_days(code=CODE, now=now)
    first_on = datetime.fromtimestamp(begin, UTC).date()
    days = ComparedDay.objects.order_by("day").values_list("day", "summed_s", "charged_s")
    assert list(days) == [(first_on + timedelta(days=day), 3600, 3600) for day in (0, 1)]
    assert differences() == []


def test_only_days_on_which_awards_were_held_are_compared(harbour, run, now):
    held_on, one = (now - timedelta(days=30)).date(), timedelta(days=1)
    for day in (date.min, held_on - one, now.date() + one, date.max):
        with pytest.raises(DaysUnfit):
            compare_again(code=CODE, first_on=day, last_on=day, by=make_admin(now), now=now)
    Link.objects.update(enforced_since=None)
    with pytest.raises(DaysUnfit):
        compare_again(code=CODE, first_on=None, last_on=None, by=make_admin(now), now=now)
    assert harbour.reads == []
    days = {"first_on": None, "last_on": date.min}
    assert completeness_visible_to(make_admin(now), CODE, **days, now=now).first_on == date.min


def test_who_operates_machines_compares_again_and_others_only_look(harbour, run, now):
    harbour.told = Usage((run,), ())
    summed(harbour, run, 7000)
    first, last = (now - timedelta(days=40)).date(), now.date()
    operator, auditor = (appointed("pier", role, now) for role in (Role.OPERATOR, Role.AUDITOR))
    days = {"first_on": last - timedelta(days=4), "last_on": last}

    with pytest.raises(NotAllowed):
        compare_again(code=CODE, **days, by=auditor, now=now)
    with pytest.raises(DaysUnfit):
        compare_again(code=CODE, first_on=first, last_on=last, by=operator, now=now)
    assert compare_again(code=CODE, **days, by=operator, now=now).to_look_at == 1
    seen = completeness_visible_to(auditor, CODE, now=now, **days)
    [day] = seen.days
    assert reasons_of([day]) == {day.pk: {ReasonKind.UNEXPLAINED: (-200, 1)}}

    harbour.is_away = True
    with pytest.raises(Unreachable):
        compare_again(code=CODE, **days, by=make_admin(now), now=now)
    with pytest.raises(EngineUnavailable):
        compare_last_days(code=CODE, now=now + timedelta(hours=2))
    assert ComparedDay.objects.count() == 1, "what was found before stands"
