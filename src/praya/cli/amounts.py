"""Amounts on request lines: as they are typed at the terminal, and as they are shown."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from praya.cli.words import _

_TYPED = re.compile(r"(?P<number>\d{1,3})=(?P<cards>\d{1,9})(?::(?P<card_hours>\d{1,9}))?")

Lines = Annotated[
    list[str] | None,
    typer.Option(
        "--line",
        metavar="LINE=CARDS[:CARD-HOURS]",
        help=_("An amount on a request line, as 1=16, or 2=8:5000 where hours were asked."),
    ),
]


def amounts_of(typed: list[str] | None) -> list[dict[str, int]]:
    """The amounts as the API takes them.

    >>> amounts_of(["1=16", "2=8:5000"])
    [{'number': 1, 'cards': 16, 'card_hours': 0}, {'number': 2, 'cards': 8, 'card_hours': 5000}]
    """
    amounts = []
    for one in typed or []:
        read = _TYPED.fullmatch(one)
        if read is None:
            raise typer.BadParameter(_("Write --line LINE=CARDS or LINE=CARDS:CARD-HOURS."))
        amounts.append({name: int(given or 0) for name, given in read.groupdict().items()})
    return amounts


def amount(given: dict[str, Any] | None) -> str:
    """An amount as it is typed: ``16``, or ``8:5000`` for 5,000 hours on at most 8 cards."""
    if given is None:
        return ""
    hours = f":{given['card_hours']}" if given["card_hours"] else ""
    return f"{given['cards']}{hours}"
