"""Decided, offered and accepted cases, made by the commands; the pool is funded first.

money(now)                                    # HK$1,000,000.00 in the pool of subsidies
decision = decided(now)                       # 16 H800 of 16, HK$345,600.00 at list, held
award = offered(now)                          # released, and offered to the lead
award = accepted(now)
"""

from __future__ import annotations

from datetime import datetime

from tests.apps.applications.cases import LARGE, LEAD, desk_officer, lead_of
from tests.apps.reviews.cases import reviewed
from tests.factories import appointed, make_person

from praya.apps.applications.models import Application
from praya.apps.awards.commands import accept_award, decide, release_round
from praya.apps.awards.models import Award, Decision
from praya.apps.awards.rules import Outcome
from praya.apps.books.commands import approve_funding, ask_funding
from praya.apps.programmes.queries import actor_for
from praya.core.actor import Actor, Role
from praya.core.quantity import Money
from praya.core.review.amount import LineAmount

ALL = LineAmount(1, 16)
RATE_BP = 7000


def money(now: datetime, major: str = "1000000") -> None:
    """Fund the pool: asked by an officer, approved by finance."""
    request = ask_funding(
        programme_code="pier",
        pool="subsidy",
        amount=Money.parse(major, "HKD"),
        reason="first year",
        by=desk_officer(now),
        now=now,
    )
    approve_funding(request_id=request.pk, by=holder(Role.FINANCE, now), now=now)


def holder(role: Role, now: datetime, email: str = "") -> Actor:
    """Somebody who holds a role, appointed on first use."""
    email = email or f"{role.value}@pier.example"
    actor = actor_for(make_person(email), now)
    return actor if actor.holds("pier", role) else appointed("pier", role, now, email)


def member(now: datetime, email: str = "") -> Actor:
    """A member of the committee."""
    return holder(Role.COMMITTEE, now, email)


def decision_on(application: Application, now: datetime, **changed: object) -> Decision:
    """Decide a case in full, by the committee; ``changed`` replaces facts of the command."""
    facts = {
        "outcome": Outcome.AWARD,
        "lines": [ALL],
        "rate_bp": RATE_BP,
        "rate_reason": "",
        "reasons": "Ranked first.",
        "conditions": "",
        "by": member(now),
        "now": now,
    }
    return decide(application_code=application.code, **(facts | changed))


def decided(now: datetime, *, email: str = LEAD, **changed: object) -> Decision:
    """A decision held until its round is released."""
    lines = changed.pop("asked", [LARGE])
    return decision_on(reviewed(now, email=email, lines=lines), now, **changed)


def offered(now: datetime, *, email: str = LEAD, **changed: object) -> Award:
    """An offer that its lead has not answered."""
    decision = decided(now, email=email, **changed)
    release_round(round_id=decision.round_id, by=desk_officer(now), now=now)
    return Award.objects.select_related("application__lead", "programme").get(decision=decision)


def accepted(now: datetime, *, email: str = LEAD, **changed: object) -> Award:
    """An award in force; its lead is its first member."""
    award = offered(now, email=email, **changed)
    return accept_award(
        code=award.code, agreement_number=1, by=lead_of(award.application, now), now=now
    )
