"""Texts of a programme in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from django.utils.translation import get_language

from praya.core.programme.parts import Words


def in_readers_language(words: Words | Mapping[str, str]) -> str:
    """A text, or its stored form, in the language of the page; English where it has no other."""
    text = words if isinstance(words, Words) else Words.model_validate(words)
    return text.in_language(get_language() or "en")


class Titled(Protocol):
    """An application or an award: its title in English, in Chinese or in both."""

    @property
    def title(self) -> str:
        """In English."""

    @property
    def title_zh(self) -> str:
        """In Chinese."""


def title_in_readers_language(work: Titled) -> str:
    """The title in the language of the page, or in the other one."""
    return in_readers_script(work.title, work.title_zh)


class Named(Protocol):
    """A person or an organisation: its name in English, in Chinese or in both."""

    @property
    def name(self) -> str:
        """In English."""

    @property
    def name_zh(self) -> str:
        """In Chinese."""


def name_in_readers_language(named: Named) -> str:
    """The name in the language of the page, or in the other one."""
    return in_readers_script(named.name, named.name_zh)


def in_readers_script(english: str, chinese: str) -> str:
    """The text in the language of the page; the other one where it is not written in that."""
    reads_chinese = (get_language() or "").startswith("zh")
    return (chinese or english) if reads_chinese else (english or chinese)
