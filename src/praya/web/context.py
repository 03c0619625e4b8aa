"""What every page may read, as ``page``: computed when a template first asks for it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest

from praya.core.actor import Actor
from praya.web.actors import actor
from praya.web.navigation import Entry, navigation_for
from praya.web.preferences import theme_of


class Page:
    """The parts of the frame around a page. At most one query, none for an anonymous visitor."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def actor(self) -> Actor:
        """Who reads the page."""
        return actor(self._request)

    @property
    def reader_name(self) -> str:
        """What the reader is called, in the language of the page."""
        return str(self._request.user)

    @cached_property
    def navigation(self) -> list[Entry]:
        """The main navigation for the reader's roles."""
        return navigation_for(self.actor, self._request.path)

    @cached_property
    def theme(self) -> str:
        """``light``, ``dark`` or ``auto``."""
        return theme_of(self._request)


def page(request: HttpRequest) -> dict[str, Any]:
    """The frame of the page."""
    return {"page": Page(request)}
