"""Several things in one sentence: ``a, b, c`` in English, ``甲、乙、丙`` in Chinese."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import pgettext


def listed(parts: Iterable[str]) -> str:
    """The parts one after the other, as the reader's language separates them."""
    return pgettext("between the parts of a list", ", ").join(parts)
