"""Slurm's programs as child processes: argument lists, a clean environment, a limit on every wait.

No shell is ever involved, and what Slurm prints is never trusted to be in its usual form. Slurm's
own waits are of no use: ``sacct`` and ``sacctmgr`` wait without end for a database daemon that
hangs, so every call is ended from outside.
"""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from praya.core.execution.port import EngineUnavailable, Outage

READ_S_MAX = 30
WRITE_S_MAX = 90  # with a controller that hangs, sacctmgr writes, waits 40 s for it, and succeeds
_SAID_MAX = 400
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/slurm/bin"
_NOTHING = re.compile(r"Nothing (new added|modified|deleted)|Nothing to (modify|delete)")
# The first that matches counts.
_OUTAGES = (
    (
        re.compile(
            r"PersistInit|slurm_persist_conn|talking to the database|connect to database|DBD_|"
            r"slurmdbd|Problem (adding|getting)"
        ),
        Outage.DATABASE,
    ),
    (
        re.compile(r"Socket timed out|timed out on send/recv|Message receive failure"),
        Outage.SILENT,
    ),
    (
        re.compile(r"contact slurm controller|connect failure|Connection refused|slurmctld"),
        Outage.CONTROLLER,
    ),
    (
        re.compile(r"Munge|authentication|configuration source|Invalid authentication"),
        Outage.UNKNOWN,
    ),
)


@dataclass(frozen=True, slots=True)
class Done:
    """What a program printed, and its exit status."""

    status: int
    out: str
    said: str

    @property
    def changed_nothing(self) -> bool:
        """Whether ``sacctmgr`` found everything as it was to be, which it reports as a failure."""
        return self.status != 0 and _NOTHING.search(self.out + self.said) is not None

    @property
    def words(self) -> str:
        """What the program said about its failure, on one line."""
        return " ".join((self.said or self.out).split())[:_SAID_MAX]


