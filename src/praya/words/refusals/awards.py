"""Refusals about decisions and awards."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.apps.awards.rules import AwardState, MemberRole
from praya.apps.awards.rules.leading import LeadState
from praya.core.refusal import Refusal
from praya.words import awards, reviews
from praya.words.cases import state_word
from praya.words.quantities import money, number
from praya.words.series import listed

_REASONS: dict[str, Promise] = {
    "award.decline": gettext_lazy("Write why you decline the offer; the programme learns from it."),
    "award.suspend": gettext_lazy("Write why the award is suspended; its lead reads it."),
    "award.resume": gettext_lazy("Write why the award goes on; its lead reads it."),
    "award.tell_condition": gettext_lazy(
        "Write how the condition is met; who confirms it reads it."
    ),
    "award.ask_lead": gettext_lazy("Write why somebody else is to lead; all who decide read it."),
    "award.decide_lead": gettext_lazy("Write why the lead stays; both people read it."),
    "award.undo_lead": gettext_lazy("Write why the former lead leads again; both people read it."),
    "award.reopen_condition": gettext_lazy("Write why it is open again; the lead reads it."),
    "award.waive_condition": gettext_lazy("Write why the condition is waived; the lead reads it."),
    "award.move_meet_by": gettext_lazy("Write why the day is another one; the lead reads it."),
    "life.close_tranche": gettext_lazy("Write why the report does not do; the lead reads it."),
    "life.open_tranche": gettext_lazy("Write why the part is opened; the lead reads it."),
    "life.plan": gettext_lazy("Write why the plan is changed; the lead reads it."),
    "life.return_report": gettext_lazy("Write what the report lacks; the lead reads it."),
    "life.reverse": gettext_lazy("Write why the cut is given back; the lead reads it."),
    "life.waive": gettext_lazy("Write why the cut is waived; the lead reads it."),
    "life.withdraw_waiver": gettext_lazy("Write why the cut is due again; the lead reads it."),
}


def _not_to_decide(refusal: Refusal) -> str:
    return _(
        "%(application)s stands at “%(state)s”, so there is nothing to decide now. A released "
        "decision stays as it is."
    ) % {"application": refusal.application, "state": state_word(refusal.state)}


def _recused(refusal: Refusal) -> str:
    return _(
        "You take no part in %(application)s, nor release a round that holds it: you recused "
        "yourself. Others in the programme can."
    ) % {"application": refusal.application}


def _own_organisation(refusal: Refusal) -> str:
    return _(
        "%(application)s comes from your own organisation or is led by you, so you take no part in "
        "it, nor release a round that holds it. Others in the programme can."
    ) % {"application": refusal.application}


def _reasons_missing(refusal: Refusal) -> str:
    del refusal
    return _("Write the reasons of the decision; the applicant reads them once it is released.")


def _conditions_missing(refusal: Refusal) -> str:
    del refusal
    return _(
        "An award with conditions names them. Write the conditions, or choose another outcome."
    )


def _unknown_line(refusal: Refusal) -> str:
    return _(
        "The application has no request line %(number)s. It may have been submitted anew: open the "
        "page again."
    ) % {"number": number(refusal.number)}


def _line_twice(refusal: Refusal) -> str:
    return _("Line %(number)s stands there twice. Give one amount on each line.") % {
        "number": number(refusal.number)
    }


def _above_request(refusal: Refusal) -> str:
    return _("Line %(number)s asks for %(asked)s. That much can be given, or less.") % {
        "number": number(refusal.number),
        "asked": reviews.amount(refusal.asked),
    }


def _nothing_awarded(refusal: Refusal) -> str:
    del refusal
    return _("Every line is given nothing. Give something on a line, or reject the application.")


def _not_in_full(refusal: Refusal) -> str:
    del refusal
    return _(
        "The outcome “Award” gives all that was asked, and a line is given less. Choose “Part "
        "award”, or give the lines in full."
    )


def _in_full(refusal: Refusal) -> str:
    del refusal
    return _(
        "The outcome “Part award” gives less than was asked, and every line is given in full. "
        "Choose “Award”, or give a line less."
    )


def _awards_at_most(refusal: Refusal) -> str:
    return ngettext(
        "The call makes %(count)s award in a round, and that one is given. Choose another outcome, "
        "or change an earlier decision that is still held.",
        "The call makes at most %(count)s awards in a round, and they are given. Choose another "
        "outcome, or change an earlier decision that is still held.",
        refusal.awards_max,
    ) % {"count": number(refusal.awards_max)}


def _pool_exhausted(refusal: Refusal) -> str:
    said = {
        "pool": refusal.pool,
        "free": money(refusal.free),
        "promised": money(refusal.promised),
        "asked": money(refusal.asked),
    }
    if not refusal.pays_subsidy:
        return (
            _(
                "Awards are paid out of “%(pool)s” only with what came back to it from awards: "
                "%(free)s. Of that, %(promised)s is promised by offers not accepted yet, and "
                "%(asked)s is asked for: too much together. Offer out of another purpose, or once "
                "more has come back."
            )
            % said
        )
    return (
        _(
            "The pool “%(pool)s” has %(free)s free. Of that, %(promised)s is promised by decisions "
            "and offers not accepted yet, and this decision asks for %(asked)s: too much together. "
            "Give less, put the case on the waiting list, or have finance approve more funding."
        )
        % said
    )


def _not_proposable(refusal: Refusal) -> str:
    return _(
        "%(application)s stands at “%(state)s”. Amounts are proposed while a case is in review or "
        "to be decided."
    ) % {"application": refusal.application, "state": state_word(refusal.state)}


def _recusal_reason_missing(refusal: Refusal) -> str:
    del refusal
    return _("Write why you take no part; it is kept with the case.")


def _recusal_after_decision(refusal: Refusal) -> str:
    return _(
        "You have taken a decision on %(application)s, so you cannot say that you took no part. "
        "Tell an officer, so that another member decides it anew."
    ) % {"application": refusal.application}


def _same_person(refusal: Refusal) -> str:
    return _(
        "Two people are needed: who decides may not release. You decided %(applications)s. "
        "Another officer or committee member can release."
    ) % {"applications": listed(refusal.applications)}


def _already_released(refusal: Refusal) -> str:
    return _(
        "This decision on %(application)s was released before, or a later one took its place. Open "
        "the case to see the one that counts."
    ) % {"application": refusal.application}


def _nothing_to_release(refusal: Refusal) -> str:
    return _(
        "No decision of the round %(round)s waits to be released. Cases that are decided later can "
        "be released then."
    ) % {"round": refusal.round}


def _not_offered(refusal: Refusal) -> str:
    return _("%(award)s stands at “%(state)s”, so there is no open offer to answer.") % {
        "award": refusal.award,
        "state": awards.STATES[AwardState(refusal.state)],
    }


def _conditions_closed(refusal: Refusal) -> str:
    if refusal.state == AwardState.OFFERED.value:
        return _(
            "%(award)s is not accepted yet. The day by which its conditions are to be met is set "
            "when the lead accepts it, and can be moved from then on."
        ) % {"award": refusal.award}
    return _(
        "%(award)s stands at “%(state)s”, so its conditions before the start are settled. If "
        "something is wrong with one, an officer can suspend the award."
    ) % {"award": refusal.award, "state": awards.STATES[AwardState(refusal.state)]}


def _condition_stays(refusal: Refusal) -> str:
    return _(
        "Nobody may waive condition %(number)s of %(award)s, since the rules that the award was "
        "offered under name nobody for it. It can be confirmed, or the day be moved."
    ) % {"award": refusal.award, "number": number(refusal.number)}


def _meet_by_unfit(refusal: Refusal) -> str:
    return _("Give a day after %(after)s, and not after %(last)s, the last day of %(award)s.") % {
        "award": refusal.award,
        "after": date_format(refusal.after, "DATE_FORMAT"),
        "last": date_format(refusal.last_on, "DATE_FORMAT"),
    }


def _not_given_up(refusal: Refusal) -> str:
    return _(
        "%(award)s stands at “%(state)s”; only an award that ended since its conditions were not "
        "met in time is taken up again here."
    ) % {"award": refusal.award, "state": awards.STATES[AwardState(refusal.state)]}


def _evidence_missing(refusal: Refusal) -> str:
    return _(
        "Condition %(number)s of %(award)s is confirmed by evidence. Write where it can be read, "
        "as the number of a file or a receipt."
    ) % {"award": refusal.award, "number": number(refusal.number)}


def _agreement_changed(refusal: Refusal) -> str:
    return _(
        "You read version %(yours)s of the agreement, and version %(theirs)s is on offer now. "
        "Nothing was accepted. Open the page again and read the new one."
    ) % {"yours": number(refusal.yours), "theirs": number(refusal.theirs)}


def _offer_lapsed(refusal: Refusal) -> str:
    return _(
        "The offer %(award)s could be accepted until %(day)s and has lapsed. If you still need the "
        "compute, speak to the programme's officers."
    ) % {"award": refusal.award, "day": date_format(refusal.accept_by, "DATE_FORMAT")}


def _not_active(refusal: Refusal) -> str:
    return _(
        "%(award)s stands at “%(state)s”, and this is for active awards. The award's page shows "
        "what can be done now."
    ) % {"award": refusal.award, "state": awards.STATES[AwardState(refusal.state)]}


def _not_suspended(refusal: Refusal) -> str:
    return _("%(award)s stands at “%(state)s”; only a suspended award is resumed.") % {
        "award": refusal.award,
        "state": awards.STATES[AwardState(refusal.state)],
    }


def _reason_missing(refusal: Refusal) -> str:
    return str(_REASONS[refusal.action])


def _no_such_person(refusal: Refusal) -> str:
    return _(
        "Nobody signs in here as %(email)s. Ask them to make an account with that address, then "
        "add them."
    ) % {"email": refusal.email}


def _already_member(refusal: Refusal) -> str:
    return _(
        "%(email)s belongs to the award already, as “%(role)s”. To change that, remove them and "
        "add them anew."
    ) % {"email": refusal.email, "role": awards.ROLES[MemberRole(refusal.role)]}


def _one_lead(refusal: Refusal) -> str:
    return _(
        "%(award)s has one lead, who accepted it. Add the person as a manager: managers add and "
        "remove members, too."
    ) % {"award": refusal.award}


def _lead_stays(refusal: Refusal) -> str:
    return _(
        "The lead of %(award)s stays its member. If another person is to lead, the lead or a "
        "manager of the organisation asks for it on the award's page."
    ) % {"award": refusal.award}


def _no_member(refusal: Refusal) -> str:
    return _("This person left %(award)s before; nothing was changed.") % {"award": refusal.award}


def _lead_stays_by_rule(refusal: Refusal) -> str:
    return _(
        "The rules of the programme in force know no other lead for %(award)s. Speak to its "
        "officers."
    ) % {"award": refusal.award}


def _lead_already(refusal: Refusal) -> str:
    return _("%(email)s leads %(award)s now; nothing was changed.") % {
        "email": refusal.email,
        "award": refusal.award,
    }


def _lead_of_other_house(refusal: Refusal) -> str:
    return _(
        "%(email)s does not belong to %(organisation)s, which holds %(award)s, or cannot sign in. "
        "A manager of the organisation can let them in first."
    ) % {
        "email": refusal.email,
        "organisation": refusal.organisation,
        "award": refusal.award,
    }


def _lead_change_open(refusal: Refusal) -> str:
    return _(
        "Another lead was asked for before, and it is not settled. Withdraw request %(change)s of "
        "%(award)s, or wait for its answer."
    ) % {"change": number(refusal.change), "award": refusal.award}


def _lead_not_open(refusal: Refusal) -> str:
    return _(
        "The request stands at “%(state)s”, so this cannot be done now. Open its page again."
    ) % {"state": awards.LEAD_STATES[LeadState(refusal.state)]}


def _lead_own_matter(refusal: Refusal) -> str:
    del refusal
    return _(
        "You asked for this lead or are named in it, so somebody else of the programme decides."
    )


def _lead_moved_on(refusal: Refusal) -> str:
    return _(
        "%(award)s has another lead by now than this request was about; nothing was changed."
    ) % {"award": refusal.award}


SENTENCES = {
    "lead.not_allowed": _lead_stays_by_rule,
    "lead.already": _lead_already,
    "lead.of_other_house": _lead_of_other_house,
    "lead.open": _lead_change_open,
    "lead.not_open": _lead_not_open,
    "lead.own_matter": _lead_own_matter,
    "lead.moved_on": _lead_moved_on,
    "decision.not_to_decide": _not_to_decide,
    "decision.recused": _recused,
    "decision.own_organisation": _own_organisation,
    "decision.reasons_missing": _reasons_missing,
    "decision.conditions_missing": _conditions_missing,
    "decision.unknown_line": _unknown_line,
    "decision.line_twice": _line_twice,
    "decision.above_request": _above_request,
    "decision.nothing_awarded": _nothing_awarded,
    "decision.not_in_full": _not_in_full,
    "decision.in_full": _in_full,
    "decision.awards_at_most": _awards_at_most,
    "decision.same_person": _same_person,
    "decision.released": _already_released,
    "award.pool_exhausted": _pool_exhausted,
    "proposal.above_request": _above_request,
    "proposal.not_open": _not_proposable,
    "recusal.reason_missing": _recusal_reason_missing,
    "recusal.after_decision": _recusal_after_decision,
    "round.nothing_to_release": _nothing_to_release,
    "award.not_offered": _not_offered,
    "condition.closed": _conditions_closed,
    "condition.evidence_missing": _evidence_missing,
    "condition.stays": _condition_stays,
    "condition.meet_by_unfit": _meet_by_unfit,
    "award.not_given_up": _not_given_up,
    "award.agreement_changed": _agreement_changed,
    "award.offer_lapsed": _offer_lapsed,
    "award.not_active": _not_active,
    "award.not_suspended": _not_suspended,
    "award.reason_missing": _reason_missing,
    "award.no_such_person": _no_such_person,
    "award.already_member": _already_member,
    "award.one_lead": _one_lead,
    "award.lead_stays": _lead_stays,
    "award.no_member": _no_member,
}
