"""Fingerprints: of a request, so that a key posts once; of an entry, so that a change shows."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

from praya.core.ledger.entries import Entry

NO_HASH = ""


def entry_hash(previous: str, entry: Entry) -> str:
    """SHA-256 over an entry and the hash before it; ``NO_HASH`` stands before the first."""
    return _sha256(
        [
            previous,
            entry.number,
            entry.kind.value,
            entry.key,
            entry.at.astimezone(UTC).isoformat(),
            entry.by_id,
            entry.by_name,
            entry.subject,
            entry.request,
            entry.facts,
            [[p.account, p.commodity, p.amount] for p in sorted(entry.postings)],
        ]
    )


def request_hash(*content: object) -> str:
    """SHA-256 over what was asked. The same key with another hash is a reused key."""
    return _sha256(list(content))


def canonical_json(value: object) -> str:
    """One text for one value: sorted keys, no spaces. Floats are refused by assertion."""
    assert _is_exact(value), value
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _sha256(content: list[object]) -> str:
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def _is_exact(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_exact(part) for key, part in value.items())
    if isinstance(value, list | tuple):
        return all(_is_exact(part) for part in value)
    return value is None or isinstance(value, str | int)
