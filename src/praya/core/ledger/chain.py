"""Fingerprints: of a request, so that a key posts once; of an entry, so that a change shows.

What is hashed of an entry is a text of plain lines; anybody can build it again, in SQL too::

    <hash of the entry before it; empty before the first>
    1
    fund
    funding:7
    2026-03-02 09:00:00.000000
    12
    Chan Siu Ming
    pool/research
    <fingerprint of what was asked>
    <number of the entry it reverses, or empty>
    {"reason":"voted"}
    outside/research<tab>HKD<tab>-100000
    pool/research<tab>HKD<tab>100000

Instants are in UTC. Postings stand in the order of account and commodity.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC

from praya.core.ledger.entries import Entry, Posting

NO_HASH = ""


def entry_hash(previous: str, entry: Entry) -> str:
    """SHA-256 over the text of an entry and the hash before it."""
    return sha256_of(entry_text(previous, entry))


def entry_text(previous: str, entry: Entry) -> str:
    """What is hashed of an entry; ``NO_HASH`` stands before the first."""
    fields = (
        previous,
        str(entry.number),
        entry.kind.value,
        entry.key,
        f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}",
        "" if entry.by_id is None else str(entry.by_id),
        entry.by_name,
        entry.subject,
        entry.request,
        "" if entry.reverses is None else str(entry.reverses),
        canonical_json(entry.facts),
    )
    text = "\n".join(fields)
    # A line break inside a field would let two entries have one text.
    assert text.count("\n") == len(fields) - 1, fields
    return f"{text}\n{postings_text(entry.postings)}"


def postings_text(postings: Iterable[Posting]) -> str:
    """Postings as hashed: a line each, in order."""
    return "\n".join(f"{p.account}\t{p.commodity}\t{p.amount}" for p in sorted(postings))


def sha256_of(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def request_hash(*content: object) -> str:
    """SHA-256 over what was asked. The same key with another hash is a reused key."""
    return sha256_of(canonical_json(content))


def canonical_json(value: object) -> str:
    """One text for one value: sorted keys, no spaces. Floats are refused by assertion."""
    assert _is_exact(value), value
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_PLAIN = {str, int, bool, type(None)}


def _is_exact(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) for key in value) and _is_exact(tuple(value.values()))
    if isinstance(value, list | tuple):
        for part in value:  # noqa: SIM110 -- a generator takes as long as the whole hash
            if type(part) not in _PLAIN and not _is_exact(part):
                return False
        return True
    return value is None or isinstance(value, str | int)
