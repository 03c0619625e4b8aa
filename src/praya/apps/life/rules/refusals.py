"""What is refused about the life of an award."""

from __future__ import annotations

from praya.core.refusal import Refusal


class CannotWaive(Refusal):
    """The ``rule`` of the ``line`` lets nobody waive it."""

    code = "life.cannot_waive"


class CheckMade(Refusal):
    """The ``rule`` has looked at the ``line`` (``mark``) already; a cut can only be reversed."""

    code = "life.check_made"


class AlreadyOpen(Refusal):
    """What the ``rule`` kept back of the ``line`` (``mark``) is open; nothing is left to waive."""

    code = "life.already_open"


class WaiverUsed(Refusal):
    """Of the ``line`` more was ``used`` than would be open without the waiver, ``most``."""

    code = "life.waiver_used"


class NothingCut(Refusal):
    """The check of the ``rule`` on the ``line`` took nothing; there is nothing to reverse."""

    code = "life.nothing_cut"


class PlanFixed(Refusal):
    """The ``line`` has been held against its plan since ``since``; only an officer changes it."""

    code = "life.plan_fixed"


class PlanUnfit(Refusal):
    """The plan cannot be one of the ``line``: ``reason`` is month, amount or nothing.

    ``month`` is the one at fault; the line runs from ``first`` to ``last``.
    """

    code = "life.plan_unfit"


class TrancheNotNext(Refusal):
    """``given`` is not the next part of the ``award``; ``following`` is, or none if empty."""

    code = "life.tranche_not_next"


class ReportAccepted(Refusal):
    """The ``part`` of the ``award`` is open; the report that opened it cannot be sent back."""

    code = "life.report_accepted"


class TrancheNotLast(Refusal):
    """``given`` is not the part of the ``award`` that was opened last; ``last`` is."""

    code = "life.tranche_not_last"


class PartUsed(Refusal):
    """Of the ``line`` more was ``used`` than would be open without the ``part``, ``most``."""

    code = "life.part_used"


class NotOpenYet(Refusal):
    """Of the ``line`` only ``most`` may be used by now (seconds), and ``used`` are; ``asked`` more.

    ``opened_by`` is month, with the day in ``opens_on``, report or payment. The time is of the
    ``device_model``.
    """

    code = "life.not_open_yet"
