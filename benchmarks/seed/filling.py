"""A large programme, written in bulk: what the pages are measured on.

The rows are made without the commands, which would take hours, but they say what the commands
would have said: entries are chained and balance, holds stand for jobs that are alive, sums by day
add up to the records, audit lines are sealed. ``verify_book`` passes. The same scale and seed give
the same site, to the byte of every hash.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from benchmarks.seed import (
    awards,
    beside,
    book,
    cases,
    clusters,
    forecasts,
    jobs,
    judging,
    site,
    trail,
)
from benchmarks.seed.scale import Scale


@dataclass
class Timer:
    """Says what is done and how long it took."""

    say: Callable[[str], None]
    since: float = 0.0

    def done(self, what: str) -> None:
        """One thing is done; the next begins."""
        now = time.monotonic()
        if self.since:
            self.say(f"  {now - self.since:6.1f} s  {what}")
        self.since = now


def fill(scale: Scale, say: Callable[[str], None]) -> None:
    """Fill an empty, migrated database."""
    chance = random.Random(scale.seed)
    timer = Timer(say)
    timer.done("")
    with transaction.atomic():
        place = site.make(scale, chance)
        timer.done("programme, machines, people, organisations")
        made = cases.make(scale, place, chance)
        submitted = [case for case in made if case.submitted_at is not None]
        judging.review(place, submitted, chance)
        judging.decide(place, submitted, chance)
        timer.done("applications, reviews and decisions")
        given = awards.make(scale, place, made, chance)
        timer.done("awards, lines, members, agreements")
        work = jobs.make(scale, place, given, chance)
        timer.done("leases, jobs, usage, charges and sums by day")
        book.write(place, given, work)
        timer.done("entries, postings, balances and holds")
        trail.write(place, made, given, work)
        timer.done("the audit trail")
        beside.write(place, given)
        timer.done("invoices, claims, changes, debts, letters")
        clusters.write(given)
        timer.done("a cluster that holds awards")
    forecasts.write(scale, place)
    timer.done("forecasts")
    site.finish(place)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    timer.done("public figures, statistics of the database")
