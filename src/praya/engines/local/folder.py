"""One job's folder, as the engine reads it. Who writes which file is told in ``shepherd``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from praya.core.execution.port import JobOrder, JobReport, JobState
from praya.engines.local.environment import MARK
from praya.engines.local.processes import boot_id, every_pid, stat_of


class JobFolder:
    """Reads what order, claim, status and heartbeat say; writes nothing."""

    def __init__(self, path: Path, key: str) -> None:
        """Look at the folder of ``key``, which need not exist."""
        self.path = path
        self.key = key

    def exists(self) -> bool:
        """Whether anything is kept of the job; a disk that fails is no answer, but an error."""
        try:
            self.path.stat()
        except FileNotFoundError:
            return False
        return True

    def read(self, name: str) -> dict[str, Any] | None:
        """A document of the folder, ``None`` where there is none."""
        try:
            text = (self.path / name).read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        document: dict[str, Any] = json.loads(text)
        return document

    def seen_at(self) -> int | None:
        """When the shepherd gave its last sign of life."""
        try:
            return int((self.path / "heartbeat").stat().st_mtime)
        except FileNotFoundError:
            return None

    def report(self) -> JobReport | None:
        """What the files alone say; ``None`` if the shepherd died before it wrote a final state."""
        shepherd = self.read("claim")
        if shepherd is None:
            return JobReport(self.key, JobState.ABSENT)
        # In this order: a shepherd that is gone has written the last it will ever write.
        alive = is_alive(shepherd)
        status = self.read("status.json") or {"state": "starting"}
        state = JobState(status["state"])
        if not alive and not state.is_final:
            return None
        return JobReport(
            key=self.key,
            state=state,
            started_at=status.get("started_at"),
            ended_at=status.get("ended_at"),
            exit_code=status.get("exit_code"),
            signal=status.get("signal"),
            last_seen_at=self.seen_at(),
        )

    def lost_report(self) -> JobReport:
        """The report on a job whose shepherd died: it ended at the last sign of life."""
        status = self.read("status.json") or {}
        started_at, seen_at = status.get("started_at"), self.seen_at()
        ended_at = None
        if started_at is not None:
            order = self.order()
            assert order is not None
            held_s = (seen_at or 0) - started_at
            ended_at = started_at + min(max(held_s, 1), order.held_s_max)
        return JobReport(
            self.key, JobState.LOST, started_at, ended_at, last_seen_at=ended_at or seen_at
        )

    def orphans(self) -> list[int]:
        """Processes of the job that still live although its shepherd does not."""
        shepherd, status = self.read("claim"), self.read("status.json")
        document = self.read("order.json")
        if shepherd is None or status is None or document is None:
            return []
        if shepherd["boot_id"] != boot_id():
            return []
        mark = f"{MARK}={document['run']['environment'][MARK]}".encode()
        group, leader_ticks = status.get("group", 0), status.get("group_started_ticks", 0)
        leader = stat_of(group) if group else None
        # A leader with other start ticks is a stranger who got the number: his group is not ours.
        is_known = group and leader_ticks
        group_is_ours = is_known and (leader is None or leader.started_ticks == leader_ticks)
        found = []
        for pid in every_pid():
            stat = stat_of(pid)
            if stat is None or stat.state in "ZX":
                continue
            in_group = group_is_ours and stat.group == group and stat.started_ticks >= leader_ticks
            if in_group or mark in environment_of(pid):
                found.append(pid)
        return found

    def order(self) -> JobOrder | None:
        """The order as it was given."""
        document = self.read("order.json")
        return None if document is None else order_from(document["order"])


def order_document(order: JobOrder) -> dict[str, Any]:
    """The order as a document."""
    return {
        "key": order.key,
        "argv": list(order.argv),
        "device_model": order.device_model,
        "slots": list(order.slots),
        "time_limit_s": order.time_limit_s,
        "grace_s": order.grace_s,
        "script": order.script,
        "directory": order.directory,
        "environment": dict(order.environment),
    }


def order_from(document: dict[str, Any]) -> JobOrder:
    """The order that the document tells of."""
    lists = {"argv": tuple(document["argv"]), "slots": tuple(document["slots"])}
    return JobOrder(**{**document, **lists})


def is_alive(shepherd: dict[str, Any]) -> bool:
    """Whether the very process that made the claim still runs."""
    if shepherd["boot_id"] != boot_id():
        return False
    stat = stat_of(shepherd["pid"])
    return (
        stat is not None
        and stat.started_ticks == shepherd["started_ticks"]
        and stat.state not in "ZX"
    )


def environment_of(pid: int) -> list[bytes]:
    """The environment a process was started with; empty if it is gone or another user's."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return []


def make_folders(path: Path, *, user: dict[str, Any] | None) -> None:
    """Make the job's folder with its two rooms; with a user, the rooms are the user's.

    The user must be able to walk through, not to look around, hence 0711.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    for room in (path / "work", path / "tmp"):
        room.mkdir(mode=0o700, exist_ok=True)
        if user is not None:
            os.chown(room, user["uid"], user["gid"])
    if user is not None:
        for passage in (path, path.parent, path.parent.parent):
            passage.chmod(0o711)
