"""Why a run was not charged has words, however it came about."""

from __future__ import annotations

import pytest

from praya.apps.usage.rules import RUNAWAY, TAKEN_BACK
from praya.core.execution.accounting import RunEnd
from praya.words.aside import aside_words


@pytest.mark.parametrize("why", [*RunEnd, RUNAWAY, TAKEN_BACK, "usage.no_line", "price.none"])
def test_every_reason_is_told_in_words(why):
    assert "refused as" not in aside_words(why)


def test_a_refusal_without_words_of_its_own_is_named():
    assert aside_words("usage.other") == "refused as usage.other"
