"""The book in the database, asked through the commands of ``apps.books``."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from django.db import OperationalError, connection, transaction
from tests.simulation.asking import (
    CURRENCY,
    DEVICE_MODEL,
    POOL,
    PROGRAMME,
    Asked,
    Charge,
    Commit,
    Fund,
    Hold,
    Pair,
    Reduce,
    Release,
    Return,
    Reverse,
    Settle,
)

from praya.apps.books import commands, queries
from praya.apps.books.models import Balance, FundingRequest
from praya.apps.books.models import Hold as HoldRow
from praya.apps.people.models import Person
from praya.core.actor import Actor, Role
from praya.core.ledger import LineGrant, award_of
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
    turned_away_at: int = 0
    turned_away: int = 0

    def do(self, asked: Asked) -> None:
        commands.retrying(lambda: self._command(asked))

    def die_during(self, asked: Asked) -> None:
        with suppress(_KilledError, Refusal), transaction.atomic():
            self._command(asked)
            raise _KilledError

    def turn_away(self, statement: int) -> None:
        self.turned_away_at = statement

    def _command(self, asked: Asked) -> None:
        command = getattr(self, f"_{type(asked).__name__.lower()}")
        with connection.execute_wrapper(self._execute):
            command(asked)
        self.turned_away_at = 0

    def _execute(self, execute, sql, *rest):
        """Turn the command away as a busy database does, if that was asked for."""
        if self.turned_away_at:
            self.turned_away_at -= 1
            if not self.turned_away_at:
                self.turned_away += 1
                raise OperationalError("database is locked")
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
        assert queries.verify_book(PROGRAMME) == (True, [])
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

    def _funding(self, key: str) -> FundingRequest | None:
        return queries.funding_requests(PROGRAMME).filter(reason=key).first()

    def _commit(self, asked: Commit) -> None:
        time, subsidy = _amounts(asked.amount)
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
        time, subsidy = _amounts(asked.amount)
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
        time, subsidy = _amounts(asked.amount)
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
        time, subsidy = _amounts(asked.amount)
        commands.charge_line(
            programme_code=PROGRAMME,
            line_code=asked.line,
            key=asked.key,
            time=time,
            subsidy=subsidy,
            own=Money(asked.own, CURRENCY),
            now=asked.at,
        )

    def _reduce(self, asked: Reduce) -> None:
        time, subsidy = _amounts(asked.amount)
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

    def _number_of(self, key: str) -> int:
        request = self._funding(key)
        stored = f"funding:{request.pk}" if request else key
        entry = queries.entries_in(PROGRAMME).filter(key=stored).first()
        return entry.number if entry else NOBODYS_NUMBER


def _amounts(pair: Pair) -> tuple[CardTime, Money]:
    time, money = pair
    return CardTime(time, DEVICE_MODEL), Money(money, CURRENCY)


def _somebody(role: Role) -> Actor:
    person = Person.objects.create_user(f"{role.value}@simulation.example", name=role.value)
    return Actor(person.pk, role.value, frozenset({(PROGRAMME, role)}))
