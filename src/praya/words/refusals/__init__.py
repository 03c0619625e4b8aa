"""Refusals as sentences: what happened, why, and what comes next.

Each module here has ``SENTENCES``: a refusal's code and what makes its sentence from the refusal.
A new refusal adds its line to the module of its area; a test finds a missing one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from praya.core.refusal import Refusal

Sentence = Callable[[Refusal], str]


def sentence_for(refusal: Refusal) -> str:
    """The refusal in the reader's language."""
    return str(sentences()[refusal.code](refusal))


@cache
def sentences() -> Mapping[str, Sentence]:
    """Every sentence by its refusal's code."""
    gathered: dict[str, Sentence] = {}
    for module in iter_modules(__path__):
        for code, sentence in import_module(f"{__name__}.{module.name}").SENTENCES.items():
            assert code not in gathered, f"two sentences for {code}"
            gathered[code] = sentence
    return gathered
