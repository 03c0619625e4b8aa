"""Does what a form asks once, however often it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from praya.apps.people.access import known_person_id
from praya.apps.people.models import SentForm
from praya.core.actor import Actor

# Nobody goes back to a page as old as this; what it sends then is asked anew.
_KEPT = timedelta(days=7)


@dataclass
class Sending:
    """One sending of a form. ``answer`` is where the answer led, of this one or of the first."""

    answer: str = ""
    is_repeated: bool = False


@contextmanager
def sent_once(*, sha256: str, by: Actor, now: datetime) -> Iterator[Sending]:
    """Let the block act for a form, and keep where its answer leads; sent again, only that is told.

    The block sets ``answer`` when it has acted; if it does not, nothing that it stored stays. A
    second sending at the same time waits for the end of the first. It leaves no line in the trail:
    what the form asked for does.

    Raises:
        NotAllowed: nobody has signed in.

    """
    person_id = known_person_id(by, "form.send")
    with transaction.atomic():
        SentForm.objects.filter(person=person_id, sent_at__lt=now - _KEPT).delete()
        form, is_new = SentForm.objects.get_or_create(
            person_id=person_id, sha256=sha256, defaults={"sent_at": now}
        )
        sending = Sending(form.answer, is_repeated=not is_new)
        yield sending
        if not sending.answer:
            transaction.set_rollback(True)
        elif is_new:
            form.answer = sending.answer
            form.save(update_fields=["answer"])
