"""Rows that stand beside the entries: lines, holds, balances, funding. Each follows from entries.

Once the chain has proved entries and postings, these rows are compared with what the entries say.
Holds, of which there are as many as jobs, are compared inside the database; what is few, here.
"""

# ruff: noqa: S608 -- only our own words are put together; every value is a parameter

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from django.db import connection

from praya.apps.books.models import Balance, Book, Correction, Entry, FundingRequest, Line, Posting
from praya.apps.books.queries.batches import wrong_records
from praya.apps.books.rules import BATCH_KEY, CorrectionState, FundingState
from praya.apps.people.queries import audit_lines
from praya.core import ledger
from praya.core.ledger import EntryKind
from praya.core.quantity import commodity_of_time

if TYPE_CHECKING:
    from praya.apps.people.models import AuditLine

Found = tuple[str, int | None, str]  # a code, the entry where there is one, and where
Stands = Mapping[tuple[str, str], int]

_LINE_PARTS = 3


def wrong_beside(book: Book, stands: Stands) -> Iterator[Found]:
    """Rows that are not what the entries say; ``stands`` is what the entries add up to."""
    yield from _wrong_lines(book.programme_code, stands)
    yield from _wrong_accounts(book.programme_code)
    yield from _wrong_holds(book.programme_code)
    yield from wrong_records(book.programme_code)
    yield from _wrong_funding(book.programme_code)
    yield from _wrong_corrections(book)
    yield from _wrong_close(book)


def _wrong_lines(programme_code: str, stands: Stands) -> Iterator[Found]:
    counted: dict[str, set[str]] = {}
    for account, commodity in stands:
        if account.startswith("award/"):
            counted.setdefault(account.split("/")[1], set()).add(commodity)
    rows = {row.code: row for row in Line.objects.filter(programme_code=programme_code)}
    pools, closed = _pools_of_lines(programme_code), _closed_lines(programme_code)
    for code in sorted(rows.keys() | counted.keys()):
        row = rows.get(code)
        if (
            row is None
            or not counted.get(code, set()) <= {commodity_of_time(row.device_model), row.currency}
            or code not in counted
            or row.award_code != ledger.award_of(code)
            or row.pool != pools.get(code, row.pool)
            or row.closed_at != closed.get(code)
        ):
            yield "line", None, code


def _pools_of_lines(programme_code: str) -> dict[str, str]:
    """Out of which pool each line was granted; what an exchange made has the pool of its source."""
    postings = Posting.objects.filter(
        entry__programme_code=programme_code,
        entry__kind__in=(EntryKind.COMMIT.value, EntryKind.EXCHANGE.value),
    ).order_by("entry__number")
    rows = postings.values_list("entry_id", "account", "amount")
    pools: dict[str, str] = {}
    for _, some in groupby(rows, key=itemgetter(0)):
        pool, lines = None, []
        for _, account, amount in some:
            kind, _, rest = account.partition("/")
            line = rest.partition("/")[0]
            if kind == "award":
                lines.append(line)
            if amount < 0 and kind in ("pool", "award"):
                pool = rest if kind == "pool" else pools.get(line)
        if pool is not None:
            pools.update((line, pool) for line in lines if line not in pools)
    return pools


def _closed_lines(programme_code: str) -> dict[str, datetime]:
    """Since when lines are closed: by the last return that was not turned round."""
    entries = Entry.objects.filter(programme_code=programme_code)
    returns = entries.filter(kind=EntryKind.RETURN.value).order_by("number")
    undone = set(
        entries.filter(reverses__isnull=False, reverses__in=returns.values("number")).values_list(
            "reverses", flat=True
        )
    )
    rows = returns.values_list("number", "subject", "at")
    return {subject: at for number, subject, at in rows if number not in undone}


def _wrong_accounts(programme_code: str) -> Iterator[Found]:
    """Balances, but for their amounts: whether they may be negative, and whose part they are."""
    rows = Balance.objects.filter(programme_code=programme_code).order_by("account", "commodity")
    names = ("account", "commodity", "may_be_negative", "line__code", "line__programme_code")
    for account, commodity, may_be_negative, line, programme, part in rows.values_list(
        *names, "part"
    ):
        parts = account.split("/")
        of_line = parts[0] == "award" and len(parts) == _LINE_PARTS
        expected = (parts[1], programme_code, parts[2]) if of_line else (None, None, "")
        is_right = may_be_negative == ledger.may_be_negative(account)
        if not is_right or (line, programme, part) != expected:
            yield "balance", None, f"{account} {commodity}"


