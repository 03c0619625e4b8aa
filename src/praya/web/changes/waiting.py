"""What waits for officers, the committee and finance, about changes of awards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.changes.queries import (
    appeals_waiting,
    changes_waiting,
    debts_due,
    notices_to_agree,
)
from praya.core.actor import Role
from praya.web.waiting import Waiting, kind_of, shown
from praya.words.changes import KINDS
from praya.words.languages import title_in_readers_language
from praya.words.quantities import money

_OF_AWARD = ("award__code", "award__title", "award__title_zh")


@kind_of(changes_waiting, Role.OFFICER, Role.COMMITTEE, Role.FINANCE)
def requests_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Requests for changes that the actor may decide."""
    del now
    for change in shown(rows, "kind", "asked_at", *_OF_AWARD):
        said = {"kind": KINDS[change.kind], "award": change.award.code}
        yield Waiting(
            title=_("Decide on a change of %(award)s: %(kind)s") % said,
            detail=title_in_readers_language(change.award),
            url=reverse("web:change", args=[change.pk]),
            since=change.asked_at,
        )


@kind_of(notices_to_agree, Role.OFFICER, Role.COMMITTEE)
def early_ends_to_agree(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Early ends by notice that somebody else asks for."""
    del now
    for notice in shown(rows, "given_at", "effective_on", *_OF_AWARD):
        yield Waiting(
            title=_("Agree to the early end of %s") % notice.award.code,
            detail=title_in_readers_language(notice.award),
            url=reverse("web:notice-agree", args=[notice.pk]),
            since=notice.given_at,
            due=datetime.combine(notice.effective_on, time(), UTC),
        )


@kind_of(appeals_waiting, Role.OFFICER, Role.COMMITTEE, Role.FINANCE)
def appeals_to_answer(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Open appeals against what the actor did not decide."""
    del now
    of_case = ("application__code", "application__title", "application__title_zh")
    for appeal in shown(rows, "made_at", "due_on", *of_case):
        yield Waiting(
            title=_("Answer the appeal about %s") % appeal.application.code,
            detail=title_in_readers_language(appeal.application),
            url=reverse("web:appeal", args=[appeal.pk]),
            since=appeal.made_at,
            due=datetime.combine(appeal.due_on, time(), UTC),
        )


@kind_of(debts_due, Role.FINANCE)
def debts_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Debts that the actor, of finance, owns."""
    del now
    owed = ("amount_minor", "interest_minor", "paid_minor", "written_off_minor", "currency")
    for debt in shown(rows, "made_at", "due_on", *owed, *_OF_AWARD):
        yield Waiting(
            title=_("%(award)s owes %(owed)s")
            % {"award": debt.award.code, "owed": money(debt.owed)},
            detail=title_in_readers_language(debt.award),
            url=reverse("web:debt", args=[debt.pk]),
            since=debt.made_at,
            due=datetime.combine(debt.due_on, time(), UTC),
        )
