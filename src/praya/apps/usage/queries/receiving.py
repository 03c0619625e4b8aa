"""What is asked when a cluster tells what was used there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Sum

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award, AwardLine
from praya.apps.books.models import Entry, Hold
from praya.apps.books.rules import HoldState
from praya.apps.programmes.queries import HEAVY
from praya.apps.usage.models import (
    Charge,
    ClusterUse,
    RunCorrection,
    SetAside,
    UsageRecord,
)
from praya.apps.usage.queries.among import among
from praya.apps.usage.queries.on_clusters import told_of_clusters
from praya.apps.usage.rules import ReceivedRun, UsageKind
from praya.core.actor import Actor
from praya.core.execution.accounting import RunEnd, Usage

HOLD_PREFIX = "run:"
_MORE = "~"
MORE_MAX = 9  # how often more is held for a run, or it is held anew


def hold_key(run_key: str, number: int = 0) -> str:
    """The key of the hold of a run in flight; later ones, for more or anew, have a number."""
    return f"{HOLD_PREFIX}{run_key}{_MORE}{number}" if number else f"{HOLD_PREFIX}{run_key}"


def cluster_of(key: str) -> str:
    """The code of the cluster on which the run of a hold runs.

    >>> cluster_of("run:harbour:7:1~2")
    'harbour'
    """
    return key.removeprefix(HOLD_PREFIX).partition(":")[0]


@dataclass(frozen=True, slots=True)
class OpenHolds:
    """What is held for a run: its first worst case, and more each time its limit was raised."""

    keys: tuple[str, ...] = ()
    time_s: int = 0
    programme_code: str = ""


def lines_by_award(codes: Iterable[str]) -> dict[str, list[AwardLine]]:
    """The lines in card-hours of awards, each with its award and rules; in their order."""
    lines = (
        AwardLine.objects.filter(award__code__in=list(codes), shape=LineShape.CARD_HOURS.value)
        .select_related("award__programme", "award__rule_version")
        .defer(*(f"award__rule_version__{one}" for one in HEAVY))
        .order_by("award_id", "number")
    )
    found: dict[str, list[AwardLine]] = {}
    for line in lines:
        found.setdefault(line.award.code, []).append(line)
    return found


def awards_by_code(codes: Iterable[str]) -> dict[str, Award]:
    """Awards with their programmes and rules."""
    related = Award.objects.select_related("programme", "rule_version")
    found = related.defer(*(f"rule_version__{one}" for one in HEAVY)).filter(code__in=list(codes))
    return {award.code: award for award in found}


def received_runs(keys: Iterable[str]) -> dict[str, ReceivedRun]:
    """What was received under each of the keys, as it stands now; what is unknown is left out."""
    asked = among(keys)
    given_back = SetAside.objects.filter(key__in=asked, is_refund=True)
    found = {
        key: ReceivedRun(is_refund=True, award=award)
        for key, award in given_back.order_by().values_list("key", "award__code")
    }
    charged = UsageRecord.objects.filter(key__in=asked).order_by()
    columns = charged.values_list(
        "key", "card_seconds", "line__award__code", "device_model_code", "kind"
    )
    for key, seconds, award, model, kind in columns:
        is_leased = kind == UsageKind.LEASE_JOB.value
        found[key] = ReceivedRun(key, seconds, False, 0, award, model, is_leased)
    corrections = RunCorrection.objects.filter(key__in=asked).order_by("number")
    facts = corrections.values_list(
        "key",
        "number",
        "becomes_s",
        "is_refund",
        "award__code",
        "anew__key",
        "anew__device_model_code",
    )
    for key, number, seconds, is_refund, award, *anew in facts:
        record_key, model = (one or "" for one in anew)
        found[key] = ReceivedRun(record_key, seconds, is_refund, number, award, model)
    return found


def charge_of_record(record_key: str) -> Charge:
    """The charge of a usage record, with what undoing it needs."""
    related = ("usage__line", "line", "award__programme", "award__rule_version", "rule_version")
    return Charge.objects.select_related(*related).get(usage__key=record_key)


def numbers_of_records(keys: Iterable[str]) -> dict[str, int]:
    """The rows' numbers of usage records by their keys."""
    records = UsageRecord.objects.filter(key__in=among(keys)).order_by()
    return dict(records.values_list("key", "pk"))


def lines_holding(run_keys: Iterable[str]) -> dict[str, str]:
    """The code of the line on which the first hold of each run is open; others are left out."""
    keys = {hold_key(key): key for key in run_keys}
    rows = Hold.objects.filter(key__in=among(keys), state=HoldState.OPEN.value)
    return {keys[key]: line for key, line in rows.values_list("key", "line__code")}


