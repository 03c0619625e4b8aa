"""The book in the database, asked through the commands of ``apps.books``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import SerializationFailure
from tests.simulation.asking import (
    CURRENCY,
    POOL,
    PROGRAMME,
    Adjust,
    Asked,
    Batch,
    Charge,
    Claim,
    Close,
    Commit,
    Credit,
    Exchange,
    FreeUse,
    Fund,
    Hold,
    Invoice,
    Lapse,
    Pair,
    Pay,
    Recover,
    Reduce,
    Reimburse,
    Release,
    Repay,
    Return,
    Reverse,
    SetOff,
    Settle,
    Transfer,
    Uncharge,
    Unpay,
    WriteOff,
    commodities_of,
    model_of,
    number_of,
    opening_after,
)

from praya.apps.books import commands, queries
from praya.apps.books.models import Balance, FundingRequest
from praya.apps.books.models import Hold as HoldRow
from praya.apps.people.commands import record
from praya.apps.people.models import Person
from praya.core.actor import Actor, Role
from praya.core.ledger import EntryKind, Grant, LineGrant, award_of
from praya.core.quantity import CardTime, Money
from praya.core.refusal import Refusal

NOBODYS_NUMBER = 10**9


class _KilledError(Exception):
    """The process that ran the command is gone."""


@dataclass
class StoredBook:
    """The book of one programme, with the people who may write in it."""

    officer: Actor = field(default_factory=lambda: _somebody(Role.OFFICER))
    finance: Actor = field(default_factory=lambda: _somebody(Role.FINANCE))
    # A second person of finance approves what the first asks to be put right.
    second: Actor = field(default_factory=lambda: _somebody(Role.FINANCE, "second"))
    turned_away_at: int = 0
    turned_away: int = 0
    _numbers: dict[str, int] = field(default_factory=dict)

    def do(self, asked: Asked) -> dict[str, str]:
        return commands.retrying(lambda: self._command(asked))

    def die_during(self, asked: Asked) -> None:
        with suppress(_KilledError, Refusal), transaction.atomic():
            self._command(asked)
            raise _KilledError

    def turn_away(self, statement: int) -> None:
        self.turned_away_at = statement

    def _command(self, asked: Asked) -> dict[str, str]:
        command = getattr(self, f"_{type(asked).__name__.lower()}")
        try:
            with connection.execute_wrapper(self._execute):
                found = command(asked)
        finally:
            # One that was refused before its statement came must not leave it to the next.
            self.turned_away_at = 0
        return found if isinstance(asked, Batch) else {}

    def _execute(self, execute, sql, *rest):
        """Turn the command away as a busy database does, if that was asked for."""
        if self.turned_away_at:
            self.turned_away_at -= 1
            if not self.turned_away_at:
                self.turned_away += 1
                # SQLite says it in words, PostgreSQL by the state of the cause.
                raise OperationalError("database is locked") from SerializationFailure()
        return execute(sql, *rest)

    def entries(self) -> int:
        return queries.head_of(PROGRAMME).entries

    def balance(self, account: str, commodity: str) -> int:
        rows = Balance.objects.filter(programme_code=PROGRAMME, account=account)
        return sum(rows.filter(commodity=commodity).values_list("amount", flat=True))

    def balances(self) -> dict[tuple[str, str], int]:
        accounts = queries.trial_balance(PROGRAMME).accounts
        return {(one.account, one.commodity): one.amount for one in accounts if one.amount}

    def open_holds(self) -> set[str]:
        rows = HoldRow.objects.filter(programme_code=PROGRAMME, state="open")
        return set(rows.values_list("key", flat=True))

    def check(self) -> None:
        is_well, findings = queries.verify_book(PROGRAMME)
        assert is_well, findings
        assert queries.trial_balance(PROGRAMME).is_zero
        queries.programme_numbers(PROGRAMME)

    def _fund(self, asked: Fund) -> None:
        """Asked by one and approved by another: two commands, whose key is kept as the reason."""
        request = self._funding(asked.key)
        if request is None:
            request = commands.ask_funding(
                programme_code=PROGRAMME,
                pool=POOL,
                amount=Money(asked.cents, CURRENCY),
                reason=asked.key,
                by=self.officer,
                now=asked.at,
            )
        if request.state == "asked":
            commands.approve_funding(request_id=request.pk, by=self.finance, now=asked.at)

    def _lapse(self, asked: Lapse) -> None:
        commands.lapse_vote(pool=POOL, **self._cents(asked))

    def _funding(self, key: str) -> FundingRequest | None:
        return queries.funding_requests(PROGRAMME).filter(reason=key).first()

    def _commit(self, asked: Commit) -> None:
        time, subsidy = _amounts(asked.line, asked.amount)
        commands.commit_award(
            programme_code=PROGRAMME,
            award_code=award_of(asked.line),
            pool=POOL,
            lines=[LineGrant(asked.line, time, subsidy)],
            key=asked.key,
            by=self.officer,
            now=asked.at,
        )

    def _hold(self, asked: Hold) -> None:
        time, subsidy = _amounts(asked.line, asked.amount)
        commands.place_hold(
            programme_code=PROGRAMME,
            line_code=asked.line,
            key=asked.key,
            time=time,
            subsidy=subsidy,
            expires_at=asked.expires_at,
            now=asked.at,
        )

    def _settle(self, asked: Settle) -> None:
        time, subsidy = _amounts(self._line_of(asked.hold), asked.amount)
        commands.settle_hold(
            programme_code=PROGRAMME,
            hold_key=asked.hold,
            key=asked.key,
            time=time,
            subsidy=subsidy,
            own=Money(asked.own, CURRENCY),
            now=asked.at,
        )

    def _release(self, asked: Release) -> None:
        commands.release_hold(
            programme_code=PROGRAMME,
            hold_key=asked.hold,
            key=asked.key,
            now=asked.at,
            reason="never began",
        )

    def _charge(self, asked: Charge) -> None:
        time, subsidy = _amounts(asked.line, asked.amount)
        commands.charge_line(
            programme_code=PROGRAMME,
            line_code=asked.line,
            key=asked.key,
            time=time,
            subsidy=subsidy,
            own=Money(asked.own, CURRENCY),
            now=asked.at,
        )

    def _uncharge(self, asked: Uncharge) -> None:
        time, subsidy = _amounts(asked.line, asked.amount)
        commands.undo_charge(
            programme_code=PROGRAMME,
            line_code=asked.line,
            key=asked.key,
            undoes=asked.undoes,
            time=time,
            subsidy=subsidy,
            own=Money(asked.own, CURRENCY),
            now=asked.at,
        )

    def _freeuse(self, asked: FreeUse) -> None:
        commands.enter_free_use(
            programme_code=PROGRAMME,
            line_code=asked.line,
            key=asked.key,
            time=CardTime(asked.seconds, model_of(asked.line)),
            now=asked.at,
        )

    def _reduce(self, asked: Reduce) -> None:
        time, subsidy = _amounts(asked.line, asked.amount)
        commands.reduce_line(
            programme_code=PROGRAMME,
            line_code=asked.line,
            key=asked.key,
            time=time,
            subsidy=subsidy,
            pool=POOL,
            reason="unused",
            by=self.officer,
            now=asked.at,
        )

    def _return(self, asked: Return) -> None:
        commands.return_line(
            programme_code=PROGRAMME,
            line_code=asked.line,
            key=asked.key,
            reason="ended",
            by=self.officer,
            now=asked.at,
        )

    def _reverse(self, asked: Reverse) -> None:
        commands.reverse_entry(
            programme_code=PROGRAMME,
            number=self._number_of(asked.of),
            key=asked.key,
            by=self.finance,
            now=asked.at,
            reason="mistake",
        )

    def _batch(self, asked: Batch) -> dict[str, str]:
        charged, findings = commands.charge_many(
            programme_code=PROGRAMME,
            records=[self._record(use) for use in asked.uses],
            now=asked.at,
        )
        made = {f"{asked.key}/{line}": entry.number for line, entry in charged.entries.items()}
        self._numbers.update(made)
        return {key: refusal.code for key, refusal in findings.items()}

    def _record(self, use: Settle | Charge) -> commands.UseRecord:
        on: dict[str, str] = {"line_code": use.line} if isinstance(use, Charge) else {}
        line = use.line if isinstance(use, Charge) else self._line_of(use.hold)
        if isinstance(use, Settle):
            on = {"hold_key": use.hold}
        time, subsidy = _amounts(line, use.amount)
        own = Money(use.own, CURRENCY)
        return commands.UseRecord(key=use.key, time=time, subsidy=subsidy, own=own, **on)

    def _line_of(self, hold: str) -> str:
        """The line of a hold; for one that never was, any."""
        rows = HoldRow.objects.filter(programme_code=PROGRAMME, key=hold)
        return rows.values_list("line__code", flat=True).first() or "H-0000000.1"

    def _adjust(self, asked: Adjust) -> None:
        correction = queries.corrections(PROGRAMME).filter(reason=asked.key).first()
        if correction is None:
            source, target = (f"award/{line}/{part}" for part, line in (asked.source, asked.target))
            correction = commands.ask_adjustment(
                programme_code=PROGRAMME,
                source=source,
                target=target,
                commodity=commodities_of(asked.source[1])[asked.is_money],
                amount=asked.number,
                reason=asked.key,
                by=self.finance,
                now=asked.at,
            )
        if correction.state == "asked":
            commands.post_correction(correction_id=correction.pk, by=self.second, now=asked.at)

    def _transfer(self, asked: Transfer) -> None:
        commands.transfer_time(
            source_code=asked.line,
            target_code=asked.target,
            moved=Grant(*_amounts(asked.line, asked.amount)),
            **self._by_officer(asked),
        )

    def _exchange(self, asked: Exchange) -> None:
        commands.exchange_time(
            source_code=asked.line,
            target_code=asked.target,
            given=Grant(*_amounts(asked.line, asked.amount)),
            taken=CardTime(asked.taken, model_of(asked.target)),
            **self._by_officer(asked),
        )

    def _recover(self, asked: Recover) -> None:
        commands.recover_money(award_code=asked.award, pool=POOL, **self._cents(asked))

    def _repay(self, asked: Repay) -> None:
        self._land_debt(asked, EntryKind.REPAY)

    def _writeoff(self, asked: WriteOff) -> None:
        self._land_debt(asked, EntryKind.WRITE_OFF)

    def _setoff(self, asked: SetOff) -> None:
        commands.set_off_debt(
            line_code=asked.line,
            award_code=asked.award,
            pool=POOL,
            cut=Grant(*_amounts(asked.line, asked.amount)),
            **self._by_officer(asked),
        )

    def _land_debt(self, asked: Repay | WriteOff, kind: EntryKind) -> None:
        commands.settle_debt(kind=kind, award_code=asked.award, pool=POOL, **self._cents(asked))

    def _invoice(self, asked: Invoice) -> None:
        self._post_numbered(commands.post_invoice, asked, award_code=asked.award, own=asked.cents)

    def _credit(self, asked: Credit) -> None:
        self._post_numbered(
            commands.post_credit,
            asked,
            award_code=asked.ahead_of or "H-0001",
            invoice=asked.invoice,
            amount=asked.cents,
            paid=Money(asked.paid, CURRENCY),
            undone=Money(asked.undone, CURRENCY),
            is_ahead=bool(asked.ahead_of),
        )

    def _pay(self, asked: Pay) -> None:
        commands.post_payment(award_code="H-0001", invoice=asked.invoice, **self._cents(asked))

    def _unpay(self, asked: Unpay) -> None:
        commands.post_payment_undone(
            award_code="H-0001", invoice=asked.invoice, **self._cents(asked)
        )

    def _claim(self, asked: Claim) -> None:
        self._post_numbered(commands.post_claim, asked, award_code=asked.award, amount=asked.cents)

    def _reimburse(self, asked: Reimburse) -> None:
        self._post_numbered(
            commands.post_reimbursement, asked, award_code=asked.award, amount=asked.cents
        )

    def _close(self, asked: Close) -> None:
        """As billing does: the audit trail says it, too."""
        open_from = opening_after(asked)
        with transaction.atomic():
            until = commands.lock_book(PROGRAMME)
            commands.close_period(programme_code=PROGRAMME, until=asked.until, open_from=open_from)
            if until is None or asked.until > until:
                record(
                    "period.closed",
                    subject=("period", asked.key),
                    by=self.finance,
                    now=asked.at,
                    programme_code=PROGRAMME,
                    until=asked.until.isoformat(),
                    open_from=open_from.isoformat(),
                )

    def _by_officer(self, asked: Asked) -> dict[str, Any]:
        return {
            "programme_code": PROGRAMME,
            "key": asked.key,
            "by": self.officer,
            "now": asked.at,
        }

    def _cents(self, asked: Lapse | Recover | Repay | WriteOff | Pay | Unpay) -> dict[str, Any]:
        return {"amount": Money(asked.cents, CURRENCY), **self._by_officer(asked)}

    def _post_numbered(self, command: Callable[..., object], asked: Asked, **given: Any) -> None:
        """A command of billing, whose key is made of its number."""
        for name in ("own", "amount"):
            if name in given:
                given[name] = Money(given[name], CURRENCY)
        command(
            programme_code=PROGRAMME,
            number=number_of(asked.key),
            by=self.officer,
            now=asked.at,
            **given,
        )

    def _number_of(self, key: str) -> int:
        if key in self._numbers:
            return self._numbers[key]
        stored = key
        if (request := self._funding(key)) is not None:
            stored = f"funding:{request.pk}"
        elif (asked := queries.corrections(PROGRAMME).filter(reason=key).first()) is not None:
            stored = f"correction:{asked.pk}"
        entry = queries.entries_in(PROGRAMME).filter(key=stored).first()
        return entry.number if entry else NOBODYS_NUMBER


def _amounts(line: str, pair: Pair) -> tuple[CardTime, Money]:
    time, money = pair
    return CardTime(time, model_of(line)), Money(money, CURRENCY)


def _somebody(role: Role, name: str = "") -> Actor:
    name = name or role.value
    person = Person.objects.create_user(f"{name}@simulation.example", name=name)
    return Actor(person.pk, role.value, frozenset({(PROGRAMME, role)}))
