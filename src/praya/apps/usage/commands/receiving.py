"""Use that a cluster tells of: each run charged once, whatever is read how often.

Use ends the hold of its run, if it has one. A run whose end the programme's rules give back, as
when its node failed, is set aside, and the award may use as much again. So is a run that cannot be
charged; it is tried again whenever it is read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.books.commands import UseRecord, charge_many, lock_book
from praya.apps.life.queries import life_of
from praya.apps.people.commands import record
from praya.apps.usage.commands.adding import add_to_sums, insert_many
from praya.apps.usage.commands.charging import add_to_days, charge_on, store_charges
from praya.apps.usage.commands.correcting import Told, correct_run, keep_aside
from praya.apps.usage.commands.in_flight import release_more, release_run
from praya.apps.usage.commands.rating_runs import (
    Terms,
    day_in,
    instant,
    terms_by_day,
    terms_of_run,
)
from praya.apps.usage.commands.rows import UsageRow
from praya.apps.usage.models import ClusterUse, SetAside, UsageRecord
from praya.apps.usage.queries import zone_of
from praya.apps.usage.queries.among import among
from praya.apps.usage.queries.receiving import (
    awards_by_code,
    hold_key,
    lines_by_award,
    lines_holding,
    numbers_of_records,
    received_runs,
)
from praya.apps.usage.rules import ReceivedRun, UsageKind
from praya.core.actor import Actor
from praya.core.metering import Rating
from praya.core.refusal import Refusal

if TYPE_CHECKING:
    from praya.apps.awards.models import Award
    from praya.core.execution.accounting import Used

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


@dataclass(slots=True)
class _Rated:
    """A run under its key here, with what it is charged by, what it costs, and when it counts."""

    run: Used
    key: str
    terms: Terms
    rating: Rating
    used_on: date


_Aside = dict[str, tuple["Used", str]]


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
    accounts: then the charge is put right, once, whenever it ended. What ended while its account
    was another award's stays with that award.
    """
    received = Received()
    known = received_runs(f"{cluster_code}:{run.key}" for run in runs)
    accounts = {run.account for run in runs}
    found = awards_by_code({awards[account] for account in accounts if account in awards})
    whose = {account: found.get(awards.get(account, "")) for account in accounts}
    by_programme: dict[str, dict[str, Used]] = defaultdict(dict)
    changed: dict[str, Used] = {}
    for run in runs:
        award = whose[run.account]
        if award is None:
            continue
        key = f"{cluster_code}:{run.key}"
        was = known.get(key)
        if was is None:
            if run.card_seconds and run.ended_at >= since.get(run.account, 0):
                by_programme[award.programme.code][key] = run
        elif _is_as_received(run, was, award) or _is_of_before(run, was, award, since):
            received.repeated += 1
        else:
            changed[key] = run
    ours = {account: award for account, award in whose.items() if award is not None}
    for programme_code, some in sorted(by_programme.items()):
        _receive(cluster_code, programme_code, some, ours, received, now=now)
    for key, run in changed.items():
        told = _told(run, ours[run.account])
        try:
            made = correct_run(
                cluster_code=cluster_code, key=key, was=known[key], told=told, now=now
            )
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


def _is_of_before(run: Used, was: ReceivedRun, award: Award, since: Mapping[str, int]) -> bool:
    """Whether a run was received as another award's, before its account became this one's."""
    return was.award != award.code and run.ended_at < since.get(run.account, 0)


def _is_refunded(run: Used, award: Award) -> bool:
    """Whether the rules of an award give back what such a run held."""
    return run.end.value in life_of(award).refunds


def _told(run: Used, award: Award) -> Told:
    """A run as it is told now, rated if it is to be charged."""
    told = _plain(run, award)
    if _is_refunded(run, award):
        return replace(told, why=run.end.value, is_refund=True)
    if not run.charged_s:
        return told
    lines = lines_by_award({award.code}).get(award.code, [])
    try:
        terms = terms_of_run(lines, run.account, run.device_model, run.submitted_at)
    except Refusal as refusal:
        return replace(told, why=refusal.code)
    return replace(told, terms=terms, rating=terms.rating(run.charged_s))


def _plain(run: Used, award: Award) -> Told:
    """A run as it is told, without what it costs."""
    ended_at = instant(run.ended_at)
    began_at = min(instant(run.began_at), ended_at) if run.began_at is not None else ended_at
    return Told(
        award=award,
        job_id=run.job_id,
        member=run.member,
        device_model=run.device_model,
        cards=run.cards,
        card_seconds=run.card_seconds,
        began_at=began_at,
        ended_at=ended_at,
        end=run.end.value,
        submitted_at=instant(run.submitted_at),
        time_limit_s=run.time_limit_s,
        nodes=run.nodes,
    )


@transaction.atomic
def _receive(
    cluster_code: str,
    programme_code: str,
    runs: Mapping[str, Used],
    awards: Mapping[str, Award],
    received: Received,
    *,
    now: datetime,
) -> None:
    # What another has received since it was asked above is known now: it had the book before.
    lock_book(programme_code)
    known = received_runs(runs)
    received.repeated += len(known)
    runs = {key: run for key, run in runs.items() if key not in known}
    release_more(cluster_code=cluster_code, ended=runs, now=now)
    rated, aside = _rate(runs, awards)
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


