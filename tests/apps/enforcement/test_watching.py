"""Jobs that came in on a cluster itself: what is alive there, what ended, and who sees which."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.apps.enforcement.conftest import CODE
from tests.apps.enforcement.test_receiving import run  # noqa: F401 -- a fixture of these tests
from tests.awarding import add_member, lead_of
from tests.factories import appointed, make_admin, make_person

from praya.apps.awards.models import Award
from praya.apps.enforcement.commands import read_accounts, watch_jobs
from praya.apps.enforcement.models import ClusterJob, Drift
from praya.apps.enforcement.queries import (
    cluster_job_of,
    cluster_jobs_visible_to,
    link_of,
    link_visible_to,
)
from praya.apps.people.commands import set_unix_name
from praya.apps.programmes.queries import actor_for
from praya.apps.usage.commands import receive_runs
from praya.core.actor import Role
from praya.core.execution.accounting import InFlight, RunEnd, Usage
from praya.core.execution.port import EngineUnavailable
from praya.core.execution.waiting import Alive, Holds
from praya.core.refusal import NotFound
from praya.words.cluster_jobs import there_sentence

H800 = {"nvidia-h800": "H800"}


def alive(number, member="mei", account="pir-0001", **facts):
    """A job of two cards for six hours, that may not begin for what its award has left."""
    told = {
        "job_id": number,
        "run_key": "",
        "account": account,
        "member": member,
        "partition": "gpu",
        "device_model": "nvidia-h800",
        "cards": 2,
        "time_limit_s": 6 * 3600,
        "submitted_at": 1_000,
        "expected_at": None,
        "reason": "AssocGrpGRESMinutes",
        "holds": Holds.ALLOWANCE,
        "whose": "award",
    }
    return Alive(**{**told, **facts})


def watch(cluster, now, *jobs):
    cluster.there = jobs
    return watch_jobs(code=CODE, now=now)


def numbers(by):
    return sorted(row.number for row in cluster_jobs_visible_to(by))


def why(number, by, now):
    return there_sentence(cluster_job_of(CODE, number, by, now=now), H800)


def test_what_is_alive_follows_the_cluster_and_stands_while_it_is_away(harbour, award, now):
    waits, other = alive("7"), alive("8", account="physics")
    assert watch(harbour, now, waits, other) == 1
    assert watch(harbour, now + timedelta(seconds=5), waits) is None, "not yet time"

    begun = replace(waits, began_at=2_000, reason="", holds=Holds.NOTHING, whose="")
    watch(harbour, now + timedelta(seconds=10), begun, alive("9_[1-4]"))
    rows = {row.number: row.began_at is not None for row in ClusterJob.objects.all()}
    assert rows == {"7": True, "9_[1-4]": False}

    harbour.is_away = True
    with pytest.raises(EngineUnavailable):
        watch(harbour, now + timedelta(seconds=20))
    assert ClusterJob.objects.count() == 2
    harbour.is_away = False
    assert watch(harbour, now + timedelta(seconds=40)) == 0
    assert ClusterJob.objects.count() == 0


def test_members_see_their_own_leads_the_awards_and_operators_the_programmes(harbour, award, now):
    jun = make_person("jun@pier.example")
    add_member(award, jun, now)
    set_unix_name(email=jun.email, name="jun", by=make_admin(now), now=now)
    stranger = make_person("ann@reef.example")
    set_unix_name(email=stranger.email, name="ann", by=make_admin(now), now=now)
    watch(harbour, now, alive("1"), alive("2", "jun"), alive("3", "ann"))

    assert numbers(actor_for(jun, now)) == ["2"]
    assert numbers(lead_of(award, now)) == ["1", "2", "3"]
    assert numbers(appointed("pier", Role.OPERATOR, now)) == ["1", "2", "3"]
    assert numbers(actor_for(stranger, now)) == [], "not a member, whatever the user is called"
    assert numbers(appointed("pier", Role.OFFICER, now)) == []
    with pytest.raises(NotFound):
        cluster_job_of(CODE, "1", actor_for(jun, now), now=now)


def test_a_sentence_says_what_holds_a_job_and_what_would_change_that(harbour, award, now):
    held = {"reason": "Resources", "holds": Holds.CARDS, "whose": ""}
    more = {"reason": "AssocGrpGRES", "holds": Holds.CARDS_AT_ONCE}
    watch(
        harbour,
        now,
        alive("1"),
        alive("2", reason="Priority", holds=Holds.TURN, whose="", ahead=3),
        alive("3", **held, expected_at=int(now.timestamp()) + 60),
        alive("4", began_at=1, reason="", holds=Holds.NOTHING, whose=""),
        alive("5", cards=7, **more),
        alive("6", cards=9, **more),
        alive("7", reason="AssocMaxWallDurationPerJobLimit", holds=Holds.TOO_LONG),
        alive("8", reason="PartitionTimeLimit", holds=Holds.TOO_LONG, whose="partition"),
        alive("9", began_at=1, holds=Holds.NOTHING, whose="", device_model="ascend-910b"),
        alive("10", cards=16, cards_asked=2, nodes=2, **more),
    )
    lead = lead_of(award, now)

    assert why("1", lead, now) == (
        "2 H800 cards for 6 h may use 12.0 card-hours, and PIR-0001 has only 10.0 card-hours free. "
        "With a time limit of at most 5 h, or fewer cards, or a supplement, it could begin. "
        "(It says: AssocGrpGRESMinutes.)"
    )
    assert why("2", lead, now).startswith("Waits behind 3 jobs of higher priority")
    assert "The cluster expects to begin it at" in why("3", lead, now)
    assert why("5", lead, now).startswith(
        "PIR-0001 holds 2 of the 8 cards it may hold at once, and this job needs 7 H800 cards."
    )
    assert why("6", lead, now).startswith("It needs 9 H800 cards, and PIR-0001 may hold 8")
    assert why("10", lead, now) == (
        "It needs 16 H800 cards, and PIR-0001 may hold 8 at once. Cancel it and ask for fewer, or "
        "ask the officers for more cards at once. It shares its machines with nobody, so it takes "
        "and is charged for all their cards, 16 H800 cards, though it asks for 2. Without "
        "--exclusive, in a partition that gives machines in parts, it would take no more than it "
        "asks for. (It says: AssocGrpGRES.)"
    )
    assert why("7", lead, now).startswith("Its time limit is 6 h, and PIR-0001 ends at ")
    assert "Ask for a shorter time limit, or ask for an extension." in why("7", lead, now)
    assert why("8", lead, now).startswith("Its time limit is 6 h, and its partition allows less.")


def test_a_limit_that_is_not_the_award_s_is_told_as_another_s(harbour, award, now):
    closed = {"reason": "AssocGrpJobsLimit", "holds": Holds.CLOSED}
    of_cpus = {"reason": "AssocGrpCpuLimit", "holds": Holds.CARDS_AT_ONCE, "whose": "account"}
    small = {"cards": 1, "time_limit_s": 3600}
    watch(
        harbour,
        now,
        alive("1", **closed),
        alive("2", **of_cpus),
        alive("3", **small),
        alive("4", reason="AssocGrpGRES", holds=Holds.CARDS_AT_ONCE, cards=1),
    )
    lead = lead_of(award, now)

    assert why("1", lead, now).startswith(
        "PIR-0001 could have it, so somebody set less on the cluster: for its account, its member "
        "or an account above."
    )
    assert why("2", lead, now).startswith("It would pass a limit that stands on its account")
    assert "it fits, and begins as soon as" in why("3", lead, now)
    assert why("4", lead, now).startswith(
        "PIR-0001 holds 0 of the 8 cards it may hold at once: it fits. If it waits on"
    )

    link = link_of(CODE)
    for kind, facts in (("open", {"ignored_at": now}), ("set-limit", {}), ("set-cards", {})):
        Drift.objects.create(link=link, account="pier", kind=kind, found_at=now, **facts)
    told = "PIR-0001 could have it, but on the cluster somebody set less for the account pier"
    assert [why(number, lead, now).startswith(told) for number in "1234"] == [
        True, False, True, True,
    ]  # fmt: skip
    Drift.objects.exclude(kind="open").update(mended_at=now)
    assert [why(number, lead, now).startswith(told) for number in "1234"] == [
        True, False, False, False,
    ]  # fmt: skip
    Award.objects.update(state="suspended")
    assert "as when an award is suspended" in why("1", lead, now)


def test_an_ended_run_is_found_by_its_number_with_what_it_was_charged(award, run, now):  # noqa: F811
    failed = replace(run, key="harbour:8:1", job_id="8", end=RunEnd.NODE_FAILED)
    task = replace(run, key="harbour:9:1", job_id="27_3", ended_at=run.ended_at - 60)
    accounts = {"pir-0001": "PIR-0001"}
    receive_runs(cluster_code=CODE, runs=[run, failed, task], awards=accounts, now=now)
    lead = lead_of(award, now)

    found = cluster_job_of(CODE, "7", lead, now=now)
    assert (found.code, found.state, found.usage_key) == (
        "harbour/7",
        "completed",
        f"{CODE}:{run.key}",
    )
    assert "2.0 card-hours of H800 were charged" in there_sentence(found, H800)
    assert "nothing was charged" in why("8", lead, now)
    assert cluster_job_of(CODE, "27", lead, now=now).number == "27_3"


def test_a_job_that_may_come_to_more_than_can_be_held_says_so(harbour, award, run, now):  # noqa: F811
    began = int(now.timestamp()) - 60
    watch(harbour, now, alive("7", began_at=began, submitted_at=began, holds=Holds.NOTHING))
    there = InFlight(
        "harbour:7:1", "pir-0001", "mei", "7", "", "gpu", "nvidia-h800",
        cards=2, submitted_at=began, began_at=began, held_s=60, time_limit_s=6 * 3600,
    )  # fmt: skip
    of_another_kind = replace(there, key="harbour:7:1:old", device_model="old", time_limit_s=0)
    harbour.told = Usage((), (there, of_another_kind))
    read_accounts(code=CODE, now=now)

    [seen] = link_visible_to(make_admin(now), CODE).unheld
    assert (seen.number, seen.unheld_s) == ("7", 2 * 6 * 3600)
    assert "12.0 card-hours are not in flight" in why("7", lead_of(award, now), now)

    harbour.told = Usage((), (replace(there, time_limit_s=3600),))
    read_accounts(code=CODE, now=now + timedelta(seconds=20))
    assert link_visible_to(make_admin(now), CODE).unheld == ()
