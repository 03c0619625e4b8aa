"""Who sees which case."""

from __future__ import annotations

import pytest
from tests.apps.applications.cases import (
    begun,
    desk_officer,
    lead_of,
    make_applicant,
    screened,
    submitted,
)
from tests.factories import appointed, make_admin, make_person, make_programme

from praya.apps.applications.queries import (
    applications_visible_to,
    case_of,
    cases_on_desk,
    desk_queue,
    desk_work,
    draft_of,
    waits_for_applicant,
)
from praya.apps.people.commands import answer_join_request, join_organisation
from praya.apps.programmes.queries import actor_for
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db


def seen_by(actor):
    return sorted(row.code for row in applications_visible_to(actor))


def test_each_sees_their_cases_and_no_others(now):
    make_programme(now)
    make_programme(now, code="mole", prefix="MOL")
    draft = begun(now, email="one@lab.example")
    at_desk = submitted(now, email="two@lab.example")
    decided_soon = screened(now, email="three@lab.example")
    elsewhere = submitted(now, email="four@lab.example", programme_code="mole")
    everything = sorted([at_desk.code, decided_soon.code])
    expected = {
        lead_of(draft, now): [draft.code],
        lead_of(at_desk, now): [at_desk.code],
        desk_officer(now): everything,
        appointed("pier", Role.AUDITOR, now): everything,
        appointed("pier", Role.COMMITTEE, now): [decided_soon.code],
        appointed("pier", Role.REVIEWER, now): [],
        appointed("pier", Role.FINANCE, now): [],
        appointed("pier", Role.OPERATOR, now): [],
        desk_officer(now, "mole"): [elsewhere.code],
        make_admin(now): [],
        actor_for(make_person("nobody@house.example"), now): [],
        Actor.anonymous(): [],
    }
    for actor, codes in expected.items():
        assert seen_by(actor) == codes, actor.name
        for application in (draft, at_desk, decided_soon, elsewhere):
            if application.code in codes:
                assert case_of(application.code, actor).application == application
            else:
                with pytest.raises(NotFound):
                    case_of(application.code, actor)


def test_a_manager_of_the_organisation_sees_its_cases_and_does_not_write_them(now):
    make_programme(now)
    founder, organisation = make_applicant(now)
    colleague = actor_for(make_person("colleague@lab.example"), now)
    asked = join_organisation(organisation_id=organisation.pk, by=colleague, now=now)
    answer_join_request(affiliation_id=asked.pk, accept=True, by=founder, now=now)
    from tests.apps.applications.cases import ANSWERS

    from praya.apps.applications.commands import begin_application

    application = begin_application(
        programme_code="pier",
        call_code="rolling",
        organisation_id=organisation.pk,
        answers=ANSWERS,
        by=colleague,
        now=now,
    )
    assert seen_by(founder) == [application.code]
    assert case_of(application.code, founder).is_applicant
    with pytest.raises(NotAllowed):
        draft_of(application.code, founder, now)


def test_the_queue_is_for_officers_and_auditors_of_the_programme(now):
    make_programme(now)
    application = submitted(now)
    for actor in (desk_officer(now), appointed("pier", Role.AUDITOR, now)):
        queue = desk_queue("pier", actor, today=now.date())
        assert [row.code for row in queue] == [application.code]
    for role in (Role.COMMITTEE, Role.REVIEWER, Role.FINANCE, Role.OPERATOR):
        with pytest.raises(NotAllowed):
            desk_queue("pier", appointed("pier", role, now), today=now.date())
    with pytest.raises(NotAllowed):
        desk_queue("pier", lead_of(application, now), today=now.date())


def test_what_waits_is_counted_by_one_query_each(now, django_assert_num_queries):
    make_programme(now)
    applications = [submitted(now, email=f"{name}@lab.example") for name in ("one", "two")]
    draft = begun(now, email="one@lab.example")
    officer, lead = desk_officer(now), lead_of(draft, now)
    with django_assert_num_queries(1):
        work = desk_work(cases_on_desk(officer))
    assert [(each.programme_code, each.count, each.oldest_since) for each in work] == [
        ("pier", len(applications), now)
    ]
    with django_assert_num_queries(1):
        waiting = list(waits_for_applicant(lead))
    assert [each.code for each in waiting] == [draft.code]
