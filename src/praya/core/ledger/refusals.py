"""Every no of the book."""

from __future__ import annotations

from praya.core.refusal import Refusal


class AmountNotPositive(Refusal):
    """An amount is below zero, or nothing at all is asked for; ``amount`` is the least of them."""

    code = "book.amount_not_positive"


class AmountTooLarge(Refusal):
    """An amount is beyond what one entry may move, or may stand on an account together.

    ``amount`` and ``most`` say so.
    """

    code = "book.amount_too_large"


class KeyReused(Refusal):
    """The idempotency ``key`` was used before, for entry ``number`` with other content."""

    code = "book.key_reused"


class PeriodClosed(Refusal):
    """The book is closed to the end of ``closed_until``; an entry of the instant ``at`` is late.

    The command adds the ``programme`` whose book it is.
    """

    code = "book.period_closed"


class HoldExpired(Refusal):
    """A hold under ``key`` would have expired, at ``expires_at``, before it is made."""

    code = "book.hold_expired"


class UnknownAccount(Refusal):
    """Nothing ever stood on ``account`` in ``commodity``, so nothing can be adjusted there."""

    code = "book.unknown_account"


class NotAdjustable(Refusal):
    """What stands on ``account`` is not for people to move.

    Holds, a debt, an invoice or a claim own it; or it is both source and target.
    """

    code = "book.not_adjustable"


class AccountShort(Refusal):
    """The ``account`` lacks ``short`` of ``commodity`` for what is to be taken from it.

    The command adds the ``programme`` whose book it is.
    """

    code = "book.account_short"


class UnknownLine(Refusal):
    """The book of the programme has no such award ``line``."""

    code = "book.unknown_line"


class LineClosed(Refusal):
    """What was free on the award ``line`` has been returned; nothing new begins on it."""

    code = "book.line_closed"


class WrongCommodity(Refusal):
    """The ``line`` counts ``expected``, not ``given``."""

    code = "book.wrong_commodity"


class WrongPool(Refusal):
    """The ``line`` was granted out of the pool ``expected``, not ``given``."""

    code = "book.wrong_pool"


class BookExhausted(Refusal):
    """More is asked of a line than is free on it.

    Facts: ``line``, ``commodity``, ``asked``, the four numbers ``settled``, ``in_flight``,
    ``committed`` and ``free``, the largest open ``holds`` as (key, amount, expires_at) and
    ``hold_count``, how many there are in all.
    """

    code = "book.exhausted"


class PoolExhausted(Refusal):
    """More is asked of a ``pool`` than is ``free`` in it; ``commodity`` and ``asked`` say what.

    The command adds the ``programme`` whose book it is.
    """

    code = "book.pool_exhausted"


class SameLine(Refusal):
    """Time is to move from the ``line`` to itself."""

    code = "book.same_line"


class OtherPools(Refusal):
    """The lines were granted out of different pools, ``source`` and ``target``."""

    code = "book.other_pools"


class DebtExhausted(Refusal):
    """More is to be paid or given up than the ``award`` owes; ``owed`` and ``asked`` say so."""

    code = "book.debt_exhausted"


class HoldUnknown(Refusal):
    """The book of the programme has no hold under this ``key``."""

    code = "book.hold_unknown"


class HoldEnded(Refusal):
    """The hold under this ``key`` was settled or released already; ``state`` says which."""

    code = "book.hold_ended"


class UnknownEntry(Refusal):
    """The book of the programme has no entry of this ``number``."""

    code = "book.unknown_entry"


class NotReversible(Refusal):
    """Entries of this ``kind`` are not reversed: a hold is released, a reversal is posted anew."""

    code = "book.not_reversible"


class AlreadyReversed(Refusal):
    """Entry ``number`` was reversed before."""

    code = "book.already_reversed"


class CannotReverse(Refusal):
    """What the entry moved has moved on: ``account`` lacks ``short`` of ``commodity``.

    The command adds the ``programme`` whose book it is.
    """

    code = "book.cannot_reverse"
