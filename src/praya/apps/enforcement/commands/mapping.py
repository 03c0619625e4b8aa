"""An account that others made and called otherwise becomes an award's: looked at, then asked for.

Slurm cannot rename an account and keep what it counted, so the account keeps its name and its
counter, and the award has it under that name on this cluster. Two people are needed, as for every
take-over; ``agree_adoption`` does it and ``give_back`` undoes it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.awards.queries import check_takes_part
from praya.apps.enforcement.access import check_may_change
from praya.apps.enforcement.commands.asking import ask
from praya.apps.enforcement.commands.following import engine_of
from praya.apps.enforcement.models import Adoption, Link
from praya.apps.enforcement.queries import (
    accepted_award,
    account_of,
    hidden_accounts,
    leads_without_account,
    lines_wanted,
    link_for_update,
    link_of,
    names_reserved,
    own_wanted_on,
    taken_over_on,
)
from praya.apps.enforcement.rules import (
    AdoptionKind,
    JobsAlive,
    MappedOtherwise,
    NotMappable,
    ReasonMissing,
    UnfitWhy,
    Unreachable,
)
from praya.apps.usage.commands import count_before
from praya.apps.usage.queries.receiving import received_by_award
from praya.core.actor import Actor
from praya.core.execution.limits import ALL_MODELS, Account, Difference, OfOthers, Step, StepKind
from praya.core.execution.names import is_name_of_others
from praya.core.execution.port import EngineUnavailable
from praya.core.refusal import NotFound

if TYPE_CHECKING:
    from praya.apps.awards.models import Award


@dataclass(frozen=True, slots=True)
class Mappable:
    """An account of others, and the award that is probably its: nothing is said by this."""

    account: OfOthers
    award_code: str
    is_passable: bool  # whether its name can be passed on to the cluster's programs


@dataclass(frozen=True, slots=True)
class MappingPlanned:
    """What would be done on the cluster if an account became an award's.

    ``counted_s`` is what its counter shows, by device model, which is not charged. ``jobs`` are
    alive under the account called as the award: while there are any, it cannot be agreed to.
    """

    account: OfOthers
    award: Award
    difference: Difference
    counted_s: Mapping[str, int]
    jobs: int


def accounts_of_others(*, code: str, by: Actor) -> list[Mappable]:
    """The accounts of a cluster that are not Praya's, each with the award that is probably its.

    It is the only award without such an account whose lead is in the account, if the lead is in no
    other account there.

    Raises, in this order:
        NotAllowed, NotFound, Unreachable

    """
    check_may_change(by)
    link = link_of(code)
    hidden = hidden_accounts(by, link)
    found = list(_others(link, hidden).values())
    leads = leads_without_account(link, by)
    awards: dict[str, set[str]] = defaultdict(set)
    for one in found:
        for member in one.members & leads.keys():
            awards[one.name] |= leads[member]
    times = Counter(award for codes in awards.values() for award in codes)
    return [
        Mappable(one, _only(awards[one.name], times), is_name_of_others(one.name)) for one in found
    ]


def plan_mapping(
    *, code: str, account: str, award_code: str, by: Actor, now: datetime
) -> MappingPlanned:
    """What would be done if an account of others became an award's. Changes nothing.

    Raises, in this order:
        What ``ask_mapping`` refuses, but that a reason is missing.

    """
    check_may_change(by)
    link = link_of(code)
    award = _award(award_code, link, by)
    there = _check_fits(link, account, award, hidden_accounts(by, link))
    wanted = next(one for one in own_wanted_on(link, now=now) if one.account == own(award))
    try:
        engine, also = engine_of(link), frozenset({account})
        observed = engine.observe(also=also)
        counted_s = counted_before(observed.accounts.get(account))
        charged_s = {m: max(s, counted_s.get(m, 0)) for m, s in wanted.charged_s.items()}
        would = replace(wanted, account=account, charged_s=charged_s)
        found = engine.plan([would], observed, now=int(now.timestamp()))
    except EngineUnavailable as outage:
        raise Unreachable(said=str(outage)) from outage
    obstacles = tuple(one for one in found.obstacles if one.account in {account, would.programme})
    jobs = _alive(observed.accounts.get(own(award))) if account != own(award) else 0
    return MappingPlanned(there, award, Difference(found.steps, obstacles), counted_s, jobs)


def ask_mapping(
    *, code: str, account: str, award_code: str, reason: str, by: Actor, now: datetime
) -> Adoption:
    """Ask that an account of others, however it is called, becomes an award's.

    Nothing is done until another person agrees. Repeated, what was asked first is answered.

    Raises, in this order:
        NotAllowed, NotFound
        ReasonMissing: nothing was said why.
        NotFound: there is no such accepted award, or the actor may not know of it.
        NotAllowed, Recused, OwnOrganisation: who does not operate the award's programme, or takes
            no part in its case.
        NotMappable: by its name, or as the cluster or the award is; see ``UnfitWhy``. An account of
            which the actor is not told is as good as gone.
        Unreachable: the cluster does not answer.
        MappedOtherwise: the account is another award's, or the award has another account there.

    """
    check_may_change(by)
    link = link_of(code)
    if not reason.strip():
        raise ReasonMissing
    award = _award(award_code, link, by)
    _check_fits(link, account, award, hidden_accounts(by, link))
    with transaction.atomic():
        link = link_for_update(code)  # of two that ask at once the second is told of the first
        for one in taken_over_on(link):
            is_same = (one.account, one.award_id) == (account, award.pk)
            if one.account == account or one.award_id == award.pk:
                if is_same:
                    return one
                told = one.award.code if one.award else one.account.upper()
                raise MappedOtherwise(account=one.account, award=told)
        kind = AdoptionKind.ACCOUNT
        return ask(link, account, kind, award=award, reason=reason, by=by, now=now)


def make_way(adoption: Adoption, award: Award) -> None:
    """See that an account still fits, and close the one that its award would no longer use.

    That is closed before it is looked at, so no job slips in; where jobs are alive there, it is
    opened again. On the cluster alone: nothing is written.

    Raises, in this order:
        NotMappable, Unreachable, JobsAlive

    """
    link, account = adoption.link, adoption.account
    if not adoption.before:  # else it was begun, and is Praya's already
        _check_fits(link, account, award)
    try:
        engine = engine_of(link)
        before = engine.observe().accounts.get(own(award))
        if account == own(award) or before is None:
            return
        if not before.is_closed:
            engine.apply([Step(StepKind.CLOSE, own(award))])
        jobs = _alive(engine.observe().accounts.get(own(award)))
        if jobs and not before.is_closed:
            engine.apply([Step(StepKind.OPEN, own(award))])
    except EngineUnavailable as outage:
        raise Unreachable(said=str(outage)) from outage
    if jobs:
        raise JobsAlive(account=own(award), award=award.code, jobs=jobs)


def counted_before(account: Account | None) -> dict[str, int]:
    """What an account's counter shows, by device model, but of jobs that run.

    What runs is charged whole when it ends.
    """
    if account is None:
        return {}
    return {
        model: max(0, seconds - account.running_s.get(model, 0))
        for model, seconds in account.counted_s.items()
        if model != ALL_MODELS
    }


def count_as_before(award_code: str, cluster_code: str, counted_s: Mapping[str, int]) -> None:
    """What the counter shows and Praya has not received is no use of the award's. Repeatable."""
    received = received_by_award(cluster_code)
    card_seconds = {
        model: max(0, seconds - received.get((award_code, model), 0))
        for model, seconds in counted_s.items()
    }
    count_before(cluster_code=cluster_code, award_code=award_code, card_seconds=card_seconds)


