"""An entry of the book as an event for others: CloudEvents 1.0, in one JSON object."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from praya.core.ledger import Entry

EVENT_TYPE = "praya.book.entry"


def event_id(programme_code: str, number: int) -> str:
    """The name of an event: the same each time it is sent, so that a receiver can tell."""
    return f"{programme_code}-{number}"


def event_of(entry: Entry, *, programme_code: str, sha256: str, site: str) -> dict[str, Any]:
    """The event of an entry. Amounts are whole units: minor units of money, accelerator-seconds."""
    return {
        "specversion": "1.0",
        "id": event_id(programme_code, entry.number),
        "source": f"{site}/programmes/{programme_code}/book",
        "type": f"{EVENT_TYPE}.{entry.kind.value}",
        "subject": entry.subject,
        "time": entry.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": {
            "number": entry.number,
            "kind": entry.kind.value,
            "key": entry.key,
            "facts": dict(entry.facts),
            "postings": [
                {"account": one.account, "commodity": one.commodity, "amount": one.amount}
                for one in sorted(entry.postings)
            ],
            "sha256": sha256,
        },
    }
