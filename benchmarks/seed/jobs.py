"""Leases day by day and jobs from submission to charge, with the sums by day and month.

Every usage record that costs something leaves an ``Event`` for the book.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from benchmarks.seed.awards import Given, lease_began_on
from benchmarks.seed.scale import NOW, TODAY, Scale
from benchmarks.seed.site import Place
from praya.apps.awards.models import AwardLine
from praya.apps.usage.commands.charging import store_charges
from praya.apps.usage.models import Charge, Job, UsageDay, UsageRecord
from praya.core.metering import Lease, LeaseDay, Rating, instant_of, lease_days, rate
from praya.core.quantity import CardTime, Money

ZONE = ZoneInfo("Asia/Hong_Kong")
AT_ONCE = 2000
HOUR_S = 3600


@dataclass(frozen=True)
class Event:
    """Something the book is told: ``kind`` is hold, settle or charge."""

    at: datetime
    kind: str
    key: str
    line: AwardLine
    time_s: int
    subsidy_minor: int
    own_minor: int = 0
    hold_key: str = ""
    member_id: int | None = None


@dataclass
class Work:
    """What was used, for the book and the trail."""

    events: list[Event] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    records: int = 0


class Days:
    """Sums by line, day and kind."""

    def __init__(self) -> None:
        self._sums: dict[tuple[int, date, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])

    def add(
        self, line: AwardLine, day: date, kind: str, seconds: int, jobs: int, money: Rating
    ) -> None:
        """Add one use."""
        sums = self._sums[line.pk, day, kind]
        parts = (seconds, jobs, money.list_price.minor, money.subsidy.minor, money.own.minor)
        for at, amount in enumerate(parts):
            sums[at] += amount

    def rows(self) -> Iterator[UsageDay]:
        """The rows to store."""
        for (line_id, day, kind), sums in sorted(self._sums.items()):
            seconds, jobs, listed, subsidy, own = sums
            yield UsageDay(
                line_id=line_id,
                day=day,
                kind=kind,
                card_seconds=seconds,
                jobs=jobs,
                list_minor=listed,
                subsidy_minor=subsidy,
                own_minor=own,
            )


def make(scale: Scale, place: Place, awards: list[Given], chance: random.Random) -> Work:
    """Leases until the wanted number of days, then jobs."""
    work, days = Work(), Days()
    accepted = [one for one in awards if one.accepted_at is not None]
    stored: list[tuple[UsageRecord, Charge | None]] = []
    left = scale.lease_days
    for given in accepted:
        for line in given.lines:
            if line.shape == "cards":
                rows = list(islice(_lease(place, given, line, days, work), left))
                left -= len(rows)
                stored += rows
    _store(stored, work)
    _jobs(scale, place, accepted, days, work, chance)
    UsageDay.objects.bulk_create(days.rows(), batch_size=AT_ONCE)
    return work


def _lease(
    place: Place, given: Given, line: AwardLine, days: Days, work: Work
) -> Iterator[tuple[UsageRecord, Charge]]:
    noon, over = lease_began_on(given, line)
    if not over:
        return
    lease = Lease(line.device_model_code, line.cards, line.first_on, given.row.rate_bp)
    to_on = noon.date() + timedelta(days=over - 1)

    def price_on(day: date) -> Money:
        return _price(place, line, day)[0]

    for day in lease_days(lease, from_on=noon.date(), to_on=to_on, price_on=price_on):
        at = instant_of(day.day + timedelta(days=1), ZONE) + timedelta(minutes=1)
        key = f"lease:{line.code}:{day.day}:{day.day}"
        event = Event(
            at,
            "charge",
            key,
            line,
            day.rating.time.seconds,
            day.rating.subsidy.minor,
            day.rating.own.minor,
        )
        usage = _lease_record(line, day, at)
        charge = _charge(place, given, line, usage, day.rating, day.day, day.day, key, at)
        work.events.append(event)
        days.add(line, day.day, "lease", day.rating.time.seconds, 0, day.rating)
        yield usage, charge


def _lease_record(line: AwardLine, day: LeaseDay, at: datetime) -> UsageRecord:
    return UsageRecord(
        key=f"lease:{line.code}:{day.day}",
        kind="lease",
        line=line,
        device_model_code=line.device_model_code,
        cards=line.cards,
        began_at=instant_of(day.day, ZONE),
        ended_at=instant_of(day.day + timedelta(days=1), ZONE),
        card_seconds=day.rating.time.seconds,
        received_at=at,
    )


def _charge(
    place: Place,
    given: Given,
    line: AwardLine,
    usage: UsageRecord,
    rating: Rating,
    month_of: date,
    priced_on: date,
    key: str,
    at: datetime,
) -> Charge:
    per_hour, price_from = _price(place, line, priced_on)
    return Charge(
        usage=usage,
        award=given.row,
        line=line,
        month=f"{month_of:%Y-%m}",
        rule_version=place.version,
        price_minor_per_hour=per_hour.minor,
        price_from=price_from,
        rate_bp=given.row.rate_bp,
        card_seconds=rating.time.seconds,
        list_minor=rating.list_price.minor,
        subsidy_minor=rating.subsidy.minor,
        own_minor=rating.own.minor,
        entry_key=key,
        charged_at=at,
    )


def _price(place: Place, line: AwardLine, day: date) -> tuple[Money, date]:
    price = place.rules.price_on(line.device_model_code, day)
    assert price is not None, (line, day)
    return place.rules.money(price.per_card_hour), price.valid_from


def _jobs(
    scale: Scale,
    place: Place,
    accepted: list[Given],
    days: Days,
    work: Work,
    chance: random.Random,
) -> None:
    begun = [(given, line) for given in accepted for line in given.lines if line.first_on < TODAY]
    running = [pair for pair in begun if pair[1].last_on > TODAY and pair[0].row.state == "active"]
    chosen = [chance.choice(begun) for _ in range(scale.jobs - scale.jobs_alive)]
    ended = sorted(
        ((_moment(given, line, chance), given, line) for given, line in chosen),
        key=lambda one: one[0],
    )
    jobs = [_ended_job(place, number, *one, chance) for number, one in enumerate(ended, start=1)]
    jobs += [
        _alive_job(place, len(ended) + number, *chance.choice(running), chance)
        for number in range(1, scale.jobs_alive + 1)
    ]
    owners = {given.row.pk: given for given in accepted}
    work.jobs = Job.objects.bulk_create(jobs, batch_size=AT_ONCE)
    stored = []
    for job in work.jobs:
        given = owners[job.award_id]
        if job.line.shape != "cards":
            work.events.append(_hold(place, job))
        if job.ended_at is not None:
            stored.append(_job_record(place, given, job, days, work))
    _store(stored, work)


def _moment(given: Given, line: AwardLine, chance: random.Random) -> datetime:
    noon, over = lease_began_on(given, line)
    day = noon + timedelta(days=chance.randrange(max(1, over)))
    moment = day - timedelta(hours=12) + timedelta(seconds=chance.randrange(70_000))
    return min(moment, NOW - timedelta(days=1))


def _job(
    place: Place, number: int, at: datetime, given: Given, line: AwardLine, chance: random.Random
) -> Job:
    member = chance.choice(given.members)
    return Job(
        code=f"J-{number:06d}",
        key=f"{member.pk}:{given.row.code}:{number:048x}",
        award=given.row,
        line=line,
        partition=place.partitions[line.device_model_code],
        member=member,
        name=f"train-{number}",
        argv=["python", "train.py", "--part", str(number)],
        cards=chance.randint(1, line.cards),
        time_limit_s=chance.choice((1, 4, 12)) * HOUR_S,
        submitted_at=at,
    )


def _ended_job(
    place: Place, number: int, at: datetime, given: Given, line: AwardLine, chance: random.Random
) -> Job:
    job = _job(place, number, at, given, line, chance)
    held_s = chance.randrange(60, job.time_limit_s)
    job.state = chance.choice(("completed",) * 8 + ("failed", "cancelled"))
    job.started_at = at + timedelta(seconds=chance.randrange(5, 3000))
    job.ended_at = job.settled_at = job.started_at + timedelta(seconds=held_s)
    job.exit_code = 0 if job.state == "completed" else 1
    return job


def _alive_job(
    place: Place, number: int, given: Given, line: AwardLine, chance: random.Random
) -> Job:
    at = NOW - timedelta(seconds=3000 - number)
    job = _job(place, number, at, given, line, chance)
    if number % 3:
        job.state, job.slots = "running", [number]
        job.started_at = job.seen_at = at
    else:
        job.wait_reason = {"code": "new"}
    return job


def _hold(place: Place, job: Job) -> Event:
    time = CardTime(job.cards * job.time_limit_s, job.line.device_model_code)
    per_hour, _ = _price(place, job.line, job.submitted_at.astimezone(ZONE).date())
    subsidy = rate(time, per_hour=per_hour, rate_bp=job.award.rate_bp).subsidy
    return Event(
        job.submitted_at,
        "hold",
        job.code,
        job.line,
        time.seconds,
        subsidy.minor,
        member_id=job.member_id,
    )


def _job_record(
    place: Place, given: Given, job: Job, days: Days, work: Work
) -> tuple[UsageRecord, Charge | None]:
    assert job.started_at is not None
    assert job.ended_at is not None
    line, on_lease = job.line, job.line.shape == "cards"
    time = CardTime(
        job.cards * int((job.ended_at - job.started_at).total_seconds()), line.device_model_code
    )
    key = f"quay:{job.code}:1"
    # Three in ten as if it had come in on the cluster itself.
    number = job.code[2:] if job.code.endswith(("1", "4", "8")) else ""
    usage = UsageRecord(
        key=key,
        kind="lease-job" if on_lease else "job",
        line=line,
        job=job,
        cluster_code="quay",
        number=number,
        member="user1" if number else "",
        end="completed" if number else "",
        device_model_code=line.device_model_code,
        cards=job.cards,
        began_at=job.started_at,
        ended_at=job.ended_at,
        card_seconds=time.seconds,
        received_at=job.ended_at,
    )
    ended_on = job.ended_at.astimezone(ZONE).date()
    nothing = Money(0, place.rules.currency)
    if on_lease:
        days.add(line, ended_on, "lease-job", time.seconds, 1, Rating(time, nothing, nothing))
        return usage, None
    priced_on = job.submitted_at.astimezone(ZONE).date()
    per_hour, _ = _price(place, line, priced_on)
    rating = rate(time, per_hour=per_hour, rate_bp=given.row.rate_bp)
    days.add(line, ended_on, "job", time.seconds, 1, rating)
    work.events.append(
        Event(
            job.ended_at,
            "settle",
            key,
            line,
            time.seconds,
            rating.subsidy.minor,
            rating.own.minor,
            hold_key=job.code,
        )
    )
    charge = _charge(place, given, line, usage, rating, ended_on, priced_on, key, job.ended_at)
    return usage, charge


def _store(pairs: list[tuple[UsageRecord, Charge | None]], work: Work) -> None:
    UsageRecord.objects.bulk_create((usage for usage, _ in pairs), batch_size=AT_ONCE)
    charges = []
    for usage, charge in pairs:
        if charge is not None:
            charge.usage = usage  # by now it has a number
            charges.append(charge)
    store_charges(charges)
    work.records += len(pairs)
