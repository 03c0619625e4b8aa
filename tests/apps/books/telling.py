"""Ledgers told as text: each line is one command, run for real.

::

    fund    research 1000.00
    commit  H-0001.1 100 50.00
    hold    H-0001.1 job-1 40 20.00
    settle  job-1 25 10.00 own 2.00
    release job-2
    charge  H-0001.1 5 1.00 own 0.50
    reduce  H-0001.1 10 5.00
    return  H-0001.1
    reverse 4
    adjust  award/H-0001.1/used award/H-0001.1/free 1
    batch   u-1 job-2 25 10.00 2.00, u-2 H-0001.1 5 1.00 0.50

Times are seconds of an ``h800``, money is HKD. A command's key is its line, so that a line told
twice is the same command repeated; ``key=...`` at the end of a line gives another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from textwrap import dedent

import pytest

from praya.apps.books import commands, queries
from praya.apps.books.commands import UseRecord
from praya.apps.people.models import Person
from praya.core.actor import Actor, Role
from praya.core.ledger import LineGrant, award_of
from praya.core.quantity import CardTime, Money

PROGRAMME = "harbour"
POOL = "research"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def books(story: str) -> pytest.MarkDecorator:
    """Begin a test with a told ledger; the fixture ``books`` tells on."""
    return pytest.mark.parametrize("books", [story], indirect=True, ids=["told"])


def seconds(number: str | int) -> CardTime:
    return CardTime(int(number), "h800")


def hkd(text: str) -> Money:
    return Money.parse(text, "HKD")


def somebody(name: str, *roles: Role) -> Actor:
    """A person with roles in the programme."""
    person = Person.objects.create_user(f"{name}@office.example", name=name)
    return Actor(person.pk, name, frozenset((PROGRAMME, role) for role in roles))


@dataclass
class Teller:
    """Runs told lines against the stored book."""

    officer: Actor
    finance: Actor

    def tell(self, story: str) -> list[object]:
        """Run every line; the answers of the commands."""
        return [self._run(line) for line in dedent(story).strip().splitlines()]

    def numbers(self, line_code: str) -> dict[str, tuple[int, int, int, int]]:
        """Settled, in flight, committed, free, by commodity."""
        return {
            four.commodity: (four.settled, four.in_flight, four.committed, four.free)
            for four in queries.line_numbers([line_code])[line_code]
        }

    def accounts(self) -> dict[str, int]:
        """Every account that is not empty, with its commodity."""
        accounts = queries.trial_balance(PROGRAMME).accounts
        return {f"{each.account} {each.commodity}": each.amount for each in accounts if each.amount}

    def _run(self, line: str) -> object:
        words, _, key = line.partition(" key=")
        verb, *rest = words.split()
        return getattr(self, f"_{verb}")(key or " ".join(words.split()), *rest)

    def _fund(self, _key: str, pool: str, amount: str):
        asked = commands.ask_funding(
            programme_code=PROGRAMME,
            pool=pool,
            amount=hkd(amount),
            reason="voted",
            by=self.officer,
            now=NOW,
        )
        return commands.approve_funding(request_id=asked.pk, by=self.finance, now=NOW)

    def _commit(self, key: str, line_code: str, time: str, subsidy: str):
        return commands.commit_award(
            programme_code=PROGRAMME,
            award_code=award_of(line_code),
            pool=POOL,
            lines=[LineGrant(line_code, seconds(time), hkd(subsidy))],
            key=key,
            by=self.officer,
            now=NOW,
        )

    def _hold(self, _key: str, line_code: str, hold_key: str, time: str, subsidy: str):
        return commands.place_hold(
            programme_code=PROGRAMME,
            line_code=line_code,
            key=hold_key,
            time=seconds(time),
            subsidy=hkd(subsidy),
            expires_at=LATER,
            now=NOW,
        )

    def _settle(self, key: str, hold_key: str, time: str, subsidy: str, _own: str, own: str):
        return commands.settle_hold(
            programme_code=PROGRAMME,
            hold_key=hold_key,
            key=key,
            time=seconds(time),
            subsidy=hkd(subsidy),
            own=hkd(own),
            now=NOW,
        )

    def _release(self, key: str, hold_key: str):
        return commands.release_hold(
            programme_code=PROGRAMME, hold_key=hold_key, key=key, now=NOW, reason="never began"
        )

    def _charge(self, key: str, line_code: str, time: str, subsidy: str, _own: str, own: str):
        return commands.charge_line(
            programme_code=PROGRAMME,
            line_code=line_code,
            key=key,
            time=seconds(time),
            subsidy=hkd(subsidy),
            own=hkd(own),
            now=NOW,
        )

    def _batch(self, _key: str, *words: str):
        """Each record: its key, hold or line, time, subsidy and own share."""
        records = [
            UseRecord(
                key,
                seconds(time),
                hkd(subsidy),
                hkd(own),
                **{"hold_key" if where.startswith("job") else "line_code": where},
            )
            for key, where, time, subsidy, own in map(str.split, " ".join(words).split(","))
        ]
        charged, findings = commands.charge_many(programme_code=PROGRAMME, records=records, now=NOW)
        assert not findings, findings
        return charged

    def _reduce(self, key: str, line_code: str, time: str, subsidy: str):
        return commands.reduce_line(
            programme_code=PROGRAMME,
            line_code=line_code,
            key=key,
            time=seconds(time),
            subsidy=hkd(subsidy),
            pool=POOL,
            reason="unused",
            by=self.officer,
            now=NOW,
        )

    def _return(self, key: str, line_code: str):
        return commands.return_line(
            programme_code=PROGRAMME,
            line_code=line_code,
            key=key,
            reason="ended",
            by=self.officer,
            now=NOW,
        )

    def _adjust(self, _key: str, source: str, target: str, time: str):
        """Asked for by one of finance, approved by another, who is made for it."""
        asked = commands.ask_adjustment(
            programme_code=PROGRAMME,
            source=source,
            target=target,
            commodity="h800·s",
            amount=int(time),
            reason="mistake",
            by=self.finance,
            now=NOW,
        )
        second = somebody(f"second-{asked.pk}", Role.FINANCE)
        return commands.post_correction(correction_id=asked.pk, by=second, now=NOW)

    def _reverse(self, key: str, number: str):
        return commands.reverse_entry(
            programme_code=PROGRAMME,
            number=int(number),
            key=key,
            by=self.finance,
            now=NOW,
            reason="mistake",
        )
