"""Refusals about the life of awards."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.core.quantity import CardTime
from praya.core.refusal import Refusal
from praya.words.quantities import card_hours


def _cannot_waive(refusal: Refusal) -> str:
    return _(
        "The rule “%(rule)s” on %(line)s can be waived by nobody, since the programme's rules name "
        "nobody for it. A later version of the rules can."
    ) % {"rule": refusal.rule, "line": refusal.line}


def _waiver_used(refusal: Refusal) -> str:
    return _(
        "%(used)s of %(line)s are used or held for jobs. Without the waiver %(most)s would be "
        "open, and what was used cannot be kept back again."
    ) % {
        "line": refusal.line,
        "used": card_hours(refusal.used),
        "most": card_hours(refusal.most),
    }


def _check_made(refusal: Refusal) -> str:
    return _(
        "The rule “%(rule)s” has looked at %(line)s already (%(mark)s), so it cannot be waived any "
        "more. What it took can be reversed by the finance officer."
    ) % {"rule": refusal.rule, "line": refusal.line, "mark": refusal.mark}


def _already_open(refusal: Refusal) -> str:
    return _(
        "A report opened “%(mark)s” of %(line)s already, so there is nothing to waive there."
    ) % {"mark": refusal.mark, "line": refusal.line}


def _nothing_cut(refusal: Refusal) -> str:
    return _("The rule “%(rule)s” took nothing from %(line)s, so there is nothing to reverse.") % {
        "rule": refusal.rule,
        "line": refusal.line,
    }


def _plan_fixed(refusal: Refusal) -> str:
    return _(
        "%(line)s has been held against its plan since %(day)s, so its team cannot change it any "
        "more. An officer of the programme can, with a reason."
    ) % {"line": refusal.line, "day": date_format(refusal.since, "DATE_FORMAT")}


def _plan_unfit(refusal: Refusal) -> str:
    reasons = {
        "month": _("“%(month)s” is no month from %(first)s to %(last)s"),
        "amount": _("the card-hours of %(month)s are below zero or beyond any line"),
        "nothing": _("it has no card-hours at all"),
    }
    reason = reasons[refusal.reason] % {
        "month": refusal.month,
        "first": refusal.first,
        "last": refusal.last,
    }
    return _("This cannot be the plan of %(line)s: %(reason)s. Mend it and send it again.") % {
        "line": refusal.line,
        "reason": reason,
    }


def _tranche_not_next(refusal: Refusal) -> str:
    if not refusal.following:
        return _("Every part of %(award)s is open already.") % {"award": refusal.award}
    return _("The next part of %(award)s is “%(following)s”. Open it before “%(given)s”.") % {
        "award": refusal.award,
        "following": refusal.following,
        "given": refusal.given,
    }


def _report_accepted(refusal: Refusal) -> str:
    return _(
        "The part “%(part)s” of %(award)s is open, so its report was accepted and cannot be sent "
        "back. Close the part again first, as long as nothing of it is used."
    ) % {"part": refusal.part, "award": refusal.award}


def _tranche_not_last(refusal: Refusal) -> str:
    return _(
        "The part “%(last)s” of %(award)s was opened after “%(given)s”. Close “%(last)s” first."
    ) % {"award": refusal.award, "last": refusal.last, "given": refusal.given}


def _part_used(refusal: Refusal) -> str:
    return _(
        "%(used)s of %(line)s are used or held for jobs. Without the part “%(part)s” %(most)s "
        "would be open, and what was used cannot be kept back again. Nothing was closed. Cancel "
        "jobs that wait, or suspend the award until the report is right."
    ) % {
        "line": refusal.line,
        "part": refusal.part,
        "used": card_hours(refusal.used),
        "most": card_hours(refusal.most),
    }


def _not_open_yet(refusal: Refusal) -> str:
    def hours(seconds: int) -> str:
        return card_hours(CardTime(seconds, refusal.device_model))

    said = _(
        "The job could use %(asked)s. Of %(line)s, %(most)s is open by now, of which %(used)s is "
        "used or in flight."
    ) % {
        "asked": hours(refusal.asked),
        "line": refusal.line,
        "most": hours(refusal.most),
        "used": hours(refusal.used),
    }
    if refusal.opened_by == "month":
        day = date_format(refusal.opens_on, "DATE_FORMAT")
        return said + " " + _("More is open from %(day)s.") % {"day": day}
    if refusal.opened_by == "payment":
        return said + " " + _("More is open once the next part of the own share is paid.")
    return said + " " + _("More is open once an officer has accepted the report that is due.")


SENTENCES: dict[str, Callable[[Refusal], str]] = {
    "life.cannot_waive": _cannot_waive,
    "life.check_made": _check_made,
    "life.already_open": _already_open,
    "life.waiver_used": _waiver_used,
    "life.nothing_cut": _nothing_cut,
    "life.plan_fixed": _plan_fixed,
    "life.plan_unfit": _plan_unfit,
    "life.report_accepted": _report_accepted,
    "life.tranche_not_last": _tranche_not_last,
    "life.part_used": _part_used,
    "life.tranche_not_next": _tranche_not_next,
    "life.not_open_yet": _not_open_yet,
}
