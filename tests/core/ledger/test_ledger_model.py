"""The ledger on paper is a few dictionaries."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from tests.nightly import size
from tests.simulation.machine import BookMachine
from tests.simulation.paper import PaperBook


class PaperMachine(BookMachine):
    def make_store(self) -> PaperBook:
        return PaperBook()


@pytest.mark.once
def test_the_ledger_is_a_few_dictionaries():
    run_state_machine_as_test(
        PaperMachine,
        settings=settings(
            max_examples=size(always=60, nightly=2000), stateful_step_count=40, deadline=None
        ),
    )
