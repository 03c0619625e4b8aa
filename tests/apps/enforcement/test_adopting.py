"""What a cluster has is taken over as wanted, where the book and the award allow it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from tests.apps.enforcement.conftest import CODE
from tests.awarding import lead_of
from tests.factories import appointed, make_admin, make_person

from praya.apps.awards.models import Award
from praya.apps.awards.rules import AwardState
from praya.apps.awards.rules.refusals import OwnOrganisation
from praya.apps.enforcement.commands import (
    adopt_drift,
    agree_adoption,
    ask_take_over,
    end_adoption,
    follow_cluster,
    give_back,
)
from praya.apps.enforcement.models import Adoption, Drift, Link
from praya.apps.enforcement.queries import link_of, wanted_on
from praya.apps.enforcement.queries.charged import accounts_charged
from praya.apps.enforcement.rules import (
    AdoptionOver,
    BookLeads,
    MendedLongAgo,
    MoreThanGranted,
    NobodyCalledSo,
    NotAdoptable,
    NotGivenBack,
    NotInTheWay,
    ReasonMissing,
    SamePerson,
    Unreachable,
)
from praya.apps.people.commands import set_unix_name
from praya.apps.people.models import AuditLine
from praya.core.actor import Role
from praya.core.execution.limits import Account, Member, Standing
from praya.core.execution.port import EngineUnavailable
from praya.core.refusal import NotAllowed

REASON = "The workshop needs the rest."
IN_THE_WAY = [{"kind": "name-taken", "account": "pir-0001", "subject": ""}]


def drift(now, kind, **facts):
    told = {"account": "pir-0001", "kind": kind, "found_at": now}
    return Drift.objects.create(link=link_of(CODE), **{**told, **facts})


def adopt(row, by, now, reason=REASON):
    return adopt_drift(code=CODE, drift_id=row.pk, reason=reason, by=by, now=now)


def wanted(now):
    [one] = wanted_on(link_of(CODE), now=now)
    return one


@pytest.fixture
def operator(harbour, award, now):
    return appointed("pier", Role.OPERATOR, now)


def test_fewer_cards_at_once_count_once_another_person_agrees(operator, now):
    asked = adopt(drift(now, "set-cards", has="4", wants="8"), operator, now)
    assert wanted(now).cards_at_once == 8
    with pytest.raises(SamePerson):
        agree_adoption(code=CODE, adoption_id=asked.pk, by=operator, now=now)

    agree_adoption(code=CODE, adoption_id=asked.pk, by=make_admin(now), now=now)
    assert wanted(now).cards_at_once == 4
    assert link_of(CODE).looked_at is None, "the next round looks at once"

    end_adoption(code=CODE, adoption_id=asked.pk, by=operator, now=now)
    assert wanted(now).cards_at_once == 8
    with pytest.raises(AdoptionOver):
        agree_adoption(code=CODE, adoption_id=asked.pk, by=make_admin(now), now=now)


def test_what_was_closed_by_hand_stays_closed_there_at_once(operator, now):
    adopt(drift(now, "open"), operator, now)

    assert wanted(now).standing is Standing.SUSPENDED
    row = Adoption.objects.get()
    assert (row.asked_by_id, row.agreed_by_id) == (operator.person_id, None)


@pytest.mark.parametrize(
    ("kind", "facts", "refusal"),
    [
        ("set-limit", {"has": "60"}, BookLeads),
        ("set-cards", {"has": "9"}, MoreThanGranted),
        ("set-cards", {"has": ""}, MoreThanGranted),
        ("set-cards", {"has": "4", "device_model": "nvidia-h800"}, NotAdoptable),
        ("move-account", {}, NotAdoptable),
        ("add-member", {"member": "mei"}, NotAdoptable),
        ("remove-member", {"member": "ghost"}, NobodyCalledSo),
        ("remove-member", {"account": "pir-0001-2", "member": "mei"}, NotAdoptable),
        ("open", {"account": "pir-0001-2"}, NotAdoptable),
    ],
)
def test_what_would_break_the_book_or_the_award_is_refused(operator, now, kind, facts, refusal):
    row = drift(now, kind, **facts)
    with pytest.raises(refusal):
        adopt(row, operator, now)
    assert Adoption.objects.count() == 0


def test_what_was_mended_a_week_ago_is_not_taken_over_any_more(operator, now):
    row = drift(now, "open", mended_at=now)
    with pytest.raises(MendedLongAgo):
        adopt(row, operator, now + timedelta(days=7, seconds=1))
    assert adopt(row, operator, now + timedelta(days=7)) is not None


def test_a_reason_is_asked_for_and_the_right_to_do_it(operator, award, now):
    row = drift(now, "open")
    with pytest.raises(ReasonMissing):
        adopt(row, operator, now, reason=" ")
    with pytest.raises(NotAllowed):
        adopt(row, lead_of(award, now), now)


def test_who_was_let_in_by_hand_becomes_a_member_if_one_may_add_members(operator, award, now):
    jun = make_person("jun@pier.example")
    set_unix_name(email=jun.email, name="jun", by=operator, now=now)
    row = drift(now, "remove-member", member="jun")
    with pytest.raises(NotAllowed):
        adopt(row, operator, now)

    both = appointed("pier", Role.OPERATOR, now, email=award.lead.email)
    assert adopt(row, both, now) is None
    assert wanted(now).members == {"mei", "jun"}


def test_an_account_made_by_others_is_taken_over_by_two_people(harbour, operator, now):
    told = {"code": CODE, "account": "pir-0001", "reason": REASON, "now": now}
    with pytest.raises(NotInTheWay):
        ask_take_over(**told, by=operator)
    Link.objects.update(obstacles=IN_THE_WAY)

    asked = ask_take_over(**told, by=operator)
    assert ask_take_over(**told, by=operator) == asked
    assert harbour.taken_over == []
    agree_adoption(code=CODE, adoption_id=asked.pk, by=make_admin(now), now=now)
    agree_adoption(code=CODE, adoption_id=asked.pk, by=make_admin(now), now=now)

    assert harbour.taken_over == ["pir-0001"]
    [one] = wanted_on(link_of(CODE), now=now)
    assert one.charged_s == {"nvidia-h800": 600}, "what was used before is no use of the award's"
    assert one.left_s == {"nvidia-h800": 36_000}


def test_what_two_people_agree_to_at_once_is_counted_once_and_the_cluster_asked_unlocked(
    harbour, operator, now, monkeypatch
):
    Link.objects.update(obstacles=IN_THE_WAY)
    asked = ask_take_over(code=CODE, account="pir-0001", reason=REASON, by=operator, now=now)
    told = {"code": CODE, "adoption_id": asked.pk, "by": make_admin(now), "now": now}
    take_over, open_here = harbour.take_over, len(connection.savepoint_ids)

    def while_another_agrees(account):
        assert len(connection.savepoint_ids) == open_here, "no transaction waits for the cluster"
        take_over(account)
        monkeypatch.setattr(harbour, "take_over", take_over)
        agree_adoption(**told)

    monkeypatch.setattr(harbour, "take_over", while_another_agrees)
    assert agree_adoption(**told).agreed_at == now
    assert AuditLine.objects.filter(action="adoption.agreed").count() == 1
    [one] = wanted_on(link_of(CODE), now=now)
    assert one.charged_s == {"nvidia-h800": 600}


def test_an_account_that_was_taken_over_is_given_back_as_it_was(harbour, operator, now):
    Link.objects.update(obstacles=IN_THE_WAY)
    asked = ask_take_over(code=CODE, account="pir-0001", reason=REASON, by=operator, now=now)
    told = {"code": CODE, "adoption_id": asked.pk, "by": operator, "now": now}
    with pytest.raises(NotGivenBack):
        give_back(**told)
    agree_adoption(**told | {"by": make_admin(now)})
    harbour.accounts["pir-0001"] = Account(
        name="pir-0001", parent="pier", cards_at_once=8, limit_s={"nvidia-h800": 36_000},
        members={"mei": Member(), "ann": Member(running=1), "jun": Member(is_blocked=True)},
    )  # fmt: skip

    harbour.is_away = True
    with pytest.raises(Unreachable):
        give_back(**told)
    harbour.is_away = False
    assert give_back(**told) == ()

    assert harbour.given_back == [("pir-0001", "physics")]
    assert [(step.kind.value, step.member, step.after) for step in harbour.applied] == [
        ("set-limit", "", None),
        ("set-cards", "", 16),
        ("move-account", "", "root"),
        ("unblock-member", "jun", None),
        ("remove-member", "mei", None),
    ]
    assert AuditLine.objects.filter(action="adoption.given_back").count() == 1
    assert give_back(**told) == ()
    assert AuditLine.objects.filter(action="adoption.given_back").count() == 1


def test_what_was_cut_off_after_the_mark_is_left_alone_until_it_is_agreed_to_again(
    harbour, operator, now, monkeypatch
):
    Link.objects.update(obstacles=IN_THE_WAY)
    asked = ask_take_over(code=CODE, account="pir-0001", reason=REASON, by=operator, now=now)
    told = {"code": CODE, "adoption_id": asked.pk, "by": make_admin(now), "now": now}
    observe = harbour.observe

    def cut_off():
        raise EngineUnavailable("killed")

    monkeypatch.setattr(harbour, "observe", cut_off)
    with pytest.raises(Unreachable):
        agree_adoption(**told)
    monkeypatch.setattr(harbour, "observe", observe)
    monkeypatch.setattr(harbour, "take_over", lambda _account: "")  # the mark is Praya's already

    assert (follow_cluster(code=CODE, now=now).steps, link_of(CODE).obstacles) == (0, [])
    assert accounts_charged(link_of(CODE)) == {}
    with pytest.raises(NotGivenBack):
        give_back(**told)

    before = agree_adoption(**told).before
    assert (before["owner"], before["parent"]) == ("physics", "root")
    assert accounts_charged(link_of(CODE)) == {"pir-0001": "PIR-0001"}
    assert follow_cluster(code=CODE, now=now).steps == 1


def test_an_account_is_given_back_by_nobody_who_takes_no_part_or_has_another_role(
    harbour, operator, award, now
):
    Link.objects.update(obstacles=IN_THE_WAY)
    asked = ask_take_over(code=CODE, account="pir-0001", reason=REASON, by=operator, now=now)
    agree_adoption(code=CODE, adoption_id=asked.pk, by=make_admin(now), now=now)

    lead = appointed("pier", Role.OPERATOR, now, email=award.lead.email)
    with pytest.raises(OwnOrganisation):
        give_back(code=CODE, adoption_id=asked.pk, by=lead, now=now)
    looks = replace(
        appointed("pier", Role.AUDITOR, now, "sees@pier.example"),
        appointments=frozenset({("pier", Role.AUDITOR), ("quay", Role.OPERATOR)}),
    )
    with pytest.raises(NotAllowed):
        give_back(code=CODE, adoption_id=asked.pk, by=looks, now=now)
    assert harbour.given_back == []


@pytest.mark.parametrize("gone", ["the account", "the award"])
def test_an_account_that_is_in_no_awards_way_any_more_is_left_as_it_is(
    harbour, operator, now, gone
):
    Link.objects.update(obstacles=IN_THE_WAY)
    asked = ask_take_over(code=CODE, account="pir-0001", reason=REASON, by=operator, now=now)
    if gone == "the account":
        Link.objects.update(obstacles=[])
    else:
        Award.objects.update(state=AwardState.LAPSED.value)
    with pytest.raises(NotInTheWay):
        agree_adoption(code=CODE, adoption_id=asked.pk, by=make_admin(now), now=now)
    assert harbour.taken_over == []


def test_the_awards_own_lead_takes_no_part(operator, award, now):
    row = drift(now, "set-cards", has="4", wants="8")
    lead = appointed("pier", Role.OPERATOR, now, email=award.lead.email)
    with pytest.raises(OwnOrganisation):
        adopt(row, lead, now)
    asked = adopt(row, operator, now)
    with pytest.raises(OwnOrganisation):
        agree_adoption(code=CODE, adoption_id=asked.pk, by=lead, now=now)


@pytest.mark.parametrize("when", ["before it acts", "while it acts"])
def test_a_round_that_looked_before_an_account_was_given_back_keeps_nothing_of_it(
    harbour, operator, now, monkeypatch, when
):
    Link.objects.update(obstacles=IN_THE_WAY)
    asked = ask_take_over(code=CODE, account="pir-0001", reason=REASON, by=operator, now=now)
    agree_adoption(code=CODE, adoption_id=asked.pk, by=make_admin(now), now=now)
    apply, observe = harbour.apply, harbour.observe

    def given_back():
        monkeypatch.setattr(harbour, "apply", apply)
        monkeypatch.setattr(harbour, "observe", observe)
        give_back(code=CODE, adoption_id=asked.pk, by=operator, now=now)

    def interleaved(steps):
        if when == "before it acts":
            given_back()
        done = apply(steps)
        harbour.was_ours["pir-0001"] = replace(harbour.was_ours["pir-0001"], cards_at_once=8)
        return done

    def looks_again(also=frozenset()):
        seen = observe(also)
        if when == "while it acts" and harbour.applied:
            given_back()
        return seen

    harbour.was_ours = {"pir-0001": harbour.accounts["pir-0001"]}
    monkeypatch.setattr(harbour, "apply", interleaved)
    monkeypatch.setattr(harbour, "observe", looks_again)
    follow_cluster(code=CODE, now=now)

    assert accounts_charged(link_of(CODE)) == {}
    assert link_of(CODE).looked_at is None, "the next round looks at once"
    last = [step for step in harbour.applied if step.kind.value == "set-cards"]
    assert [step.after for step in last] == [16] * len(last)
    assert bool(last) == (when == "before it acts"), "what it did after that is put right"
