"""The end of a job in the books: what it held is used and charged, once, and the rest is free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.books.commands import charge_line, enter_free_use, release_hold, settle_hold
from praya.apps.people.commands import record
from praya.apps.usage.commands.charging import add_to_days, charge_on, store_charges
from praya.apps.usage.models import Job, UsageRecord
from praya.apps.usage.queries import is_lease, per_hour, price_of, zone_of
from praya.apps.usage.rules import JobState, UsageKind
from praya.core.actor import Actor
from praya.core.ledger import HoldEnded
from praya.core.metering import Rating, charged_seconds, rate
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
        """The end as it can have been: after the submission and not in the future.

        An end that lies ahead tells that clocks differ, or that one was set back. How long the job
        ran is known all the same, so it is taken to have ended now.
        """
        if self.began_at is None or self.ended_at is None:
            return self
        ahead = max(self.ended_at - now, timedelta(0))
        began_at, ended_at = self.began_at - ahead, self.ended_at - ahead
        if job.submitted_at <= now:
            began_at = max(began_at, job.submitted_at)
        return replace(self, began_at=began_at, ended_at=max(ended_at, began_at))


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

    The price is that of the job's class of service. Free use is rated at nothing, so that it stands
    on the statement as what it was.
    """
    zone, award, line = zone_of(job.award), job.award, job.line
    time = CardTime(usage.card_seconds, line.device_model_code)
    nothing = Money(0, award.programme.currency)
    rating = Rating(time, nothing, nothing)
    used_on = usage.ended_at.astimezone(zone).date()
    if not is_lease(line):
        price = price_of(line, job.submitted_at.astimezone(zone).date())
        assert price is not None, "admitted without a price"
        per_card_hour = per_hour(line, price, job.service_class)
        if job.is_free_use:
            per_card_hour = nothing
            _enter_free_use(job, time, key=usage.key, used_on=used_on, now=now)
        else:
            rating = rate(time, per_hour=per_card_hour, rate_bp=award.rate_bp)
            _settle(job, rating, key=usage.key, used_on=used_on, now=now)
        charge = charge_on(
            line,
            usage.pk,
            rating,
            used_on=used_on,
            per_hour=per_card_hour,
            price=price,
            service_class=job.service_class,
            entry_key=usage.key,
            now=now,
        )
        store_charges([charge])
    add_to_days([(line, usage, rating)])


def _settle(job: Job, rating: Rating, *, key: str, used_on: date, now: datetime) -> None:
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
            used_on=used_on,
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
            used_on=used_on,
            facts=facts,
        )


def _enter_free_use(job: Job, time: CardTime, *, key: str, used_on: date, now: datetime) -> None:
    enter_free_use(
        programme_code=job.award.programme.code,
        line_code=job.line.code,
        key=key,
        time=time,
        now=now,
        used_on=used_on,
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
