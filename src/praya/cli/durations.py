"""Run-time limits as people write them."""

from __future__ import annotations

import re

import typer

from praya.cli.words import _

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_PARTS = re.compile(r"(\d{1,9})([smhd])")
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,4})")


def seconds_of(text: str) -> int:
    """Whole seconds of ``90s``, ``10m``, ``1h30m``, ``2d``, ``1:30:00`` or ``5:00`` (minutes)."""
    written = text.strip().lower()
    if clock := _CLOCK.fullmatch(written):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    parts = _PARTS.findall(written)
    if not parts or "".join(number + unit for number, unit in parts) != written:
        raise typer.BadParameter(
            _("“%(text)s” is no time. Write 90s, 10m, 1h30m, 2d or 1:30:00.") % {"text": text}
        )
    return sum(int(number) * _UNITS[unit] for number, unit in parts)
