"""The shepherd: a small process that runs one job to its end and outlives Praya.

It is started without site-packages and imports only the few modules beside it, so that it begins in
some twenty milliseconds and does not break when Praya is changed below a running job.

Files in the job's folder, and the one who writes each:

    order.json   engine    what to run; kept from the first start to forget
    claim        shepherd  who tends the job: pid, start ticks, boot id. Made once, never replaced
    status.json  shepherd  running, then one final state; replaced whole, flushed to the disk
    heartbeat    shepherd  its modification time is the last sign of life, once a second
    output.log   shepherd  what the job printed, standard output and error merged
    cancel       engine    exists: somebody asked for the end
    shepherd.log shepherd  its own last words, if it ever fails
    work/ tmp/   the job   where it runs by default; its TMPDIR

The order of steps is the promise. (1) Claim the folder: of two shepherds one goes on. (2) Fork the
command, but hold it. (3) Write down that it runs. (4) Let it go. So nothing ever runs that is not
written down, and what is written down is never run a second time. The kernel helps twice: the
command dies with the shepherd, and every process the job leaves behind, however often it forked,
becomes the shepherd's child and is ended with the job.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time

from praya.engines.local.command import become_the_job
from praya.engines.local.documents import flush_folder, write_whole
from praya.engines.local.log import Log
from praya.engines.local.processes import (
    adopt_orphans,
    boot_id,
    descendants_of,
    kill_group,
    kill_one,
    stat_of,
)

BEAT_S = 1.0
VISIBLE_DEVICES = ("CUDA_VISIBLE_DEVICES", "ASCEND_RT_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES")
_PIECE = 1 << 16


class Shepherd:
    """One job, from a claimed folder to its final state."""

    def __init__(self, folder: str, cry: Cry) -> None:
        """Read what to run."""
        self.folder = folder
        self.cry = cry
        with open(self.path("order.json"), encoding="ascii") as file:
            self.run = json.load(file)["run"]
        self.log = Log(self.path("output.log"), size_max=self.run["output_bytes_max"])
        self.pid = 0
        self.began = 0.0
        self.status: dict[str, str | int | None] = {
            "state": "starting",
            "started_at": None,
            "ended_at": None,
        }
        self.beat_at = 0.0

    def path(self, name: str) -> str:
        """A file in the job's folder."""
        return os.path.join(self.folder, name)

    def tend(self) -> None:
        """Run the job to its end."""
        if self.is_asked_to_end():
            self.status["state"] = "cancelled"
            self.write_status()
            return
        self.begin()
        reason = self.follow()
        ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        assert ended is not None
        # While the command is not reaped its number is taken, so the group is surely the job's.
        kill_group(self.pid, signal.SIGKILL)
        self.end_what_is_left()
        self.log.pump()
        held_s_max = self.run["time_limit_s"] + self.run["grace_s"]
        held_s = min(max(int(time.monotonic() - self.began), 1), held_s_max)
        exited = ended.si_code == os.CLD_EXITED
        self.status |= {
            "state": reason or ("completed" if exited and ended.si_status == 0 else "failed"),
            "ended_at": self.status["started_at"] + held_s,
            "exit_code": ended.si_status if exited else None,
            "signal": None if exited else ended.si_status,
        }
        self.write_status()

    def begin(self) -> None:
        """Fork the command, write down that it runs, then let it go."""
        held, let_go = os.pipe2(os.O_CLOEXEC)
        is_ready, ready = os.pipe2(os.O_CLOEXEC)
        output = self.log.writing
        self.pid = os.fork()
        if self.pid == 0:
            os.close(let_go)
            script = self.path("script")
            become_the_job(script, self.run, ready=ready, held=held, output=output)
        for descriptor in (held, ready, output):
            os.close(descriptor)
        # Not before: a TERM to a group not there yet, or to a fork that is still deaf, is lost.
        os.read(is_ready, 1)
        os.close(is_ready)
        stat = stat_of(self.pid)
        self.status |= {
            "state": "running",
            "started_at": int(time.time()),  # noqa: TID251 -- an engine measures
            "group": self.pid,
            "group_started_ticks": stat.started_ticks if stat else 0,
        }
        write_whole(self.path("status.json"), self.status)
        self.began = time.monotonic()
        # A child that died while it was held has closed the other end; follow() sees its exit.
        try:
            os.write(let_go, b".")
        except BrokenPipeError:
            pass
        os.close(let_go)

    def follow(self) -> str | None:
        """Wait for the command to exit; stop it at its limit or when asked. Answers why, if so."""
        reason = None
        limit_at = self.began + self.run["time_limit_s"]
        kill_at = float("inf")
        while not self.has_exited():
            now = time.monotonic()
            self.beat(now)
            if reason is None and (now >= limit_at or self.is_asked_to_end()):
                reason = "timed_out" if now >= limit_at else "cancelled"
                kill_at = now + self.run["grace_s"]
                kill_group(self.pid, signal.SIGTERM)
                kill_group(self.pid, signal.SIGCONT)  # a stopped command hears nothing else
            if now >= kill_at:
                kill_group(self.pid, signal.SIGKILL)
            next_at = min(limit_at if reason is None else kill_at, self.beat_at + BEAT_S)
            self.listen(max(next_at - now, 0.01))
        return reason

    def listen(self, wait_s: float) -> None:
        """Keep what the job prints, until a signal comes or the wait is over."""
        watched = [self.cry.reading, *([self.log.reading] if self.log.is_open else [])]
        ready, _, _ = select.select(watched, [], [], wait_s)
        if self.log.reading in ready:
            self.log.pump()
        self.cry.clear()

    def has_exited(self) -> bool:
        """Whether the command is over; it is left unreaped. Orphans it left are reaped."""
        while True:
            child = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if child is None:
                return False
            if child.si_pid == self.pid:
                return True
            os.waitpid(child.si_pid, os.WNOHANG)

    def end_what_is_left(self) -> None:
        """End and reap everything that came of the command; all of it is ours by adoption."""
        while True:
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                return
            for pid in descendants_of(os.getpid()):
                kill_one(pid)
            self.beat(time.monotonic())
            self.listen(0.02)

    def is_asked_to_end(self) -> bool:
        """Whether somebody asked: by the marker, by removing the folder, or the machine by TERM."""
        return (
            self.cry.asked_to_end
            or os.path.exists(self.path("cancel"))
            or not os.path.exists(self.path("order.json"))
        )

    def beat(self, now: float) -> None:
        """Give a sign of life, once a second."""
        if now - self.beat_at >= BEAT_S:
            self.beat_at = now
            try:
                os.utime(self.path("heartbeat"))
            except OSError as error:  # a sick disk does not end the job
                print("no heartbeat:", error, file=sys.stderr, flush=True)

    def write_status(self) -> None:
        """Write the final state; on a full disk try, alive, until it is there."""
        while True:
            try:
                write_whole(self.path("status.json"), self.status)
            except (FileNotFoundError, NotADirectoryError):
                return  # the folder was removed: nobody is left to tell
            except OSError as error:
                print("final state not written yet:", error, file=sys.stderr, flush=True)
                time.sleep(BEAT_S)
            else:
                return