def _wrong_holds(programme_code: str) -> Iterator[Found]:
    """Holds and the entries that made and ended them, in three questions."""
    for question in (_HELD_OTHERWISE, _NOT_HELD, _NOT_ENDED):
        with connection.cursor() as cursor:
            words = _DIALECT[connection.vendor] | _BATCH
            cursor.execute(question.format(**words), [programme_code])
            for number, key in cursor.fetchall():
                yield "hold", number, str(key)


_DIALECT = {
    "sqlite": {
        "hold_of_end": "json_extract(ended.facts, '$.hold')",
        "expires": "replace(hold.expires_at, ' ', 'T') || '+00:00'",
        "said_expires": "json_extract(made.facts, '$.expires_at')",
    },
    "postgresql": {
        "hold_of_end": "(ended.facts::jsonb ->> 'hold')",
        "expires": "hold.expires_at",
        "said_expires": "(made.facts::jsonb ->> 'expires_at')::timestamptz",
    },
}
_BATCH = {"batch_key": BATCH_KEY, "batch_key_length": str(len(BATCH_KEY))}
_IN_FLIGHT = (
    "coalesce((SELECT amount FROM books_posting WHERE entry_id = {entry}.id AND "
    "account = 'award/' || line.code || '/in-flight' AND commodity = {commodity}), 0)"
)
_MADE_TIME, _MADE_MONEY, _ENDED_TIME, _ENDED_MONEY = (
    _IN_FLIGHT.format(entry=entry, commodity=commodity)
    for entry in ("made", "ended")
    for commodity in ("line.device_model || '·s'", "line.currency")
)
_HELD_OTHERWISE = f"""
    SELECT made.number, hold.key FROM books_hold AS hold
    LEFT JOIN books_line AS line ON line.id = hold.line_id
    LEFT JOIN books_entry AS made
        ON made.id = hold.made_by_entry_id AND made.programme_code = hold.programme_code
    LEFT JOIN books_entry AS ended
        ON ended.id = hold.ended_by_entry_id AND ended.programme_code = hold.programme_code
    WHERE hold.programme_code = %s AND NOT coalesce(
        made.kind = 'hold' AND made.key = hold.key AND made.subject = line.code
        AND made.at = hold.made_at AND {{said_expires}} = {{expires}}
        AND {_MADE_TIME} = hold.time_s AND {_MADE_MONEY} = hold.subsidy_minor
        AND CASE WHEN hold.state = 'open'
            THEN hold.ended_at IS NULL AND hold.ended_by_entry_id IS NULL
            ELSE ended.number > made.number AND ended.at = hold.ended_at AND (
                EXISTS (SELECT 1 FROM books_batchrecord AS record
                    WHERE record.entry_id = ended.id AND record.hold_key = hold.key
                    AND hold.state = 'settled')
                OR ({{hold_of_end}} = hold.key
                    AND ended.kind = CASE hold.state
                        WHEN 'settled' THEN 'settle' WHEN 'released' THEN 'release' END
                    AND {_ENDED_TIME} = -hold.time_s AND {_ENDED_MONEY} = -hold.subsidy_minor)
            ) END, false)
"""
_NOT_HELD = """
    SELECT made.number, made.key FROM books_entry AS made
    LEFT JOIN books_hold AS hold
        ON hold.made_by_entry_id = made.id AND hold.programme_code = made.programme_code
    WHERE made.programme_code = %s AND made.kind = 'hold' AND hold.key IS NULL
"""
_NOT_ENDED = """
    SELECT ended.number, ended.key FROM books_entry AS ended
    LEFT JOIN books_hold AS hold
        ON hold.programme_code = ended.programme_code AND hold.key = {hold_of_end}
        AND hold.ended_by_entry_id = ended.id
    WHERE ended.programme_code = %s AND ended.kind IN ('settle', 'release') AND hold.key IS NULL
        AND substr(ended.key, 1, {batch_key_length}) != '{batch_key}'
"""