def numbers_of_holds(run_keys: Iterable[str]) -> Counter[str]:
    """How many holds each run has had, open or not: the number of its next."""
    keys = _every_hold_key(run_keys)
    found = Hold.objects.filter(key__in=among(keys)).values_list("key", flat=True)
    return Counter(keys[key] for key in found)


def _every_hold_key(run_keys: Iterable[str]) -> dict[str, str]:
    """The runs by the key of each hold that they may have had."""
    return {hold_key(key, number): key for key in run_keys for number in range(MORE_MAX + 1)}


def with_allowances(cluster_code: str, usage: Usage, *, accounts: Container[str]) -> Usage:
    """What was read, with the longest that the book held the cards of what was stopped late.

    Of runs of these accounts; nothing was held for others, which may be far more.
    """
    stopped = [
        run
        for run in usage.ended
        if run.end is RunEnd.TIMED_OUT and run.cards and run.account in accounts
    ]
    prefix = f"{cluster_code}:"
    keys = _every_hold_key(f"{prefix}{run.key}" for run in stopped)
    holds: dict[str, list[_Held]] = defaultdict(list)
    rows = Hold.objects.filter(key__in=among(keys))
    for key, *held in rows.values_list("key", "made_by_entry_id", "ended_by_entry_id", "time_s"):
        holds[keys[key].removeprefix(prefix)].append((held[0], held[1], held[2]))
    ended = (
        replace(run, allowed_s=_most_at_once(holds[run.key]) // run.cards)
        if run.cards and run.key in holds
        else run
        for run in usage.ended
    )
    return replace(usage, ended=tuple(ended))


_Held = tuple[int, int | None, int]  # the entries by which it began and ended, and its time


def _most_at_once(holds: Sequence[_Held]) -> int:
    """The most that was held at one time: what was held anew does not add to what was let go of.

    >>> _most_at_once([(1, 4, 60), (3, 4, 40), (7, None, 100)])
    100
    """
    return max(
        sum(time_s for made, ended, time_s in holds if made <= at and (ended or at + 1) > at)
        for at, _, _ in holds
    )


def held_for_runs(cluster_code: str, line_codes: Iterable[str]) -> dict[str, int]:
    """Card-seconds held for what runs on a cluster, by line; one query."""
    rows = Hold.objects.filter(
        key__startswith=hold_key(f"{cluster_code}:"),
        state=HoldState.OPEN.value,
        line__code__in=list(line_codes),
    ).order_by()
    return dict(rows.values_list("line__code").annotate(Sum("time_s")))


def open_holds_of_runs(cluster_code: str) -> dict[str, OpenHolds]:
    """The open holds of a cluster's runs, by the run's key. One query."""
    rows = Hold.objects.filter(
        key__startswith=hold_key(f"{cluster_code}:"), state=HoldState.OPEN.value
    ).order_by("made_by_entry_id")
    found: dict[str, OpenHolds] = {}
    for key, programme, time_s in rows.values_list("key", "programme_code", "time_s"):
        run_key = key.removeprefix(HOLD_PREFIX).partition(_MORE)[0]
        has = found.get(run_key, OpenHolds())
        found[run_key] = OpenHolds((*has.keys, key), has.time_s + time_s, programme)
    return found


def runs_held(cluster_code: str) -> set[str]:
    """The runs for which something is held, by the cluster's own keys."""
    return {key.removeprefix(f"{cluster_code}:") for key in open_holds_of_runs(cluster_code)}


def jobs_held_on(cluster_code: str) -> list[str]:
    """The jobs that came in on a cluster and for which something is held, as ``harbour/27_3``."""
    holds = Hold.objects.filter(
        key__startswith=hold_key(f"{cluster_code}:"), state=HoldState.OPEN.value
    )
    made_by = Entry.objects.filter(pk__in=holds.values("made_by_entry")).order_by("pk")
    return list(dict.fromkeys(f"{cluster_code}/{entry.facts['run']}" for entry in made_by))


def received_by_award(cluster_code: str) -> dict[tuple[str, str], int]:
    """Card-seconds received of a cluster so far, by award and device model; one query."""
    rows = ClusterUse.objects.filter(cluster_code=cluster_code).order_by()
    columns = rows.values_list("award__code", "device_model_code", "card_seconds")
    return {(award, model): seconds for award, model, seconds in columns}


def set_aside_on(cluster_code: str, actor: Actor) -> list[SetAside]:
    """What was not charged on a cluster, the latest hundred that the actor is told of."""
    found = SetAside.objects.filter(cluster_code=cluster_code).select_related("award")
    return list(found.filter(told_of_clusters(actor, programme="award__programme"))[:100])
