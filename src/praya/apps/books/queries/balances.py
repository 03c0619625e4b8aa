"""Balances: the four numbers, pools, the trial balance and the head."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from praya.apps.books.models import Balance, Book
from praya.core.ledger import (
    FourNumbers,
    Part,
    debt_account,
    invoice_account,
    line_account,
    payable_account,
    pool_account,
    receivable_account,
    vote_account,
)
from praya.core.quantity import device_model_of

_COUNTED = [Part.FREE.value, Part.IN_FLIGHT.value, Part.USED.value]


@dataclass(frozen=True, slots=True)
class PoolNumbers:
    """A pool in one currency.

    ``funded`` is what was voted for it, ``free`` what can still be committed, ``committed`` what
    stands on the lines granted out of it, of which ``settled`` is used.
    """

    pool: str
    commodity: str
    funded: int
    committed: int
    settled: int
    free: int


@dataclass(frozen=True, slots=True)
class Beside:
    """What an award used beside its four numbers, by commodity.

    ``overrun`` is beyond what was granted, charged all the same; ``free_use`` was charged to
    nobody.
    """

    overrun: dict[str, int]
    free_use: dict[str, int]


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """What stands on one account in one commodity."""

    account: str
    commodity: str
    amount: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account of a book, and the sums by commodity; all of them zero, or it is broken."""

    accounts: tuple[AccountBalance, ...]
    sums: dict[str, int]

    @property
    def is_zero(self) -> bool:
        """Whether the book adds up."""
        return not any(self.sums.values())


@dataclass(frozen=True, slots=True)
class Head:
    """How long a book is and the hash of its last entry; published, it fixes all before it."""

    entries: int
    sha256: str


def four_numbers(award_codes: Iterable[str]) -> dict[str, list[FourNumbers]]:
    """The four numbers of awards, all their lines together: time first, then money. One query.

    Every code asked for is a key; an award the book does not know has an empty list. What is free
    has paid its line's overrun here, as it does in the line's next entry: entries written before
    that was so left lines with both.
    """
    codes = list(award_codes)
    found = Balance.objects.filter(line__award_code__in=codes)
    return _numbers_by(found, "line__award_code", codes)


def line_numbers(
    line_codes: Iterable[str], *, found_by: QuerySet[Any] | None = None
) -> dict[str, list[FourNumbers]]:
    """The four numbers of award lines; as ``four_numbers``, line by line. One query.

    ``found_by`` finds the same codes; for hundreds of them the database is faster with that.
    """
    codes = list(line_codes)
    looked_for = codes if found_by is None else found_by
    found = Balance.objects.filter(line__code__in=looked_for)
    return _numbers_by(found, "line__code", codes)


def together(numbers: Iterable[FourNumbers]) -> list[FourNumbers]:
    """Four numbers added up by commodity: time first, then money."""
    sums: dict[str, FourNumbers] = {}
    for one in numbers:
        before = sums.get(one.commodity, FourNumbers(one.commodity, 0, 0, 0, 0))
        sums[one.commodity] = FourNumbers.of(
            one.commodity,
            settled=before.settled + one.settled,
            in_flight=before.in_flight + one.in_flight,
            free=before.free + one.free,
        )
    return sorted(sums.values(), key=_time_first)


def programme_numbers(programme_code: str) -> list[FourNumbers]:
    """The four numbers of all awards of a programme together. One query."""
    found = Balance.objects.filter(programme_code=programme_code)
    return _numbers_by(found, "programme_code", [programme_code])[programme_code]


def overruns(award_codes: Iterable[str]) -> dict[str, dict[str, int]]:
    """Use beyond what was granted, by award and commodity; awards without any are left out."""
    return {code: one.overrun for code, one in use_beside(award_codes).items() if one.overrun}


def free_use(award_codes: Iterable[str]) -> dict[str, dict[str, int]]:
    """Use that nobody was charged for, by award and commodity; awards without any are left out."""
    return {code: one.free_use for code, one in use_beside(award_codes).items() if one.free_use}


def free_use_of_lines(line_codes: Iterable[str]) -> dict[str, int]:
    """Seconds that nobody was charged for, by line; lines without any are left out."""
    found = Balance.objects.filter(
        line__code__in=list(line_codes), part=Part.FREE_USE.value, amount__gt=0
    )
    return dict(found.order_by().values_list("line__code", "amount"))


