"""What was asked for in a case and said of it, and what each of it would cost.

A round has many cases and a page shows some: rows are read as plain tuples, and an amount is priced
when it is looked at. Prices come from a memory keyed by all that they hang on, so that a price is
worked out once in the life of a process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import QuerySet

from praya.apps.applications.models import Application, RequestLine
from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Proposal
from praya.apps.awards.queries.caps import ordinary_rates
from praya.apps.awards.queries.money import (
    Worth,
    shape_of,
    with_amounts,
    worth_of,
)
from praya.apps.programmes.models import RuleVersion
from praya.apps.programmes.queries import rules_kept, rules_of
from praya.apps.reviews.queries import results_kept
from praya.core.programme.asking import AskedLine, ordinary_rate_bp
from praya.core.review.amount import LineAmount
from praya.core.review.result import Result

# number, shape, device model, cards, first day, last day, card-hours
LineRow = tuple[int, str, str, int, date, date, int]


@dataclass(frozen=True, slots=True)
class CaseSaid:
    """The lines of a case and the amounts on them, priced under one rule version."""

    version_id: int
    version_sha256: str
    rate_bp: int
    lines: tuple[LineRow, ...]
    result: Result
    proposals: Mapping[int, LineAmount]

    @property
    def asked(self) -> list[AskedLine]:
        """The lines as they were asked for."""
        return [
            AskedLine(number, shape_of(shape), model, cards, first_on, last_on, card_hours)
            for number, shape, model, cards, first_on, last_on, card_hours in self.lines
        ]

    @property
    def requested(self) -> Worth:
        """All that was asked for."""
        return self._worth(_asked_amount(row) for row in self.lines)

    @property
    def recommended(self) -> Worth | None:
        """What the reviewers recommend; ``None`` where nobody did."""
        amounts = self.result.recommended
        return self._worth(amounts.values()) if amounts else None

    @property
    def proposed(self) -> Worth | None:
        """What the desk proposes; ``None`` where it did not."""
        return self._worth(self.proposals.values()) if self.proposals else None

    def _worth(self, amounts: Iterable[LineAmount]) -> Worth:
        version = self.version_id, self.version_sha256
        return _priced(*version, self.rate_bp, self.lines, tuple(amounts))


def said_of(
    applications: QuerySet[Application], version: RuleVersion, on: date
) -> dict[int, CaseSaid]:
    """What was said of submitted cases, by application id, priced under a version on a day.

    Three queries; one more where rates differ by case, and three more where the result of a case
    is not kept under its rules.
    """
    lines, submissions, sha256s = _latest_lines(applications)
    rules = rules_of(version)
    ordinary_bp = ordinary_rate_bp(rules)
    rates = ordinary_rates(rules, submissions, on)
    results = results_kept(applications, sha256s)
    proposals = _proposals(applications)
    return {
        pk: CaseSaid(
            version.pk,
            version.sha256,
            rates.get(pk, ordinary_bp),
            tuple(lines[pk]),
            results[pk],
            proposals.get(pk, {}),
        )
        for pk in lines
    }


@lru_cache(maxsize=20_000)
def _priced(
    version_id: int,
    sha256: str,
    rate_bp: int,
    rows: tuple[LineRow, ...],
    amounts: tuple[LineAmount, ...],
) -> Worth:
    rules = rules_kept(version_id, sha256)
    asked = [
        AskedLine(number, shape_of(shape), model, cards, first_on, last_on, card_hours)
        for number, shape, model, cards, first_on, last_on, card_hours in rows
    ]
    priced = with_amounts(asked, {one.number: one for one in amounts})
    return worth_of(rules, priced, rate_bp=rate_bp)


def _asked_amount(row: LineRow) -> LineAmount:
    number, _, _, cards, _, _, card_hours = row
    return LineAmount(number, cards, card_hours)


def _latest_lines(
    applications: QuerySet[Application],
) -> tuple[dict[int, list[LineRow]], set[int], dict[int, str]]:
    """Of the latest submission of each case: its lines, its id and the checksum of its rules."""
    rows = (
        RequestLine.objects.filter(submission__application__in=applications)
        .order_by("submission__number", "number")
        .values_list(
            "submission__application",
            "submission_id",
            "submission__rule_version__sha256",
            "number",
            "shape",
            "device_model_code",
            "cards",
            "first_on",
            "last_on",
            "card_hours",
        )
    )
    lines: dict[int, list[LineRow]] = {}
    submissions: dict[int, int] = {}
    sha256s: dict[int, str] = {}
    for pk, submission, sha256, number, shape, model, cards, first_on, last_on, card_hours in rows:
        # Submissions come in their order: a later one replaces what was asked before.
        if submissions.get(pk) != submission:
            lines[pk], submissions[pk], sha256s[pk] = [], submission, sha256
        hours = card_hours if shape == LineShape.CARD_HOURS.value else 0
        lines[pk].append((number, shape, model, cards, first_on, last_on, hours))
    return lines, set(submissions.values()), sha256s


def _proposals(applications: QuerySet[Application]) -> dict[int, dict[int, LineAmount]]:
    found: dict[int, dict[int, LineAmount]] = {}
    rows = Proposal.objects.filter(application__in=applications)
    for pk, *amount in rows.values_list("application", "number", "cards", "card_hours"):
        one = LineAmount(*amount)
        found.setdefault(pk, {})[one.number] = one
    return found