class Programs:
    """Runs the programs of one Slurm installation."""

    def __init__(
        self, conf: str = "", *, read_s: int = READ_S_MAX, write_s: int = WRITE_S_MAX
    ) -> None:
        """Use the cluster that ``conf`` (a ``slurm.conf``) describes; empty for the host's own."""
        self._read_s = read_s
        self._write_s = write_s
        # Nothing else is handed down: SACCT_FORMAT, SQUEUE_SORT and the like change what is
        # printed, and none of Praya's secrets is in the environment of a program or a job.
        self._environment = {
            "PATH": os.pathsep.join((os.environ.get("PATH", ""), _PATH)),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "SLURM_TIME_FORMAT": "%s",
            **({"SLURM_CONF": conf} if conf else {}),
        }

    def read(self, *command: str) -> str:
        """What a program prints; safe to repeat.

        Raises:
            EngineUnavailable: it failed, or did not answer in time.

        """
        done = self._run(command, said=None, within_s=self._read_s)
        if done.status != 0:
            raise outage_of(command[0], done)
        return done.out

    def change(self, *command: str, said: str | None = None, more_s: int = 0) -> Done:
        """Run a program that changes something; a refusal comes back, an outage is raised.

        ``more_s`` are seconds that it may take beyond the usual.
        """
        done = self._run(command, said=said, within_s=self._write_s + more_s)
        if done.status != 0 and not done.changed_nothing:
            outage = outage_of(command[0], done)
            if outage.cause is not Outage.UNKNOWN:
                raise outage
        return done

    def _run(self, command: Sequence[str], *, said: str | None, within_s: int) -> Done:
        program = shutil.which(command[0], path=self._environment["PATH"])
        if program is None:
            raise EngineUnavailable(f"{command[0]}: there is no such program here")
        try:
            done = subprocess.run(  # noqa: S603 -- Slurm's own program, an argument list, no shell
                [program, *(word.encode() for word in command[1:])],  # whatever the locale
                input=None if said is None else said.encode(),
                stdin=subprocess.DEVNULL if said is None else None,
                capture_output=True,
                env=self._environment,
                cwd="/",
                timeout=within_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise EngineUnavailable(
                f"{command[0]}: no answer within {within_s} s", cause=Outage.SILENT
            ) from None
        except OSError as error:
            raise EngineUnavailable(f"{command[0]}: {error.strerror}") from error
        return Done(
            done.returncode,
            done.stdout.decode("utf-8", errors="replace"),
            done.stderr.decode("utf-8", errors="replace"),
        )


def asked_twice(programs: Programs, *command: str) -> str:
    """What a program prints; where that is nothing, it is asked once more."""
    return programs.read(*command) or programs.read(*command)


def asked_of_accounts(programs: Programs, cluster: str, *command: str) -> str:
    """What ``sacct`` prints; where that is nothing, it is asked anew once the database answers.

    Where its daemon could not ask the database, ``sacct`` prints nothing, with exit 0. ``sacctmgr``
    then fails, or does not know the cluster.

    Raises:
        EngineUnavailable: there is nothing, and the database does not answer.

    """
    text = programs.read(*command)
    if text:
        return text
    known = programs.read("sacctmgr", "-nP", "show", "cluster", "format=cluster")
    if cluster.lower() not in known.lower().split():
        said = f"sacct: prints nothing, and sacctmgr does not know {cluster}"
        raise EngineUnavailable(said, cause=Outage.DATABASE)
    return programs.read(*command)


def own_user() -> str:
    """The user as which programs are run, whatever the environment calls them."""
    return pwd.getpwuid(os.geteuid()).pw_name


def outage_of(program: str, done: Done) -> EngineUnavailable:
    """What a failing program tells of the part that failed."""
    text = done.said + done.out
    for pattern, cause in _OUTAGES:
        if pattern.search(text):
            return EngineUnavailable(f"{program}: {done.words}", cause=cause)
    return EngineUnavailable(f"{program}: exit {done.status}: {done.words}")


def rows_of(text: str, columns: int, *, program: str) -> list[list[str]]:
    """The rows of a ``-nP`` table.

    Raises:
        EngineUnavailable: a row has not so many columns, so nothing in the table is believed.

    """
    rows = [line.split("|") for line in text.splitlines() if line]
    for row in rows:
        if len(row) != columns:
            raise garbled(program, "|".join(row))
    return rows


def rows_of_accounts(text: str, columns: int, *, program: str = "sacctmgr") -> list[list[str]]:
    """The rows of a ``-nP`` table about accounts that have so many columns.

    Slurm takes bars and line breaks in the names of accounts. Praya's have none, so what cannot be
    read is others', and stops nothing.

    Raises:
        EngineUnavailable: there are rows, and none has so many columns.

    """
    rows = [line.split("|") for line in text.splitlines() if line]
    read = [row for row in rows if len(row) == columns]
    if rows and not read:
        raise garbled(program, "|".join(rows[0]))
    return read


def rows_of_jobs(
    programs: Programs, columns: Sequence[tuple[str, int]], *asked: str
) -> list[list[str]]:
    """What ``squeue`` tells of jobs, in columns each so wide at most.

    Names may hold bars and line breaks. So the columns are parted by a word made up for each read;
    it stands after the last one too, and a name that holds line breaks is no more than a name.

    Raises:
        EngineUnavailable: it failed, or a row has not so many columns.

    """
    nonce, count = f"~{secrets.token_hex(8)}~", len(columns)
    told = ",".join(f"{name}:{width}{nonce}" for name, width in columns)
    text = programs.read("squeue", "-h", "-a", *asked, "-O", told)
    *parts, rest = (part.strip() for part in text.split(nonce))
    rows = [parts[at : at + count] for at in range(0, len(parts), count)]
    if rest or any(len(row) != count for row in rows):
        raise garbled("squeue", rest or " | ".join(rows[-1]))
    return rows


def garbled(program: str, line: str) -> EngineUnavailable:
    """An answer that cannot be read."""
    return EngineUnavailable(f"{program}: cannot read {line[:80]!r}", cause=Outage.GARBLED)


def number_of(text: str, *, program: str) -> int:
    """A whole number that Slurm printed.

    Raises:
        EngineUnavailable: it is none.

    """
    if not text.isascii() or not text.isdigit():
        raise garbled(program, text)
    return int(text)
