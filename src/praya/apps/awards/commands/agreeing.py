"""Agreements: the text an award stands on, a new version when its terms change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from praya.apps.awards import access, queries
from praya.apps.awards.commands.telling import record_award
from praya.apps.awards.models import Agreement, Award, AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.awards.rules.refusals import AgreementChanged, NotActive
from praya.apps.awards.rules.terms import LineTerms
from praya.apps.programmes.queries import rules_of
from praya.core.actor import Actor
from praya.core.refusal import NotAllowed, NotFound

NO_CHANGE: Mapping[str, Any] = {}
_RUNNING = frozenset({AwardState.WAITING, AwardState.ACTIVE, AwardState.SUSPENDED})


def make_agreement(
    award: Award,
    lines: Sequence[AwardLine],
    *,
    number: int,
    now: datetime,
    change: Mapping[str, Any] = NO_CHANGE,
) -> Agreement:
    """Write down a version: the terms by language, what is given, and the change it follows."""
    text = _text(award, lines)
    if change:
        text["change"] = dict(change)
    canonical = json.dumps(text, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Agreement.objects.create(
        award=award,
        number=number,
        text=text,
        sha256=hashlib.sha256(canonical.encode()).hexdigest(),
        made_at=now,
    )


@transaction.atomic
def amend_award(
    *,
    code: str,
    lines: Sequence[LineTerms],
    change: Mapping[str, Any],
    accepted_by: int | None,
    now: datetime,
    dropped: Collection[int] = (),
) -> Agreement:
    """Give lines of an award new terms, and the award its next agreement; one may be a new line.

    ``dropped`` are numbers of lines that go, as nothing was ever used on them.

    ``accepted_by`` is the lead where they asked for these terms; otherwise the version waits for
    ``acknowledge_agreement``. The caller checks access, posts to the book, and writes the audit
    line and the letter.
    """
    award = queries.award_for_update(code)
    rows = {row.number: row for row in award.lines.select_for_update().order_by("number")}
    for terms in lines:
        row = rows.get(terms.number) or AwardLine(award=award, number=terms.number, code=terms.code)
        assert row.code == terms.code, (row.code, terms.code)
        _write(row, terms)
        rows[terms.number] = row
    for number in dropped:
        rows.pop(number).delete()
    every = [rows[number] for number in sorted(rows)]
    award.first_on = min(row.first_on for row in every)
    award.last_on = max(row.last_on for row in every)
    award.list_minor = sum(row.list_minor for row in every)
    award.subsidy_minor = sum(row.subsidy_minor for row in every)
    award.save(update_fields=["first_on", "last_on", "list_minor", "subsidy_minor"])
    number = queries.latest_agreement(award).number + 1
    agreement = make_agreement(award, every, number=number, now=now, change=change)
    if accepted_by is not None:
        _accept(agreement, accepted_by, now)
    return agreement


@transaction.atomic
def acknowledge_agreement(*, code: str, number: int, by: Actor, now: datetime) -> Agreement:
    """The lead accepts the version that others made. Repeating it changes nothing.

    Raises:
        NotFound, NotAllowed: not the lead.
        NotActive: the award is not running; an offer is accepted as a whole.
        AgreementChanged: another version counts by now.

    """
    award = queries.award_for_update(code)
    if not access.is_lead(by, award):
        if not queries.awards_visible_to(by).filter(pk=award.pk).exists():
            raise NotFound(kind="award", key=code)
        raise NotAllowed(action="award.acknowledge", needs="lead")
    if AwardState(award.state) not in _RUNNING:
        raise NotActive(award=code, state=award.state)
    agreement = queries.latest_agreement(award)
    if agreement.number != number:
        raise AgreementChanged(yours=number, theirs=agreement.number)
    if agreement.accepted_at is not None:
        return agreement
    assert by.person_id is not None  # a lead has signed in
    _accept(agreement, by.person_id, now)
    record_award("award.acknowledged", award, by=by, now=now, agreement=number)
    return agreement


def _accept(agreement: Agreement, person_id: int, now: datetime) -> None:
    agreement.accepted_at, agreement.accepted_by_id = now, person_id
    agreement.save(update_fields=["accepted_at", "accepted_by"])


def _write(row: AwardLine, terms: LineTerms) -> None:
    row.shape = terms.shape
    row.device_model_code = terms.device_model
    row.service_class = terms.service_class
    row.cards = terms.cards
    row.first_on, row.last_on = terms.first_on, terms.last_on
    row.aged_from = terms.aged_from
    row.card_seconds = terms.card_seconds
    row.list_minor, row.subsidy_minor = terms.list_minor, terms.subsidy_minor
    row.save()


def _text(award: Award, lines: Sequence[AwardLine]) -> dict[str, Any]:
    rules = rules_of(award.rule_version)
    return {
        "terms": rules.agreement.text.model_dump(),
        "award": award.code,
        "title": award.title,
        "title_zh": award.title_zh,
        "organisation": award.application.organisation.name,
        "rule_version": award.rule_version.number,
        "currency": rules.currency,
        "rate_bp": award.rate_bp,
        "list_minor": award.list_minor,
        "subsidy_minor": award.subsidy_minor,
        "conditions": award.conditions,
        "before_start": [
            {"text": one.text, "confirmed_by": one.confirmed_by}
            for one in award.before_start.order_by("number")
        ],
        "lines": [
            {
                "code": line.code,
                "shape": line.shape,
                "device_model": line.device_model_code,
                **({"service_class": line.service_class} if line.service_class else {}),
                "cards": line.cards,
                "first_on": line.first_on.isoformat(),
                "last_on": line.last_on.isoformat(),
                "card_seconds": line.card_seconds,
                "list_minor": line.list_minor,
                "subsidy_minor": line.subsidy_minor,
            }
            for line in lines
        ],
    }
