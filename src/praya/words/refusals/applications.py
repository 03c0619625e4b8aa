"""Refusals about applications and their documents."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.core.refusal import Refusal
from praya.words.cases import state_word
from praya.words.eligibility import excluded_sentence
from praya.words.quantities import number
from praya.words.series import listed

MEBIBYTE = 1024 * 1024

_ACTIONS: dict[str, Promise] = {
    "edit": gettext_lazy("It cannot be changed now."),
    "attach": gettext_lazy("Its documents cannot be changed now."),
    "submit": gettext_lazy("It cannot be submitted now."),
    "withdraw": gettext_lazy("It cannot be withdrawn any more."),
    "pass": gettext_lazy("The desk cannot pass it on now."),
    "fail": gettext_lazy("The desk cannot reject it now."),
    "return": gettext_lazy("It cannot be returned for changes now."),
    "ask": gettext_lazy("The applicant cannot be asked now."),
    "reopen": gettext_lazy("Only a case that waits or was put off is taken up again."),
    "finish-review": gettext_lazy("There is no review to close."),
    "decide": gettext_lazy("There is nothing to decide."),
    "release": gettext_lazy("There is no decision to release."),
}
_REASONS: dict[str, Promise] = {
    "withdraw": gettext_lazy("Write why you take the application back."),
    "fail": gettext_lazy("Write the reason for the rejection; the applicant will read it."),
    "return": gettext_lazy("Write what should be changed; the applicant will read it."),
    "ask": gettext_lazy("Write the question."),
    "take-back": gettext_lazy("Write why you need no answer; the applicant will read it."),
    "reopen": gettext_lazy("Write why it is taken up again; the applicant will read it."),
    "answer": gettext_lazy("Write the answer."),
}


def _excluded(refusal: Refusal) -> str:
    return excluded_sentence(refusal.until)


def _not_eligible(refusal: Refusal) -> str:
    del refusal
    return _(
        "By the answers given, a rule of the programme says no, so no application can be made. The "
        "check shows which rule and what would change it."
    )


def _unanswered(refusal: Refusal) -> str:
    return ngettext(
        "%(count)s question of the eligibility check has no answer yet. Answer it first.",
        "%(count)s questions of the eligibility check have no answer yet. Answer them first.",
        len(refusal.rules),
    ) % {"count": number(len(refusal.rules))}


def _wrong_state(refusal: Refusal) -> str:
    return _("The application stands at “%(state)s”. %(consequence)s") % {
        "state": state_word(refusal.state),
        "consequence": _ACTIONS[refusal.action],
    }


def _stage_moved(refusal: Refusal) -> str:
    del refusal
    return _(
        "The case has moved on since you opened the page, so nothing was changed. Open it again to "
        "see where it stands."
    )


def _incomplete(refusal: Refusal) -> str:
    count = len(refusal.problems)
    return ngettext(
        "%(count)s thing is missing or not right. It is listed above the answers.",
        "%(count)s things are missing or not right. They are listed above the answers.",
        count,
    ) % {"count": number(count)}


def _draft_too_large(refusal: Refusal) -> str:
    return _(
        "This page of the form would hold %(size)s characters or more; %(limit)s is the most. "
        "Nothing of it was saved. Shorten it, or attach a document."
    ) % {"size": number(refusal.size), "limit": number(refusal.limit)}


def _unknown_step(refusal: Refusal) -> str:
    return _("The form has no page “%(step)s”.") % {"step": refusal.step}


def _declarations(refusal: Refusal) -> str:
    count = len(refusal.declarations)
    return ngettext(
        "%(count)s declaration is not confirmed. Read it and confirm it, then submit.",
        "%(count)s declarations are not confirmed. Read them and confirm them, then submit.",
        count,
    ) % {"count": number(count)}


def _reason_missing(refusal: Refusal) -> str:
    return str(_REASONS[refusal.action])


def _text_too_long(refusal: Refusal) -> str:
    return _("The text has %(length)s characters; %(limit)s is the most.") % {
        "length": number(refusal.length),
        "limit": number(refusal.limit),
    }


def _due_day_past(refusal: Refusal) -> str:
    return _("An answer cannot be due on %(due_on)s, for today is %(today)s.") % {
        "due_on": date_format(refusal.due_on, "DATE_FORMAT"),
        "today": date_format(refusal.today, "DATE_FORMAT"),
    }


def _question_closed(refusal: Refusal) -> str:
    if refusal.state == "answered":
        return _("This question has been answered already. The answer on record stays.")
    return _(
        "This question no longer waits for an answer: the case was returned for changes or closed."
    )


def _too_large(refusal: Refusal) -> str:
    return _(
        "The document is larger than %(limit)s MiB, so it was not kept. Make it smaller, for "
        "example by saving its pictures at a lower resolution, or split it."
    ) % {"limit": number(refusal.limit // MEBIBYTE)}


def _empty(refusal: Refusal) -> str:
    del refusal
    return _("The document is empty. Choose it again; perhaps it was still being saved.")


def _type_unknown(refusal: Refusal) -> str:
    return _("“%(file_name)s” is not a kind of document that is taken. These are: %(allowed)s.") % {
        "file_name": refusal.file_name,
        "allowed": listed(refusal.allowed),
    }


def _not_as_named(refusal: Refusal) -> str:
    return _(
        "The content of “%(file_name)s” is not what its name says, so it was not kept. Save it "
        "again in the format that its ending names."
    ) % {"file_name": refusal.file_name}


def _unpacks_too_large(refusal: Refusal) -> str:
    return _(
        "“%(file_name)s” would unpack to more than %(limit)s MiB, so it was not kept. Save it as "
        "PDF instead."
    ) % {"file_name": refusal.file_name, "limit": number(refusal.limit // MEBIBYTE)}


def _has_macros(refusal: Refusal) -> str:
    return _(
        "“%(file_name)s” carries macros, which are programs, so it was not kept. Save it without "
        "them, or as PDF."
    ) % {"file_name": refusal.file_name}


def _kind_unknown(refusal: Refusal) -> str:
    return _("The programme asks for no document of the kind “%(kind)s”.") % {"kind": refusal.kind}


def _too_many(refusal: Refusal) -> str:
    return _(
        "An application holds %(limit)s documents at most. Remove one that is not needed, or put "
        "several into one file."
    ) % {"limit": number(refusal.limit)}


SENTENCES = {
    "application.excluded": _excluded,
    "application.not_eligible": _not_eligible,
    "application.eligibility_unanswered": _unanswered,
    "application.wrong_state": _wrong_state,
    "application.stage_moved": _stage_moved,
    "application.draft_incomplete": _incomplete,
    "application.draft_too_large": _draft_too_large,
    "application.unknown_step": _unknown_step,
    "application.declaration_missing": _declarations,
    "application.reason_missing": _reason_missing,
    "application.text_too_long": _text_too_long,
    "application.due_day_past": _due_day_past,
    "application.question_closed": _question_closed,
    "attachment.too_large": _too_large,
    "attachment.empty": _empty,
    "attachment.type_unknown": _type_unknown,
    "attachment.not_as_named": _not_as_named,
    "attachment.unpacks_too_large": _unpacks_too_large,
    "attachment.has_macros": _has_macros,
    "attachment.kind_unknown": _kind_unknown,
    "attachment.too_many": _too_many,
}
