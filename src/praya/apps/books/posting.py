"""The one way into a book: lock it, see whether the key is new, post.

Every command of the book walks the same four steps: ``OpenBook.lock`` takes the book's row until
the transaction ends; ``answered`` looks for an entry of the same key; a function of
``core.ledger`` says what to post, or refuses; ``post`` writes entry, postings, balances and head.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import connection

from praya.apps.books.models import Balance, Book, Entry, Line, Posting
from praya.core import ledger
from praya.core.actor import Actor

NO_FACTS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Request:
    """What a command was asked to do: the kind, its key, and all that makes it the same again."""

    kind: ledger.EntryKind
    key: str
    content: tuple[object, ...]

    @property
    def sha256(self) -> str:
        """The fingerprint that is compared when a key comes a second time."""
        return ledger.request_hash(self.kind.value, *self.content)


@dataclass(slots=True)
class OpenBook:
    """A book that nobody else can write in until the transaction ends, and what was read of it."""

    row: Book
    balances: dict[tuple[str, str], Balance] = field(default_factory=dict)
    accounts_read: set[str] = field(default_factory=set)

    @classmethod
    def lock(cls, programme_code: str) -> OpenBook:
        """Lock the programme's book, which is made on first use.

        Lock before asking what is free: two holds must not see the same remainder.
        """
        assert connection.in_atomic_block, "a book is locked by a transaction"
        rows = Book.objects.select_for_update()
        row = rows.filter(programme_code=programme_code).first()
        if row is None:
            Book.objects.get_or_create(programme_code=programme_code)
            row = rows.get(programme_code=programme_code)
        return cls(row)

    @property
    def programme_code(self) -> str:
        """Whose book it is."""
        return self.row.programme_code

    def answered(self, request: Request) -> Entry | None:
        """The entry an earlier call with the same key made, or ``None``.

        Raises:
            KeyReused: the key was used for something else.

        """
        entry = Entry.objects.filter(programme_code=self.programme_code, key=request.key).first()
        if entry is not None and entry.request_sha256 != request.sha256:
            raise ledger.KeyReused(key=request.key, number=entry.number)
        return entry

    def lines(self, codes: Iterable[str]) -> dict[str, tuple[Line, ledger.Line]]:
        """Rows and snapshots of lines by code, those there are; their balances stay at hand."""
        rows: dict[str, Line] = {}
        parts: dict[tuple[str, str, str], int] = {}
        found = Balance.objects.filter(line__code__in=list(codes)).select_related("line").order_by()
        for balance in found.filter(programme_code=self.programme_code):
            assert balance.line is not None, balance
            self.balances[balance.account, balance.commodity] = balance
            self.accounts_read |= {
                ledger.line_account(balance.line.code, part) for part in ledger.Part
            }
            rows[balance.line.code] = balance.line
            parts[balance.line.code, balance.part, balance.commodity] = balance.amount
        return {code: (row, _snapshot(row, parts)) for code, row in rows.items()}

    def line(self, code: str) -> tuple[Line, ledger.Line]:
        """Row and snapshot of one line.

        Raises:
            UnknownLine: the book has no such line.

        """
        found = self.lines([code]).get(code)
        if found is None:
            raise ledger.UnknownLine(line=code)
        return found

    def balance(self, account: str, commodity: str) -> int:
        """What stands on an account."""
        self._read({account})
        balance = self.balances.get((account, commodity))
        return balance.amount if balance else 0

    def post(  # noqa: PLR0913 -- keyword-only facts of one entry
        self,
        request: Request,
        postings: tuple[ledger.Posting, ...],
        *,
        subject: str,
        by: Actor,
        now: datetime,
        facts: Mapping[str, Any],
        lines: Iterable[Line] = (),
    ) -> Entry:
        """Write one entry: itself, its postings, the balances they change, and the new head.

        ``lines`` are the rows of the lines whose accounts are touched.
        """
        assert ledger.balanced(postings), postings
        core = ledger.Entry(
            number=self.row.entries + 1,
            kind=request.kind,
            key=request.key,
            at=now,
            subject=subject,
            postings=postings,
            by_id=by.person_id,
            by_name=by.name,
            request=request.sha256,
            facts=dict(facts),
        )
        entry = self._write_entry(core)
        Posting.objects.bulk_create(
            Posting(entry=entry, account=p.account, commodity=p.commodity, amount=p.amount)
            for p in postings
        )
        self._write_balances(postings, {line.code: line for line in lines})
        self.row.entries = entry.number
        self.row.head_sha256 = entry.sha256
        self.row.save(update_fields=["entries", "head_sha256"])
        return entry

    def _write_entry(self, core: ledger.Entry) -> Entry:
        previous = self.row.head_sha256
        return Entry.objects.create(
            programme_code=self.programme_code,
            number=core.number,
            kind=core.kind.value,
            key=core.key,
            request_sha256=core.request,
            at=core.at,
            by_id=core.by_id,
            by_name=core.by_name,
            subject=core.subject,
            facts=dict(core.facts),
            previous_sha256=previous,
            sha256=ledger.entry_hash(previous, core),
        )

    def _write_balances(
        self, postings: tuple[ledger.Posting, ...], lines: Mapping[str, Line]
    ) -> None:
        self._read({posting.account for posting in postings})
        changed = []
        for posting in postings:
            key = posting.account, posting.commodity
            balance = self.balances.get(key) or _new_balance(self.programme_code, *key, lines)
            balance.amount += posting.amount
            assert balance.may_be_negative or balance.amount >= 0, (posting, balance.amount)
            # Without its id, so that the row is found by its account alone.
            balance.pk = None
            self.balances[key] = balance
            changed.append(balance)
        Balance.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["programme_code", "account", "commodity"],
            update_fields=["amount"],
        )

    def _read(self, accounts: set[str]) -> None:
        missing = accounts - self.accounts_read
        if missing:
            found = Balance.objects.filter(programme_code=self.programme_code, account__in=missing)
            self.balances.update({(row.account, row.commodity): row for row in found.order_by()})
            self.accounts_read |= missing


def _snapshot(row: Line, parts: Mapping[tuple[str, str, str], int]) -> ledger.Line:
    def grant(part: ledger.Part) -> ledger.Grant:
        nothing = row.grant()
        seconds, minor = (
            parts.get((row.code, part.value, commodity), 0) for commodity, _ in nothing.amounts()
        )
        return row.grant(time_s=seconds, minor=minor)

    return ledger.Line(
        code=row.code,
        pool=row.pool,
        free=grant(ledger.Part.FREE),
        in_flight=grant(ledger.Part.IN_FLIGHT),
        used=grant(ledger.Part.USED),
        is_closed=row.closed_at is not None,
    )


def _new_balance(
    programme_code: str, account: str, commodity: str, lines: Mapping[str, Line]
) -> Balance:
    line, part = None, ""
    if account.startswith("award/"):
        _, code, part = account.split("/")
        line = lines[code]
    return Balance(
        programme_code=programme_code,
        account=account,
        commodity=commodity,
        amount=0,
        may_be_negative=ledger.may_be_negative(account),
        line=line,
        part=part,
    )
