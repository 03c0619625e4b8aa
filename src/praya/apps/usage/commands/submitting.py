"""Admission: a job exists once its worst case is held, or the rules let it run as free use."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from praya.apps.awards.rules import AwardState
from praya.apps.books.commands import place_hold
from praya.apps.clusters.queries import partitions_for
from praya.apps.life.queries import LineLife, ceiling, life_of, line_life_for_update
from praya.apps.life.rules import NotOpenYet
from praya.apps.people.commands import record
from praya.apps.programmes.queries import people_holding
from praya.apps.usage.access import check_may_submit
from praya.apps.usage.commands.fitting import fitting_partition
from praya.apps.usage.engines import keeps_limits
from praya.apps.usage.models import Job
from praya.apps.usage.queries import (
    award_days,
    award_to_run_under,
    days_of,
    free_use_stop,
    is_lease,
    per_hour,
    price_of,
    zone_of,
)
from praya.apps.usage.queries.there import places_there
from praya.apps.usage.rules import (
    AwardNotActive,
    FixedBy,
    FreeUseOver,
    KeyReused,
    LineUnclear,
    WaitCode,
    check_active,
    check_class,
    check_command,
    check_size,
    check_within_line,
)
from praya.core.actor import Actor, Role
from praya.core.ledger import BookExhausted
from praya.core.metering import rate, worst_case_seconds
from praya.core.programme.asking import NoPrice
from praya.core.quantity import CardTime

if TYPE_CHECKING:
    from praya.apps.awards.models import Award, AwardLine

NO_ENVIRONMENT: Mapping[str, str] = {}


@transaction.atomic
def submit_job(
    *,
    award_code: str,
    cards: int,
    time_limit_s: int,
    key: str,
    by: Actor,
    now: datetime,
    argv: Sequence[str] = (),
    script: str = "",
    name: str = "",
    directory: str = "",
    environment: Mapping[str, str] = NO_ENVIRONMENT,
    line_number: int | None = None,
    device_model_code: str = "",
    service_class: str = "",
) -> Job:
    """Admit a job under an award: its worst case is held first, in the same transaction.

    The worst case is every card until the time limit, at the price in force in its class of service
    (the line's, unless one is named). On a lease nothing is held: the lease pays, and bounds the
    cards. What the line cannot hold may run as free use, where the rules have it: nothing is held
    or charged, and the job yields to others. The line is the one named by number or device model,
    or the award's only one. The same person's same key admits one job; asked again, it is returned.

    Raises, in this order:
        NotFound, NotAMember: who asks may not see the award, or not run jobs under it.
        KeyReused: the key admitted another command before.
        AwardNotActive, CommandUnfit, LineUnclear: see ``rules``.
        TooManyCards, TimeLimitOutside, LineNotBegun, PastAwardEnd: see ``rules``.
        ClassUnknown, ClassElsewhere: no such class of service, or not here.
        NoPartition, SubmittedThere: none in service has so many cards, or Praya may not begin jobs.
        NoPrice: there is none today.
        NotOpenYet: a rule of the award opens less than that by now.
        LineClosed, BookExhausted: the book cannot hold the worst case; the line has no free use.
        FreeUseOver: nor is so much free use left.

    """
    assert key, "a submission without a key could be admitted twice"
    assert by.person_id is not None, "jobs are people's"
    award = award_to_run_under(award_code)
    check_may_submit(by, award)
    wanted = {
        "cards": cards,
        "time_limit_s": time_limit_s,
        "argv": list(argv),
        "script": script,
        "environment": dict(environment),
    }
    stored_key = _stored_key(by, award, key)
    known = Job.objects.select_related("award", "line").filter(key=stored_key).first()
    if known is not None:
        return _same(known, wanted, (line_number, device_model_code, service_class))
    _check_award(award, now=now)
    check_command(argv=argv, script=script, environment=environment)
    line = _chosen_line(award, number=line_number, model=device_model_code, now=now)
    _check_size(line, cards=cards, time_limit_s=time_limit_s, now=now)
    job = Job(
        code=uuid4().hex[:20],  # until the row has its number
        key=stored_key,
        award=award,
        line=line,
        member_id=by.person_id,
        name=name or _name_of(argv),
        directory=directory,
        submitted_at=now,
        wait_reason={"code": WaitCode.NEW.value},
        **wanted,
    )
    return _admit(job, service_class, by=by, now=now)


def _put_in_class(job: Job, named: str, *, now: datetime) -> None:
    """Fix a job's class of service, and with it the factor on its price."""
    line = job.line
    price = price_of(line, now.astimezone(zone_of(job.award)).date())
    factors = price.row.factors if price else {}
    job.service_class = named or line.service_class
    job.factor = factors.get(job.service_class, "")
    if job.service_class == line.service_class:
        return
    check_class(
        line=line.code,
        own=line.service_class,
        service_class=named,
        known=factors,
        fixed_by=_class_fixed_by(line),
    )


def _class_fixed_by(line: AwardLine) -> FixedBy | None:
    """What keeps the jobs of a line in its own class of service, if anything."""
    if is_lease(line):
        return FixedBy.LEASE
    if life_of(line.award).paid_ahead is not None:
        return FixedBy.PAID_AHEAD
    return FixedBy.CLUSTER if _walled_by_time(line) else None


def _walled_by_time(line: AwardLine) -> bool:
    """Whether a cluster may run jobs of a line up to its time, whatever is left of its money."""
    return bool(places_there(line)) or any(
        keeps_limits(partition.cluster.code, partition.cluster.engine)
        for partition in partitions_for(line.device_model_code, line.award.programme.code)
    )


def _admit(job: Job, service_class: str, *, by: Actor, now: datetime) -> Job:
    """Place and number the job, hold its worst case, and write it down; or nothing of it."""
    _put_in_class(job, service_class, now=now)
    job.partition = fitting_partition(
        job.line, cards=job.cards, time_limit_s=job.time_limit_s, now=now
    )
    job.save(force_insert=True)
    job.code = f"J-{job.pk:06d}"
    if not is_lease(job.line):
        _hold_worst_case(job, now=now)
    job.save(update_fields=["code", "is_free_use"])
    record(
        "job.submitted",
        subject=("job", job.code),
        by=by,
        now=now,
        programme_code=job.award.programme.code,
        award=job.award.code,
        line=job.line.code,
        cards=job.cards,
        time_limit_s=job.time_limit_s,
        **({"service_class": job.service_class} if job.service_class else {}),
        **({"free_use": True} if job.is_free_use else {}),
    )
    return job


def _check_award(award: Award, *, now: datetime) -> None:
    check_active(
        award=award.code,
        state=AwardState(award.state),
        days=award_days(award),
        today=now.astimezone(zone_of(award)).date(),
    )


def _check_size(line: AwardLine, *, cards: int, time_limit_s: int, now: datetime) -> None:
    check_size(
        line=line.code,
        cards=cards,
        most=line.cards,
        time_limit_s=time_limit_s,
        most_s=settings.PRAYA_JOB_LIMIT_S_MAX,
    )
    check_within_line(
        line=line.code,
        days=days_of(line),
        zone=zone_of(line.award),
        now=now,
        time_limit_s=time_limit_s,
    )


def _stored_key(by: Actor, award: Award, key: str) -> str:
    """The key with person and award, of one length whatever was given."""
    return f"{by.person_id}:{award.code}:{hashlib.sha256(key.encode()).hexdigest()[:48]}"


def _same(known: Job, wanted: Mapping[str, object], named: tuple[int | None, str, str]) -> Job:
    """The job that a key admitted; a line or class that was not named is the one it has."""
    number, model, service_class = named
    is_same = service_class in {"", known.service_class}
    is_same = is_same and _is_named(known.line, number=number, model=model)
    if not is_same or any(getattr(known, field) != value for field, value in wanted.items()):
        raise KeyReused(job=known.code)
    return known


def _chosen_line(award: Award, *, number: int | None, model: str, now: datetime) -> AwardLine:
    """The line that is named; of leases that follow one another, the one whose days hold today."""
    lines = list(award.lines.all())
    fitting = [line for line in lines if _is_named(line, number=number, model=model)]
    if len(fitting) > 1 and all(is_lease(line) for line in fitting):
        today = now.astimezone(zone_of(award)).date()
        fitting = [line for line in fitting if line.first_on <= today <= line.last_on]
    if len(fitting) != 1:
        named = tuple((line.number, line.device_model_code) for line in lines)
        raise LineUnclear(award=award.code, lines=named)
    line = fitting[0]
    line.award = award
    return line


def _is_named(line: AwardLine, *, number: int | None, model: str) -> bool:
    return number in {None, line.number} and model in {"", line.device_model_code}


def _hold_worst_case(job: Job, *, now: datetime) -> None:
    line, award = job.line, job.award
    zone = zone_of(award)
    day = now.astimezone(zone).date()
    price = price_of(line, day)
    if price is None:
        raise NoPrice(device_model=line.device_model_code, day=day)
    seconds = worst_case_seconds(cards=job.cards, time_limit_s=job.time_limit_s)
    per_card_hour = per_hour(line, price, job.service_class)
    time = CardTime(seconds, line.device_model_code)
    _check_open(line, seconds, now=now)
    try:
        place_hold(
            programme_code=award.programme.code,
            line_code=line.code,
            key=job.code,
            time=time,
            subsidy=rate(time, per_hour=per_card_hour, rate_bp=award.rate_bp).subsidy,
            # A minute for the last round to see the end of a job that ends with its line.
            expires_at=days_of(line).end_in(zone) + timedelta(minutes=1),
            now=now,
            facts={"job": job.code, "member": job.member_id},
        )
    except BookExhausted as refusal:
        try:
            job.is_free_use = _has_free_use(job, seconds, now=now)
        except FreeUseOver as over:
            over.facts.update(_who_can_help(award, now=now))
            raise over from refusal
        if not job.is_free_use:
            refusal.facts.update(_who_can_help(award, now=now))
            raise


def _has_free_use(job: Job, asked_s: int, *, now: datetime) -> bool:
    """Whether a job that the line cannot hold may run all the same.

    The line is locked first: two jobs must not see the same remainder.

    Raises:
        FreeUseOver: the rules have free use, and less of it is left.

    """
    line, cluster = job.line, job.partition.cluster
    if life_of(job.award).free_use is None or keeps_limits(cluster.code, cluster.engine):
        return False
    stop = free_use_stop(_locked_life(line), now)
    assert stop is not None, line
    if asked_s > stop.left:
        raise FreeUseOver(
            line=line.code,
            asked=asked_s,
            left=stop.left,
            most=stop.most,
            used=stop.used,
            stop=stop.stop.value,
            device_model=line.device_model_code,
        )
    return True


def _check_open(line: AwardLine, asked_s: int, *, now: datetime) -> None:
    """Refuse what a window, a tranche or a payment does not open yet.

    The line is locked first: two jobs must not see the same remainder.
    """
    if not life_of(line.award).opens_in_parts:
        return
    life = _locked_life(line)
    opened = ceiling(life, now)
    if opened is not None and life.standing.used + asked_s > opened.most:
        raise NotOpenYet(
            line=line.code,
            asked=asked_s,
            used=life.standing.used,
            most=opened.most,
            device_model=line.device_model_code,
            opened_by=opened.opened_by.value,
            opens_on=opened.opens_on,
        )


def _locked_life(line: AwardLine) -> LineLife[AwardLine]:
    """The life of a line, which is locked.

    Raises:
        AwardNotActive: the award was suspended or ended since it was looked at.

    """
    life = line_life_for_update(line.pk)
    if life is not None:
        return life
    award = line.award
    award.refresh_from_db(fields=["state"])
    days = award_days(award)
    raise AwardNotActive(
        award=award.code, state=award.state, first_on=days.first_on, last_on=days.last_on
    )


def _who_can_help(award: Award, *, now: datetime) -> dict[str, object]:
    officers = people_holding(award.programme.code, Role.OFFICER, now)
    return {
        "award": award.code,
        "lead": str(award.lead),
        "officers": tuple(str(person) for person in officers),
    }


def _name_of(argv: Sequence[str]) -> str:
    return argv[0].rsplit("/", 1)[-1][:200] if argv else ""
