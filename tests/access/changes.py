"""Changes for the walk: a request, a notice, a debt, and a case that waits."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tests.access.people import PEOPLE
from tests.apps.applications.cases import desk_officer
from tests.apps.awards.cases import decision_on
from tests.apps.changes.changing import CHANGES
from tests.factories import make_person

from praya.apps.applications.models import Application
from praya.apps.awards.commands import release_decision
from praya.apps.awards.models import Award, LeadChange
from praya.apps.awards.rules import Outcome
from praya.apps.awards.rules.leading import LeadState
from praya.apps.changes.commands import (
    agree_notice,
    ask_change,
    give_notice,
    grant_change,
    make_appeal,
    record_debt_payment,
)
from praya.apps.changes.models import Change, Debt
from praya.apps.changes.rules import Cause, ChangeKind, ChangeState, Formula, NoticeKind, Wish
from praya.apps.changes.rules.appealing import Against, Ground
from praya.apps.programmes.queries import actor_for, today_in

__all__ = ["RULES", "changed", "wait_listed"]

RULES = CHANGES | {
    "appeal": {"within_days": 14},
    "lead": {"granted_by": "officer"},
    "advance": CHANGES["advance"] | {"waived_by": "committee"},
}
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
    debt = Debt.objects.get(award=award)
    record_debt_payment(
        debt_id=debt.pk,
        number=2,
        amount_minor=1,
        paid_on=today_in(award.programme, now),
        reference="",
        by=finance,
        now=now,
    )
    notice = give_notice(
        code=award.code,
        kind=NoticeKind.END,
        cause=Cause.RESALE,
        reason="It was sold on.",
        effective_on=date(2026, 5, 31),
        by=officer,
        now=now,
    )
    agree_notice(notice_id=notice.pk, by=actor_for(make_person(PEOPLE["comm"]), now), now=now)
    appeal = make_appeal(
        against=Against.NOTICE,
        key=str(notice.pk),
        ground=Ground.MISREADING,
        text="It was not sold.",
        by=lead,
        now=now,
    )
    lead_change = LeadChange.objects.create(
        award=award,
        former=award.lead,
        person=make_person(PEOPLE["awme"]),
        asked_by=award.lead,
        reason="On leave.",
        state=LeadState.AGREED.value,
        asked_at=now,
        agreed_at=now,
    )
    line = award.lines.get(number=1)
    assert award.accepted_at is not None
    # As if it had been granted on an award before this one.
    advance = Change.objects.create(
        award=award,
        kind=ChangeKind.ADVANCE.value,
        state=ChangeState.GRANTED.value,
        wish={"line": 1, "card_hours": 1},
        reason="The tides came early.",
        asked_at=award.accepted_at - timedelta(days=2),
        asked_by=award.lead,
        decided_at=award.accepted_at - timedelta(days=1),
        facts={"card_seconds": 3600, "device_model": line.device_model_code},
    )
    return {
        "bearing": {"line": line.code, "matter": f"advance-{advance.pk}"},
        "lead-change": {"change_id": lead_change.pk},
        "appeal": {"appeal_id": appeal.pk},
        "contested": {"against": "change", "key": str(claim.pk)},
        "change": {"change_id": asked.pk},
        "notice": {"notice_id": notice.pk},
        "debt": {"debt_id": debt.pk},
        "debt-payment": {"debt_id": debt.pk, "number": 2},
    }


def wait_listed(application: Application, now: datetime) -> dict[str, Thing]:
    """A case that the committee put on the waiting list."""
    decision = decision_on(application, now, outcome=Outcome.WAIT_LIST, lines=[])
    release_decision(decision_id=decision.pk, by=desk_officer(now), now=now)
    return {
        "waiting": {"code": application.code},
        "waiting-case": {"code": "pier", "application_code": application.code},
    }
