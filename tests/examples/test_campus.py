"""The second programme goes all its way by the same commands: its rules are data, not code.

Many small awards, no price to pay, credits in place of money, a window each month, an officer who
decides, one review that is passed or failed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.apps.applications.cases import desk_officer, make_applicant, reread
from tests.apps.reviews.cases import reviewer
from tests.factories import appointed, make_admin, make_partition
from tests.fakes import ObedientEngine

from praya.apps.applications.commands import (
    begin_application,
    pass_stage,
    save_draft,
    submit_application,
)
from praya.apps.applications.queries import application_named
from praya.apps.awards.commands import accept_award, decide, release_decision
from praya.apps.awards.models import Award
from praya.apps.awards.rules import Outcome
from praya.apps.books.commands import approve_funding, ask_funding
from praya.apps.books.queries import verify_book
from praya.apps.programmes.commands import apply_programme
from praya.apps.programmes.rules import CallClosed
from praya.apps.reports.queries import figures_of, statement
from praya.apps.reviews.commands import (
    assign_reviewer,
    close_review_stage,
    declare_conflict,
    save_review,
    submit_review,
)
from praya.apps.reviews.rules import ConflictKind, MarkGiven, NotInReview
from praya.apps.usage.commands import run_schedule, submit_job, track_jobs
from praya.apps.usage.queries import run_key
from praya.core.actor import Actor, Role
from praya.core.programme.document import StageKind
from praya.core.quantity import CardTime, Money
from praya.core.review.amount import LineAmount

pytestmark = pytest.mark.django_db
EXAMPLE = Path(__file__).resolve().parents[2] / "examples/campus/programme.yaml"
MARCH = datetime(2026, 3, 5, 4, tzinfo=UTC)
CLOSED = datetime(2026, 3, 28, 4, tzinfo=UTC)
CAMPUS = {"programme_code": "campus"}


@pytest.fixture(autouse=True)
def _programme() -> None:
    apply_programme(source=EXAMPLE.read_bytes(), by=make_admin(MARCH), now=MARCH)
    officer = desk_officer(MARCH, "campus")
    finance = appointed("campus", Role.FINANCE, MARCH, "finance@campus.example")
    request = ask_funding(
        **CAMPUS, pool="open", amount=credit(1_000_000), reason="2026", by=officer, now=MARCH
    )
    approve_funding(request_id=request.pk, by=finance, now=MARCH)
    make_partition(MARCH, code="a100", device_model_code="nvidia-a100-40")


def credit(major: int) -> Money:
    return Money.parse(str(major), "CREDIT")


def submitted(hours: int) -> str:
    """The code of a case that asks for so many card-hours of an A100."""
    lead, house = make_applicant(MARCH)
    application = begin_application(
        **CAMPUS,
        call_code="monthly",
        organisation_id=house.pk,
        answers={"open-results": True},
        by=lead,
        now=MARCH,
    )
    line = {
        "device_model": "nvidia-a100-40",
        "shape": "card-hours",
        "cards": "4",
        "first_on": "2026-04-01",
        "last_on": "2026-06-30",
        "card_hours": str(hours),
        "note": "",
    }
    steps = {
        "organisation": {"contact_name": "Lee Wing", "contact_email": "wing@lab.example"},
        "project": {
            "title": "Tide tables",
            "summary": "We learn tides.",
            "summary_zh": "我們學潮汐。",
            "answers": {"what": "A model."},
        },
        "compute": {"lines": [line]},
    }
    for step, values in steps.items():
        revision = application.draft_revision
        facts = {"code": application.code, "step": step, "values": values, "revision": revision}
        application = save_draft(**facts, by=lead, now=MARCH)
    submit_application(
        code=application.code,
        declarations=["terms"],
        revision=application.draft_revision,
        by=lead,
        now=MARCH,
    )
    return application.code


def reviewed(code: str) -> None:
    """One reviewer lets it pass, with half of what was asked."""
    officer, wan = desk_officer(MARCH, "campus"), reviewer(MARCH, programme_code="campus")
    facts = {"application_code": code, "by": officer, "now": MARCH}
    review = assign_reviewer(**facts, person_id=wan.person_id, due_on=None)
    declare_conflict(review_id=review.pk, kind=ConflictKind.NONE, note="", by=wan, now=MARCH)
    review.refresh_from_db()
    review = save_review(
        review_id=review.pk,
        marks=[MarkGiven("sensible", 1, "")],
        recommended=[LineAmount(1, 4, 250)],
        comment="Small and clear.",
        comment_to_desk="",
        revision=review.revision,
        by=wan,
        now=MARCH,
    )
    submit_review(review_id=review.pk, revision=review.revision, by=wan, now=MARCH)
    close_review_stage(**facts, note="")


def awarded(code: str, hours: int) -> Award:
    """Decided by one officer, released by another, accepted by the lead."""
    officer = desk_officer(MARCH, "campus")
    decision = decide(
        application_code=code,
        outcome=Outcome.PART_AWARD,
        lines=[LineAmount(1, 4, hours)],
        rate_bp=10_000,
        rate_reason="",
        reasons="Fits.",
        conditions="",
        by=officer,
        now=CLOSED,
    )
    other = appointed("campus", Role.OFFICER, CLOSED, "second@campus.example")
    release_decision(decision_id=decision.pk, by=other, now=CLOSED)
    award = Award.objects.get(decision=decision)
    lead = lead_of(code)
    return accept_award(code=award.code, agreement_number=1, by=lead, now=CLOSED)


def lead_of(code: str) -> Actor:
    return make_applicant(CLOSED)[0]


def test_a_small_programme_without_money_goes_all_its_way():
    code = submitted(hours=500)
    officer = desk_officer(MARCH, "campus")
    pass_stage(code=code, note="", stage=StageKind.ELIGIBILITY, by=officer, now=MARCH)
    assert application_named(code, officer).state == "in-review"
    reviewed(code)
    award = awarded(code, hours=250)
    assert (award.code, award.subsidy_minor) == ("OCC-0001", credit(2_500).minor)
    assert award.subsidy_minor == award.list_minor  # nobody pays

    april = datetime(2026, 4, 2, 4, tzinfo=UTC)
    job = submit_job(
        award_code=award.code,
        cards=4,
        time_limit_s=7200,
        argv=["true"],
        key="tides",
        by=lead_of(code),
        now=april,
    )
    engine = ObedientEngine(april)
    worker = {"engine": engine, "cluster_code": "quay"}
    run_schedule(**worker, now=april)
    engine.pass_time(3600)
    engine.end(run_key(job))
    track_jobs(**worker, now=april + timedelta(hours=1))

    month = statement(award.code, "2026-04")
    assert (month.currency, month.list_price, month.subsidy) == ("CREDIT", credit(40), credit(40))
    assert [line.time for line in month.lines] == [CardTime(4 * 3600, "nvidia-a100-40")]
    assert verify_book("campus") == (True, [])
    figures = {one["code"]: one for one in figures_of("campus", april)["figures"]}
    assert figures["approved"]["numerator"] == 1


def test_the_smallest_ask_needs_no_review_and_a_closed_window_takes_nothing():
    code = submitted(hours=100)
    officer = desk_officer(MARCH, "campus")
    pass_stage(code=code, note="", stage=StageKind.ELIGIBILITY, by=officer, now=MARCH)
    assert application_named(code, officer).state == "to-decide"
    with pytest.raises(NotInReview):
        close_review_stage(application_code=code, note="", by=officer, now=MARCH)

    lead, house = make_applicant(CLOSED)
    with pytest.raises(CallClosed) as refused:
        begin_application(
            **CAMPUS,
            call_code="monthly",
            organisation_id=house.pk,
            answers={"open-results": True},
            by=lead,
            now=CLOSED,
        )
    assert refused.value.opens_on == date(2026, 4, 1)
    assert reread(application_named(code, officer)).programme.currency == "CREDIT"
