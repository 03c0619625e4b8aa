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
from collections.abc import Iterator
from contextlib import contextmanager
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
    folder = binaries()
    assert folder is not None, "PostgreSQL is not installed"
    home = Path(tempfile.mkdtemp(prefix="praya-pg-", dir="/tmp"))
    owner = _owner()
    if owner is not None:
        os.chown(home, owner.pw_uid, owner.pw_gid)
    data, port = home / "data", _free_port()

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [folder / program, *arguments],
            check=True,
            cwd=home,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=START_S_MAX * 2,
        )

    try:
        run("initdb", "-D", str(data), "-U", "praya", "-A", "trust", "-E", "UTF8", "--no-sync")
        with (data / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(f"listen_addresses = '127.0.0.1'\nport = {port}\n")
            conf.write(f"unix_socket_directories = '{home}'\n")
            conf.write("".join(f"{setting}\n".replace("=", " = ") for setting in FAST))
        log = str(home / "log")
        run("pg_ctl", "start", "-D", str(data), "-l", log, "-w", "-t", str(START_S_MAX))
        try:
            yield f"postgres://praya@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "stop", "-D", str(data), "-m", "immediate", "-w")
    finally:
        shutil.rmtree(home, ignore_errors=True)


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
