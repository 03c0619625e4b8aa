"""A call whose writer the database turned away is tried again, and in the end told so."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from psycopg import errors
from tests.factories import make_programme

from praya.apps.books.retrying import ATTEMPTS
from praya.apps.people import commands

pytestmark = pytest.mark.django_db(transaction=True)

WISH = {"name": "Quay Works", "kind": "enterprise"}


class Hasty:
    """A command that is turned away a number of times before it is let in."""

    def __init__(self, times, error=None):
        self.left, self.error, self.calls = times, error, 0
        self.command = commands.register_organisation

    def __call__(self, **given):
        self.calls += 1
        if self.calls <= self.left:
            raise self.error or turned_away()
        return self.command(**given)


def turned_away():
    if connection.vendor == "sqlite":
        return OperationalError("database is locked")
    error = OperationalError("deadlock detected")
    error.__cause__ = errors.DeadlockDetected()
    return error


@pytest.fixture
def calling(caller, monkeypatch, now):
    make_programme(now)
    monkeypatch.setattr("praya.apps.books.retrying.WAIT_S_FIRST", 0)
    by = caller("mei@pier.example")

    def call(hasty):
        monkeypatch.setattr(commands, "register_organisation", hasty)
        return by.post("/organisations", WISH)

    return call


def test_a_call_that_was_turned_away_is_tried_again(calling):
    hasty = Hasty(2)

    status, made = calling(hasty)

    assert (status, made["name"], hasty.calls) == (201, "Quay Works", 3)


def test_in_the_end_the_caller_is_told_that_nothing_was_changed(calling):
    hasty = Hasty(100)

    status, problem = calling(hasty)

    assert (status, problem["code"]) == (503, "database.busy")
    assert problem["message"] == "Praya is busy; nothing was changed; try again."
    assert hasty.calls == 1 + ATTEMPTS


def test_another_outage_is_told_at_once(calling):
    hasty = Hasty(100, OperationalError("disk I/O error"))

    assert [calling(hasty)[0], hasty.calls] == [503, 1]
