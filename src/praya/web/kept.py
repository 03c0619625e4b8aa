"""What somebody typed who had been signed out: kept until they are back, and shown again.

A form that arrives without a session is not acted upon. Its fields wait in the visitor's new
session, which signing in carries on, and the page where it stood is then read with them as
``request.POST`` under the method GET: every form is bound to what was typed, and nothing is done.
A view therefore acts only where the method is POST.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

KEPT = "praya_kept_form"
CHARACTERS_MAX = 300_000
_NEVER_KEPT = ("csrfmiddlewaretoken", "sent_from", "password", "secret")


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send a visitor to sign in and back; what they typed is kept, but no files or secrets."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    back = _page_of(request)
    fields = _fields(request)
    if fields or request.FILES:
        request.session[KEPT] = {"path": back, "fields": fields, "files": bool(request.FILES)}
    return redirect_to_login(back)


def put_back(request: HttpRequest) -> None:
    """Give a page, when it is next opened, what was typed into it before; once."""
    kept = request.session.get(KEPT)
    if request.method != "GET" or not kept or kept["path"] != request.get_full_path():
        return
    del request.session[KEPT]
    request.POST = QueryDict(kept["fields"])
    messages.warning(
        request, _("You were signed out before this was sent. Read it again and send it.")
    )
    if kept["files"]:
        messages.warning(request, _("Files are not kept: choose them again."))


def _page_of(request: HttpRequest) -> str:
    """The page on which the form stood, which may be another than the one it is sent to."""
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    ):
        return request.get_full_path()
    parts = urlsplit(came_from)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _fields(request: HttpRequest) -> str:
    """What was typed, as a form is sent; nothing if it is too long to be kept."""
    fields = request.POST.copy()
    for name in request.POST:
        if any(word in name for word in _NEVER_KEPT):
            del fields[name]
    encoded = fields.urlencode()
    return encoded if len(encoded) <= CHARACTERS_MAX else ""
