"""Which of a page's buttons was pressed."""

from __future__ import annotations

from collections.abc import Container

from django.core.exceptions import BadRequest
from django.http import HttpRequest


def pressed(request: HttpRequest, acts: Container[str], *, has_rows: bool = False) -> str:
    """What the button says that sent the form; nothing where no form was sent.

    ``has_rows``: a button may say of which row, after a colon.

    Raises:
        BadRequest: no button of the page says that, so nothing is done.

    """
    act = request.POST.get("act", "")
    said = act.partition(":")[0] if has_rows else act
    if request.method == "POST" and said not in acts:
        message = f"no button of this page says {act[:50]!r}"
        raise BadRequest(message)
    return act
