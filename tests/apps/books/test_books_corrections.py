"""What is put right takes two people of finance."""

from __future__ import annotations

import pytest
from tests.apps.books.telling import NOW, POOL, PROGRAMME, books, hkd, seconds, somebody

from praya.apps.books import commands, queries
from praya.apps.books.rules import PartOfAward, PartOfChange, PartOfEnd
from praya.apps.people.models import AuditLine
from praya.core.actor import Role
from praya.core.ledger import EntryKind, LineClosed
from praya.core.refusal import Refusal

STORY = """
    fund   research 1000.00
    commit H-0001.1 100 50.00
    charge H-0001.1 20 4.00 own 1.00
    hold   H-0001.1 job-1 10 1.00
"""
USED, FREE, IN_FLIGHT = (f"award/H-0001.1/{part}" for part in ("used", "free", "in-flight"))


def ask_adjustment(by, *, source=USED, target=FREE, commodity="h800·s", amount=5, reason="broken"):
    return commands.ask_adjustment(
        programme_code=PROGRAMME,
        source=source,
        target=target,
        commodity=commodity,
        amount=amount,
        reason=reason,
        by=by,
        now=NOW,
    )


def ask_reversal(by, number=3, reason="charged twice"):
    return commands.ask_reversal(
        programme_code=PROGRAMME, number=number, reason=reason, by=by, now=NOW
    )


def approve(asked, by):
    return commands.post_correction(correction_id=asked.pk, by=by, now=NOW)


@books(STORY)
def test_a_reversal_is_posted_once_another_has_approved_it(books):
    asked = ask_reversal(books.finance)
    assert books.numbers("H-0001.1")["h800·s"] == (20, 10, 100, 70)

    approved = approve(asked, somebody("second", Role.FINANCE))

    assert books.numbers("H-0001.1")["h800·s"] == (0, 10, 100, 90)
    assert (approved.entry.kind, approved.entry.reverses) == ("reverse", 3)
    assert approved.entry.facts["asked_by"] == books.finance.person_id
    assert queries.verify_book(PROGRAMME) == (True, [])


@books(STORY)
def test_an_adjustment_moves_what_no_reversal_can(books):
    approved = approve(ask_adjustment(books.finance), somebody("second", Role.FINANCE))

    assert books.numbers("H-0001.1")["h800·s"] == (15, 10, 100, 75)
    assert (approved.entry.kind, approved.entry.subject) == ("adjust", "H-0001.1")
    assert queries.verify_book(PROGRAMME) == (True, [])


@books(STORY)
def test_nobody_approves_what_they_asked_for_and_nothing_is_decided_twice(books):
    asked, second = ask_adjustment(books.finance), somebody("second", Role.FINANCE)
    with pytest.raises(Refusal) as alone:
        approve(asked, books.finance)
    approve(asked, second)
    with pytest.raises(Refusal) as twice:
        approve(asked, second)

    assert (alone.value.code, twice.value.code) == (
        "funding.same_person",
        "funding.already_decided",
    )
    assert books.numbers("H-0001.1")["h800·s"] == (15, 10, 100, 75)


@books(STORY)
def test_a_refused_correction_posts_nothing_and_leaves_a_trail(books):
    asked, head = ask_reversal(books.finance), queries.head_of(PROGRAMME)
    commands.refuse_correction(
        correction_id=asked.pk, reason="It was right.", by=books.finance, now=NOW
    )

    assert queries.head_of(PROGRAMME) == head
    trail = AuditLine.objects.filter(subject_kind="correction", subject_key=str(asked.pk))
    told = [(line.action, line.facts["reason"]) for line in trail.order_by("id")]
    assert told == [
        ("correction.asked", "charged twice"),
        ("correction.refused", "It was right."),
    ]


@books(STORY)
def test_what_moved_on_meanwhile_is_refused_when_it_is_approved(books):
    asked = ask_adjustment(books.finance, amount=20)
    approve(ask_reversal(books.finance), second := somebody("second", Role.FINANCE))
    with pytest.raises(Refusal) as refused:
        approve(asked, second)
    assert (refused.value.code, refused.value.short) == ("book.account_short", 20)


