"""Jobs that came in on clusters themselves, and the machines that clusters tell of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.apps.forecasts.cases import HOUR, answer, leased, linked, site, submit, there
from tests.awarding import active_award
from tests.factories import make_programme

from praya.apps.awards.models import Award
from praya.apps.clusters.models import Partition as SitePartition
from praya.apps.enforcement.models import ClusterJob, Link
from praya.apps.forecasts.commands import ask_daily, begin_forecast, score_forecasts
from praya.apps.forecasts.models import Expectation, Forecast
from praya.apps.forecasts.queries import base_of
from praya.apps.forecasts.queries.on_clusters import Places, held_on, runs_on
from praya.apps.forecasts.rules import WhatIf, WhatIfKind, changed_by
from praya.apps.people.models import UnixName
from praya.apps.usage.commands import measure_leased_runs, receive_runs
from praya.apps.usage.models import Job
from praya.core.execution.accounting import RunEnd, Used
from praya.core.simulator.cluster.model import Partition
from praya.core.simulator.forecast.refusals import NotWholeNodes

pytestmark = pytest.mark.django_db
MODEL = "nvidia-h800"


@pytest.fixture
def place(now):
    """The small site, its cluster being a Slurm with three machines of four cards."""
    award, lease = site(now, devices=12)
    UnixName.objects.create(person=award.lead, name="mei", set_at=now)
    linked(now)
    return award, lease


def run(now, number="27", *, ended_h=1, hours=3, cards=2, nodes=1, **facts):
    """A run that ended so many hours ago, a quarter of an hour after it was submitted."""
    end = int(now.timestamp()) - ended_h * HOUR
    begin = end - hours * HOUR
    told = Used(
        key=f"quay:{number}:1",
        account="pir-0001",
        member="mei",
        job_id=number,
        run_key="",
        partition="H800",
        device_model=MODEL,
        cards=cards,
        submitted_at=begin - 900,
        began_at=begin,
        ended_at=end,
        held_s=hours * HOUR,
        end=RunEnd.COMPLETED,
        exit_code=0,
        signal=0,
        time_limit_s=12 * HOUR,
        nodes=nodes,
    )
    return replace(told, **facts)


def receive(now, *runs):
    receive_runs(cluster_code="quay", runs=runs, awards={"pir-0001": "PIR-0001"}, now=now)


def test_runs_of_a_cluster_are_history_once_and_as_they_were_told_last(place, now):
    before = base_of("pier", now, days=30)
    asked = [one for one in before.demands if one.award == "PIR-0001.1"]
    receive(now, run(now), run(now, "28", hours=6))
    receive(now, run(now, hours=4))  # somebody mended the accounts

    found = base_of("pier", now, days=30)

    [demand] = [one for one in found.demands if one.award == "PIR-0001.1"]
    added = sorted(demand.kinds.run_s)
    for one in asked[0].kinds.run_s:
        added.remove(one)
    assert added == [4 * HOUR, 6 * HOUR]
    [everybody, mine] = found.run_times
    # The member is known on the cluster, so their jobs here and there are one past.
    assert (len(everybody.permille), len(mine.permille), mine.user) == (8, 8, "mei")
    assert mine.permille[-2:] == (500, 333)


def test_a_run_is_as_it_was_told_last_though_it_ended_later_than_that(place, now):
    receive(now, run(now, ended_h=2, hours=3), run(now, "28"))
    # Somebody mended the accounts; one has moved to cards that the award has none of.
    receive(now, run(now, ended_h=1, hours=5), run(now, "28", device_model="other"))
    places = Places(list(SitePartition.objects.select_related("cluster", "device_model")))
    since = now - timedelta(days=1)

    past, held = runs_on(places, since, 100), held_on(places, since, now, now)

    assert [(one.code, one.run_s) for one in past] == [("quay/27", 5 * HOUR)]
    ago = [now - timedelta(hours=hours) for hours in (6, 1)]
    assert held == [("PIR-0001.1", 2, *ago)]


def test_a_run_on_a_lease_is_the_leases_history(place, now):
    _award, lease = place
    line = lease.lines.get()
    runs = [run(now, f"3{one}", account="pir-0002-1", hours=1 + one) for one in range(5)]
    measure_leased_runs(cluster_code="quay", runs=runs, lines={"pir-0002-1": line}, now=now)

    [demand] = [one for one in base_of("pier", now, days=30).demands if one.at == line.code]

    assert sorted(demand.kinds.run_s) == [one * HOUR for one in range(1, 6)]


def test_what_is_alive_on_a_cluster_runs_and_waits_in_the_forecast(place, now):
    award, lease = place
    there(award, now, "40", began_at=now - timedelta(hours=2), holds="nothing", nodes=2)
    there(lease, now, "41", account="pir-0002-1")
    there(award, now, "42_[1-3,7%2]", cards=4, submitted_at=now - timedelta(minutes=1))
    there(award, now, "43", holds="held")
    there(award, now, "44", job=Job.objects.get(state="waiting"))

    found = base_of("pier", now, days=30)

    [running] = found.running
    # Two cards, one on each of two machines: the lease holds the last.
    assert (running.name, running.award, running.pool) == ("quay/40", "PIR-0001.1", "quay/h800")
    assert (running.on, running.cards, running.user) == ((0, 1), 1, "mei")
    assert running.begun_s == found.now_s - 2 * HOUR
    told = [(one.name, one.award, one.at, one.nodes, one.cards) for one in found.waiting]
    assert told == [
        ("quay/41", "PIR-0002.1", "PIR-0002.1", 1, 2),
        *((f"quay/42_[1-3,7%2] ({one})", "PIR-0001.1", "quay/h800", 1, 4) for one in range(1, 5)),
        (Job.objects.get(state="waiting").code, "PIR-0001.1", "quay/h800", 1, 2),
    ]


def test_jobs_of_other_programmes_there_are_nobodys(place, now):
    award, _lease = place
    there(award, now, "40", began_at=now)
    there(award, now, "41_[3,7%2]")
    Award.objects.filter(pk=award.pk).update(
        programme=make_programme(now, code="jetty", prefix="JET")
    )
    Link.objects.get().cluster.partitions.update(programme_code="")

    found = base_of("pier", now, days=30)

    assert {one.award for one in (*found.running, *found.waiting)} == {"others"}
    # Nor do their numbers show, of jobs there or of Praya's own.
    assert [one.name for one in found.running] == ["others-1"]
    assert [one.name for one in found.waiting] == ["others-2", "others-3", "others-4"]


def test_starts_and_use_of_jobs_on_a_cluster_are_scored(place, now):
    award, _lease = place
    there(award, now, "40")
    there(award, now, "41", submitted_at=now)
    there(award, now, "42_[1-2]", submitted_at=now)
    ask_daily(programme_code="pier", now=now)
    begin_forecast(now=now)
    answer(Forecast.objects.get().code, now)
    starts = Expectation.objects.filter(measure="start", subject__contains="/")
    assert sorted(starts.values_list("subject", flat=True)) == ["quay/40", "quay/41"]
    score_forecasts(now=now + timedelta(minutes=5))
    assert not starts.filter(known_at__isnull=False).exists()

    # One ran for three hours from the next hour on; the other was cancelled before it began.
    ClusterJob.objects.filter(number__in=("40", "41")).delete()
    ran = run(now, "40", ended_h=-4, submitted_at=int(now.timestamp()) - 300)
    receive(now + timedelta(hours=5), ran)
    score_forecasts(now=now + timedelta(hours=5))
    assert starts.get(subject="quay/40").actual == int(now.timestamp()) + HOUR
    assert starts.get(subject="quay/41").known_at is None
    later = now + timedelta(days=2)
    score_forecasts(now=later)

    cancelled = starts.get(subject="quay/41")
    assert (cancelled.actual, cancelled.known_at) == (None, later)
    use = Expectation.objects.filter(measure="use", subject=f"{award.code}.1").earliest("due_at")
    assert use.actual == 2 * 3 * HOUR


def test_machines_of_a_cluster_are_nodes_where_all_have_as_many_cards(place, now):
    award, _lease = place
    submit(award, now, "wide", cards=6)

    found = base_of("pier", now, days=30)

    assert found.cluster.partitions == (Partition("quay/h800", MODEL, 3, 4),)
    assert [(one.nodes, one.cards) for one in found.waiting] == [(1, 2), (2, 3)]
    [demand, _] = found.demands
    assert set(zip(demand.kinds.nodes, demand.kinds.cards, strict=True)) == {(1, 2)}

    Link.objects.update(partitions=[{"name": "H800", "sizes": {"h800": [2, 4]}}])
    assert base_of("pier", now, days=30).cluster.partitions[0].cards == 1
    Link.objects.update(partitions=[{"name": "H800", "sizes": {"h800": [5]}}])
    assert base_of("pier", now, days=30).cluster.partitions[0].cards == 1


def test_slots_are_nodes_where_a_lease_is_a_part_of_a_machine(place, now):
    _award, lease = place
    there(lease, now, "41", account="pir-0002-1", cards=6)
    leased(6)

    found = base_of("pier", now, days=30)

    # On machines the lease would lie as four and two, and a job of three and three never start.
    assert found.cluster.partitions == (Partition("quay/h800", MODEL, 12, 1),)
    [line] = [one for one in found.waiting if one.name == "quay/41"]
    assert (line.at, line.nodes, line.cards) == ("PIR-0002.1", 6, 1)
    leased(8)
    whole = base_of("pier", now, days=30).cluster.partitions
    assert whole == (Partition("quay/h800", MODEL, 3, 4),)


def test_a_job_without_an_even_split_stands_on_its_machines(place, now):
    award, _lease = place
    submit(award, now, "uneven", cards=7)
    there(award, now, "43", cards=5, nodes=2, began_at=now)

    found = base_of("pier", now, days=30)

    assert [(one.nodes, one.cards) for one in found.waiting] == [(1, 2), (2, 3)]
    assert [(one.on, one.cards) for one in found.running] == [((0, 1), 2)]


def test_whole_machines_are_closed_and_an_award_more_asks_by_the_machine(place, now):
    active_award(now, hours=10, lead="more@pier.example")
    question = base_of("pier", now, days=30)
    first, last = now.date() + timedelta(days=1), now.date() + timedelta(days=3)
    close = WhatIf(
        WhatIfKind.CLOSE_CARDS, partition="quay/h800", cards=4, first_on=first, last_on=last
    )

    found = changed_by(question, [close])

    assert [(one.first_node, one.nodes) for one in found.cluster.windows] == [(1, 1)]
    with pytest.raises(NotWholeNodes):
        changed_by(question, [replace(close, cards=2)])
    more = WhatIf(
        WhatIfKind.ADD_AWARD,
        device_model=MODEL,
        cards=8,
        card_hours=10_000,
        first_on=first,
        last_on=last,
    )
    shapes = changed_by(question, [more]).demands[-1].kinds
    assert set(zip(shapes.nodes, shapes.cards, strict=True)) == {(2, 4), (1, 4), (1, 2), (1, 1)}
