"""The rounds on a cluster: brought to what is wanted, left alone when it is, healed by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.apps.enforcement.conftest import CODE
from tests.awarding import active_award, lead_of
from tests.factories import appointed, make_admin

from praya.apps.awards.commands import suspend_award
from praya.apps.awards.models import Award
from praya.apps.awards.rules import AwardState
from praya.apps.clusters.commands import add_partition
from praya.apps.clusters.rules import ClusterBusy
from praya.apps.enforcement.commands import (
    Followed,
    add_cluster_of_kind,
    follow_cluster,
    heed_drift,
    ignore_drift,
    link_cluster,
    look_again,
    read_accounts,
    start_enforcing,
    stop_enforcing,
)
from praya.apps.enforcement.models import Drift, Link
from praya.apps.enforcement.queries import lines_wanted, link_of, wanted_on
from praya.apps.enforcement.rules import (
    AllowsMore,
    AnotherCluster,
    ReasonMissing,
    SettingsUnmet,
)
from praya.apps.people.models import AuditLine
from praya.apps.usage.commands import close_cluster, submit_job
from praya.apps.usage.queries import days_of, zone_of
from praya.core.actor import Role
from praya.core.execution.accounting import TURN_S, InFlight, Usage, spans_of_read
from praya.core.execution.limits import NotTaken, Standing
from praya.core.execution.port import EngineUnavailable

LATER = timedelta(seconds=400)


def test_an_award_is_held_and_then_left_alone(harbour, award, now):
    assert follow_cluster(code=CODE, now=now) == Followed(steps=1)
    assert harbour.limits == {"pir-0001": 36_000}
    looks = harbour.looks

    assert follow_cluster(code=CODE, now=now) is None
    assert harbour.looks == looks, "nothing had changed, so nothing was asked"


def test_what_is_wanted_follows_the_award(harbour, award, now):
    [wanted] = wanted_on(link_of(CODE), now=now)
    assert (wanted.members, wanted.left_s, wanted.cards_at_once, wanted.standing) == (
        frozenset({"mei"}), {"nvidia-h800": 36_000}, 8, Standing.OPEN,
    )  # fmt: skip
    assert wanted.cards_by_model == {"nvidia-h800": 8}

    officer = appointed("pier", Role.OFFICER, now)
    suspend_award(code=award.code, reason="A leak.", by=officer, now=now)

    assert wanted_on(link_of(CODE), now=now)[0].standing is Standing.SUSPENDED
    Award.objects.update(state=AwardState.WAITING.value)  # signed, its conditions are open
    assert wanted_on(link_of(CODE), now=now)[0].standing is Standing.SUSPENDED


def test_an_award_is_not_held_on_machines_that_serve_another_programme(harbour, award, now):
    link, by = link_of(CODE), make_admin(now)

    def serve(code, programme):
        facts = {"device_model_code": "nvidia-h800", "programme_code": programme}
        add_partition(cluster_code=CODE, code=code, **facts, by=by, now=now)

    serve("reef-only", "reef")
    [closed] = wanted_on(link, now=now)
    assert (closed.left_s, closed.cards_at_once, closed.standing, closed.is_kept) == (
        {"nvidia-h800": 0}, 0, Standing.SUSPENDED, True,
    )  # fmt: skip
    assert follow_cluster(code=CODE, now=now) == Followed(), "no account is made for it"
    assert not lines_wanted(link).exists()

    serve("all", "")
    assert lines_wanted(link).get().award == award
    assert follow_cluster(code=CODE, now=now) == Followed(steps=1)
    assert harbour.limits == {"pir-0001": 36_000}


def test_what_begins_or_ends_with_a_day_does_so_at_midnight(harbour, award, now):
    line = award.lines.get()
    over = days_of(line).end_in(zone_of(award))
    follow_cluster(code=CODE, now=over - timedelta(seconds=1))
    assert harbour.limits == {"pir-0001": 36_000}

    follow_cluster(code=CODE, now=over + timedelta(seconds=1))
    assert harbour.limits == {"pir-0001": 0}


def test_a_cluster_that_is_away_is_stale_since_then_and_heals(harbour, award, now):
    harbour.is_away = True
    for at in (now, now + timedelta(seconds=2)):
        with pytest.raises(EngineUnavailable):
            follow_cluster(code=CODE, now=at)
    assert (link_of(CODE).silent_since, link_of(CODE).outage) == (now, "sacctmgr: no answer")

    harbour.is_away = False
    follow_cluster(code=CODE, now=now + timedelta(seconds=4))

    assert link_of(CODE).silent_since is None
    assert harbour.limits == {"pir-0001": 36_000}


def test_a_step_that_is_refused_is_told_and_tried_again_in_half_a_minute(harbour, award, now):
    harbour.is_stubborn = True
    assert follow_cluster(code=CODE, now=now) == Followed(steps=1, left=1)
    [left] = link_of(CODE).left
    assert (left["account"], left["said"]) == ("pir-0001", "Nothing modified, by whim")

    harbour.is_stubborn = False
    follow_cluster(code=CODE, now=now + timedelta(seconds=31))
    assert link_of(CODE).left == []


def test_drift_is_told_with_who_did_it_mended_and_can_be_ignored(harbour, award, now):
    follow_cluster(code=CODE, now=now)
    harbour.limits["pir-0001"] = 60
    follow_cluster(code=CODE, now=now + LATER)
    drift = Drift.objects.get()
    assert (drift.changed_by, drift.has, drift.wants) == ("wing", "60", "36000")
    assert (drift.mended_at, harbour.limits) == (now + LATER, {"pir-0001": 36_000})

    by = make_admin(now)
    with pytest.raises(ReasonMissing):
        ignore_drift(code=CODE, drift_id=drift.pk, reason=" ", by=by, now=now)
    ignore_drift(code=CODE, drift_id=drift.pk, reason="A workshop.", by=by, now=now)
    harbour.limits["pir-0001"] = 60
    follow_cluster(code=CODE, now=now + 2 * LATER)
    assert harbour.limits == {"pir-0001": 60}

    heed_drift(code=CODE, drift_id=drift.pk, by=by, now=now)
    follow_cluster(code=CODE, now=now + 2 * LATER)
    assert harbour.limits == {"pir-0001": 36_000}


def test_drift_is_told_beside_a_change_of_praya_and_beside_a_step_that_is_refused(
    harbour, award, now, monkeypatch
):
    other, number = active_award(now, hours=5), iter(range(9))

    def changes(at):
        """A job elsewhere takes from what the other may use here; somebody changes the first."""
        by = lead_of(other, now)
        job = {"award_code": other.code, "cards": 1, "time_limit_s": 60, "argv": ["true"]}
        submit_job(**job, key=f"job-{next(number)}", by=by, now=at)
        harbour.limits["pir-0001"] = 60
        follow_cluster(code=CODE, now=at)

    take = harbour.apply

    def refuse(steps):
        take([step for step in steps if step.account == "pir-0001"])
        return tuple(NotTaken(step, "busy") for step in steps if step.account == "pir-0002")

    follow_cluster(code=CODE, now=now)
    changes(now + timedelta(seconds=2))
    assert list(Drift.objects.values_list("account", "has")) == [("pir-0001", "60")]

    monkeypatch.setattr(harbour, "apply", refuse)
    for seconds in (4, 6):
        changes(now + timedelta(seconds=seconds))
    assert [one["account"] for one in link_of(CODE).left] == ["pir-0002"]
    assert list(Drift.objects.values_list("account", flat=True)) == ["pir-0001"] * 3


def test_who_changed_what_is_told_though_the_round_fails_half_way(harbour, award, now, monkeypatch):
    active_award(now, hours=5)
    follow_cluster(code=CODE, now=now)
    harbour.limits |= {"pir-0001": 60, "pir-0002": 60}
    take = harbour.apply

    def hang(steps):
        take([step for step in steps if step.account == "pir-0001"])
        raise EngineUnavailable("sacctmgr: no answer within 90 s")

    monkeypatch.setattr(harbour, "apply", hang)
    with pytest.raises(EngineUnavailable):
        follow_cluster(code=CODE, now=now + LATER)
    monkeypatch.setattr(harbour, "apply", take)
    follow_cluster(code=CODE, now=now + 2 * LATER)

    told = Drift.objects.order_by("account").values_list("account", "changed_by", "mended_at")
    mended = now + 2 * LATER
    assert list(told) == [("pir-0001", "wing", mended), ("pir-0002", "", mended)]


@pytest.mark.parametrize(
    ("kind", "has"),
    [("set-limit", "36001"), ("set-cards", ""), ("close", ""), ("remove-member", "")],
)
def test_more_than_is_wanted_is_not_left(harbour, award, now, kind, has):
    facts = {"account": "pir-0001", "kind": kind, "has": has, "wants": "36000", "found_at": now}
    drift = Drift.objects.create(link=link_of(CODE), **facts)
    with pytest.raises(AllowsMore):
        ignore_drift(code=CODE, drift_id=drift.pk, reason="A.", by=make_admin(now), now=now)


def test_what_is_left_is_mended_once_it_is_more_than_is_wanted(harbour, award, now):
    follow_cluster(code=CODE, now=now)
    Drift.objects.create(
        link=link_of(CODE), account="pir-0001", kind="set-limit", found_at=now, ignored_at=now
    )
    harbour.limits["pir-0001"] = 36_001  # as after a cut
    follow_cluster(code=CODE, now=now + LATER)
    assert harbour.limits == {"pir-0001": 36_000}


def test_a_cluster_that_is_held_is_not_replaced_by_adding_it_again(harbour, award, now):
    Link.objects.update(conf="/etc/jetty.conf")
    trail = AuditLine.objects.filter(action="cluster.linked")
    told = {"code": CODE, "name": "Harbour", "by": make_admin(now), "now": now}
    link_cluster(**told)
    assert (link_of(CODE).conf, trail.count()) == ("/etc/jetty.conf", 1)

    with pytest.raises(AnotherCluster):
        link_cluster(**told, conf="/etc/pier.conf")
    stop_enforcing(code=CODE, by=told["by"], now=now)
    link_cluster(**told, conf="/etc/pier.conf")
    assert (link_of(CODE).conf, trail.count()) == ("/etc/pier.conf", 2)


def test_nothing_is_changed_on_a_cluster_that_is_left_alone(harbour, award, now):
    stop_enforcing(code=CODE, by=make_admin(now), now=now)
    assert follow_cluster(code=CODE, now=now) is None
    assert read_accounts(code=CODE, now=now) is None
    assert (harbour.limits, harbour.reads) == ({}, [])


def test_a_cluster_is_not_closed_while_runs_are_held_there_that_would_not_be_charged(
    harbour, award, now
):
    at = int(now.timestamp())
    whose = ("harbour:7:1", "pir-0001", "mei", "7_1", "", "gpu", "nvidia-h800", 2)
    harbour.told = Usage((), (InFlight(*whose, at, at, 0, 3600),))
    read_accounts(code=CODE, now=now)
    by = make_admin(now)

    with pytest.raises(ClusterBusy) as refused:
        close_cluster(code=CODE, by=by, now=now)
    assert refused.value.facts == {"cluster_code": CODE, "jobs": 1, "first": "harbour/7_1"}

    stop_enforcing(code=CODE, by=by, now=now)
    assert close_cluster(code=CODE, by=by, now=now).closed_at == now


def test_awards_are_not_held_where_a_limit_could_be_passed(harbour, award, now):
    harbour.is_loose = True
    with pytest.raises(SettingsUnmet) as refused:
        start_enforcing(code=CODE, by=make_admin(now), now=now)
    assert refused.value.settings == ("AccountingStorageEnforce",)
    assert look_again(code=CODE, by=make_admin(now), now=now).checks[0]["is_met"] is False


def test_accounts_are_read_again_from_before_the_last_read(harbour, award, now):
    read_accounts(code=CODE, now=now)
    assert read_accounts(code=CODE, now=now + timedelta(seconds=5)) is None
    read_accounts(code=CODE, now=now + timedelta(seconds=20))

    at = int(now.timestamp())
    assert harbour.reads == [(at - 60, at + 60), (at - 600, at + 80)]


def test_what_is_older_takes_turns_and_is_not_asked_for_what_runs(harbour, award, now, monkeypatch):
    read, asked = harbour.usage, []

    def told(*, alive, **span):
        asked.append((span["until"], alive))
        return read(**span)

    monkeypatch.setattr(harbour, "usage", told)
    turn = int(now.timestamp()) // TURN_S * TURN_S + TURN_S
    Link.objects.update(read_until=turn - 5)
    read_accounts(code=CODE, now=datetime.fromtimestamp(turn + 5, UTC))
    older = spans_of_read(last_read_at=turn - 5, now=turn + 5)[:-1]

    assert older
    assert asked == [*((until, False) for _, until in older), (turn + 65, True)]


def test_a_long_silence_is_read_piece_by_piece_and_begun_again_where_it_stopped(
    harbour, award, now, monkeypatch
):
    days = [int((now + timedelta(days=day)).timestamp()) for day in range(13)]
    read = harbour.usage

    def twice(**span):
        if len(harbour.reads) == 2:
            raise EngineUnavailable("sacct: no answer")
        return read(**span)

    monkeypatch.setattr(harbour, "usage", twice)
    with pytest.raises(EngineUnavailable):
        read_accounts(code=CODE, now=now + timedelta(days=12))
    assert harbour.reads == [
        (days[0] - 60, days[5] - 60),
        (days[5] - 60, days[10] - 60),
    ]
    assert link_of(CODE).read_until == days[10] - 60

    monkeypatch.setattr(harbour, "usage", read)
    read_accounts(code=CODE, now=now + timedelta(days=12))
    assert harbour.reads[-1][1] == days[12] + 60
    assert link_of(CODE).read_until == days[12]


def test_a_step_that_does_not_hold_yet_is_looked_at_again_at_once(harbour, award, now):
    obey, harbour.apply = harbour.apply, lambda _steps: ()
    assert follow_cluster(code=CODE, now=now) == Followed(steps=1, left=1)

    harbour.apply = obey
    assert follow_cluster(code=CODE, now=now + timedelta(seconds=4)) == Followed(steps=1)


def test_a_slurm_is_looked_at_when_it_is_added_and_others_have_nothing_to_look_at(harbour, now):
    by = make_admin(now)
    for code, engine in (("jetty", "slurm"), ("bench", "local")):
        made = add_cluster_of_kind(code=code, name=code, engine=engine, by=by, now=now)
        assert (made.code, made.engine) == (code, engine)

    assert list(Link.objects.order_by("pk").values_list("cluster__code", flat=True)) == [
        CODE,
        "jetty",
    ]
