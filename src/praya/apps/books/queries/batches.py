"""The records behind entries that charge many, and the proof of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from django.db.models import QuerySet

from praya.apps.books.models import BatchRecord, Entry
from praya.apps.books.rules import BATCH_KEY
from praya.core.ledger.batch import records_hash

_AT_ONCE = 5000


def records_of(entry: Entry) -> QuerySet[BatchRecord]:
    """The usage records that an entry charged, in their order; none, if it charged one use."""
    return entry.records.order_by("pk")


def record_of(programme_code: str, key: str) -> BatchRecord | None:
    """What was charged under a record's key, with its entry."""
    records = BatchRecord.objects.filter(programme_code=programme_code, key=key)
    return records.select_related("entry").first()


def wrong_records(programme_code: str) -> Iterator[tuple[str, int, str]]:
    """Entries whose records are not those that they charged: a code, the number, the key."""
    entries = Entry.objects.filter(programme_code=programme_code, key__startswith=BATCH_KEY)
    sealed = {
        entry.pk: (entry.number, entry.key, entry.facts.get("records_sha256"))
        for entry in entries.only("pk", "number", "key", "facts")
    }
    rows = BatchRecord.objects.filter(programme_code=programme_code).order_by("entry_id", "pk")
    columns = ("key", "request_sha256", "hold_key", "time_s", "subsidy_minor", "own_minor")
    found = rows.values_list("entry_id", *columns).iterator(chunk_size=_AT_ONCE)
    for entry_id, records in groupby(found, key=itemgetter(0)):
        number, key, sha256 = sealed.pop(entry_id, (0, f"entry {entry_id}", None))
        if records_hash(record[1:] for record in records) != sha256:
            yield "record", number, key
    for number, key, _ in sealed.values():
        yield "record", number, key
