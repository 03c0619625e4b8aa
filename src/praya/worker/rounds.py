"""The rounds, each small and repeatable: what it could not do now, the next one does."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import close_old_connections

from praya.apps.applications.commands import sweep_documents
from praya.apps.awards.commands import end_due_awards, follow_conditions, lapse_offers
from praya.apps.billing.commands import lapse_years
from praya.apps.books.queries import OUTAGES
from praya.apps.changes.commands import (
    carry_out_notices,
    enter_interest,
    set_off_debts,
    take_off_advances,
    tell_bearings,
)
from praya.apps.clusters.commands import note_answers, note_silent
from praya.apps.each import each_by_itself
from praya.apps.forecasts.commands import ask_again, ask_daily, score_forecasts
from praya.apps.forecasts.queries import programmes_with_new_jobs, programmes_without_daily
from praya.apps.life.commands import run_life_rules, warn_of_cuts
from praya.apps.notices.commands import (
    bundle_digests,
    deliver_hooks,
    forget_deliveries,
    put_warnings,
    send_letters,
)
from praya.apps.programmes.commands import open_rounds
from praya.apps.programmes.queries import programmes_in_force
from praya.apps.reports.commands import note_unproved, prove_book, take_snapshot
from praya.apps.reports.queries.proofs import books_to_prove
from praya.apps.usage.commands import (
    accrue_leases,
    expire_jobs,
    forget_jobs,
    return_leases,
    run_schedule,
    sweep_holds,
    track_jobs,
)
from praya.apps.usage.engines import engine_of
from praya.apps.usage.queries import BusyCluster, busy_clusters, clusters_to_tidy
from praya.core.actor import Actor
from praya.core.execution.port import EngineUnavailable
from praya.worker.forecasting import Forecasting

log = logging.getLogger("praya.worker")

PRAYA = Actor.praya("jobs")
FAST_S = 1
FORECAST_S = 2
SLOW_S = 60
LIVES_S = 600
HOURLY_S = 3600
POST_S = 5


@dataclass(frozen=True, slots=True)
class Round:
    """Something to do every so many seconds."""

    name: str
    every_s: int
    run: Callable[[datetime], None]


def follow_jobs(now: datetime) -> None:
    """Track and schedule on every cluster that has jobs; one that is away is asked again later."""
    for _ in each_by_itself(
        busy_clusters(),
        partial(_follow_on, now=now),
        name_of=lambda cluster: cluster.code,
        what="cluster",
    ):
        pass


def _follow_on(cluster: BusyCluster, *, now: datetime) -> None:
    try:
        engine = engine_of(cluster.code, cluster.engine)
        if cluster.is_silent:
            engine.poll(())  # where no job is left, nothing else would ask it
        tracked = track_jobs(engine=engine, cluster_code=cluster.code, now=now)
        scheduled = run_schedule(engine=engine, cluster_code=cluster.code, now=now)
    except EngineUnavailable as outage:
        if note_silent(code=cluster.code, by=PRAYA, now=now):
            log.warning("cluster %s: %s; asked again each round", cluster.code, outage)
        return
    if cluster.is_silent and note_answers(code=cluster.code, by=PRAYA, now=now):
        log.warning("cluster %s answers again", cluster.code)
    for code in tracked.told_again:
        log.warning("%s: the engine did not know of it and was told again", code)
    if tracked.ended or scheduled.started:
        log.info("started %s, ended %s", list(scheduled.started), list(tracked.ended))


def give_up_jobs(now: datetime) -> None:
    """End jobs that can no longer run, and release holds that outlived theirs."""
    for code in expire_jobs(now=now):
        log.info("%s: given up, its line or award is over", code)
    for key in sweep_holds(now=now):
        log.warning("hold %s had outlived its job and was released", key)


def charge_leases(*, now: datetime) -> list[str]:
    """Charge the days of leases that are over; codes of the lines. Tells why others are not."""
    accrued = accrue_leases(now=now)
    for key, refusal in accrued.findings.items():
        log.error("%s: %s", key, refusal)
    return list(accrued.days)


# In this order: the days of a lease are charged before its rest is returned.
_STEPS: tuple[tuple[str, Callable[..., list[str]]], ...] = (
    ("days of leases charged", charge_leases),
    ("offers lapsed", partial(lapse_offers, by=Actor.praya("offers"))),
    ("ended, conditions not met in time", partial(follow_conditions, by=Actor.praya("conditions"))),
    ("notices carried out", partial(carry_out_notices, by=Actor.praya("notices"))),
    ("ended with their last day", partial(end_due_awards, by=Actor.praya("awards"))),
    ("leases returned", return_leases),
    ("leads told what lines are to bear", tell_bearings),
    ("advances taken off", take_off_advances),
    ("debts set off", set_off_debts),
    ("interest on debts entered", enter_interest),
)


def follow_awards(now: datetime) -> None:
    """Charge leases, then end what nobody answered, met or resumed, and awards that are due."""
    done = each_by_itself(
        _STEPS, lambda step: step[1](now=now), name_of=lambda step: step[0], what="awards:"
    )
    for (words, _), codes in done:
        if codes:
            log.info("%s: %s", words, ", ".join(codes))


def follow_lives(now: datetime) -> None:
    """Tell leads of cuts to come, then let rules look that are due."""
    for key in warn_of_cuts(now=now):
        log.info("%s: its lead was told", key)
    lived = run_life_rules(now=now)
    for check in lived.cuts:
        log.info("%s: %s took %s", check.line.code, check.rule_code, check.cut)
    for key, refusal in lived.findings.items():
        log.error("%s: %s", key, refusal)


def follow_programmes(now: datetime) -> None:
    """Open and close the rounds of every programme, and take its public figures anew."""

    def follow(code: str) -> None:
        open_rounds(programme_code=code, by=Actor.praya("rounds"), now=now)
        take_snapshot(programme_code=code, now=now)

    in_force = [one.programme.code for one in programmes_in_force(now) if one.rules is not None]
    for _ in each_by_itself(in_force, follow, what="programme"):
        pass


def warn_people(now: datetime) -> None:
    """Put warnings and the day's digests into the outbox."""
    put_warnings(now=now)
    bundle_digests(now=now)


