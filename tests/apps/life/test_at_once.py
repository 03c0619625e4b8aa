"""What others do while a job is admitted passes no rule. SQLite turns the second writer away."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from tests.apps.life.lives import HALVES, HOUR, LINE, award_under, day, hold

from praya.apps.awards.models import Award
from praya.apps.awards.rules import AwardState
from praya.apps.books.commands import retrying
from praya.apps.books.queries import line_numbers
from praya.apps.life.rules import NotOpenYet
from praya.apps.usage.commands import submitting
from praya.apps.usage.rules import AwardNotActive

HANDS = 4


@pytest.mark.django_db(transaction=True)
def test_jobs_at_once_stay_below_what_is_open():
    award = award_under({"tranches": HALVES})
    begin = threading.Barrier(HANDS)
    answers: list[str] = []

    def submit(hand: int) -> None:
        begin.wait()
        try:
            retrying(lambda: hold(award, 200, day(1), key=str(hand)))
            answers.append("held")
        except NotOpenYet:
            answers.append("not open yet")
        finally:
            connection.close()

    threads = [threading.Thread(target=submit, args=(hand,)) for hand in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["held", "held", "not open yet", "not open yet"]
    assert line_numbers([LINE])[LINE][0].in_flight == 400 * HOUR


@pytest.mark.django_db
@pytest.mark.parametrize("life", [{"tranches": HALVES}, {"free_use": {"percent_max": 100}}])
def test_an_award_suspended_while_a_job_is_admitted_runs_nothing(life, monkeypatch):
    award = award_under(life)

    def suspended_by_another(line, **size):
        Award.objects.filter(pk=line.award_id).update(state=AwardState.SUSPENDED.value)

    monkeypatch.setattr(submitting, "_check_size", suspended_by_another)
    with pytest.raises(AwardNotActive) as refused:
        hold(award, 1200, day(1))
    assert (refused.value.state, line_numbers([LINE])[LINE][0].in_flight) == ("suspended", 0)
