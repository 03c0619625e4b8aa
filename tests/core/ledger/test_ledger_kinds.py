"""Each kind of entry: what it posts, and its refusals in the promised order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from textwrap import dedent

import pytest

from praya.core import ledger
from praya.core.ledger import Entry, EntryKind, Grant, Line, LineGrant, OpenHold, OpenHolds
from praya.core.quantity import CardTime, Money
from praya.core.refusal import Refusal

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def grant(seconds: int, minor: int, model: str = "h800", currency: str = "HKD") -> Grant:
    return Grant(CardTime(seconds, model), Money(minor, currency))


def hkd(minor: int) -> Money:
    return Money(minor, "HKD")


def given(code: str, seconds: int, minor: int, model: str = "h800") -> LineGrant:
    return LineGrant(code, CardTime(seconds, model), hkd(minor))


GIVEN = ledger.Posting("outside", "h800·s", 1)
LINE = Line(
    code="H-1.1", pool="research", free=grant(60, 30), in_flight=grant(40, 20), used=grant(0, 0)
)
CLOSED = replace(LINE, free=grant(0, 0), is_closed=True)
OTHER = LineGrant("H-1.1", CardTime(1, "h800"), Money(1, "EUR"))


def told(postings: tuple[ledger.Posting, ...]) -> str:
    return "\n".join(f"{p.account} {p.amount:+d} {p.commodity}" for p in postings)


def text(lines: str) -> str:
    return dedent(lines).strip()


def entry(kind: EntryKind, postings: tuple[ledger.Posting, ...]) -> Entry:
    return Entry(number=1, kind=kind, key="k", at=AT, subject="H-1.1", postings=postings)


@pytest.mark.parametrize(
    ("postings", "expected"),
    [
        pytest.param(
            ledger.fund("research", hkd(500)),
            """
            outside/research -500 HKD
            pool/research +500 HKD
            """,
            id="fund",
        ),
        pytest.param(
            ledger.commit(
                "research", hkd(90), [given("H-1.1", 100, 50), given("H-1.2", 7, 40)], {}
            ),
            """
            award/H-1.1/free +50 HKD
            award/H-1.1/free +100 h800·s
            award/H-1.2/free +40 HKD
            award/H-1.2/free +7 h800·s
            outside -107 h800·s
            pool/research -90 HKD
            """,
            id="commit",
        ),
        pytest.param(
            ledger.hold(LINE, grant(60, 30)),
            """
            award/H-1.1/free -30 HKD
            award/H-1.1/free -60 h800·s
            award/H-1.1/in-flight +30 HKD
            award/H-1.1/in-flight +60 h800·s
            """,
            id="hold to the last second",
        ),
        pytest.param(
            ledger.settle(LINE, held=grant(40, 20), used=grant(25, 12), own=hkd(5)),
            """
            award/H-1.1/free +8 HKD
            award/H-1.1/free +15 h800·s
            award/H-1.1/in-flight -20 HKD
            award/H-1.1/in-flight -40 h800·s
            award/H-1.1/used +12 HKD
            award/H-1.1/used +25 h800·s
            centre/revenue -5 HKD
            receivable/H-1 +5 HKD
            """,
            id="settle below the hold",
        ),
        pytest.param(
            ledger.settle(LINE, held=grant(40, 20), used=grant(45, 20), own=hkd(0)),
            """
            award/H-1.1/free -5 h800·s
            award/H-1.1/in-flight -20 HKD
            award/H-1.1/in-flight -40 h800·s
            award/H-1.1/used +20 HKD
            award/H-1.1/used +45 h800·s
            """,
            id="settle beyond the hold, out of what is free",
        ),
        pytest.param(
            ledger.settle(LINE, held=grant(40, 20), used=grant(110, 20), own=hkd(0)),
            """
            award/H-1.1/free -60 h800·s
            award/H-1.1/in-flight -20 HKD
            award/H-1.1/in-flight -40 h800·s
            award/H-1.1/overrun +10 h800·s
            award/H-1.1/used +20 HKD
            award/H-1.1/used +100 h800·s
            outside -10 h800·s
            """,
            id="settle beyond all there is",
        ),
        pytest.param(
            ledger.settle(CLOSED, held=grant(40, 20), used=grant(25, 12), own=hkd(0)),
            """
            award/H-1.1/in-flight -20 HKD
            award/H-1.1/in-flight -40 h800·s
            award/H-1.1/used +12 HKD
            award/H-1.1/used +25 h800·s
            outside +15 h800·s
            pool/research +8 HKD
            """,
            id="settle on a closed line",
        ),
        pytest.param(
            ledger.release(LINE, held=grant(40, 20)),
            """
            award/H-1.1/free +20 HKD
            award/H-1.1/free +40 h800·s
            award/H-1.1/in-flight -20 HKD
            award/H-1.1/in-flight -40 h800·s
            """,
            id="release",
        ),
        pytest.param(
            ledger.charge(LINE, grant(10, 5), own=hkd(2)),
            """
            award/H-1.1/free -5 HKD
            award/H-1.1/free -10 h800·s
            award/H-1.1/used +5 HKD
            award/H-1.1/used +10 h800·s
            centre/revenue -2 HKD
            receivable/H-1 +2 HKD
            """,
            id="charge",
        ),
        pytest.param(
            ledger.reduce(LINE, grant(10, 5), "promotion"),
            """
            award/H-1.1/free -5 HKD
            award/H-1.1/free -10 h800·s
            outside +10 h800·s
            pool/promotion +5 HKD
            """,
            id="reduce",
        ),
        pytest.param(
            ledger.give_back(LINE),
            """
            award/H-1.1/free -30 HKD
            award/H-1.1/free -60 h800·s
            outside +60 h800·s
            pool/research +30 HKD
            """,
            id="return",
        ),
    ],
)
def test_a_kind_posts(postings, expected):
    assert told(postings) == text(expected)


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        # What is promised first is asked with the later refusals true too.
        (lambda: ledger.check_amounts(-1, 10**16), "book.amount_not_positive"),
        (lambda: ledger.check_amounts(0, 0), "book.amount_not_positive"),
        (lambda: ledger.check_amounts(1, 10**15 + 1), "book.amount_too_large"),
        (lambda: ledger.check_sums([GIVEN], lambda *_: 10**17), "book.amount_too_large"),
        (lambda: ledger.hold(CLOSED, grant(99, 9, "910b")), "book.wrong_commodity"),
        (lambda: ledger.hold(CLOSED, grant(99, 9, currency="EUR")), "book.wrong_commodity"),
        (lambda: ledger.hold(CLOSED, grant(99, 9)), "book.line_closed"),
        (lambda: ledger.hold(LINE, grant(61, 31)), "book.exhausted"),
        (
            lambda: ledger.commit("x", hkd(0), [given("H-1.1", 1, 1, "910b")], {"H-1.1": CLOSED}),
            "book.wrong_commodity",
        ),
        (lambda: ledger.commit("x", hkd(0), [OTHER], {}), "book.wrong_commodity"),
        (
            lambda: ledger.commit("x", hkd(0), [given("H-1.1", 1, 1)], {"H-1.1": CLOSED}),
            "book.line_closed",
        ),
        (
            lambda: ledger.commit("x", hkd(0), [given("H-1.1", 1, 1)], {"H-1.1": LINE}),
            "book.wrong_pool",
        ),
        (lambda: ledger.commit("x", hkd(0), [given("H-1.1", 1, 1)], {}), "book.pool_exhausted"),
        (
            lambda: ledger.settle(LINE, grant(1, 1), grant(1, 1, "910b"), hkd(0)),
            "book.wrong_commodity",
        ),
        (
            lambda: ledger.settle(LINE, grant(1, 1), grant(1, 1), Money(0, "EUR")),
            "book.wrong_commodity",
        ),
        (lambda: ledger.charge(LINE, grant(1, 1, "910b"), hkd(0)), "book.wrong_commodity"),
        (lambda: ledger.reduce(CLOSED, grant(1, 1, "910b"), "x"), "book.wrong_commodity"),
        (lambda: ledger.reduce(CLOSED, grant(1, 1), "x"), "book.line_closed"),
        (lambda: ledger.reduce(LINE, grant(1, 31), "x"), "book.exhausted"),
        (lambda: ledger.give_back(CLOSED), "book.line_closed"),
    ],
)
def test_the_refusals_of_a_kind_come_in_the_promised_order(ask, code):
    with pytest.raises(Refusal) as refused:
        ask()
    assert refused.value.code == code


def test_an_exhausted_line_says_what_stands_on_it_and_who_holds_it():
    seen = OpenHolds(count=7, largest=(OpenHold("job-1", grant(40, 20), AT),))
    with pytest.raises(ledger.BookExhausted) as refused:
        ledger.hold(LINE, grant(60, 31), lambda: seen)
    assert refused.value.facts == {
        "line": "H-1.1",
        "commodity": "HKD",
        "asked": 31,
        "free": 30,
        "in_flight": 20,
        "settled": 0,
        "committed": 50,
        "holds": (("job-1", 20, AT),),
        "hold_count": 7,
    }


def test_what_is_on_an_account_may_always_become_less():
    for stood in (10**17 - 1, -(10**17) - 1, -(10**18)):
        ledger.check_sums([GIVEN], lambda *_, stood=stood: stood)


def test_a_reversed_settlement_does_not_revive_its_hold():
    settled = ledger.settle(LINE, held=grant(40, 20), used=grant(25, 12), own=hkd(5))
    stands = {"award/H-1.1/used": 1000}
    reversal = ledger.reverse(
        entry(EntryKind.SETTLE, settled), [LINE], lambda account, _: stands.get(account, 0)
    )
    assert told(reversal) == text("""
        award/H-1.1/free +12 HKD
        award/H-1.1/free +25 h800·s
        award/H-1.1/used -12 HKD
        award/H-1.1/used -25 h800·s
        centre/revenue +5 HKD
        receivable/H-1 -5 HKD
    """)


def test_a_reversed_charge_on_a_closed_line_goes_to_the_pool():
    charged = ledger.charge(LINE, grant(10, 5), own=hkd(0))
    stands = {"award/H-1.1/used": 1000, "pool/research": 1000}
    reversal = ledger.reverse(
        entry(EntryKind.CHARGE, charged), [CLOSED], lambda account, _: stands.get(account, 0)
    )
    assert told(reversal) == text("""
        award/H-1.1/used -5 HKD
        award/H-1.1/used -10 h800·s
        outside +10 h800·s
        pool/research +5 HKD
    """)


@pytest.mark.parametrize(
    ("kind", "line", "code"),
    [
        (EntryKind.HOLD, CLOSED, "book.not_reversible"),
        (EntryKind.RELEASE, LINE, "book.not_reversible"),
        (EntryKind.REVERSE, LINE, "book.not_reversible"),
        (EntryKind.COMMIT, CLOSED, "book.line_closed"),
        (EntryKind.REDUCE, CLOSED, "book.line_closed"),
        (EntryKind.COMMIT, LINE, "book.cannot_reverse"),
    ],
)
def test_the_refusals_of_a_reversal_come_in_the_promised_order(kind, line, code):
    postings = ledger.commit("research", hkd(50), [given("H-1.1", 100, 50)], {})
    with pytest.raises(Refusal) as refused:
        ledger.reverse(entry(kind, postings), [line], lambda *_: 0)
    assert refused.value.code == code
