"""A form that no button of the page sent does nothing, and is told so."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.apps.awards.cases import accepted, money
from tests.apps.changes.changing import asked, changing_award, granted, staff, use
from tests.awarding import lead_of
from tests.factories import make_person, make_programme, person_behind

from praya.apps.awards.commands import ask_lead
from praya.apps.changes.commands import make_appeal
from praya.apps.changes.models import Appeal, Change, Debt
from praya.apps.changes.rules import Cause, ChangeKind, Formula
from praya.apps.changes.rules.appealing import Against, Ground
from praya.apps.notices.models import Letter
from praya.apps.people.letters import send_letter
from praya.apps.people.models import Affiliation, AuditLine
from praya.core.actor import Role

pytestmark = pytest.mark.django_db
SECOND = "second@pier.example"
TYPED = {
    "reason": "The tides took longer.",
    "number": "1",
    "amount": "5.00",
    "paid_on": "2026-03-02",
    "email": "fen@pier.example",
    "evidence": "File 7",
    "told": "It is met.",
}


@pytest.fixture
def award(now, monkeypatch):
    monkeypatch.setattr("praya.words.clock.now", lambda: now)
    return changing_award(now, appeal={"within_days": 14})


def forged(actor, address):
    """What comes back for each way in which no button says what to do."""
    client = Client()
    client.force_login(person_behind(actor))
    before = list(AuditLine.objects.values_list("pk", flat=True))
    answers = [
        client.post(address, TYPED | said)
        for said in ({}, {"act": ""}, {"act": "forged"}, {"act": "grant:1"}, {"act": "x" * 9000})
    ]
    assert client.get(address).status_code == 200
    assert list(AuditLine.objects.values_list("pk", flat=True)) == before
    assert all("Nothing was saved." in answer.text for answer in answers)
    return {answer.status_code for answer in answers}


def test_a_request_is_neither_decided_nor_withdrawn(award, now):
    change = asked(award, ChangeKind.TRANSFER, now, line=1, to_line=2, card_hours=20)

    for actor in (lead_of(award, now), staff(Role.OFFICER, now, SECOND)):
        assert forged(actor, f"/changes/{change.pk}/") == {400}

    assert Change.objects.get().state == "asked"


def test_an_appeal_is_neither_answered_nor_withdrawn(award, now):
    change = granted(asked(award, ChangeKind.REDUCTION, now, line=1, card_hours=10), now)
    lead = lead_of(award, now)
    facts = {"against": Against.CHANGE, "key": str(change.pk), "ground": Ground.MISREADING}
    appeal = make_appeal(**facts, text="Another of that name.", by=lead, now=now)

    assert forged(lead, f"/appeals/{appeal.pk}/") == {400}

    assert Appeal.objects.get().state == "open"


def test_a_debt_is_neither_paid_nor_given(award, now):
    use(award, now)
    change = asked(award, ChangeKind.RECOVERY, now, formula=Formula.ALL, cause=Cause.RESALE)
    granted(change, now, staff(Role.FINANCE, now))
    debt = Debt.objects.get()

    assert forged(staff(Role.FINANCE, now), f"/debts/{debt.pk}/") == {400}

    assert debt.payments.count() == 0


def test_conditions_stay_as_they_are(award, now):
    assert forged(staff(Role.OFFICER, now), f"/awards/{award.code}/conditions/") == {400}


def test_a_letter_is_neither_kept_back_nor_sent_again(award, now):
    lead = person_behind(lead_of(award, now))
    send_letter("award.member_added", to=lead, award=award.code, title="Tides")
    letter = Letter.objects.latest("id")

    assert forged(staff(Role.OFFICER, now), f"/letters/{letter.pk}/") == {400}

    letter.refresh_from_db()
    assert letter.state == "waiting"


def test_who_leads_stays_as_it_is(now, monkeypatch):
    monkeypatch.setattr("praya.words.clock.now", lambda: now)
    make_programme(now, changes={"lead": {"granted_by": "officer"}})
    money(now)
    award = accepted(now)
    heir, lead = make_person("heir@lab.example"), lead_of(award, now)
    Affiliation.objects.create(
        organisation=award.organisation, person=heir, state="active", asked_at=now
    )
    facts = {"code": award.code, "email": heir.email, "reason": "I leave."}
    change = ask_lead(**facts, by=lead, now=now)

    assert forged(lead, f"/lead-changes/{change.pk}/") == {400}

    change.refresh_from_db()
    assert change.state == "asked"
