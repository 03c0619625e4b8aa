"""What a decision may say about the lines of an application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from praya.apps.awards.rules.refusals import (
    AboveRequest,
    ConditionsMissing,
    InFull,
    LineTwice,
    NothingAwarded,
    NotInFull,
    PoolExhausted,
    ReasonsMissing,
    UnknownLine,
)
from praya.apps.awards.rules.states import GRANTING, Outcome
from praya.core.programme.asking import AskedLine
from praya.core.quantity import Money
from praya.core.review.amount import LineAmount


def check_decision(
    *,
    outcome: Outcome,
    asked: Mapping[int, LineAmount],
    lines: Sequence[LineAmount],
    reasons: str,
    conditions: str,
) -> dict[int, LineAmount]:
    """The awarded amount of every line asked for; nothing on lines that are not named.

    An outcome that grants nothing has nothing on every line, whatever was typed. In this order:

    Raises:
        ReasonsMissing: no reasons.
        UnknownLine, LineTwice: line by line, in the order given; then AboveRequest likewise.
        NothingAwarded: it grants, but nothing.
        NotInFull: called an award, and gives less than was asked.
        InFull: called a part award, and gives all that was asked.
        ConditionsMissing: called an award with conditions, and names none.

    """
    if not reasons.strip():
        raise ReasonsMissing
    awarded = {number: LineAmount(number, 0) for number in asked}
    if outcome not in GRANTING:
        return awarded
    check_lines(asked, lines)
    for line in lines:
        if not line.is_within(asked[line.number]):
            raise AboveRequest(number=line.number, given=line, asked=asked[line.number])
        awarded[line.number] = line
    if not any(is_something(amount, asked[number]) for number, amount in awarded.items()):
        raise NothingAwarded
    is_full = awarded == dict(asked)
    if outcome is Outcome.AWARD and not is_full:
        raise NotInFull
    if outcome is Outcome.PART_AWARD and is_full:
        raise InFull
    if outcome is Outcome.CONDITIONAL and not conditions.strip():
        raise ConditionsMissing
    return awarded


def is_something(amount: LineAmount, asked: LineAmount) -> bool:
    """Whether the amount is worth a line: cards, and hours too where hours were asked."""
    return amount.cards > 0 and (asked.card_hours == 0 or amount.card_hours > 0)


def with_amount(asked: AskedLine, amount: LineAmount) -> AskedLine:
    """The line as if this amount had been asked for."""
    return AskedLine(
        number=asked.number,
        shape=asked.shape,
        device_model=asked.device_model,
        cards=amount.cards,
        first_on=asked.first_on,
        last_on=asked.last_on,
        card_hours=amount.card_hours,
        service_class=asked.service_class,
    )


def check_lines(asked: Mapping[int, LineAmount], lines: Sequence[LineAmount]) -> None:
    """Refuse amounts on a line that nobody asked for, or that has one, in the order given.

    Raises:
        UnknownLine: the application has no such line.
        LineTwice: an amount was given on it before.

    """
    seen = set()
    for line in lines:
        if line.number not in asked:
            raise UnknownLine(number=line.number)
        if line.number in seen:
            raise LineTwice(number=line.number)
        seen.add(line.number)


def check_pool(  # noqa: PLR0913 -- the sums that the refusal tells
    *,
    programme: str,
    pool: str,
    free: Money,
    promised: Money,
    asked: Money,
    pays_subsidy: bool = True,
) -> None:
    """Refuse to promise what the pool cannot pay once all that is promised has been accepted.

    ``free`` of a pool that pays no subsidy is what came back to it from awards.

    Raises:
        PoolExhausted: with all the sums.

    """
    if free < promised + asked:
        raise PoolExhausted(
            programme=programme,
            pool=pool,
            free=free,
            promised=promised,
            asked=asked,
            pays_subsidy=pays_subsidy,
        )
