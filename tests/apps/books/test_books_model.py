"""The stored book is a few dictionaries, and its entries prove what stands in it, step by step."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.nightly import size
from tests.simulation.machine import BookMachine
from tests.simulation.stored import StoredBook


class StoredMachine(BookMachine):
    def make_store(self) -> StoredBook:
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        return StoredBook()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rollback.__exit__(None, None, None)


@pytest.mark.django_db
def test_the_stored_book_is_a_few_dictionaries():
    run_state_machine_as_test(
        StoredMachine,
        settings=settings(
            max_examples=size(always=15, nightly=300),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
