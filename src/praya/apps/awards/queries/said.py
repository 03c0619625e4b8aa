"""What was asked for in a case and said of it, and what each of it would cost.

A round has many cases and a page shows some: rows are read as plain tuples, and an amount is priced
when it is looked at. Prices come from a memory keyed by all that they hang on, so that a price is
worked out once in the life of a process.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import QuerySet

from praya.apps.applications.models import Application, RequestLine, Submission
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

# number, shape, device model, cards, first day, last day, card-hours, class of service
LineRow = tuple[int, str, str, int, date, date, int, str]
_SubmissionKey = tuple[int, str]  # its number and its seal

# What was submitted never changes, so its lines are read once in the life of a process.
_lines_read: dict[_SubmissionKey, tuple[LineRow, ...]] = {}
_KEPT = 20_000


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
        return _asked_lines(self.lines)

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

    Three queries; one more where a submission is met for the first time, one where rates differ by
    case, and three where the result of a case is not kept under its rules.
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
            lines[pk],
            results[pk],
            proposals.get(pk, {}),
        )
        for pk in lines
    }


@lru_cache(maxsize=_KEPT)
def _priced(
    version_id: int,
    sha256: str,
    rate_bp: int,
    rows: tuple[LineRow, ...],
    amounts: tuple[LineAmount, ...],
) -> Worth:
    rules = rules_kept(version_id, sha256)
    priced = with_amounts(_asked_lines(rows), {one.number: one for one in amounts})
    return worth_of(rules, priced, rate_bp=rate_bp)


def _asked_lines(rows: Iterable[LineRow]) -> list[AskedLine]:
    return [
        AskedLine(number, shape_of(shape), model, cards, first_on, last_on, hours, service_class)
        for number, shape, model, cards, first_on, last_on, hours, service_class in rows
    ]


def _asked_amount(row: LineRow) -> LineAmount:
    number, _, _, cards, _, _, card_hours, _ = row
    return LineAmount(number, cards, card_hours)


def _latest_lines(
    applications: QuerySet[Application],
) -> tuple[dict[int, tuple[LineRow, ...]], set[int], dict[int, str]]:
    """Of the latest submission of each case: its lines, its id and the checksum of its rules."""
    submissions = Submission.objects.filter(application__in=applications)
    rows = submissions.order_by("number").values_list(
        "application_id", "pk", "sha256", "rule_version__sha256"
    )
    # Submissions come in their order: a later one replaces what was asked before.
    latest = {pk: ((number, seal), sha256) for pk, number, seal, sha256 in rows}
    lines = _lines_of({submission for submission, _ in latest.values()})
    return (
        {pk: lines[submission] for pk, (submission, _) in latest.items()},
        {number for (number, _), _ in latest.values()},
        {pk: sha256 for pk, (_, sha256) in latest.items()},
    )


def _lines_of(submissions: Collection[_SubmissionKey]) -> dict[_SubmissionKey, tuple[LineRow, ...]]:
    """The lines of submissions. Only of those that were not read before are they read."""
    found = {one: read for one in submissions if (read := _lines_read.get(one)) is not None}
    seals = dict(one for one in submissions if one not in found)
    if not seals:
        return found
    rows = RequestLine.objects.filter(submission__in=list(seals)).order_by("number")
    new: dict[_SubmissionKey, list[LineRow]] = {one: [] for one in seals.items()}
    for pk, number, shape, *about, card_hours, service_class in rows.values_list(
        *("submission_id", "number", "shape", "device_model_code", "cards"),
        *("first_on", "last_on", "card_hours", "service_class"),
    ):
        model, cards, first_on, last_on = about
        hours = card_hours if shape == LineShape.CARD_HOURS.value else 0
        row = number, shape, model, cards, first_on, last_on, hours, service_class
        new[pk, seals[pk]].append(row)
    if len(_lines_read) > _KEPT:
        _lines_read.clear()
    _lines_read.update((one, tuple(some)) for one, some in new.items())
    return found | {one: tuple(some) for one, some in new.items()}


def _proposals(applications: QuerySet[Application]) -> dict[int, dict[int, LineAmount]]:
    found: dict[int, dict[int, LineAmount]] = {}
    rows = Proposal.objects.filter(application__in=applications)
    for pk, *amount in rows.values_list("application", "number", "cards", "card_hours"):
        one = LineAmount(*amount)
        found.setdefault(pk, {})[one.number] = one
    return found
