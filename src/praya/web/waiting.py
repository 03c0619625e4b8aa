"""What waits for a reader, as the first page lists it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from praya.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for the reader, since an instant, perhaps until another."""

    title: str
    detail: str
    url: str
    since: datetime
    due: datetime | None = None


Provider = Callable[[Actor, datetime], Iterable[Waiting]]
