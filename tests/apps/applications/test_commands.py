"""What the commands refuse, in their order; what they leave alone; what may be repeated."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from tests.apps.applications.cases import (
    ANSWERS,
    DECLARED,
    begun,
    desk_officer,
    lead_of,
    line,
    make_applicant,
    reread,
    submit,
    submitted,
    written,
)
from tests.factories import make_programme

from praya.apps.applications.commands import (
    begin_application,
    pass_stage,
    return_application,
    save_draft,
    submit_application,
    withdraw_application,
)
from praya.apps.applications.models import Application, RequestLine, Submission
from praya.apps.applications.queries import difference_between, latest_submission
from praya.apps.applications.rules import (
    DeclarationMissing,
    DraftIncomplete,
    DraftTooLarge,
    EligibilityUnanswered,
    NotEligible,
    ReasonMissing,
    UnknownStep,
    WrongState,
)
from praya.apps.applications.rules.content import seal_of
from praya.apps.people.commands import register_organisation
from praya.apps.people.models import Affiliation
from praya.apps.people.queries import audit_lines
from praya.apps.people.rules import AffiliationState
from praya.apps.programmes.rules import CallClosed, NoRulesInForce
from praya.core.actor import Actor
from praya.core.programme.parts import OrganisationKind
from praya.core.refusal import NotAllowed, NotFound, StaleForm

pytestmark = pytest.mark.django_db


def begin(instant, lead, organisation, **changed):
    asked = {
        "programme_code": "pier",
        "call_code": "rolling",
        "organisation_id": organisation.pk,
        "answers": ANSWERS,
        "by": lead,
        "now": instant,
    }
    return begin_application(**asked | changed)


def test_begin_refuses_in_this_order(now):
    make_programme(now)
    lead, organisation = make_applicant(now)
    enterprise = register_organisation(
        name="Works", kind=OrganisationKind.ENTERPRISE, by=lead, now=now
    )
    early = now - timedelta(days=200)
    stranger = make_applicant(now, "other@house.example")[0]
    for refusal, changed in (
        (NotFound, {"programme_code": "mole", "by": Actor.anonymous()}),
        (NotAllowed, {"by": Actor.anonymous(), "organisation_id": 0}),
        (NotFound, {"organisation_id": 0, "call_code": "other"}),
        (NotAllowed, {"by": stranger, "call_code": "other"}),
        (NoRulesInForce, {"now": early, "call_code": "other"}),
        (NotFound, {"call_code": "other", "organisation_id": enterprise.pk}),
        (NotEligible, {"organisation_id": enterprise.pk, "answers": {}}),
        (EligibilityUnanswered, {"answers": {}}),
    ):
        with pytest.raises(refusal):
            begin(now, lead, organisation, **changed)
    assert not Application.objects.exists()


def test_begin_refuses_a_closed_call_before_it_looks_at_eligibility(now):
    window = {
        "code": "rolling",
        "title": {"en": "Spring"},
        "kind": "window",
        "opens_on": "2026-04-01",
        "closes_on": "2026-04-30",
    }
    make_programme(now, calls=[window])
    lead, organisation = make_applicant(now)
    with pytest.raises(CallClosed) as refused:
        begin(now, lead, organisation, answers={})
    assert refused.value.opens_on == date(2026, 4, 1)


def test_begin_twice_gives_the_untouched_draft_with_the_answers_of_now(now):
    make_programme(now)
    lead, organisation = make_applicant(now)
    first = begin(now, lead, organisation)
    again = begin(now, lead, organisation, answers={"no-other": True})
    assert (again.pk, again.eligibility.verdict) == (first.pk, "human")
    save_draft(code=first.code, step="project", values={"title": "A"}, revision=0, by=lead, now=now)
    assert begin(now, lead, organisation).pk != first.pk
    assert list(
        audit_lines(subject=("application", first.code)).values_list("action", flat=True)
    ) == ["application.begun"]


def test_save_refuses_in_this_order(now):
    make_programme(now)
    application = begun(now)
    lead = lead_of(application, now)
    officer, stranger = desk_officer(now), make_applicant(now, "other@house.example")[0]
    too_large = {"title": "x" * 500_000}

    def save(**changed):
        asked = {"code": application.code, "step": "project", "values": {"title": "A"}}
        return save_draft(**asked | {"revision": 0, "by": lead, "now": now} | changed)

    for actor in (stranger, officer, Actor.anonymous()):
        with pytest.raises(NotFound):
            save(by=actor, step="nothing")
    with pytest.raises(UnknownStep):
        save(step="nothing", values=too_large)
    assert save().draft_revision == 1
    with pytest.raises(DraftTooLarge):
        save(values=too_large)
    with pytest.raises(StaleForm) as refused:
        save(values={"title": "B"})
    assert (refused.value.theirs, refused.value.yours) == (1, 0)
    ready = written(now, email="third@lab.example")
    submit(ready, now)
    with pytest.raises(NotAllowed):
        save(code=ready.code, by=officer, step="nothing")
    with pytest.raises(WrongState):
        save(code=ready.code, by=lead_of(ready, now), step="nothing")


def test_the_same_values_change_nothing_whatever_the_revision(now):
    make_programme(now)
    application = begun(now)
    for _ in range(3):
        found = save_draft(
            code=application.code,
            step="compute",
            values={"lines": [line()]},
            revision=0,
            by=lead_of(application, now),
            now=now,
        )
        assert found.draft_revision == 1


def test_a_draft_keeps_what_no_database_could_and_leaves_out_what_it_does_not_know(now):
    make_programme(now)
    application = begun(now)
    values = {
        "title": "a\x00b\ud800c",
        "is_admin": "yes",
        "summary": None,
        "answers": {"plan": 7, "gone": "kept"},
        "lines": [line()],
    }
    save_draft(
        code=application.code,
        step="project",
        values=values,
        revision=0,
        by=lead_of(application, now),
        now=now,
    )
    assert reread(application).draft["project"] == {
        "title": "a␀b?c",
        "summary": "",
        "answers": {"plan": "7", "gone": "kept"},
    }


def test_submit_refuses_in_this_order(now):
    make_programme(now)
    application = written(now, lines=[line(cards="70")])
    lead = lead_of(application, now)
    revision = application.draft_revision

    def try_to_submit(**changed):
        asked = {"code": application.code, "declarations": [], "revision": revision}
        return submit_application(**asked | {"by": lead, "now": now} | changed)

    with pytest.raises(NotFound):
        try_to_submit(by=make_applicant(now, "other@house.example")[0], revision=0)
    with pytest.raises(StaleForm):
        try_to_submit(revision=revision - 1, now=now + timedelta(days=2000))
    with pytest.raises(DraftIncomplete) as refused:
        try_to_submit()
    assert [(each.name, each.code) for each in refused.value.problems] == [
        ("lines", "limit.cards_at_once")
    ]
    save_draft(
        code=application.code,
        step="compute",
        values={"lines": [line()]},
        revision=revision,
        by=lead,
        now=now,
    )
    revision += 1
    with pytest.raises(DeclarationMissing) as undeclared:
        try_to_submit()
    assert undeclared.value.declarations == ["truth"]
    assert not Submission.objects.exists()
    try_to_submit(declarations=DECLARED)
    with pytest.raises(WrongState):
        try_to_submit(revision=revision + 1)


def test_who_left_the_organisation_hands_no_draft_in_for_it_but_answers_what_was_returned(now):
    make_programme(now)
    first, second = written(now), written(now)
    submit(second, now)
    return_application(code=second.code, reason="The dates.", by=desk_officer(now), now=now)
    affiliation = Affiliation.objects.filter(person=first.lead)
    affiliation.update(state=AffiliationState.ENDED.value)

    with pytest.raises(NotAllowed) as refused:
        submit(first, now)
    assert refused.value.needs == "organisation-member"
    assert submit(second, now).number == 2


def test_submit_checks_eligibility_and_the_call_again(now):
    make_programme(now)
    application = written(now)
    lead = lead_of(application, now)
    organisation = application.organisation
    organisation.kind = OrganisationKind.ENTERPRISE.value
    organisation.save()
    with pytest.raises(NotEligible) as refused:
        submit(application, now)
    assert refused.value.rules == ["kind"]
    after_the_period = now + timedelta(days=2000)
    assert lead.is_known
    with pytest.raises((CallClosed, NotEligible)):
        submit(application, after_the_period)


def test_a_submission_is_sealed_and_says_what_it_was_made_of(now):
    make_programme(now)
    application = written(now, lines=[line(), line(device_model="ascend-910b", cards="1")])
    submission = submit(application, now)
    assert submission.number == 1
    assert submission.sha256 == seal_of(submission.content)
    assert submission.content["organisation"]["name"] == application.organisation.name
    assert submission.content["eligibility"] == {"verdict": "yes", "answers": ANSWERS}
    assert submission.content["declarations"] == DECLARED
    lines = list(submission.lines.values_list("number", "list_minor", "subsidy_minor"))
    assert lines == [(1, 4_320_000, 3_024_000), (2, 1_440_000, 1_008_000)]
    application = reread(application)
    assert (application.list_value_minor, application.subsidy_minor) == (5_760_000, 4_032_000)
    assert application.round.code == "batch-1"
    assert application.submitted_at == now


def test_a_second_click_submits_nothing_more(now):
    make_programme(now)
    application = written(now)
    first = submit(application, now)
    again = submit(application, now + timedelta(seconds=1))
    assert (again.pk, Submission.objects.count(), RequestLine.objects.count()) == (first.pk, 1, 1)
    assert application.stays.count() == 1


@pytest.mark.parametrize("model", [Submission, RequestLine])
def test_what_was_submitted_cannot_be_changed_by_anybody(now, model):
    make_programme(now)
    submitted(now)
    for change in (
        lambda: model.objects.update(number=9),
        lambda: model.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_difference_is_told_field_by_field_and_line_by_line(now):
    make_programme(now)
    application = submitted(now, lines=[line(), line(cards="1")])
    older = latest_submission(application)
    return_application(code=application.code, reason="The dates.", by=desk_officer(now), now=now)
    revision = reread(application).draft_revision
    lead = lead_of(application, now)
    lines = [line(number="1", cards="3"), line(number="3", note="new")]
    for step, values in (("compute", {"lines": lines}), ("project", {"title": "New maps"})):
        revision = save_draft(
            code=application.code, step=step, values=values, revision=revision, by=lead, now=now
        ).draft_revision
    newer = submit(application, now)
    found = difference_between(older, newer)
    assert [(each.name, each.before, each.after) for each in found.fields] == [
        ("project.title", "Reading old harbour maps", "New maps")
    ]
    assert [(each.number, each.before is None, each.after is None) for each in found.lines] == [
        (1, False, False),
        (2, False, True),
        (3, True, False),
    ]
    assert found.lines[0].fields == ("cards",)
    assert difference_between(newer, newer).is_empty


def test_withdraw_refuses_in_this_order_and_may_be_repeated(now):
    make_programme(now)
    application = submitted(now)
    officer, lead = desk_officer(now), lead_of(application, now)
    with pytest.raises(NotFound):
        withdraw_application(
            code=application.code,
            reason="",
            by=make_applicant(now, "other@house.example")[0],
            now=now,
        )
    with pytest.raises(NotAllowed):
        withdraw_application(code=application.code, reason="", by=officer, now=now)
    with pytest.raises(ReasonMissing):
        withdraw_application(code=application.code, reason=" ", by=lead, now=now)
    for _ in range(2):
        withdraw_application(code=application.code, reason="No time.", by=lead, now=now)
    application = reread(application)
    assert (application.state, application.closed_at) == ("withdrawn", now)
    assert [stay.outcome for stay in application.stays.all()] == ["withdrawn"]
    with pytest.raises(WrongState):
        pass_stage(code=application.code, note="", by=officer, now=now)


def test_a_draft_is_withdrawn_without_a_reason(now):
    make_programme(now)
    application = begun(now)
    withdraw_application(code=application.code, reason="", by=lead_of(application, now), now=now)
    assert reread(application).state == "withdrawn"


def test_one_number_written_in_two_ways_stays_the_number_of_one_line(now):
    make_programme(now)
    rows = [line(cards="2") | {"number": "02"}, line(cards="3") | {"number": "2"}]
    submission = submit(written(now, lines=rows), now)
    assert list(submission.lines.values_list("number", "cards")) == [(2, 2), (3, 3)]


def test_a_returned_case_can_be_submitted_again_as_it_is(now):
    make_programme(now)
    application = submitted(now)
    first = application.draft_revision
    return_application(code=application.code, reason="Register.", by=desk_officer(now), now=now)
    by = lead_of(application, now)
    facts = {"code": application.code, "declarations": DECLARED, "by": by, "now": now}
    # The first sending once more is not another one.
    assert submit_application(**facts, revision=first).number == 1
    assert reread(application).state == "returned"
    assert submit(application, now).number == 2
    assert reread(application).state == "submitted"
