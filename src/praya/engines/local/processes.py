"""Knowing processes again, and ending them. Linux's ``/proc`` and ``prctl``."""

from __future__ import annotations

import ctypes
import os
import signal

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def boot_id() -> str:
    """A name for this boot of the machine; process numbers mean nothing across two of them."""
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return file.read().strip()


class Stat:
    """What the kernel tells of a process: state letter, parent, process group, start ticks."""

    __slots__ = ("group", "parent", "started_ticks", "state")

    def __init__(self, fields: list[bytes]) -> None:
        """Pick from the fields that follow the name."""
        self.state = fields[0].decode()
        self.parent, self.group = int(fields[1]), int(fields[2])
        self.started_ticks = int(fields[19])


def stat_of(pid: int) -> Stat | None:
    """What the kernel tells of a process; ``None`` if there is none.

    A number is given again once its process is gone, but never with the same start ticks.
    """
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # The name in brackets may itself hold spaces and brackets; nothing after it does.
            fields = file.read().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return Stat(fields)


def every_pid() -> list[int]:
    """Numbers of all processes that this one can see."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def kill_group(group: int, number: int) -> None:
    """Signal every process of the group, if there is one."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass


def kill_one(pid: int) -> None:
    """End one process, if it is there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def descendants_of(root: int) -> list[int]:
    """Numbers of all processes that came of ``root``."""
    children: dict[int, list[int]] = {}
    for pid in every_pid():
        stat = stat_of(pid)
        if stat is not None:
            children.setdefault(stat.parent, []).append(pid)
    found = list(children.get(root, ()))
    for pid in found:  # the list grows while it is walked
        found += children.get(pid, ())
    return found


def die_with_parent() -> None:
    """Have the kernel end this process when its parent dies. A change of user undoes it."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of all that descends from this process and loses its own parent."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")
