"""What a refusal that stems from the book rests on, one of each; and only for who may see it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django import forms
from tests.apps.applications.cases import lead_of as applicant_of
from tests.apps.awards.cases import decided, member, money
from tests.apps.billing.cases import MARCH, House
from tests.apps.billing.conftest import house  # noqa: F401 -- a fixture
from tests.apps.life.lives import HALVES, HOUR, LINE, award_under, day, hold, pool_free
from tests.awarding import lead_of
from tests.factories import appointed, make_programme, person_behind

from praya.apps.applications.models import Application
from praya.apps.awards.rules.caps import CapPassed
from praya.apps.billing.commands import close_month
from praya.apps.books.commands import ask_adjustment, commit_award, reverse_entry
from praya.apps.books.models import Entry
from praya.apps.life.commands import open_tranche
from praya.apps.life.rules import NotOpenYet
from praya.apps.reports.queries.why import (
    Figure,
    GroundKind,
    Question,
    question_behind,
    why_account,
    why_ceiling,
    why_open,
    why_period,
)
from praya.core.actor import Role
from praya.core.ledger import (
    AccountShort,
    AlreadyReversed,
    DebtExhausted,
    LineGrant,
    PeriodClosed,
    PoolExhausted,
)
from praya.core.quantity import CardTime, Money
from praya.core.refusal import NotFound
from praya.web.reports.why_behind import add_refusal
from praya.words import clock
from praya.words.why import amount_text, ground_sentence, sentence

pytestmark = pytest.mark.django_db
OPENS = "Open by now; more is open once the report that is due is accepted"
WINDOW = {
    "code": "window",
    "name": {"en": "Window"},
    "carry_months": 1,
    "borrow_months": 0,
    "warn_days_before": [],
}


def said(why):
    return [f"{amount_text(one)} {sentence(one)}" for one in (why, *why.parts)]


def test_a_tranche_leads_to_what_is_open_and_what_was_used_of_it():
    award = award_under({"tranches": HALVES})
    lead = lead_of(award, day(1))
    hold(award, 400, day(1), key="a")
    with pytest.raises(NotOpenYet) as refused:
        hold(award, 104, day(1), key="b")

    asked = question_behind(refused.value, lead, day(1))

    assert asked == Question(Figure.OPEN, award.code, line=LINE)
    found = why_open(LINE, lead, day(1))
    assert said(found) == [
        "100.0 card-hours of nvidia-h800 Left of what is open of PIR-0001.1 by now",
        f"500.0 card-hours of nvidia-h800 {OPENS}",
        "0.0 card-hours of nvidia-h800 Settled of PIR-0001.1",
        "−400.0 card-hours of nvidia-h800 In flight of PIR-0001.1",
    ]
    assert [each.kind for each in found.grounds] == [GroundKind.RULES]
    officer = appointed("pier", Role.OFFICER, day(0))
    open_tranche(award_code=award.code, part_code="second", report="Of May", by=officer, now=day(2))
    with pytest.raises(NotFound):  # all of it is open
        why_open(LINE, lead, day(3))
    stranger = appointed("pier", Role.REVIEWER, day(0))
    assert question_behind(refused.value, stranger, day(1)) is None


def test_a_window_leads_to_what_is_open_and_when_more_is():
    award = award_under({"window": WINDOW})
    with pytest.raises(NotOpenYet) as refused:
        hold(award, 504, day(1))

    asked = question_behind(refused.value, lead_of(award, day(1)), day(1))

    assert asked == Question(Figure.OPEN, award.code, line=LINE)
    found = why_open(LINE, lead_of(award, day(1)), day(1))
    assert (found.amount, found.parts[0].facts["opens_on"]) == (280 * HOUR, date(2026, 3, 1))


def test_a_pool_leads_to_what_is_left_in_it_for_those_who_read_the_book():
    award = award_under({})
    finance = appointed("pier", Role.FINANCE, day(0))
    too_much = [LineGrant("PIR-0009.1", CardTime(HOUR, "nvidia-h800"), Money(10**13, "HKD"))]
    with pytest.raises(PoolExhausted) as refused:
        commit_award(
            programme_code="pier",
            award_code="PIR-0009",
            pool="subsidy",
            lines=too_much,
            key="too-much",
            by=finance,
            now=day(1),
        )

    asked = question_behind(refused.value, finance, day(1))

    assert asked == Question(Figure.ACCOUNT, "pier", "pool/subsidy", "HKD")
    found = why_account("pier", asked.key, finance, commodity=asked.commodity)
    assert found.amount == refused.value.free == pool_free()
    assert len(found.parts) == found.count == 2  # funded, and committed to the award
    assert question_behind(refused.value, lead_of(award, day(1)), day(1)) is None


def test_a_ceiling_leads_to_what_counts_under_it_for_those_who_decide(now):
    make_programme(now, subsidy={"percent": 70, "caps": {"per_award": "241919.99"}})
    money(now)
    with pytest.raises(CapPassed) as refused:
        decided(now)
    code = refused.value.application
    applicant = applicant_of(Application.objects.get(code=code), now)

    asked = question_behind(refused.value, member(now), now)

    assert asked == Question(Figure.CEILING, code, "award")
    assert why_ceiling(code, "award", member(now), now).amount == refused.value.left.minor
    assert question_behind(refused.value, applicant, now) is None


def test_a_closed_period_leads_to_its_entries_and_who_closed_it(house: House):  # noqa: F811
    close_month(programme_code="pier", month="2026-02", by=house.finance, now=MARCH)
    late = datetime(2026, 2, 20, tzinfo=UTC)
    number = Entry.objects.filter(programme_code="pier").latest("number").number
    with pytest.raises(PeriodClosed) as refused:
        reverse_entry(
            programme_code="pier", number=number, key="late", by=house.finance, now=late, reason="x"
        )

    asked = question_behind(refused.value, house.finance, MARCH)

    assert asked == Question(Figure.PERIOD, "pier", "2026-02")
    found = why_period("pier", "2026-02", house.finance)
    in_month = Entry.objects.filter(
        at__gte=datetime(2026, 1, 31, 16, tzinfo=UTC), at__lt=datetime(2026, 2, 28, 16, tzinfo=UTC)
    )
    assert (found.unit, found.amount) == ("entries", in_month.count())
    assert found.amount > 0
    assert said(found)[0].endswith(
        "Entries of February 2026, which is closed: nothing more can stand in it"
    )
    assert ground_sentence(found.grounds[0]).startswith("Closed by Cash, ")
    with pytest.raises(NotFound):
        why_period("pier", "2026-02", house.lead)


def test_accounts_entries_and_debts_lead_on_too():
    award = award_under({})
    finance = appointed("pier", Role.FINANCE, day(0))
    second = appointed("pier", Role.FINANCE, day(0), email="second@pier.example")
    number = Entry.objects.filter(programme_code="pier", kind="fund").get().number
    with pytest.raises(AccountShort) as refused:
        ask_adjustment(
            programme_code="pier",
            source="pool/subsidy",
            target="outside/subsidy",
            commodity="HKD",
            amount=10**13,
            reason="x",
            by=finance,
            now=day(1),
        )
    assert question_behind(refused.value, finance, day(1)) == Question(
        Figure.ACCOUNT, "pier", "pool/subsidy", "HKD"
    )
    twice = AlreadyReversed(number=number, programme="pier")
    assert question_behind(twice, second, day(1)) == Question(Figure.ENTRY, "pier", str(number))
    owed = DebtExhausted(award=award.code, owed=Money(0, "HKD"), asked=Money(1, "HKD"))
    assert question_behind(owed, finance, day(1)) is None  # nothing ever stood there


def test_the_api_leads_there(client, monkeypatch):
    award = award_under({"tranches": HALVES})
    hold(award, 496, day(1), key="a")
    monkeypatch.setattr(clock, "now", lambda: day(1))
    client.force_login(award.lead)
    body = {"award": award.code, "cards": 8, "time_limit_s": 3600, "argv": ["true"], "key": "b"}

    refused = client.post("/api/v1/jobs", body, content_type="application/json")

    address = f"/api/v1/awards/{award.code}/open/why?line={LINE}"
    assert refused.headers["Link"] == f'<{address}>; rel="describedby"'
    assert client.get(address).json()["amount"] == 4 * HOUR
    assert "4.0 card-hours" in client.get(f"/awards/{award.code}/open/{LINE}/why/").text


def test_a_form_says_why_with_a_link_for_those_who_may_follow_it(rf):
    award = award_under({})
    finance = appointed("pier", Role.FINANCE, day(0))
    facts = {"pool": "subsidy", "free": 1, "asked": 2, "commodity": "HKD", "programme": "pier"}
    shown = {}
    for person in (person_behind(finance), award.lead):
        request, form = rf.get("/"), forms.Form({})
        request.user = person
        add_refusal(form, PoolExhausted(**facts), request)
        shown[person.pk] = form.non_field_errors().as_ul()

    link = '<a class="why" href="/finance/pier/why/?account=pool%2Fsubsidy&amp;commodity=HKD">'
    assert f"or less can be awarded. {link}Why?</a>" in shown[finance.person_id]
    assert "href" not in shown[award.lead_id]
