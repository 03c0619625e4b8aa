"""The site as a question."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest
import yaml
from tests.apps.forecasts.cases import HOUR, ended, site, submit, waiting
from tests.awarding import Given, active_award, make_site
from tests.factories import make_admin, make_programme, minimal_programme_yaml

from praya.apps.applications.models import Application
from praya.apps.awards.models import Award, AwardLine
from praya.apps.clusters.commands import set_capacity
from praya.apps.clusters.models import Cluster, DeviceModel
from praya.apps.clusters.rules import CapacityKind
from praya.apps.enforcement.models import Link
from praya.apps.forecasts.queries import base_of
from praya.apps.forecasts.rules import (
    NoMachines,
    NothingToRun,
    WhatIf,
    WhatIfKind,
    changed_by,
)
from praya.apps.life.models import LinePlan
from praya.apps.usage.models import Job
from praya.core.execution.discovery import LineSeen
from praya.core.scheduling.pool import Backfill
from praya.core.simulator.cluster.model import Order, Partition, Policy, Quality
from praya.core.simulator.forecast.question import Device, JobsLike, Kinds
from praya.core.simulator.forecast.refusals import WeightIdle

pytestmark = pytest.mark.django_db


def test_machines_awards_leases_jobs_and_history_are_there(now):
    site(now)

    found = base_of("pier", now, days=30)

    assert found.cluster.partitions == (Partition("quay/h800", "nvidia-h800", 8, 1),)
    assert [(one.name, one.cards_max) for one in found.cluster.awards] == [
        ("PIR-0001.1", 8),
        ("PIR-0002.1", None),
    ]
    [lease] = found.cluster.leases
    assert (lease.name, lease.cards) == ("PIR-0002.1", 2)
    [line] = found.waiting
    assert (line.name, line.award, line.nodes) == (waiting(), "PIR-0001.1", 2)
    [demand, of_lease] = found.demands
    # Six jobs ran one to three hours on two cards.
    assert set(demand.kinds.run_s) == {HOUR, 2 * HOUR, 3 * HOUR}
    assert set(demand.kinds.nodes) == {2}
    assert demand.ends_s == found.cluster.awards[0].ends_at > found.until_s
    # Nobody ran on the lease yet: all of it is asked for, by jobs like the programme's.
    assert of_lease.at == lease.name
    assert of_lease.kinds == replace(demand.kinds, like=JobsLike.OTHERS)
    assert of_lease.card_seconds == 2 * (lease.ends_at - found.now_s)
    [standing, _] = found.standings
    assert standing.used_card_seconds == 24 * HOUR


def test_cards_draw_what_the_site_knows_and_more_for_nodes_and_building(now, settings):
    site(now)
    assert [(one.watts_busy, one.watts_idle) for one in base_of("pier", now, days=30).devices] == [
        (0, 0)
    ]
    power = {"watts": 700, "idle_watts": None, "source": "the data sheet"}
    DeviceModel.objects.filter(code="nvidia-h800").update(power=power)
    settings.PRAYA_NODE_PERCENT, settings.PRAYA_PUE_PERCENT = 150, 120

    found = base_of("pier", now, days=30)

    assert found.devices == (Device("nvidia-h800", watts_busy=700, watts_idle=0),)
    assert found.energy_percent == 180


def test_the_line_is_ordered_as_the_cluster_orders_it(now):
    site(now)
    assert base_of("pier", now, days=30).policy == Policy()
    line = LineSeen(
        passes=False,
        by_priority=True,
        age=5,
        fair_share=7,
        age_s_max=60,
        half_life_s=0,
        every_s=300,
    )
    Link.objects.create(
        cluster=Cluster.objects.get(code="quay"), called="quay", checked_at=now, line=asdict(line)
    )

    found = base_of("pier", now, days=30)

    assert found.policy_of == "quay"
    assert (found.policy.order, found.policy.backfill) == (Order.PRIORITY, Backfill.NONE)
    weights = found.policy.weights
    assert (weights.age, weights.fair_share, weights.age_s_max) == (5, 7, 60)
    assert weights.half_life_s > 10**9  # use never fades


def classes(now, **qualities):
    """Two awards, the second of a call with a class of service, on such a cluster."""
    [call] = yaml.safe_load(minimal_programme_yaml())["calls"]
    make_site(now, calls=[call, call | {"code": "fast", "service_class": "urgent"}])
    active_award(now, hours=400)
    second = active_award(now, hours=400)
    Application.objects.filter(pk=second.application_id).update(call_code="fast")
    submit(second, now, "waits")
    line = LineSeen(passes=True, by_priority=True, quality=10)
    Link.objects.create(
        cluster=Cluster.objects.get(code="quay"),
        called="quay",
        checked_at=now,
        line=asdict(line),
        qualities=qualities,
    )
    return base_of("pier", now, days=30)


def test_jobs_are_in_the_class_of_service_that_their_award_is_held_in(now):
    found = classes(now, normal=5, urgent=100, whatever=3)

    assert found.cluster.qualities == (
        Quality("normal", 5),
        Quality("urgent", 100),
        Quality("whatever", 3),
    )
    assert {one.award: set(one.kinds.quality) for one in found.demands} == {
        "PIR-0001.1": set(),
        "PIR-0002.1": {"urgent"},
    }
    assert [(one.award, one.quality) for one in found.waiting] == [("PIR-0002.1", "urgent")]
    weighed = changed_by(found, [WhatIf(WhatIfKind.SET_WEIGHT, choice="quality", value=500)])
    assert weighed.policy.weights.quality == 500


def test_a_class_that_the_cluster_has_not_is_the_usual_one(now):
    found = classes(now, normal=0, other=7)

    assert {quality for one in found.demands for quality in one.kinds.quality} == set()
    assert [one.quality for one in found.waiting] == [""]
    with pytest.raises(WeightIdle):
        changed_by(found, [WhatIf(WhatIfKind.SET_WEIGHT, choice="quality", value=500)])


def test_a_lease_without_a_past_is_as_busy_as_others_were(now):
    _award, lease = site(now)
    Award.objects.update(started_at=now - timedelta(days=10))
    AwardLine.objects.update(first_on=now.date() - timedelta(days=10))
    # Two cards for ten days; jobs held both for a fifth of that time.
    for number in range(6):
        began = now - timedelta(days=6 - number)
        ended(submit(lease, began, f"leased-{number}"), began, hours=8)
    new = active_award(now, lines=[Given(shape="cards", cards=1)], lead="new@pier.example")

    [taken] = [one for one in base_of("pier", now, days=30).demands if one.at == f"{new.code}.1"]

    assert taken.card_seconds == (taken.ends_s - taken.begins_s) * 200 // 1000


def test_an_award_without_a_past_asks_by_its_teams_plan(now):
    make_site(now)
    award = active_award(now, hours=400)
    AwardLine.objects.filter(award=award).update(plan={"2026-03": 31, "2026-05": 369})

    [demand] = base_of("pier", now, days=30).demands

    months = [amount for _, amount in demand.course]
    assert len(months) == 10  # from March to December
    assert months[1] == sum(months[3:]) == 0
    # Of March a day and more is gone: 29 of 398 hours.
    assert months[0] == 400 * HOUR * 29 // 398
    assert demand.card_seconds == 400 * HOUR


TOLD = {"jobs": 12, "job_cards": 4, "job_hours": "5", "repeat_percent": "0"}


def test_an_award_without_a_past_runs_the_jobs_that_its_team_told(now):
    make_site(now)
    award = active_award(now, hours=400)
    [invented] = base_of("pier", now, days=300).demands
    AwardLine.objects.filter(award=award).update(sizing=TOLD)

    [demand] = base_of("pier", now, days=300).demands

    told = Kinds((4,), (1,), (5 * HOUR,), (5 * HOUR * 3 // 2,), like=JobsLike.TOLD)
    assert (invented.kinds.like, demand.kinds) == (JobsLike.INVENTED, told)
    assert replace(demand, kinds=invented.kinds) == invented


def test_a_lease_without_a_past_runs_the_jobs_that_its_team_told(now):
    _award, lease = site(now)
    AwardLine.objects.filter(award=lease).update(sizing=TOLD)

    [_past, of_lease] = base_of("pier", now, days=30).demands

    # Its two cards take ten hours for what four do in five; others' rhythm stays.
    assert of_lease.kinds == Kinds((2,), (1,), (10 * HOUR,), (15 * HOUR,), like=JobsLike.TOLD)


def test_the_past_of_an_award_leads_over_what_its_team_told(now):
    award, _lease = site(now)
    [before, of_lease] = base_of("pier", now, days=30).demands
    assert (before.kinds.like, of_lease.kinds.like) == (JobsLike.PAST, JobsLike.OTHERS)
    AwardLine.objects.filter(award=award).update(sizing=TOLD)

    [after, _] = base_of("pier", now, days=30).demands

    assert after == before


def test_the_plan_that_counts_is_the_last_one_made_on_the_award(now):
    make_site(now)
    award = active_award(now, hours=400)
    AwardLine.objects.update(plan={"2026-03": 400})
    for number, month in enumerate(("2026-04", "2026-05"), start=1):
        LinePlan.objects.create(
            line=AwardLine.objects.get(award=award),
            number=number,
            months={month: 400},
            at=now,
            by=award.lead,
        )

    [demand] = base_of("pier", now, days=30).demands

    assert [amount for _, amount in demand.course][:4] == [0, 0, 400 * HOUR, 0]


def test_free_use_is_in_nobodys_way(now):
    site(now)
    Job.objects.filter(state="waiting").update(is_free_use=True)
    past = base_of("pier", now, days=30).demands[0]
    Job.objects.filter(state="completed").update(is_free_use=True)

    found = base_of("pier", now, days=30)

    assert (found.waiting, found.run_times) == ((), ())
    assert found.demands[0].kinds != past.kinds


def test_running_jobs_lie_on_cards_that_nobody_leases(now):
    award, _lease = site(now)
    job = submit(award, now, "runs", cards=3)
    Job.objects.filter(pk=job.pk).update(
        state="running", slots=[0, 1, 2], started_at=now - timedelta(hours=1)
    )

    [running] = base_of("pier", now, days=30).running

    assert running.on == (0, 1, 2)
    assert running.begun_s == base_of("pier", now, days=30).now_s - HOUR


def test_capacity_that_comes_and_goes_is_closed_nodes(now):
    make_site(now)
    active_award(now, hours=100)
    by = make_admin(now)
    for kind in CapacityKind:
        set_capacity(
            cluster_code="quay",
            partition_code="h800",
            kind=kind,
            devices=4,
            first_on=date(2026, 3, 11),
            by=by,
            now=now,
        )

    found = base_of("pier", now, days=30)

    assert found.cluster.partitions[0].nodes == 12
    [window] = found.cluster.windows
    assert (window.first_node, window.nodes) == (0, 4)
    assert found.day(window.ends_at + 8 * HOUR) == date(2026, 3, 11)


def test_more_awards_are_the_same_number_of_queries(now, django_assert_num_queries):
    site(now)
    base_of("pier", now, days=30)
    with django_assert_num_queries(11):
        base_of("pier", now, days=30)
    for number in range(3):
        award = active_award(now, hours=50, lead=f"lead{number}@pier.example")
        submit(award, now, f"more-{number}")
    with django_assert_num_queries(11):
        base_of("pier", now, days=30)


def test_without_machines_or_work_there_is_no_question(now):
    make_programme(now)
    with pytest.raises(NoMachines):
        base_of("pier", now, days=30)


def test_without_work_there_is_no_question(now):
    make_site(now)
    with pytest.raises(NothingToRun):
        base_of("pier", now, days=30)


def test_short_jobs_do_not_become_millions(now):
    award, _lease = site(now)
    rich = active_award(now, hours=400_000, lead="rich@pier.example")
    Job.objects.filter(state="completed").update(
        started_at=now - timedelta(days=1), ended_at=now - timedelta(days=1) + timedelta(seconds=2)
    )

    found = {one.award: one for one in base_of("pier", now, days=365).demands}

    for line in (f"{award.code}.1", f"{rich.code}.1"):
        kinds = found[line].kinds
        sizes = [nodes * run for nodes, run in zip(kinds.nodes, kinds.run_s, strict=True)]
        assert found[line].card_seconds <= 20_000 * sum(sizes) / len(sizes)
