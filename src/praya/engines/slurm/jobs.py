"""The engine port on a Slurm: the same shepherd as on the local engine, begun by ``sbatch``.

A job's folder is the local engine's, on a file system that the nodes see too. The batch script runs
a shepherd in it, so a job has the same limits to the second, the same exit codes and the same
output there as here. Slurm only says when it may begin, on which cards, and that its node is dead.

Besides the local engine's files, the folder holds:

    asked         engine    exists: sbatch was or is being run, so look before running it again
    submitted.json  engine  the number Slurm gave the job
    final.json    engine    the final report, where Slurm and not the shepherd told it
"""

from __future__ import annotations

import hashlib
import shlex
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import praya
from praya.core.execution.discovery import UNTYPED
from praya.core.execution.port import AnotherOrder, EngineUnavailable, JobReport, JobState
from praya.engines.local.documents import write_whole
from praya.engines.local.engine import LocalEngine, disk_at_hand
from praya.engines.local.folder import JobFolder, make_folders
from praya.engines.slurm.accounting import NAME_PREFIX
from praya.engines.slurm.amounts import MINUTE_S
from praya.engines.slurm.command import Programs, garbled, outage_of, own_user
from praya.engines.slurm.settings import Settings

if TYPE_CHECKING:
    from praya.core.execution.port import JobOrder

