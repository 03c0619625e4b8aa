"""Where a case stands, in words: states, whose turn it is, what happened, what comes next."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.apps.applications.queries import Case, TimelineLine
from praya.apps.applications.rules import CaseState, StageOutcome, Turn
from praya.core.programme.document import StageKind
from praya.words.languages import in_readers_language, title_in_readers_language
from praya.words.quantities import number

if TYPE_CHECKING:
    from praya.apps.applications.models import Application

STATES: dict[CaseState, Promise] = {
    CaseState.DRAFT: gettext_lazy("Draft"),
    CaseState.SUBMITTED: gettext_lazy("At the desk"),
    CaseState.ASKED: gettext_lazy("Question to the applicant"),
    CaseState.RETURNED: gettext_lazy("Returned for changes"),
    CaseState.IN_REVIEW: gettext_lazy("In review"),
    CaseState.TO_DECIDE: gettext_lazy("To be decided"),
    CaseState.DECIDED: gettext_lazy("Decision pending release"),
    CaseState.AWARDED: gettext_lazy("Awarded"),
    CaseState.WAIT_LISTED: gettext_lazy("On the waiting list"),
    CaseState.DEFERRED: gettext_lazy("Deferred"),
    CaseState.REJECTED: gettext_lazy("Rejected"),
    CaseState.WITHDRAWN: gettext_lazy("Withdrawn"),
}
TURNS: dict[Turn, Promise] = {
    Turn.APPLICANT: gettext_lazy("Applicant"),
    Turn.DESK: gettext_lazy("Desk"),
    Turn.REVIEWERS: gettext_lazy("Reviewers"),
    Turn.DECIDERS: gettext_lazy("Deciders"),
    Turn.NOBODY: gettext_lazy("Nobody"),
}
STAGES: dict[StageKind, Promise] = {
    StageKind.COMPLETENESS: gettext_lazy("Completeness"),
    StageKind.ELIGIBILITY: gettext_lazy("Eligibility"),
    StageKind.REVIEW: gettext_lazy("Review"),
    StageKind.DECISION: gettext_lazy("Decision"),
    StageKind.AGREEMENT: gettext_lazy("Agreement"),
}
OUTCOMES: dict[StageOutcome, Promise] = {
    StageOutcome.PASSED: gettext_lazy("passed"),
    StageOutcome.FAILED: gettext_lazy("not passed"),
    StageOutcome.DECIDED: gettext_lazy("decided"),
    StageOutcome.AGREED: gettext_lazy("agreed"),
    StageOutcome.WITHDRAWN: gettext_lazy("withdrawn"),
}
_ON_YOU: dict[CaseState, Promise] = {
    CaseState.DRAFT: gettext_lazy("It is your turn: finish the form and submit it."),
    CaseState.ASKED: gettext_lazy(
        "It is your turn: the desk has a question. The clock stands still until you answer."
    ),
    CaseState.RETURNED: gettext_lazy(
        "It is your turn: the desk asks for changes. The clock stands still until you submit again."
    ),
}
_ON_OTHERS: dict[CaseState, Promise] = {
    CaseState.DRAFT: gettext_lazy("The applicant is writing."),
    CaseState.SUBMITTED: gettext_lazy("It is the desk’s turn: it checks the application."),
    CaseState.ASKED: gettext_lazy(
        "It is the applicant’s turn: they have a question to answer. The clock stands still."
    ),
    CaseState.RETURNED: gettext_lazy(
        "It is the applicant’s turn: they change the form. The clock stands still."
    ),
    CaseState.IN_REVIEW: gettext_lazy("It is the reviewers’ turn: they mark the application."),
    CaseState.TO_DECIDE: gettext_lazy("It is the turn of those who decide."),
    CaseState.DECIDED: gettext_lazy(
        "It has been decided. The decision becomes known when those of the round are released."
    ),
    CaseState.AWARDED: gettext_lazy("Compute was awarded."),
    CaseState.WAIT_LISTED: gettext_lazy(
        "It is on the waiting list: it is taken up again if compute becomes free."
    ),
    CaseState.DEFERRED: gettext_lazy("It was put off and is taken up again in a later round."),
    CaseState.REJECTED: gettext_lazy("It was rejected. The case is closed."),
    CaseState.WITHDRAWN: gettext_lazy("The applicant took it back. The case is closed."),
}
_HAPPENED: dict[str, Promise] = {
    "application.begun": gettext_lazy("Begun by %(who)s"),
    "application.submitted": gettext_lazy("Version %(number)s submitted by %(who)s"),
    "application.asked": gettext_lazy("Question asked by %(who)s; the clock stands still"),
    "application.answered": gettext_lazy("Question answered by %(who)s"),
    "application.question_taken_back": gettext_lazy("Question taken back by %(who)s"),
    "application.returned": gettext_lazy("Returned for changes by %(who)s"),
    "application.reopened": gettext_lazy("Taken up again by %(who)s"),
    "application.stage_passed": gettext_lazy("%(stage)s passed by %(who)s"),
    "application.stage_failed": gettext_lazy("Rejected by %(who)s at: %(stage)s"),
    "application.withdrawn": gettext_lazy("Withdrawn by %(who)s"),
    "appeal.made": gettext_lazy("Appeal made by %(who)s"),
    "appeal.upheld": gettext_lazy("Appeal upheld by %(who)s"),
    "appeal.rejected": gettext_lazy("Appeal rejected by %(who)s"),
    "appeal.withdrawn": gettext_lazy("Appeal withdrawn by %(who)s"),
    "stage.left": gettext_lazy("%(stage)s finished"),
}


def title_of(application: Application) -> str:
    """The title in the reader's language, or in the other one."""
    return title_in_readers_language(application)


def state_word(state: str) -> str:
    """A state by its value."""
    return str(STATES[CaseState(state)])


def stage_word(stage: str) -> str:
    """A stage by its value; nothing for a case outside the stages."""
    return str(STAGES[StageKind(stage)]) if stage else ""


def standing_sentences(case: Case, now: datetime) -> list[str]:
    """Whose turn it is, since when, and what comes next."""
    mine = case.may_edit and case.state in _ON_YOU
    since = case.application.turn_since
    sentences = [
        str((_ON_YOU if mine else _ON_OTHERS)[case.state]),
        _("That has been so since %(since)s (%(days)s).")
        % {
            "since": date_format(timezone.localtime(since), "DATETIME_FORMAT"),
            "days": days((now - since).days),
        },
    ]
    following = next_stage(case)
    if following:
        sentences.append(_("After this stage comes: %(stage)s.") % {"stage": following})
    return sentences


def next_stage(case: Case) -> str:
    """The name of the stage after the one where the case stands; nothing after the last."""
    if case.application.closed_at is not None:
        return ""
    kinds = [stage.kind.value for stage in case.stages]
    here = case.application.stage
    after = case.stages[kinds.index(here) + 1 :] if here in kinds else case.stages
    return in_readers_language(after[0].name) if after else ""


def happened(line: TimelineLine, *, shows_desk: bool) -> str:
    """One line of the timeline. The applicant reads *the desk* where an officer acted."""
    who = line.by_name if shows_desk or not line.is_desk else _("the desk")
    return str(_HAPPENED[line.action]) % {
        "who": who,
        "stage": stage_word(line.stage),
        "number": line.number,
    }


def days(count: int) -> str:
    """So many days."""
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": number(count)}
