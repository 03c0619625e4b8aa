"""Refusals about changes of awards, notices and the waiting list."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.apps.awards.rules import AwardState
from praya.core.refusal import Refusal
from praya.words import awards, changes
from praya.words.cases import state_word
from praya.words.quantities import card_hours, number, percent
from praya.words.series import listed

_REASONS: dict[str, Promise] = {
    "award.take_up": gettext_lazy("Write why the award is taken up again; the lead reads it."),
    "bearing.waive": gettext_lazy("Write why the line is spared it; the lead reads it."),
    "bearing.withdraw_waiver": gettext_lazy("Write why it is due again; the lead reads it."),
    "appeal.make": gettext_lazy("Write why you contest it; whoever answers reads it."),
    "appeal.answer": gettext_lazy("Write why; the lead reads it."),
    "change.ask": gettext_lazy("Write why you ask; whoever decides reads it."),
    "debt.take_back": gettext_lazy("Write why the payment is taken back; the trail keeps it."),
    "change.undo": gettext_lazy("Write why the change is undone; the lead reads it."),
    "change.refuse": gettext_lazy("Write why it is refused; whoever asked reads it."),
    "notice.give": gettext_lazy("Write why notice is given; the lead reads it."),
    "notice.undo": gettext_lazy("Write why the award runs again; the lead reads it."),
    "notice.withdraw": gettext_lazy("Write why the notice is taken back; the lead reads it."),
    "waiting.offer": gettext_lazy("Write why the case is offered an award now; the lead reads it."),
}


def _reason_missing(refusal: Refusal) -> str:
    return str(_REASONS[refusal.action])


def _already_asked(refusal: Refusal) -> str:
    return _(
        "A request of the kind “%(kind)s” for %(award)s is open already. Withdraw it to ask for "
        "something else, or wait until it is decided."
    ) % {"kind": changes.KINDS[refusal.kind], "award": refusal.award}


def _not_open(refusal: Refusal) -> str:
    return _("This request stands at “%(state)s”, so there is nothing to decide. Ask anew.") % {
        "state": changes.STATES[refusal.state]
    }


def _same_person(refusal: Refusal) -> str:
    del refusal
    return _("Two people are needed: who asked may not grant. Another officer or member can.")


def _not_undoable(refusal: Refusal) -> str:
    return _(
        "A change of the kind “%(kind)s” that stands at “%(state)s” is not undone: only what was "
        "granted is, as long as nobody has decided about a line that it made."
    ) % {"kind": changes.KINDS[refusal.kind], "state": changes.STATES[refusal.state]}


def _not_latest(refusal: Refusal) -> str:
    return _(
        "Change %(number)s altered the award after this one. Undo that first, or ask for another "
        "change."
    ) % {"number": number(refusal.number)}


def _ended_since(refusal: Refusal) -> str:
    return _(
        "%(award)s was ended and taken up again since, and its leases are other lines than then. "
        "Ask for another change."
    ) % {"award": refusal.award}


def _offer_answered(refusal: Refusal) -> str:
    return _(
        "The offer %(award)s stands at “%(state)s”, and only an open one is taken back. An award "
        "that was accepted can be ended, by the rule of its cause."
    ) % {"award": refusal.award, "state": awards.STATES[AwardState(refusal.state)]}


def _award_over(refusal: Refusal) -> str:
    return _(
        "The last day of %(award)s was %(last_on)s, so it cannot run again. Offer the team a new "
        "period, or have it apply anew."
    ) % {"award": refusal.award, "last_on": _day(refusal.last_on)}


def _cards_begun(refusal: Refusal) -> str:
    return _(
        "%(line)s has had its cards since %(first_on)s, and its days are charged. Ask for other "
        "cards from a day to come on."
    ) % {"line": refusal.line, "first_on": date_format(refusal.first_on, "DATE_FORMAT")}


def _not_a_lease(refusal: Refusal) -> str:
    return _(
        "%(line)s is in card-hours and holds no cards. Choose a line that is a lease, or ask for a "
        "supplement."
    ) % {"line": refusal.line}


def _day_unfit(refusal: Refusal) -> str:
    if refusal.earliest > refusal.latest:
        return _("The lease %(line)s has no day left on which its cards could change.") % {
            "line": refusal.line
        }
    return _(
        "The lease %(line)s can have other cards from a day between %(earliest)s and %(latest)s "
        "on. Name one of them."
    ) % {
        "line": refusal.line,
        "earliest": date_format(refusal.earliest, "DATE_FORMAT"),
        "latest": date_format(refusal.latest, "DATE_FORMAT"),
    }


def _cards_unfit(refusal: Refusal) -> str:
    return _(
        "The lease %(line)s has %(now)s cards. Ask for another number, from 1 to %(most)s."
    ) % {"line": refusal.line, "now": number(refusal.now), "most": number(refusal.most)}


def _exclusion_unfit(refusal: Refusal) -> str:
    return _(
        "An exclusion lasts until a day between %(earliest)s, which lifts it, and %(latest)s. "
        "Name one of them."
    ) % {
        "earliest": date_format(refusal.earliest, "DATE_FORMAT"),
        "latest": date_format(refusal.latest, "DATE_FORMAT"),
    }


def _kind_not_allowed(refusal: Refusal) -> str:
    return _(
        "The rules of this programme know no change of the kind “%(kind)s”. An officer can tell "
        "what else is possible."
    ) % {"kind": changes.KINDS[refusal.kind]}


def _times_spent(refusal: Refusal) -> str:
    return ngettext(
        "The rules allow %(count)s change of the kind “%(kind)s” for an award; it was made.",
        "The rules allow %(count)s changes of the kind “%(kind)s” for an award; they were made.",
        refusal.times_max,
    ) % {"count": number(refusal.times_max), "kind": changes.KINDS[refusal.kind]}


def _wrong_state(refusal: Refusal) -> str:
    return _(
        "%(award)s stands at “%(state)s”, in which this is not possible. The award's page shows "
        "what can be done now."
    ) % {"award": refusal.award, "state": awards.STATES[AwardState(refusal.state)]}


def _line_unknown(refusal: Refusal) -> str:
    return _("%(award)s has no such line. Choose one of those on its page.") % {
        "award": refusal.award
    }


def _on_lease(refusal: Refusal) -> str:
    return _(
        "%(line)s is a lease: so many cards for so many days, charged day by day. It is not "
        "changed by hours; ask for a renewal, or apply for more."
    ) % {"line": refusal.line}


def _line_over(refusal: Refusal) -> str:
    return _("The last day of %(line)s was %(day)s. Ask for an extension first.") % {
        "line": refusal.line,
        "day": _day(refusal.last_on),
    }


def _nothing_to_extend(refusal: Refusal) -> str:
    return _("Give a day after %(day)s; until then %(award)s runs as it is.") % {
        "award": refusal.award,
        "day": _day(refusal.last_on),
    }


def _too_many_months(refusal: Refusal) -> str:
    return ngettext(
        "The rules allow %(count)s month at once, so the latest day is %(latest)s.",
        "The rules allow %(count)s months at once, so the latest day is %(latest)s.",
        refusal.months_max,
    ) % {"count": number(refusal.months_max), "latest": _day(refusal.latest)}


def _outside_period(refusal: Refusal) -> str:
    return _(
        "The programme ends on %(day)s, and its awards end with it. Choose an earlier day."
    ) % {"day": _day(refusal.period_last)}


def _above_ceiling(refusal: Refusal) -> str:
    return _("%(asked)s are more than the rules allow at once. The most is %(most)s.") % {
        "asked": card_hours(refusal.asked),
        "most": card_hours(refusal.most),
    }


def _more_than_cards_give(refusal: Refusal) -> str:
    return _(
        "The cards of %(line)s could not use %(asked)s more in the days left. At most "
        "%(most)s can be added; a later last day would make room."
    ) % {
        "line": refusal.line,
        "asked": card_hours(refusal.asked),
        "most": card_hours(refusal.most),
    }


def _other_model(refusal: Refusal) -> str:
    return _(
        "One line counts %(source)s, the other %(target)s. Ask for an exchange: it turns one into "
        "the other at a rate."
    ) % {"source": refusal.source, "target": refusal.target}


def _no_rate(refusal: Refusal) -> str:
    return _(
        "The rules have no rate from %(source)s to %(target)s on %(day)s. An officer can tell "
        "whether one is coming."
    ) % {
        "source": refusal.source,
        "target": refusal.target or _("another device model"),
        "day": _day(refusal.day),
    }


def _used_too_little(refusal: Refusal) -> str:
    return _(
        "%(used)s of the time was used, and a renewal wants at least %(least)s. Ask again when "
        "more is used."
    ) % {"used": percent(refusal.used_bp), "least": percent(refusal.least_bp)}


def _nothing_renewed(refusal: Refusal) -> str:
    return _(
        "Every line of %(award)s would have nothing in the new period. Give at least one of them "
        "an amount."
    ) % {"award": refusal.award}


def _pool_unknown(refusal: Refusal) -> str:
    return _("The programme has no purpose “%(pool)s”. It has: %(known)s.") % {
        "pool": refusal.pool,
        "known": listed(refusal.known),
    }


def _formula_not_allowed(refusal: Refusal) -> str:
    return _("Choose how much is claimed back. The rules know: %(allowed)s.") % {
        "allowed": listed(str(changes.FORMULAS[one]) for one in refusal.allowed)
    }


def _since_missing(refusal: Refusal) -> str:
    del refusal
    return _("Give the day of the breach: what was drawn from then on is claimed back.")


def _rate_unknown(refusal: Refusal) -> str:
    return _(
        "Say which rate the award should have had: the rules it was decided under have no rate "
        "“%(rate)s”. They have: %(known)s."
    ) % {"rate": refusal.rate, "known": listed(refusal.known)}


def _nothing_to_recover(refusal: Refusal) -> str:
    return _(
        "By this formula nothing is left to claim back from %(award)s: nothing was drawn, or it "
        "was claimed before. Choose another formula, or leave it."
    ) % {"award": refusal.award}


def _authority_missing(refusal: Refusal) -> str:
    del refusal
    return _("Name the authority on which the debt is given up, as a minute or a delegation.")


def _cause_needs_notice(refusal: Refusal) -> str:
    return _(
        "For this cause (%(cause)s) the rules do not end an award at once. Give notice: at the "
        "earliest for %(day)s."
    ) % {"cause": changes.CAUSES[refusal.cause], "day": _day(refusal.earliest)}


def _not_waiting(refusal: Refusal) -> str:
    return _(
        "%(application)s stands at “%(state)s”: it is not on the waiting list, or none of the days "
        "it asked for is left."
    ) % {"application": refusal.application, "state": state_word(refusal.state)}


def _not_next(refusal: Refusal) -> str:
    return _(
        "%(next)s stands before %(application)s on the waiting list, and the pool can pay it. "
        "Offer it first."
    ) % {"next": refusal.next, "application": refusal.application}


def _same_line(refusal: Refusal) -> str:
    return _("Time cannot move from %(line)s to itself. Choose another line.") % {
        "line": refusal.line
    }


def _other_pools(refusal: Refusal) -> str:
    return _(
        "The lines were granted out of different purposes, %(source)s and %(target)s, and nothing "
        "moves between those."
    ) % {"source": refusal.source, "target": refusal.target}


def _day(day: object) -> str:
    return date_format(day, "DATE_FORMAT")  # type: ignore[arg-type]  # a date, as its refusal says


SENTENCES = {
    "change.reason_missing": _reason_missing,
    "change.already_asked": _already_asked,
    "change.not_open": _not_open,
    "change.same_person": _same_person,
    "change.not_undoable": _not_undoable,
    "change.not_latest": _not_latest,
    "change.ended_since": _ended_since,
    "change.offer_answered": _offer_answered,
    "change.award_over": _award_over,
    "change.cards_begun": _cards_begun,
    "change.not_a_lease": _not_a_lease,
    "change.exclusion_unfit": _exclusion_unfit,
    "change.day_unfit": _day_unfit,
    "change.cards_unfit": _cards_unfit,
    "change.kind_not_allowed": _kind_not_allowed,
    "change.times_spent": _times_spent,
    "change.wrong_state": _wrong_state,
    "change.line_unknown": _line_unknown,
    "change.on_lease": _on_lease,
    "change.line_over": _line_over,
    "change.nothing_to_extend": _nothing_to_extend,
    "change.too_many_months": _too_many_months,
    "change.outside_period": _outside_period,
    "change.above_ceiling": _above_ceiling,
    "change.more_than_cards_give": _more_than_cards_give,
    "change.other_model": _other_model,
    "change.no_rate": _no_rate,
    "change.used_too_little": _used_too_little,
    "change.nothing_renewed": _nothing_renewed,
    "change.pool_unknown": _pool_unknown,
    "change.formula_not_allowed": _formula_not_allowed,
    "change.since_missing": _since_missing,
    "change.rate_unknown": _rate_unknown,
    "change.nothing_to_recover": _nothing_to_recover,
    "change.authority_missing": _authority_missing,
    "change.cause_needs_notice": _cause_needs_notice,
    "waiting.not_waiting": _not_waiting,
    "waiting.not_next": _not_next,
    "book.same_line": _same_line,
    "book.other_pools": _other_pools,
}
