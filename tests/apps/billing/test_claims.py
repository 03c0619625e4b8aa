"""Costs are claimed with evidence, answered line by line, approved by another person, paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from tests.apps.billing.cases import House, make_house

from praya.apps.applications.rules import AttachmentEmpty
from praya.apps.awards.models import Award
from praya.apps.billing.commands import (
    add_claim_line,
    approve_claim,
    assess_line,
    begin_claim,
    pay_claim,
    reject_claim,
    remove_claim_line,
    submit_claim,
    undo_claim_approval,
    undo_claim_payment,
)
from praya.apps.billing.commands.claiming import Cost
from praya.apps.billing.models import Claim
from praya.apps.billing.queries import also_claimed, claim_of, claim_sums, claims_in, undoings_of
from praya.apps.billing.queries.periods import book_against_meters
from praya.apps.billing.rules.refusals import (
    AboveShare,
    ClaimEmpty,
    ClaimNotNow,
    ClaimSamePerson,
    ClaimUndoSamePerson,
    NoShare,
    NotAssessed,
    OtherPayment,
    PaidInFuture,
    PaidOutsideAward,
    ReasonMissing,
    ReferenceUsed,
    UnknownCost,
)
from praya.apps.books.commands import ask_reversal
from praya.apps.books.models import Balance, Entry
from praya.apps.books.queries import line_numbers, trial_balance, verify_book
from praya.apps.books.rules import PartOfClaim
from praya.apps.notices.models import Letter
from praya.apps.programmes.queries import programme_of
from praya.core.ledger import AmountNotPositive, AmountTooLarge, BookExhausted, EntryKind
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, NotFound

PDF = b"%PDF-1.4\n%%EOF\n"
NOW = datetime(2026, 2, 11, 9, tzinfo=UTC)
RULES = {
    "costs": [{"code": "rent", "name": {"en": "Rent of accelerators"}}],
    "shares": [
        {"origin": "domestic", "name": {"en": "Domestic"}, "share": "2/3"},
        {
            "origin": "foreign",
            "name": {"en": "Foreign"},
            "share": "1/2",
            "last_on": "2026-02-05",
        },
    ],
}


def hkd(minor: int) -> Money:
    return Money(minor, "HKD")


COST = Cost("rent", "domestic", "Reef Clouds", date(2026, 2, 3), hkd(1000_00))


@pytest.fixture
def claiming(db: None, settings, tmp_path) -> House:
    """The house, under rules that reimburse; its lease was never charged."""
    settings.PRAYA_HOME = tmp_path
    return make_house(is_charged=False, payment="claim", claims=RULES)


def begin(house: House) -> Claim:
    return begin_claim(award_code=house.award.code, by=house.lead, now=NOW)


def add(house: House, claim: Claim, cost: Cost = COST, content: bytes = PDF, by=None):
    return add_claim_line(
        claim_code=claim.code,
        cost=cost,
        file_name="invoice.pdf",
        content=BytesIO(content),
        by=by or house.lead,
        now=NOW,
    )


def submitted(house: House) -> Claim:
    claim = begin(house)
    add(house, claim)
    add(house, claim, replace(COST, origin="foreign", amount=hkd(333)))
    return submit_claim(claim_code=claim.code, by=house.lead, now=NOW)


def assess(house: House, claim: Claim, number: int, minor: int, reason: str = "", *, by=None):
    return assess_line(
        claim_code=claim.code,
        number=number,
        accepted=hkd(minor),
        reason=reason,
        by=by or house.finance,
        now=NOW,
    )


def test_a_claim_goes_its_way(claiming):
    claim = submitted(claiming)
    assert claim_sums(claim).share == hkd(66_666 + 166)
    free = line_numbers([f"{claiming.award.code}.1"])[f"{claiming.award.code}.1"][1].free

    assess(claiming, claim, 1, 66_666)
    assess(claiming, claim, 2, 0, "No proof of payment.")
    approve_claim(claim_code=claim.code, by=claiming.other_finance, now=NOW)

    [_, money] = line_numbers([f"{claiming.award.code}.1"])[f"{claiming.award.code}.1"]
    assert money.free == free - 66_666
    payable = Balance.objects.get(account=f"payable/{claim.code}")
    assert payable.amount == -66_666
    pay_claim(
        claim_code=claim.code,
        paid_on=date(2026, 2, 11),
        bank_reference="out-1",
        by=claiming.finance,
        now=NOW,
    )
    payable.refresh_from_db()
    assert payable.amount == 0
    assert trial_balance("pier").is_zero
    assert verify_book("pier") == (True, [])
    seen = claim_of(claim.code, claiming.lead)
    assert (seen.state, seen.paid_on) == ("paid", date(2026, 2, 11))


def paid(house: House, claim: Claim, reference: str = "out-1", *, by=None) -> Claim:
    return pay_claim(
        claim_code=claim.code,
        paid_on=date(2026, 2, 11),
        bank_reference=reference,
        by=by or house.finance,
        now=NOW,
    )


def approved(house: House, minor: int = 66_666) -> Claim:
    claim = submitted(house)
    assess(house, claim, 1, minor, "Tax.")
    assess(house, claim, 2, 0, "No proof of payment.")
    return approve_claim(claim_code=claim.code, by=house.other_finance, now=NOW)


def test_a_paid_claim_goes_back_step_by_step_and_forth_again(claiming):
    line, programme = f"{claiming.award.code}.1", programme_of("pier")
    free = line_numbers([line])[line][1].free
    claim = paid(claiming, approved(claiming))
    number = claim.code

    undo_claim_payment(
        claim_code=number, reason="It came back.", by=claiming.other_finance, now=NOW
    )
    payable = Balance.objects.get(account=f"payable/{number}")
    assert (payable.amount, claim_of(number, claiming.lead).state) == (-66_666, "approved")
    undo_claim_approval(claim_code=number, reason="Not theirs.", by=claiming.finance, now=NOW)
    payable.refresh_from_db()
    assert (payable.amount, line_numbers([line])[line][1].free) == (0, free)
    assert book_against_meters(programme) == {}
    assess(claiming, claim, 1, 50_000, "A part.")
    approve_claim(claim_code=number, by=claiming.other_finance, now=NOW)
    paid(claiming, claim)  # the bank's reference is free again

    payable.refresh_from_db()
    assert (payable.amount, line_numbers([line])[line][1].free) == (0, free - 50_000)
    assert book_against_meters(programme) == {}
    assert verify_book("pier") == (True, [])
    assert [(one.step, one.amount_minor, one.reason) for one in undoings_of(claim)] == [
        ("payment", 66_666, "It came back."),
        ("approval", 66_666, "Not theirs."),
    ]
    letters = Letter.objects.filter(kind="claim.undone", to_id=claim.claimed_by_id).order_by("id")
    assert [one.facts["step"] for one in letters] == ["payment", "approval"]


def test_undoing_is_refused_in_the_order_that_is_promised(claiming):
    claim = approved(claiming)
    told = {"claim_code": claim.code, "now": NOW}
    with pytest.raises(NotAllowed):
        undo_claim_payment(**told, reason="", by=claiming.lead)
    with pytest.raises(ClaimNotNow):
        undo_claim_payment(**told, reason="", by=claiming.finance)
    with pytest.raises(ClaimUndoSamePerson):
        undo_claim_approval(**told, reason="", by=claiming.other_finance)
    with pytest.raises(ReasonMissing):
        undo_claim_approval(**told, reason=" ", by=claiming.finance)
    paid(claiming, claim)
    with pytest.raises(ClaimNotNow):
        undo_claim_approval(**told, reason="why", by=claiming.finance)
    with pytest.raises(ClaimUndoSamePerson):
        undo_claim_payment(**told, reason="", by=claiming.finance)
    for kind in (EntryKind.CLAIM, EntryKind.REIMBURSE):
        entry = Entry.objects.get(kind=kind.value)
        with pytest.raises(PartOfClaim):
            ask_reversal(
                programme_code="pier",
                number=entry.number,
                reason="alone",
                by=claiming.finance,
                now=NOW,
            )


def test_the_same_evidence_is_seen_and_a_reference_of_the_bank_counts_once(claiming):
    first = paid(claiming, approved(claiming, 1))
    second = approved(claiming, 1)

    seen = also_claimed(second, claiming.finance)
    assert [str(one) for one in seen[1]] == [
        f"{first.code}/1",
        f"{first.code}/2",
        f"{second.code}/2",
    ]
    assert also_claimed(second, claiming.lead) == {}
    with pytest.raises(ReferenceUsed) as refused:
        paid(claiming, second)
    assert refused.value.facts == {"claim": first.code, "reference": "out-1"}
    assert paid(claiming, second, "out-2").state == "paid"


def test_a_draft_is_the_leads_alone(claiming):
    claim = begin(claiming)

    assert begin(claiming) == claim
    with pytest.raises(NotFound):
        claim_of(claim.code, claiming.finance)
    assert list(claims_in("pier", claiming.finance)) == []
    add(claiming, claim)
    assert remove_claim_line(claim_code=claim.code, number=1, by=claiming.lead, now=NOW) == claim
    with pytest.raises(ClaimEmpty):
        submit_claim(claim_code=claim.code, by=claiming.lead, now=NOW)


def test_a_programme_that_invoices_reimburses_nothing(house):
    with pytest.raises(NotAllowed):
        begin_claim(award_code=house.award.code, by=house.finance, now=NOW)
    with pytest.raises(OtherPayment):
        begin_claim(award_code=house.award.code, by=house.lead, now=NOW)


def test_lines_are_refused_in_the_order_that_is_promised(claiming):
    claim = begin(claiming)
    wrong = Cost("tea", "lunar", "", date(2026, 2, 12), hkd(0))
    with pytest.raises(NotFound):
        add(claiming, claim, wrong, b"", by=claiming.finance)
    with pytest.raises(AmountNotPositive):
        add(claiming, claim, wrong, b"")
    with pytest.raises(AmountTooLarge):
        add(claiming, claim, replace(wrong, amount=hkd(10**16)), b"")
    wrong = replace(wrong, amount=hkd(1))
    with pytest.raises(UnknownCost):
        add(claiming, claim, wrong, b"")
    wrong = replace(wrong, cost_code="rent")
    with pytest.raises(PaidInFuture):
        add(claiming, claim, wrong, b"")
    with pytest.raises(PaidOutsideAward):
        add(claiming, claim, replace(wrong, paid_on=date(2026, 1, 31)), b"")
    wrong = replace(wrong, paid_on=date(2026, 2, 6))
    with pytest.raises(NoShare):
        add(claiming, claim, wrong, b"")
    with pytest.raises(NoShare):  # its sunset was the day before
        add(claiming, claim, replace(wrong, origin="foreign"), b"")
    with pytest.raises(AttachmentEmpty):
        add(claiming, claim, replace(wrong, origin="domestic"), b"")
    assert not claim.lines.exists()
    submitted(claiming)
    with pytest.raises(ClaimNotNow):
        add(claiming, claim)


def test_answers_are_refused_in_the_order_that_is_promised(claiming):
    claim = submitted(claiming)
    with pytest.raises(NotAllowed):
        assess(claiming, claim, 9, 10**9, by=claiming.lead)
    with pytest.raises(NotFound):
        assess(claiming, claim, 9, 10**9)
    with pytest.raises(AboveShare):
        assess(claiming, claim, 1, 66_667)
    with pytest.raises(ReasonMissing):
        assess(claiming, claim, 1, 66_665)
    assess(claiming, claim, 1, 66_666)
    with pytest.raises(ClaimSamePerson):
        approve_claim(claim_code=claim.code, by=claiming.finance, now=NOW)
    with pytest.raises(NotAssessed) as refusal:
        approve_claim(claim_code=claim.code, by=claiming.other_finance, now=NOW)
    assert refusal.value.facts["lines"] == (2,)
    with pytest.raises(ClaimNotNow):
        pay_claim(
            claim_code=claim.code,
            paid_on=date(2027, 1, 1),
            bank_reference="x",
            by=claiming.finance,
            now=NOW,
        )


def test_who_hands_in_what_another_lead_began_does_not_answer_it(claiming):
    claim = begin(claiming)
    add(claiming, claim)
    Award.objects.filter(pk=claiming.award.pk).update(lead=claiming.finance.person_id)

    submit_claim(claim_code=claim.code, by=claiming.finance, now=NOW)

    assert claim_of(claim.code, claiming.finance).claimed_by_id == claiming.finance.person_id
    with pytest.raises(ClaimSamePerson):
        assess(claiming, claim, 1, 66_666)
    assess(claiming, claim, 1, 66_666, by=claiming.other_finance)
    with pytest.raises(ClaimSamePerson):
        approve_claim(claim_code=claim.code, by=claiming.finance, now=NOW)


def test_more_than_the_award_has_is_not_approved(claiming):
    claim = begin(claiming)
    add(claiming, claim, replace(COST, amount=hkd(10**10)))
    submit_claim(claim_code=claim.code, by=claiming.lead, now=NOW)
    assess(claiming, claim, 1, 10**10 * 2 // 3)

    with pytest.raises(BookExhausted):
        approve_claim(claim_code=claim.code, by=claiming.other_finance, now=NOW)
    assert claim_of(claim.code, claiming.lead).state == "submitted"


def test_a_claim_of_which_nothing_is_accepted_is_rejected(claiming):
    claim = submitted(claiming)
    for number in (1, 2):
        assess(claiming, claim, number, 0, "Not eligible.")

    approve_claim(claim_code=claim.code, by=claiming.other_finance, now=NOW)

    assert claim_of(claim.code, claiming.lead).state == "rejected"


def test_a_claim_is_rejected_as_a_whole_with_a_reason(claiming):
    claim = submitted(claiming)
    with pytest.raises(ReasonMissing):
        reject_claim(claim_code=claim.code, reason=" ", by=claiming.finance, now=NOW)

    reject_claim(claim_code=claim.code, reason="Other programme.", by=claiming.finance, now=NOW)

    with pytest.raises(ClaimNotNow):
        reject_claim(claim_code=claim.code, reason="Again.", by=claiming.finance, now=NOW)