def _rate(
    runs: Mapping[str, Used], awards: Mapping[str, Award]
) -> tuple[dict[str, _Rated], _Aside]:
    """What is charged for each run of a programme, by its key; and what is set aside, and why.

    Line and price are looked up once for all runs of an account and device model from one day.
    """
    ours = {run.account: awards[run.account] for run in runs.values()}
    lines = lines_by_award({award.code for award in ours.values()})
    terms = terms_by_day({account: lines.get(award.code, []) for account, award in ours.items()})
    zones = {account: zone_of(award) for account, award in ours.items()}
    rated: dict[str, _Rated] = {}
    aside: _Aside = {}
    for key, run in runs.items():
        zone = zones[run.account]
        try:
            by = terms(run.account, run.device_model, day_in(zone, run.submitted_at))
        except Refusal as refusal:
            aside[key] = run, refusal.code
            continue
        if run.end in by.refunds:
            aside[key] = run, run.end.value
        else:
            used_on = day_in(zone, _ended_at(run))
            rated[key] = _Rated(run, key, by, by.rating(run.charged_s), used_on)
    return rated, aside


def _charge(
    programme_code: str,
    cluster_code: str,
    rated: dict[str, _Rated],
    aside: _Aside,
    *,
    now: datetime,
) -> None:
    """Charge what was rated; what the book refuses moves to what is set aside.

    A hold that was released in between is such a refusal; the next read charges the line. One that
    is another line's, as where lines were moved since, is let go of.
    """
    if not rated:
        return
    held = lines_holding(rated)
    for key in [key for key, line in held.items() if line != rated[key].terms.line.code]:
        del held[key]
        release_run(programme_code, key, now=now)
    made, findings = charge_many(
        programme_code=programme_code,
        records=[_use(one, is_held=key in held) for key, one in rated.items()],
        now=now,
        facts={"cluster": cluster_code},
        by=PRAYA,
    )
    entries = {code: entry.key for code, entry in made.entries.items()}
    for key, refusal in findings.items():
        aside[key] = rated.pop(key).run, refusal.code
    usages = [_usage_row(cluster_code, one, now=now) for one in rated.values()]
    insert_many(UsageRecord, usages)
    numbers = numbers_of_records(rated)
    SetAside.objects.filter(key__in=among(rated)).delete()
    store_charges(
        [
            charge_on(
                one.terms.line,
                numbers[key],
                one.rating,
                used_on=one.used_on,
                per_hour=one.terms.per_hour,
                price=one.terms.price,
                entry_key=entries.get(one.terms.line.code, key),
                now=now,
            )
            for key, one in rated.items()
        ]
    )
    paired = zip(rated.values(), usages, strict=True)
    add_to_days((one.terms.line, usage, one.rating) for one, usage in paired)


def _use(one: _Rated, *, is_held: bool) -> UseRecord:
    return UseRecord(
        key=one.key,
        time=one.rating.time,
        subsidy=one.rating.subsidy,
        own=one.rating.own,
        line_code="" if is_held else one.terms.line.code,
        hold_key=hold_key(one.key) if is_held else "",
        used_on=one.used_on,
    )


def _ended_at(run: Used) -> int:
    """When a run ended, but never before it began."""
    return max(run.ended_at, run.began_at or 0)


def _usage_row(cluster_code: str, one: _Rated, *, now: datetime) -> UsageRow:
    run, line = one.run, one.terms.line
    return UsageRow(
        key=one.key,
        kind=UsageKind.JOB.value,
        line_id=line.pk,
        cluster_code=cluster_code,
        device_model_code=line.device_model_code,
        cards=run.cards,
        began_at=instant(run.ended_at if run.began_at is None else run.began_at),
        ended_at=instant(_ended_at(run)),
        card_seconds=one.rating.time.seconds,
        received_at=now,
        number=run.job_id[:60],
        member=run.member[:40],
        end=run.end.value,
        submitted_at=instant(run.submitted_at),
        time_limit_s=run.time_limit_s,
        nodes=run.nodes or None,
    )


def _set_aside(
    cluster_code: str,
    programme_code: str,
    aside: _Aside,
    awards: Mapping[str, Award],
    *,
    now: datetime,
) -> None:
    """Write down what is not charged, and let go of what was held for what is given back."""
    held = lines_holding(aside)
    for key, (run, why) in aside.items():
        told = _plain(run, awards[run.account])
        told = replace(told, why=why, is_refund=why == run.end.value)
        keep_aside(cluster_code, key, told, now=now)
        if key in held:
            release_run(programme_code, key, now=now)


def _given_back(aside: _Aside) -> list[Used]:
    return [run for run, why in aside.values() if why == run.end.value]


def _count(cluster_code: str, runs: Sequence[Used], awards: Mapping[str, Award]) -> None:
    """Add what the cluster's counter shows of these runs to what was received of it."""
    sums: dict[tuple[int, str, str], Counter[str]] = defaultdict(Counter)
    for run in runs:
        place = awards[run.account].pk, cluster_code, run.device_model
        sums[place]["card_seconds"] += run.card_seconds
    add_to_sums(ClusterUse, ("award_id", "cluster_code", "device_model_code"), sums)
