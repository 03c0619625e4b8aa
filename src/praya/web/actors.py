"""Who asks: the person of a request with their appointments, read once."""

from __future__ import annotations

from django.http import HttpRequest

from praya.apps.programmes.queries import actor_for
from praya.core.actor import Actor
from praya.words import clock


def actor(request: HttpRequest) -> Actor:
    """The actor of a request; one query the first time, none for an anonymous visitor."""
    known: Actor | None = request.__dict__.get("praya_actor")
    if known is None:
        user = getattr(request, "user", None)
        signed_in = user is not None and user.is_authenticated
        known = actor_for(user, clock.now()) if signed_in else Actor.anonymous()
        request.__dict__["praya_actor"] = known
    return known
