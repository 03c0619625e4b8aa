"""What waits for finance on the first page: months to be closed, and invoices overdue."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.apps.billing.cases import BEGIN, MARCH, TEN_DAYS, House, make_house
from tests.apps.billing.test_invoices import pay
from tests.awarding import Given, active_award, make_site
from tests.factories import appointed, make_programme, person_behind

from praya.apps.billing.commands import close_month, issue_invoices
from praya.apps.programmes.models import Programme
from praya.apps.programmes.queries import actor_for
from praya.apps.usage.commands import accrue_leases
from praya.core.actor import Role
from praya.web.home import waiting_for

# The zone of the programme is eight hours ahead.
FEBRUARY_ENDS = datetime(2026, 2, 28, 16, tzinfo=UTC)
INVOICE_IS_DUE_UNTIL = datetime(2026, 4, 1, 16, tzinfo=UTC)
ONE_MINUTE = timedelta(minutes=1)
IN_APRIL = Given("cards", cards=2, first_on=date(2026, 4, 6), last_on=date(2026, 4, 15))


def titles(by, now) -> list[str]:
    return [each.title for each in waiting_for(by, now)]


def bill_february(house: House) -> None:
    close_month(programme_code="pier", month="2026-02", by=house.finance, now=MARCH)
    issue_invoices(programme_code="pier", month="2026-02", by=house.finance, now=MARCH)


def use_in_april(programme: Programme) -> None:
    lead = f"lead@{programme.code}.example"
    active_award(MARCH, lines=[IN_APRIL], programme=programme, lead=lead)
    accrue_leases(now=datetime(2026, 4, 30, tzinfo=UTC))


def test_a_month_waits_to_be_closed_from_its_end_where_the_programme_is(house):
    assert titles(house.finance, FEBRUARY_ENDS - ONE_MINUTE) == []

    (waiting,) = waiting_for(house.finance, FEBRUARY_ENDS)

    assert waiting.title == "February 2026 is to be closed"
    assert waiting.detail == "Pier Compute Programme: what was used in it can be invoiced then."
    assert waiting.url == reverse("web:period-list", args=["pier"])
    assert (waiting.since, waiting.due) == (FEBRUARY_ENDS, None)


def test_a_closed_month_waits_no_more_and_none_after_the_last_use(house):
    bill_february(house)

    assert titles(house.finance, MARCH) == []
    assert titles(house.finance, MARCH.replace(month=4, day=1)) == []


def test_months_that_wait_are_counted_with_those_without_use_between(db):
    house = make_house(lines=(TEN_DAYS, IN_APRIL))
    accrue_leases(now=datetime(2026, 4, 30, tzinfo=UTC))

    def said(now) -> list[str]:
        return [title for title in titles(house.finance, now) if "closed" in title]

    assert said(datetime(2026, 4, 30, tzinfo=UTC)) == [
        "2 months are to be closed, February 2026 first"
    ]
    assert said(datetime(2026, 7, 1, tzinfo=UTC)) == [
        "3 months are to be closed, February 2026 first"
    ]
    bill_february(house)
    assert said(MARCH) == []
    assert said(datetime(2026, 7, 1, tzinfo=UTC)) == ["2 months are to be closed, March 2026 first"]


def test_an_invoice_waits_from_the_end_of_its_day_until_it_is_paid(house):
    bill_february(house)
    assert titles(house.finance, INVOICE_IS_DUE_UNTIL - ONE_MINUTE) == []
    pay(house, 400_000)

    (waiting,) = waiting_for(house.finance, INVOICE_IS_DUE_UNTIL)

    assert waiting.title == "1 invoice is overdue, with HK$320.00 open"
    assert waiting.detail == "Pier Compute Programme: the oldest was due on 1 April 2026."
    assert waiting.url == reverse("web:ageing", args=["pier"])
    assert waiting.since == INVOICE_IS_DUE_UNTIL

    pay(house, 32_000, bank_reference="bank-2")
    assert titles(house.finance, INVOICE_IS_DUE_UNTIL) == []


def test_overdue_invoices_are_summed_and_the_oldest_is_told(db):
    house = make_house()
    active_award(BEGIN - timedelta(days=1), lines=[TEN_DAYS], lead="second@pier.example")
    accrue_leases(now=BEGIN + timedelta(days=11))
    bill_february(house)

    assert titles(house.finance, INVOICE_IS_DUE_UNTIL) == [
        "2 invoices are overdue, with HK$8,640.00 open"
    ]


def test_neither_waits_for_the_officer_nor_for_finance_of_another_programme(house):
    make_programme(BEGIN, code="kelp", prefix="KLP")
    stranger = appointed("kelp", Role.FINANCE, BEGIN, "cash@kelp.example")
    assert titles(house.finance, MARCH) != []
    for by in (house.officer, house.lead, stranger):
        assert [title for title in titles(by, MARCH) if "closed" in title] == []
    bill_february(house)
    later = INVOICE_IS_DUE_UNTIL
    assert titles(house.finance, later) != []
    for by in (house.officer, stranger):
        assert [title for title in titles(by, later) if "overdue" in title] == []


def test_months_and_invoices_cost_a_query_each_whatever_the_programmes(house):
    finance = person_behind(house.finance)

    def asked() -> list[int]:
        by = actor_for(finance, MARCH)
        with CaptureQueriesContext(connection) as queries:
            return [len(titles(by, datetime(2026, 6, 1, tzinfo=UTC))), len(queries)]

    bill_february(house)
    use_in_april(house.award.programme)
    # What is there at all, the months, the invoices.
    assert asked() == [2, 3]
    for code in ("kelp", "reef"):
        programme = make_site(BEGIN, cluster_code=code, code=code, prefix=code[:3].upper())
        appointed(code, Role.FINANCE, BEGIN, finance.email)
        use_in_april(programme)
    assert asked() == [4, 3]
