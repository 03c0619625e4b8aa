"""From assignment to the submitted marks, by the commands; refusals in the order promised."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from tests.apps.applications.cases import (
    LARGE,
    LEAD,
    desk_officer,
    lead_of,
    reread,
    screened,
    submitted,
)
from tests.apps.reviews.cases import BO, WAN, assigned, marked, opened, reviewed, reviewer
from tests.factories import appointed, make_admin, make_person, make_programme

from praya.apps.applications.models import Application
from praya.apps.applications.queries import case_of
from praya.apps.people.models import Affiliation, AuditLine
from praya.apps.programmes.commands import end_appointment
from praya.apps.programmes.models import Appointment
from praya.apps.programmes.queries import actor_for
from praya.apps.reviews.commands import (
    assign_reviewer,
    close_review_stage,
    declare_conflict,
    save_review,
    submit_review,
    withdraw_review,
)
from praya.apps.reviews.models import CaseResult, Review
from praya.apps.reviews.queries import (
    candidates_for,
    cases_without_reviewers,
    latest_submission_of,
    overdue_reviews,
    results_kept,
    results_of,
    review_of,
    reviews_by,
    reviews_of,
    reviews_to_do,
)
from praya.apps.reviews.rules import (
    AlreadyAssigned,
    AlreadyDeclared,
    AmountAboveAsked,
    ConflictKind,
    ConflictNoteMissing,
    CriterionTwice,
    Incomplete,
    LineTwice,
    MarkGiven,
    MarkOutOfRange,
    NotAReviewer,
    NotDeclared,
    NotInReview,
    NotOpen,
    SameOrganisation,
    SpreadNoteMissing,
    TooFew,
    UnknownCriterion,
    UnknownLine,
)
from praya.core.actor import Role
from praya.core.refusal import NotAllowed, NotFound, StaleForm
from praya.core.review.amount import LineAmount

pytestmark = pytest.mark.django_db

MARKS = [MarkGiven("merit", 4, "new"), MarkGiven("plan", 3)]
AMOUNTS = [LineAmount(1, 12)]


@pytest.fixture
def application(now):
    make_programme(now)
    return screened(now, lines=[LARGE])


def assign(application, person_id, by, now):
    return assign_reviewer(
        application_code=application.code,
        person_id=person_id,
        due_on=date(2026, 3, 20),
        by=by,
        now=now,
    )


def save(review, by, now, **changed):
    given = {
        "marks": MARKS,
        "recommended": AMOUNTS,
        "comment": "Worth doing.",
        "comment_to_desk": "",
        "revision": review.revision,
    }
    return save_review(review_id=review.pk, by=by, now=now, **(given | changed))


def join(email, organisation, now):
    Affiliation.objects.create(
        person=make_person(email),
        organisation=organisation,
        state="active",
        asked_at=now,
        settled_at=now,
    )


def test_marks_and_amounts_of_two_reviewers_become_one_result(now):
    make_programme(now)
    application = reviewed(now)

    result = results_of([application.pk])[application.pk]

    assert application.state == "to-decide"
    assert result.mark == Fraction(60 * 9, 2 * 5) + Fraction(40 * 7, 2 * 5)
    assert result.recommended == {1: LineAmount(1, 14)}


def test_whose_appointment_ended_neither_reads_nor_marks_the_case(application, now):
    review = opened(application, WAN, now)
    done = marked(application, BO, now, merit=4, plan=3, cards=12)
    for each in Appointment.objects.filter(role=Role.REVIEWER.value):
        end_appointment(appointment_id=each.pk, by=make_admin(now), now=now)
    wan, bo = (actor_for(make_person(email), now) for email in (WAN, BO))

    with pytest.raises(NotFound):
        review_of(review.pk, wan)
    with pytest.raises(NotFound):
        save(review, wan, now)
    with pytest.raises(NotFound):
        submit_review(review_id=review.pk, revision=review.revision, by=wan, now=now)
    with pytest.raises(NotFound):
        review_of(done.pk, bo)
    for former in (wan, bo):
        assert list(reviews_by(former)) == list(reviews_to_do(former)) == []
        with pytest.raises(NotFound):
            case_of(application.code, former)
    # What was handed in counts all the same, and what was not can be taken back.
    assert results_of([application.pk])[application.pk].reviews == 1
    assert withdraw_review(review_id=review.pk, by=desk_officer(now), now=now).state == "withdrawn"


def test_what_is_kept_of_a_case_is_what_its_reviews_say(
    application, now, django_assert_num_queries
):
    first = marked(application, WAN, now, merit=4, plan=3, cards=12)
    marked(application, BO, now, merit=5, plan=5, cards=4)
    withdraw_review(review_id=first.pk, by=desk_officer(now), now=now)
    said = results_of([application.pk])
    version = latest_submission_of(application.pk).rule_version

    with django_assert_num_queries(1):
        assert results_kept(Application.objects.all(), {application.pk: version.sha256}) == said
    assert said[application.pk].reviews == 1
    assert said[application.pk].recommended == {1: LineAmount(1, 4)}


def test_what_is_kept_does_not_count_under_other_rules(application, now):
    marked(application, WAN, now, merit=4, plan=3, cards=12)
    CaseResult.objects.filter(application=application).update(text="of other rules")

    kept = results_kept(Application.objects.all(), {application.pk: "another"})

    assert kept == results_of([application.pk])


def test_assigning_refuses_in_the_order_promised(application, now):
    officer = desk_officer(now)
    wan = reviewer(now)
    with pytest.raises(NotFound):
        assign_reviewer(
            application_code="PIR-A9999", person_id=wan.person_id, due_on=None, by=wan, now=now
        )
    with pytest.raises(NotFound):
        assign(application, wan.person_id, wan, now)
    with pytest.raises(NotAllowed):
        assign(application, wan.person_id, actor_for(application.lead, now), now)
    early = submitted(now, email="early@lab.example")
    with pytest.raises(NotInReview):
        assign(early, make_person("nobody@lab.example").pk, officer, now)
    with pytest.raises(NotAReviewer):
        assign(application, make_person("nobody@lab.example").pk, officer, now)
    own = appointed("pier", Role.REVIEWER, now, LEAD)
    with pytest.raises(SameOrganisation):
        assign(application, own.person_id, officer, now)
    assign(application, wan.person_id, officer, now)
    with pytest.raises(AlreadyAssigned):
        assign(application, wan.person_id, officer, now)


def test_a_withdrawn_reviewer_may_be_asked_again(application, now):
    officer = desk_officer(now)
    review = opened(application, WAN, now)
    for _ in range(2):
        withdraw_review(review_id=review.pk, by=officer, now=now)
    with pytest.raises(NotOpen):
        save(review, reviewer(now), now)

    again = assign(application, review.reviewer_id, officer, now)

    assert (again.pk, again.state, again.conflict) == (review.pk, "to-declare", "")


def test_candidates_of_the_same_house_are_flagged_and_come_last(application, now):
    reviewer(now, "ah@review.example")
    reviewer(now, BO)
    join("ah@review.example", application.organisation, now)
    assigned(application, WAN, now)

    candidates = candidates_for(application.code, desk_officer(now))

    assert [(one.person.email, one.is_of_same_organisation) for one in candidates] == [
        (BO, False),
        (WAN, False),
        ("ah@review.example", True),
    ]


def test_the_case_stays_closed_until_a_conflict_is_denied(application, now):
    review = assigned(application, WAN, now)
    wan = reviewer(now)

    assert review_of(review.pk, wan).case is None
    with pytest.raises(NotFound):
        case_of(application.code, wan)
    with pytest.raises(NotDeclared):
        save(review, wan, now)

    declare_conflict(review_id=review.pk, kind=ConflictKind.NONE, note="", by=wan, now=now)

    page = review_of(review.pk, wan)
    assert page.case is not None
    assert [line.cards for line in page.case.lines] == [16]


def test_a_conflict_closes_the_case_for_good(application, now):
    review = assigned(application, WAN, now)
    wan = reviewer(now)
    with pytest.raises(ConflictNoteMissing):
        declare_conflict(review_id=review.pk, kind=ConflictKind.OTHER, note=" ", by=wan, now=now)
    declare_conflict(review_id=review.pk, kind=ConflictKind.CO_AUTHOR, note="2024", by=wan, now=now)
    declare_conflict(review_id=review.pk, kind=ConflictKind.CO_AUTHOR, note="2024", by=wan, now=now)

    with pytest.raises(AlreadyDeclared):
        declare_conflict(review_id=review.pk, kind=ConflictKind.NONE, note="", by=wan, now=now)
    with pytest.raises(NotOpen):
        save(review, wan, now)
    assert review_of(review.pk, wan).case is None
    assert AuditLine.objects.filter(action="review.conflict_declared").count() == 1


def test_the_desk_cannot_lift_a_conflict_that_was_declared(application, now):
    review = opened(application, WAN, now)
    wan, officer = reviewer(now), desk_officer(now)
    declare_conflict(review_id=review.pk, kind=ConflictKind.OTHER, note="kin", by=wan, now=now)

    with pytest.raises(NotOpen):
        withdraw_review(review_id=review.pk, by=officer, now=now)
    with pytest.raises(AlreadyAssigned):
        assign(application, wan.person_id, officer, now)

    kept = Review.objects.get(pk=review.pk)
    assert (kept.state, kept.conflict, kept.conflict_note) == ("conflicted", "other", "kin")


def test_a_conflict_may_still_come_to_mind_while_marking(application, now):
    review = opened(application, WAN, now)
    wan = reviewer(now)

    declare_conflict(review_id=review.pk, kind=ConflictKind.ADVISER, note="", by=wan, now=now)

    assert review_of(review.pk, wan).case is None


def test_somebody_of_the_house_cannot_deny_a_conflict(application, now):
    review = assigned(application, WAN, now)
    join(WAN, application.organisation, now)

    with pytest.raises(SameOrganisation):
        declare_conflict(
            review_id=review.pk, kind=ConflictKind.NONE, note="", by=reviewer(now), now=now
        )


def test_who_joins_the_applicants_while_marking_marks_no_more_and_may_say_so(application, now):
    review, wan = opened(application, WAN, now), reviewer(now)
    review = save(review, wan, now)
    join(WAN, application.organisation, now)

    with pytest.raises(SameOrganisation):
        save(review, wan, now)
    with pytest.raises(SameOrganisation):
        submit_review(review_id=review.pk, revision=review.revision, by=wan, now=now)

    kind = ConflictKind.SAME_ORGANISATION
    declare_conflict(review_id=review.pk, kind=kind, note="", by=wan, now=now)
    assert results_of([application.pk])[application.pk].reviews == 0


def test_a_draft_keeps_what_is_there_and_counts_its_saves(application, now):
    review = opened(application, WAN, now)
    wan = reviewer(now)
    half = [MarkGiven("merit", None, "still reading")]

    saved = save(review, wan, now, marks=half, recommended=[], comment="")

    record = review_of(review.pk, wan).record
    assert saved.revision == review.revision + 1
    assert dict(record.marks) == {"merit": MarkGiven("merit", None, "still reading")}
    with pytest.raises(StaleForm):
        save(review, wan, now)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"marks": [MarkGiven("style", 3)]}, UnknownCriterion),
        ({"marks": [MarkGiven("merit", 6)]}, MarkOutOfRange),
        ({"marks": [MarkGiven("merit", -1)]}, MarkOutOfRange),
        ({"marks": [MarkGiven("merit", 3), MarkGiven("merit", 4)]}, CriterionTwice),
        ({"recommended": [LineAmount(2, 1)]}, UnknownLine),
        ({"recommended": [LineAmount(1, 1), LineAmount(1, 2)]}, LineTwice),
        ({"recommended": [LineAmount(1, 17)]}, AmountAboveAsked),
        ({"recommended": [LineAmount(1, 16, 5)]}, AmountAboveAsked),
    ],
)
def test_a_mark_or_amount_the_rules_do_not_know_is_refused(application, now, changed, refusal):
    review = opened(application, WAN, now)

    with pytest.raises(refusal):
        save(review, reviewer(now), now, **changed)


def test_submitting_names_everything_that_is_missing(application, now):
    review = opened(application, WAN, now)
    wan = reviewer(now)
    review = save(review, wan, now, marks=MARKS[:1], recommended=[], comment=" ")

    with pytest.raises(Incomplete) as refused:
        submit_review(review_id=review.pk, revision=review.revision, by=wan, now=now)

    assert refused.value.facts == {"criteria": ("plan",), "lines": (1,), "comment_missing": True}


def test_a_submitted_review_stands_and_may_be_submitted_twice(application, now):
    review = marked(application, WAN, now, merit=4, plan=3, cards=12)
    wan = reviewer(now)

    again = submit_review(review_id=review.pk, revision=review.revision, by=wan, now=now)

    assert again.submitted_at == now
    assert again.submission.number == 1
    with pytest.raises(NotOpen):
        save(review, wan, now)
    assert AuditLine.objects.filter(action="review.submitted").count() == 1


def test_the_stage_closes_once_there_are_enough_reviews(application, now):
    officer = desk_officer(now)
    marked(application, WAN, now, merit=4, plan=3, cards=12)
    left = assigned(application, "late@review.example", now)
    with pytest.raises(NotAllowed):
        close_review_stage(application_code=application.code, note="", by=reviewer(now), now=now)
    with pytest.raises(TooFew) as refused:
        close_review_stage(application_code=application.code, note="", by=officer, now=now)
    assert (refused.value.submitted, refused.value.needed) == (1, 2)
    marked(application, BO, now, merit=4, plan=4, cards=12)

    close_review_stage(application_code=application.code, note="", by=officer, now=now)

    assert reread(application).state == "to-decide"
    left.refresh_from_db()
    assert left.state == "withdrawn"
    with pytest.raises(NotInReview):
        close_review_stage(application_code=application.code, note="", by=officer, now=now)


def test_reviewers_far_apart_want_a_further_review_or_a_note(application, now):
    officer = desk_officer(now)
    marked(application, WAN, now, merit=5, plan=5, cards=16)
    marked(application, BO, now, merit=2, plan=2, cards=4)

    with pytest.raises(SpreadNoteMissing):
        close_review_stage(application_code=application.code, note=" ", by=officer, now=now)
    close_review_stage(application_code=application.code, note="They agree.", by=officer, now=now)

    assert reread(application).state == "to-decide"


def test_reviews_are_seen_by_the_desk_alone(application, now):
    review = marked(application, WAN, now, merit=4, plan=3, cards=12)
    auditor = appointed("pier", Role.AUDITOR, now)

    for actor in (desk_officer(now), auditor):
        assert [one.review.pk for one in reviews_of(application.code, actor)] == [review.pk]
    for actor in (
        lead_of(application, now),
        reviewer(now, BO),
        appointed("pier", Role.FINANCE, now),
    ):
        with pytest.raises(NotFound):
            reviews_of(application.code, actor)
        with pytest.raises(NotFound):
            review_of(review.pk, actor)


def test_an_officer_who_applies_sees_no_review_of_their_own_case(application, now):
    marked(application, WAN, now, merit=4, plan=3, cards=12)
    appointed("pier", Role.OFFICER, now, LEAD)
    by = lead_of(application, now)

    with pytest.raises(NotFound):
        reviews_of(application.code, by)
    with pytest.raises(NotFound):
        candidates_for(application.code, by)


def test_an_officer_of_the_applicant_s_organisation_reads_no_reviewer_and_changes_none(
    application, now
):
    review, officer = opened(application, WAN, now), desk_officer(now)
    join("officer@pier.example", application.organisation, now)

    for ask in (reviews_of, candidates_for):
        with pytest.raises(NotFound):
            ask(application.code, officer)
    with pytest.raises(NotAllowed):
        withdraw_review(review_id=review.pk, by=officer, now=now)
    with pytest.raises(NotAllowed):
        close_review_stage(application_code=application.code, note="", by=officer, now=now)


def test_what_waits_is_found(application, now):
    officer = desk_officer(now)
    assert [one.code for one in cases_without_reviewers(officer)] == [application.code]
    wan = reviewer(now)
    review = assign(application, wan.person_id, officer, now)

    assert list(cases_without_reviewers(officer)) == []
    appointment = Appointment.objects.filter(person_id=wan.person_id)
    appointment.update(until=now)
    assert list(cases_without_reviewers(officer)) == [application], "nobody is left to mark it"
    appointment.update(until=None)
    assert [one.pk for one in reviews_to_do(wan)] == [review.pk]
    assert list(overdue_reviews(officer, date(2026, 3, 20))) == []
    assert [one.pk for one in overdue_reviews(officer, date(2026, 3, 21))] == [review.pk]
    assert list(overdue_reviews(wan, date(2026, 3, 21))) == []
