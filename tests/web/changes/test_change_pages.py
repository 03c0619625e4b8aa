"""Pages about changes of awards: asked for by leads, decided at the desk, debts kept by finance."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from tests.apps.changes.changing import asked, changing_award, granted, staff, use
from tests.awarding import lead_of
from tests.factories import person_behind

from praya.apps.books.commands import commit_award
from praya.apps.books.queries import pool_numbers
from praya.apps.changes.models import Change, Debt, Notice
from praya.apps.changes.rules import Cause, ChangeKind, Formula
from praya.core.actor import Actor, Role
from praya.core.ledger import LineGrant
from praya.core.quantity import CardTime, Money

pytestmark = pytest.mark.django_db


@pytest.fixture
def award(now, monkeypatch):
    monkeypatch.setattr("praya.words.clock.now", lambda: now)
    return changing_award(now)


def seen_by(actor) -> Client:
    client = Client()
    client.force_login(person_behind(actor))
    return client


def text_of(response) -> str:
    assert response.status_code == 200, response
    return response.content.decode()


def test_a_lead_looks_asks_and_an_officer_grants(award, now):
    lead, officer = seen_by(lead_of(award, now)), seen_by(staff(Role.OFFICER, now))
    page = f"/awards/{award.code}/changes/supplement/"
    filled = {"line": "1", "card_hours": "50", "reason": "The tides took longer."}
    assert f"/awards/{award.code}/changes/" in text_of(lead.get(f"/awards/{award.code}/"))
    assert page in text_of(lead.get(f"/awards/{award.code}/changes/"))

    shown = text_of(lead.post(page, filled | {"act": "preview"}))

    assert "150.0 card-hours" in shown
    assert "pool/subsidy" in shown
    assert Change.objects.count() == 0
    response = lead.post(page, filled | {"act": "ask"})
    change = Change.objects.get()
    assert response.url == f"/changes/{change.pk}/"
    assert response.url in text_of(officer.get("/"))
    assert "Grant" in text_of(officer.get(response.url))
    assert officer.post(response.url, {"act": "grant", "reason": "It fits."}).status_code == 302
    done = text_of(lead.get(response.url))
    assert "It fits." in done
    assert f"/awards/{award.code}/agreement/2/" in done
    assert "Granted" in text_of(officer.get("/changes/"))


def test_a_lead_asks_for_a_renewal_with_other_amounts(now, monkeypatch):
    monkeypatch.setattr("praya.words.clock.now", lambda: now)
    rule = {"months_max": 12, "amount_percent_max": 150}
    award = changing_award(now, renewal=rule)
    lead = seen_by(lead_of(award, now))
    page = f"/awards/{award.code}/changes/renewal/"
    filled = {"last_on": "2027-06-30", "reason": "The tides go on."}
    shown = text_of(lead.get(page))
    amounts = {"amount_of_1": "150", "amount_of_2": "100", "amount_of_3": ""}

    assert "0 leaves the line out." in shown
    refused = text_of(lead.post(page, filled | {"act": "preview", "amount_of_1": "151"}))
    assert "151" in refused
    response = lead.post(page, filled | amounts | {"act": "ask"})

    assert Change.objects.get().wish == {"last_on": "2027-06-30", "amounts": {"1": 150}}
    assert "Amount of line 1" in text_of(lead.get(response.url))


def test_what_stands_in_the_way_is_told_before_anything_is_asked(award, now):
    lead = seen_by(lead_of(award, now))
    page = f"/awards/{award.code}/changes/supplement/"
    filled = {"line": "1", "card_hours": "51", "reason": "More."}

    for act in ("preview", "ask"):
        shown = text_of(lead.post(page, filled | {"act": act}))
        assert "51.0 card-hours are more than the rules allow at once" in shown

    assert Change.objects.count() == 0
    assert lead.get(f"/awards/{award.code}/changes/reduction/").status_code == 404
    assert lead.get(f"/awards/{award.code}/changes/gift/").status_code == 404


def why_of(page: str) -> str:
    """Where the word beside what stands in the way leads."""
    return page[page.index('class="why" href="') :].split('"')[3].replace("&amp;", "&")


def test_what_stands_in_the_way_leads_to_the_figure_it_rests_on(award, now):
    lead = seen_by(lead_of(award, now))
    filled = {"line": "1", "to_line": "2", "card_hours": "101", "reason": "More.", "act": "preview"}

    shown = text_of(lead.post(f"/awards/{award.code}/changes/transfer/", filled))

    assert "100.0 card-hours" in text_of(lead.get(why_of(shown)))


def test_what_keeps_an_ended_award_ended_leads_to_the_pool(now, monkeypatch):
    monkeypatch.setattr("praya.words.clock.now", lambda: now)
    at_once = {"causes": ["sanctions"], "granted_by": "officer"}
    award = changing_award(now, end_at_once=at_once)
    change = granted(asked(award, ChangeKind.END, now, cause=Cause.SANCTIONS), now)
    pool = next(one for one in pool_numbers("pier") if one.pool == "subsidy")
    taken = LineGrant("PIR-0099.1", CardTime(3600, "nvidia-h800"), Money(pool.free - 100, "HKD"))
    facts = {"award_code": "PIR-0099", "key": "others", "by": Actor.praya("test"), "now": now}
    commit_award(programme_code="pier", pool="subsidy", lines=[taken], **facts)
    other = seen_by(staff(Role.OFFICER, now, "third@pier.example"))

    shown = text_of(other.get(f"/changes/{change.pk}/"))

    assert "In its way" in shown
    assert why_of(shown).startswith("/finance/pier/")
    assert "HK$1.00" in text_of(other.get(why_of(shown)))


def test_every_kind_has_a_form(award, now):
    use(award, now)
    people = {
        "lead": seen_by(lead_of(award, now)),
        "officer": seen_by(staff(Role.OFFICER, now)),
        "finance": seen_by(staff(Role.FINANCE, now)),
    }
    kinds = {
        "lead": ("extension", "supplement", "transfer", "exchange", "advance", "renewal"),
        "officer": ("reduction", "recovery"),
        "finance": ("write-off",),
    }
    for who, client in people.items():
        for kind in kinds[who]:
            page = text_of(client.get(f"/awards/{award.code}/changes/{kind}/"))
            assert "Show what it would do" in page


def test_a_reduction_asks_the_lead_to_read_the_new_version(award, now):
    granted(asked(award, ChangeKind.REDUCTION, now, line=1, card_hours=10), now)
    lead = seen_by(lead_of(award, now))
    link = f"/awards/{award.code}/acknowledge/"
    assert link in text_of(lead.get(f"/awards/{award.code}/"))

    assert lead.post(link).status_code == 302

    assert link not in text_of(lead.get(f"/awards/{award.code}/"))
    assert seen_by(staff(Role.OFFICER, now)).get(link).status_code == 404


def test_notice_is_given_seen_and_taken_back(award, now):
    officer, lead = seen_by(staff(Role.OFFICER, now)), seen_by(lead_of(award, now))
    filled = {"kind": "end", "effective_on": "2026-03-10", "cause": "no-report", "reason": "None."}
    page = f"/awards/{award.code}/notice/"
    assert escape("14 days' notice") in text_of(officer.post(page, filled))

    assert officer.post(page, filled | {"effective_on": "2026-03-31"}).status_code == 302

    notice, url = Notice.objects.get(), f"/awards/{award.code}/"
    back, agree = f"/notices/{notice.pk}/withdraw/", f"/notices/{notice.pk}/agree/"
    assert agree not in text_of(lead.get(url))
    assert lead.get(agree).status_code == 404
    second = seen_by(staff(Role.OFFICER, now, "second@pier.example"))
    assert agree in text_of(second.get("/"))
    assert "If it ended now, the book would post" in text_of(second.get(agree))
    assert "Two people are needed" in text_of(officer.post(agree))
    assert second.post(agree).status_code == 302
    assert back in text_of(officer.get(url))
    assert "A report that did not come" in text_of(lead.get(url))
    assert lead.get(back).status_code == 404
    assert officer.post(back, {"reason": "It came."}).status_code == 302
    assert "Notice is given:" not in text_of(lead.get(f"/awards/{award.code}/"))


def test_finance_keeps_a_debt_until_nothing_is_owed(award, now):
    use(award, now)
    change = asked(award, ChangeKind.RECOVERY, now, formula=Formula.ALL, cause=Cause.RESALE)
    granted(change, now, staff(Role.FINANCE, now))
    debt = Debt.objects.get()
    finance = seen_by(staff(Role.FINANCE, now))
    page = f"/debts/{debt.pk}/"
    assert page in text_of(finance.get("/finance/pier/debts/"))
    type(award.organisation).objects.update(name_zh="碼頭學社")
    assert page in text_of(finance.get("/finance/pier/debts/?q=學社"))
    assert page not in text_of(finance.get("/finance/pier/debts/?q=書院"))
    assert page in text_of(finance.get("/"))
    paid = {"act": "pay", "number": "1", "amount": "500.00", "paid_on": "2026-03-02"}

    too_much = text_of(finance.post(page, paid | {"amount": "900"}))
    assert finance.post(page, paid).status_code == 302
    staff(Role.FINANCE, now, "fen@pier.example")
    owner = {"act": "assign", "email": "fen@pier.example"}
    assert finance.post(page, owner).status_code == 302

    assert "HK$840.00" in too_much
    assert "HK$340.00" in text_of(finance.get(page))
    assert "Fen" in text_of(finance.get(page))
    assert "Take the payment back" not in text_of(finance.get(page))
    other = seen_by(staff(Role.FINANCE, now, "fen@pier.example"))
    assert "Take the payment back" in text_of(other.get(page))
    back = {"act": "take-back", "number": "1", "reason": "Of another award."}
    assert "may not take it back" in text_of(finance.post(page, back))
    long = text_of(other.post(page, back | {"reason": "Of another award. " * 60}))
    assert "at most 1000 characters" in long
    assert "<details open>" in long
    assert long.count("Of another award. Of another award.") > 0
    gone = text_of(other.post(page, back | {"number": "77", "reason": ""}))
    assert "This field is required." in gone
    assert other.post(page, back).status_code == 302
    assert "Taken back by Fen: Of another award." in text_of(other.get(page))
    assert seen_by(staff(Role.OFFICER, now)).post(page, paid).status_code == 403
    assert seen_by(staff(Role.COMMITTEE, now)).get(page).status_code == 404


def test_changes_under_ceilings_cost_few_queries(now, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("praya.words.clock.now", lambda: now)
    ceilings = ("per_award", "per_organisation_a_year", "programme")
    award = changing_award(now, caps=dict.fromkeys(ceilings, "90000000"))
    change = asked(award, ChangeKind.SUPPLEMENT, now, line=1, card_hours=5)
    lead, officer = seen_by(lead_of(award, now)), seen_by(staff(Role.OFFICER, now))

    for kind in ("supplement", "extension", "transfer", "exchange", "advance", "renewal"):
        with django_assert_max_num_queries(15):
            text_of(lead.get(f"/awards/{award.code}/changes/{kind}/"))
    for kind in ("reduction", "recovery"):
        with django_assert_max_num_queries(15):
            text_of(officer.get(f"/awards/{award.code}/changes/{kind}/"))
    with django_assert_max_num_queries(15):
        text_of(officer.get(f"/changes/{change.pk}/"))


def test_lists_ask_as_much_for_three_as_for_one(award, now, django_assert_max_num_queries):
    officer = seen_by(staff(Role.OFFICER, now))
    asked(award, ChangeKind.SUPPLEMENT, now, line=1, card_hours=5)

    def queries(page):
        with CaptureQueriesContext(connection) as run:
            officer.get(page)
        return len(run)

    pages = ("/changes/", f"/awards/{award.code}/changes/", f"/awards/{award.code}/")
    one = [queries(page) for page in pages]
    asked(award, ChangeKind.TRANSFER, now, line=1, to_line=2, card_hours=5)
    asked(award, ChangeKind.EXTENSION, now, last_on=date(2027, 2, 1))

    assert [queries(page) for page in pages] == one
    assert max(one) <= 15
    change = Change.objects.first()
    with django_assert_max_num_queries(15):
        officer.get(f"/changes/{change.pk}/")


def test_a_lead_asks_for_other_cards_and_sees_both_lines_before(now, monkeypatch):
    monkeypatch.setattr("praya.words.clock.now", lambda: now)
    award = changing_award(now, cards={"percent_max": 300})
    lead = seen_by(lead_of(award, now))
    page = f"/awards/{award.code}/changes/cards/"
    filled = {"line": "3", "cards": "6", "since_on": "2026-06-01", "reason": "The team grew."}

    shown = text_of(lead.post(page, filled | {"act": "preview"}))
    response = lead.post(page, filled | {"act": "ask"})

    assert "2 cards held, until" in shown
    assert "6 cards held, until" in shown
    assert Change.objects.get().wish == {"line": 3, "cards": 6, "since_on": "2026-06-01"}
    assert "From the day on" in text_of(lead.get(response.url))


def test_a_debt_shows_its_interest_and_what_a_payment_today_would_add(now, monkeypatch):
    rates = [{"percent_a_year": 3.65, "valid_from": "2026-01-01"}]
    award = changing_award(now, recovery={"due_days": 30, "interest": rates})
    use(award, now)
    granted(
        asked(award, ChangeKind.RECOVERY, now, formula=Formula.ALL), now, staff(Role.FINANCE, now)
    )
    later = now + timedelta(days=41)  # due on 1 April, ten days ago: 8.4 cents a day
    monkeypatch.setattr("praya.words.clock.now", lambda: later)
    finance = seen_by(staff(Role.FINANCE, later))
    page = f"/debts/{Debt.objects.get().pk}/"

    assert "HK$0.84" in text_of(finance.get(page))
    paid = {"act": "pay", "number": "1", "amount": "840.84", "paid_on": "2026-04-12"}
    assert finance.post(page, paid).status_code == 302
    assert not Debt.objects.get().owed
