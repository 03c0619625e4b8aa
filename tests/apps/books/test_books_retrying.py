"""A writer who was turned away tries again, within bounds; and tests that commit clean up."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection, transaction
from psycopg import errors
from tests.apps.books.telling import PROGRAMME, Teller, somebody

from praya.apps.books import queries
from praya.apps.books.models import Entry
from praya.apps.books.retrying import ATTEMPTS, retrying
from praya.core.actor import Role
from praya.core.ledger import BookExhausted


class Hasty:
    """A command that is turned away a number of times before it succeeds."""

    def __init__(self, times: int, error: Exception) -> None:
        self.left, self.error, self.calls = times, error, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.left:
            raise self.error
        return "done"


def turned_away() -> OperationalError:
    """What Django raises when this database turns a writer away."""
    if connection.vendor == "sqlite":
        return OperationalError("database is locked")
    error = OperationalError("deadlock detected")
    error.__cause__ = errors.DeadlockDetected()
    return error


def test_a_writer_who_was_turned_away_tries_again():
    command = Hasty(2, turned_away())
    assert retrying(command) == "done"
    assert command.calls == 3


def test_trying_again_is_bounded(monkeypatch):
    monkeypatch.setattr("praya.apps.books.retrying.WAIT_S_FIRST", 0)
    command = Hasty(ATTEMPTS, turned_away())
    with pytest.raises(OperationalError):
        retrying(command)
    assert command.calls == ATTEMPTS


@pytest.mark.parametrize("error", [OperationalError("disk I/O error"), BookExhausted(line="x")])
def test_other_failures_and_refusals_are_not_tried_again(error):
    command = Hasty(1, error)
    with pytest.raises(type(error)):
        retrying(command)
    assert command.calls == 1


@pytest.mark.django_db
def test_inside_a_transaction_a_command_runs_once():
    command = Hasty(1, turned_away())
    with transaction.atomic(), pytest.raises(OperationalError):
        retrying(command)
    assert command.calls == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_what_a_test_committed_is_gone_for_the_next(time):
    assert not Entry.objects.exists()
    teller = Teller(somebody("officer", Role.OFFICER), somebody("finance", Role.FINANCE))
    teller.tell("fund research 1000.00\ncommit H-0001.1 100 50.00")
    assert queries.verify_book(PROGRAMME) == (True, [])
