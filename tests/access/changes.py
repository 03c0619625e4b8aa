"""Changes for the walk: a request, a notice, a debt, and a case that waits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.access.people import PEOPLE
from tests.apps.applications.cases import desk_officer
from tests.apps.awards.cases import decision_on
from tests.apps.changes.changing import CHANGES as RULES
from tests.factories import make_person

from praya.apps.applications.models import Application
from praya.apps.awards.commands import release_decision
from praya.apps.awards.models import Award
from praya.apps.awards.rules import Outcome
from praya.apps.changes.commands import ask_change, give_notice, grant_change
from praya.apps.changes.models import Debt
from praya.apps.changes.rules import Cause, ChangeKind, Formula, NoticeKind, Wish
from praya.apps.programmes.queries import actor_for

__all__ = ["RULES", "changed", "wait_listed"]

Thing = dict[str, Any]


def changed(award: Award, now: datetime) -> dict[str, Thing]:
    """What is asked of an award and held against it."""
    officer = desk_officer(now)
    lead, finance = (actor_for(make_person(PEOPLE[one]), now) for one in ("awle", "fina"))
    asked = ask_change(
        code=award.code,
        kind=ChangeKind.EXTENSION,
        wish=Wish(last_on=date(2026, 9, 30)),
        reason="The tides took longer.",
        by=lead,
        now=now,
    )
    claim = ask_change(
        code=award.code,
        kind=ChangeKind.RECOVERY,
        wish=Wish(formula=Formula.ALL, cause=Cause.RESALE),
        reason="It was sold on.",
        by=officer,
        now=now,
    )
    grant_change(change_id=claim.pk, reason="So it was.", by=finance, now=now)
    notice = give_notice(
        code=award.code,
        kind=NoticeKind.END,
        cause=Cause.RESALE,
        reason="It was sold on.",
        effective_on=date(2026, 5, 31),
        by=officer,
        now=now,
    )
    return {
        "change": {"change_id": asked.pk},
        "notice": {"notice_id": notice.pk},
        "debt": {"debt_id": Debt.objects.get(award=award).pk},
    }


def wait_listed(application: Application, now: datetime) -> dict[str, Thing]:
    """A case that the committee put on the waiting list."""
    decision = decision_on(application, now, outcome=Outcome.WAIT_LIST, lines=[])
    release_decision(decision_id=decision.pk, by=desk_officer(now), now=now)
    return {
        "waiting": {"code": application.code},
        "waiting-case": {"code": "pier", "application_code": application.code},
    }
