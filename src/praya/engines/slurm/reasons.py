"""Why a job waits on a Slurm: its reason words, and what each means in Praya's terms.

Slurm builds most of its words from parts: whose limit (``Assoc``, ``QOS``, and neither where a
class of service limits each account), over what (``Grp`` for everybody together, ``Max`` for one
job, user or account), and of which resource. Those are read by their parts; the others stand in a
table.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from praya.core.execution.limits import ALL_MODELS
from praya.core.execution.port import is_key
from praya.core.execution.waiting import Alive, Holds
from praya.engines.slurm.accounting import NAME_PREFIX
from praya.engines.slurm.amounts import cards_of, nodes_of, span_s
from praya.engines.slurm.command import Programs, garbled, rows_of_jobs
from praya.engines.slurm.settings import Settings
from praya.engines.slurm.whole_nodes import Machines

TABLE = {
    Holds.TURN: "Priority",
    Holds.CARDS: "Resources Cleaning",
    Holds.NOT_YET: "BeginTime Dependency JobArrayTaskLimit Prolog",
    Holds.NEVER: "DependencyNeverSatisfied BadConstraints Constraints DeadLine InactiveLimit",
    Holds.HELD: "JobHeldUser JobHeldAdmin JobHoldMaxRequeue launch_failed_requeued_held",
    Holds.MACHINES: "PartitionDown PartitionInactive NodeDown ReqNodeNotAvail FrontEndDown "
    "PowerNotAvail PowerReserved MaxPoweredUpNodes Nodes Nodes_required_for_job_are_DOWN",
    Holds.RESERVED: "Reservation ReservationDeleted ReservationInvalid",
    Holds.LICENCES: "Licenses BurstBufferResources BurstBufferStageIn BurstBufferOperation",
    Holds.TOO_LONG: "PartitionTimeLimit TimeLimit AssociationTimeLimit QOSTimeLimit",
    Holds.TOO_LARGE: "PartitionNodeLimit PartitionConfig NodeCount MaxMemPerLimit BlockMaxError",
    Holds.CARDS_AT_ONCE: "AssociationResourceLimit QOSResourceLimit",
    Holds.JOBS_AT_ONCE: "AssociationJobLimit QOSJobLimit",
    Holds.NOT_ALLOWED: "InvalidAccount InvalidQOS QOSNotAllowed AccountNotAllowed Account "
    "AccountingPolicy QOSUsageThreshold QOSMinCpuNotSatisfied",
    Holds.SYSTEM: "None SchedDefer SystemFailure JobLaunchFailure NonZeroExitCode FedJobLock "
    "BlockFreeAction OutOfMemory RaisedSignal MpiPortsBusy",
}
_BY_WORD = {word: holds for holds, words in TABLE.items() for word in words.split()}
# What some versions say in place of a word, with facts; the spaces may be underscores.
_SENTENCES = (
    (re.compile(r"Job's.account.not.permitted"), "AccountNotAllowed"),
    (re.compile(r"Job's.QOS.not.permitted"), "QOSNotAllowed"),
    (re.compile(r"launch.failed.requeued|job.requeued.in"), "JobHoldMaxRequeue"),
)
_LIMIT = re.compile(
    r"(?P<whose>Assoc|QOS|(?=Max\w+Per(?:Account|User)$))(?P<many>Grp|Max|Min)(?P<what>[A-Z][A-Za-z]*?)"
    r"(?P<per>Per(?:Job|Node|User|Account))?(?:Limit)?"
)
# What Praya sets on accounts; another limit there is the cluster's own.
_OF_AWARDS = re.compile(r"AssocGrp(GRES|GRESMinutes|JobsLimit|SubmitJobsLimit)|AssocMaxWall\w+")
_WHOSE = {
    "Assoc": "award",
    "QOS": "class-of-service",
    "": "class-of-service",
    "Partition": "partition",
}
# What is held back after it began once, or after its reservation was gone, has a state of its own.
_WAITING = ("PENDING", "REQUEUED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "SPECIAL_EXIT")
_STATES = ",".join((*_WAITING, "CONFIGURING", "RUNNING", "SUSPENDED", "STOPPED", "COMPLETING"))
_COLUMNS = (
    ("JobArrayID", 40),
    ("Account", 255),
    ("UserName", 255),
    ("Partition", 60),
    ("State", 20),
    ("Reason", 60),
    ("TimeLimit", 24),
    ("SubmitTime", 24),
    ("StartTime", 24),
    ("PriorityLong", 24),
    ("tres-alloc", 250),
    ("OverSubscribe", 24),
    ("Name", 200),
)


def meaning_of(reason: str) -> tuple[Holds, str]:
    """What a reason word means, and whose limit it is where it is one.

    >>> meaning_of("AssocGrpGRESMinutes")
    (<Holds.ALLOWANCE: 'allowance'>, 'award')
    """
    # "ReqNodeNotAvail, UnavailableNodes:n1" carries facts after its word.
    said = (word for sentence, word in _SENTENCES if sentence.match(reason))
    word = next(said, re.split(r"[,(\s]", reason.strip("()"), maxsplit=1)[0])
    if word in _BY_WORD:
        prefix = re.match("Partition|Assoc|QOS", word)
        return _BY_WORD[word], _WHOSE.get(prefix[0], "") if prefix else ""
    match = _LIMIT.fullmatch(word)
    if match is None:
        return Holds.UNKNOWN, ""
    whose = _WHOSE[match["whose"]]
    if whose == "award" and not _OF_AWARDS.fullmatch(word):
        whose = "account"
    return _limit(match["many"], match["what"], match["per"] or "", whose), whose


def _limit(many: str, what: str, per: str, whose: str) -> Holds:
    """The meaning of a limit, from its parts."""
    if what in {"Jobs", "SubmitJobs", "SubmitJob"}:
        return Holds.CLOSED if whose == "award" else Holds.JOBS_AT_ONCE
    if what == "WallDuration":
        return Holds.TOO_LONG
    if many == "Min":
        return Holds.NOT_ALLOWED
    if per in {"PerJob", "PerNode"}:
        return Holds.TOO_LARGE
    is_sum = what == "Wall" or (what.endswith("Minutes") and not what.endswith("RunMinutes"))
    return Holds.ALLOWANCE if many == "Grp" and is_sum else Holds.CARDS_AT_ONCE


def alive(programs: Programs, settings: Settings, machines: Machines) -> tuple[Alive, ...]:
    """See ``Explains.alive``."""
    rows = rows_of_jobs(programs, _COLUMNS, f"--states={_STATES}")
    for row in rows:
        if not row[7].isdigit():
            raise garbled("squeue", " | ".join(row))
    queues, models = _queues(rows), machines.models
    return tuple(_alive(parts, settings, machines, models, queues) for parts in rows)


def _queues(rows: Sequence[Sequence[str]]) -> dict[str, list[int]]:
    """The priorities of what waits for each partition, the lowest first."""
    found: dict[str, list[int]] = {}
    for _, _, _, partition, state, _, _, _, _, priority, *_ in rows:
        if state in _WAITING and priority.isdigit():
            found.setdefault(partition, []).append(int(priority))
    return {partition: sorted(priorities) for partition, priorities in found.items()}


def _alive(
    parts: list[str],
    settings: Settings,
    machines: Machines,
    partitions: Mapping[str, str],
    queues: Mapping[str, list[int]],
) -> Alive:
    job_id, account, user, partition, state, reason, limit, submit, start, priority, *more = parts
    tres, shares, name = more
    cards = cards_of(tres, settings.models)
    total = cards.pop(ALL_MODELS, 0)
    model = next(iter(cards), partitions.get(partition, ""))
    runs = state not in _WAITING
    asked = (total, nodes_of(tres))
    held = asked if runs else machines.held(partition, shares, cards, *asked)
    holds, whose = (Holds.NOTHING, "") if runs else meaning_of(reason)
    at = int(start) if start.isdigit() else None
    queue = [] if runs else queues.get(partition, [])
    run_key = name[len(NAME_PREFIX) :] if name.startswith(NAME_PREFIX) else ""
    return Alive(
        job_id=job_id,
        run_key=run_key if is_key(run_key) else "",
        account=account,
        member=user,
        partition=partition,
        device_model=model,
        cards=held[0],
        time_limit_s=span_s(limit) or 0,
        submitted_at=int(submit),
        expected_at=None if runs else at,
        reason="" if runs else reason.strip("()"),
        holds=holds,
        whose=whose,
        began_at=(at or int(submit)) if runs else None,
        ahead=len(queue) - bisect_right(queue, int(priority)) if priority.isdigit() else 0,
        nodes=held[1],
        cards_asked=total if held[0] != total else None,
    )
