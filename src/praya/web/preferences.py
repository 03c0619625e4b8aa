"""Language and theme, as a visitor chooses them."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as djangos_set_language

from praya.apps.people.commands import choose_language
from praya.web.actors import actor

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "praya_theme"
_YEAR_S = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """The theme that was chosen; the system's where none was."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else "auto"


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep a theme for a year and go back to the page."""
    chosen = request.POST.get("theme", "")
    response = HttpResponseRedirect(_next(request))
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=_YEAR_S,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Show pages in a language from now on; a person who signed in keeps it in their profile."""
    language = request.POST.get("language", "")
    if actor(request).is_known and language in dict(settings.LANGUAGES):
        choose_language(by=actor(request), language=language)
    return djangos_set_language(request)


def _next(request: HttpRequest) -> str:
    given = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        given, {request.get_host()}, require_https=request.is_secure()
    )
    return given if is_ours else "/"
