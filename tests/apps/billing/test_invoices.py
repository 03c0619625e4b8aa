"""Invoices of closed months: numbered without gaps, exact, paid in part, never overpaid."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from tests.apps.billing.cases import MARCH, House, credit
from tests.factories import appointed, person_behind

from praya.apps.awards.models import Award
from praya.apps.awards.rules import AwardState
from praya.apps.billing.commands import (
    close_month,
    issue_credit_note,
    issue_invoices,
    record_payment,
    undo_payment,
)
from praya.apps.billing.commands.invoicing import seal_of
from praya.apps.billing.models import Invoice, Payment
from praya.apps.billing.queries import (
    ageing,
    ageing_sums,
    invoice_of,
    invoices_in,
    invoices_waiting_for,
    open_on,
    paid_on,
)
from praya.apps.billing.queries.content import award_to_bill, content_of
from praya.apps.billing.rules import Bucket, bucket_of
from praya.apps.billing.rules.carrying import carried
from praya.apps.billing.rules.refusals import (
    MonthOpen,
    NotAnInvoice,
    PaidBackAlone,
    PaidBeforeIssue,
    PaidInFuture,
    PaymentUndone,
    ReasonMissing,
    UnknownReference,
)
from praya.apps.books.commands import ask_adjustment
from praya.apps.books.models import Balance
from praya.apps.books.queries import trial_balance, verify_book
from praya.apps.notices.models import Letter
from praya.apps.usage.models import ChargeMonth
from praya.core.actor import Role
from praya.core.ledger import AmountNotPositive, AmountTooLarge, KeyReused, NotAdjustable
from praya.core.ledger.billing import InvoiceOverpaid
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, NotFound
from praya.words.paper.invoice import invoice_pdf

OWN = 432_000


def hkd(minor: int) -> Money:
    return Money(minor, "HKD")


@pytest.fixture
def invoice(house: House) -> Invoice:
    close_month(programme_code="pier", month="2026-02", by=house.finance, now=MARCH)
    issued, left = issue(house)
    assert left == []
    return issued[0]


def issue(house: House, by=None):
    by = by or house.finance
    return issue_invoices(programme_code="pier", month="2026-02", by=by, now=MARCH)


def pay(house: House, amount: int, reference: str = "PIR-I0001", **changed):
    facts = {
        "programme_code": "pier",
        "reference": reference,
        "amount": hkd(amount),
        "paid_on": date(2026, 3, 2),
        "bank_reference": "bank-1",
        "by": house.finance,
        "now": MARCH,
    }
    return record_payment(**(facts | changed))


def balance(account: str) -> int:
    return Balance.objects.get(programme_code="pier", account=account).amount


def test_an_invoice_asks_for_the_own_share_of_the_month(house, invoice):
    assert (invoice.code, invoice.number, invoice.amount) == ("PIR-I0001", 1, hkd(OWN))
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 3, 2), date(2026, 4, 1))
    [row] = invoice.content["rows"]
    assert row == {
        "device_model": "NVIDIA H800 SXM",
        "card_seconds": 20 * 86_400,
        "price_minor_per_hour": 3000,
        "rate_bp": 7000,
        "list_minor": 1_440_000,
        "subsidy_minor": 1_008_000,
        "own_minor": OWN,
    }
    assert (balance(f"receivable/{house.award.code}"), balance("invoice/PIR-I0001")) == (0, OWN)
    assert trial_balance("pier").is_zero


def test_what_stands_on_it_can_be_reckoned_again(house, invoice):
    stored = Invoice.objects.select_related("award__rule_version").get(pk=invoice.pk)

    assert content_of(stored.award, "2026-02") == stored.content
    assert seal_of(stored) == stored.sha256


@pytest.mark.parametrize(
    ("months", "left"),
    [
        ([100, -70], [-70]),
        ([100, -70, 30], [-70, 30]),
        ([100, -70, 30, 60], []),
        ([-70, 70, -5], [-5]),
    ],
)
def test_what_was_given_back_waits_for_a_month_that_takes_it_up(months, left):
    named = [(f"2026-0{number}", own) for number, own in enumerate(months, start=1)]
    assert [own for _, own in carried(named)] == left


def test_what_an_earlier_month_gave_back_is_taken_off(house):
    close_month(programme_code="pier", month="2026-02", by=house.finance, now=MARCH)
    ChargeMonth.objects.create(award=house.award, month="2026-01", own_minor=-32_000)

    [invoice], _ = issue(house)

    assert invoice.amount == hkd(OWN - 32_000)
    assert invoice.content["carried"] == [{"month": "2026-01", "own_minor": -32_000}]
    assert content_of(award_to_bill(house.award.pk), "2026-02") == invoice.content
    assert invoice_pdf(invoice).startswith(b"%PDF-")
    client = Client()
    client.force_login(person_behind(house.lead))
    text = client.get(reverse("web:invoice", args=[invoice.code])).text
    assert "Carried over (January 2026)" in text


def test_it_is_issued_once(house, invoice):
    assert issue(house) == ([], [])
    assert Invoice.objects.count() == 1


def test_it_cannot_be_changed(invoice):
    for change in (
        lambda: Invoice.objects.update(amount_minor=1),
        lambda: Invoice.objects.filter(pk=invoice.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_issuing_is_refused_in_the_order_that_is_promised(house):
    with pytest.raises(NotFound):
        issue_invoices(programme_code="no", month="2026-02", by=house.officer, now=MARCH)
    with pytest.raises(NotAllowed):
        issue(house, by=house.officer)
    with pytest.raises(MonthOpen):
        issue(house)


def test_payments_in_part_and_in_full(house, invoice):
    pay(house, 400_000)
    seen = invoice_of("PIR-I0001", house.lead)
    assert open_on(seen) == hkd(32_000)

    pay(house, 32_000, bank_reference="bank-2")

    assert open_on(invoice) == hkd(0)
    assert balance("centre/cash") == OWN
    assert verify_book("pier") == (True, [])
    assert list(invoices_waiting_for(house.lead)) == []


def test_a_payment_counts_once(house, invoice):
    first = pay(house, 100)

    assert pay(house, 100) == first
    assert open_on(invoice) == hkd(OWN - 100)


def test_payments_are_refused_in_the_order_that_is_promised(house, invoice):
    note = issue_credit_note(
        invoice_code=invoice.code,
        amount=hkd(1),
        reason="A card was broken.",
        by=house.finance,
        now=MARCH,
    )
    pay(house, 5, bank_reference="used")
    late = date(2026, 3, 3)
    with pytest.raises(NotAllowed):
        pay(house, -1, "nonsense", paid_on=late, by=house.officer)
    with pytest.raises(UnknownReference):
        pay(house, -1, "nonsense", paid_on=late)
    with pytest.raises(NotAnInvoice):
        pay(house, -1, note.code, paid_on=late)
    with pytest.raises(PaidInFuture):
        pay(house, -1, paid_on=late, bank_reference="used")
    with pytest.raises(PaidBeforeIssue):
        pay(house, -1, paid_on=date(2026, 3, 1), bank_reference="used")
    with pytest.raises(KeyReused):
        pay(house, -1, bank_reference="used")
    with pytest.raises(AmountNotPositive):
        pay(house, 0)
    with pytest.raises(AmountTooLarge):
        pay(house, 10**16)
    with pytest.raises(InvoiceOverpaid) as refusal:
        pay(house, OWN)
    assert refusal.value.facts == {
        "invoice": "PIR-I0001",
        "commodity": "HKD",
        "open": OWN - 6,
        "asked": OWN,
    }


def test_a_payment_is_undone_once_and_its_reference_is_free_again(house, invoice):
    payment = pay(house, 100)
    with pytest.raises(ReasonMissing):
        undo_payment(payment_id=payment.pk, reason=" ", by=house.finance, now=MARCH)

    undoing = undo_payment(payment_id=payment.pk, reason="Not ours.", by=house.finance, now=MARCH)

    assert open_on(invoice) == hkd(OWN)
    for one in (payment, undoing):
        with pytest.raises(PaymentUndone):
            undo_payment(payment_id=one.pk, reason="Again.", by=house.finance, now=MARCH)
    again = pay(house, 200)
    assert (again.amount, again.attempt) == (hkd(200), 2)
    assert open_on(invoice) == hkd(OWN - 200)
    assert Payment.objects.count() == 3


def test_a_credit_note_takes_part_of_an_invoice_back(house, invoice):
    facts = {"invoice_code": invoice.code, "by": house.finance, "now": MARCH}
    with pytest.raises(NotAllowed):
        issue_credit_note(**facts | {"by": house.lead}, amount=hkd(0), reason="")
    with pytest.raises(ReasonMissing):
        issue_credit_note(**facts, amount=hkd(0), reason="")
    with pytest.raises(AmountNotPositive):
        issue_credit_note(**facts, amount=hkd(0), reason="Broken.")
    with pytest.raises(AmountTooLarge):
        issue_credit_note(**facts, amount=hkd(10**20), reason="Broken.")
    with pytest.raises(InvoiceOverpaid):
        issue_credit_note(**facts, amount=hkd(OWN + 1), reason="Broken.")

    note = issue_credit_note(**facts, amount=hkd(2_000), reason="Broken.")

    # The refused ones took no number.
    assert (note.code, note.number, note.corrects) == ("PIR-C0002", 2, invoice)
    assert open_on(invoice) == hkd(OWN - 2_000)
    assert balance("centre/revenue") == -OWN + 2_000
    with pytest.raises(NotAnInvoice):
        issue_credit_note(**facts | {"invoice_code": note.code}, amount=hkd(1), reason="No.")


def test_every_letter_of_an_invoice_stands_in_the_outbox_of_its_programme(house, invoice):
    credit(house, invoice, 100, MARCH)

    letters = Letter.objects.filter(kind__startswith="invoice.").order_by("id")
    assert list(letters.values_list("kind", "programme_code", "about")) == [
        ("invoice.issued", "pier", "PIR-0001"),
        ("invoice.credited", "pier", "PIR-0001"),
    ]


def test_what_was_paid_is_paid_back_by_a_second_person_and_no_more_than_that(house, invoice):
    other = appointed("pier", Role.FINANCE, MARCH, "second@pier.example")
    pay(house, 5_000)
    facts = {"invoice_code": invoice.code, "reason": "A card was broken.", "now": MARCH}
    whole = hkd(OWN)
    with pytest.raises(InvoiceOverpaid):  # a later invoice may take it off
        issue_credit_note(**facts, amount=whole, by=other)
    Award.objects.filter(pk=house.award.pk).update(state=AwardState.ENDED.value)
    with pytest.raises(PaidBackAlone):
        issue_credit_note(**facts, amount=whole, by=house.finance)
    with pytest.raises(InvoiceOverpaid):
        issue_credit_note(**facts, amount=hkd(OWN + 1), by=other)

    issue_credit_note(**facts, amount=hkd(OWN - 2_000), by=other)
    issue_credit_note(**facts, amount=hkd(2_000), by=other)

    assert (open_on(invoice), paid_on(invoice)) == (hkd(0), hkd(0))
    assert (balance("centre/cash"), balance("centre/revenue")) == (0, 0)
    with pytest.raises(InvoiceOverpaid):
        issue_credit_note(**facts, amount=hkd(1), by=other)


def test_what_is_moved_off_an_invoice_by_hand_does_not_count_as_paid(house, invoice):
    move = {"source": f"invoice/{invoice.code}", "target": "centre/revenue", "amount": OWN}

    with pytest.raises(NotAdjustable):  # or it could be paid back once the award has ended
        ask_adjustment(
            programme_code="pier",
            **move,
            commodity="HKD",
            reason="They will not pay.",
            by=house.finance,
            now=MARCH,
        )

    assert (open_on(invoice), paid_on(invoice)) == (hkd(OWN), hkd(0))


def test_who_undid_a_payment_takes_nothing_of_its_invoice_back(house, invoice):
    payment = pay(house, 100)
    undo_payment(payment_id=payment.pk, reason="Bounced.", by=house.finance, now=MARCH)

    with pytest.raises(PaidBackAlone):
        issue_credit_note(
            invoice_code=invoice.code, amount=hkd(1), reason="Broken.", by=house.finance, now=MARCH
        )


def test_who_may_see_an_invoice(house, invoice):
    for by in (house.lead, house.finance, house.officer):
        assert invoice_of(invoice.code, by) == invoice
    from tests.awarding import add_member
    from tests.factories import make_person

    member = add_member(house.award, make_person("member@pier.example"), MARCH)
    with pytest.raises(NotFound):
        invoice_of(invoice.code, member)
    with pytest.raises(NotAllowed):
        invoices_in("pier", house.lead)


def test_ageing_follows_what_is_open(house, invoice):
    assert [one.code for one in ageing("pier", house.officer)] == ["PIR-I0001"]
    [*_, over] = ageing_sums("pier", "HKD", date(2026, 4, 1) + timedelta(days=91))
    assert (over.bucket, over.invoices, over.open) == (Bucket.OVER_90, 1, hkd(OWN))

    pay(house, OWN)

    assert list(ageing("pier", house.officer)) == []
    assert all(one.invoices == 0 for one in ageing_sums("pier", "HKD", date(2026, 4, 1)))


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-5, Bucket.NOT_DUE),
        (0, Bucket.NOT_DUE),
        (1, Bucket.TO_30),
        (30, Bucket.TO_30),
        (31, Bucket.TO_60),
        (60, Bucket.TO_60),
        (61, Bucket.TO_90),
        (90, Bucket.TO_90),
        (91, Bucket.OVER_90),
    ],
)
def test_buckets_begin_on_the_day_after(days, bucket):
    due_on = date(2026, 3, 1)
    assert bucket_of(due_on, due_on + timedelta(days=days)) is bucket
