"""A page or call is asked again when the database turned its writer away.

A deadlock, a serialisation failure or a lock that was not had in time leaves nothing of the
transaction behind, and a view begins its one transaction itself. So the view is run again from
its beginning, which is the outermost level (docs/contributing/locking.md).
"""

from __future__ import annotations

from typing import cast

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from praya.apps.books.retrying import retrying, was_turned_away

PATIENCE_S = 10
_MARK = "praya_is_asked_again"


def may_ask_again(request: HttpRequest, error: Exception) -> bool:
    """Whether the error is a writer turned away, in a request that is not being asked again."""
    is_outage = isinstance(error, OperationalError) and was_turned_away(error)
    return is_outage and not is_asked_again(request)


def is_asked_again(request: HttpRequest) -> bool:
    """Whether the view runs a second time or later for this request."""
    return hasattr(request, _MARK)


def asked_again(request: HttpRequest) -> HttpResponse | None:
    """What the request's view answers when it is run again; ``None`` if it is turned away still.

    Whatever else the view raises is passed on.
    """
    match = request.resolver_match
    assert match is not None, request.path
    setattr(request, _MARK, True)

    def view() -> HttpResponse:
        for name in request.FILES:
            for file in request.FILES.getlist(name):
                file.seek(0)
        return cast("HttpResponse", match.func(request, *match.args, **match.kwargs))

    try:
        return retrying(view, patience_s=PATIENCE_S)
    except OperationalError as error:
        if not was_turned_away(error):
            raise
        return None


def busy_sentence() -> str:
    """What to say in the end."""
    return _("Praya is busy; nothing was changed; try again.")