def use_beside(award_codes: Iterable[str]) -> dict[str, Beside]:
    """What awards used beside their four numbers; every code asked for is a key. One query."""
    beside = {code: Beside({}, {}) for code in award_codes}
    found = Balance.objects.filter(
        line__award_code__in=list(beside),
        part__in=[Part.OVERRUN.value, Part.FREE_USE.value],
        amount__gt=0,
    )
    of_line = Balance.objects.filter(line=OuterRef("line"), commodity=OuterRef("commodity"))
    free = Coalesce(Subquery(of_line.filter(part=Part.FREE.value).values("amount")), Value(0))
    rows = found.order_by().values_list("line__award_code", "part", "commodity", "amount", free)
    for award_code, part, commodity, amount, free_beside in rows:
        one = beside[award_code]
        is_overrun = part == Part.OVERRUN.value
        of_part = one.overrun if is_overrun else one.free_use
        left = amount - min(amount, free_beside) if is_overrun else amount
        if left:
            of_part[commodity] = of_part.get(commodity, 0) + left
    return beside


def pool_numbers(programme_code: str) -> list[PoolNumbers]:
    """The pools of a programme with what was funded, committed, used and is free. Two queries."""
    balances = Balance.objects.filter(programme_code=programme_code)
    by_account = {
        (account, commodity): amount
        for account, commodity, amount in balances.filter(
            Q(account__startswith=pool_account("")) | Q(account__startswith=vote_account(""))
        ).values_list("account", "commodity", "amount")
    }
    committed: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    on_lines = balances.filter(part__in=_COUNTED).order_by()
    for pool, commodity, part, amount in on_lines.values_list(
        "line__pool", "commodity", "part"
    ).annotate(Sum("amount")):
        committed[pool, commodity][part] = amount
    pools = {(account.partition("/")[2], commodity) for account, commodity in by_account}
    return [
        PoolNumbers(
            pool=pool,
            commodity=commodity,
            funded=-by_account.get((vote_account(pool), commodity), 0),
            committed=sum(committed[pool, commodity].values()),
            settled=committed[pool, commodity].get(Part.USED.value, 0),
            free=by_account.get((pool_account(pool), commodity), 0),
        )
        for pool, commodity in sorted(pools)
    ]


def trial_balance(programme_code: str) -> TrialBalance:
    """Every account of a book, and the sums by commodity."""
    rows = Balance.objects.filter(programme_code=programme_code).order_by("account", "commodity")
    return _trial(rows.values_list("account", "commodity", "amount"))


def trial_balance_in_short(programme_code: str) -> TrialBalance:
    """As ``trial_balance``, with one row for all accounts of a kind that each award has its own of.

    ``award/*/free`` is what is free on all lines together. A book has thousands of such accounts.
    """
    kinds = (
        When(account__startswith=each(""), then=Value(each("*")))
        for each in (receivable_account, debt_account, invoice_account, payable_account)
    )
    of_lines = (When(part=part.value, then=Value(line_account("*", part))) for part in Part)
    kind = Case(*of_lines, *kinds, default=F("account"))
    rows = Balance.objects.filter(programme_code=programme_code).order_by().annotate(kind=kind)
    sums = rows.values_list("kind", "commodity").annotate(Sum("amount"))
    return _trial(sums.order_by("kind", "commodity"))


def _trial(rows: Iterable[tuple[str, str, int]]) -> TrialBalance:
    accounts = tuple(AccountBalance(*row) for row in rows)
    sums: dict[str, int] = defaultdict(int)
    for balance in accounts:
        sums[balance.commodity] += balance.amount
    return TrialBalance(accounts=accounts, sums=dict(sums))


def head_of(programme_code: str) -> Head:
    """The head of a book; of one that does not exist yet, zero entries."""
    book = Book.objects.filter(programme_code=programme_code).first()
    return Head(book.entries, book.head_sha256) if book else Head(0, "")


def _numbers_by(
    balances: QuerySet[Balance], field: str, codes: list[str]
) -> dict[str, list[FourNumbers]]:
    parts = [*_COUNTED, Part.OVERRUN.value]
    rows = balances.filter(part__in=parts).order_by()
    of_lines: dict[tuple[str, int | None, str], dict[str, int]] = defaultdict(dict)
    for code, line, commodity, part, amount in rows.values_list(
        field, "line", "commodity", "part", "amount"
    ):
        of_lines[code, line, commodity][part] = amount
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for (code, _, commodity), of_part in of_lines.items():
        free = of_part.get(Part.FREE, 0)
        paid = min(free, of_part.get(Part.OVERRUN, 0))  # what is free on one line pays for no other
        three = sums[code, commodity]
        three[0] += of_part.get(Part.USED, 0) + paid
        three[1] += of_part.get(Part.IN_FLIGHT, 0)
        three[2] += free - paid
    numbers: dict[str, list[FourNumbers]] = {code: [] for code in codes}
    for (code, commodity), (settled, in_flight, free) in sums.items():
        found = FourNumbers.of(commodity, settled=settled, in_flight=in_flight, free=free)
        numbers[code].append(found)
    for each in numbers.values():
        each.sort(key=_time_first)
    return numbers


def _time_first(numbers: FourNumbers) -> tuple[bool, str]:
    return device_model_of(numbers.commodity) is None, numbers.commodity
