"""A form that is sent twice acts once: by a double click, after Back, or from a page gone through.

Commands that say of themselves that they may not be repeated are called under it. The same page
saying the same to the same address is the same form; whoever changes what it says, or opens the
page anew, means another one. A page is known by its token against forged requests, which is another
one each time that a page is drawn; a browser that draws it anew after Back says the first one
(``tellPage`` in ``praya.js``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from praya.apps.people.commands import Sending, sent_once
from praya.web.actors import actor
from praya.words import clock

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def once(view: View[P]) -> View[P]:
    """For a view that redirects when it has acted; sent again, it leads where it led, and says so.

    Put it below ``signed_in``.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with acting_once(request) as sending:
            if sending.is_repeated:
                return sent_before(request, sending)
            answer = view(request, *args, **kwargs)
            if isinstance(answer, HttpResponseRedirect):
                sending.answer = answer.url
            return answer

    return cast("View[P]", guarded)


@contextmanager
def acting_once(request: HttpRequest) -> Iterator[Sending]:
    """For a view that answers with a page: having acted, it sets where a repeated form leads."""
    said = request.POST.copy()
    token, first = said.pop("csrfmiddlewaretoken", []), said.pop("sent_from", [])
    if request.method != "POST" or not token:
        yield Sending()
        return
    files = [(file.name, file.size) for _name, each in request.FILES.lists() for file in each]
    says = f"{first or token}\n{request.get_full_path()}\n{said.urlencode()}\n{files}"
    sha256 = hashlib.sha256(says.encode()).hexdigest()
    with sent_once(sha256=sha256, by=actor(request), now=clock.now()) as sending:
        yield sending


def sent_before(request: HttpRequest, sending: Sending) -> HttpResponse:
    """Lead where the first sending led."""
    messages.info(request, _("This was sent before, and was done then. Nothing was done twice."))
    return redirect(sending.answer)


def secret_sent_before(request: HttpRequest, sending: Sending) -> HttpResponse:
    """As ``sent_before``, where the first answer held a secret that is kept nowhere."""
    answer = sent_before(request, sending)
    messages.warning(
        request, _("Only the first answer showed the secret. If you lack it, make another.")
    )
    return answer
