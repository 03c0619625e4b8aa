"""What can be asked about jobs, what they used, and what awaits lines that are used too little."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db import DatabaseError, connection
from django.db.models import Max, Q, QuerySet

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award, AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.books.models import Entry, Hold
from praya.apps.books.models import Line as BookLine
from praya.apps.books.queries import hold_of, line_numbers
from praya.apps.programmes.queries import rules_of
from praya.apps.usage.access import LEADING, SEE_JOBS, check_may_see_output
from praya.apps.usage.engines import engine_of
from praya.apps.usage.heartbeat import last_round_at
from praya.apps.usage.models import Charge, Job, UsageDay
from praya.apps.usage.rules import ALIVE, Days, JobState, UsageKind
from praya.core.actor import Actor
from praya.core.execution.port import FollowsOutput, Output
from praya.core.ledger import FourNumbers
from praya.core.metering import UnusedCheck, check_on, cut_of_unused
from praya.core.programme.document import Price, UnusedRule
from praya.core.quantity import CardTime, Money, commodity_of_time
from praya.core.refusal import NotFound

BP_PER_PERCENT = 100
ONE_DAY = timedelta(days=1)
# In these states an award's cards are, or were, set aside for it.
_HELD = [AwardState.ACTIVE.value, AwardState.SUSPENDED.value, AwardState.ENDED.value]


@dataclass(frozen=True, slots=True)
class LineForJobs:
    """A line of an award as somebody who runs jobs sees it, with its four numbers."""

    line: AwardLine
    numbers: tuple[FourNumbers, ...]

    @property
    def is_lease(self) -> bool:
        """Whether the line is cards held day and night; its jobs hold nothing."""
        return is_lease(self.line)


@dataclass(frozen=True, slots=True)
class AwardForJobs:
    """An award under which the actor may run jobs now."""

    award: Award
    lines: tuple[LineForJobs, ...]


@dataclass(frozen=True, slots=True)
class BusyCluster:
    """A cluster with jobs that are not over, and the name of its engine."""

    code: str
    engine: str


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the database answers, and how long ago the worker did its last round."""

    has_database: bool
    worker_age_s: int | None


@dataclass(frozen=True, slots=True)
class UnusedCut:
    """What a rule on unused time takes from a line on a day if nothing more is used until then."""

    line: AwardLine
    rule_number: int
    check_on: date
    warn_on: date
    used: CardTime
    granted: CardTime
    cut: CardTime
    subsidy_cut: Money

    @property
    def key(self) -> str:
        """The book's key of the cut: once for each line and rule."""
        return f"unused:{self.line.code}:{self.rule_number}"


def zone_of(award: Award) -> ZoneInfo:
    """The zone in which the days of an award are counted."""
    return _zone(award.programme.time_zone)


def days_of(line: AwardLine) -> Days:
    """The days of a line."""
    return Days(line.first_on, line.last_on)


def is_lease(line: AwardLine) -> bool:
    """Whether a line is cards held day and night; else it is card-hours."""
    return line.shape == LineShape.CARDS.value


def price_of(line: AwardLine, day: date) -> Price | None:
    """The list price of the line's device model on a day, under the rules of its award."""
    return rules_of(line.award.rule_version).price_on(line.device_model_code, day)


def award_to_run_under(code: str) -> Award:
    """An award locked until the transaction ends, with what a job needs; raises ``NotFound``.

    The lock keeps its state and orders admissions, so that one key admits one job.
    """
    awards = Award.objects.select_for_update(no_key=True, of=("self",))
    award = awards.select_related("programme", "rule_version", "lead").filter(code=code).first()
    if award is None:
        raise NotFound(kind="award", key=code)
    return award


def awards_for_jobs(actor: Actor, now: datetime) -> list[AwardForJobs]:
    """Awards in force in which the actor is a member, with lines and their four numbers."""
    if actor.person_id is None:
        return []
    mine = Award.objects.filter(
        state=AwardState.ACTIVE.value, members__person_id=actor.person_id, members__until=None
    )
    found = mine.select_related("programme", "rule_version").prefetch_related("lines")
    awards = [
        award
        for award in found.order_by("code")
        if now.astimezone(zone_of(award)).date() in Days(award.first_on, award.last_on)
    ]
    numbers = line_numbers(line.code for award in awards for line in award.lines.all())
    return [
        AwardForJobs(
            award,
            tuple(LineForJobs(line, tuple(numbers[line.code])) for line in award.lines.all()),
        )
        for award in awards
    ]


def jobs_visible_to(actor: Actor) -> QuerySet[Job]:
    """The actor's own jobs, those of awards they lead, and of programmes they operate or audit."""
    jobs = Job.objects.select_related("award", "line", "member", "partition__cluster")
    if actor.is_praya:
        return jobs
    if actor.person_id is None:
        return jobs.none()
    led = Award.objects.filter(
        Q(lead_id=actor.person_id)
        | Q(members__person_id=actor.person_id, members__until=None, members__role__in=LEADING)
    )
    return jobs.filter(
        Q(member_id=actor.person_id)
        | Q(award__in=led.values("pk"))
        | Q(award__programme__code__in=actor.programmes_as(*SEE_JOBS))
    )


