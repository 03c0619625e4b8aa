"""The rules that the pages show are rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from tests.factories import minimal_programme_yaml

from praya.core.programme.reading import read_programme

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-programme-file.md"
EXAMPLES = [
    block
    for block in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    if block.startswith("life:")
]


@pytest.mark.parametrize("block", EXAMPLES)
def test_rules_on_the_life_of_an_award_can_be_applied(block):
    rules, findings = read_programme(minimal_programme_yaml(**yaml.safe_load(block)))

    assert findings == []
    assert rules is not None


def test_the_page_shows_some():
    assert len(EXAMPLES) == 5
