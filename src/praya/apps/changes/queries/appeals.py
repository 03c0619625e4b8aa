"""What may be contested, and appeals as those see them who may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from praya.apps.applications.queries import application_named, failed_stay
from praya.apps.applications.rules import CLOSED_STATES, CaseState
from praya.apps.awards.queries import award_of, decisions_of
from praya.apps.awards.rules import ACCEPTED, AwardState
from praya.apps.changes import access
from praya.apps.changes.models import Appeal
from praya.apps.changes.queries.noticed import notice_of
from praya.apps.changes.queries.requests import change_of
from praya.apps.changes.rules import ChangeKind, ChangeState, NoticeKind, NoticeState
from praya.apps.changes.rules.appealing import CONTESTABLE, Against, AppealState, Contested
from praya.apps.programmes.queries import rules_of, today_in, version_in_force
from praya.core.actor import Actor, Role
from praya.core.refusal import NotFound

if TYPE_CHECKING:
    from praya.apps.applications.models import Application
    from praya.apps.changes.models import Change, Notice
    from praya.apps.programmes.models import Programme
    from praya.core.programme import changes as rules_file

_ACCEPTED = [state.value for state in ACCEPTED]


@dataclass(frozen=True, slots=True)
class Thing:
    """What somebody names to contest it: a case, a change or a notice, with its case."""

    against: Against
    key: str
    application: Application
    change: Change | None = None
    notice: Notice | None = None

    @property
    def lead_id(self) -> int:
        """Who may contest it."""
        if self.change is not None:
            return self.change.award.lead_id
        return self.notice.award.lead_id if self.notice else self.application.lead_id


@dataclass(frozen=True, slots=True)
class AppealStanding:
    """An appeal with what the actor may do about it."""

    appeal: Appeal
    may_answer: bool
    may_withdraw: bool


def appeal_rule(programme: Programme, now: datetime) -> rules_file.Appeal | None:
    """The rule in force on appeals, if there is one."""
    rules = rules_of(version_in_force(programme.code, today_in(programme, now)))
    return rules.changes.appeal


def thing_named(against: Against, key: str, actor: Actor) -> Thing:
    """What is named, for whoever may see it.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    if against is Against.CASE:
        return Thing(against, key, application_named(key, actor))
    if not key.isdecimal():
        raise NotFound(kind=against.value, key=key)
    if against is Against.CHANGE:
        return change_as_thing(change_of(int(key), actor))
    notice = notice_of(int(key), actor)
    award = award_of(notice.award.code, actor)
    return Thing(against, key, award.application, notice=notice)


def change_as_thing(change: Change) -> Thing:
    """A change as what somebody may contest."""
    return Thing(Against.CHANGE, str(change.pk), change.award.application, change=change)


def contested_by(thing: Thing, now: datetime) -> Contested | None:
    """The decision behind a thing that may be contested, as long as it stands and there is a rule.

    Of a case: the one released last, unless an award of it was accepted; or that it failed at the
    desk. Of a change or a notice: what was done to the lead, or will be.
    """
    programme = thing.application.programme
    rule = appeal_rule(programme, now)
    found = decision_behind(thing)
    if rule is None or found is None:
        return None
    key, told_at, decided_by_id = found
    until = today_in(programme, told_at) + timedelta(days=rule.within_days)
    return Contested(thing.against, key, told_at, decided_by_id, until)


def decision_behind(thing: Thing) -> tuple[str, datetime, int] | None:
    """What names the decision that stands, when it was told, and who took it."""
    if thing.change is not None:
        return _changed(thing.change)
    if thing.notice is not None:
        return _noticed(thing.notice)
    return _closed(thing.application)


def may_contest(thing: Thing, actor: Actor, now: datetime) -> Contested | None:
    """What the actor may contest now: the lead, in time, what was not contested before."""
    if not actor.is_known or thing.lead_id != actor.person_id:
        return None
    found = contested_by(thing, now)
    if found is None or today_in(thing.application.programme, now) > found.until:
        return None
    return None if appeals_against(found.key).exists() else found


def appeals_against(key: str) -> QuerySet[Appeal]:
    """The appeals against a decision that were not withdrawn."""
    return Appeal.objects.filter(contested=key).exclude(state=AppealState.WITHDRAWN.value)


def appeals_visible_to(actor: Actor) -> QuerySet[Appeal]:
    """Appeals that the actor may see: of cases they lead; of a programme, for its staff."""
    return _appeals().filter(access.appeals_visible_to(actor))