def job_of(code: str, actor: Actor) -> Job:
    """A job with award, line and partition; raises ``NotFound`` also where it is not to be seen."""
    jobs = jobs_visible_to(actor).select_related(
        "award__programme", "award__rule_version", "award__lead", "partition__device_model"
    )
    job = jobs.filter(code=code).first()
    if job is None:
        raise NotFound(kind="job", key=code)
    return job


def hold_behind(job: Job) -> Hold | None:
    """The hold of a job with its entries; ``None`` on a lease."""
    return hold_of(job.award.programme.code, job.code)


def charge_behind(job: Job) -> Charge | None:
    """What a job was charged; ``None`` before it ended, for nothing held, and on a lease."""
    return Charge.objects.select_related("rule_version").filter(usage__job=job).first()


def job_output(code: str, actor: Actor, *, offset: int, limit: int) -> Output:
    """A piece of what a job prints.

    Raises:
        NotFound, NotAllowed: the job, or what it prints, is not the actor's to see.
        EngineUnavailable: ask again.

    """
    job = job_of(code, actor)
    check_may_see_output(actor, job)
    cluster = job.partition.cluster
    engine = engine_of(cluster.code, cluster.engine)
    if not isinstance(engine, FollowsOutput):
        return Output(b"", offset, 0, ended=job.state not in ALIVE)
    piece = engine.output(run_key(job), offset=offset, limit=limit)
    is_over = job.state not in ALIVE and piece.next_offset >= piece.size
    return Output(piece.content, piece.next_offset, piece.size, ended=piece.ended or is_over)


def run_key(job: Job) -> str:
    """The engine's key for the present attempt."""
    return f"{job.code}.{job.attempt}"


def busy_clusters() -> list[BusyCluster]:
    """Clusters with jobs that are not over."""
    jobs = Job.objects.filter(state__in=[state.value for state in ALIVE]).order_by()
    clusters = jobs.values_list("partition__cluster__code", "partition__cluster__engine")
    return [BusyCluster(code, engine) for code, engine in sorted(clusters.distinct())]


def jobs_alive() -> list[str]:
    """Codes of the jobs that are not over, in order."""
    jobs = Job.objects.filter(state__in=[state.value for state in ALIVE])
    return list(jobs.order_by("id").values_list("code", flat=True))


def health(now: datetime) -> Health:
    """How the site is."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Health(has_database=False, worker_age_s=None)
    seen_at = last_round_at()
    age_s = None if seen_at is None else int((now - seen_at).total_seconds())
    return Health(has_database=True, worker_age_s=age_s)


def usage_of_line(line_code: str) -> QuerySet[UsageDay]:
    """Sums by day and kind of one line, the earliest first."""
    return UsageDay.objects.filter(line__code=line_code).order_by("day", "kind")


def leased_lines(device_model_codes: Iterable[str], day: date) -> list[AwardLine]:
    """Lines in cards of accepted awards that are not over on a day, in order of their awards."""
    states = (AwardState.ACTIVE.value, AwardState.SUSPENDED.value)
    lines = AwardLine.objects.filter(
        shape=LineShape.CARDS.value,
        device_model_code__in=list(device_model_codes),
        award__state__in=states,
        # A day's grace, since the programme's day may end after the site's.
        last_on__gte=day - ONE_DAY,
    )
    return list(lines.select_related("award__programme").order_by("award_id", "number"))


def leases_to_accrue(now: datetime) -> list[AwardLine]:
    """Lines in cards that have a day which is over and not charged yet. Two queries in all."""
    lines = AwardLine.objects.filter(
        shape=LineShape.CARDS.value,
        award__state__in=_HELD,
        award__accepted_at__isnull=False,
        first_on__lt=now.date() + ONE_DAY,
    ).select_related("award__programme")
    leased = UsageDay.objects.filter(kind=UsageKind.LEASE.value).order_by()
    charged = dict(leased.values_list("line_id").annotate(Max("day")))
    return [
        line
        for line in lines.order_by("award_id", "number")
        if _span_after(line, charged.get(line.pk), now) is not None
    ]


def lease_span(line: AwardLine, now: datetime) -> Days | None:
    """The days of a lease that are over and not charged yet; ``None`` if there are none."""
    leased = UsageDay.objects.filter(line=line, kind=UsageKind.LEASE.value)
    return _span_after(line, leased.aggregate(last=Max("day"))["last"], now)


def line_for_update(line_id: int) -> AwardLine:
    """A line with its award, locked until the transaction ends."""
    lines = AwardLine.objects.select_for_update(no_key=True, of=("self",))
    return lines.select_related("award__programme", "award__rule_version").get(pk=line_id)


def charges_of(award_code: str, month: str) -> QuerySet[Charge]:
    """The charges on an award's statement of a month (``2026-11``), in order of their use."""
    charges = Charge.objects.filter(award__code=award_code, month=month)
    related = charges.select_related("usage__job__member", "line", "rule_version")
    return related.order_by("line__number", "usage__began_at", "usage_id")


