"""The book: every entry in the order of time, chained, with postings, balances and holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from benchmarks.seed.awards import Given
from benchmarks.seed.jobs import Event, Work
from benchmarks.seed.site import POOL, Place
from praya.apps.books.models import Balance, Book, Entry, Hold, Line, Posting
from praya.apps.books.rules import entry_id
from praya.core import ledger
from praya.core.ledger import EntryKind, Grant, LineGrant, Part
from praya.core.quantity import CardTime, Money

AT_ONCE = 5000
NOBODY = ""
PRAYA = "praya:book"


@dataclass
class Writer:
    """Posts in memory and stores what was posted a few thousand at a time."""

    book: Book
    lines: dict[str, Line]
    balances: Counter[tuple[str, str]] = field(default_factory=Counter)
    waiting: list[tuple[Entry, tuple[ledger.Posting, ...]]] = field(default_factory=list)

    def snapshot(self, code: str) -> ledger.Line:
        """A line as it stands."""
        row = self.lines[code]

        def grant(part: Part) -> Grant:
            account = ledger.line_account(code, part)
            seconds, minor = (
                self.balances.get((account, commodity), 0) for commodity, _ in row.grant().amounts()
            )
            return row.grant(time_s=seconds, minor=minor)

        return ledger.Line(code, POOL, grant(Part.FREE), grant(Part.IN_FLIGHT), grant(Part.USED))

    def post(
        self,
        kind: EntryKind,
        key: str,
        content: tuple[object, ...],
        postings: tuple[ledger.Posting, ...],
        *,
        subject: str,
        at: datetime,
        facts: dict[str, object],
        by_id: int | None = None,
        by_name: str = PRAYA,
    ) -> Entry:
        """One entry on top of the last."""
        core = ledger.Entry(
            number=self.book.entries + 1,
            kind=kind,
            key=key,
            at=at,
            subject=subject,
            postings=postings,
            by_id=by_id,
            by_name=by_name,
            request=ledger.request_hash(kind.value, *content),
            facts=facts,
        )
        entry = Entry(
            id=entry_id(self.book.pk, core.number),
            programme_code=self.book.programme_code,
            number=core.number,
            kind=kind.value,
            key=key,
            request_sha256=core.request,
            at=at,
            by_id=by_id,
            by_name=by_name,
            subject=subject,
            facts=facts,
            previous_sha256=self.book.head_sha256,
            sha256=ledger.entry_hash(self.book.head_sha256, core),
        )
        self.book.entries, self.book.head_sha256 = core.number, entry.sha256
        for posting in postings:
            self.balances[posting.account, posting.commodity] += posting.amount
        self.waiting.append((entry, postings))
        if len(self.waiting) >= AT_ONCE:
            self.store()
        return entry

    def store(self) -> None:
        """Store what waits. Postings go past the ORM: there are over a million."""
        entries = Entry.objects.bulk_create((entry for entry, _ in self.waiting), batch_size=1000)
        rows = [
            (entry.pk, posting.account, posting.commodity, posting.amount)
            for entry, (_, postings) in zip(entries, self.waiting, strict=True)
            for posting in postings
        ]
        store_postings(rows)
        self.waiting = []


def write(place: Place, awards: list[Given], work: Work) -> None:
    """Commitments, holds, settlements and charges on top of what the commands have posted."""
    code, currency = place.programme.code, place.rules.currency
    accepted = [one for one in awards if one.accepted_at is not None]
    lines = Line.objects.bulk_create(
        (
            Line(
                programme_code=code,
                code=line.code,
                award_code=one.row.code,
                pool=POOL,
                device_model=line.device_model_code,
                currency=currency,
            )
            for one in accepted
            for line in one.lines
        ),
        batch_size=1000,
    )
    writer = Writer(Book.objects.get(programme_code=code), {line.code: line for line in lines})
    for balance in Balance.objects.filter(programme_code=code):
        writer.balances[balance.account, balance.commodity] = balance.amount
    holds: dict[str, Hold] = {}
    for _, happening in sorted(_happenings(accepted, work), key=lambda pair: pair[0]):
        if isinstance(happening, Given):
            _commit(writer, happening, currency)
        else:
            _post(writer, happening, holds)
    writer.store()
    _store_holds(holds)
    store_balances(writer)
    writer.book.save()


def _happenings(
    accepted: list[Given], work: Work
) -> Iterator[tuple[tuple[datetime, int], Given | Event]]:
    """Everything the book is told, with its place in time; a hold stands before its settlement."""
    for number, given in enumerate(accepted):
        assert given.accepted_at is not None
        yield (given.accepted_at, number), given
    for number, event in enumerate(work.events, start=len(accepted)):
        yield (event.at, number), event


def _commit(writer: Writer, given: Given, currency: str) -> None:
    award = given.row
    grants = [
        LineGrant(
            line.code,
            CardTime(line.card_seconds, line.device_model_code),
            Money(line.subsidy_minor, currency),
        )
        for line in given.lines
    ]
    free = Money(writer.balances[ledger.pool_account(POOL), currency], currency)
    writer.post(
        EntryKind.COMMIT,
        award.code,
        (award.code, POOL, [(one.line_code, *one.grant.amounts()) for one in grants]),
        ledger.commit(POOL, free, grants, {}),
        subject=award.code,
        at=given.accepted_at,
        facts={"decision": 1, "rule_version": 1, "agreement": 1},
        by_id=award.lead_id,
        by_name=str(award.lead),
    )


def _post(writer: Writer, event: Event, holds: dict[str, Hold]) -> None:
    line = writer.snapshot(event.line.code)
    row = writer.lines[line.code]
    amount = row.grant(time_s=event.time_s, minor=event.subsidy_minor)
    own = Money(event.own_minor, row.currency)
    whole = (*amount.amounts(), (own.currency, own.minor))
    if event.kind == "hold":
        content: tuple[object, ...] = (line.code, *amount.amounts())
        postings = ledger.hold(line, amount)
        expires_at = event.at + timedelta(days=900)
        facts: dict[str, object] = {"job": event.key, "member": event.member_id}
        facts["expires_at"] = expires_at.astimezone(UTC).isoformat()
    elif event.kind == "settle":
        hold = holds[event.hold_key]
        held = row.grant(time_s=hold.time_s, minor=hold.subsidy_minor)
        content = (event.hold_key, *whole)
        facts = {"job": event.hold_key, "hold": event.hold_key}
        postings = ledger.settle(line, held, amount, own)
    else:
        day = event.key.rpartition(":")[2]
        content, facts = (line.code, *whole), {"first_on": day, "last_on": day}
        postings = ledger.charge(line, amount, own)
    entry = writer.post(
        EntryKind(event.kind),
        event.key,
        content,
        postings,
        subject=line.code,
        at=event.at,
        facts=facts,
    )
    if event.kind == "hold":
        holds[event.key] = Hold(
            programme_code=entry.programme_code,
            key=event.key,
            line=row,
            time_s=event.time_s,
            subsidy_minor=event.subsidy_minor,
            made_at=event.at,
            expires_at=expires_at,
            made_by_entry=entry,
        )
    elif event.kind == "settle":
        hold.state, hold.ended_at, hold.ended_by_entry = "settled", event.at, entry


def _store_holds(holds: dict[str, Hold]) -> None:
    Hold.objects.bulk_create(holds.values(), batch_size=1000)


def store_balances(writer: Writer) -> None:
    """Store what stands on every account."""
    rows = []
    for (account, commodity), amount in sorted(writer.balances.items()):
        line, part = None, ""
        if account.startswith("award/"):
            _, code, part = account.split("/")
            line = writer.lines[code]
        rows.append(
            Balance(
                programme_code=writer.book.programme_code,
                account=account,
                commodity=commodity,
                amount=amount,
                may_be_negative=ledger.may_be_negative(account),
                line=line,
                part=part,
            )
        )
    Balance.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["programme_code", "account", "commodity"],
        update_fields=["amount"],
    )


def store_postings(rows: list[tuple[int, str, str, int]]) -> None:
    """Postings: the id of the entry, account, commodity, amount."""
    columns = ["entry_id", "account", "commodity", "amount"]
    copy_rows(Posting._meta.db_table, columns, rows)  # noqa: SLF001 -- the table's name


def copy_rows(table: str, columns: list[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows into a table, past the ORM."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
