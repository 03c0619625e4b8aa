"""The pool of a line is proved from the entry that made it: a grant, or an exchange."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from tests.simulation.asking import PROGRAMME, Asked, Commit, Exchange, Fund
from tests.simulation.stored import StoredBook
from tests.simulation.workload import BEGINS_AT as AT

from praya.apps.books import queries
from praya.apps.books.models import Line

GRANTED, MADE, MADE_OF_MADE = "H-0001.1", "H-0001.50", "H-0001.51"
STORY: list[Asked] = [
    Fund("vote", AT, 1000),
    Commit("award", AT, GRANTED, (100, 50)),
    Exchange("exchange", AT, GRANTED, MADE, (40, 20), 60),
    Exchange("again", AT, MADE, MADE_OF_MADE, (30, 10), 20),
]


@pytest.mark.django_db
@pytest.mark.parametrize("line", [GRANTED, MADE, MADE_OF_MADE])
def test_another_pool_of_a_line_is_found(line):
    store = StoredBook()
    for asked in STORY:
        store.do(asked)
    assert queries.verify_book(PROGRAMME) == (True, [])

    Line.objects.filter(code=line).update(pool="teaching")

    is_well, findings = queries.verify_book(PROGRAMME)
    assert not is_well
    assert [astuple(found) for found in findings] == [("line", None, line)]
