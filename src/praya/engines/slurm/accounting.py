"""What Slurm's accounting says was used, read so that nobody who names a job can write into it.

Job names may hold bars and line breaks. So the columns are parted by a word made up for each read,
and the name comes last: a line without that word is the rest of a name, and a name cannot hold a
word that nobody knows.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from praya.core.execution.accounting import (
    DAY_S,
    HOUR_S,
    DayTotal,
    InFlight,
    RunEnd,
    Unread,
    Usage,
    Used,
)
from praya.core.execution.discovery import UNTYPED
from praya.core.execution.limits import ALL_MODELS
from praya.core.execution.port import EngineUnavailable, is_key
from praya.engines.slurm.amounts import MINUTE_S, cards_of, nodes_of
from praya.engines.slurm.command import (
    Programs,
    asked_of_accounts,
    garbled,
    number_of,
    rows_of,
    rows_of_accounts,
)
from praya.engines.slurm.knowing import still_known
from praya.engines.slurm.settings import Settings

NAME_PREFIX = "praya:"  # of the jobs that Praya submits; their key follows
FIELDS = (
    "JobIDRaw",
    "JobID",
    "Account",
    "User",
    "UID",
    "Partition",
    "Submit",
    "Start",
    "End",
    "State",
    "ElapsedRaw",
    "TimelimitRaw",
    "AllocTRES",
    "ExitCode",
    "JobName",
)
_SUMMED_S_MAX = 2 * DAY_S  # the longest that a cluster is late in summing up
_NO_TIME = frozenset({"Unknown", "None", ""})
_ALIVE = frozenset(
    {
        "PENDING",
        "RUNNING",
        "SUSPENDED",
        "CONFIGURING",
        "COMPLETING",
        "STAGE_OUT",
        "STOPPED",
        "RESIZING",
        "SIGNALING",
    }
)
ENDS = {
    "COMPLETED": RunEnd.COMPLETED,
    "RESIZING": RunEnd.COMPLETED,  # the rest of the job is another record
    "FAILED": RunEnd.FAILED,
    "OUT_OF_MEMORY": RunEnd.OUT_OF_MEMORY,
    "TIMEOUT": RunEnd.TIMED_OUT,
    "DEADLINE": RunEnd.TIMED_OUT,
    "CANCELLED": RunEnd.CANCELLED,
    "REVOKED": RunEnd.CANCELLED,
    "PREEMPTED": RunEnd.PREEMPTED,
    "REQUEUED": RunEnd.REQUEUED,
    "REQUEUE_HOLD": RunEnd.REQUEUED,
    "REQUEUE_FED": RunEnd.REQUEUED,
    "SPECIAL_EXIT": RunEnd.REQUEUED,
    "NODE_FAIL": RunEnd.NODE_FAILED,
    "BOOT_FAIL": RunEnd.NOT_LAUNCHED,
    "LAUNCH_FAILED": RunEnd.NOT_LAUNCHED,
    "RECONFIG_FAIL": RunEnd.NOT_LAUNCHED,
}


def usage(  # noqa: PLR0913 -- the cluster, and what of it
    programs: Programs,
    settings: Settings,
    models_by_partition: Callable[[], Mapping[str, str] | None],
    *,
    since: int,
    until: int,
    accounts: Sequence[str],
    alive: bool,
) -> Usage:
    """See ``Accounts.usage``. Steps of jobs are left out: they hold nothing of their own.

    Where ``models_by_partition`` answers ``None``, nothing tells what cards a job held that named
    no kind, so where it ended it is left out: told without a device model, what was charged for it
    would be undone. It is asked for such a job only, and may be asked again.

    A span alone shows no job that has no time of becoming eligible, and a controller that has just
    begun gives none to some that run. Asked for what *ran* in the span, Slurm shows them all, but
    none that is suspended; so what is alive at its end is asked for as well. What ended in a
    span's first second did not run in it for Slurm, so the second before is asked for, too.
    """
    nonce = f"~{secrets.token_hex(8)}~"
    command = [
        "sacct", "-n", "-P", "-X", "-D", "-a",
        f"--delimiter={nonce}", f"--format={','.join(FIELDS)}",
        f"--clusters={settings.cluster}", f"--endtime=uts{until}",
    ]  # fmt: skip
    command += [f"--accounts={','.join(accounts)}"] * bool(accounts)

    def asked(*span: str) -> str:
        return asked_of_accounts(programs, settings.cluster, *command, *span)

    ran, last = (_Reader(settings, models_by_partition, since=since, until=until) for _ in range(2))
    ran.read(asked("--state=RUNNING", f"--starttime=uts{since - 1}"), nonce)
    in_flight: list[InFlight] = []
    if alive:
        minute = f"--starttime=uts{max(since, until - MINUTE_S)}"
        last.read(asked(minute), nonce)
        seen = {run.key for run in ran.ended} | {run.key for run in ran.in_flight}
        more = [run for run in last.in_flight if run.key not in seen]
        in_flight = _as_known(programs, [*ran.in_flight, *more])
    left_out = "cards of no kind" if ran.left_out else ""
    return Usage(tuple(ran.ended), tuple(in_flight), tuple(ran.unread), left_out)


def _as_known(programs: Programs, runs: list[InFlight]) -> list[InFlight]:
    """The runs, with what the controller knows nothing of marked; where it is away nothing is.

    A number comes again after a controller lost its state, for a job that was submitted later.
    """
    if not runs:
        return runs
    try:
        known = still_known(programs, [run.key for run in runs])
    except EngineUnavailable:
        return runs  # the accounts are read without it
    return [run if run.key in known else replace(run, is_known=False) for run in runs]


_Cards = tuple[tuple[tuple[str, int], ...], bool]


class _Reader:
    """Lines in, runs out."""

    def __init__(
        self,
        settings: Settings,
        models_by_partition: Callable[[], Mapping[str, str] | None],
        *,
        since: int,
        until: int,
    ) -> None:
        self.settings = settings
        self.models_by_partition = models_by_partition
        self.since, self.until = since, until
        self.ended: list[Used] = []
        self.in_flight: list[InFlight] = []
        self.unread: list[Unread] = []
        self.left_out = 0
        # Thousands of jobs hold the same: what a text means is found out once.
        self.cards_known: dict[tuple[str, str], _Cards] = {}

    def read(self, text: str, nonce: str) -> None:
        """Take every line; one that cannot be read is kept as such and stops no other."""
        # Not splitlines: a name may hold any of the many characters that it breaks lines at.
        lines = text.split("\n")
        if lines[0] and nonce not in lines[0]:  # only the rest of a name has none
            raise garbled("sacct", lines[0])
        for line in lines:
            if nonce not in line:
                continue
            parts = line.split(nonce)
            try:
                if len(parts) != len(FIELDS):
                    raise ValueError(f"{len(parts)} fields")
                self._take(parts)
            except (ValueError, AssertionError) as error:
                self.unread.append(Unread(" | ".join(parts)[:400], str(error) or "impossible"))

    def _take(self, parts: list[str]) -> None:
        (raw, shown, account, user, uid, partition, submit, start, end, state, elapsed, limit,
         tres, exit_code, name) = parts  # fmt: skip
        submitted_at, began_at, ended_at = _instant(submit), _instant(start), _instant(end)
        if submitted_at is None:
            raise ValueError("no time of submission")
        word = state.split(" ", 1)[0]
        is_alive = word in _ALIVE and ended_at is None
        if is_alive and (began_at is None or word == "PENDING"):
            return
        run_key = _own_key(name) if name.startswith(NAME_PREFIX) else ""
        cards, is_told = self._known(tres, partition)
        if not is_told and not is_alive:
            self.left_out += 1
            return
        held_s = int(elapsed)
        if held_s < 0:
            raise ValueError("held for less than nothing")
        if began_at is not None and began_at < submitted_at:
            # What goes on after a job was resized is submitted then, and tells the job's own begin.
            held_s = max(0, held_s - (submitted_at - began_at))
            began_at = submitted_at
        key = f"{self.settings.cluster}:{int(raw)}:{submitted_at}"
        several = len(cards) > 1
        for model, number in cards:
            whose = (f"{key}:{model}" if several else key, account, user, shown, run_key, partition)
            limit_s = int(limit) * MINUTE_S if limit.isdigit() else 0
            if is_alive:
                assert began_at is not None
                self.in_flight.append(
                    InFlight(*whose, model, number, submitted_at, began_at, held_s, limit_s)
                )
            elif ended_at is None:
                raise ValueError("ended, but no time of its end")
            elif self.since <= ended_at < self.until:
                code, signal = _exit(exit_code)
                began = began_at if held_s else None
                ended = max(ended_at, submitted_at)
                how = _end(word, state, uid)
                told = (how, code, signal, limit_s, 0, nodes_of(tres))
                self.ended.append(
                    Used(*whose, model, number, submitted_at, began, ended, held_s, *told)
                )

    def _known(self, tres: str, partition: str) -> _Cards:
        known = self.cards_known.get((tres, partition))
        if known is None:
            known = self.cards_known[tres, partition] = self._cards(tres, partition)
        return known

    def _cards(self, tres: str, partition: str) -> _Cards:
        """The cards of a job by device model, and whether it is told of what kind they are.

        A job that named no type has its partition's.
        """
        cards = cards_of(tres, self.settings.models)
        total = cards.pop(ALL_MODELS, 0)
        untyped, is_told = total - sum(cards.values()), True
        if untyped > 0:
            models = self.models_by_partition()
            is_told = models is not None
            model = (models or {}).get(partition, "")
            cards[model] = cards.get(model, 0) + untyped
        return tuple(cards.items()) or (("", 0),), is_told


def totals(
    programs: Programs, settings: Settings, *, since: int, until: int
) -> tuple[DayTotal, ...]:
    """See ``Accounts.totals``: Slurm's own rollup, by account, user and card type."""
    types = sorted({*settings.types.values()} - {UNTYPED})
    kinds = ",".join(["gres/gpu", *(f"gres/gpu:{one}" for one in types)])
    text = programs.read(
        "sreport", "-n", "-P", "-t", "Seconds", "-T", kinds,
        "cluster", "AccountUtilizationByUser", f"cluster={settings.cluster}",
        f"start=uts{since}", f"end=uts{until}", "format=account,login,tresname,used",
    )  # fmt: skip
    found = []
    for account, user, tres, used in rows_of_accounts(text, 4, program="sreport"):
        model = "" if tres == "gres/gpu" else settings.models.get(tres.partition(":")[2])
        if user and model is not None:
            seconds = number_of(used, program="sreport")
            found.append(DayTotal(account, user, model, seconds))
    return tuple(found)


