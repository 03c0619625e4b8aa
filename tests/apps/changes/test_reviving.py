"""A renewal, an exclusion and an early end are undone, within their limits."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.applications.cases import begun, make_applicant
from tests.apps.changes.changing import asked, changing_award, granted, noticed, staff, use
from tests.awarding import lead_of

from praya.apps.applications.models import Exclusion
from praya.apps.applications.rules import Excluded
from praya.apps.awards.commands import accept_award, suspend_award
from praya.apps.awards.models import Award
from praya.apps.awards.rules.refusals import PoolExhausted
from praya.apps.books.commands import commit_award, place_hold, settle_hold
from praya.apps.books.queries import line_numbers, pool_numbers, verify_book
from praya.apps.changes.commands import (
    carry_out_notices,
    undo_change,
    undo_notice,
    withdraw_notice,
)
from praya.apps.changes.queries import revival_preview, standing_notices, standing_of
from praya.apps.changes.rules import Cause, ChangeKind
from praya.apps.changes.rules import refusals as no
from praya.apps.notices.models import Letter
from praya.apps.usage.commands import accrue_leases, return_leases
from praya.core.actor import Actor, Role
from praya.core.ledger import LineGrant
from praya.core.quantity import CardTime, Money

RULES = {
    "end_at_once": {"causes": ["sanctions"], "granted_by": "committee"},
    "exclusion": {"months_max": 12},
    "renewal": {"months_max": 12},
}
MODEL = "nvidia-h800"
DAY = timedelta(days=1)


@pytest.fixture
def award(db, now):
    return changing_award(now, **RULES)


def committee(now, email="other.committee@pier.example"):
    return staff(Role.COMMITTEE, now, email)


def ended(award, now):
    change = asked(award, ChangeKind.END, now, cause=Cause.SANCTIONS)
    return granted(change, now, staff(Role.COMMITTEE, now))


def undo(change, now, by=None):
    by = by or committee(now)
    return undo_change(change_id=change.pk, reason="The list was wrong.", by=by, now=now)


def pool():
    return pool_numbers("pier")[0].free


def stands(award, number):
    code = f"{award.code}.{number}"
    return [(n.settled, n.free) for n in line_numbers([code])[code]]


def fresh(award):
    return Award.objects.get(pk=award.pk)


def test_an_award_that_was_ended_runs_again_with_what_it_had(award, now):
    use(award, now, hours=40)
    suspend_award(code=award.code, reason="x", by=staff(Role.OFFICER, now), now=now)
    before = (pool(), [stands(award, number) for number in (1, 2, 3)])
    change = ended(award, now)
    with pytest.raises(no.SamePerson):
        undo(change, now, staff(Role.COMMITTEE, now))

    undone = undo(change, now)

    assert (pool(), [stands(award, number) for number in (1, 2, 3)]) == before
    again = fresh(award)
    assert (again.state, again.ended_at, undone.agreement) == ("suspended", None, None)
    assert undo(change, now).entries == undone.entries
    assert verify_book("pier") == (True, [])
    assert Letter.objects.filter(kind="award.revived", to=award.lead).count() == 1


def test_it_can_be_ended_anew_and_everything_goes_back_anew(award, now):
    change = ended(award, now)
    after = pool()
    undo(change, now)
    later = now + timedelta(hours=1)

    second = ended(award, later)

    assert pool() == after
    assert [stands(award, number)[0][1] for number in (1, 2)] == [0, 0]
    undo(second, later)
    assert stands(award, 1)[0][1] == 100 * 3600


def test_what_jobs_gave_back_after_the_end_is_there_again(award, now):
    hold = {"programme_code": "pier", "now": now}
    time, subsidy = CardTime.of_hours(60, MODEL), Money(60 * 2100, "HKD")
    place_hold(
        **hold,
        line_code=f"{award.code}.1",
        key="J-1",
        time=time,
        subsidy=subsidy,
        expires_at=now + DAY,
    )
    change = ended(award, now)
    settle_hold(
        **hold,
        hold_key="J-1",
        key="J-1/s",
        time=CardTime.of_hours(10, MODEL),
        subsidy=Money(10 * 2100, "HKD"),
        own=Money(10 * 900, "HKD"),
    )
    assert stands(award, 1) == [(10 * 3600, 0), (10 * 2100, 0)]

    undo(change, now)

    assert stands(award, 1) == [(10 * 3600, 90 * 3600), (10 * 2100, 90 * 2100)]
    assert verify_book("pier") == (True, [])


def test_days_on_which_nobody_held_the_cards_of_a_lease_cost_nothing(award, now):
    """It ends on 2 March, and is taken up on the 5th: the new line counts from the 6th on."""
    earlier = granted(asked(award, ChangeKind.SUPPLEMENT, now, line=1, card_hours=50), now)
    change = ended(award, now)
    later = now + 3 * DAY
    accrue_leases(now=later)
    return_leases(now=later)
    charged = stands(award, 3)
    preview = revival_preview(fresh(award), standing_of(fresh(award), later)).revival

    undone = undo(change, later)

    lines = {line.number: line for line in award.lines.all()}
    assert (lines[4].cards, lines[4].first_on, lines[4].last_on) == (
        2,
        date(2026, 3, 6),
        date(2026, 12, 31),
    )
    assert stands(award, 3) == charged
    assert stands(award, 4)[0] == (0, 2 * 301 * 86_400)
    assert preview.needed.minor == 250 * 2100 + lines[4].subsidy_minor
    assert undone.agreement.number == 3
    accrue_leases(now=later + 2 * DAY)
    assert stands(award, 3) == charged
    assert stands(award, 4)[0][0] == 2 * 86_400  # the 6th alone
    with pytest.raises(no.EndedSince):
        undo(earlier, later)

    # What the first end closed stays closed when a second is undone.
    again = later + 3 * DAY
    second = ended(award, again)
    undo(second, again)
    assert stands(award, 3) == charged


def test_an_award_whose_means_were_given_away_stays_ended(award, now):
    change = ended(award, now)
    other = {"award_code": "PIER-0099", "key": "PIER-0099", "by": Actor.praya("test"), "now": now}
    taken = Money(pool() - 100, "HKD")
    line = LineGrant("PIER-0099.1", CardTime(3600, MODEL), taken)
    commit_award(programme_code="pier", pool="subsidy", lines=[line], **other)

    with pytest.raises(PoolExhausted) as refused:
        undo(change, now)

    assert (refused.value.free.minor, refused.value.asked.minor) == (100, 200 * 2100)
    assert fresh(award).state == "ended"
    assert change.award.changes.get(pk=change.pk).state == "granted"


def test_an_award_is_not_taken_up_after_its_last_day(award, now):
    change = ended(award, now)
    with pytest.raises(no.AwardOver):
        undo(change, now.replace(year=2027))


def test_an_end_by_notice_is_undone_by_another_officer(award, now):
    officer, second = staff(Role.OFFICER, now), staff(Role.OFFICER, now, "second@pier.example")
    notice = noticed(award, now, date(2026, 3, 16), by=officer)
    before = pool()

    def act(by, reason="They did not."):
        return undo_notice(notice_id=notice.pk, reason=reason, by=by, now=day)

    day = now + 14 * DAY
    with pytest.raises(no.NoticeNotUndoable):
        act(second)
    carry_out_notices(by=Actor.praya("notices"), now=day)
    assert list(standing_notices(fresh(award))) == [notice]
    for by, reason, refusal in (
        (second, " ", no.ReasonMissing),
        (officer, "x", no.SameOfficer),
        (staff(Role.OFFICER, now, "committee@pier.example"), "x", no.SameOfficer),  # who agreed
    ):
        with pytest.raises(refusal):
            act(by, reason)

    done = act(second)

    assert (done.state, act(second).state, fresh(award).state) == ("undone", "undone", "active")
    assert pool() == before
    with pytest.raises(no.NoticeNotOpen):
        withdraw_notice(notice_id=notice.pk, reason="x", by=officer, now=day)


def test_the_offer_of_a_new_period_is_taken_back_while_it_is_open(award, now):
    def renewed(month):
        wish = {"last_on": date(2027, month, 28)}
        return granted(asked(award, ChangeKind.RENEWAL, now, **wish), now)

    other = staff(Role.OFFICER, now, "third@pier.example")
    first = renewed(5)

    undo(first, now, other)

    assert Award.objects.get(pk=first.offered_id).state == "withdrawn"
    assert Letter.objects.filter(kind="award.withdrawn").count() == 1
    second = renewed(6)  # the rules let an award have one
    code = Award.objects.get(pk=second.offered_id).code
    accept_award(code=code, agreement_number=1, by=lead_of(award, now), now=now)
    with pytest.raises(no.OfferAnswered) as refused:
        undo(second, now, other)
    assert refused.value.facts == {"award": code, "state": "active"}


def test_an_exclusion_is_undone_and_the_one_before_counts_again(award, now):
    _lead, organisation = make_applicant(now)
    Award.objects.filter(pk=award.pk).update(organisation=organisation)

    def exclude(at, until):
        change = asked(award, ChangeKind.EXCLUSION, at, last_on=until, cause=Cause.RESALE)
        return granted(change, at, staff(Role.COMMITTEE, now))

    first = exclude(now, date(2026, 12, 31))
    lifted = exclude(now + DAY, now.date())
    with pytest.raises(no.NotLatest) as refused:
        undo(first, now + DAY)
    assert refused.value.number == lifted.pk

    undo(lifted, now + DAY)
    with pytest.raises(Excluded):
        begun(now + DAY)
    undo(first, now + DAY)

    assert begun(now + DAY).pk
    assert [one.change_number for one in Exclusion.objects.order_by("id")] == [
        first.pk,
        lifted.pk,
        first.pk,
        first.pk,
    ]
