"""Who operates another programme sees no one of this one's on the pages of a cluster."""

from __future__ import annotations

import pytest
from tests.apps.enforcement.conftest import CODE
from tests.apps.enforcement.test_reserving import closed, lease, partition  # noqa: F401 -- fixtures
from tests.factories import appointed, make_admin, make_programme

from praya.apps.enforcement.commands import (
    adopt_drift,
    agree_adoption,
    end_adoption,
    follow_cluster,
    ignore_drift,
    planned,
)
from praya.apps.enforcement.models import Adoption, ComparedDay, DayDifference, Drift, Link
from praya.apps.enforcement.queries import (
    drifts_visible_to,
    link_of,
    link_visible_to,
    people_to_name,
    person_to_name,
)
from praya.apps.enforcement.queries.aside import aside_visible_to
from praya.apps.enforcement.queries.comparing import completeness_visible_to
from praya.apps.people.models import UnixName
from praya.apps.usage.models import RunCorrection, SetAside
from praya.core.actor import Role
from praya.core.refusal import NotFound


@pytest.fixture
def other(award, now):
    """Who operates the programme next door."""
    make_programme(now, code="jetty", prefix="JET")
    return appointed("jetty", Role.OPERATOR, now)


def test_operators_name_members_of_their_own_programmes_only(harbour, award, other, now):
    for actor in (make_admin(now), appointed("pier", Role.OPERATOR, now)):
        assert list(people_to_name(actor)) == [award.lead]

    UnixName.objects.all().delete()
    assert link_visible_to(make_admin(now), CODE).nameless == (award.lead.email,)
    assert link_visible_to(other, CODE).nameless == ()
    assert list(people_to_name(other)) == []
    with pytest.raises(NotFound):
        person_to_name(other, award.lead_id)


def test_a_lease_is_told_to_its_programme_and_who_else_is_there_to_operators(
    harbour,
    lease,  # noqa: F811 -- the fixtures
    partition,  # noqa: F811
    other,
    now,
):
    harbour.reservations = [closed("hall-7", {"n2"}, now, days=1)]
    follow_cluster(code=CODE, now=now)
    own, next_door = [("lease", ("pir-0002-1",))], [("cluster", ("root",))]

    for actor, expected in (
        (make_admin(now), own + next_door),
        (appointed("pier", Role.OPERATOR, now), own + next_door),
        (appointed("pier", Role.AUDITOR, now), [*own, ("cluster", ())]),
        (other, next_door),
        (appointed("jetty", Role.OFFICER, now), [("cluster", ())]),
    ):
        found = aside_visible_to(actor, CODE, now=now).rows
        assert [(row.whose.value, row.who) for row in found] == expected


def test_accounts_are_told_of_to_who_operates_or_audits_their_programme(harbour, award, other, now):
    step = {"account": "pir-0001", "kind": "open", "member": "", "device_model": "", "said": ""}
    in_the_way = {"kind": "name-taken", "account": "pier", "subject": ""}
    Link.objects.update(left=[step | {"before": None, "after": None}], obstacles=[in_the_way])
    drift = Drift.objects.create(link=link_of(CODE), account="pir-0001", kind="open", found_at=now)
    asked = {"link": link_of(CODE), "account": "pir-0001", "asked_by": award.lead}
    adoption = Adoption.objects.create(**asked, kind="cards", reason="So.", asked_at=now)

    def told(actor):
        seen = link_visible_to(actor, CODE)
        steps = planned(code=CODE, by=actor, now=now).steps
        rows = seen.left, seen.obstacles, seen.adoptions, drifts_visible_to(actor, CODE), steps
        return [*map(len, rows)]

    for role in (Role.OPERATOR, Role.AUDITOR):
        assert told(appointed("pier", role, now)) == [1, 1, 1, 1, 1]
    assert told(make_admin(now)) == [1, 1, 1, 1, 1]
    assert told(appointed("pier", Role.OFFICER, now)) == [0, 0, 0, 0, 0]
    assert told(other) == [0, 0, 0, 0, 0]
    for refused in (
        lambda: ignore_drift(code=CODE, drift_id=drift.pk, reason="So.", by=other, now=now),
        lambda: adopt_drift(code=CODE, drift_id=drift.pk, reason="So.", by=other, now=now),
        lambda: agree_adoption(code=CODE, adoption_id=adoption.pk, by=other, now=now),
        lambda: end_adoption(code=CODE, adoption_id=adoption.pk, by=other, now=now),
    ):
        with pytest.raises(NotFound):
            refused()


def test_what_ran_is_told_to_who_operates_or_audits_its_programme(harbour, award, other, now):
    facts = {"award": award, "cluster_code": CODE, "job_id": "7", "member": "mei"}
    ran = {"device_model_code": "nvidia-h800", "card_seconds": 60, "ended_at": now}
    SetAside.objects.create(
        **facts, **ran, key="a", why="node-fail", is_refund=True, received_at=now
    )
    RunCorrection.objects.create(
        **facts, key="b", number=1, was_s=60, becomes_s=0, is_refund=True, made_at=now
    )
    sums = dict.fromkeys(("summed_s", "charged_s", "to_look_at_s"), 60)
    at = {"day": now.date(), "until": now, "compared_at": now}
    day = ComparedDay.objects.create(
        link=link_of(CODE), account="pir-0001", award_code=award.code, **sums, **at
    )
    DayDifference.objects.create(of=day, kind="unexplained", card_seconds=60, job_id="7")
    Link.objects.update(unread=[{"line": "7|mei", "why": "impossible"}])

    def told(actor):
        seen = completeness_visible_to(actor, CODE, now=now, first_on=None, last_on=None)
        rows = seen.days, seen.differences, seen.corrections, seen.unread
        return [*map(len, rows), len(link_visible_to(actor, CODE).set_aside)]

    assert told(make_admin(now)) == [1, 1, 1, 1, 1]
    assert told(appointed("pier", Role.OPERATOR, now)) == [1, 1, 1, 1, 1]
    assert told(appointed("pier", Role.AUDITOR, now)) == [1, 1, 1, 0, 1]
    assert told(appointed("pier", Role.OFFICER, now)) == [0, 0, 0, 0, 0]
    assert told(other) == [0, 0, 0, 1, 0]
