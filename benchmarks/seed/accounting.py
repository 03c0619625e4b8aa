"""Accounting records put straight into a real Slurm's database, as its jobs would have left them.

Jobs of every member of every award, over eight months: arrays, requeued and preempted runs, dead
nodes, both kinds of cards. Some still run. The same associations give the same jobs.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from tests.slurm.cluster import Cluster

DAYS = 240
DAY_S, HOUR_S, MINUTE_S = 86_400, 3600, 60
SEED = 11
RUNNING = 100
_NO_TASK = 4_294_967_294
_COMPLETED, _CANCELLED, _FAILED, _TIMED_OUT, _NODE_FAILED, _PREEMPTED = 3, 4, 5, 6, 7, 8
_RUNNING, _REQUEUED = 1, 1024
_ENDS = {_COMPLETED: 0.87, _FAILED: 0.07, _CANCELLED: 0.03, _TIMED_OUT: 0.02,
         _PREEMPTED: 0.009, _NODE_FAILED: 0.001}  # fmt: skip
_KINDS = ("h800", "ascend910b")
_TASKS = 10  # of each array
_COLUMNS = (
    "account, cpus_req, job_name, id_assoc, id_array_job, id_array_task, id_job, id_qos, id_resv, "
    "id_wckey, id_user, id_group, het_job_id, het_job_offset, exit_code, state_reason_prev, "
    "nodelist, nodes_alloc, node_inx, `partition`, priority, state, timelimit, time_submit, "
    "time_eligible, time_start, time_end, tres_alloc, tres_req, work_dir, mod_time"
)


def fill(cluster: Cluster, records: int) -> int:
    """Put in so many records that have ended, and some that run; until when they go."""
    asked = "SELECT id_assoc, user, acct FROM trial_assoc_table WHERE acct LIKE 'pir-%' AND user"
    members = [row.split("\t") for row in sql(cluster, f"{asked} <> '' ORDER BY id_assoc")]
    tres = dict(
        row.split("\t") for row in sql(cluster, "SELECT name, id FROM tres_table WHERE type='gres'")
    )
    until = int(time.time())  # noqa: TID251 -- real daemons read it too
    path = cluster.home / "shared" / "records"
    with path.open("w") as file:
        for row in _rows(members, tres, records, until):
            file.write("\t".join(map(str, row)))
            file.write("\n")
    path.chmod(0o644)
    load = f"LOAD DATA INFILE '{path}' INTO TABLE trial_job_table ({_COLUMNS})"
    quick = "SET unique_checks = 0; SET foreign_key_checks = 0"
    sql(cluster, f"SET GLOBAL innodb_buffer_pool_size = 1 << 30; {quick}; {load}")
    sql(cluster, "ANALYZE TABLE trial_job_table")
    path.unlink()
    return until


def sql(cluster: Cluster, text: str) -> list[str]:
    """What the database answers, a line for each row."""
    done = subprocess.run(
        ["mariadb", "--no-defaults", f"--socket={cluster.home}/db.sock", "--user=root", "-BN",
         "slurm_acct_db"],
        input=text, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def _rows(
    members: list[list[str]], tres: dict[str, str], records: int, until: int
) -> Iterator[tuple[Any, ...]]:
    jobs = _jobs(len(members), records, until)
    for number, (who, kind, cards, submit, start, end, limit, state, array, job) in enumerate(
        zip(*jobs, strict=True), start=1
    ):
        assoc, _, account = members[who]
        card = _KINDS[kind]
        held = f"1={8 * cards},2=4096,4=1,5={8 * cards},{tres['gpu']}={cards}"
        held += f",{tres[f'gpu:{card}']}={cards}"
        task = (number - array) if array else _NO_TASK
        code = 256 if state == _FAILED else 0
        node = "h800n01" if kind == 0 else "ascn01"
        yield (
            account, 8 * cards, f"step-{number % 97}", assoc, array, task, job, 1, 0, 0,
            100_000 + who, 100_000, 0, _NO_TASK, code, 0, node, 1, kind * 2, card, 1, state, limit,
            submit, submit, start, end, held, held, "/home", end or start,
        )  # fmt: skip


def _jobs(members: int, records: int, until: int) -> tuple[Iterable[int], ...]:
    """Columns: member, kind, cards, submit, start, end, limit, state, array, number of the job."""
    rng = np.random.default_rng(SEED)
    count = records + RUNNING
    submit = np.sort(rng.integers(until - DAYS * DAY_S + DAY_S, until - 10 * MINUTE_S, count))
    who = rng.integers(0, members, count)
    kind = (rng.random(count) < 0.3).astype(np.int64)
    cards = rng.choice([1, 2, 4, 8], count, p=[0.55, 0.25, 0.12, 0.08])
    run = np.clip(rng.exponential(300, count), 2, HOUR_S).astype(np.int64)
    state = rng.choice(list(_ENDS), count, p=list(_ENDS.values()))
    limit = run // MINUTE_S + 10
    array = np.zeros(count, np.int64)
    job = np.arange(1, count + 1)
    for first in range(0, count - _TASKS, 10 * _TASKS):
        tasks = slice(first, first + _TASKS)
        array[tasks], submit[tasks], state[tasks] = first + 1, submit[first], _COMPLETED
        who[tasks], kind[tasks], cards[tasks] = who[first], kind[first], cards[first]
    start = submit + rng.integers(0, 10 * MINUTE_S, count)
    end = start + run
    again = np.arange(5 * _TASKS, count - 1, 10 * _TASKS)  # each is the job before it, run again
    for column in (who, kind, cards, limit, job):
        column[again] = column[again - 1]
    state[again - 1] = _REQUEUED
    submit[again] = end[again - 1]
    start[again] = submit[again] + MINUTE_S
    end[again] = start[again] + run[again]
    start, end = np.minimum(start, until - 1), np.minimum(end, until - 1)
    alive = slice(count - RUNNING, count)
    state[alive], end[alive], limit[alive], start[alive] = _RUNNING, 0, 600, submit[alive]
    columns = (who, kind, cards, submit, start, end, limit, state, array, job)
    return tuple(column.tolist() for column in columns)
