"""What a cluster has is taken over as wanted, where the book and the award allow it."""

from __future__ import annotations

import pytest
from tests.apps.enforcement.conftest import CODE
from tests.awarding import lead_of
from tests.factories import appointed, make_admin, make_person

from praya.apps.enforcement.commands import (
    adopt_drift,
    agree_adoption,
    ask_take_over,
    end_adoption,
)
from praya.apps.enforcement.models import Adoption, Drift, Link
from praya.apps.enforcement.queries import link_of, wanted_on
from praya.apps.enforcement.rules import (
    AdoptionOver,
    BookLeads,
    MoreThanGranted,
    NobodyCalledSo,
    NotAdoptable,
    NotInTheWay,
    ReasonMissing,
    SamePerson,
)
from praya.apps.people.commands import set_unix_name
from praya.core.actor import Role
from praya.core.execution.limits import Standing
from praya.core.refusal import NotAllowed

REASON = "The workshop needs the rest."


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
        ("move-account", {}, NotAdoptable),
        ("add-member", {"member": "mei"}, NotAdoptable),
        ("remove-member", {"member": "ghost"}, NobodyCalledSo),
    ],
)
def test_what_would_break_the_book_or_the_award_is_refused(operator, now, kind, facts, refusal):
    row = drift(now, kind, **facts)
    with pytest.raises(refusal):
        adopt(row, operator, now)
    assert Adoption.objects.count() == 0


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
    obstacles = [{"kind": "name-taken", "account": "pir-0001", "subject": ""}]
    Link.objects.update(obstacles=obstacles)

    asked = ask_take_over(**told, by=operator)
    assert ask_take_over(**told, by=operator) == asked
    assert harbour.taken_over == []
    agree_adoption(code=CODE, adoption_id=asked.pk, by=make_admin(now), now=now)
    agree_adoption(code=CODE, adoption_id=asked.pk, by=make_admin(now), now=now)

    assert harbour.taken_over == ["pir-0001"]
    [one] = wanted_on(link_of(CODE), now=now)
    assert one.charged_s == {"nvidia-h800": 600}, "what was used before is no use of the award's"
    assert one.left_s == {"nvidia-h800": 36_000}
