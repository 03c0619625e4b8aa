"""Programmes, their rule versions, and the rules in force on a day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from praya.apps.programmes.models import Programme, RuleVersion
from praya.apps.programmes.rules import (
    NoRulesInForce,
    day_in,
)
from praya.core.metering import instant_of
from praya.core.programme.difference import Change, difference
from praya.core.programme.document import ProgrammeRules
from praya.core.programme.reading import rules_from_json
from praya.core.refusal import NotFound

ONE_DAY = timedelta(days=1)
# Texts of a version, which ``rules_of`` reads once in the life of a process.
HEAVY = ("source", "document", "changes")


@dataclass(frozen=True, slots=True)
class ProgrammeInForce:
    """A programme with the rules in force on a day; ``None`` where none are yet."""

    programme: Programme
    version: RuleVersion | None
    rules: ProgrammeRules | None


def programme_of(code: str) -> Programme:
    """A programme; raises ``NotFound``."""
    programme = Programme.objects.filter(code=code).first()
    if programme is None:
        raise NotFound(kind="programme", key=code)
    return programme


def programme_for_update(code: str) -> Programme:
    """A programme, locked until the transaction ends; raises ``NotFound``.

    Rows that point to it, as of the trail and of proofs, are written meanwhile.
    """
    programme = Programme.objects.select_for_update(no_key=True).filter(code=code).first()
    if programme is None:
        raise NotFound(kind="programme", key=code)
    return programme


def today_in(programme: Programme, now: datetime) -> date:
    """The day it is in the programme's time zone."""
    return day_in(programme.time_zone, now)


def version_in_force(programme_code: str, on: date) -> RuleVersion:
    """The rules in force on a day: the highest number that has become effective.

    Without its texts, which ``rules_of`` keeps; they are loaded when asked for.

    Raises:
        NotFound: there is no such programme.
        NoRulesInForce: its first version begins later.

    """
    version = _versions_effective(on).filter(programme__code=programme_code).first()
    if version is None:
        programme_of(programme_code)
        raise NoRulesInForce(programme_code=programme_code, on=on)
    return version


def version_at_dawn(programme: Programme, day: date) -> RuleVersion | None:
    """The rules that were in force when a day began; ``None`` before the first.

    What is applied on the day itself is not among them, whenever it is asked: so the answer for a
    day that has begun never changes.
    """
    dawn = instant_of(day, ZoneInfo(programme.time_zone))
    return _versions_effective(day).filter(programme=programme, applied_at__lt=dawn).first()


def versions_after(version: RuleVersion) -> list[RuleVersion]:
    """The later versions of a programme's rules, the newest first, without their texts."""
    found = RuleVersion.objects.filter(programme=version.programme_id, number__gt=version.number)
    return list(found.order_by("-number").defer(*HEAVY))


def latest_version(programme_code: str) -> RuleVersion | None:
    """The version with the highest number, in force or not yet."""
    return RuleVersion.objects.filter(programme__code=programme_code).first()


def latest_source(programme_code: str) -> str:
    """The file of the latest version as it was given; empty where there is none."""
    latest = latest_version(programme_code)
    return "" if latest is None else latest.source


def rules_of(version: RuleVersion) -> ProgrammeRules:
    """What a version says; parsed once in the life of a process."""
    return rules_kept(version.pk, version.sha256)


def versions_of(programme_code: str) -> list[RuleVersion]:
    """Every version of a programme, newest first, with who applied it; raises ``NotFound``."""
    versions = (
        RuleVersion.objects.filter(programme__code=programme_code)
        .select_related("applied_by", "programme")
        .defer("source", "document")
    )
    if not versions:
        raise NotFound(kind="programme", key=programme_code)
    return list(versions)


def version_of(programme_code: str, number: int) -> RuleVersion:
    """One version with its texts; raises ``NotFound``."""
    version = (
        RuleVersion.objects.filter(programme__code=programme_code, number=number)
        .select_related("applied_by", "programme")
        .first()
    )
    if version is None:
        raise NotFound(kind="rule-version", key=f"{programme_code}/{number}")
    return version


def changes_of(version: RuleVersion) -> list[Change]:
    """What a version changed in the one before it; one change at the empty path in the first."""
    before = RuleVersion.objects.filter(
        programme_id=version.programme_id, number=version.number - 1
    ).first()
    return difference(None if before is None else rules_of(before), rules_of(version))


def programmes_in_force(now: datetime) -> list[ProgrammeInForce]:
    """Every programme with the rules in force now, by code."""
    # Days differ between time zones, so tomorrow is asked for and each programme looks again.
    effective: dict[int, list[RuleVersion]] = {}
    for version in _versions_effective(now.date() + ONE_DAY):
        effective.setdefault(version.programme_id, []).append(version)
    answer = []
    for programme in Programme.objects.all():
        today = today_in(programme, now)
        begun = (each for each in effective.get(programme.pk, []) if each.effective_on <= today)
        latest = next(begun, None)
        rules = None if latest is None else rules_of(latest)
        answer.append(ProgrammeInForce(programme, latest, rules))
    return answer


def programme_in_force(code: str, now: datetime) -> ProgrammeInForce:
    """A programme with the rules in force now, or none yet; raises ``NotFound``."""
    programme = programme_of(code)
    version = (
        _versions_effective(today_in(programme, now)).filter(programme_id=programme.pk).first()
    )
    return ProgrammeInForce(programme, version, None if version is None else rules_of(version))


def _versions_effective(on: date) -> QuerySet[RuleVersion]:
    """Versions that have begun by a day, the highest number of each programme first."""
    return RuleVersion.objects.filter(effective_on__lte=on).defer(*HEAVY)


@lru_cache(maxsize=64)
def rules_kept(version_id: int, sha256: str) -> ProgrammeRules:
    """As ``rules_of``, for who has the version's number and checksum only."""
    # The checksum is in the key, for tests give the same number to different versions.
    del sha256
    document = RuleVersion.objects.values_list("document", flat=True).get(pk=version_id)
    return rules_from_json(json.dumps(document))
