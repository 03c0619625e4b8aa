"""A private PostgreSQL for tests: ``python tests/services/postgres.py -- command ...``.

The server listens on a free port of the loopback address and trusts whoever asks there. It lives in
a directory of its own, forgets safety for speed, and is stopped and removed when the command ends.
The command finds it in ``DATABASE_URL``. PostgreSQL does not run as root: started by root, the
server runs as ``postgres`` or ``nobody``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

START_S_MAX = 60
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL that is installed, or ``None``."""
    beside = shutil.which("initdb")
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(debian, key=lambda path: float(path.parts[-3]))
    found = newest[-1] if newest else beside
    return Path(found).parent if found else None


@contextmanager
def private_server() -> Iterator[str]:
    """Run a server and give its ``DATABASE_URL``; it is gone afterwards, whatever happened."""
    with server_of(FAST) as server:
        yield server.url


@contextmanager
def server_of(configuration: tuple[str, ...]) -> Iterator[Server]:
    """Run a server with such settings; it is gone afterwards, whatever happened."""
    home = Path(tempfile.mkdtemp(prefix="praya-pg-", dir="/tmp"))
    server = Server(home, _free_port(), _owner())
    try:
        server.make(configuration)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@dataclass(frozen=True)
class Server:
    """A server in a directory of its own."""

    home: Path
    port: int
    owner: pwd.struct_passwd | None

    @property
    def url(self) -> str:
        """Its ``DATABASE_URL``."""
        return f"postgres://praya@127.0.0.1:{self.port}/postgres"

    def make(self, configuration: tuple[str, ...]) -> None:
        """Make its directory."""
        if self.owner is not None:
            os.chown(self.home, self.owner.pw_uid, self.owner.pw_gid)
        data = str(self.home / "data")
        self._run("initdb", "-D", data, "-U", "praya", "-A", "trust", "-E", "UTF8", "--no-sync")
        with (self.home / "data/postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(f"listen_addresses = '127.0.0.1'\nport = {self.port}\n")
            conf.write(f"unix_socket_directories = '{self.home}'\n")
            conf.write("".join(f"{setting}\n".replace("=", " = ") for setting in configuration))

    def start(self) -> None:
        """Start it, also after it was killed, and wait until it answers."""
        data, log = str(self.home / "data"), str(self.home / "log")
        self._run("pg_ctl", "start", "-D", data, "-l", log, "-w", "-t", str(START_S_MAX))

    def stop(self) -> None:
        """Stop it at once, as when nothing of it is needed any more; killed, it has stopped."""
        if (self.home / "data/postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-D", str(self.home / "data"), "-m", "immediate", "-w")

    def kill(self) -> None:
        """Kill all of its processes at once, as a power cut would; ``start`` starts it again."""
        lock = self.home / "data/postmaster.pid"
        master = int(lock.read_text().split()[0])
        # The master first, so that it begins nothing anew.
        processes = [master, *_children_of(master)]
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(map(_is_alive, processes)):
            time.sleep(0.01)
        # A child that was born meanwhile sees that its master is gone, and goes.
        time.sleep(0.5)
        # Whose parent does not care stays listed, and the next server would take it for alive.
        for left in (lock, self.home / f".s.PGSQL.{self.port}.lock"):
            left.unlink()

    def _run(self, program: str, *arguments: str) -> None:
        folder = binaries()
        assert folder is not None, "PostgreSQL is not installed"
        subprocess.run(
            [folder / program, *arguments],
            check=True,
            cwd=self.home,
            user=self.owner.pw_uid if self.owner else None,
            group=self.owner.pw_gid if self.owner else None,
            extra_groups=[] if self.owner else None,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=START_S_MAX * 2,
        )


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _children_of(pid: int) -> list[int]:
    listed = (Path(f"/proc/{pid}/task/{pid}/children")).read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def main(arguments: list[str]) -> int:
    """Run the command with a server beside it; answer as the command does."""
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    if not arguments:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    if binaries() is None:
        sys.stderr.write("PostgreSQL is not installed: no initdb in /usr/lib/postgresql/*/bin\n")
        return 69
    # So that the server is stopped too when the command's caller gives up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with private_server() as url:
        finished = subprocess.run(arguments, env={**os.environ, "DATABASE_URL": url}, check=False)
    return finished.returncode


def _owner() -> pwd.struct_passwd | None:
    """Whom the server runs as, where it must be somebody else than the caller."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
