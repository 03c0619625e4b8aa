"""Pages on which decisions are contested, appeals answered, and early ends undone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.changes.changing import asked, changing_award, granted, noticed, staff
from tests.awarding import lead_of
from tests.web.changes.test_change_pages import seen_by, text_of

from praya.apps.awards.models import Award
from praya.apps.books.commands import commit_award
from praya.apps.books.models import Balance
from praya.apps.changes.commands import carry_out_notices
from praya.apps.changes.models import Appeal
from praya.apps.changes.rules import Cause, ChangeKind
from praya.core.actor import Actor, Role
from praya.core.ledger import LineGrant
from praya.core.quantity import CardTime, Money

pytestmark = pytest.mark.django_db
RULES = {"appeal": {"within_days": 14}, "end_at_once": {"causes": ["sanctions"]}}
SECOND = "second@pier.example"


@pytest.fixture
def award(now, monkeypatch):
    monkeypatch.setattr("praya.words.clock.now", lambda: now)
    return changing_award(now, **RULES)


def test_an_early_end_is_contested_answered_and_undone(award, now):
    change = asked(award, ChangeKind.END, now, cause=Cause.SANCTIONS)
    decider = staff(Role.COMMITTEE, now)
    granted(change, now, decider)
    lead, other = lead_of(award, now), staff(Role.COMMITTEE, now, "other@pier.example")
    make = f"/appeals/change/{change.pk}/"
    assert make in text_of(seen_by(lead).get(f"/changes/{change.pk}/"))
    assert make not in text_of(seen_by(other).get(f"/changes/{change.pk}/"))
    assert "16 March 2026" in text_of(seen_by(lead).get(make))
    assert "Make the appeal" in text_of(seen_by(lead).get(make))

    done = seen_by(lead).post(make, {"ground": "misreading", "text": "Another of that name."})

    page = f"/appeals/{Appeal.objects.get().pk}/"
    assert done.url == page
    assert "stands at “Open”" in text_of(
        seen_by(lead).post(make, {"ground": "new-facts", "text": "More."})
    )
    shown = text_of(seen_by(decider).get(page))
    assert "Another of that name." in shown
    assert "Uphold" not in shown
    assert page not in text_of(seen_by(decider).get("/"))
    assert page in text_of(seen_by(other).get("/"))
    assert page in text_of(seen_by(other).get("/appeals/"))
    undoing = text_of(seen_by(other).get(f"/changes/{change.pk}/"))
    assert "Out of the pool again" in undoing

    answered = seen_by(other).post(page, {"act": "uphold", "reason": "Another person."})

    assert answered.status_code == 302
    assert Award.objects.get(pk=award.pk).state == "active"
    assert "Another person." in text_of(seen_by(lead).get(page))


def test_nothing_is_asked_where_it_is_too_late_to_contest(award, now, monkeypatch):
    change = asked(award, ChangeKind.END, now, cause=Cause.SANCTIONS)
    granted(change, now, staff(Role.COMMITTEE, now))
    make = f"/appeals/change/{change.pk}/"
    late = now + timedelta(days=20)
    monkeypatch.setattr("praya.words.clock.now", lambda: late)

    page = text_of(seen_by(lead_of(award, now)).get(make))

    assert "It could be contested until 16 March 2026." in page
    assert "Make the appeal" not in page


def test_an_end_by_notice_is_undone_after_what_it_takes_is_shown(award, now, monkeypatch):
    noticed(award, now, date(2026, 3, 16))
    lead = seen_by(lead_of(award, now))
    second = seen_by(staff(Role.OFFICER, now, SECOND))
    assert "/appeals/notice/" in text_of(lead.get(f"/awards/{award.code}/"))
    later = now + timedelta(days=14)
    carry_out_notices(by=Actor.praya("notices"), now=later)
    monkeypatch.setattr("praya.words.clock.now", lambda: later)
    page = f"/notices/{award.notices.get().pk}/undo/"
    assert page in text_of(second.get(f"/awards/{award.code}/"))
    assert page not in text_of(lead.get(f"/awards/{award.code}/"))
    assert "HK$4,200.00" in text_of(second.get(page))

    assert second.post(page, {"reason": "They did not."}).status_code == 302

    assert Award.objects.get(pk=award.pk).state == "active"
    assert "It was ended by notice" not in text_of(lead.get(f"/awards/{award.code}/"))


def test_an_appeal_that_the_pool_cannot_bear_leads_to_the_pool(award, now):
    change = asked(award, ChangeKind.END, now, cause=Cause.SANCTIONS)
    granted(change, now, staff(Role.COMMITTEE, now))
    text = {"ground": "misreading", "text": "Another of that name."}
    seen_by(lead_of(award, now)).post(f"/appeals/change/{change.pk}/", text)
    free = Balance.objects.get(account="pool/subsidy").amount
    line = LineGrant("PIER-0099.1", CardTime(3600, "nvidia-h800"), Money(free - 100, "HKD"))
    commit_award(
        programme_code="pier",
        pool="subsidy",
        award_code="PIER-0099",
        key="PIER-0099",
        lines=[line],
        by=Actor.praya("test"),
        now=now,
    )
    other = seen_by(staff(Role.COMMITTEE, now, "other@pier.example"))

    answer = {"act": "uphold", "reason": "Another person."}
    refused = other.post(f"/appeals/{Appeal.objects.get().pk}/", answer).content.decode()

    link = refused[refused.index('class="why" href="') :].split('"')[3].replace("&amp;", "&")
    assert link == "/finance/pier/why/?account=pool%2Fsubsidy"
    assert other.get(link).status_code == 200