def post_letters(now: datetime) -> None:
    """Send what is in the outbox; a mail server that is away is asked again later."""
    done = send_letters(now=now)
    if done.sent or done.failed:
        log.info("letters: %s sent, %s to be tried again", done.sent, done.failed)


def post_entries(now: datetime) -> None:
    """Take new entries of books to where web hooks lead."""
    taken = deliver_hooks(now=now)
    if taken:
        log.info("web hooks took %s entries", taken)


def keep_forecasts(now: datetime) -> None:
    """Hold what forecasts said against what happened, and ask those of the day."""
    scored = score_forecasts(now=now)
    if scored:
        log.info("what forecasts said of %s things is known", scored)
    for _ in each_by_itself(
        programmes_without_daily(now),
        lambda code: ask_daily(programme_code=code, now=now),
        what="daily forecast of",
    ):
        pass


def follow_lines(now: datetime) -> None:
    """Ask again of programmes with jobs in line that their last small forecast does not know."""
    for _ in each_by_itself(
        programmes_with_new_jobs(now),
        lambda code: ask_again(programme_code=code, now=now),
        what="small forecast of",
    ):
        pass


def follow_years(now: datetime) -> None:
    """Let what years of programmes left uncommitted lapse once they are over."""
    for key in lapse_years(by=Actor.praya("years"), now=now):
        log.info("%s: what the year left has lapsed", key)


def keep_house(now: datetime) -> None:
    """Remove documents that no row names, and have engines forget jobs that ended long ago.

    An engine that is away is asked again later.
    """
    forget_deliveries(now=now)
    swept = sweep_documents(now=now)
    if swept:
        log.info("removed documents that nothing named: %s", swept)
    for cluster in clusters_to_tidy(now):
        try:
            engine = engine_of(cluster.code, cluster.engine)
            forgotten = forget_jobs(engine=engine, cluster_code=cluster.code, now=now)
        except EngineUnavailable as outage:
            log.warning("cluster %s: %s; tidied in a later round", cluster.code, outage)
            continue
        log.info("cluster %s: removed the folders of %s", cluster.code, forgotten)


def prove_every_book(now: datetime) -> None:
    """Prove the books that were not proved on this day; one that fails leaves the others alone.

    One that could not be read comes again in the next round. After two days people are told.
    """
    for code in books_to_prove(now):
        try:
            proof = prove_book(code, now=now)
        except OUTAGES as outage:
            log.warning("the book of %s was not proved: %s; it comes again", code, outage)
            close_old_connections()  # a broken one would break the next book's proof, too
            with suppress(*OUTAGES):
                note_unproved(code, now=now)
            continue
        if not proof.holds:
            log.error("the book of %s does not hold: %s", code, proof.findings[0])


ROUNDS = (
    Round("jobs", FAST_S, follow_jobs),
    Round("given-up", SLOW_S, give_up_jobs),
    Round("awards", SLOW_S, follow_awards),
    Round("lives", LIVES_S, follow_lives),
    Round("programmes", SLOW_S, follow_programmes),
    Round("years", HOURLY_S, follow_years),
    Round("warnings", HOURLY_S, warn_people),
    Round("house", HOURLY_S, keep_house),
    Round("forecasts", FORECAST_S, Forecasting().follow),
    Round("scores", HOURLY_S, keep_forecasts),
    Round("lines", LIVES_S, follow_lines),
)
# Rounds that wait on others' servers.
POSTS = (
    Round("letters", POST_S, post_letters),
    Round("hooks", POST_S, post_entries),
)
# Rounds that read for long.
PROOFS = (Round("proofs", HOURLY_S, prove_every_book),)
