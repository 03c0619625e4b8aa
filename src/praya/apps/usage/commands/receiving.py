"""Use that a cluster tells of: each run charged once, whatever is read how often.

Use ends the hold of its run, if it has one. A run whose end the programme's rules give back, as
when its node failed, is set aside, and the award may use as much again. So is a run that cannot be
charged; it is tried again whenever it is read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.books.commands import UseRecord, charge_many, lock_book
from praya.apps.life.queries import life_of
from praya.apps.people.commands import record
from praya.apps.usage.commands.adding import add_to_sums, insert_many
from praya.apps.usage.commands.charging import store_charges
from praya.apps.usage.commands.correcting import Told, correct_run
from praya.apps.usage.commands.in_flight import release_run
from praya.apps.usage.commands.rating_runs import instant, line_of_run, price_of_run, rating_of
from praya.apps.usage.models import Charge, ClusterUse, SetAside, UsageDay, UsageRecord
from praya.apps.usage.queries import zone_of
from praya.apps.usage.queries.receiving import (
    awards_by_code,
    hold_key,
    holds_of_runs,
    lines_by_award,
    numbers_of_records,
    received_runs,
)
from praya.apps.usage.rules import ReceivedRun, UsageKind
from praya.core.actor import Actor
from praya.core.metering import Rating, seconds_by_day
from praya.core.quantity import CardTime, Money
from praya.core.refusal import Refusal

if TYPE_CHECKING:
    from praya.apps.awards.models import Award, AwardLine
    from praya.core.execution.accounting import Used
    from praya.core.programme.money import Price

PRAYA = Actor.praya("accounts")
_ALWAYS: Mapping[str, int] = MappingProxyType({})


@dataclass(slots=True)
class Received:
    """What was done with what a cluster told: runs charged, known before, set aside, put right.

    ``uncorrected`` are runs that were charged, are told otherwise now, and could not be put right.
    """

    charged: int = 0
    repeated: int = 0
    corrected: int = 0
    set_aside: dict[str, str] = field(default_factory=dict)
    uncorrected: dict[str, str] = field(default_factory=dict)

    def add(self, other: Received) -> None:
        """Count what was done with others too."""
        self.charged += other.charged
        self.repeated += other.repeated
        self.corrected += other.corrected
        self.set_aside |= other.set_aside
        self.uncorrected |= other.uncorrected


@dataclass(frozen=True, slots=True)
class _Rated:
    """A run with the line it counts to, and what it costs."""

    run: Used
    key: str
    line: AwardLine
    price: Price
    rating: Rating


def receive_runs(
    *,
    cluster_code: str,
    runs: Sequence[Used],
    awards: Mapping[str, str],
    since: Mapping[str, int] = _ALWAYS,
    now: datetime,
) -> Received:
    """Charge the runs of accounts that are awards', each once; others are not looked at.

    ``awards`` gives an award's code by its account, and ``since`` from which end on its runs are
    the award's. One transaction a programme. A run is known by its key, so reading it again changes
    nothing; unless it is told otherwise than it was charged, as when somebody mended the cluster's
    accounts: then the charge is put right, once, whenever it ended.
    """
    received = Received()
    keys = {run.key: f"{cluster_code}:{run.key}" for run in runs}
    known = received_runs(keys.values())
    found = awards_by_code(set(awards.values()))
    by_programme: dict[str, list[Used]] = defaultdict(list)
    changed: dict[str, Used] = {}
    for run in runs:
        award = found.get(awards.get(run.account, ""))
        was = known.get(keys[run.key])
        if award is None:
            continue
        if was is None and (not run.card_seconds or run.ended_at < since.get(run.account, 0)):
            continue
        if was is None:
            by_programme[award.programme.code].append(run)
        elif _is_as_received(run, was, award):
            received.repeated += 1
        else:
            changed[keys[run.key]] = run
    for programme_code, some in sorted(by_programme.items()):
        _receive(cluster_code, programme_code, some, awards, received, now=now)
    for key, run in changed.items():
        told = _told(run, found[awards[run.account]])
        was = known[key]
        try:
            made = correct_run(cluster_code=cluster_code, key=key, was=was, told=told, now=now)
        except Refusal as refusal:
            received.uncorrected[key] = refusal.code
        else:
            received.corrected += made is not None
            received.repeated += made is None
    return received


def _is_as_received(run: Used, was: ReceivedRun, award: Award) -> bool:
    """Whether as much is charged as is told now, and to the award and device model told."""
    if was.is_leased:
        return True
    is_refund = _is_refunded(run, award)
    if (was.charged_s, was.is_refund) != (0 if is_refund else run.charged_s, is_refund):
        return False
    same = (was.award, was.device_model) == (award.code, run.device_model)
    return same or not was.charged_s


def _is_refunded(run: Used, award: Award) -> bool:
    """Whether the rules of an award give back what such a run held."""
    return run.end.value in life_of(award).refunds


def _told(run: Used, award: Award) -> Told:
    """A run as it is told now, rated if it is to be charged."""
    ended_at = instant(run.ended_at)
    began_at = min(instant(run.began_at), ended_at) if run.began_at is not None else ended_at
    told = Told(
        award=award,
        job_id=run.job_id,
        member=run.member,
        device_model=run.device_model,
        cards=run.cards,
        card_seconds=run.card_seconds,
        began_at=began_at,
        ended_at=ended_at,
        end=run.end.value,
    )
    if _is_refunded(run, award):
        return replace(told, why=run.end.value, is_refund=True)
    if not run.charged_s:
        return told
    lines = lines_by_award({award.code}).get(award.code, [])
    try:
        line = line_of_run(lines, run.account, run.device_model, run.submitted_at)
        price = price_of_run(line, run.submitted_at)
    except Refusal as refusal:
        return replace(told, why=refusal.code)
    time = CardTime(run.charged_s, line.device_model_code)
    return replace(told, line=line, price=price, rating=rating_of(line, time, price))


@transaction.atomic
def _receive(
    cluster_code: str,
    programme_code: str,
    runs: Sequence[Used],
    awards: Mapping[str, str],
    received: Received,
    *,
    now: datetime,
) -> None:
    # What another has received since it was asked above is known now: it had the book before.
    lock_book(programme_code)
    known = received_runs(f"{cluster_code}:{run.key}" for run in runs)
    received.repeated += len(known)
    runs = [run for run in runs if f"{cluster_code}:{run.key}" not in known]
    lines = lines_by_award({awards[run.account] for run in runs})
    aside: dict[str, tuple[Used, str]] = {}
    rated: dict[str, _Rated] = {}
    for run in runs:
        key = f"{cluster_code}:{run.key}"
        try:
            line = line_of_run(
                lines.get(awards[run.account], []), run.account, run.device_model, run.submitted_at
            )
            price = price_of_run(line, run.submitted_at)
        except Refusal as refusal:
            aside[key] = run, refusal.code
            continue
        if _is_refunded(run, line.award):
            aside[key] = run, run.end.value
            continue
        time = CardTime(run.charged_s, line.device_model_code)
        rated[key] = _Rated(run, key, line, price, rating_of(line, time, price))
    _charge(programme_code, cluster_code, rated, aside, now=now)
    _set_aside(cluster_code, programme_code, aside, awards, now=now)
    _count(cluster_code, [*(one.run for one in rated.values()), *_given_back(aside)], awards)
    received.charged += len(rated)
    received.set_aside |= {key: why for key, (_, why) in aside.items()}
    if rated:
        record(
            "usage.received",
            subject=("cluster", cluster_code),
            by=PRAYA,
            now=now,
            programme_code=programme_code,
            runs=len(rated),
            card_seconds=sum(one.rating.time.seconds for one in rated.values()),
        )


def _charge(
    programme_code: str,
    cluster_code: str,
    rated: dict[str, _Rated],
    aside: dict[str, tuple[Used, str]],
    *,
    now: datetime,
) -> None:
    """Charge what was rated; what the book refuses moves to what is set aside.

    A hold that was released in between is such a refusal; the next read charges the line.
    """
    if not rated:
        return
    held = {run: is_open for run, is_open in holds_of_runs(rated).items() if is_open}
    facts = {"cluster": cluster_code}
    made, findings = charge_many(
        programme_code=programme_code,
        records=[_use(one, is_held=key in held) for key, one in rated.items()],
        now=now,
        facts=facts,
        by=PRAYA,
    )
    entries = {code: entry.key for code, entry in made.entries.items()}
    for key, refusal in findings.items():
        aside[key] = rated.pop(key).run, refusal.code
    usages = [_usage_row(cluster_code, one, now=now) for one in rated.values()]
    insert_many(UsageRecord, usages)
    numbers = numbers_of_records(rated)
    SetAside.objects.filter(key__in=list(rated)).delete()
    store_charges(
        [
            _charge_row(
                one, usage, numbers[usage.key], entries.get(one.line.code, usage.key), now=now
            )
            for one, usage in zip(rated.values(), usages, strict=True)
        ]
    )
    _add_to_days(rated.values())


def _use(one: _Rated, *, is_held: bool) -> UseRecord:
    zone = zone_of(one.line.award)
    return UseRecord(
        key=one.key,
        time=one.rating.time,
        subsidy=one.rating.subsidy,
        own=one.rating.own,
        line_code="" if is_held else one.line.code,
        hold_key=hold_key(one.key) if is_held else "",
        used_on=instant(one.run.ended_at).astimezone(zone).date(),
    )


def _usage_row(cluster_code: str, one: _Rated, *, now: datetime) -> UsageRecord:
    began_at = one.run.began_at if one.run.began_at is not None else one.run.ended_at
    return UsageRecord(
        key=one.key,
        kind=UsageKind.JOB.value,
        line_id=one.line.pk,
        cluster_code=cluster_code,
        device_model_code=one.line.device_model_code,
        cards=one.run.cards,
        began_at=instant(began_at),
        ended_at=instant(max(began_at, one.run.ended_at)),
        card_seconds=one.rating.time.seconds,
        received_at=now,
        number=one.run.job_id[:60],
        member=one.run.member[:40],
        end=one.run.end.value,
    )


def _charge_row(
    one: _Rated, usage: UsageRecord, number: int, entry_key: str, *, now: datetime
) -> Charge:
    award = one.line.award
    ended_on = usage.ended_at.astimezone(zone_of(award)).date()
    return Charge(
        usage_id=number,
        award_id=award.pk,
        line_id=one.line.pk,
        month=f"{ended_on:%Y-%m}",
        rule_version_id=award.rule_version_id,
        price_minor_per_hour=Money.parse(
            str(one.price.per_card_hour), award.programme.currency
        ).minor,
        price_from=one.price.valid_from,
        rate_bp=award.rate_bp,
        card_seconds=usage.card_seconds,
        list_minor=one.rating.list_price.minor,
        subsidy_minor=one.rating.subsidy.minor,
        own_minor=one.rating.own.minor,
        entry_key=entry_key,
        charged_at=now,
    )


def _add_to_days(rated: Iterable[_Rated]) -> None:
    """Add the runs to the daily sums: seconds on the days held, job and money on the last."""
    sums: dict[tuple[int, date, str], Counter[str]] = defaultdict(Counter)
    kind = UsageKind.JOB.value
    for one in rated:
        zone, run = zone_of(one.line.award), one.run
        ended_at = instant(run.ended_at)
        began_at = instant(run.began_at if run.began_at is not None else run.ended_at)
        left, last = one.rating.time.seconds, ended_at.astimezone(zone).date()
        for day, seconds in seconds_by_day(began_at, max(began_at, ended_at), zone):
            some = min(left, seconds * run.cards)
            sums[one.line.pk, day, kind]["card_seconds"] += some
            left -= some
        of_last = sums[one.line.pk, last, kind]
        of_last["card_seconds"] += left
        of_last["jobs"] += 1
        of_last["list_minor"] += one.rating.list_price.minor
        of_last["subsidy_minor"] += one.rating.subsidy.minor
        of_last["own_minor"] += one.rating.own.minor
    add_to_sums(UsageDay, ("line_id", "day", "kind"), sums)


def _set_aside(
    cluster_code: str,
    programme_code: str,
    aside: Mapping[str, tuple[Used, str]],
    awards: Mapping[str, str],
    *,
    now: datetime,
) -> None:
    """Write down what is not charged, and let go of what was held for what is given back."""
    found = awards_by_code({awards[run.account] for run, _ in aside.values()})
    held = holds_of_runs(aside)
    for key, (run, why) in aside.items():
        is_refund = why == run.end.value
        award: Award = found[awards[run.account]]
        SetAside.objects.update_or_create(
            key=key,
            defaults={
                "award": award,
                "cluster_code": cluster_code,
                "job_id": run.job_id[:60],
                "member": run.member[:40],
                "device_model_code": run.device_model[:40],
                "card_seconds": run.card_seconds,
                "ended_at": instant(run.ended_at),
                "why": why,
                "is_refund": is_refund,
                "received_at": now,
            },
        )
        if held.get(key):
            release_run(programme_code, key, now=now)


def _given_back(aside: Mapping[str, tuple[Used, str]]) -> list[Used]:
    return [run for run, why in aside.values() if why == run.end.value]


def _count(cluster_code: str, runs: Sequence[Used], awards: Mapping[str, str]) -> None:
    """Add what the cluster's counter shows of these runs to what was received of it."""
    found = awards_by_code({awards[run.account] for run in runs})
    sums: dict[tuple[int, str, str], Counter[str]] = defaultdict(Counter)
    for run in runs:
        award = found[awards[run.account]]
        sums[award.pk, cluster_code, run.device_model]["card_seconds"] += run.card_seconds
    add_to_sums(ClusterUse, ("award_id", "cluster_code", "device_model_code"), sums)
