"""Refusals about reviews."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.apps.reviews.rules import ReviewState
from praya.core.refusal import Refusal
from praya.words import reviews
from praya.words.cases import state_word
from praya.words.quantities import number


def _not_in_review(refusal: Refusal) -> str:
    return _(
        "The application stands at “%(state)s”, so its reviews do not change now. What was "
        "submitted stays as it is."
    ) % {"state": state_word(refusal.state)}


def _not_a_reviewer(refusal: Refusal) -> str:
    del refusal
    return _(
        "The person is not appointed as a reviewer of this programme. A site administrator can "
        "appoint them; then assign them here."
    )


def _same_organisation(refusal: Refusal) -> str:
    return _(
        "Nobody reviews an application of their own organisation or their own lead, and "
        "%(application)s is one. Assign somebody from elsewhere, or declare the conflict."
    ) % {"application": refusal.application}


def _already_assigned(refusal: Refusal) -> str:
    return _(
        "This person was asked to review the application before; their review stands at "
        "“%(state)s”. Ask somebody else."
    ) % {"state": reviews.STATES[ReviewState(refusal.state)]}


def _already_declared(refusal: Refusal) -> str:
    return _(
        "You have answered the question about conflicts before; the review stands at “%(state)s”. "
        "If your answer was wrong, tell an officer of the programme."
    ) % {"state": reviews.STATES[ReviewState(refusal.state)]}


def _conflict_note_missing(refusal: Refusal) -> str:
    del refusal
    return _("Write in a few words what the conflict is; the officer reads it, not the applicant.")


def _not_declared(refusal: Refusal) -> str:
    del refusal
    return _(
        "The application opens once you have said whether you have a conflict of interest in it. "
        "Answer that first."
    )


def _not_open(refusal: Refusal) -> str:
    return _("The review stands at “%(state)s” and takes no more changes.") % {
        "state": reviews.STATES[ReviewState(refusal.state)]
    }


def _unknown_criterion(refusal: Refusal) -> str:
    return _(
        "The programme's rules have no criterion “%(criterion)s”. Open the review again to see "
        "those they have."
    ) % {"criterion": refusal.criterion}


def _criterion_twice(refusal: Refusal) -> str:
    return _("The criterion “%(criterion)s” is marked twice. Give one mark on each.") % {
        "criterion": refusal.criterion
    }


def _mark_out_of_range(refusal: Refusal) -> str:
    return _(
        "The mark %(points)s on “%(criterion)s” is outside the scale, which goes from %(lowest)s "
        "to %(highest)s."
    ) % {
        "points": number(refusal.points),
        "criterion": refusal.criterion,
        "lowest": number(refusal.lowest),
        "highest": number(refusal.highest),
    }


def _unknown_line(refusal: Refusal) -> str:
    return _(
        "The application has no request line %(number)s. It may have been submitted anew: open the "
        "page again."
    ) % {"number": number(refusal.number)}


def _line_twice(refusal: Refusal) -> str:
    return _("Line %(number)s stands there twice. Give one amount on each line.") % {
        "number": number(refusal.number)
    }


def _amount_above_asked(refusal: Refusal) -> str:
    return _("Line %(number)s asks for %(asked)s. Recommend that much or less.") % {
        "number": number(refusal.number),
        "asked": reviews.amount(refusal.asked),
    }


def _incomplete(refusal: Refusal) -> str:
    missing = []
    if refusal.criteria:
        missing.append(
            ngettext("a mark on %s criterion", "marks on %s criteria", len(refusal.criteria))
            % number(len(refusal.criteria))
        )
    if refusal.lines:
        missing.append(
            ngettext("an amount on %s line", "amounts on %s lines", len(refusal.lines))
            % number(len(refusal.lines))
        )
    if refusal.comment_missing:
        missing.append(_("the comment that gives your reasons"))
    return _(
        "The review is saved but not submitted, since something is missing: %(missing)s. Fill it "
        "in and submit again."
    ) % {"missing": "; ".join(missing)}


def _too_few(refusal: Refusal) -> str:
    return _(
        "%(application)s has %(submitted)s submitted reviews, and the rules need %(needed)s. Wait "
        "for the others, or assign another reviewer."
    ) % {
        "application": refusal.application,
        "submitted": number(refusal.submitted),
        "needed": number(refusal.needed),
    }


def _spread_note_missing(refusal: Refusal) -> str:
    return _(
        "The reviewers of %(application)s stand %(spread)s apart, which the rules take as a wish "
        "for a further review. Assign another reviewer, or write in the note why it is not needed."
    ) % {"application": refusal.application, "spread": reviews.in_percent(refusal.spread)}


SENTENCES = {
    "review.not_in_review": _not_in_review,
    "review.not_a_reviewer": _not_a_reviewer,
    "review.same_organisation": _same_organisation,
    "review.already_assigned": _already_assigned,
    "review.already_declared": _already_declared,
    "review.conflict_note_missing": _conflict_note_missing,
    "review.not_declared": _not_declared,
    "review.not_open": _not_open,
    "review.unknown_criterion": _unknown_criterion,
    "review.criterion_twice": _criterion_twice,
    "review.mark_out_of_range": _mark_out_of_range,
    "review.unknown_line": _unknown_line,
    "review.line_twice": _line_twice,
    "review.amount_above_asked": _amount_above_asked,
    "review.incomplete": _incomplete,
    "review.too_few": _too_few,
    "review.spread_note_missing": _spread_note_missing,
}
