"""Own shares that are paid before use, by API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from praya.api.billing import IssuedOut, out_of
from praya.api.callers import caller
from praya.api.fields import CodeInPath
from praya.apps.billing.commands import issue_ahead
from praya.words import clock

router = Router(tags=["billing"])


@router.post(
    "/programmes/{code}/invoices/ahead",
    response=IssuedOut,
    summary="Ask for own shares before use",
    description=(
        "An invoice for the next part of each own share that is paid before use. Safe to repeat: "
        "it asks for what is missing."
    ),
)
def issue(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    issued = issue_ahead(programme_code=code, by=caller(request), now=clock.now())
    return {"issued": [out_of(row) for row in issued], "not_invoiced": []}
