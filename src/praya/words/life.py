"""Rules about the life of an award as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.core.programme.life import (
    CutRule,
    Expiry,
    FreeUse,
    OwnPlan,
    PaidAhead,
    RefundedEnd,
    SlidingWindow,
    StepCut,
    StraightLine,
    Tier,
    Tranches,
)
from praya.core.quantity import CardTime
from praya.words.languages import in_readers_language
from praya.words.quantities import card_hours, number
from praya.words.roles import needed
from praya.words.series import listed

REFUNDED_ENDS: dict[RefundedEnd, Promise] = {
    "node-failed": gettext_lazy("those whose node failed"),
    "not-launched": gettext_lazy("those that no node could begin"),
    "preempted": gettext_lazy("those that had to give way to others"),
    "requeued": gettext_lazy("those that were put back into the queue"),
    "cancelled-by-another": gettext_lazy("those that somebody else than their member cancelled"),
}


def rule_sentence(rule: CutRule) -> str:
    """What a rule does, when it is told, and who may waive it."""
    said = [f"{in_readers_language(rule.name)}: {_what(rule)}"]
    if rule.warn_days_before:
        warned = sorted(rule.warn_days_before, reverse=True)
        said.append(_("The lead is told %s before.") % listed(_days(each) for each in warned))
    if rule.spare_days:
        said.append(_("The first %s are spared.") % _days(rule.spare_days))
    return " ".join([*said, *_waived(rule)])


def tranches_sentence(tranches: Tranches) -> str:
    """In which parts a grant is opened, and by which reports."""
    opened = [
        _("%(share)s once the report is accepted: %(report)s")
        % {"share": _percent(part.percent), "report": in_readers_language(part.report)}
        if part.report
        else _("%s from the start") % _percent(part.percent)
        for part in tranches.parts
    ]
    said = f"{in_readers_language(tranches.name)}: {listed(opened)}."
    return " ".join([said, *_waived(tranches)])


def paid_ahead_sentence(rule: PaidAhead) -> str:
    """That the own share is paid before use, in which parts, and what becomes of the rest."""
    parts = ngettext(
        "The own share is paid before card-hours can be used, all at once.",
        "The own share is paid before card-hours can be used, in %s equal parts; each opens as "
        "much of them.",
        rule.parts,
    ).replace("%s", number(rule.parts))
    rest = (
        _("What is not used of it is paid back when the award has ended.")
        if rule.refund_unused
        else _("What is not used of it is not paid back.")
    )
    return f"{parts} {rest}"


def _waived(rule: CutRule | Tranches) -> list[str]:
    if rule.waived_by is None:
        return []
    return [_("It may be waived, with a reason, by: %s.") % needed(rule.waived_by)]


def free_use_sentence(rule: FreeUse) -> str:
    """What a job may do that its line cannot hold."""
    said = _(
        "A job that its line cannot hold runs all the same, as free use: nothing is charged, it "
        "begins after all that is paid for, and is stopped for it. There may be as much of it as "
        "%(percent)s%% of what stands on the line."
    ) % {"percent": rule.percent_max}
    if rule.month_percent_max is None:
        return said
    return (
        said
        + " "
        + _("In a month there may be as much as %(percent)s%% of that month's share.")
        % {"percent": rule.month_percent_max}
    )


def grace_sentence(days: int) -> str:
    """How long jobs may run after an award's last day."""
    return _("Card-hours may be used for %s after the last day of an award.") % _days(days)


def refunds_sentence(ends: Sequence[RefundedEnd]) -> str:
    """Which runs on a cluster are not charged."""
    if not ends:
        return _("Every run on a cluster is charged, however it ended.")
    told = listed(str(REFUNDED_ENDS[end]) for end in ends)
    return _("Of runs on a cluster these are not charged, and may be used again: %s.") % told


def cut_sentence(*, rule: str, used_s: int, cut_s: int, device_model: str, due_on: date) -> str:
    """A cut to come, for those it will meet."""
    return _(
        "%(used)s is used or in flight. If that is all on %(day)s, the rule “%(rule)s” gives "
        "%(cut)s back."
    ) % {
        "used": card_hours(CardTime(used_s, device_model)),
        "day": date_format(due_on, "DATE_FORMAT"),
        "rule": rule,
        "cut": card_hours(CardTime(cut_s, device_model)),
    }


def _what(rule: CutRule) -> str:
    match rule:
        case StepCut():
            return _("%(when)s, of what a line’s team has not used, %(rows)s.") % {
                "when": _when(rule),
                "rows": _rows(rule.tiers),
            }
        case StraightLine():
            return _(
                "every %(days)s a line keeps no more than the share of its remaining days, and "
                "%(slack)s of the grant beyond."
            ) % {"days": _days(rule.every_days), "slack": _percent(rule.slack_percent)}
        case OwnPlan():
            return _(
                "every %(months)s, of what the team’s own plan had for it by then, %(rows)s."
            ) % {
                "months": _months(rule.every_months),
                "rows": _rows(rule.tiers),
            }
        case SlidingWindow():
            return _(
                "each month has its share of a grant; a leftover is kept for %(carry)s, and the "
                "share of the next %(borrow)s may be used before."
            ) % {"carry": _months(rule.carry_months), "borrow": _months(rule.borrow_months)}
        case Expiry():
            return _("what is unused %s after a line’s first day is given back.") % _days(
                rule.after_days
            )
        case _:
            raise AssertionError(rule)


def _when(rule: StepCut) -> str:
    when = [date_format(day, "DATE_FORMAT") for day in rule.on_days]
    if rule.after_percent is not None:
        when.append(_("after %s of its days") % _percent(rule.after_percent))
    return listed(when)


def _rows(tiers: Sequence[Tier]) -> str:
    return listed(
        _("%(cut)s is given back if less than %(below)s is used")
        % {"cut": _percent(tier.cut_percent), "below": _percent(tier.used_below_percent)}
        for tier in tiers
    )


def _percent(value: Decimal) -> str:
    exponent = value.normalize().as_tuple().exponent
    return _("%s %%") % number(value, max(0, -int(exponent)))


def _days(count: int) -> str:
    return ngettext("%s day", "%s days", count) % number(count)


def _months(count: int) -> str:
    return ngettext("%s month", "%s months", count) % number(count)
