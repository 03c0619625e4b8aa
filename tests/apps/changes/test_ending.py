"""An award is ended before its time: by the rule of its cause, never by one person at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from tests.apps.changes.changing import asked, changing_award, granted, staff, use

from praya.apps.awards.models import Award
from praya.apps.books.models import Line
from praya.apps.books.queries import trial_balance
from praya.apps.changes.commands import give_notice, grant_change
from praya.apps.changes.queries import notice_preview, preview_for
from praya.apps.changes.rules import Cause, ChangeKind, NoticeKind, Wish
from praya.apps.changes.rules import refusals as no
from praya.core.actor import Role
from praya.core.programme.changes import EndCause
from praya.core.refusal import NotAllowed

AT_ONCE = {
    "end_at_once": {"causes": ["sanctions"], "granted_by": "committee"},
    "cure": {"causes": ["no-report"], "days": 30},
}


@pytest.fixture
def award(db, now):
    return changing_award(now, **AT_ONCE)


def end_request(award, now):
    return asked(award, ChangeKind.END, now, cause=Cause.SANCTIONS)


def test_the_rules_know_every_cause():
    assert get_args(EndCause) == tuple(cause.value for cause in Cause)


def test_an_award_is_ended_at_once_by_two_people_for_a_cause_of_the_rules(award, now):
    use(award, now, hours=40)
    change = end_request(award, now)
    for by in (staff(Role.OFFICER, now), staff(Role.OFFICER, now, "second@pier.example")):
        with pytest.raises(NotAllowed):
            granted(change, now, by)
    assert Award.objects.get(pk=award.pk).state == "active"

    done = granted(change, now, staff(Role.COMMITTEE, now))

    assert granted(change, now, staff(Role.COMMITTEE, now)) == done
    assert Award.objects.get(pk=award.pk).state == "ended"
    closed = Line.objects.exclude(closed_at=None).values_list("code", flat=True)
    assert sorted(closed) == [f"{award.code}.1", f"{award.code}.2"]
    assert trial_balance("pier").is_zero


def test_the_preview_of_an_end_is_what_the_book_posts(award, now):
    use(award, now, hours=40)
    officer = staff(Role.OFFICER, now)
    wish = Wish(cause=Cause.SANCTIONS)
    plan = preview_for(award.code, ChangeKind.END, wish, officer, now).plan

    to_pool = [one.amount for one in plan.postings if one.account == "pool/subsidy"]
    assert sum(to_pool) == (60 + 100) * 2100
    assert plan.facts == {"leases": [f"{award.code}.3"]}
    shown = notice_preview(award.code, NoticeKind.END, Cause.NO_REPORT, officer, now)
    assert (shown.earliest, shown.postings) == (date(2026, 4, 1), plan.postings)


@pytest.mark.parametrize(
    ("cause", "days"), [(Cause.NO_REPORT, 30), (Cause.RESALE, 14), (Cause.OWN_WISH, 14)]
)
def test_any_other_cause_has_its_notice_and_no_end_at_once(award, now, cause, days):
    with pytest.raises(no.CauseNeedsNotice) as refused:
        asked(award, ChangeKind.END, now, cause=cause)
    earliest = date(2026, 3, 2) + timedelta(days=days)
    assert (refused.value.earliest, refused.value.notice_days) == (earliest, days)

    def notice(on):
        return give_notice(
            code=award.code,
            kind=NoticeKind.END,
            cause=cause,
            reason="As told.",
            effective_on=on,
            by=staff(Role.OFFICER, now),
            now=now,
        )

    with pytest.raises(no.NoticeTooShort) as short:
        notice(earliest - timedelta(days=1))
    assert short.value.earliest == earliest
    assert notice(earliest).effective_on == earliest


def test_without_a_rule_nothing_ends_at_once(db, now):
    award = changing_award(now)
    with pytest.raises(no.KindNotAllowed):
        end_request(award, now)


def test_where_officers_grant_it_takes_a_second_one(db, now):
    award = changing_award(now, end_at_once={"causes": ["sanctions"], "granted_by": "officer"})
    change = end_request(award, now)
    with pytest.raises(no.SamePerson):
        grant_change(change_id=change.pk, reason="x", by=staff(Role.OFFICER, now), now=now)

    granted(change, now)

    assert Award.objects.get(pk=award.pk).state == "ended"
