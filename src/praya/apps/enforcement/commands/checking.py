"""The round that looks whether limits still hold on a cluster, whose settings may change."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.enforcement.commands.following import engine_of
from praya.apps.enforcement.commands.linking import checks_of
from praya.apps.enforcement.models import Link
from praya.apps.enforcement.queries import link_of
from praya.apps.enforcement.queries.serving import lines_wanted
from praya.apps.enforcement.rules import CHECK_EVERY_S
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import people_holding
from praya.core.actor import Actor, Role
from praya.core.execution.discovery import Weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from praya.core.execution.discovery import SettingCheck

PRAYA = Actor.praya("enforcement")


def check_again(*, code: str, now: datetime) -> list[str] | None:
    """Look at the settings of a cluster on which awards are held; ``None`` where it is not time.

    Answers the codes of those that must be met, were, and are no longer. Operators are told of them
    once, and awards go on being held as far as they can be. Safe to repeat.

    Raises:
        EngineUnavailable: the cluster did not answer; what was found before stands.

    """
    link = link_of(code)
    if link.enforced_since is None or not _is_due(link, now):
        return None
    checks = engine_of(link).check_settings()
    were_met = {one.code for one in checks_of(link) if one.is_met}
    lost = [one for one in checks if one.weight is Weight.MUST and not one.is_met]
    lost = [one for one in lost if one.code in were_met]
    with transaction.atomic():
        told = [asdict(one) for one in checks]
        Link.objects.filter(pk=link.pk).update(checks=told, checked_at=now)
        if lost:
            settings = [one.setting for one in lost]
            subject = ("cluster", code)
            record("cluster.loosened", subject=subject, by=PRAYA, now=now, settings=settings)
            _tell_operators(link, lost, now=now)
    return [one.code for one in lost]


def _is_due(link: Link, now: datetime) -> bool:
    return abs((now - link.checked_at).total_seconds()) >= CHECK_EVERY_S


def _tell_operators(link: Link, lost: Sequence[SettingCheck], *, now: datetime) -> None:
    programmes = lines_wanted(link).values_list("award__programme__code", flat=True).distinct()
    for programme_code in sorted(programmes):
        for person in people_holding(programme_code, Role.OPERATOR, now):
            send_letter(
                "cluster.loosened",
                to=person,
                programme=programme_code,
                cluster=link.cluster.code,
                name=link.cluster.name,
                lines=[one.line or one.setting for one in lost],
            )
