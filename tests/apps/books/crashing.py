"""Kills a story of the book at each of its points, and repeats it.

``crashing.py DATABASE HOME FAULT ...``: one process forks a child for each point. The child runs
the story and dies, or its disk is full, at its n-th commit (or its n-th statement); another child
looks at what is left, repeats the whole story and compares the book with one that was never
disturbed. The faults take turns, a point each; with ``CRASH_ALL=1`` each fault happens at every
point. Prints what it saw, in JSON.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from tests.apps.books.crash_places import Place, place_of
from tests.apps.books.crash_story import STORY
from tests.simulation.asking import PROGRAMME, Batch, Close
from tests.simulation.stored import StoredBook

from praya.apps.books import queries
from praya.apps.books.models import BatchRecord, Book
from praya.apps.people.models import Person
from praya.core.actor import Actor, Role

# What a statement of the story may wait for a database that starts again.
COMES_BACK_S_MAX = 60
WRITERS = {"officer": Role.OFFICER, "finance": Role.FINANCE, "second": Role.FINANCE}


@dataclass
class Seen:
    """What was seen of one point: how the child ended, what it was told, what was left."""

    point: int
    fault: str
    ended: int
    told: list[str]
    lost: list[str]
    left_wrong: list[str]
    same: bool


def main(kind: str, home: str, *faults: str) -> None:
    """Try the faults at the points of the story."""
    with place_of(kind, Path(home)) as place:
        place.turn_to_template()
        call_command("migrate", verbosity=0)
        _people()
        connection.close()
        place.begin_trial()
        whole = _ask_child(_repeat)
        points = whole["statements" if faults == ("statement",) else "commits"]
        step = int(os.environ.get("CRASH_STEP", "1"))
        chosen = _all(faults, points) if os.environ.get("CRASH_ALL") else _in_turn(faults, points)
        seen = [asdict(_try(place, *one, whole["book"])) for one in list(chosen)[::step]]
    sys.stdout.write(json.dumps({"whole": whole, "points": points, "seen": seen}))


def _in_turn(faults: Sequence[str], points: int) -> Iterator[tuple[str, int]]:
    return zip(cycle(faults), range(1, points + 1), strict=False)


def _all(faults: Sequence[str], points: int) -> Iterator[tuple[str, int]]:
    return ((fault, point) for point in range(1, points + 1) for fault in faults)


def _try(place: Place, fault: str, point: int, whole: object) -> Seen:
    """One point: the child with its fault, what is left, and the story again."""
    place.begin_trial()
    log = place.home / "told"
    log.write_text("")
    pid = _fork(lambda: _story(log, _faults(place)[fault], point))
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    place.recover()
    told = log.read_text().split()
    left = _ask_child(_look)
    again = _ask_child(_repeat)
    return Seen(
        point=point,
        fault=fault,
        ended=ended,
        told=told,
        lost=[key for key in told if key not in left["keys"]],
        left_wrong=left["wrong"] + again["wrong"],
        same=again["book"] == whole,
    )


def _faults(place: Place) -> dict[str, Callable[[int], None]]:
    """Each installs a fault that happens at the n-th point."""
    return {
        "before": lambda point: _at_commit(point, before=_die),
        "after": lambda point: _at_commit(point, after=_die),
        "statement": _at_statement,
        "full": lambda point: _at_commit(point, before=place.fill),
        "server-before": lambda point: _at_commit(point, before=place.kill_server),
        "server-after": lambda point: _at_commit(point, after=place.kill_server),
    }


def _at_commit(
    point: int,
    *,
    before: Callable[[], None] = lambda: None,
    after: Callable[[], None] = lambda: None,
) -> None:
    commit = BaseDatabaseWrapper._commit
    passed = 0

    def counted(wrapper: BaseDatabaseWrapper) -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            before()
        commit(wrapper)
        if passed == point:
            after()

    BaseDatabaseWrapper._commit = counted


def _at_statement(point: int) -> None:
    """Before the n-th statement that SQLite runs, whoever asked for it."""
    passed = 0

    def counted(_statement: str) -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            _die()

    connection.ensure_connection()
    connection.connection.set_trace_callback(counted)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _story(log: Path, install: Callable[[int], None], point: int) -> None:
    """Run the story and note each command that answered; 3 if the database failed."""
    store = _store()
    handle = os.open(log, os.O_WRONLY | os.O_APPEND)
    install(point)
    try:
        for asked in STORY:
            store.do(asked)
            os.write(handle, f"{asked.key}\n".encode())
    except DatabaseError:
        os._exit(3)


def _look() -> dict[str, Any]:
    """What is left after a restart: whether it verifies, and which keys it knows."""
    _ok, findings = queries.verify_book(PROGRAMME)
    keys = [entry.key for entry in queries.entries_in(PROGRAMME)]
    approved = [
        *queries.funding_requests(PROGRAMME).filter(state="approved"),
        *queries.corrections(PROGRAMME).filter(state="approved"),
    ]
    return {
        "wrong": [str(finding) for finding in findings],
        "keys": [*keys, *(request.reason for request in approved), *_known_otherwise()],
    }


def _known_otherwise() -> Iterator[str]:
    """What has no entry under its own key: a batch, whose uses are there, and a close."""
    for asked in STORY:
        if isinstance(asked, Batch):
            uses = {use.key for use in asked.uses}
            if set(BatchRecord.objects.values_list("key", flat=True)) >= uses:
                yield asked.key
        if isinstance(asked, Close) and Book.objects.filter(closed_until=asked.until).exists():
            yield asked.key


def _repeat() -> dict[str, Any]:
    """The whole story from its beginning, whatever of it was done before; and the book then."""
    counts = {"commits": 0, "statements": 0}
    commit = BaseDatabaseWrapper._commit

    def counted(wrapper: BaseDatabaseWrapper) -> None:
        counts["commits"] += 1
        commit(wrapper)

    store = _store()
    BaseDatabaseWrapper._commit = counted
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.set_trace_callback(
            lambda _statement: counts.update(statements=counts["statements"] + 1)
        )
    for asked in STORY:
        store.do(asked)
    BaseDatabaseWrapper._commit = commit
    counted_so_far = dict(counts)
    _ok, findings = queries.verify_book(PROGRAMME)
    assert queries.trial_balance(PROGRAMME).is_zero
    return {
        **counted_so_far,
        "wrong": [str(finding) for finding in findings],
        "book": list(_book()),
    }


def _book() -> Iterator[list[object]]:
    """Every entry, but for what follows from the number of a funding request."""
    for entry in queries.entries_in(PROGRAMME).order_by("number"):
        postings = [[one.account, one.commodity, one.amount] for one in entry.postings.all()]
        yield [entry.number, entry.kind, entry.subject, entry.by_name, sorted(postings)]


def _people() -> None:
    for name in WRITERS:
        Person.objects.create_user(f"{name}@crash.example", name=name)


def _store() -> StoredBook:
    return StoredBook(
        *(
            Actor(
                Person.objects.get(email=f"{name}@crash.example").pk,
                name,
                frozenset({(PROGRAMME, role)}),
            )
            for name, role in WRITERS.items()
        )
    )


def _ask_child(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a child finds out, by a connection of its own; the database may have to come back."""
    source, target = os.pipe()

    def tell() -> None:
        until = time.monotonic() + COMES_BACK_S_MAX
        while True:
            with suppress(OperationalError):
                connection.ensure_connection()
                break
            assert time.monotonic() < until, "the database did not come back"
            time.sleep(0.1)
        os.write(target, json.dumps(work()).encode() + b"\n")

    pid = _fork(tell)
    os.close(target)
    with os.fdopen(source) as told:
        answer = told.readline()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status == 0, status
    found: dict[str, Any] = json.loads(answer)
    return found


def _fork(work: Callable[[], None]) -> int:
    connection.close()
    pid = os.fork()
    if pid:
        return pid
    status = 70
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        work()
        status = 0
    except BaseException:  # noqa: BLE001 -- a child must not go on as its parent
        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(*sys.argv[1:])
