"""Forecasts in words."""

from __future__ import annotations

import pytest

from praya.words.forecasts import wait_name


@pytest.mark.parametrize(("name", "said"), [("1", "1 card"), ("2-4", "2-4 cards")])
def test_a_class_of_sizes_counts_its_cards(name, said):
    assert wait_name({"by": "size", "name": name}) == said