_AROUND = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
}
_RUNNER = (
    "__init__.py",
    "engines/__init__.py",
    *(
        f"engines/local/{name}.py"
        for name in ("__init__", "command", "documents", "log", "processes", "shepherd")
    ),
)
_BOOT = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from praya.engines.local.shepherd import tend_here; sys.exit(tend_here(sys.argv[2]))"
)
_WAITS = frozenset({"PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "RESV_DEL_HOLD"})
_LIVES = _WAITS | {"RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT"}
_STATES = {"CANCELLED": JobState.CANCELLED, "TIMEOUT": JobState.TIMED_OUT}
_GONE = ""


class SlurmJobs(LocalEngine):
    """Runs orders through ``sbatch``, as the user that Praya itself runs as."""

    def __init__(self, home: Path | str, settings: Settings, programs: Programs) -> None:
        """Look at ``home``, which the nodes must see under the same path."""
        super().__init__(home, around=_AROUND)
        self.settings = settings
        self.programs = programs

    def start(self, order: JobOrder) -> None:
        """See ``Engine.start``. What was submitted without an answer is looked for first."""
        folder = self._folder(order.key)
        with disk_at_hand("start"):
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._alone():
                make_folders(folder.path, user=None)
                kept = folder.order()
                if kept is None:
                    self._keep(order, folder, user=None)
                elif kept != order:
                    raise AnotherOrder(order.key)
                if folder.read("submitted.json") is None:
                    asked = folder.path / "asked"
                    job_id = self._found(order.key) if asked.exists() else ""
                    asked.touch(mode=0o600)
                    job_id = job_id or self._submitted(order, folder)
                    write_whole(str(folder.path / "submitted.json"), {"job_id": job_id})

    def poll(self, keys: Iterable[str]) -> dict[str, JobReport]:
        """See ``Engine.poll``. Slurm is asked at most once, and only if a job is not over."""
        folders = {key: self._folder(key) for key in keys}
        with disk_at_hand("poll"):
            found = {key: self._settled(folder) for key, folder in folders.items()}
            if None in found.values():
                # Before the files are read: what is over by then has written its last.
                states = self._states()
                for key, folder in folders.items():
                    found[key] = found[key] or self._judged(folder, states)
        return {key: report for key, report in found.items() if report is not None}

    def cancel(self, key: str) -> None:
        """See ``Engine.cancel``. What waits leaves the queue; what runs hears its shepherd."""
        folder = self._folder(key)
        with disk_at_hand("cancel"):
            if folder.order() is None or self._report(folder).state.is_final:
                return
            (folder.path / "cancel").touch(mode=0o600)
            submitted = folder.read("submitted.json") or {}
            job_id = submitted.get("job_id") or self._found(key)
            if job_id:
                self.programs.change("scancel", "--state=PENDING", job_id)
                nudge = ("--state=RUNNING", "--batch", "--signal=USR1")
                self.programs.change("scancel", *nudge, job_id)

    def numbers(self, keys: Iterable[str]) -> dict[str, str]:
        """See ``NumbersJobs.numbers``. What was submitted without an answer is looked for."""
        found = {}
        with disk_at_hand("read"):
            if not (self.home / "jobs").is_dir():  # as where a shared disk is not there
                raise EngineUnavailable(f"{self.home / 'jobs'}: there is no such folder")
            for key in keys:
                folder = self._folder(key)
                submitted = folder.read("submitted.json")
                if submitted is not None:
                    found[key] = str(submitted["job_id"])
                elif (folder.path / "asked").exists() and (number := self._found(key)):
                    found[key] = number
        return found

    # ----------------------------------------------------------------------------------------

    def _report(self, folder: JobFolder) -> JobReport:
        return self._settled(folder) or self._judged(folder, self._states())

    def _settled(self, folder: JobFolder) -> JobReport | None:
        """The report, where the files alone tell it: absent, or over."""
        if folder.read("submitted.json") is None:
            return JobReport(folder.key, JobState.ABSENT)
        status = folder.read("status.json") or {"state": "starting"}
        if JobState(status["state"]).is_final:
            return _told(folder, status)
        final = folder.read("final.json")
        return None if final is None else JobReport(**{**final, "state": JobState(final["state"])})

    def _judged(self, folder: JobFolder, states: Mapping[str, str]) -> JobReport:
        """The report on a job that the files do not end, by what Slurm says of it."""
        told = self._settled(folder)
        if told is not None:
            return told
        submitted, status = folder.read("submitted.json"), folder.read("status.json")
        assert submitted is not None
        word = states.get(submitted["job_id"], _GONE)
        if word in _LIVES:
            if status is None:
                return JobReport(folder.key, JobState.STARTING)
            return _told(folder, status)
        lost = folder.lost_report()
        if status is None and (folder.path / "cancel").exists():
            word = "CANCELLED"
        report = replace(lost, state=_STATES.get(word, JobState.LOST))
        write_whole(str(folder.path / "final.json"), asdict(report))
        return report

    def _states(self) -> dict[str, str]:
        """The states of Praya's own jobs by number, as far as the controller still knows them."""
        who = f"--user={own_user()}"
        columns = "JobID:20|,State:20|"
        text = self.programs.read("squeue", "-h", "-a", "--states=all", who, "-O", columns)
        found = {}
        for line in text.splitlines():
            parts = [part.strip() for part in line.split("|")]
            if len(parts) != 3:  # noqa: PLR2004 -- two columns, and what follows the last bar
                raise garbled("squeue", line)
            found[parts[0]] = parts[1]
        return found

    def _found(self, key: str) -> str:
        """The number of the job that an unanswered submission made, or nothing."""
        name, who = f"{NAME_PREFIX}{key}", own_user()
        command = ("squeue", "-h", "-a", "--states=all", f"--user={who}", f"--name={name}")
        numbers = self.programs.read(*command, "-o", "%A").split()
        if not numbers:
            past = ("sacct", "-n", "-P", "-X", "-D", f"--user={who}", f"--name={name}")
            numbers = self.programs.read(
                *past, f"--clusters={self.settings.cluster}", "--starttime=now-30days",
                "--format=JobIDRaw",
            ).split()  # fmt: skip
        return numbers[0] if numbers else ""

    def _submitted(self, order: JobOrder, folder: JobFolder) -> str:
        """Submit the order; the number that Slurm gave it."""
        source = self._runner()
        words = ["python3", "-I", "-S", "-X", "utf8", "-c", _BOOT, str(source), str(folder.path)]
        done = self.programs.change(
            "sbatch", *self._options(order), said=f"#!/bin/sh\nexec {shlex.join(words)}\n"
        )
        if done.status != 0:
            raise outage_of("sbatch", done)
        job_id = done.out.strip().partition(";")[0]
        if not job_id.isdigit():
            raise garbled("sbatch", done.out)
        return job_id

    def _options(self, order: JobOrder) -> list[str]:
        """What Slurm is told: nothing of what is run, and the limit in its minutes, rounded up."""
        is_held = self.settings.is_held
        account = self.settings.accounts.get(order.account, order.account)
        given = self.settings.partitions.get(order.partition, order.partition)
        partition = (given if is_held else "") or self.settings.partition
        kind = self.settings.spelled.get(order.device_model)
        named = "" if kind in {None, UNTYPED} else f"{kind}:"
        cards = f"gpu:{named}{len(order.slots)}"
        minutes = -(-order.held_s_max // MINUTE_S)
        return [
            "--parsable",
            f"--job-name={NAME_PREFIX}{order.key}",
            *([f"--account={account}"] * bool(is_held and account)),
            *([f"--partition={partition}"] * bool(partition)),
            *([f"--gres={cards}"] * bool(order.slots)),
            "--nodes=1",
            "--ntasks=1",
            f"--time={minutes}",
            "--output=/dev/null",
            "--chdir=/",
            "--no-requeue",
        ]

    def _runner(self) -> Path:
        """The shepherd's files where the nodes see them, in a folder named by what is in it."""
        source = Path(praya.__file__).parent
        contents = {name: (source / name).read_bytes() for name in _RUNNER}
        digest = hashlib.sha256(b"\0".join(contents.values())).hexdigest()[:16]
        folder = self.home / "runners" / digest
        if not folder.is_dir():
            draft = folder.with_name(f"{digest}.new")
            shutil.rmtree(draft, ignore_errors=True)
            for name, content in contents.items():
                path = draft / "praya" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            draft.rename(folder)
        return folder


def _told(folder: JobFolder, status: Mapping[str, object]) -> JobReport:
    """The report that the shepherd's own status tells."""
    numbers = [status.get(name) for name in ("started_at", "ended_at", "exit_code", "signal")]
    assert all(number is None or isinstance(number, int) for number in numbers), status
    state, seen_at = JobState(str(status["state"])), folder.seen_at()
    started_at, ended_at, exit_code, signal = cast("list[int | None]", numbers)
    return JobReport(folder.key, state, started_at, ended_at, exit_code, signal, seen_at)