def summed_until(programs: Programs, settings: Settings, *, since: int, until: int) -> int:
    """See ``Accounts.summed_until``. An hour that is not filled yet has no utilisation.

    Sums come within hours, so none is looked for that is two days old: each hour is a call.
    """
    end = until // HOUR_S * HOUR_S
    while end > max(since, until - _SUMMED_S_MAX):
        said = programs.read(
            "sreport", "-n", "-P", "-t", "Seconds", "-T", "cpu",
            "cluster", "Utilization", f"cluster={settings.cluster}",
            f"start=uts{end - HOUR_S}", f"end=uts{end}", "format=cluster,tresname,reported",
        )  # fmt: skip
        if rows_of(said, 3, program="sreport"):
            return end
        end -= HOUR_S
    return since


def _end(word: str, state: str, uid: str) -> RunEnd:
    """How a run ended; who cancelled it stands in its state, as ``CANCELLED by 1001``.

    What Praya cancels, as at an award's end, is no fault of the machines: it is cancelled, as by
    its member. Where Praya runs as root, so is what anybody cancels as root.
    """
    by = state.removeprefix("CANCELLED by ")
    if by != state and by not in {uid, str(os.geteuid())}:
        return RunEnd.CANCELLED_BY_ANOTHER
    return ENDS.get(word, RunEnd.UNKNOWN)


def _instant(text: str) -> int | None:
    if text in _NO_TIME:
        return None
    seconds = int(text)
    return seconds if seconds > 0 else None


def _own_key(name: str) -> str:
    key = name.removeprefix(NAME_PREFIX)
    return key if is_key(key) else ""


@cache
def _exit(text: str) -> tuple[int, int]:
    code, _, signal = text.partition(":")
    return int(code or 0), int(signal or 0)
