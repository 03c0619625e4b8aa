"""The end of a job in the books: what it held is used and charged, once, and the rest is free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from praya.apps.books.commands import charge_line, enter_free_use, release_hold, settle_hold
from praya.apps.people.commands import record
from praya.apps.usage.commands.charging import store_charges
from praya.apps.usage.models import Charge, Job, UsageDay, UsageRecord
from praya.apps.usage.queries import is_lease, price_of, zone_of
from praya.apps.usage.rules import JobState, UsageKind
from praya.core.actor import Actor
from praya.core.ledger import HoldEnded
from praya.core.metering import Rating, charged_seconds, rate, seconds_by_day
from praya.core.quantity import CardTime, Money

if TYPE_CHECKING:
    from praya.core.execution.port import JobReport


@dataclass(frozen=True, slots=True)
class End:
    """How a job ended. Without ``began_at`` it never ran and held nothing."""

    state: JobState
    began_at: datetime | None = None
    ended_at: datetime | None = None
    exit_code: int | None = None
    signal: int | None = None
    reason: str = ""

    @classmethod
    def reported(cls, report: JobReport, *, reason: str = "") -> End:
        """What an engine says of a job that is over, and why Praya stopped it, if it did."""
        assert report.state.is_final, report
        return cls(
            state=JobState(report.state.value.replace("_", "-")),
            began_at=_instant(report.started_at),
            ended_at=_instant(report.ended_at),
            exit_code=report.exit_code,
            signal=report.signal,
            reason=reason,
        )

    def within(self, job: Job, now: datetime) -> End:
        """The end as it can have been: after the submission and not in the future."""
        if self.began_at is None or self.ended_at is None:
            return self
        began_at = min(max(self.began_at, job.submitted_at), now)
        ended_at = min(max(self.ended_at, began_at), now)
        return End(self.state, began_at, ended_at, self.exit_code, self.signal, self.reason)


@transaction.atomic
def finish_job(*, job_id: int, end: End, by: Actor, now: datetime) -> bool:
    """Settle a job that is over: usage record, charge, book and daily sums together, once.

    Answers whether it did; a job that was settled before is left as it is. What an engine reports
    from before the submission, or from the future, does not count.
    """
    job = locked_job(job_id)
    if job.settled_at is not None:
        return False
    end = end.within(job, now)
    held_s = _held_s(end)
    seconds = charged_seconds(cards=job.cards, held_s=held_s, time_limit_s=job.time_limit_s)
    job.state = end.state.value
    job.started_at = end.began_at
    job.ended_at = end.ended_at or now
    job.exit_code, job.signal = end.exit_code, end.signal
    job.wait_reason = {"code": end.reason} if end.reason else {}
    job.settled_at = now
    job.save()
    if seconds:
        usage = _record_usage(job, end, seconds, now=now)
        _charge(job, usage, now=now)
    elif not (is_lease(job.line) or job.is_free_use):
        _release(job, end, by=by, now=now)
    record(
        "job.ended",
        subject=("job", job.code),
        by=by,
        now=now,
        programme_code=job.award.programme.code,
        award=job.award.code,
        state=job.state,
        card_seconds=seconds,
    )
    return True


def locked_job(job_id: int) -> Job:
    """A job locked until the transaction ends, with what settling it needs."""
    related = ("award__programme", "award__rule_version", "line", "partition__cluster")
    job = Job.objects.select_for_update(of=("self",)).select_related(*related).get(pk=job_id)
    job.line.award = job.award
    return job


def usage_key(job: Job) -> str:
    """The key of a job's usage record: cluster, job, attempt."""
    return f"{job.partition.cluster.code}:{job.code}:{job.attempt}"


def add_to_days(
    *, line_id: int, kind: UsageKind, seconds: Mapping[date, int], ended_on: date, rating: Rating
) -> None:
    """Add a use to the daily sums.

    Seconds count on the days on which cards were held; the job and its money on its last.
    """
    sums: dict[date, dict[str, int]] = defaultdict(dict)
    for day, some in seconds.items():
        sums[day]["card_seconds"] = some
    sums[ended_on] |= {
        "jobs": 1,
        "list_minor": rating.list_price.minor,
        "subsidy_minor": rating.subsidy.minor,
        "own_minor": rating.own.minor,
    }
    for day, added in sorted(sums.items()):
        row, _ = UsageDay.objects.get_or_create(line_id=line_id, day=day, kind=kind.value)
        changes = {field: F(field) + amount for field, amount in added.items()}
        UsageDay.objects.filter(pk=row.pk).update(**changes)


def _held_s(end: End) -> int:
    """Whole seconds held, at least one for what began at all."""
    if end.began_at is None or end.ended_at is None:
        return 0
    return max(1, int((end.ended_at - end.began_at).total_seconds()))


