"""Who asks: the person of a request with their appointments, read once."""

from __future__ import annotations

from django.http import HttpRequest

from praya.apps.programmes.queries import actor_for
from praya.core.actor import Actor
from praya.words import clock


def actor(request: HttpRequest) -> Actor:
    """The actor of a request; one query the first time, none for an anonymous visitor."""
    known: Actor | None = getattr(request, "praya_actor", None)
    if known is None:
        user = getattr(request, "user", None)
        signed_in = user is not None and user.is_authenticated
        known = actor_for(user, clock.now()) if signed_in else Actor.anonymous()
        request.praya_actor = known  # type: ignore[attr-defined] -- kept for the rest of the request
    return known
