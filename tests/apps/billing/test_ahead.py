"""Own shares paid before use: asked for part by part, opened by payment, paid back if unused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.apps.billing.cases import MARCH
from tests.apps.enforcement.fakes import ObedientCluster
from tests.awarding import active_award, lead_of, make_site
from tests.factories import appointed, make_admin
from tests.fakes import ObedientEngine

from praya.apps.awards.models import Award
from praya.apps.awards.rules import AwardState
from praya.apps.billing.commands import (
    close_month,
    issue_ahead,
    issue_credit_note,
    issue_invoices,
    record_payment,
    undo_payment,
)
from praya.apps.billing.queries import invoice_of, open_on, to_ask_ahead
from praya.apps.billing.rules.refusals import AheadInUse, AheadKept, PaidBackAlone
from praya.apps.books.models import Balance
from praya.apps.books.queries import verify_book
from praya.apps.enforcement import engines
from praya.apps.enforcement.commands import link_cluster, start_enforcing
from praya.apps.enforcement.queries import link_of, wanted_on
from praya.apps.life.rules import NotOpenYet
from praya.apps.usage.commands import receive_runs, run_schedule, submit_job, track_jobs
from praya.apps.usage.queries import run_key
from praya.core.actor import Role
from praya.core.execution.accounting import RunEnd, Used
from praya.core.ledger import receivable_account
from praya.core.ledger.billing import InvoiceOverpaid
from praya.core.quantity import Money
from praya.words.refusals import sentence_for

HOUR = 3600
APRIL = datetime(2026, 4, 2, 9, tzinfo=UTC)


def hkd(minor):
    return Money(minor, "HKD")


def of_finance(email):
    return appointed("pier", Role.FINANCE, MARCH, email)


def site(**rule):
    """Ten card-hours at 30.00 of which the holders bear 9.00, to be paid before use."""
    make_site(MARCH, life={"paid_ahead": rule}, limits={"shapes": ["card-hours"]})
    return active_award(MARCH, hours=10), of_finance("cash@pier.example")


def submit(award, key, *, hours):
    return submit_job(
        award_code=award.code,
        cards=1,
        time_limit_s=hours * HOUR,
        argv=["true"],
        key=key,
        by=lead_of(award, MARCH),
        now=MARCH,
    )


def use(award, *, hours):
    """A run of one card on a cluster that ended in March."""
    end = int(MARCH.timestamp())
    run = Used(
        key="harbour:7:1",
        account="pir-0001",
        member="mei",
        job_id="7",
        run_key="",
        partition="gpu",
        device_model="nvidia-h800",
        cards=1,
        submitted_at=end - hours * HOUR,
        began_at=end - hours * HOUR,
        ended_at=end,
        held_s=hours * HOUR,
        end=RunEnd.COMPLETED,
        exit_code=0,
        signal=0,
        time_limit_s=hours * HOUR,
    )
    receive_runs(cluster_code="harbour", runs=[run], awards={"pir-0001": award.code}, now=MARCH)


def pay(invoice, minor, by, *, bank="B1"):
    return record_payment(
        programme_code="pier",
        reference=invoice.code,
        amount=hkd(minor),
        paid_on=MARCH.date(),
        bank_reference=bank,
        by=by,
        now=MARCH,
    )


def owed(award):
    row = Balance.objects.filter(account=receivable_account(award.code)).first()
    return row.amount if row else 0


def test_each_part_opens_once_it_is_paid_and_use_is_not_asked_for_again(db):
    award, finance = site(parts=2)
    with pytest.raises(NotOpenYet) as refused:
        submit(award, "early", hours=1)
    assert (refused.value.facts["most"], refused.value.facts["opened_by"]) == (0, "payment")
    assert "once the next part of the own share is paid" in sentence_for(refused.value)

    [invoice] = issue_ahead(programme_code="pier", by=finance, now=MARCH)
    assert (invoice.amount_minor, invoice.content["ahead"]) == (45_00, {"part": 1, "parts": 2})
    assert issue_ahead(programme_code="pier", by=finance, now=MARCH) == []
    pay(invoice, 40_00, finance)
    with pytest.raises(NotOpenYet):
        submit(award, "half", hours=1)
    last = pay(invoice, 5_00, finance, bank="B2")
    job = submit(award, "paid", hours=5)
    with pytest.raises(NotOpenYet):
        submit(award, "beyond", hours=1)
    assert [(one.part, one.own.minor) for one in to_ask_ahead("pier")] == [(2, 45_00)]

    engine = ObedientEngine(MARCH)
    run_schedule(engine=engine, cluster_code="quay", now=MARCH)
    engine.pass_time(5 * HOUR)
    engine.end(run_key(job))
    track_jobs(engine=engine, cluster_code="quay", now=MARCH + timedelta(hours=5))
    assert owed(award) == 0
    close_month(programme_code="pier", month="2026-03", by=finance, now=APRIL)
    issued, _ = issue_invoices(programme_code="pier", month="2026-03", by=finance, now=APRIL)
    assert issued == []

    undo_payment(payment_id=last.pk, reason="Another's.", by=finance, now=APRIL)
    assert not award.paid_parts.exists()
    assert verify_book("pier") == (True, [])


def test_use_beyond_what_was_paid_ahead_is_invoiced_and_no_more(db):
    award, finance = site(parts=2)
    [ahead] = issue_ahead(programme_code="pier", by=finance, now=MARCH)
    pay(ahead, 45_00, finance)
    use(award, hours=8)

    close_month(programme_code="pier", month="2026-03", by=finance, now=APRIL)
    [invoice], _ = issue_invoices(programme_code="pier", month="2026-03", by=finance, now=APRIL)

    assert invoice.amount_minor == 72_00 - 45_00
    assert invoice.content["carried"] == [{"month": "2026-03", "own_minor": -45_00}]
    assert owed(award) == 0


def test_what_an_ended_award_did_not_use_is_paid_back_by_another_person(db):
    award, finance = site()
    other = of_finance("desk@pier.example")
    [invoice] = issue_ahead(programme_code="pier", by=finance, now=MARCH)
    pay(invoice, 90_00, finance)

    def refund(minor, by):
        facts = {"amount": hkd(minor), "reason": "Unused.", "by": by, "now": MARCH}
        return issue_credit_note(invoice_code=invoice.code, **facts)

    with pytest.raises(AheadInUse):
        refund(90_00, other)
    Award.objects.filter(pk=award.pk).update(state=AwardState.ENDED.value)
    with pytest.raises(PaidBackAlone):
        refund(90_00, finance)
    with pytest.raises(InvoiceOverpaid):
        refund(90_01, other)
    note = refund(90_00, other)

    assert (note.amount_minor, note.corrects, owed(award)) == (90_00, invoice, 0)
    assert Balance.objects.get(account="centre/cash").amount == 0
    assert not award.paid_parts.exists()
    close_month(programme_code="pier", month="2026-03", by=finance, now=APRIL)
    assert verify_book("pier") == (True, [])


def test_who_recorded_or_undid_a_payment_ahead_takes_nothing_of_it_back(db):
    award, finance = site()
    till, bank = of_finance("till@pier.example"), of_finance("bank@pier.example")
    [invoice] = issue_ahead(programme_code="pier", by=finance, now=MARCH)
    payment = pay(invoice, 90_00, till)
    Award.objects.filter(pk=award.pk).update(state=AwardState.ENDED.value)
    facts = {"invoice_code": invoice.code, "amount": hkd(90_00), "reason": "Unused.", "now": MARCH}
    with pytest.raises(PaidBackAlone):
        issue_credit_note(**facts, by=till)

    undo_payment(payment_id=payment.pk, reason="Bounced.", by=bank, now=MARCH)

    with pytest.raises(PaidBackAlone):
        issue_credit_note(**facts, by=bank)
    issue_credit_note(**facts, by=till)
    assert owed(award) == 0


def test_nothing_is_paid_back_while_a_month_of_use_is_open(db):
    award, finance = site()
    other = of_finance("desk@pier.example")
    [invoice] = issue_ahead(programme_code="pier", by=finance, now=MARCH)
    pay(invoice, 90_00, finance)
    use(award, hours=8)
    Award.objects.filter(pk=award.pk).update(state=AwardState.ENDED.value)
    facts = {"invoice_code": invoice.code, "amount": hkd(18_00), "reason": "Unused.", "by": other}
    with pytest.raises(AheadInUse):
        issue_credit_note(**facts, now=APRIL)

    close_month(programme_code="pier", month="2026-03", by=finance, now=APRIL)

    issue_credit_note(**facts, now=APRIL)
    assert owed(award) == 0


def test_no_more_is_paid_back_on_an_invoice_than_was_paid_on_it(db):
    award, finance = site(parts=2)
    other = of_finance("desk@pier.example")
    [first] = issue_ahead(programme_code="pier", by=finance, now=MARCH)
    pay(first, 45_00, finance)
    issue_ahead(programme_code="pier", by=finance, now=MARCH)
    Award.objects.filter(pk=award.pk).update(state=AwardState.ENDED.value)
    facts = {"invoice_code": first.code, "reason": "Unused.", "by": other, "now": MARCH}

    with pytest.raises(InvoiceOverpaid) as refused:
        issue_credit_note(amount=hkd(45_01), **facts)
    assert refused.value.facts["open"] == 45_00
    issue_credit_note(amount=hkd(45_00), **facts)

    assert Balance.objects.get(account="centre/cash").amount == 0


def test_a_part_of_which_nothing_is_open_any_more_opens_and_the_missing_one_is_asked_for(db):
    award, finance = site(parts=2)
    facts = {"reason": "Less.", "by": finance, "now": MARCH}
    [first] = issue_ahead(programme_code="pier", by=finance, now=MARCH)
    pay(first, 40_00, finance)
    issue_credit_note(invoice_code=first.code, amount=hkd(5_00), **facts)
    assert award.paid_parts.get().number == 1

    [second] = issue_ahead(programme_code="pier", by=finance, now=MARCH)
    pay(second, 45_00, finance, bank="B2")
    other = of_finance("desk@pier.example")
    undo_payment(payment_id=first.payments.get().pk, reason="Bounced.", by=other, now=MARCH)
    issue_credit_note(invoice_code=first.code, amount=hkd(40_00), **facts)
    assert [one.part for one in to_ask_ahead("pier")] == [1]


def test_a_line_that_was_moved_away_altogether_asks_for_nothing(db):
    award, finance = site()
    award.lines.update(card_seconds=0)
    assert issue_ahead(programme_code="pier", by=finance, now=MARCH) == []


def test_what_is_kept_is_not_paid_back_and_what_is_open_can_be_taken_back(db):
    award, finance = site(refund_unused=False)
    [invoice] = issue_ahead(programme_code="pier", by=finance, now=MARCH)

    def credit(code, minor):
        facts = {"amount": hkd(minor), "reason": "Too early.", "by": finance, "now": MARCH}
        return issue_credit_note(invoice_code=code, **facts)

    credit(invoice.code, 90_00)
    assert (open_on(invoice_of(invoice.code, finance)).minor, owed(award)) == (0, 0)
    assert not award.paid_parts.exists()

    [again] = issue_ahead(programme_code="pier", by=finance, now=MARCH)
    pay(again, 90_00, finance)
    Award.objects.filter(pk=award.pk).update(state=AwardState.ENDED.value)
    with pytest.raises(AheadKept):
        credit(again.code, 10_00)


def test_a_cluster_gives_out_what_was_paid_for_and_no_more(db, monkeypatch):
    _award, finance = site(parts=2)
    monkeypatch.setattr(engines, "reached", lambda *_, **__: ObedientCluster())
    by = make_admin(MARCH)
    link_cluster(code="harbour", name="Harbour", by=by, now=MARCH)
    start_enforcing(code="harbour", by=by, now=MARCH)

    def left():
        [wanted] = wanted_on(link_of("harbour"), now=MARCH)
        return wanted.left_s

    assert left() == {"nvidia-h800": 0}
    [invoice] = issue_ahead(programme_code="pier", by=finance, now=MARCH)
    pay(invoice, 45_00, finance)
    assert left() == {"nvidia-h800": 5 * HOUR}
