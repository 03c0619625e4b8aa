"""What may be refused about changes of awards."""

from __future__ import annotations

from praya.core.refusal import Refusal


class ReasonMissing(Refusal):
    """The act needs its reason; ``action`` says which."""

    code = "change.reason_missing"


class AlreadyAsked(Refusal):
    """The award ``award`` has an open request of this ``kind`` already."""

    code = "change.already_asked"


class NotOpen(Refusal):
    """The request was granted, refused or withdrawn before; ``state`` says which."""

    code = "change.not_open"


class SamePerson(Refusal):
    """Who asked for a change cannot also grant it."""

    code = "change.same_person"


class NotUndoable(Refusal):
    """Changes of this ``kind`` in this ``state`` are not turned round."""

    code = "change.not_undoable"


class NotLatest(Refusal):
    """A later change, ``number``, altered the award; it would have to be undone first."""

    code = "change.not_latest"


class EndedSince(Refusal):
    """The award was ended and taken up again since, and its leases are other lines than then."""

    code = "change.ended_since"


class OfferAnswered(Refusal):
    """The offer ``award`` that it made stands at ``state``; only an open one is taken back."""

    code = "change.offer_answered"


class AwardOver(Refusal):
    """The ``award`` has no day left on which it could run again; its last was ``last_on``."""

    code = "change.award_over"


class SameOfficer(Refusal):
    """Who gave a notice cannot also agree to it, or undo alone what it did."""

    code = "notice.same_person"


class NoticeNotUndoable(Refusal):
    """A notice of this ``kind`` that stands at ``state`` is not undone."""

    code = "notice.not_undoable"


class DebtSettled(Refusal):
    """Of the ``debt`` so much was ``paid`` or ``written_off`` already, which is undone first."""

    code = "change.debt_settled"


class SamePayer(Refusal):
    """Who recorded payment ``number`` of the ``debt`` cannot also take it back."""

    code = "change.same_payer"


class CardsBegun(Refusal):
    """The other cards on the ``line`` count since ``first_on``."""

    code = "change.cards_begun"


class KindNotAllowed(Refusal):
    """The rules of the programme allow no change of this ``kind``."""

    code = "change.kind_not_allowed"


class TimesSpent(Refusal):
    """The award had its ``times_max`` changes of this ``kind``."""

    code = "change.times_spent"


class WrongState(Refusal):
    """The award ``award`` stands at ``state``, in which no ``kind`` is possible."""

    code = "change.wrong_state"


class LineUnknown(Refusal):
    """The award ``award`` has no line ``number``."""

    code = "change.line_unknown"


class OnLease(Refusal):
    """The ``line`` is a lease: so many cards for so many days, which this does not change."""

    code = "change.on_lease"


class NotALease(Refusal):
    """The ``line`` is in card-hours; only a lease holds cards day and night."""

    code = "change.not_a_lease"


class DayUnfit(Refusal):
    """The ``line`` can have other cards from a day between ``earliest`` and ``latest`` on."""

    code = "change.day_unfit"


class CardsUnfit(Refusal):
    """``cards`` were asked for the ``line``, which has ``now``; others may be 1 to ``most``."""

    code = "change.cards_unfit"


class ExclusionUnfit(Refusal):
    """An exclusion lasts until a day between ``earliest`` and ``latest``, ``months_max`` months."""

    code = "change.exclusion_unfit"


class LineOver(Refusal):
    """The last day of the ``line``, ``last_on``, has passed."""

    code = "change.line_over"


class NothingToExtend(Refusal):
    """No line in card-hours of the award would end later; they end on ``last_on`` as it is."""

    code = "change.nothing_to_extend"


class TooManyMonths(Refusal):
    """The day asked for, ``last_on``, is later than ``months_max`` months allow: ``latest``."""

    code = "change.too_many_months"


class OutsidePeriod(Refusal):
    """The day asked for is after the programme's ``period_last``."""

    code = "change.outside_period"


class AboveCeiling(Refusal):
    """More is ``asked`` than the rules allow at once; ``most`` does, both accelerator time."""

    code = "change.above_ceiling"


class MoreThanCardsGive(Refusal):
    """The ``line`` could not use so much in its days left; ``most`` could be added."""

    code = "change.more_than_cards_give"


class OtherModel(Refusal):
    """The lines count different device models, ``source`` and ``target``."""

    code = "change.other_model"


class NoRate(Refusal):
    """The rules have no rate from ``source`` to ``target`` on ``day``."""

    code = "change.no_rate"


class UsedTooLittle(Refusal):
    """``used_bp`` of the time was used; a renewal wants ``least_bp``."""

    code = "change.used_too_little"


class NothingRenewed(Refusal):
    """Every line of the ``award`` was given nothing in the new period."""

    code = "change.nothing_renewed"


class PoolUnknown(Refusal):
    """The programme has no purpose ``pool``; ``known`` are those it has."""

    code = "change.pool_unknown"


class FormulaNotAllowed(Refusal):
    """The rules do not claim back by this ``formula``; ``allowed`` are those they know."""

    code = "change.formula_not_allowed"


class SinceMissing(Refusal):
    """What was drawn since the breach needs the day of the breach."""

    code = "change.since_missing"


class RateUnknown(Refusal):
    """The award's rules have no rate of subsidy ``rate``; ``known`` are those they have."""

    code = "change.rate_unknown"


class NothingToRecover(Refusal):
    """By this ``formula`` nothing is left to claim back."""

    code = "change.nothing_to_recover"


class AuthorityMissing(Refusal):
    """A debt is given up on somebody's authority, which must be named."""

    code = "change.authority_missing"


class CauseNeedsNotice(Refusal):
    """For ``cause`` an award is ended after ``notice_days`` days' notice, on ``earliest``."""

    code = "change.cause_needs_notice"


class NoticeTooShort(Refusal):
    """An award is ended at the earliest on ``earliest``, after ``notice_days`` days' notice."""

    code = "notice.too_short"


class NoticeInThePast(Refusal):
    """A notice is for a day to come; ``effective_on`` is not after ``today``."""

    code = "notice.in_the_past"


class NoticeNotOpen(Refusal):
    """The notice was carried out or withdrawn before; ``state`` says which."""

    code = "notice.not_open"


class AlreadyNoticed(Refusal):
    """The award has an open notice of this ``kind``, for ``effective_on``."""

    code = "notice.already_given"


class NotWaiting(Refusal):
    """The case ``application`` is not on the waiting list; ``state`` says where it is."""

    code = "waiting.not_waiting"


class NotNext(Refusal):
    """``next`` stands before the case on the waiting list, and the pool can pay it."""

    code = "waiting.not_next"


class OwnerUnfit(Refusal):
    """Nobody who holds finance in the programme signs in as ``email``."""

    code = "debt.owner_unfit"


class PaidInFuture(Refusal):
    """The money is said to have come in on ``paid_on``, after ``today``."""

    code = "debt.paid_in_future"


class PaidBeforeDebt(Refusal):
    """The money is said to have come in on ``paid_on``; the debt was made on ``made_on``."""

    code = "debt.paid_before"


class CannotSpare(Refusal):
    """The rules let nobody spare the ``line`` what it is to bear (``matter``)."""

    code = "bearing.cannot_waive"


class NotGivenUp(Refusal):
    """The ``award`` did not end for want of conditions; ``state`` says where it stands."""

    code = "award.not_given_up"
