"""What waits for a reader on the first page, about jobs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.awarding import active_award, lead_of
from tests.factories import appointed

from praya.apps.usage.heartbeat import note_round
from praya.apps.usage.models import Job
from praya.core.actor import Role
from praya.web.usage.waiting import failed_jobs, lost_jobs, quiet_worker
from praya.web.waiting import waiting_of

pytestmark = pytest.mark.django_db


def ended(award, now, *, state, count):
    """So many jobs of the lead that ended now."""
    from praya.apps.usage.commands import cancel_job, submit_job

    for number in range(count):
        job = submit_job(
            award_code=award.code,
            cards=1,
            time_limit_s=60,
            argv=["true"],
            key=str(number),
            by=lead_of(award, now),
            now=now,
        )
        cancel_job(code=job.code, by=lead_of(award, now), now=now)
    Job.objects.update(state=state, exit_code=1)


def test_several_failed_jobs_wait_as_one_line_for_a_day(programme, now):
    award = active_award(now)
    ended(award, now, state="failed", count=3)
    lead = lead_of(award, now)

    assert [each.title for each in waiting_of([failed_jobs], lead, now)] == [
        "3 of your jobs failed"
    ]
    assert waiting_of([failed_jobs], lead, now + timedelta(days=1, seconds=1)) == []


def test_operators_hear_of_lost_jobs_and_of_a_quiet_worker(programme, now, settings, tmp_path):
    settings.PRAYA_HOME = tmp_path
    award = active_award(now)
    ended(award, now, state="lost", count=1)
    operator = appointed("pier", Role.OPERATOR, now)
    note_round(now - timedelta(minutes=10))

    (lost,) = waiting_of([lost_jobs], operator, now)
    (quiet,) = quiet_worker(operator, now)

    assert (lost.title, quiet.title) == ("1 job was lost", "The worker has gone quiet")
    assert waiting_of([lost_jobs], lead_of(award, now), now) == []
    assert list(quiet_worker(lead_of(award, now), now)) == []
