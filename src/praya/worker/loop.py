"""The loop that does the rounds, one worker at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import close_old_connections, connection

from praya.apps.usage.commands import cancel_job
from praya.apps.usage.heartbeat import note_round
from praya.apps.usage.queries import jobs_alive
from praya.core.actor import Actor
from praya.words import clock
from praya.worker.rounds import LINKS, POSTS, ROUNDS, Round, follow_jobs
from praya.worker.seat import Seat

log = logging.getLogger("praya.worker")

TICK_S = 1.0
STOP_S_MAX = 60
POSTING_S_MAX = 5


class Worker:
    """Does each round when it is due, as long as it has the seat; without it, waits for it.

    ``posts`` are the rounds that wait on others' servers, ``links`` those that wait on clusters
    with users of their own. Each go in a thread of their own, so that no job waits for a mail, and
    no mail for a cluster that is away.
    """

    def __init__(
        self,
        seat: Seat,
        *,
        rounds: Sequence[Round] = ROUNDS,
        posts: Sequence[Round] = POSTS,
        links: Sequence[Round] = LINKS,
        clock: Callable[[], datetime] = clock.now,
    ) -> None:
        self._seat = seat
        self._rounds = rounds
        self._posts = posts
        self._links = links
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
                ("praya-links", self.do_due_links),
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
            for each in beside:
                each.join(POSTING_S_MAX)
            self._seat.leave()
            connection.close()

    def do_due_rounds(self) -> None:
        """Do every round that is due. A round that fails is logged and does not stop the others."""
        note_round(self._do(self._rounds))

    def do_due_posts(self) -> None:
        """Do every round that is due and waits on others' servers."""
        self._do(self._posts)

    def do_due_links(self) -> None:
        """Do every round that is due and waits on clusters with users of their own."""
        self._do(self._links)

    def _beside(self, do: Callable[[], None]) -> None:
        try:
            while not self.stop.wait(TICK_S):
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
