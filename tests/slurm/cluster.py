"""A private Slurm for tests: ``python -m tests.slurm.cluster -- command ...``.

The real thing from Debian's packages: munge, MariaDB, slurmdbd, slurmctld and a slurmd for each
node. Only the cards are pretended: their device files are copies of ``/dev/null``. It lives in a
directory and a block of ports of its own on the loopback interface, needs root (slurmd starts jobs
as other users), and is stopped and removed when the command ends. Every daemon is a child that dies
with this process, and whatever bears its mark in its environment is ended with it. The command
finds it by ``SLURM_CONF``.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.slurm.configuration import SMALL, Group, gres_conf, my_cnf, slurm_conf, slurmdbd_conf

from praya.engines.local.processes import descendants_of, every_pid

PROGRAMS = ("munged", "mariadbd", "mariadb-install-db", "slurmdbd", "slurmctld", "slurmd", "sbatch")
START_S_MAX = 60
_PREFIX = "praya-slurm-"
_MARK = "PRAYA_TRIAL_SLURM"
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


def why_not() -> str:
    """Why no private Slurm can run here; empty if one can."""
    missing = [name for name in PROGRAMS if shutil.which(name, path=_PATH) is None]
    if missing:
        return f"Slurm is not installed: no {', '.join(missing)}"
    if os.geteuid() != 0:
        return "a private Slurm needs root: slurmd starts jobs as other users"
    return ""


@contextmanager
def private_cluster(
    groups: tuple[Group, ...] = SMALL,
    more: str = "",
    *,
    zone: str = "",
    beside: Cluster | None = None,
) -> Iterator[Cluster]:
    """Run a cluster; it is gone afterwards, whatever happened.

    Its daemons are in a time ``zone``. One that is ``beside`` another keeps its accounts in that
    one's slurmdbd.
    """
    _sweep()
    home = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir="/tmp"))
    cluster = Cluster(home, _free_block(), groups, zone=zone, beside=beside)
    try:
        cluster.make(more)
        cluster.start_all()
        yield cluster
    finally:
        cluster.stop_all()
        shutil.rmtree(home, ignore_errors=True)


class Cluster:
    """A Slurm in a directory of its own."""

    def __init__(
        self,
        home: Path,
        port: int,
        groups: tuple[Group, ...],
        *,
        zone: str = "",
        beside: Cluster | None = None,
    ) -> None:
        self.name = "beside" if beside else "trial"
        self.beside = beside
        self.home = home
        self.zone = {"TZ": zone} if zone else {}
        self.port = port
        self.groups = groups
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def environment(self) -> dict[str, str]:
        """What a client needs."""
        return {"SLURM_CONF": str(self.home / "etc/slurm.conf"), "PATH": _PATH}

    @property
    def nodes(self) -> list[str]:
        """The names of all nodes."""
        return [name for group in self.groups for name in group.node_names()]

    # -- making and running ------------------------------------------------------------------

    def make(self, more: str) -> None:
        """Write its files; everything that every user must reach is open to every user."""
        self.home.chmod(0o755)
        owners = {
            "etc": "root",
            "dev": "root",
            "spool": "root",
            "shared": "root",
            "log": "slurm",
            "state": "slurm",
            "munge": "munge",
            "db": "mysql",
            "tmp": "mysql",
        }
        for folder, owner in owners.items():
            (self.home / folder).mkdir()
            shutil.chown(self.home / folder, owner, owner)
        (self.home / "log").chmod(0o777)
        shutil.chown(self.home, "mysql")
        password = secrets.token_hex(12)
        host = os.uname().nodename.split(".", maxsplit=1)[0]
        etc = self.home / "etc"
        told = slurm_conf(self.home, self.port, host, self.groups, more)
        (etc / "slurm.conf").write_text(self._with_its_accounts(told))
        (etc / "gres.conf").write_text(gres_conf(self.home, self.groups))
        (etc / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        (etc / "my.cnf").write_text(my_cnf(self.home, self.port))
        self._secret(etc / "slurmdbd.conf", slurmdbd_conf(self.home, self.port, password), "slurm")
        self._secret(self.home / "munge/key", secrets.token_hex(64), "munge")
        for group in self.groups:
            for node in group.node_names():
                (self.home / "spool" / node).mkdir()
                for card in range(group.cards):
                    _device(self.home / "dev" / f"{node}-gpu{card}")
        arguments = ["--no-defaults", "--user=mysql", f"--datadir={self.home}/db"]
        arguments.append(f"--tmpdir={self.home}/tmp")
        arguments.append("--auth-root-authentication-method=socket")
        self._run(
            ["mariadb-install-db", *arguments, "--skip-test-db", "--skip-name-resolve"],
        )
        self._password = password

    def start_all(self) -> None:
        """Start everything that does not run, and wait until every node can be used."""
        if self.beside is None:
            self._start_accounts()
        # The cluster must be known before slurmctld asks for its limits.
        if self.name not in self.ask("sacctmgr", "-nP", "show", "cluster", "format=cluster"):
            self.ask("sacctmgr", "-iQ", "add", "cluster", self.name)
        self.start("slurmctld")
        for node in self.nodes:
            self.start(node)
        self._wait("the nodes", self._every_node_answers)

    def _start_accounts(self) -> None:
        self.start("munged")
        self.start("mariadbd")
        self._run(
            ["mariadb", "--no-defaults", f"--socket={self.home}/db.sock", "--user=root"],
            said="create database if not exists slurm_acct_db;"
            f"create user if not exists 'slurm'@'127.0.0.1' identified by '{self._password}';"
            "grant all on slurm_acct_db.* to 'slurm'@'127.0.0.1';",
        )
        self.start("slurmdbd")

    def _with_its_accounts(self, told: str) -> str:
        """Its ``slurm.conf``, with the accounts of the cluster that it is beside."""
        if self.beside is None:
            return told
        first = self.beside
        for mine, theirs in (
            ("ClusterName=trial", f"ClusterName={self.name}"),
            (f"{self.home}/munge/socket", f"{first.home}/munge/socket"),
            (f"AccountingStoragePort={self.port + 2}", f"AccountingStoragePort={first.port + 2}"),
        ):
            assert mine in told, mine
            told = told.replace(mine, theirs)
        return told

    def start(self, daemon: str) -> None:
        """Start one daemon, named by its program or its node, and wait until it answers."""
        if self.is_running(daemon):
            return
        command, user, answers = self._daemon(daemon)
        entry = pwd.getpwnam(user)
        with (self.home / f"log/{daemon}.out").open("ab") as log:
            self._processes[daemon] = subprocess.Popen(
                command,
                user=entry.pw_uid,
                group=entry.pw_gid,
                extra_groups=[],
                env={**self.environment, **self.zone, _MARK: str(self.home), "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        if answers is not None:
            self._wait(daemon, answers)

    def stop(self, daemon: str, *, hard: bool = False) -> None:
        """Stop one daemon and wait until it is gone; ``start`` starts it again."""
        process = self._processes.pop(daemon, None)
        if process is None:
            return
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGKILL if hard else signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def freeze(self, daemon: str) -> None:
        """Let it hang: it keeps its connections and answers nothing."""
        self._processes[daemon].send_signal(signal.SIGSTOP)

    def thaw(self, daemon: str) -> None:
        """Let it go on."""
        self._processes[daemon].send_signal(signal.SIGCONT)

    def is_running(self, daemon: str) -> bool:
        """Whether it was started and has not ended."""
        process = self._processes.get(daemon)
        return process is not None and process.poll() is None

    def stop_all(self) -> None:
        """End every process of the cluster, jobs first, and remove the users made for it."""
        for daemon in ("slurmctld", *self.nodes, "slurmdbd", "mariadbd", "munged"):
            self.stop(daemon, hard=True)
        for _ in range(50):
            left = _with_descendants(_marked(self.home))
            if not left:
                break
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        _remove_users(self.home)

    # -- using -------------------------------------------------------------------------------

    def ask(self, *command: str, user: str | None = None, said: str = "") -> str:
        """What a client program prints, run as root or as a user; a failure is an error."""
        done = self.try_to(*command, user=user, said=said)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout.strip()

    def try_to(
        self, *command: str, user: str | None = None, said: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a client program; its status is the caller's business."""
        entry = pwd.getpwnam(user) if user else None
        return subprocess.run(
            command,
            input=said,
            user=entry.pw_uid if entry else None,
            group=entry.pw_gid if entry else None,
            extra_groups=[] if entry else None,
            env={**self.environment, "SLURM_TIME_FORMAT": "%s", "LC_ALL": "C.UTF-8"},
            cwd=self.home / "shared",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def end_jobs(self) -> None:
        """Cancel every job and wait until none is left, so that all cards are free."""
        for _ in range(200):
            alive = self.ask("squeue", "-h", "-o", "%A").split()
            if not alive:
                return
            self.ask("scancel", *sorted(set(alive)))
            time.sleep(0.1)
        raise RuntimeError(self.ask("squeue"))

    def add_user(self, name: str) -> str:
        """A unix user that jobs can run as; gone with the cluster."""
        with suppress(KeyError):
            pwd.getpwnam(name)
            return name
        self._run(["useradd", "--no-create-home", "--home-dir", "/", "--shell", "/bin/sh", name])
        with (self.home / "users").open("a") as file:
            file.write(f"{name}\n")
        return name

    # ----------------------------------------------------------------------------------------

    def _daemon(self, daemon: str) -> tuple[list[str], str, Callable[[], bool] | None]:
        """How it is started, as whom, and what tells that it answers."""
        munge = f"{self.home}/munge"
        conf = str(self.home / "etc/slurm.conf")
        if daemon == "munged":
            return (
                [
                    "munged",
                    "--foreground",
                    "--force",
                    "--num-threads=4",
                    f"--socket={munge}/socket",
                    f"--key-file={munge}/key",
                    f"--pid-file={munge}/pid",
                    f"--log-file={munge}/log",
                    f"--seed-file={munge}/seed",
                ],
                "munge",
                lambda: self._does(["munge", "-n", "-S", f"{munge}/socket"]),
            )
        if daemon == "mariadbd":
            return (
                ["mariadbd", f"--defaults-file={self.home}/etc/my.cnf"],
                "mysql",
                lambda: self._does(
                    ["mariadb-admin", "--no-defaults", f"--socket={self.home}/db.sock", "ping"]
                ),
            )
        if daemon == "slurmdbd":
            show = ["sacctmgr", "-nP", "show", "cluster"]
            return ["slurmdbd", "-D"], "slurm", lambda: self._does(show)
        if daemon == "slurmctld":
            return (
                ["slurmctld", "-D", "-f", conf],
                "slurm",
                lambda: self._does(["scontrol", "ping"]),
            )
        return ["slurmd", "-D", "-N", daemon, "-f", conf], "root", None

    def _every_node_answers(self) -> bool:
        states = self.ask("sinfo", "-h", "-N", "-o", "%N %T").splitlines()
        for line in states:
            node, state = line.split()
            if state.startswith("down") and not state.endswith("*"):
                self.try_to("scontrol", "update", f"nodename={node}", "state=resume")
        usable = {line.split()[0] for line in states if line.split()[1] in {"idle", "mixed"}}
        return usable >= set(self.nodes)

    def _does(self, command: list[str]) -> bool:
        environment = {**self.environment}
        with suppress(subprocess.TimeoutExpired):
            done = subprocess.run(
                command, env=environment, capture_output=True, timeout=10, check=False
            )
            return done.returncode == 0
        return False

    def _run(self, command: list[str], *, said: str = "") -> None:
        done = subprocess.run(
            command,
            input=said,
            env={"PATH": _PATH},
            capture_output=True,
            text=True,
            timeout=START_S_MAX,
            check=False,
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)

    def _wait(self, what: str, holds: Callable[[], bool]) -> None:
        give_up_at = time.monotonic() + START_S_MAX
        while not holds():
            process = self._processes.get(what)
            died = process is not None and process.poll() is not None
            if died or time.monotonic() > give_up_at:
                raise RuntimeError(f"{what} is not ready\n{self._logs()}")
            time.sleep(0.05)

    def _logs(self) -> str:
        parts = []
        for path in sorted((self.home / "log").iterdir()):
            last = path.read_text(errors="replace").splitlines()[-8:]
            parts.append("\n".join([f"-- {path.name}", *last]))
        return "\n".join(parts)

    def _secret(self, path: Path, content: str, owner: str) -> None:
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(content)
        shutil.chown(path, owner, owner)


def _sweep() -> None:
    """Remove what sessions left that were killed; their daemons died with them."""
    for home in Path("/tmp").glob(f"{_PREFIX}*"):
        pid = home.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            _remove_users(home)
            shutil.rmtree(home, ignore_errors=True)


def _remove_users(home: Path) -> None:
    """Remove the users that were made for a cluster."""
    with suppress(FileNotFoundError):
        for user in (home / "users").read_text().split():
            subprocess.run(["userdel", "--force", user], check=False, capture_output=True)


def _device(path: Path) -> None:
    """Another ``/dev/null``, or a plain file where none can be made; Slurm takes both."""
    try:
        os.mknod(path, 0o20666, os.makedev(1, 3))
    except PermissionError:
        path.touch()


def _die_with_parent() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _marked(home: Path) -> set[int]:
    """The processes that were started for this directory."""
    marks = {f"{_MARK}={home}".encode()}
    found = set()
    for pid in every_pid():
        with suppress(OSError):
            if marks & set(Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")):
                found.add(pid)
    return found - {os.getpid()}


def _with_descendants(pids: set[int]) -> set[int]:
    """These and all that came of them: a job does not bear the mark of the slurmd it came from."""
    return pids.union(*(descendants_of(pid) for pid in pids))


def _free_block() -> int:
    """The first of a hundred ports where nothing listens."""
    for base in (21_000 + 100 * ((os.getpid() + step) % 100) for step in range(100)):
        try:
            for offset in (1, 2, 3, 10, 60):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", base + offset))
        except OSError:
            continue
        return base
    raise RuntimeError("no free block of ports between 21000 and 31000")


def main(arguments: list[str]) -> int:
    """Run the command with a cluster beside it; answer as the command does."""
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    if not arguments:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    if why_not():
        sys.stderr.write(f"{why_not()}\n")
        return 69
    # So that the cluster is stopped too when the command's caller gives up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with private_cluster() as cluster:
        sys.stderr.write(f"SLURM_CONF={cluster.environment['SLURM_CONF']}\n")
        environment = {**os.environ, "SLURM_CONF": cluster.environment["SLURM_CONF"]}
        return subprocess.run(arguments, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
