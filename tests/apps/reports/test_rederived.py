"""Every statement, made again from records, rates and rules, gives the same bytes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.apps.reports.rederiving import rederived
from tests.awarding import Given, active_award, lead_of, make_site

from praya.apps.reports.queries import statement
from praya.apps.usage.commands import accrue_leases, submit_job
from praya.apps.usage.commands.finishing import End, finish_job
from praya.apps.usage.models import ChargeMonth
from praya.apps.usage.rules import JobState
from praya.core.actor import Actor
from praya.words.paper.statement import statement_pdf

BEGUN = datetime(2026, 2, 20, 9, tzinfo=UTC)
PRICES = [
    {"device_model": "nvidia-h800", "per_card_hour": "29.99", "valid_from": "2026-01-01"},
    {"device_model": "nvidia-h800", "per_card_hour": "23.33", "valid_from": "2026-02-27"},
    {"device_model": "ascend-910b", "per_card_hour": "20", "valid_from": "2026-01-01"},
]


def test_statements_of_jobs_and_leases_are_the_same_bytes_again(db):
    make_site(BEGUN, prices=PRICES)
    lease = Given("cards", cards=3, first_on=BEGUN.date(), last_on=date(2026, 3, 4))
    award = active_award(BEGUN, lines=[lease, Given(hours=1000)])
    by = lead_of(award, BEGUN)
    for number in range(7):
        at = BEGUN + timedelta(days=2 * number)
        job = submit_job(
            award_code=award.code,
            line_number=2,
            cards=1 + number % 3,
            time_limit_s=7200,
            argv=["true"],
            key=f"job-{number}",
            by=by,
            now=at,
        )
        end = End(JobState.COMPLETED, at, at + timedelta(seconds=37 * number + 1), exit_code=0)
        finish_job(job_id=job.pk, end=end, by=Actor.praya("jobs"), now=at + timedelta(hours=2))
    accrue_leases(now=datetime(2026, 3, 10, tzinfo=UTC))

    months = list(ChargeMonth.objects.order_by("month").values_list("month", flat=True))
    assert months == ["2026-02", "2026-03"]
    for month in months:
        made, again = statement(award.code, month), rederived(award.code, month)
        assert again == made
        assert statement_pdf(again) == statement_pdf(made)
        assert made.own.minor == ChargeMonth.objects.get(month=month).own_minor
