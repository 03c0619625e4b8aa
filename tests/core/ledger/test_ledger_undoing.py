"""A charge undone: the overrun first, then used to free, or home from a closed line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.core.ledger.test_ledger_kinds import LINE, grant, hkd, text, told

from praya.core.ledger.refusals import CannotReverse, WrongCommodity
from praya.core.ledger.undoing import uncharge

SPENT = replace(LINE, used=grant(100, 50))


def test_what_stands_in_the_overrun_goes_first_and_the_rest_is_free_again():
    postings = uncharge(replace(SPENT, overrun=grant(10, 0)), grant(30, 10), hkd(4))
    assert told(postings) == text(
        """
        award/H-1.1/free +10 HKD
        award/H-1.1/free +20 h800·s
        award/H-1.1/overrun -10 h800·s
        award/H-1.1/used -10 HKD
        award/H-1.1/used -20 h800·s
        centre/revenue +4 HKD
        outside +10 h800·s
        receivable/H-1 -4 HKD
        """
    )


def test_from_a_closed_line_it_goes_where_it_came_from():
    closed = replace(SPENT, is_closed=True)
    postings = uncharge(closed, grant(30, 10), hkd(0))
    assert told(postings) == text(
        """
        award/H-1.1/used -10 HKD
        award/H-1.1/used -30 h800·s
        outside +30 h800·s
        pool/research +10 HKD
        """
    )


@pytest.mark.parametrize(
    ("used", "refusal"),
    [
        (grant(101, 0), CannotReverse),
        (grant(0, 51), CannotReverse),
        (grant(1, 1, "x"), WrongCommodity),
    ],
)
def test_no_more_is_undone_than_was_used_of_what_the_line_counts(used, refusal):
    with pytest.raises(refusal):
        uncharge(SPENT, used, hkd(0))
