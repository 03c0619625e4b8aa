"""Changes and notices are refused in the order that is promised, each refusal by its class."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.changes.changing import CHANGES, asked, changing_award, granted, noticed, staff, use
from tests.awarding import Given, active_award, lead_of, make_site

from praya.apps.applications.rules import Recused
from praya.apps.awards.commands import recuse
from praya.apps.changes.commands import (
    carry_out_notices,
    grant_change,
    refuse_change,
    undo_change,
    undo_notice,
)
from praya.apps.changes.rules import ChangeKind
from praya.apps.changes.rules import refusals as no
from praya.core.actor import Actor, Role
from praya.core.ledger import BookExhausted, CannotReverse
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db
AFTER_ALL = timedelta(days=400)  # past the last day of every line
NEVER = 10**6  # no change has that number


@pytest.fixture
def award(db, now):
    return changing_award(now)


def officer(now, name):
    return staff(Role.OFFICER, now, f"{name}@pier.example")


def shy_officer(award, now):
    """An officer who takes no part in what concerns the award."""
    shy = officer(now, "shy")
    recuse(application_code=award.application.code, reason="A friend.", by=shy, now=now)
    return shy


def test_undoing_a_change_is_refused_in_order(award, now):
    wish = {"line": 1, "to_line": 2, "card_hours": 20}
    change = asked(award, ChangeKind.TRANSFER, now, **wish)
    second, third, shy = officer(now, "second"), officer(now, "third"), shy_officer(award, now)

    def undo(by, reason="Wrong.", at=now, number=None):
        return undo_change(change_id=number or change.pk, reason=reason, by=by, now=at)

    def refused(refusal, *args, **facts):
        with pytest.raises(refusal):
            undo(*args, **facts)

    refused(NotFound, third, " ", number=NEVER)
    refused(NotFound, staff(Role.OPERATOR, now, "else@pier.example"), " ")
    refused(NotAllowed, lead_of(award, now), " ")
    refused(Recused, shy, " ")
    refused(no.NotUndoable, second, " ")  # nobody has granted it
    granted(change, now, second)
    refused(no.ReasonMissing, second, " ")
    refused(no.SamePerson, second)
    later = granted(asked(award, ChangeKind.SUPPLEMENT, now, line=1, card_hours=1), now, second)
    use(award, now, line=2, hours=110)  # ten of what was moved
    refused(no.NotLatest, third, at=now + AFTER_ALL)
    undo(third, number=later.pk)
    refused(no.LineOver, third, at=now + AFTER_ALL)
    refused(CannotReverse, third)


def test_granting_a_change_is_refused_in_order(award, now):
    change = asked(award, ChangeKind.TRANSFER, now, line=1, to_line=2, card_hours=20)
    second, shy = officer(now, "second"), shy_officer(award, now)
    refuse = asked(award, ChangeKind.SUPPLEMENT, now, line=1, card_hours=1)
    refuse_change(change_id=refuse.pk, reason="No.", by=second, now=now)
    own = asked(award, ChangeKind.REDUCTION, now, line=1, card_hours=90)
    use(award, now, line=1, hours=90)

    def refused(refusal, by, number=change.pk):
        with pytest.raises(refusal):
            grant_change(change_id=number, reason="Fits.", by=by, now=now)

    refused(NotFound, second, NEVER)
    refused(NotAllowed, lead_of(award, now))
    refused(Recused, shy, refuse.pk)
    refused(no.NotOpen, second, refuse.pk)
    refused(no.SamePerson, staff(Role.OFFICER, now), own.pk)
    refused(BookExhausted, second, own.pk)
    refused(BookExhausted, second)


def test_undoing_a_notice_is_refused_in_order(award, now):
    given_by, second, shy = officer(now, "officer"), officer(now, "second"), shy_officer(award, now)
    notice = noticed(award, now, date(2026, 3, 16), by=given_by)
    day = now + timedelta(days=14)

    def refused(refusal, by, reason="Not so.", at=day, number=notice.pk):
        with pytest.raises(refusal):
            undo_notice(notice_id=number, reason=reason, by=by, now=at)

    refused(NotFound, given_by, " ", number=NEVER)
    refused(NotAllowed, staff(Role.AUDITOR, now), " ")
    refused(Recused, shy, " ")
    refused(no.NoticeNotUndoable, given_by, " ")  # it has ended nothing yet
    carry_out_notices(by=Actor.praya("notices"), now=day)
    refused(no.ReasonMissing, given_by, " ", at=now + AFTER_ALL)
    refused(no.SameOfficer, given_by, at=now + AFTER_ALL)
    refused(no.AwardOver, second, at=now + AFTER_ALL)


@pytest.mark.parametrize(
    ("kind", "wish", "days", "refusal"),
    [
        (ChangeKind.RECOVERY, {}, 0, no.FormulaNotAllowed),
        (ChangeKind.SUPPLEMENT, {"line": 1, "card_hours": 1}, 400, no.LineOver),
        (ChangeKind.TRANSFER, {"line": 1, "to_line": 2, "card_hours": 1}, 0, no.OtherModel),
        (ChangeKind.EXTENSION, {"last_on": date(2036, 1, 1)}, 0, no.OutsidePeriod),
        (ChangeKind.REDUCTION, {"line": 1, "card_hours": 1, "pool": "sea"}, 0, no.PoolUnknown),
    ],
)
def test_what_no_change_may_ask_for_has_a_refusal_of_its_own(now, kind, wish, days, refusal):
    make_site(now, changes=CHANGES | {"extension": {"months_max": 600}})
    other = Given(hours=10, device_model="ascend-910b")
    award = active_award(now, lines=[Given(hours=100), other])

    with pytest.raises(refusal):
        asked(award, kind, now + timedelta(days=days), **wish)