# What is promised first is asked where the later refusals are true too.
@pytest.mark.parametrize(
    ("asking", "code"),
    [
        ({"reason": " ", "amount": 0}, "book.reason_missing"),
        ({"amount": -1, "target": IN_FLIGHT}, "book.amount_not_positive"),
        ({"amount": 10**16, "target": IN_FLIGHT}, "book.amount_too_large"),
        ({"amount": 999, "target": IN_FLIGHT, "source": "pool/gone"}, "book.not_adjustable"),
        ({"amount": 999, "target": USED}, "book.not_adjustable"),
        ({"amount": 999, "source": "debt/H-0001"}, "book.not_adjustable"),
        ({"amount": 999, "target": "debt/H-0001"}, "book.not_adjustable"),
        ({"amount": 999, "source": "invoice/H-I0001"}, "book.not_adjustable"),
        ({"amount": 999, "target": "payable/H-R0001"}, "book.not_adjustable"),
        ({"amount": 999, "source": "award"}, "book.unknown_account"),
        ({"amount": 999, "source": "pool/gone"}, "book.unknown_account"),
        ({"amount": 999, "commodity": "h100·s"}, "book.unknown_account"),
        ({"amount": 21}, "book.account_short"),
    ],
)
@books(STORY)
def test_adjustments_are_refused_in_the_promised_order(books, asking, code):
    with pytest.raises(Refusal) as stranger:
        ask_adjustment(books.officer, **asking)
    with pytest.raises(Refusal) as refused:
        ask_adjustment(books.finance, **asking)
    assert (stranger.value.code, refused.value.code) == ("access.not_allowed", code)
    assert not queries.corrections(PROGRAMME).exists()


def reduce(by, key):
    return commands.reduce_line(
        programme_code=PROGRAMME,
        line_code="H-0001.1",
        key=key,
        time=seconds(1),
        subsidy=hkd("0"),
        pool=POOL,
        reason="granted",
        facts={"change": 7},
        by=by,
        now=NOW,
    )


def settle_debt(by, kind):
    where = {"programme_code": PROGRAMME, "award_code": "H-0001", "pool": POOL, "by": by}
    return commands.settle_debt(kind=kind, amount=hkd("1"), key=kind, now=NOW, **where)


@books(STORY)
def test_what_a_change_or_a_debt_says_too_is_not_reversed_alone(books):
    reduced = reduce(books.officer, "change:7")
    where = {"programme_code": PROGRAMME, "award_code": "H-0001", "pool": POOL}
    claimed = commands.recover_money(
        **where, amount=hkd("9"), key="claim", by=books.finance, now=NOW, facts={"change": 8}
    )
    paid = settle_debt(books.finance, EntryKind.REPAY)
    given_up = settle_debt(books.finance, EntryKind.WRITE_OFF)

    told = []
    for entry in (reduced, claimed, paid, given_up):
        with pytest.raises(PartOfChange) as refused:
            ask_reversal(books.finance, entry.number)
        told.append(refused.value.facts)

    numbers = [entry.number for entry in (reduced, claimed, paid, given_up)]
    assert told == [
        {"number": number, "change": change, "programme": PROGRAMME}
        for number, change in zip(numbers, (7, None, None, None), strict=True)
    ]
    assert not queries.corrections(PROGRAMME).exists()


@books(STORY + "    return H-0001.1")
def test_what_an_award_s_end_returned_is_not_stranded_on_its_line(books):
    with pytest.raises(PartOfEnd) as refused:
        ask_reversal(books.finance, 5)

    assert refused.value.facts == {"number": 5, "programme": PROGRAMME}


@books(STORY)
def test_what_an_agreement_granted_is_not_taken_from_an_award_in_force(books):
    with pytest.raises(PartOfAward) as refused:
        ask_reversal(books.finance, 2)

    assert refused.value.facts == {"number": 2, "programme": PROGRAMME}


@books(STORY + "    commit H-0002.1 50 0.00\n    return H-0001.1")
def test_nothing_is_made_free_by_hand_on_a_closed_line(books):
    with pytest.raises(LineClosed) as refused:
        ask_adjustment(books.finance, source="award/H-0002.1/free")
    with pytest.raises(LineClosed):
        ask_adjustment(books.finance, source="award/H-0002.1/free", amount=1000)

    assert refused.value.facts == {"line": "H-0001.1", "programme": PROGRAMME}
    asked = ask_adjustment(books.finance, target="award/H-0002.1/free")
    approve(asked, somebody("second", Role.FINANCE))
    assert books.numbers("H-0002.1")["h800·s"] == (0, 0, 55, 55)


@books(STORY + "    reverse 3")
def test_reversals_are_refused_in_the_promised_order(books):
    undone, stands = reduce(books.officer, "change:7"), reduce(books.officer, "change:8")
    books.tell(f"reverse {undone.number}")
    refusals = []
    for by, number, reason in (
        (books.officer, 99, " "),
        (books.finance, 99, " "),
        (books.finance, 99, "why"),
        (books.finance, 3, "why"),
        (books.finance, undone.number, "why"),
        (books.finance, stands.number, " "),
        (books.finance, stands.number, "why"),
    ):
        with pytest.raises(Refusal) as refused:
            ask_reversal(by, number, reason)
        refusals.append(refused.value.code)
    assert refusals == [
        "access.not_allowed",
        "book.reason_missing",
        "book.unknown_entry",
        "book.already_reversed",
        "book.already_reversed",
        "book.reason_missing",
        "book.part_of_change",
    ]
