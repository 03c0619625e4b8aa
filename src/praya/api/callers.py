"""Who calls: a personal token, or the session of somebody on the site's own pages."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.security.session import SessionAuth

from praya.apps.people.commands import note_token_used
from praya.apps.people.queries import person_of_token
from praya.apps.people.rules import TokenScope
from praya.apps.programmes.queries import actor_for
from praya.core.actor import Actor
from praya.words import clock

_TOKEN = "praya.token"  # noqa: S105 -- where its number is kept
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class TokenCaller(HttpBearer):
    """A personal token; one with the scope ``read`` may only read."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The actor the token stands for; nothing when it is unknown, revoked or expired."""
        now = clock.now()
        found = person_of_token(token, now=now)
        if found is None:
            return None
        if found.scope == TokenScope.READ and request.method not in _READS:
            raise HttpError(
                403,
                _(
                    "This token may only read. Make one that may also write on the page “Access "
                    "tokens”."
                ),
            )
        request.META[_TOKEN] = found.token_id
        if found.last_used_on != now.date():
            note_token_used(token_id=found.token_id, on=now.date())
        return actor_for(found.person, now=now)


class BrowserCaller(SessionAuth):
    """Somebody signed in on the site; Django checks the form's token on every change."""

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Look at the session only where there is one, and no token was tried before."""
        if "Authorization" in request.headers or self.param_name not in request.COOKIES:
            return None
        found: Actor | None = super().__call__(request)
        return found

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """The actor of the session."""
        del key
        if not request.user.is_authenticated:
            return None
        return actor_for(request.user, now=clock.now())


bearer = TokenCaller()
browser = BrowserCaller(csrf=True)


def everybody(request: HttpRequest) -> Actor:
    """Nobody in particular: the last door of what is public, and tells some more than others."""
    del request
    return Actor.anonymous()


def caller(request: HttpRequest) -> Actor:
    """The actor of a call that has passed the door."""
    actor = getattr(request, "auth", None)
    return actor if isinstance(actor, Actor) else Actor.anonymous()


def calling_token(request: HttpRequest) -> int | None:
    """The number of the token by which a call came; none for a session of the site."""
    found: int | None = request.META.get(_TOKEN)
    return found