def _wrong_funding(programme_code: str) -> Iterator[Found]:
    """Funding requests against the trail, which says who asked and who decided."""
    asked: dict[str, AuditLine] = {}
    decided: dict[str, AuditLine] = {}
    of_funding = audit_lines(programme_code=programme_code).filter(subject_kind="funding")
    for line in of_funding:
        (asked if line.action == "funding.asked" else decided)[line.subject_key] = line
    requests = FundingRequest.objects.filter(programme_code=programme_code)
    rows = {str(row.pk): row for row in requests}
    for key in sorted(rows.keys() | asked.keys()):
        row, begun = rows.get(key), asked.get(key)
        if row is None or begun is None or not _is_as_told(row, begun, decided.get(key)):
            yield "funding", None, f"funding {key}"


def _is_as_told(row: FundingRequest, asked: AuditLine, decided: AuditLine | None) -> bool:
    told = (asked.facts[name] for name in ("pool", "amount_minor", "currency", "reason"))
    if (row.pool, row.amount_minor, row.currency, row.reason) != (*told,):
        return False
    if (row.asked_by_id, row.asked_at) != (asked.by_id, asked.at):
        return False
    if decided is None:
        end: tuple[object, ...] = (FundingState.ASKED.value, None, None)
    else:
        end = (decided.action.partition(".")[2], decided.by_id, decided.at)
    return (row.state, row.decided_by_id, row.decided_at) == end


_CORRECTED = ("number", "source", "target", "commodity", "amount", "reason")


def _wrong_corrections(book: Book) -> Iterator[Found]:
    """Corrections against the trail, and against the entries that approved ones made."""
    asked: dict[str, AuditLine] = {}
    decided: dict[str, AuditLine] = {}
    of_corrections = audit_lines(programme_code=book.programme_code)
    for line in of_corrections.filter(subject_kind="correction"):
        (asked if line.action == "correction.asked" else decided)[line.subject_key] = line
    found = Correction.objects.filter(programme_code=book.programme_code).select_related("entry")
    rows = {str(row.pk): row for row in found}
    for key in sorted(rows.keys() | asked.keys()):
        row, begun, end = rows.get(key), asked.get(key), decided.get(key)
        if row is None or begun is None or not _is_corrected_as_told(row, begun, end):
            yield "correction", None, f"correction {key}"


def _is_corrected_as_told(row: Correction, asked: AuditLine, decided: AuditLine | None) -> bool:
    if any(getattr(row, name) != asked.facts[name] for name in _CORRECTED):
        return False
    if (row.asked_by_id, row.asked_at) != (asked.by_id, asked.at):
        return False
    end: tuple[object, ...] = (CorrectionState.ASKED.value, None, None)
    if decided is not None:
        end = (decided.action.partition(".")[2], decided.by_id, decided.at)
    approved = f"correction:{row.pk}" if row.state == CorrectionState.APPROVED.value else None
    entry_key = row.entry.key if row.entry is not None else None
    is_ended = (row.state, row.decided_by_id, row.decided_at) == end
    return is_ended and entry_key == approved


def _wrong_close(book: Book) -> Iterator[Found]:
    """To which day the book is closed, and how it stood at each close, against the trail."""
    trail = audit_lines(programme_code=book.programme_code)
    closes = [line.facts for line in trail.filter(action="period.closed")]
    told = (closes[0]["until"], closes[0]["open_from"]) if closes else (None, None)
    stands = (
        book.closed_until.isoformat() if book.closed_until else None,
        book.open_from.isoformat() if book.open_from else None,
    )
    if told != stands:
        yield "close", None, f"{book.programme_code} {stands[0]}"
    kept = ((facts["entries"], facts["head"]) for facts in closes if facts.get("entries"))
    number = first_resealed(book.programme_code, kept)
    if number is not None:
        yield "seal", number, "period.closed"


def first_resealed(programme_code: str, kept: Iterable[tuple[int, str]]) -> int | None:
    """The first entry whose seal is not the one kept elsewhere; one query.

    A chain of which every entry was sealed anew proves itself right, and these prove it wrong.
    """
    kept = sorted(kept)
    entries = Entry.objects.filter(programme_code=programme_code).order_by()
    there = entries.filter(number__in={number for number, _ in kept})
    seals = dict(there.values_list("number", "sha256"))
    return next((number for number, seal in kept if seals.get(number) != seal), None)
