"""A month is closed in order, once its books are right, and for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.apps.billing.cases import MARCH, House
from tests.awarding import active_award, lead_of

from praya.apps.billing.commands import close_month
from praya.apps.billing.models import PeriodClose
from praya.apps.billing.queries import checklist, next_to_close, period_to_close
from praya.apps.billing.rules.refusals import (
    PeriodClosedBefore,
    PeriodNotNext,
    PeriodNotOver,
    PeriodNotReady,
)
from praya.apps.books.models import Balance, Book
from praya.apps.books.queries import head_of
from praya.apps.reports.queries import statement
from praya.apps.usage.commands import submit_job
from praya.apps.usage.commands.finishing import End, finish_job
from praya.apps.usage.models import Charge, ChargeMonth, UsageRecord
from praya.apps.usage.rules import JobState
from praya.core.actor import Actor
from praya.core.ledger import PeriodClosed
from praya.core.refusal import NotAllowed, NotFound

CODES = ["jobs", "leases", "chain", "trial-balance", "meters", "own-shares", "statements"]


def close(house: House, month: str = "2026-02", now: datetime = MARCH, by: Actor | None = None):
    return close_month(programme_code="pier", month=month, by=by or house.finance, now=now)


def test_a_closed_month_says_how_the_book_stood(house):
    made = close(house)

    head = head_of("pier")
    assert (made.month, made.entries, made.head_sha256) == ("2026-02", head.entries, head.sha256)
    assert [(one["code"], one["is_right"]) for one in made.checks] == [(c, True) for c in CODES]
    book = Book.objects.get(programme_code="pier")
    assert book.closed_until == date(2026, 2, 28)
    assert book.open_from == datetime(2026, 2, 28, 16, tzinfo=UTC)


def test_it_is_refused_in_the_order_that_is_promised(house):
    before = datetime(2026, 2, 28, 9, tzinfo=UTC)
    with pytest.raises(NotFound):
        close_month(programme_code="nowhere", month="2026-02", by=house.officer, now=before)
    with pytest.raises(NotAllowed):
        close(house, "2026-04", before, house.officer)
    with pytest.raises(PeriodNotNext) as refusal:
        close(house, "2026-04", before)
    assert refusal.value.facts == {"month": "2026-04", "next": "2026-02"}
    with pytest.raises(PeriodNotOver):
        close(house, now=before)
    Balance.objects.filter(account="centre/revenue").update(amount=0)
    with pytest.raises(PeriodNotReady) as refusal:
        close(house)
    assert refusal.value.facts["checks"] == ("chain", "trial-balance")
    assert not PeriodClose.objects.exists()


def test_a_month_is_closed_once(house):
    close(house)

    with pytest.raises(PeriodClosedBefore):
        close(house)
    assert next_to_close(house.award.programme) == "2026-03"


def test_what_the_meters_do_not_say_is_told(house):
    line = house.award.lines.get()
    UsageRecord.objects.create(
        key="forged",
        kind="job",
        line=line,
        device_model_code="nvidia-h800",
        cards=1,
        began_at=MARCH,
        ended_at=MARCH,
        card_seconds=7,
        received_at=MARCH,
    )

    found = {one.code: one for one in checklist(house.award.programme, "2026-02")}

    held = 20 * 86_400
    assert found["meters"].facts == {"differs": {"nvidia-h800·s": [held, held + 7]}}
    assert not found["meters"].is_right


def test_sums_of_a_statement_that_are_wrong_are_told(house):
    ChargeMonth.objects.update(own_minor=1)

    found = {one.code: one.is_right for one in checklist(house.award.programme, "2026-02")}

    assert found == dict.fromkeys(CODES, True) | {"statements": False}


def test_a_lease_that_is_not_charged_keeps_the_month_open(house):
    from tests.awarding import Given

    more = Given("cards", cards=1, first_on=date(2026, 2, 20), last_on=date(2026, 3, 20))
    late = active_award(datetime(2026, 2, 19, tzinfo=UTC), lines=[more], lead="b@pier.example")

    found = {one.code: one for one in checklist(house.award.programme, "2026-02")}

    assert found["leases"].facts == {"lines": [f"{late.code}.1"]}


def test_late_use_goes_to_the_open_month_and_says_so(house):
    begun = datetime(2026, 2, 27, 8, tzinfo=UTC)
    award = active_award(begun, hours=100, lead="late@pier.example")
    job = submit_job(
        award_code=award.code,
        cards=1,
        time_limit_s=7200,
        argv=["true"],
        key="late",
        by=lead_of(award, begun),
        now=begun,
    )
    close(house)

    end = End(JobState.COMPLETED, begun, begun + timedelta(hours=1), exit_code=0)
    finish_job(job_id=job.pk, end=end, by=Actor.praya("jobs"), now=MARCH)

    charge = Charge.objects.get(award=award)
    assert charge.month == "2026-03"
    [line] = statement(award.code, "2026-03").lines
    assert (line.what, line.late_from) == (job.code, "2026-02")
    assert statement(award.code, "2026-02").lines == ()
    assert period_to_close(award.programme, MARCH).month == "2026-03"


def test_nothing_is_written_into_a_closed_month(house):
    late = datetime(2026, 2, 27, 8, tzinfo=UTC)
    award = active_award(late, hours=100, lead="late@pier.example")
    close(house)

    with pytest.raises(PeriodClosed):
        submit_job(
            award_code=award.code,
            cards=1,
            time_limit_s=60,
            argv=["true"],
            key="too late",
            by=lead_of(award, late),
            now=late,
        )
