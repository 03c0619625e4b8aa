"""Finance closes a month, invoices it and takes payments; the lead reads and claims."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.apps.billing.cases import MARCH, House, make_house
from tests.apps.billing.test_claims import PDF, RULES, approved, submitted
from tests.apps.billing.test_years import NEW_YEAR, PRAYA, YEARS, site
from tests.factories import appointed, person_behind

from praya.apps.billing.commands import close_month, issue_invoices, lapse_years
from praya.apps.billing.models import Claim, Invoice, PeriodClose
from praya.apps.books.models import Balance
from praya.core.actor import Role
from praya.core.ledger import invoice_account
from praya.words.paper.invoice import invoice_pdf


def signed_in(by) -> Client:
    client = Client()
    client.force_login(person_behind(by))
    return client


@pytest.fixture
def billed(house: House) -> House:
    close_month(programme_code="pier", month="2026-02", by=house.finance, now=MARCH)
    issue_invoices(programme_code="pier", month="2026-02", by=house.finance, now=MARCH)
    return house


def test_a_month_is_closed_and_invoiced_on_pages(house):
    client = signed_in(house.finance)
    close = reverse("web:period-close", args=["pier", "2026-02"])
    assert "February 2026" in client.get(reverse("web:period-list", args=["pier"])).text
    assert "The book adds up to zero" in client.get(close).text

    assert client.post(close).status_code == 302
    issue = reverse("web:invoice-issue", args=["pier", "2026-02"])
    assert "HK$4,320.00" in client.get(issue).text
    assert client.post(issue).status_code == 302

    assert "PIR-I0001" in client.get(reverse("web:invoice-list", args=["pier"])).text
    assert client.post(close).status_code == 409


def test_a_month_that_is_not_in_order_says_what_is_not(house):
    from praya.apps.usage.models import ChargeMonth

    ChargeMonth.objects.update(own_minor=1)

    text = signed_in(house.finance).post(reverse("web:period-close", args=["pier", "2026-02"])).text

    assert "Not in order: The statements add up to their charges" in text


def test_a_payment_is_recorded_and_undone_on_pages(billed):
    client = signed_in(billed.finance)
    given = {
        "reference": "pir-i0001",
        "amount": "5,000",
        "paid_on": "2026-03-02",
        "bank_reference": "b1",
    }
    new = reverse("web:payment-new", args=["pier"])
    assert "HK$4,320.00 is open on PIR-I0001" in client.post(new, given).text
    assert client.post(new, given | {"amount": "4,000.00"}).status_code == 302
    page = reverse("web:invoice", args=["PIR-I0001"])
    assert "HK$320.00" in client.get(page).text

    undo = reverse("web:payment-undo", args=[Invoice.objects.get().payments.get().pk])
    assert client.post(undo, {"reason": ""}).status_code == 200
    assert client.post(undo, {"reason": "Not ours."}).status_code == 302

    assert "Undoes a payment" in client.get(page).text


def test_a_credit_note_is_issued_on_its_page(billed):
    client = signed_in(billed.finance)

    url = reverse("web:invoice-credit", args=["PIR-I0001"])
    assert client.post(url, {"amount": "20", "reason": "Broken card."}).status_code == 302

    text = client.get(reverse("web:invoice", args=["PIR-C0002"])).text
    assert "Broken card." in text
    assert "HK$20.00" in text


def repeat(row, **numbered):
    """Two rows more like this one, but for what tells them apart."""
    for number in (2, 3):
        row.pk = None
        for name, text in numbered.items():
            setattr(row, name, text.format(number) if isinstance(text, str) else text + number)
        row.save(force_insert=True)


def repeat_invoice():
    open_on_it = Balance.objects.get(account=invoice_account("PIR-I0001"))
    repeat(open_on_it, account=invoice_account("PIR-I100{}"))
    repeat(Invoice.objects.get(), code="PIR-I100{}", number=1000, month="2025-0{}")


def repeat_month():
    repeat(PeriodClose.objects.get(), month="2025-0{}")


@pytest.mark.parametrize(
    ("name", "more"),
    [("invoice-list", repeat_invoice), ("ageing", repeat_invoice), ("period-list", repeat_month)],
)
def test_lists_cost_the_same_however_long(name, more, billed):
    client = signed_in(billed.finance)
    url = reverse(f"web:{name}", args=["pier"])
    client.get(url)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    one = queries()
    more()

    assert queries() == one <= 15
    export = client.get(url, {"export": "csv"})
    assert export.headers["Content-Type"].startswith("text/csv")
    assert len(export.text.splitlines()) >= 1 + 3


def test_an_open_invoice_waits_on_the_first_page_of_its_lead(billed):
    text = signed_in(billed.lead).get("/").text
    assert "PIR-I0001: HK$4,320.00 is to be paid" in text
    assert "PIR-I0001" not in signed_in(billed.finance).get("/").text


def test_one_invoice_costs_few_queries(billed, django_assert_max_num_queries):
    client = signed_in(billed.lead)
    url = reverse("web:invoice", args=["PIR-I0001"])
    client.get(url)

    with django_assert_max_num_queries(15):
        assert client.get(url).status_code == 200


def test_the_paper_is_the_same_every_time_and_for_everybody(billed):
    invoice = Invoice.objects.get()
    paper = invoice_pdf(invoice)

    assert paper.startswith(b"%PDF-")
    answer = signed_in(billed.lead).get(
        reverse("web:invoice-pdf", args=["PIR-I0001"]), headers={"accept-language": "zh-hant"}
    )
    assert answer.content == paper


def test_subsidy_over_the_years_is_listed_with_what_is_left(db):
    window = {"years": 3, "ceiling": 20000}
    house = make_house(subsidy={"percent": 70, "window": window})
    client = signed_in(house.officer)

    text = client.get(reverse("web:subsidies", args=["pier"])).text
    assert "Pier University" in text
    assert "HK$9,920.00" in text
    behind = reverse("web:subsidies-of", args=["pier", house.award.organisation_id])
    text = client.get(behind).text
    assert house.award.code in text
    assert "Subsidy of awards accepted in the last 3 years" in text
    assert "at most HK$20,000.00 in that time" in text
    plain = re.sub(r"</?span[^>]*>", "", text)
    assert re.findall(r"<dt>\s*(.*?)\s*</dt>\s*<dd>\s*(.*?)\s*</dd>", plain) == [
        ("Subsidy", "HK$10,080.00"),
        ("Left", "HK$9,920.00"),
    ]


def test_a_claim_is_written_answered_and_paid_on_pages(db, settings, tmp_path, monkeypatch):
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.PRAYA_HOME = tmp_path
    house = make_house(is_charged=False, payment="claim", claims=RULES)
    lead, one, other = (signed_in(by) for by in (house.lead, house.finance, house.other_finance))
    assert lead.post(reverse("web:award-claims", args=[house.award.code])).status_code == 302
    code = Claim.objects.get().code
    cost = {
        "cost": "rent",
        "origin": "domestic",
        "supplier": "Reef Clouds",
        "amount": "1,000.00",
        "paid_on": "2026-02-03",
        "file": SimpleUploadedFile("invoice.pdf", PDF),
    }
    assert lead.post(reverse("web:claim-line-new", args=[code]), cost).status_code == 302
    evidence = reverse("web:claim-evidence", args=[code, 1])
    assert one.get(evidence).status_code == 404
    assert lead.post(reverse("web:claim-submit", args=[code])).status_code == 302
    assert f"Claim {code} is to be answered" in one.get("/").text
    assert one.get(evidence).content == PDF

    assess = reverse("web:claim-assess", args=[code, 1])
    assert "needs" not in one.get(assess).text
    assert one.post(assess, {"accepted": "600", "reason": "Tax."}).status_code == 302
    approve = reverse("web:claim-approve", args=[code])
    one.post(approve)
    assert Claim.objects.get().state == "submitted"
    other.post(approve)
    assert Claim.objects.get().state == "approved"
    pay = reverse("web:claim-pay", args=[code])
    assert one.post(pay, {"paid_on": "2026-02-11", "bank_reference": "o"}).status_code == 302

    text = lead.get(reverse("web:claim", args=[code])).text
    assert "HK$600.00" in text
    assert "Tax." in text

    again = reverse("web:claim-pay-undo", args=[code])
    one.post(again, {"reason": "Mine."})
    assert Claim.objects.get().state == "paid"
    other.post(again, {"reason": "It came back."})
    assert one.get(reverse("web:claim-approve-undo", args=[code])).status_code == 200
    one.post(reverse("web:claim-approve-undo", args=[code]), {"reason": "Not theirs."})
    assert Claim.objects.get().state == "submitted"
    text = lead.get(reverse("web:claim", args=[code])).text
    assert "It came back." in text
    assert "Not theirs." in text


def test_finance_sees_where_else_the_same_evidence_stands(db, settings, tmp_path):
    settings.PRAYA_HOME = tmp_path
    house = make_house(is_charged=False, payment="claim", claims=RULES)
    first, second = approved(house), submitted(house)
    finance, lead = signed_in(house.finance), signed_in(house.lead)
    page = reverse("web:claim", args=[second.code])

    assert f"also in {first.code}/1 (Approved)" in finance.get(page).text
    assert f"{first.code}/1" not in lead.get(page).text
    for name, number in (("web:claim-assess", [1]), ("web:claim-approve", [])):
        asked = finance.get(reverse(name, args=[second.code, *number])).text
        assert f"{first.code}/1, Approved" in asked


def test_the_years_of_a_budget_stand_on_a_page_and_in_the_api(db, django_assert_max_num_queries):
    site(*YEARS)
    lapse_years(by=PRAYA, now=NEW_YEAR)
    client = signed_in(appointed("pier", Role.FINANCE, NEW_YEAR))

    with django_assert_max_num_queries(15):
        text = client.get(reverse("web:years", args=["pier"])).text

    assert "1 January 2026 to 31 December 2026" in text
    assert "HK$20,000,000.00" in text
    assert "HK$9,997,900.00 has lapsed." in text
    assert "It stays in the pool." in text
    (first, _second) = client.get("/api/v1/programmes/pier/years").json()
    assert (first["left_minor"], first["lapsed_minor"]) == (0, 9_997_900_00)
    assert first["committed_minor"] == 100 * 2100