def failed_since(actor: Actor, since: datetime) -> QuerySet[Job]:
    """The actor's own jobs that failed or were lost since an instant, the latest first."""
    bad = (JobState.FAILED.value, JobState.LOST.value)
    mine = Job.objects.filter(member_id=actor.person_id, state__in=bad, ended_at__gte=since)
    return mine.order_by("-ended_at", "-id")


def lost_since(actor: Actor, since: datetime) -> QuerySet[Job]:
    """Jobs lost since an instant in programmes that the actor operates, the latest first."""
    lost = Job.objects.filter(state=JobState.LOST.value, ended_at__gte=since)
    run = actor.programmes_as(*SEE_JOBS)
    return lost.filter(award__programme__code__in=run).order_by("-ended_at", "-id")


def unused_forecast(
    now: datetime, *, ahead_days: int = 3660, led_by: int | None = None
) -> list[UnusedCut]:
    """Cuts that rules on unused time would make by so many days from now, the nearest first.

    What is in flight counts as used. Cuts that are due and not made yet are among them, those
    that were made are not. ``led_by`` asks for the awards of one lead only.
    """
    found = AwardLine.objects.filter(
        shape=LineShape.CARD_HOURS.value, award__state=AwardState.ACTIVE.value
    )
    if led_by is not None:
        found = found.filter(award__lead_id=led_by)
    lines = list(found.select_related("award__programme", "award__rule_version"))
    if not lines:
        return []
    numbers = line_numbers(line.code for line in lines)
    cuts = [cut for line in lines for cut in _cuts_of(line, numbers[line.code], now, ahead_days)]
    posted = Entry.objects.filter(key__in=[cut.key for cut in cuts])
    made = set(posted.values_list("key", flat=True))
    cuts = [cut for cut in cuts if cut.key not in made]
    return sorted(cuts, key=lambda cut: (cut.check_on, cut.line.code, cut.rule_number))


def pool_of_line(line_code: str) -> str:
    """The pool a line was granted out of, which is where a cut goes back to."""
    return BookLine.objects.values_list("pool", flat=True).get(code=line_code)


def _span_after(line: AwardLine, charged_on: date | None, now: datetime) -> Days | None:
    award, zone = line.award, zone_of(line.award)
    assert award.accepted_at is not None, award
    first_on = max(line.first_on, award.accepted_at.astimezone(zone).date())
    if charged_on is not None:
        first_on = charged_on + ONE_DAY
    # The day on which an award is ended early is not a whole one.
    until = min(now, award.ended_at or now)
    last_on = min(line.last_on, until.astimezone(zone).date() - ONE_DAY)
    return Days(first_on, last_on) if first_on <= last_on else None


def _cuts_of(
    line: AwardLine, numbers: list[FourNumbers], now: datetime, ahead_days: int
) -> Iterable[UnusedCut]:
    today = now.astimezone(zone_of(line.award)).date()
    by_commodity = {each.commodity: each for each in numbers}
    time = by_commodity.get(commodity_of_time(line.device_model_code))
    if time is None:
        return
    money = by_commodity.get(line.award.programme.currency)
    used = time.settled + time.in_flight
    for number, rule in enumerate(rules_of(line.award.rule_version).unused, start=1):
        check = unused_check(rule)
        looks_on = check_on(check, first_on=line.first_on, last_on=line.last_on)
        if looks_on > min(line.last_on, today + timedelta(days=ahead_days)):
            continue
        cut = min(cut_of_unused(check, used=used, granted=time.committed), time.free)
        if cut == 0:
            continue
        # As much of the free subsidy as of the free time, so that neither runs out first.
        subsidy = money.free * cut // time.free if money else 0
        yield UnusedCut(
            line=line,
            rule_number=number,
            check_on=looks_on,
            warn_on=looks_on - timedelta(days=rule.warn_days_before),
            used=CardTime(used, line.device_model_code),
            granted=CardTime(time.committed, line.device_model_code),
            cut=CardTime(cut, line.device_model_code),
            subsidy_cut=Money(subsidy, line.award.programme.currency),
        )


def unused_check(rule: UnusedRule) -> UnusedCheck:
    """A rule of the programme file in ten-thousandths."""
    return UnusedCheck(
        after_bp=int(rule.check_after_percent * BP_PER_PERCENT),
        used_below_bp=int(rule.used_below_percent * BP_PER_PERCENT),
        cut_bp=int(rule.cut_percent_of_unused * BP_PER_PERCENT),
    )


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
