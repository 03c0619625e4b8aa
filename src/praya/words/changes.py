"""Kinds and states of changes, causes, formulas and ages of debts in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from praya.apps.changes.rules import (
    Cause,
    ChangeKind,
    ChangeState,
    Formula,
    NoticeKind,
    NoticeState,
)

KINDS: dict[str, Promise] = {
    ChangeKind.EXTENSION: _("Extension"),
    ChangeKind.SUPPLEMENT: _("Supplement"),
    ChangeKind.TRANSFER: _("Transfer"),
    ChangeKind.EXCHANGE: _("Exchange"),
    ChangeKind.ADVANCE: _("Advance"),
    ChangeKind.RENEWAL: _("Renewal"),
    ChangeKind.CARDS: _("Other cards"),
    ChangeKind.REDUCTION: _("Reduction"),
    ChangeKind.RECOVERY: _("Recovery"),
    ChangeKind.WRITE_OFF: _("Write-off"),
    ChangeKind.EXCLUSION: _("Exclusion"),
    ChangeKind.END: _("End at once"),
}
MEANINGS: dict[str, Promise] = {
    ChangeKind.EXTENSION: _("A later last day for the lines in card-hours. Nothing is added."),
    ChangeKind.SUPPLEMENT: _("More card-hours on a line. No day moves."),
    ChangeKind.TRANSFER: _("Free card-hours from one line to another of the same device model."),
    ChangeKind.EXCHANGE: _("Free card-hours into another device model, at the rate of the day."),
    ChangeKind.ADVANCE: _("More card-hours now, taken off what you are awarded later."),
    ChangeKind.RENEWAL: _("A new period with the same amounts or others, as an offer of its own."),
    ChangeKind.CARDS: _("Other cards on a lease from a day on, until its last."),
    ChangeKind.REDUCTION: _("Free card-hours of a line go back to a purpose of the programme."),
    ChangeKind.RECOVERY: _("Money that the holder has to pay back, by a formula."),
    ChangeKind.WRITE_OFF: _("A debt, or part of it, is given up."),
    ChangeKind.EXCLUSION: _("The organisation may not apply to the programme until a day."),
    ChangeKind.END: _("The award ends without notice; what is free goes back to the pool."),
}
STATES: dict[str, Promise] = {
    ChangeState.ASKED: pgettext_lazy("state of a request", "Asked"),
    ChangeState.GRANTED: pgettext_lazy("state of a request", "Granted"),
    ChangeState.REFUSED: pgettext_lazy("state of a request", "Refused"),
    ChangeState.WITHDRAWN: pgettext_lazy("state of a request", "Withdrawn"),
    ChangeState.UNDONE: pgettext_lazy("state of a request", "Undone"),
}
FORMULAS: dict[str, Promise] = {
    Formula.UNSPENT: _("What is unspent"),
    Formula.SINCE_BREACH: _("What was drawn since the breach"),
    Formula.ALL: _("All that was drawn"),
    Formula.RATE_DIFFERENCE: _("What was drawn above another rate"),
}
CAUSES: dict[str, Promise] = {
    Cause.FALSE_STATEMENT: _("A false statement"),
    Cause.WRONG_PURPOSE: _("Use for another purpose"),
    Cause.NO_REPORT: _("A report that did not come"),
    Cause.DOUBLE_SUBSIDY: _("Another subsidy for the same work"),
    Cause.RESALE: _("Compute passed on or sold"),
    Cause.SANCTIONS: _("Sanctions"),
    Cause.INSOLVENCY: _("Insolvency"),
    Cause.OWN_WISH: _("The holder’s own wish"),
    Cause.OTHER: _("Another cause"),
}
NOTICES: dict[str, Promise] = {
    NoticeKind.SUSPENSION: _("Suspension"),
    NoticeKind.END: _("Early end"),
}
NOTICE_STATES: dict[str, Promise] = {
    NoticeState.ASKED: pgettext_lazy("state of a notice", "Somebody else has to agree"),
    NoticeState.GIVEN: pgettext_lazy("state of a notice", "Given"),
    NoticeState.CARRIED_OUT: pgettext_lazy("state of a notice", "Carried out"),
    NoticeState.WITHDRAWN: pgettext_lazy("state of a notice", "Withdrawn"),
    NoticeState.OVERTAKEN: pgettext_lazy("state of a notice", "Overtaken"),
    NoticeState.UNDONE: pgettext_lazy("state of a notice", "Undone"),
}
AGES: dict[str, Promise] = {
    "to-30": _("up to 30 days"),
    "to-90": _("31 to 90 days"),
    "to-365": _("91 to 365 days"),
    "over-365": _("more than a year"),
}
