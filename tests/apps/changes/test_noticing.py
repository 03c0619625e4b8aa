"""An early end by notice needs two people; the lead knows of it once both are agreed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.apps.changes.changing import changing_award, noticed, staff
from tests.awarding import lead_of

from praya.apps.awards.models import Award
from praya.apps.changes.commands import (
    agree_notice,
    carry_out_notices,
    give_notice,
    withdraw_notice,
)
from praya.apps.changes.models import Notice
from praya.apps.changes.queries import notice_of, notices_to_agree
from praya.apps.changes.rules import Cause, NoticeKind
from praya.apps.changes.rules import refusals as no
from praya.apps.notices.models import Letter
from praya.apps.people.models import AuditLine
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db
END = date(2026, 3, 31)
SECOND = "second@pier.example"


@pytest.fixture
def award(now):
    return changing_award(now)


def ask(award, now, kind=NoticeKind.END):
    told = {"code": award.code, "kind": kind, "cause": Cause.RESALE, "reason": "Sold on."}
    return give_notice(**told, effective_on=END, by=staff(Role.OFFICER, now), now=now)


def agree(notice, by, now):
    return agree_notice(notice_id=notice.pk, by=by, now=now)


def letters():
    return list(Letter.objects.filter(kind__startswith="notice.").values_list("kind", flat=True))


def test_the_lead_is_told_once_another_person_agrees(award, now):
    asked = ask(award, now)
    assert (asked.state, letters(), ask(award, now)) == ("asked", [], asked)
    officer, lead = staff(Role.OFFICER, now), lead_of(award, now)
    with pytest.raises(no.SameOfficer):
        agree(asked, officer, now)
    with pytest.raises(NotFound):
        agree(asked, lead, now)
    with pytest.raises(NotFound):
        notice_of(asked.pk, lead)
    with pytest.raises(NotAllowed):
        agree(asked, staff(Role.FINANCE, now), now)
    second = staff(Role.OFFICER, now, SECOND)
    assert (list(notices_to_agree(second)), list(notices_to_agree(officer))) == ([asked], [])

    later = now + timedelta(days=1)
    given = agree(asked, second, later)
    assert agree(asked, second, later) == given
    assert (given.state, given.given_at, given.agreed_by_id) == ("given", later, second.person_id)
    assert letters() == ["notice.given"]
    actions = AuditLine.objects.filter(action__startswith="notice.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["notice.asked", "notice.given"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(agreed_by_id=officer.person_id)


def test_the_days_of_notice_count_from_when_it_was_agreed_to(award, now):
    asked, second = ask(award, now), staff(Role.OFFICER, now, SECOND)
    with pytest.raises(no.NoticeTooShort) as short:
        agree(asked, second, now + timedelta(days=16))
    assert short.value.earliest == date(2026, 4, 1)
    with pytest.raises(no.NoticeInThePast):
        agree(asked, second, now + timedelta(days=30))

    carry_out_notices(by=Actor.praya("notices"), now=now + timedelta(days=30))
    assert Notice.objects.get().state == "overtaken"
    assert Award.objects.get(pk=award.pk).state == "active"
    with pytest.raises(no.NoticeNotOpen):
        agree(asked, second, now)


def test_what_was_only_asked_is_taken_back_without_a_letter(award, now):
    asked, officer = ask(award, now), staff(Role.OFFICER, now)
    withdraw_notice(notice_id=asked.pk, reason="It was not.", by=officer, now=now)
    assert (Notice.objects.get().state, letters()) == ("withdrawn", [])
    with pytest.raises(no.NoticeNotOpen):
        agree(asked, staff(Role.OFFICER, now, SECOND), now)


def test_by_the_rules_only_the_committee_agrees(now):
    award = changing_award(now, notice_granted_by="committee")
    asked = ask(award, now)
    with pytest.raises(NotAllowed) as refused:
        agree(asked, staff(Role.OFFICER, now, SECOND), now)
    assert refused.value.needs == "committee"
    assert agree(asked, staff(Role.COMMITTEE, now), now).state == "given"


def test_a_suspension_needs_one_person_alone(award, now):
    assert noticed(award, now, END, kind=NoticeKind.SUSPENSION).agreed_by is None
    assert letters() == ["notice.given"]


def test_the_word_of_an_officer_who_leads_the_award_by_now_stands(award, now):
    notice = noticed(award, now, END, kind=NoticeKind.SUSPENSION)
    Award.objects.filter(pk=award.pk).update(lead=notice.given_by)
    day = now + timedelta(days=30)
    assert carry_out_notices(by=Actor.praya("notices"), now=day) == [award.code]
