"""What can be asked of the books, and at what cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.books.telling import LATER, PROGRAMME, books

from praya.apps.books import queries
from praya.core.ledger import FourNumbers

TWO_AWARDS = """
    fund    research 1000.00
    commit  H-0001.1 100 50.00
    commit  H-0001.2 10 5.00
    commit  H-0010.1 7 1.00
    hold    H-0001.1 job-1 40 20.00
    charge  H-0001.2 4 1.00 own 1.00
"""


@books(TWO_AWARDS)
def test_the_four_numbers_of_many_awards_are_one_query(books, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = queries.four_numbers(["H-0010", "H-0001", "H-9999"])
    assert answer == {
        "H-0010": [FourNumbers("h800·s", 0, 0, 7, 7), FourNumbers("HKD", 0, 0, 100, 100)],
        "H-0001": [
            FourNumbers("h800·s", 4, 40, 110, 66),
            FourNumbers("HKD", 100, 2000, 5500, 3400),
        ],
        "H-9999": [],
    }


@books(TWO_AWARDS)
def test_line_and_programme_numbers_are_one_query_each(books, django_assert_num_queries):
    with django_assert_num_queries(1):
        lines = queries.line_numbers(["H-0001.2"])
    assert lines == {
        "H-0001.2": [FourNumbers("h800·s", 4, 0, 10, 6), FourNumbers("HKD", 100, 0, 500, 400)]
    }
    with django_assert_num_queries(1):
        programme = queries.programme_numbers(PROGRAMME)
    assert programme == [
        FourNumbers("h800·s", 4, 40, 117, 73),
        FourNumbers("HKD", 100, 2000, 5600, 3500),
    ]
    assert queries.programme_numbers("none") == []


@books(TWO_AWARDS)
def test_entries_of_an_award_are_its_own_and_its_lines_newest_first(
    books, django_assert_num_queries
):
    with django_assert_num_queries(2):
        told = [(entry.kind, len(entry.postings.all())) for entry in queries.entries_of("H-0001")]
    assert told == [("charge", 6), ("hold", 4), ("commit", 4), ("commit", 4)]
    assert [entry.kind for entry in queries.entries_of("H-0001.2")] == ["charge"]
    assert [entry.kind for entry in queries.entries_of("pool/research")] == ["fund"]
    assert [entry.number for entry in queries.entries_in(PROGRAMME)] == [6, 5, 4, 3, 2, 1]


@books(TWO_AWARDS)
def test_a_hold_expires_at_its_instant_and_not_before(books):
    assert list(queries.expired_holds(LATER - timedelta(microseconds=1))) == []
    assert [hold.key for hold in queries.expired_holds(LATER)] == ["job-1"]


@books(TWO_AWARDS)
def test_the_trial_balance_is_zero_in_each_commodity(books):
    trial = queries.trial_balance(PROGRAMME)
    assert trial.sums == {"HKD": 0, "h800·s": 0}
    assert trial.is_zero


@books(TWO_AWARDS)
def test_the_trial_balance_in_short_sums_up_what_every_award_has(books):
    whole, short = queries.trial_balance(PROGRAMME), queries.trial_balance_in_short(PROGRAMME)

    free = [each for each in whole.accounts if each.account.endswith("/free")]
    assert len({each.account for each in free}) > 1
    in_short = {
        (each.account, each.commodity): each.amount
        for each in short.accounts
        if each.account.endswith("/free")
    }
    assert in_short == {
        ("award/*/free", commodity): sum(x.amount for x in free if x.commodity == commodity)
        for commodity in {each.commodity for each in free}
    }
    assert not [each for each in short.accounts if each.account.startswith("award/H-")]
    assert short.sums == whole.sums


@pytest.mark.django_db
def test_a_book_nobody_has_written_in_is_empty_and_sound():
    assert queries.head_of("none") == queries.Head(0, "")
    assert queries.verify_book("none") == (True, [])
    assert queries.pool_numbers("none") == []
    assert queries.trial_balance("none").is_zero