class Cry:
    """Signals turned into something ``select`` can wait for."""

    def __init__(self) -> None:
        """Hear of the child's end, the engine's nudge and a machine that shuts down."""
        self.reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.asked_to_end = False
        for number in (signal.SIGCHLD, signal.SIGUSR1, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, self._heard)
        signal.signal(signal.SIGTERM, self._heard)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def _heard(self, number: int, _frame: object) -> None:
        if number == signal.SIGTERM:
            self.asked_to_end = True

    def clear(self) -> None:
        """Take away what was heard."""
        try:
            while os.read(self.reading, _PIECE):
                pass
        except BlockingIOError:
            pass


def claim(folder: str) -> bool:
    """Make the folder this shepherd's own; of several, exactly one gets it, for good."""
    stat = stat_of(os.getpid())
    assert stat is not None
    draft = os.path.join(folder, f"claim.{os.getpid()}")
    own = {"pid": os.getpid(), "started_ticks": stat.started_ticks, "boot_id": boot_id()}
    write_whole(draft, own)
    os.close(os.open(os.path.join(folder, "heartbeat"), os.O_CREAT | os.O_CLOEXEC, 0o600))
    try:
        os.link(draft, os.path.join(folder, "claim"))  # fails if there is one: whole, and once
    except FileExistsError:
        return False
    finally:
        os.unlink(draft)
    flush_folder(folder)
    return True


def main(folder: str) -> int:
    """Leave a shepherd behind in the folder, and say so once it has claimed it.

    The first process forks and waits; it comes back with 0 when the folder is claimed by this
    shepherd or another. So whoever started it knows, and need not reap the shepherd later.
    """
    reading, writing = os.pipe2(os.O_CLOEXEC)
    if os.fork():
        os.close(writing)
        return 0 if os.read(reading, 1) else 1
    os.setsid()
    os.chdir("/")
    adopt_orphans()
    cry = Cry()
    if claim(folder):
        last_words = os.path.join(folder, "shepherd.log")
        null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        own = os.open(last_words, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        for target, source in ((0, null), (1, null), (2, own)):
            os.dup2(source, target)
        os.write(writing, b".")
        os.close(writing)
        Shepherd(folder, cry).tend()
    else:
        os.write(writing, b".")
    return 0


def tend_here(folder: str) -> int:
    """Tend the folder's job in this very process, whose end is then the end of the job's place.

    For a place that another scheduler gave: which cards are to be seen is what it says.
    """
    os.chdir("/")
    adopt_orphans()
    cry = Cry()
    if claim(folder):
        shepherd = Shepherd(folder, cry)
        seen = {name: os.environ.get(name, "") for name in VISIBLE_DEVICES}
        shepherd.run["environment"] |= seen
        shepherd.run["environment"]["PRAYA_SLOTS"] = next(filter(None, seen.values()), "")
        shepherd.tend()
    return 0
