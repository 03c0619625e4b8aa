"""What may be refused about decisions and awards."""

from __future__ import annotations

from praya.core.refusal import Refusal


class NotToDecide(Refusal):
    """The application ``application`` is not to be decided; ``state`` says where it is."""

    code = "decision.not_to_decide"


class OwnOrganisation(Refusal):
    """The case is of the actor's own organisation, or the actor leads it."""

    code = "decision.own_organisation"


class ReasonsMissing(Refusal):
    """A decision needs its reasons."""

    code = "decision.reasons_missing"


class ConditionsMissing(Refusal):
    """An award with conditions needs the conditions."""

    code = "decision.conditions_missing"


class UnknownLine(Refusal):
    """The application asks for nothing on the line ``number``."""

    code = "decision.unknown_line"


class LineTwice(Refusal):
    """Two amounts are given on the line ``number``."""

    code = "decision.line_twice"


class AboveRequest(Refusal):
    """More is awarded on the line ``number`` than was ``asked``."""

    code = "decision.above_request"


class NothingAwarded(Refusal):
    """An award of nothing on every line is a rejection, and must be called one."""

    code = "decision.nothing_awarded"


class NotInFull(Refusal):
    """An award gives all that was asked; less is a part award, or one with conditions."""

    code = "decision.not_in_full"


class InFull(Refusal):
    """A part award gives less than was asked somewhere."""

    code = "decision.in_full"


class AwardsAtMost(Refusal):
    """The call takes no more than ``awards_max`` awards in this round."""

    code = "decision.awards_at_most"


class PoolExhausted(Refusal):
    """The pool cannot pay this decision beside those that are promised already.

    Facts: ``programme``, ``pool``, ``free``, ``promised`` (decided or offered, not yet in the book)
    and ``asked``, all ``Money`` but the first two; and whether it ``pays_subsidy``: of another
    purpose, what came back to it is ``free``.
    """

    code = "award.pool_exhausted"


class AmountAboveAsked(Refusal):
    """More is proposed on the line ``number`` than was ``asked``."""

    code = "proposal.above_request"


class NotProposable(Refusal):
    """No amounts are proposed on a case in ``state``."""

    code = "proposal.not_open"


class RecusalReasonMissing(Refusal):
    """A recusal needs its reason."""

    code = "recusal.reason_missing"


class RecusalAfterDecision(Refusal):
    """Who decided the case cannot say afterwards that they took no part."""

    code = "recusal.after_decision"


class SamePerson(Refusal):
    """Who decided may not release; ``applications`` are those the actor decided."""

    code = "decision.same_person"


class AlreadyReleased(Refusal):
    """The decision was released before, or a later one took its place."""

    code = "decision.released"


class NothingToRelease(Refusal):
    """No decision of the round is held."""

    code = "round.nothing_to_release"


class NotOffered(Refusal):
    """The award ``award`` is no open offer; ``state`` says what it is."""

    code = "award.not_offered"


class ConditionsClosed(Refusal):
    """The conditions of the award ``award`` are settled for good; ``state`` says what it is."""

    code = "condition.closed"


class EvidenceMissing(Refusal):
    """Who confirms the condition ``number`` of ``award`` says where the evidence is."""

    code = "condition.evidence_missing"


class ConditionStays(Refusal):
    """The rules let nobody waive condition ``number`` of the award ``award``."""

    code = "condition.stays"


class MeetByUnfit(Refusal):
    """Conditions of ``award`` are to be met by a day after ``after``, to its ``last_on``."""

    code = "condition.meet_by_unfit"


class AgreementChanged(Refusal):
    """The lead read agreement ``yours``; the one on offer is ``theirs``."""

    code = "award.agreement_changed"


class OfferLapsed(Refusal):
    """The offer could be accepted until ``accept_by``."""

    code = "award.offer_lapsed"


class NotActive(Refusal):
    """The award ``award`` is not active; ``state`` says what it is."""

    code = "award.not_active"


class NotSuspended(Refusal):
    """The award ``award`` is not suspended; ``state`` says what it is."""

    code = "award.not_suspended"


class ReasonMissing(Refusal):
    """The act needs its reason; ``action`` says which."""

    code = "award.reason_missing"


class NoSuchPerson(Refusal):
    """Nobody signs in with the address ``email``."""

    code = "award.no_such_person"


class AlreadyMember(Refusal):
    """The person is a member already, as ``role``."""

    code = "award.already_member"


class OneLead(Refusal):
    """An award has one lead, who accepted it."""

    code = "award.one_lead"


class LeadStays(Refusal):
    """The lead stays as long as the award."""

    code = "award.lead_stays"


class NoMember(Refusal):
    """The membership ended before."""

    code = "award.no_member"
