"""Awards of a programme that allows every change, and changes asked for and granted.

award = changing_award(now)               # two lines of 100 card-hours, one of a lease
change = asked(award, ChangeKind.SUPPLEMENT, now, line=1, card_hours=50)
granted(change, now)                      # by the officer
"""

from __future__ import annotations

from datetime import date, datetime

from tests.awarding import Given, active_award, lead_of, make_site
from tests.factories import appointed, make_person

from praya.apps.awards.models import Award
from praya.apps.books.commands import place_hold, settle_hold
from praya.apps.changes.commands import agree_notice, ask_change, give_notice, grant_change
from praya.apps.changes.models import Change, Notice
from praya.apps.changes.rules import ASKED_BY_LEADS, Cause, ChangeKind, NoticeKind, Wish
from praya.apps.programmes.queries import actor_for
from praya.core.actor import Actor, Role
from praya.core.quantity import CardTime, Money

CHANGES = {
    "extension": {"months_max": 6},
    "supplement": {"percent_max": 50},
    "transfer": {"times_max": 5},
    "exchange": {"times_max": 5},
    "rates": [
        {
            "from": "nvidia-h800",
            "to": "ascend-910b",
            "rate": 1.5,
            "valid_from": "2026-01-01",
            "evidence": "A training run on both, 12 January 2026.",
        },
        {
            "from": "ascend-910b",
            "to": "nvidia-h800",
            "rate": 0.666666,
            "valid_from": "2026-01-01",
            "evidence": "The same run.",
        },
    ],
    "advance": {"percent_max": 20, "warn_days": 0},
    "renewal": {"months_max": 12, "used_percent_min": 0.1, "granted_by": "committee"},
    "recovery": {"due_days": 30, "finance_up_to": 100},
    "notice_days": 14,
}
LINES = [
    Given(hours=100),
    Given(hours=100),
    Given("cards", cards=2),
]


def noticed(
    award: Award,
    now: datetime,
    on: date,
    *,
    kind: NoticeKind = NoticeKind.END,
    cause: Cause = Cause.RESALE,
    reason: str = "Sold on.",
    by: Actor | None = None,
) -> Notice:
    """A notice by an officer; to an early end one of the committee agrees."""
    by = by or staff(Role.OFFICER, now)
    facts = {"code": award.code, "kind": kind, "cause": cause, "reason": reason}
    notice = give_notice(**facts, effective_on=on, by=by, now=now)
    if kind is NoticeKind.SUSPENSION:
        return notice
    return agree_notice(notice_id=notice.pk, by=staff(Role.COMMITTEE, now), now=now)


def changing_award(
    now: datetime, *, caps: dict[str, str] | None = None, **changed: object
) -> Award:
    """An award in force, of a programme whose rules allow every change."""
    subsidy = {"subsidy": {"percent": 70, "caps": caps}} if caps else {}
    make_site(now, changes=CHANGES | changed, **subsidy)
    return active_award(now, lines=LINES)


def staff(role: Role, now: datetime, email: str = "") -> Actor:
    """Somebody who holds a role of the programme."""
    email = email or f"{role.value}@pier.example"
    actor = actor_for(make_person(email), now)
    return actor if actor.holds("pier", role) else appointed("pier", role, now, email)


def asker(award: Award, kind: ChangeKind, now: datetime) -> Actor:
    """Who asks for a kind of change."""
    if kind in ASKED_BY_LEADS:
        return lead_of(award, now)
    return staff(Role.FINANCE if kind is ChangeKind.WRITE_OFF else Role.OFFICER, now)


def asked(award: Award, kind: ChangeKind, now: datetime, **wish: object) -> Change:
    """A request, by whoever asks for such."""
    return ask_change(
        code=award.code,
        kind=kind,
        wish=Wish(**wish),
        reason="The tides took longer.",
        by=asker(award, kind, now),
        now=now,
    )


def granted(change: Change, now: datetime, by: Actor | None = None) -> Change:
    """Granted, by a second officer where nobody is named."""
    by = by or staff(Role.OFFICER, now, "second@pier.example")
    return grant_change(change_id=change.pk, reason="It fits.", by=by, now=now)


def use(award: Award, now: datetime, *, line: int = 1, hours: int = 40) -> None:
    """A job that used so many card-hours of a line, at list HK$30.00 and 70 %."""
    code = f"{award.code}.{line}"
    time, subsidy = CardTime.of_hours(hours, "nvidia-h800"), Money(hours * 2100, "HKD")
    key = f"J-{code}-{now.isoformat()}"
    hold = {"programme_code": "pier", "now": now}
    expires_at = now.replace(year=now.year + 1)
    place_hold(**hold, line_code=code, key=key, time=time, subsidy=subsidy, expires_at=expires_at)
    own = Money(hours * 900, "HKD")
    settle_hold(**hold, hold_key=key, key=f"{key}/s", time=time, subsidy=subsidy, own=own)
