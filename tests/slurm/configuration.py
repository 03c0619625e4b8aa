"""The files of a private Slurm: small, on the loopback interface only, with pretended cards."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Group:
    """Machines of one kind: a partition of that name, with nodes ``name01``, ``name02`` ...

    Where ``card`` is empty, the cards have no type, and the partition is called ``name``.
    """

    name: str
    card: str
    cards: int
    nodes: int

    @property
    def partition(self) -> str:
        """The name of its partition."""
        return self.card or self.name

    @property
    def gres(self) -> str:
        """What each of its machines has, in Slurm's words."""
        return f"gpu:{self.card}:{self.cards}" if self.card else f"gpu:{self.cards}"

    def node_names(self) -> list[str]:
        """The names of its nodes."""
        return [f"{self.name}{number:02d}" for number in range(1, self.nodes + 1)]


SMALL = (Group("h800n", "h800", 8, 2), Group("ascn", "ascend910b", 8, 1))


def slurm_conf(home: Path, port: int, host: str, groups: tuple[Group, ...], more: str) -> str:
    """``slurm.conf``: what makes limits hold, and no waiting that a test would have to sit out."""
    kinds = ",".join(["gres/gpu", *(f"gres/gpu:{group.card}" for group in groups if group.card)])
    lines = []
    at = port + 10
    for group in groups:
        for node in group.node_names():
            lines.append(
                f"NodeName={node} NodeHostname={node} NodeAddr=127.0.0.1 Port={at} CPUs=64 "
                "Boards=1 SocketsPerBoard=2 CoresPerSocket=32 ThreadsPerCore=1 RealMemory=512000 "
                f"Gres={group.gres} State=UNKNOWN"
            )
            at += 1
        default = "YES" if group is groups[0] else "NO"
        lines.append(
            f"PartitionName={group.partition} Nodes={','.join(group.node_names())} "
            f"Default={default} MaxTime=7-00:00:00 DefaultTime=00:10:00 DefMemPerCPU=100 State=UP"
        )
    return f"""\
ClusterName=trial
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port + 1}
SlurmUser=slurm
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={home}/munge/socket,cred_expire=5
CredType=cred/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SrunPortRange={port + 60}-{port + 99}
StateSaveLocation={home}/state
SlurmdSpoolDir={home}/spool/%n
SlurmctldPidFile={home}/state/slurmctld.pid
SlurmdPidFile={home}/spool/%n.pid
SlurmctldLogFile={home}/log/slurmctld.log
SlurmdLogFile={home}/log/%n.log
SlurmdParameters=config_overrides
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SlurmdTimeout=30
KillWait=2
MinJobAge=300
MessageTimeout=10
MaxArraySize=10001
JobRequeue=1
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
GresTypes=gpu
Licenses=trial:1
PriorityType=priority/multifactor
PriorityDecayHalfLife=0
PriorityUsageResetPeriod=NONE
PriorityCalcPeriod=1
PreemptType=preempt/qos
PreemptMode=REQUEUE
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={port + 2}
AccountingStoragePass={home}/munge/socket
AccountingStorageTRES={kinds}
AccountingStorageEnforce=associations,limits,qos,safe
AccountingStoreFlags=job_comment
JobCompType=jobcomp/none
{chr(10).join(lines)}
{more}
"""


def gres_conf(home: Path, groups: tuple[Group, ...]) -> str:
    """``gres.conf``: each card is one of the files in ``dev``."""
    lines = ["AutoDetect=off"]
    for group in groups:
        for node in group.node_names():
            cards = f"{home}/dev/{node}-gpu[0-{group.cards - 1}]"
            kind = f"Type={group.card} " if group.card else ""
            lines.append(f"NodeName={node} Name=gpu {kind}File={cards}")
    return "\n".join([*lines, ""])


def slurmdbd_conf(home: Path, port: int, password: str) -> str:
    """``slurmdbd.conf``."""
    return f"""\
AuthType=auth/munge
AuthInfo=socket={home}/munge/socket
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort={port + 2}
CommunicationParameters=NoInAddrAny
SlurmUser=slurm
LogFile={home}/log/slurmdbd.log
PidFile={home}/state/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={port + 3}
StorageUser=slurm
StoragePass={password}
StorageLoc=slurm_acct_db
"""


def my_cnf(home: Path, port: int) -> str:
    """MariaDB's: utf8mb4, or names outside Latin-1 become question marks; quick, not safe.

    Its temporary tables are its own: one that begins clears away those of others that it finds.
    """
    return f"""\
[mariadbd]
datadir={home}/db
tmpdir={home}/tmp
socket={home}/db.sock
pid-file={home}/db.pid
bind-address=127.0.0.1
port={port + 3}
skip-name-resolve
skip-log-bin
character-set-server=utf8mb4
collation-server=utf8mb4_general_ci
performance-schema=OFF
innodb_buffer_pool_size=128M
innodb_log_file_size=32M
innodb_flush_log_at_trx_commit=0
innodb_lock_wait_timeout=900
max_allowed_packet=64M
"""
