"""What is asked when a cluster tells what was used there."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Sum

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award, AwardLine
from praya.apps.books.models import Hold
from praya.apps.books.rules import HoldState
from praya.apps.programmes.queries import HEAVY
from praya.apps.usage.models import (
    Charge,
    ClusterUse,
    RunCorrection,
    SetAside,
    UsageRecord,
)
from praya.apps.usage.queries.on_clusters import told_of_clusters
from praya.apps.usage.rules import ReceivedRun, UsageKind
from praya.core.actor import Actor

HOLD_PREFIX = "run:"


def hold_key(run_key: str) -> str:
    """The key of the hold of a run in flight."""
    return f"{HOLD_PREFIX}{run_key}"


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
    asked = list(keys)
    given_back = SetAside.objects.filter(key__in=asked, is_refund=True)
    found = dict.fromkeys(given_back.values_list("key", flat=True), ReceivedRun(is_refund=True))
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
        "anew__key",
        "anew__line__award__code",
        "anew__device_model_code",
    )
    for key, number, seconds, is_refund, *anew in facts:
        record_key, award, model = (one or "" for one in anew)
        found[key] = ReceivedRun(record_key, seconds, is_refund, number, award, model)
    return found


def charge_of_record(record_key: str) -> Charge:
    """The charge of a usage record, with what undoing it needs."""
    related = ("usage__line", "line", "award__programme", "award__rule_version", "rule_version")
    return Charge.objects.select_related(*related).get(usage__key=record_key)


def numbers_of_records(keys: Iterable[str]) -> dict[str, int]:
    """The rows' numbers of usage records by their keys."""
    return dict(UsageRecord.objects.filter(key__in=list(keys)).values_list("key", "pk"))


def holds_of_runs(run_keys: Iterable[str]) -> dict[str, bool]:
    """Whether the hold of each run is open; runs that never had one are left out."""
    keys = {hold_key(key): key for key in run_keys}
    rows = Hold.objects.filter(key__in=list(keys)).values_list("key", "state")
    return {keys[key]: state == HoldState.OPEN.value for key, state in rows}


def held_for_runs(cluster_code: str, line_codes: Iterable[str]) -> dict[str, int]:
    """Card-seconds held for what runs on a cluster, by line; one query."""
    rows = Hold.objects.filter(
        key__startswith=hold_key(f"{cluster_code}:"),
        state=HoldState.OPEN.value,
        line__code__in=list(line_codes),
    ).order_by()
    return dict(rows.values_list("line__code").annotate(Sum("time_s")))


def open_holds_of_runs(cluster_code: str) -> dict[str, str]:
    """The programmes of the open holds of a cluster's runs, by the run's key."""
    rows = Hold.objects.filter(
        key__startswith=hold_key(f"{cluster_code}:"), state=HoldState.OPEN.value
    )
    found = rows.values_list("key", "programme_code")
    return {key.removeprefix(HOLD_PREFIX): programme for key, programme in found}


def received_by_award(cluster_code: str) -> dict[tuple[str, str], int]:
    """Card-seconds received of a cluster so far, by award and device model; one query."""
    rows = ClusterUse.objects.filter(cluster_code=cluster_code).order_by()
    columns = rows.values_list("award__code", "device_model_code", "card_seconds")
    return {(award, model): seconds for award, model, seconds in columns}


def set_aside_on(cluster_code: str, actor: Actor) -> list[SetAside]:
    """What was not charged on a cluster, the latest hundred that the actor is told of."""
    found = SetAside.objects.filter(cluster_code=cluster_code).select_related("award")
    return list(found.filter(told_of_clusters(actor, programme="award__programme"))[:100])
