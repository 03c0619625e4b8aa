"""What stands on the reviews of a case, and what they say together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from praya.apps.applications.models import Application, RequestLine, Submission
from praya.apps.applications.rules import LineShape
from praya.apps.programmes.queries import HEAVY, rules_of
from praya.apps.reviews.models import CaseResult, Mark, RecommendedLine, Review
from praya.apps.reviews.rules import MarkGiven, ReviewState
from praya.core.programme.document import Scoring
from praya.core.review.amount import LineAmount
from praya.core.review.result import Marking, Result, result_from_text, result_of


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A review with what stands on it, as its reviewer and the desk see it."""

    review: Review
    marks: Mapping[str, MarkGiven]
    recommended: Mapping[int, LineAmount]
    is_of_latest: bool


def results_of(application_ids: Iterable[int]) -> dict[int, Result]:
    """What the submitted reviews of each application say together, by application id.

    Each case is marked under the rules of its latest submission. Three queries, however many cases.
    """
    return results_under(_scorings(application_ids))


def results_kept(
    applications: QuerySet[Application], versions: Mapping[int, str]
) -> dict[int, Result]:
    """As ``results_of``, for who knows the SHA-256 of each application's rule version already.

    Read from what is kept of each case in one query; computed where that is of another version.
    """
    kept = CaseResult.objects.filter(application__in=applications)
    found = {
        pk: result_from_text(text)
        for pk, sha256, text in kept.values_list("application_id", "rules_sha256", "text")
        if sha256 == versions[pk]
    }
    others = versions.keys() - found.keys()
    return (found | results_of(others)) if others else found


def results_under(scorings: Mapping[int, Scoring]) -> dict[int, Result]:
    """As ``results_of``, for who knows the rules of each application already. Two queries."""
    counted = {"review__application_id__in": scorings, "review__state": ReviewState.SUBMITTED.value}
    reviews: dict[int, dict[int, tuple[dict[str, int], list[LineAmount]]]] = {
        pk: {} for pk in scorings
    }
    marks = Mark.objects.filter(**counted, points__isnull=False).values_list(
        "review__application_id", "review_id", "criterion", "points"
    )
    for application_id, review_id, criterion, points in marks:
        assert points is not None  # the filter says so
        found = reviews[application_id].setdefault(review_id, ({}, []))
        found[0][criterion] = points
    amounts = RecommendedLine.objects.filter(**counted).values_list(
        "review__application_id", "review_id", "number", "cards", "card_hours"
    )
    for application_id, review_id, *amount in amounts:
        reviews[application_id][review_id][1].append(LineAmount(*amount))
    return {
        pk: result_of(scoring, [Marking(*one) for one in reviews[pk].values()])
        for pk, scoring in scorings.items()
    }


def result_from(scoring: Scoring, records: Iterable[ReviewRecord]) -> Result:
    """What the submitted ones of a case's reviews say together, for who has them at hand."""
    markings = [
        Marking(
            {code: m.points for code, m in one.marks.items() if m.points is not None},
            list(one.recommended.values()),
        )
        for one in records
        if one.review.state == ReviewState.SUBMITTED.value
    ]
    return result_of(scoring, markings)


def latest_submission_of(application_id: int) -> Submission:
    """The version that counts; there is one, since only submitted cases are reviewed."""
    return latest_without_lines(application_id, "lines")


def latest_without_lines(application_id: int, *prefetched: str) -> Submission:
    """As ``latest_submission_of``, with nothing fetched beside it but what is asked for."""
    submission = (
        Submission.objects.filter(application_id=application_id)
        .select_related("rule_version", "application__organisation")
        .defer(*(f"rule_version__{one}" for one in HEAVY))
        .prefetch_related(*prefetched)
        .order_by("-number")
        .first()
    )
    assert submission is not None, application_id
    return submission


def asked_amounts(lines: Iterable[RequestLine]) -> dict[int, LineAmount]:
    """What was asked, by line, in the form in which amounts are recommended."""
    return {
        line.number: LineAmount(
            line.number,
            line.cards,
            line.card_hours if line.shape == LineShape.CARD_HOURS.value else 0,
        )
        for line in lines
    }


def _scorings(application_ids: Iterable[int]) -> dict[int, Scoring]:
    submissions = (
        Submission.objects.filter(application_id__in=list(application_ids))
        .select_related("rule_version")
        .order_by("number")
        .only("application_id", "number", "rule_version__sha256")
    )
    return {one.application_id: rules_of(one.rule_version).scoring for one in submissions}