def appeal_of(appeal_id: int, actor: Actor) -> Appeal:
    """An appeal.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    appeal = appeals_visible_to(actor).filter(pk=appeal_id).first()
    if appeal is None:
        raise NotFound(kind="appeal", key=str(appeal_id))
    return appeal


def appeal_standing(appeal_id: int, actor: Actor, now: datetime) -> AppealStanding:
    """An appeal, and what the actor may do about it.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    appeal = appeal_of(appeal_id, actor)
    is_open = appeal.state == AppealState.OPEN.value
    takes_part = actor.person_id not in {*decided_together(appeal), appeal.made_by_id}
    roles = answering_roles(appeal, now)
    return AppealStanding(
        appeal=appeal,
        may_answer=is_open
        and takes_part
        and actor.holds(appeal.application.programme.code, *roles),
        may_withdraw=is_open and appeal.made_by_id == actor.person_id,
    )


def decided_together(appeal: Appeal) -> frozenset[int]:
    """Who took what is contested: who decided it, and who asked that it be decided so."""
    asked_by = appeal.change.asked_by_id if appeal.change is not None else appeal.decided_by_id
    given_by = appeal.notice.given_by_id if appeal.notice is not None else appeal.decided_by_id
    return frozenset({appeal.decided_by_id, asked_by, given_by})


def answering_roles(appeal: Appeal, now: datetime) -> tuple[Role, ...]:
    """Who answers: about a change, who may grant such a one; about a notice, an officer."""
    programme = appeal.application.programme
    rules = rules_of(version_in_force(programme.code, today_in(programme, now)))
    if appeal.change is not None:
        return access.granting_roles(ChangeKind(appeal.change.kind), rules.changes, None)
    if appeal.notice is not None:
        return (Role.OFFICER,)
    rule = rules.changes.appeal
    if rule is None or rule.decided_by == "committee":
        return (Role.COMMITTEE,)
    return (Role.OFFICER, Role.COMMITTEE)


def appeals_waiting(actor: Actor) -> QuerySet[Appeal]:
    """Open appeals in programmes where the actor may answer some, and decided none of these."""
    officer, committee, finance = (
        Q(application__programme__code__in=actor.programmes_as(role))
        for role in (Role.OFFICER, Role.COMMITTEE, Role.FINANCE)
    )
    of_money = Q(change__kind=ChangeKind.RECOVERY.value)
    mine = (officer & ~of_money) | (committee & ~of_money & Q(notice=None)) | (finance & of_money)
    is_open = Q(state=AppealState.OPEN.value)
    found = _appeals().filter(is_open, mine, access.takes_part(actor))
    took_part = Q(change__asked_by_id=actor.person_id) | Q(notice__given_by_id=actor.person_id)
    own = Q(decided_by_id=actor.person_id) | Q(made_by_id=actor.person_id)
    return found.exclude(own | took_part).order_by("due_on", "id")


def appeal_for_update(appeal_id: int) -> Appeal:
    """An appeal, locked until the transaction ends.

    Raises:
        NotFound: there is none.

    """
    appeal = _appeals().select_for_update(of=("self",)).filter(pk=appeal_id).first()
    if appeal is None:
        raise NotFound(kind="appeal", key=str(appeal_id))
    return appeal


def thing_of(appeal: Appeal) -> Thing:
    """What an appeal contests, as it stands now."""
    against = Against(appeal.against)
    return Thing(against, "", appeal.application, change=appeal.change, notice=appeal.notice)


def _closed(application: Application) -> tuple[str, datetime, int] | None:
    state = CaseState(application.state)
    if state not in CLOSED_STATES or state is CaseState.WITHDRAWN:
        return None
    if application.awards.filter(state__in=_ACCEPTED).exists():
        return None
    failed = failed_stay(application)
    if failed is not None and failed.left_at is not None and failed.left_by_id is not None:
        return f"stay:{failed.pk}", failed.left_at, failed.left_by_id
    decision = next(iter(decisions_of(application)), None)
    if decision is None or decision.released_at is None:
        return None
    return f"decision:{decision.pk}", decision.released_at, decision.decided_by_id


def _changed(change: Change) -> tuple[str, datetime, int] | None:
    is_done = change.state == ChangeState.GRANTED.value and change.kind in CONTESTABLE
    if not is_done or change.decided_at is None or change.decided_by_id is None:
        return None
    return f"change:{change.pk}", change.decided_at, change.decided_by_id


def _noticed(notice: Notice) -> tuple[str, datetime, int] | None:
    has_ended = (
        notice.kind == NoticeKind.END.value
        and notice.state == NoticeState.CARRIED_OUT.value
        and notice.award.state == AwardState.ENDED.value
    )
    if notice.state != NoticeState.GIVEN.value and not has_ended:
        return None
    told_at = notice.closed_at if has_ended else notice.given_at
    assert told_at is not None, notice
    return f"notice:{notice.pk}", told_at, notice.agreed_by_id or notice.given_by_id


def _appeals() -> QuerySet[Appeal]:
    return Appeal.objects.select_related(
        "application__programme",
        "application__organisation",
        "application__lead",
        "change__award__programme",
        "notice__award__programme",
        "decided_by",
        "made_by",
        "answered_by",
    )
