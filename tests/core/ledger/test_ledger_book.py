"""The book in a dictionary, its chain, and the four numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praya.core.ledger import (
    Book,
    Entry,
    EntryKind,
    FourNumbers,
    Move,
    Posting,
    balanced,
    canonical_json,
    entry_hash,
    post_moves,
)

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACCOUNTS = ("outside", "pool/research", "award/H-1.1/free", "award/H-1.1/used")


def entry(number: int, moves: str, **changed) -> Entry:
    """An entry told as ``source -> target amount commodity``, a move a line."""
    postings = post_moves(
        Move(source, target, commodity, int(amount))
        for source, _, target, amount, commodity in map(str.split, moves.strip().splitlines())
    )
    made = Entry(number, EntryKind.HOLD, f"key-{number}", AT, "H-1.1", postings)
    return replace(made, **changed)


GRANT = entry(1, "outside -> award/H-1.1/free 100 h800·s")
HOLD = entry(2, "award/H-1.1/free -> award/H-1.1/in-flight 40 h800·s")
SETTLE = entry(
    3,
    """
    award/H-1.1/in-flight -> award/H-1.1/used 25 h800·s
    award/H-1.1/in-flight -> award/H-1.1/free 15 h800·s
    """,
)


def test_a_settled_hold_leaves_the_rest_free():
    book = Book()
    for each in (GRANT, HOLD, SETTLE):
        book.post(each)
    assert book.numbers("H-1.1", "h800·s") == FourNumbers("h800·s", 25, 0, 100, 75)
    assert book.trial_balance() == {"h800·s": 0}
    assert book.entries == 3


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace(HOLD, number=3), "number"),
        (replace(HOLD, key="key-1"), "key"),
        (replace(HOLD, postings=(Posting("outside", "HKD", 1),)), "unbalanced"),
        (entry(2, "award/H-1.1/free -> outside 101 h800·s"), "overdrawn"),
        (entry(2, "pool/research -> award/H-1.1/free 1 HKD"), "overdrawn"),
        (HOLD, None),
    ],
)
def test_a_book_says_why_an_entry_cannot_come_next(wrong, code):
    book = Book()
    book.post(GRANT)
    head = book.head
    assert book.what_is_wrong(wrong) == code
    assert (book.entries, book.head) == (1, head)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2},
        {"kind": EntryKind.CHARGE},
        {"key": "other"},
        {"at": AT + timedelta(microseconds=1)},
        {"subject": "H-1.2"},
        {"by_id": 1},
        {"by_name": "somebody"},
        {"request": "0"},
        {"facts": {"job": "J-1"}},
        {"postings": HOLD.postings},
    ],
)
def test_any_change_of_an_entry_changes_its_hash(change):
    assert entry_hash("", replace(GRANT, **change)) != entry_hash("", GRANT)
    assert entry_hash("previous", GRANT) != entry_hash("", GRANT)


def test_the_hash_of_an_entry_does_not_hang_on_how_it_was_written():
    hong_kong = timezone(timedelta(hours=8))
    same = replace(
        SETTLE,
        at=AT.astimezone(hong_kong),
        postings=tuple(reversed(SETTLE.postings)),
    )
    assert entry_hash("", same) == entry_hash("", SETTLE)
    assert canonical_json({"b": 1, "a": (2,)}) == canonical_json({"a": [2], "b": 1})


def test_a_float_in_the_facts_is_a_bug():
    with pytest.raises(AssertionError):
        entry_hash("", replace(GRANT, facts={"hours": [0.5]}))


MOVES = st.lists(
    st.builds(
        Move,
        source=st.sampled_from(ACCOUNTS),
        target=st.sampled_from(ACCOUNTS),
        commodity=st.sampled_from(["HKD", "h800·s"]),
        amount=st.integers(0, 10**15),
    ),
    max_size=8,
)


@given(moves=MOVES)
def test_postings_of_moves_add_up_and_stand_once(moves):
    postings = post_moves(moves)
    assert balanced(postings)
    assert all(posting.amount for posting in postings)
    places = [(posting.account, posting.commodity) for posting in postings]
    assert places == sorted(set(places))
