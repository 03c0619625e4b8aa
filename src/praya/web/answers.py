"""The pages that are shown when a request cannot be answered as asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form has expired, and how to go on."""
    del reason
    return render(request, "403_csrf.html", status=403)