def own(award: Award) -> str:
    """The account called as the award."""
    return account_of(award.code)


def _award(award_code: str, link: Link, by: Actor) -> Award:
    award = accepted_award(award_code)
    if award is None or own(award) in hidden_accounts(by, link):
        raise NotFound(kind="award", key=award_code)
    check_may_change(by, award.programme.code)
    check_takes_part(by, award.application)
    return award


def _check_fits(link: Link, account: str, award: Award, hidden: Container[str] = ()) -> OfOthers:
    def unfit(why: UnfitWhy) -> NotMappable:
        return NotMappable(account=account, award=award.code, why=why.value)

    if not is_name_of_others(account):
        raise unfit(UnfitWhy.NAME)
    prefixes, codes = names_reserved()
    called_as = rf"(?:{'|'.join(prefixes)})-[a-z]?\d+(?:-\d+)?"
    if account != own(award) and (account in codes or re.fullmatch(called_as, account)):
        raise unfit(UnfitWhy.TAKEN)
    if not lines_wanted(link).filter(award=award).exists():
        raise unfit(UnfitWhy.NO_LINE)
    there = _others(link, hidden).get(account)
    if there is None:
        raise unfit(UnfitWhy.GONE)
    if there.below:
        raise unfit(UnfitWhy.BELOW)
    return there


def _others(link: Link, hidden: Container[str]) -> dict[str, OfOthers]:
    try:
        found = engine_of(link).of_others()
    except EngineUnavailable as outage:
        raise Unreachable(said=str(outage)) from outage
    return {one.name: one for one in found if one.name not in hidden}


def _alive(account: Account | None) -> int:
    members = account.members.values() if account else ()
    return sum(member.running + member.waiting for member in members)


def _only(awards: set[str], times: Mapping[str, int]) -> str:
    return next(iter(awards)) if len(awards) == 1 and times[min(awards)] == 1 else ""
