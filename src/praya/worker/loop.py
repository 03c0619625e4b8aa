"""The loop that does the rounds, one worker at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from time import monotonic

from django.db import close_old_connections, connection

from praya.apps.enforcement.queries import links
from praya.apps.usage.commands import cancel_job
from praya.apps.usage.heartbeat import note_round
from praya.apps.usage.queries import jobs_alive
from praya.core.actor import Actor
from praya.words import clock
from praya.worker.links import lanes_of
from praya.worker.rounds import POSTS, PROOFS, ROUNDS, Round, follow_jobs
from praya.worker.seat import Seat

log = logging.getLogger("praya.worker")

TICK_S = 1.0
STOP_S_MAX = 60
POSTING_S_MAX = 5


class Worker:
    """Does each round when it is due, as long as it has the seat; without it, waits for it.

    ``posts`` are the rounds that wait on others' servers, as proofs are those that read for long;
    each go in a thread of their own, so that no job waits for a mail, and no mail for a proof.
    ``lanes`` answers the rounds on a cluster with users of its own; each lane goes in a thread of
    its own, so that no cluster waits for another.
    """

    def __init__(
        self,
        seat: Seat,
        *,
        rounds: Sequence[Round] = ROUNDS,
        posts: Sequence[Round] = POSTS,
        lanes: Callable[[str], Sequence[Sequence[Round]]] = lanes_of,
        clock: Callable[[], datetime] = clock.now,
    ) -> None:
        self._seat = seat
        self._rounds = rounds
        self._posts = posts
        self._lanes = lanes
        self._linked: dict[str, list[threading.Thread]] = {}
        self._is_seated = False
        self._clock = clock
        self._due: dict[str, datetime] = {}
        self.stop = threading.Event()

    def run(self) -> None:
        """Do rounds until ``stop`` is set, then leave the seat."""
        beside = [
            threading.Thread(target=self._beside, args=(do,), name=name, daemon=True)
            for name, do in (
                ("praya-posts", self.do_due_posts),
                ("praya-proofs", partial(self._do, PROOFS)),
                ("praya-links", self._follow_links),
            )
        ]
        for each in beside:
            each.start()
        try:
            while not self.stop.is_set():
                self._is_seated = self._seat.is_taken_by_me()
                if self._is_seated:
                    self.do_due_rounds()
                self.stop.wait(TICK_S)
        finally:
            self._is_seated = False
            # What is under way may take its time; it is known afterwards, or done again.
            until = monotonic() + POSTING_S_MAX
            for each in (*beside, *chain.from_iterable(self._linked.values())):
                each.join(max(0, until - monotonic()))
            self._seat.leave()
            connection.close()

    def do_due_rounds(self) -> None:
        """Do every round that is due. A round that fails is logged and does not stop the others."""
        note_round(self._do(self._rounds))

    def do_due_posts(self) -> None:
        """Do every round that is due and waits on others' servers."""
        self._do(self._posts)

    def _follow_links(self) -> None:
        """Give each cluster threads of its own; those of one that was closed end by themselves."""
        try:
            codes = {link.cluster.code for link in links()}
        except Exception:  # as of a round: the threads there are go on
            log.exception("the clusters could not be read; they are read again")
            close_old_connections()
            return
        for code in self._linked.keys() - codes:
            del self._linked[code]
        for code in codes - self._linked.keys():
            self._linked[code] = [
                threading.Thread(
                    target=self._beside,
                    args=(partial(self._do, lane), partial(self._linked.__contains__, code)),
                    name=f"praya-{lane[0].name}",
                    daemon=True,
                )
                for lane in self._lanes(code)
            ]
            for each in self._linked[code]:
                each.start()

    def _beside(
        self, do: Callable[[], object], is_wanted: Callable[[], bool] = lambda: True
    ) -> None:
        try:
            while not self.stop.wait(TICK_S) and is_wanted():
                if self._is_seated:
                    do()
        finally:
            connection.close()

    def _do(self, rounds: Sequence[Round]) -> datetime:
        now = self._clock()
        for each in rounds:
            if now < self._due.get(each.name, now):
                continue
            self._due[each.name] = now + timedelta(seconds=each.every_s)
            try:
                each.run(self._clock())
            except Exception:  # a fault in one round must not leave the others undone
                log.exception("round %s failed; it comes again", each.name)
                close_old_connections()
        return now


@contextmanager
def worker_beside(seat: Seat) -> Iterator[Worker]:
    """A worker in a thread beside the caller, for as long as the caller takes."""
    worker = Worker(seat)
    thread = threading.Thread(target=worker.run, name="praya-worker", daemon=True)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop.set()
        thread.join(STOP_S_MAX)


def stop_jobs(*, patience_s: int, clock: Callable[[], datetime] = clock.now) -> list[str]:
    """Ask every job to end and follow them until they have; answers those that still have not."""
    by = Actor.praya("stop")
    for code in jobs_alive():
        cancel_job(code=code, by=by, now=clock())
    wait = threading.Event()
    until = clock() + timedelta(seconds=patience_s)
    while (left := jobs_alive()) and clock() < until:
        follow_jobs(clock())
        wait.wait(0.2)
    return left
