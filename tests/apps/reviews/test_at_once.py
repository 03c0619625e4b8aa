"""Reviews of one case that are handed in at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection
from tests.apps.applications.cases import LARGE, screened
from tests.apps.reviews.cases import BO, WAN, opened, reviewer
from tests.factories import make_programme

from praya.apps.applications.models import Application
from praya.apps.reviews import commands
from praya.apps.reviews.commands import save_review, submit_review
from praya.apps.reviews.models import CaseResult
from praya.apps.reviews.queries import latest_submission_of, results_kept, results_of
from praya.apps.reviews.rules import MarkGiven
from praya.core.review.amount import LineAmount


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_what_is_kept_holds_both_of_two_reviews_handed_in_at_once(now, monkeypatch):
    make_programme(now)
    application = screened(now, lines=[LARGE])
    written = [(written_by(application, email, now), reviewer(now, email)) for email in (WAN, BO)]
    counted = threading.Barrier(len(written))

    def results_while_others_count(application_ids):
        found = results_of(application_ids)
        with suppress(threading.BrokenBarrierError):  # they came one after the other
            counted.wait(timeout=1)
        return found

    monkeypatch.setattr(commands, "results_of", results_while_others_count)

    def hand_in(review, by):
        facts = {"review_id": review.pk, "revision": review.revision, "by": by, "now": now}
        try:
            submit_review(**facts)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(written)) as pool:
        list(pool.map(hand_in, *zip(*written, strict=True)))

    version = latest_submission_of(application.pk).rule_version
    kept = results_kept(Application.objects.all(), {application.pk: version.sha256})
    assert CaseResult.objects.get().rules_sha256 == version.sha256
    assert kept[application.pk].reviews == 2


def written_by(application, email, now):
    """A review that is whole and not handed in."""
    review = opened(application, email, now)
    return save_review(
        review_id=review.pk,
        marks=[MarkGiven("merit", 4, "new"), MarkGiven("plan", 3)],
        recommended=[LineAmount(1, 12)],
        comment="Worth doing.",
        comment_to_desk="",
        revision=review.revision,
        by=reviewer(now, email),
        now=now,
    )