def _record_usage(job: Job, end: End, seconds: int, *, now: datetime) -> UsageRecord:
    assert end.began_at is not None, end
    assert end.ended_at is not None, end
    kind = UsageKind.LEASE_JOB if is_lease(job.line) else UsageKind.JOB
    if job.is_free_use:
        kind = UsageKind.FREE_USE
    return UsageRecord.objects.create(
        key=usage_key(job),
        kind=kind.value,
        line=job.line,
        job=job,
        cluster_code=job.partition.cluster.code,
        device_model_code=job.line.device_model_code,
        cards=job.cards,
        began_at=end.began_at,
        ended_at=end.ended_at,
        card_seconds=seconds,
        received_at=now,
    )


def _charge(job: Job, usage: UsageRecord, *, now: datetime) -> None:
    """Rate a usage record at the price of the day of submission, and charge what is no lease's.

    Free use is rated at nothing, so that it stands on the statement as what it was.
    """
    zone, award, line = zone_of(job.award), job.award, job.line
    time = CardTime(usage.card_seconds, line.device_model_code)
    ended_on = usage.ended_at.astimezone(zone).date()
    nothing = Money(0, award.programme.currency)
    rating = Rating(time, nothing, nothing)
    if not is_lease(line):
        price = price_of(line, job.submitted_at.astimezone(zone).date())
        assert price is not None, "admitted without a price"
        per_hour = Money.parse(str(price.per_card_hour), award.programme.currency)
        if job.is_free_use:
            per_hour = nothing
            _enter_free_use(job, time, key=usage.key, now=now)
        else:
            rating = rate(time, per_hour=per_hour, rate_bp=award.rate_bp)
            _settle(job, rating, key=usage.key, now=now)
        charge = _charge_for(job, usage, rating, per_hour, now=now)
        charge.price_from, charge.month = price.valid_from, f"{ended_on:%Y-%m}"
        store_charges([charge])
    add_to_days(
        line_id=line.pk,
        kind=UsageKind(usage.kind),
        seconds=_charged_by_day(job, usage),
        ended_on=ended_on,
        rating=rating,
    )


def _charged_by_day(job: Job, usage: UsageRecord) -> dict[date, int]:
    """The record's card-seconds on the days they were held; no more than were charged."""
    left = usage.card_seconds
    days: dict[date, int] = {}
    for day, seconds in seconds_by_day(usage.began_at, usage.ended_at, zone_of(job.award)):
        days[day] = min(left, seconds * job.cards)
        left -= days[day]
    if left:  # a use shorter than a second counts as one
        day = usage.ended_at.astimezone(zone_of(job.award)).date()
        days[day] = days.get(day, 0) + left
    return {day: seconds for day, seconds in days.items() if seconds}


def _charge_for(
    job: Job, usage: UsageRecord, rating: Rating, per_hour: Money, *, now: datetime
) -> Charge:
    return Charge(
        usage=usage,
        award=job.award,
        line=job.line,
        rule_version=job.award.rule_version,
        price_minor_per_hour=per_hour.minor,
        rate_bp=job.award.rate_bp,
        card_seconds=usage.card_seconds,
        list_minor=rating.list_price.minor,
        subsidy_minor=rating.subsidy.minor,
        own_minor=rating.own.minor,
        entry_key=usage.key,
        charged_at=now,
    )


def _settle(job: Job, rating: Rating, *, key: str, now: datetime) -> None:
    """End the job's hold with what was used. A hold that is gone does not make the use undone."""
    facts = {"job": job.code}
    programme_code = job.award.programme.code
    try:
        settle_hold(
            programme_code=programme_code,
            hold_key=job.code,
            key=key,
            time=rating.time,
            subsidy=rating.subsidy,
            own=rating.own,
            now=now,
            facts=facts,
        )
    except HoldEnded:
        charge_line(
            programme_code=programme_code,
            line_code=job.line.code,
            key=key,
            time=rating.time,
            subsidy=rating.subsidy,
            own=rating.own,
            now=now,
            facts=facts,
        )


def _enter_free_use(job: Job, time: CardTime, *, key: str, now: datetime) -> None:
    enter_free_use(
        programme_code=job.award.programme.code,
        line_code=job.line.code,
        key=key,
        time=time,
        now=now,
        facts={"job": job.code},
    )


def _release(job: Job, end: End, *, by: Actor, now: datetime) -> None:
    release_hold(
        programme_code=job.award.programme.code,
        hold_key=job.code,
        key=f"release:{job.code}",
        now=now,
        reason=end.reason or end.state.value,
        by=by,
    )


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
