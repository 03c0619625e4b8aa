"""Grounds and states of appeals, and what they contest, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from praya.apps.changes.rules.appealing import Against, AppealState, Ground
from praya.words.changes import KINDS, NOTICES

if TYPE_CHECKING:
    from praya.apps.changes.queries import Thing

GROUNDS: dict[str, Promise] = {
    Ground.NEW_FACTS: gettext_lazy("New facts, which could not be told before"),
    Ground.MISREADING: gettext_lazy("What was told was misread"),
}
APPEAL_STATES: dict[str, Promise] = {
    AppealState.OPEN: pgettext_lazy("state of an appeal", "Open"),
    AppealState.UPHELD: pgettext_lazy("state of an appeal", "Upheld"),
    AppealState.REJECTED: pgettext_lazy("state of an appeal", "Rejected"),
    AppealState.WITHDRAWN: pgettext_lazy("state of an appeal", "Withdrawn"),
}
AGAINST: dict[str, Promise] = {
    Against.CASE: gettext_lazy("Decision on a case"),
    Against.CHANGE: gettext_lazy("Change of an award"),
    Against.NOTICE: gettext_lazy("Notice on an award"),
}


def contested_words(thing: Thing) -> str:
    """What is contested, on one line."""
    if thing.change is not None:
        said = {"kind": KINDS[thing.change.kind], "award": thing.change.award.code}
        return _("%(award)s: %(kind)s") % said
    if thing.notice is not None:
        notice = {"kind": NOTICES[thing.notice.kind], "award": thing.notice.award.code}
        return _("%(award)s: %(kind)s by notice") % notice
    return _("%(application)s: the decision") % {"application": thing.application.code}
