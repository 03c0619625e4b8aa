"""Texts of a programme in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language

from praya.core.programme.document import Words


def in_readers_language(words: Words | Mapping[str, str]) -> str:
    """A text, or its stored form, in the language of the page; English where it has no other."""
    text = words if isinstance(words, Words) else Words.model_validate(words)
    return text.in_language(get_language() or "en")
