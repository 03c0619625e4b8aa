"""A book at which many processes hammer; told by the concurrency tests.

``hammer.py ceiling FOLDER`` lets sixteen try to pass the ceiling of one line and kills five of
them. Each writes, line by line, the key of each hold *after* its transaction has ended, so that it
is known what a process was told before it was killed. ``hammer.py prove`` proves the book and, when
all its entries were read, lets another thread write in it.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import django

django.setup()

from django.core.management import call_command
from django.db import connection, connections

from praya.apps.books import commands, queries
from praya.apps.books.models import Hold
from praya.apps.people.models import Person
from praya.core.actor import Actor, Role
from praya.core.ledger import BookExhausted, LineGrant
from praya.core.quantity import CardTime, Money

PROGRAMME = "harbour"
LINE = "H-0001.1"
GRANT_S = 20_000
WRITER_WAITS_S_MAX = 60
PROCESSES = 16
KILLED = 5
ATTEMPTS = 20
ENDLESS = 10**6  # for those that are killed
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def hkd(minor: int) -> Money:
    return Money(minor, "HKD")


def prepare() -> None:
    call_command("migrate", verbosity=0)
    officer, finance = (
        Actor(
            Person.objects.create_user(f"{role}@office.example").pk,
            role,
            frozenset({(PROGRAMME, role)}),
        )
        for role in (Role.OFFICER, Role.FINANCE)
    )
    asked = commands.ask_funding(
        programme_code=PROGRAMME,
        pool="research",
        amount=hkd(10**9),
        reason="vote",
        by=officer,
        now=NOW,
    )
    commands.approve_funding(request_id=asked.pk, by=finance, now=NOW)
    commands.commit_award(
        programme_code=PROGRAMME,
        award_code="H-0001",
        pool="research",
        lines=[LineGrant(LINE, CardTime(GRANT_S, "h800"), hkd(10**6))],
        key="agreement",
        by=officer,
        now=NOW,
    )


def ceiling(folder: Path) -> dict[str, object]:
    """How the processes ended, what each was told, and what the book has."""
    connections.close_all()  # no process may go on with another's
    logs = [folder / f"worker-{seed}" for seed in range(PROCESSES)]
    workers = []
    for seed, log in enumerate(logs):
        log.touch()
        attempts = ENDLESS if seed < KILLED else ATTEMPTS
        workers.append(get_context("fork").Process(target=hammer, args=(seed, attempts, log)))
        workers[-1].start()
    for worker, log in zip(workers[:KILLED], logs, strict=False):
        kill_in_the_middle(worker, log)
    for worker in workers:
        worker.join()
    told = [line for log in logs for line in whole_lines(log)]
    return {"ends": [worker.exitcode for worker in workers], "told": told, "counted": count()}


def kill_in_the_middle(worker: BaseProcess, log: Path) -> None:
    """Kill it as soon as it has told of some commands: in the middle of another."""
    while worker.is_alive() and len(whole_lines(log)) < ATTEMPTS // 2:
        time.sleep(0.01)
    worker.kill()


def whole_lines(log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]


def hammer(seed: int, attempts: int, log: Path) -> None:
    """Hold, and settle or release some of what was held; every third command is sent twice."""
    sys.stdout = log.open("w")
    chance = random.Random(seed)
    mine: list[str] = []
    for number in range(attempts):
        key, seconds = f"job-{seed}-{number}", chance.randint(1, 400)
        try:
            for _ in range(chance.choice((1, 1, 2))):
                hold(key, seconds)
        except BookExhausted as refused:
            if refused.asked <= refused.free or refused.committed != GRANT_S:
                sys.exit(f"not a refusal that holds: {refused}")
            say("refused", key)
        else:
            mine.append(key)
            say("held", key)
        if mine and chance.random() < 0.5:
            end(mine.pop(chance.randrange(len(mine))), chance)


def hold(key: str, seconds: int) -> None:
    commands.retrying(
        lambda: commands.place_hold(
            programme_code=PROGRAMME,
            line_code=LINE,
            key=key,
            time=CardTime(seconds, "h800"),
            subsidy=hkd(seconds // 10),
            expires_at=NOW + timedelta(hours=1),
            now=NOW,
        )
    )


def end(key: str, chance: random.Random) -> None:
    if chance.random() < 0.5:
        commands.retrying(
            lambda: commands.release_hold(
                programme_code=PROGRAMME, hold_key=key, key=f"release:{key}", now=NOW, reason=""
            )
        )
    else:
        seconds = chance.randint(0, 40)
        commands.retrying(
            lambda: commands.settle_hold(
                programme_code=PROGRAMME,
                hold_key=key,
                key=f"settle:{key}",
                time=CardTime(seconds, "h800"),
                subsidy=hkd(0),
                own=hkd(seconds),
                now=NOW,
            )
        )
    say("ended", key)


def count() -> dict[str, object]:
    ok, findings = queries.verify_book(PROGRAMME)
    [time, _money] = queries.line_numbers([LINE])[LINE]
    return {
        "ok": ok,
        "findings": [str(finding) for finding in findings],
        "time": [time.settled, time.in_flight, time.committed, time.free],
        "zero": queries.trial_balance(PROGRAMME).is_zero,
        "overruns": queries.overruns(["H-0001"]),
        "open": sorted(queries.open_holds(LINE).values_list("key", flat=True)),
        "all": sorted(Hold.objects.values_list("key", flat=True)),
        "open_s": sum(queries.open_holds(LINE).values_list("time_s", flat=True)),
    }


def prove() -> dict[str, object]:
    """Prove the book; between its entries and its balances, another connection places a hold."""
    wrote = []

    def write_once(execute, sql, *rest):
        if '"books_balance"' in sql and not wrote:
            writer = threading.Thread(target=hold, args=("meanwhile", 60), daemon=True)
            writer.start()
            writer.join(WRITER_WAITS_S_MAX)
            wrote.append(not writer.is_alive())
        return execute(sql, *rest)

    with connection.execute_wrapper(write_once):
        ok, findings = queries.verify_book(PROGRAMME)
    return {
        "ok": ok,
        "findings": [str(finding) for finding in findings],
        "wrote": wrote,
        "holds": [hold.key for hold in queries.open_holds(LINE)],
    }


def say(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    prepare()
    act, *folder = sys.argv[1:]
    sys.stdout.write(json.dumps(prove() if act == "prove" else ceiling(Path(*folder))))
