"""Where a crash happens: a database that can be begun anew for each trial, filled and killed."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
from django.db import connection
from tests.nightly import NIGHTLY
from tests.services.postgres import Server, server_of

DISK_BYTES = 24 * 2**20
# As a site runs it: what a commit has answered is written. Whether it is on the disk already only
# a power cut could show, which no test here makes; a busy disk makes it slow.
DURABLE = (
    "synchronous_commit=on",
    "full_page_writes=on",
    f"fsync={'on' if NIGHTLY else 'off'}",
    "max_connections=20",
    "shared_buffers=16MB",
)


class Place(Protocol):
    """A database under trial."""

    home: Path

    def turn_to_template(self) -> None:
        """Turn to the database that every trial begins with, to make it."""

    def begin_trial(self) -> None:
        """Turn to a new copy of it."""

    def fill(self) -> None:
        """Leave no room on its disk."""

    def kill_server(self) -> None:
        """Kill the server, if there is one."""

    def recover(self) -> None:
        """Make room again, start what was killed."""


@dataclass
class File:
    """SQLite. Its disk is full because no file of this process may grow any more."""

    home: Path

    def turn_to_template(self) -> None:
        self._turn_to("template.sqlite3")

    def begin_trial(self) -> None:
        connection.close()
        for old in self.home.glob("trial.sqlite3*"):
            old.unlink()
        shutil.copy(self.home / "template.sqlite3", self.home / "trial.sqlite3")
        self._turn_to("trial.sqlite3")

    def fill(self) -> None:
        log = self.home / "trial.sqlite3-wal"
        resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, resource.RLIM_INFINITY))

    def kill_server(self) -> None:
        raise AssertionError("SQLite has no server")

    def recover(self) -> None:
        """The limit died with its process."""

    def _turn_to(self, name: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = str(self.home / name)


@dataclass
class Disk(File):
    """SQLite on a small disk of its own, really full."""

    def fill(self) -> None:
        """Write until nothing goes in any more."""
        handle = os.open(self.home / "filler", os.O_WRONLY | os.O_CREAT)
        for size in (2**16, 2**12, 1):
            with suppress(OSError):
                while os.write(handle, b"\0" * size):
                    pass
        with suppress(OSError):
            assert not os.write(handle, b"\0"), "there is room"
        os.close(handle)

    def recover(self) -> None:
        (self.home / "filler").unlink(missing_ok=True)


@dataclass
class Cluster:
    """PostgreSQL, durable. Its disk is full because its backend may write to no file any more."""

    home: Path
    server: Server

    def turn_to_template(self) -> None:
        self._run("CREATE DATABASE template_of_trials")
        self._turn_to("template_of_trials")

    def begin_trial(self) -> None:
        connection.close()
        self._run("DROP DATABASE IF EXISTS trial WITH (FORCE)")
        self._run("CREATE DATABASE trial TEMPLATE template_of_trials")
        self._turn_to("trial")

    def fill(self) -> None:
        """The next write to the log fails, as on a full disk; the server then restarts itself."""
        backend = connection.connection.info.backend_pid
        resource.prlimit(backend, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))

    def kill_server(self) -> None:
        self.server.kill()

    def recover(self) -> None:
        if not (self.server.home / "data/postmaster.pid").exists():
            self.server.start()

    def _turn_to(self, name: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = name

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.server.url, autocommit=True) as server:
            server.execute(statement.encode())


@contextmanager
def place_of(kind: str, home: Path) -> Iterator[Place]:
    """A place of a kind: ``sqlite``, ``disk`` (where one may be mounted) or ``postgresql``."""
    if kind == "sqlite":
        yield File(home)
    elif kind == "disk":
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "praya-crash", str(home)]
        subprocess.run(mount, check=True)
        try:
            yield Disk(home)
        finally:
            connection.close()
            subprocess.run(["umount", "-l", str(home)], check=True)
    else:
        with server_of(DURABLE) as server:
            connection.settings_dict.update(PORT=str(server.port))
            yield Cluster(home, server)
