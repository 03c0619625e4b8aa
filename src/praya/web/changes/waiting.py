"""What waits for officers, the committee and finance, about changes of awards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.changes.queries import changes_waiting, debts_due
from praya.core.actor import Actor, Role
from praya.web.waiting import Waiting
from praya.words.changes import KINDS
from praya.words.languages import title_in_readers_language
from praya.words.quantities import money

SHOWN = 20


def requests_waiting(actor: Actor, now: datetime) -> Iterator[Waiting]:
    """Requests for changes that the actor may decide."""
    del now
    if not actor.programmes_as(Role.OFFICER, Role.COMMITTEE, Role.FINANCE):
        return
    for change in changes_waiting(actor)[:SHOWN]:
        said = {"kind": KINDS[change.kind], "award": change.award.code}
        yield Waiting(
            title=_("Decide on a change of %(award)s: %(kind)s") % said,
            detail=title_in_readers_language(change.award),
            url=reverse("web:change", args=[change.pk]),
            since=change.asked_at,
        )


def debts_waiting(actor: Actor, now: datetime) -> Iterator[Waiting]:
    """Debts that the actor, of finance, owns."""
    del now
    if not actor.programmes_as(Role.FINANCE):
        return
    for debt in debts_due(actor)[:SHOWN]:
        yield Waiting(
            title=_("%(award)s owes %(owed)s")
            % {"award": debt.award.code, "owed": money(debt.owed)},
            detail=title_in_readers_language(debt.award),
            url=reverse("web:debt", args=[debt.pk]),
            since=debt.made_at,
            due=datetime.combine(debt.due_on, time(), UTC),
        )
