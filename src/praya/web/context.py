"""What every page may read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """Nothing yet beyond what Django gives; the shell adds the navigation."""
    del request
    return {}
