"""Where the API explains the figure that a refusal rests on."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from praya.apps.reports.queries import why


def address_of(asked: why.Question) -> str:
    """Where the figure behind a refusal is explained."""
    about, key = quote(asked.about), quote(asked.key)
    path = {
        why.Figure.BALANCE: f"awards/{about}/why/{key}",
        why.Figure.OPEN: f"awards/{about}/open/why",
        why.Figure.ACCOUNT: f"programmes/{about}/accounts/why",
        why.Figure.ENTRY: f"programmes/{about}/entries/{key}/why",
        why.Figure.CEILING: f"applications/{about}/ceilings/{key}/why",
        why.Figure.PERIOD: f"programmes/{about}/periods/{key}/why",
    }[asked.figure]
    account = asked.key if asked.figure is why.Figure.ACCOUNT else ""
    parts = {"account": account, "commodity": asked.commodity, "line": asked.line}
    query = urlencode({name: value for name, value in parts.items() if value})
    return f"/api/v1/{path}?{query}".rstrip("?")
