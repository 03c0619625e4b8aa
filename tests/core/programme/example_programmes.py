"""The example programmes, as text and as rules."""

from __future__ import annotations

from pathlib import Path

from praya.core.programme.document import ProgrammeRules
from praya.core.programme.reading import read_programme

EXAMPLES = Path(__file__).parents[3] / "examples"


def example_text(name: str) -> str:
    return (EXAMPLES / name / "programme.yaml").read_text(encoding="utf-8")


def example_rules(name: str) -> ProgrammeRules:
    rules, findings = read_programme(example_text(name))
    assert rules is not None, findings
    return rules
