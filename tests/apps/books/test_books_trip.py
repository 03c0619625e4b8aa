"""One trip to PostgreSQL: what is answered, what is left of one that failed, and when it breaks."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors
from psycopg.pq import TransactionStatus
from tests.marks import needs_postgresql

from praya.apps.books.trip import in_one_trip

# Each test brings its own database.
pytestmark = [pytest.mark.once, pytest.mark.postgresql, needs_postgresql]


@pytest.fixture
def server(postgresql) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgresql) as server:
        yield server


def test_each_statement_is_answered_in_a_transaction_that_begins_with_the_first(server):
    double = "SELECT %s::bigint * 2, %s::text"
    numbers = ", ".join(["%s"] * 65)
    for _ in range(3):
        answers = in_one_trip(
            server,
            [
                (double, [4, "four"]),
                ("SELECT 1 WHERE false", []),
                (double, [5, None]),
                (f"SELECT count(*) FROM unnest(ARRAY[{numbers}]::bigint[])", list(range(65))),
            ],
        )

        assert answers == [[(8, "four")], [], [(10, None)], [(65,)]]
        assert server.info.transaction_status == TransactionStatus.INTRANS
    server.rollback()


def test_a_connection_that_commits_by_itself_begins_nothing(server):
    server.autocommit = True

    assert in_one_trip(server, [("SELECT 1", [])]) == [[(1,)]]
    assert server.info.transaction_status == TransactionStatus.IDLE


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        (("SELECT 1 / %s::int", [0]), errors.DivisionByZero),
        (("SELECT * FROM nowhere", []), errors.UndefinedTable),
    ],
    ids=["run", "prepared"],
)
def test_the_first_failure_is_raised_and_nothing_of_the_trip_remains(server, wrong, refused):
    keep = ("CREATE TABLE kept (number int)", [])
    for _ in range(2):  # what was prepared before a failure can be used after it
        with pytest.raises(refused):
            in_one_trip(server, [keep, wrong, ("SELECT 1", [])])
        assert server.info.transaction_status == TransactionStatus.INERROR
        server.rollback()

    assert in_one_trip(server, [("SELECT to_regclass('kept')", [])]) == [[(None,)]]


def test_a_trip_that_breaks_leaves_a_closed_connection(server):
    with pytest.raises(psycopg.OperationalError):
        in_one_trip(server, [("SELECT pg_terminate_backend(pg_backend_pid())", [])])

    assert server.closed
