"""Refusals about notices on awards."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.core.refusal import Refusal
from praya.words import changes
from praya.words.quantities import number


def _same_officer(refusal: Refusal) -> str:
    del refusal
    return _(
        "Two people are needed: who gave the notice may neither agree to it nor undo it. Another "
        "officer can, or the committee."
    )


def _notice_not_undoable(refusal: Refusal) -> str:
    return _(
        "This notice (%(kind)s, “%(state)s”) ended no award that is ended now. A suspension is "
        "resumed on the award's page; an open notice is taken back."
    ) % {"kind": changes.NOTICES[refusal.kind], "state": changes.NOTICE_STATES[refusal.state]}


def _notice_too_short(refusal: Refusal) -> str:
    return ngettext(
        "For this cause the rules want %(count)s day's notice before an award ends: at the "
        "earliest on %(day)s.",
        "For this cause the rules want %(count)s days' notice before an award ends: at the "
        "earliest on %(day)s.",
        refusal.notice_days,
    ) % {"count": number(refusal.notice_days), "day": date_format(refusal.earliest, "DATE_FORMAT")}


def _notice_in_the_past(refusal: Refusal) -> str:
    return _(
        "Notice is given for a day after %(today)s. To act now, suspend the award, or ask for its "
        "end at once where the rules have that."
    ) % {"today": date_format(refusal.today, "DATE_FORMAT")}


def _notice_not_open(refusal: Refusal) -> str:
    return _("This notice stands at “%(state)s”, so there is nothing to agree to or take back.") % {
        "state": changes.NOTICE_STATES[refusal.state]
    }


def _already_noticed(refusal: Refusal) -> str:
    return _(
        "There is a notice of the kind “%(kind)s” for %(day)s. Withdraw it to give another."
    ) % {
        "kind": changes.NOTICES[refusal.kind],
        "day": date_format(refusal.effective_on, "DATE_FORMAT"),
    }


SENTENCES = {
    "notice.same_person": _same_officer,
    "notice.not_undoable": _notice_not_undoable,
    "notice.too_short": _notice_too_short,
    "notice.in_the_past": _notice_in_the_past,
    "notice.not_open": _notice_not_open,
    "notice.already_given": _already_noticed,
}
