"""A cluster with users of its own: who is called what there alone, and who is let in by that."""

from __future__ import annotations

import pytest
from tests.apps.enforcement.conftest import CODE
from tests.awarding import lead_of
from tests.factories import actor_for, make_admin, make_person

from praya.apps.awards.commands import add_member
from praya.apps.awards.rules import MemberRole
from praya.apps.enforcement.commands import name_person
from praya.apps.enforcement.queries import link_of, link_visible_to, wanted_on
from praya.apps.people.commands import set_unix_name
from praya.apps.people.models import AuditLine
from praya.apps.people.queries import person_called
from praya.apps.people.rules import UnixNameTaken, UnixNameWrong
from praya.apps.reports.queries.exports import personal_balances
from praya.apps.usage.commands import receive_runs
from praya.apps.usage.queries.on_clusters import runs_visible_to
from praya.core.execution.accounting import RunEnd, Used
from praya.core.refusal import NotAllowed, NotFound


@pytest.fixture
def admin(now):
    return make_admin(now)


@pytest.fixture
def say(harbour, admin, now):
    """Say what somebody is called on the cluster alone."""

    def say(person, name, *, by=admin, cluster=CODE):
        return name_person(email=person.email, name=name, cluster=cluster, by=by, now=now)

    return say


def let_in(now):
    [one] = wanted_on(link_of(CODE), now=now)
    return set(one.members)


def test_a_name_for_one_cluster_stands_before_the_one_for_all(say, award, now):
    mei = award.lead
    assert let_in(now) == {"mei"}
    for name, members in (("mei2", {"mei2"}), ("", set()), ("mei", {"mei"})):
        assert say(mei, name)
        assert not say(mei, name), "repeating it changes nothing"
        assert let_in(now) == members
    told = AuditLine.objects.filter(action="person.unix_name_set").order_by("-pk")[:3]
    assert [(one.facts["cluster"], one.facts["before"], one.facts["after"]) for one in told] == [
        (CODE, "", "mei"), (CODE, "mei2", ""), (CODE, "mei", "mei2"),
    ]  # fmt: skip


def test_who_is_called_so_there_is_let_in_and_nobody_else(say, award, admin, now):
    mei, kim = award.lead, make_person("kim@pier.example")
    say(kim, "mei")
    assert person_called("mei", CODE) == kim
    assert person_called("mei", "jetty") == mei
    assert let_in(now) == set(), "the name is that of somebody who is no member"
    assert link_visible_to(admin, CODE).nameless == (mei.email,)

    lead = lead_of(award, now)
    add_member(code=award.code, email=kim.email, role=MemberRole.MEMBER, by=lead, now=now)
    say(mei, "mei2")
    assert let_in(now) == {"mei", "mei2"}
    assert link_visible_to(admin, CODE).nameless == ()


def test_a_job_is_that_of_who_is_called_so_on_its_cluster(say, award, admin, now):
    set_unix_name(email=award.lead.email, name="lead", by=admin, now=now)
    mei, kim, li = (make_person(f"{name}@pier.example") for name in ("mei", "kim", "li"))
    for one in (mei, kim, li):
        by = lead_of(award, now)
        add_member(code=award.code, email=one.email, role=MemberRole.MEMBER, by=by, now=now)
    set_unix_name(email=mei.email, name="mei", by=admin, now=now)
    say(kim, "mei")
    account = award.code.lower()
    for cluster in (CODE, "jetty"):
        runs = [used(cluster, account, now)]
        receive_runs(cluster_code=cluster, runs=runs, awards={account: award.code}, now=now)

    def seen(person):
        return [run.cluster_code for run in runs_visible_to(actor_for(person, now))]

    assert sorted(seen(award.lead)) == sorted([CODE, "jetty"])
    assert (seen(mei), seen(kim), seen(li)) == (["jetty"], [CODE], [])
    assert "mei" not in {one.user for one in personal_balances("pier", "HKD")}

    say(kim, "kim")
    assert (sorted(seen(mei)), seen(kim)) == (sorted([CODE, "jetty"]), []), "the name of now counts"


def used(cluster, account, now):
    end = int(now.timestamp())
    return Used(
        key=f"{cluster}:7:1", account=account, member="mei", job_id="7", run_key="",
        partition="gpu", device_model="nvidia-h800", cards=1, submitted_at=end - 60,
        began_at=end - 60, ended_at=end,
        held_s=60, end=RunEnd.COMPLETED, exit_code=0, signal=0, time_limit_s=60,
    )  # fmt: skip


def test_what_cannot_be_said_is_refused_in_order(say, award, now):
    mei, kim = award.lead, make_person("kim@pier.example")
    say(kim, "kim")
    with pytest.raises(NotAllowed):
        say(mei, "No Name", by=actor_for(mei, now), cluster="nowhere")
    with pytest.raises(NotFound):
        say(mei, "No Name", cluster="nowhere")
    with pytest.raises(UnixNameWrong):
        say(mei, "No Name")
    with pytest.raises(UnixNameTaken):
        say(mei, "kim")
