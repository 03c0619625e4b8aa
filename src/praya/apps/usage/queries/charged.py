"""The charges behind an entry in the book."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet

from praya.apps.books.models import Entry
from praya.apps.books.queries import records_of
from praya.apps.books.rules import BATCH_KEY
from praya.apps.programmes.queries import HEAVY
from praya.apps.usage.models import Charge
from praya.apps.usage.rules import key_taken_back
from praya.core.ledger import EntryKind

EVERY = slice(None)
_CHARGING = frozenset({EntryKind.SETTLE, EntryKind.CHARGE, EntryKind.UNCHARGE, EntryKind.FREE_USE})


def is_charge(entry: Entry) -> bool:
    """Whether an entry charges use, or undoes what one use was charged."""
    return EntryKind(entry.kind) in _CHARGING


def usage_keys_of(entry: Entry, some: slice = EVERY) -> list[str]:
    """The keys of the usage records that an entry charged, or took back with its reversal.

    Its own; those of the days of a lease; of a batch, those of its records. In their order. Two
    queries at most.
    """
    if entry.reverses is not None:
        return [key_taken_back(key) for key in usage_keys_of(_reversed(entry), some)]
    if not is_charge(entry):
        return []
    if entry.key.startswith(BATCH_KEY):
        return list(records_of(entry).values_list("key", flat=True)[some])
    facts = entry.facts
    if "first_on" not in facts or "last_on" not in facts:
        return [entry.key][some]
    first, last = date.fromisoformat(facts["first_on"]), date.fromisoformat(facts["last_on"])
    days = (last - first).days + 1
    return [f"lease:{entry.subject}:{first + timedelta(days=day)}" for day in range(days)][some]


def uses_behind(entry: Entry) -> int:
    """How many uses an entry charged or took back. Two queries at most."""
    if entry.reverses is not None:
        return uses_behind(_reversed(entry))
    is_batch = is_charge(entry) and entry.key.startswith(BATCH_KEY)
    return records_of(entry).count() if is_batch else len(usage_keys_of(entry))


def _reversed(entry: Entry) -> Entry:
    assert entry.reverses is not None, entry
    entries = Entry.objects.filter(programme_code=entry.programme_code)
    return entries.get(number=entry.reverses)


def charges_of_entry(entry: Entry) -> QuerySet[Charge]:
    """The charges of an entry, with what taking them back needs, in the order of their records."""
    related = ("usage__job", "line__award__programme", "line__award__rule_version")
    heavy = (
        *(f"line__award__rule_version__{one}" for one in HEAVY),
        *(f"usage__job__{one}" for one in ("argv", "script", "environment")),
    )
    charges = Charge.objects.filter(usage__key__in=usage_keys_of(entry))
    return charges.select_related("award__programme", *related).defer(*heavy).order_by("usage_id")
