"""The rounds, each small and repeatable: what it could not do now, the next one does."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from praya.apps.applications.commands import sweep_documents
from praya.apps.awards.commands import end_due_awards, lapse_offers
from praya.apps.changes.commands import carry_out_notices, enter_interest, take_off_advances
from praya.apps.clusters.commands import note_answers, note_silent
from praya.apps.enforcement.commands import (
    compare_last_days,
    follow_cluster,
    read_accounts,
    watch_jobs,
)
from praya.apps.enforcement.queries import links
from praya.apps.forecasts.commands import ask_daily, score_forecasts
from praya.apps.forecasts.queries import programmes_without_daily
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
from praya.apps.reports.commands import take_snapshot
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
from praya.apps.usage.queries import busy_clusters, clusters_to_tidy
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
LINK_S = 2


@dataclass(frozen=True, slots=True)
class Round:
    """Something to do every so many seconds."""

    name: str
    every_s: int
    run: Callable[[datetime], None]


def follow_jobs(now: datetime) -> None:
    """Track and schedule on every cluster that has jobs; one that is away is asked again later."""
    for cluster in busy_clusters():
        try:
            engine = engine_of(cluster.code, cluster.engine)
            if cluster.is_silent:
                engine.poll(())  # where no job is left, nothing else would ask it
            tracked = track_jobs(engine=engine, cluster_code=cluster.code, now=now)
            scheduled = run_schedule(engine=engine, cluster_code=cluster.code, now=now)
        except EngineUnavailable as outage:
            if note_silent(code=cluster.code, by=PRAYA, now=now):
                log.warning("cluster %s: %s; asked again each round", cluster.code, outage)
            continue
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


def follow_awards(now: datetime) -> None:
    """Charge leases, then lapse offers, do what notices say, and end awards that are due.

    In this order: the days of a lease are charged before its rest is returned.
    """
    accrued = accrue_leases(now=now)
    for key, refusal in accrued.findings.items():
        log.error("%s: %s", key, refusal)
    lapse_offers(by=Actor.praya("offers"), now=now)
    for code in carry_out_notices(by=Actor.praya("notices"), now=now):
        log.info("%s: its notice was carried out", code)
    end_due_awards(by=Actor.praya("awards"), now=now)
    return_leases(now=now)
    for line in take_off_advances(now=now):
        log.info("%s: an advance was taken off", line)
    for code in enter_interest(now=now):
        log.info("%s: interest on a debt was entered", code)


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
    for each in programmes_in_force(now):
        code = each.programme.code
        if each.rules is not None:
            open_rounds(programme_code=code, by=Actor.praya("rounds"), now=now)
            take_snapshot(programme_code=code, now=now)


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


def follow_links(now: datetime) -> None:
    """Hold awards on clusters with users of their own, and read what was used there.

    One that is away is asked again in the next round; the others are not kept waiting by its word.
    """
    for link in links():
        code = link.cluster.code
        try:
            done = follow_cluster(code=code, now=now)
            received = read_accounts(code=code, now=now)
            watch_jobs(code=code, now=now)
        except EngineUnavailable as outage:
            if link.silent_since is None:
                log.warning("cluster %s: %s; asked again each round", code, outage)
            continue
        if done is not None and (done.steps or done.left):
            log.info("cluster %s: %s steps taken, %s left", code, done.steps, done.left)
        if received is not None and received.charged:
            log.info("cluster %s: %s runs charged", code, received.charged)


def compare_sums(now: datetime) -> None:
    """Compare what clusters have summed with what was charged, each once an hour."""
    for link in links():
        code = link.cluster.code
        try:
            done = compare_last_days(code=code, now=now)
        except EngineUnavailable as outage:
            if link.silent_since is None:
                log.warning("cluster %s: %s; compared in a later round", code, outage)
            continue
        if done is not None and done.to_look_at:
            log.warning("cluster %s: %s sums and charges differ", code, done.to_look_at)


def keep_forecasts(now: datetime) -> None:
    """Hold what forecasts said against what happened, and ask those of the day."""
    scored = score_forecasts(now=now)
    if scored:
        log.info("what forecasts said of %s things is known", scored)
    for code in programmes_without_daily(now):
        ask_daily(programme_code=code, now=now)


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


ROUNDS = (
    Round("jobs", FAST_S, follow_jobs),
    Round("given-up", SLOW_S, give_up_jobs),
    Round("awards", SLOW_S, follow_awards),
    Round("lives", LIVES_S, follow_lives),
    Round("programmes", SLOW_S, follow_programmes),
    Round("warnings", HOURLY_S, warn_people),
    Round("house", HOURLY_S, keep_house),
    Round("forecasts", FORECAST_S, Forecasting().follow),
    Round("scores", HOURLY_S, keep_forecasts),
)
# Rounds that wait on others' servers.
POSTS = (
    Round("letters", POST_S, post_letters),
    Round("hooks", POST_S, post_entries),
)
# Rounds that wait on clusters.
LINKS = (
    Round("links", LINK_S, follow_links),
    Round("completeness", SLOW_S, compare_sums),
)
