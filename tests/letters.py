"""Letters of a test: what a block put into the outbox, as mails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from praya.apps.notices.commands import send_letters
from praya.apps.notices.models import Letter
from praya.apps.notices.rules import LetterState


@contextmanager
def posted(now: datetime) -> Iterator[None]:
    """Send the letters that the block puts into the outbox, and none from before it."""
    waiting = Letter.objects.filter(state=LetterState.WAITING.value)
    waiting.update(state=LetterState.CANCELLED.value)
    yield
    send_letters(now=now, most=1000)
