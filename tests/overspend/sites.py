"""A whole site of its own for tests that kill it: a data directory, a database, real processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

ROOT = Path(__file__).resolve().parents[2]
START_S_MAX = 420


@dataclass
class Site:
    """One site; what it runs is ended when the test ends."""

    home: Path
    database_url: str
    serving: subprocess.Popen[str] | None = None
    programs: list[subprocess.Popen[str]] = field(default_factory=list)
    logs: list[Path] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are started with."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "PRAYA_HOME": str(self.home / "praya"),
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "praya.config.settings_tests",
            "PRAYA_TESTS_OF": "main",  # so that they keep this data directory
            "PYTHONPATH": str(ROOT),
            "PRAYA_JOB_GRACE_S": "1",
        }

    def begin(self, role: str, *arguments: object) -> subprocess.Popen[str]:
        """Begin a part of ``actors.py`` in a process of its own."""
        return self._begin("tests.overspend.actors", role, *map(str, arguments))

    def praya(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin ``praya …`` as its keeper would."""
        return self.module("praya.config.terminal", *arguments)

    def module(self, name: str, *arguments: str) -> subprocess.Popen[str]:
        """Begin a module in a process of its own."""
        self.programs.append(self._begin(name, *arguments))
        return self.programs[-1]

    def _begin(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", module, *arguments]
        log = self.home / f"{arguments[0]}-{uuid4().hex[:6]}.log"
        self.logs.append(log)
        with log.open("w") as told:
            return subprocess.Popen(
                command,
                env=self.environment,
                cwd=ROOT,
                text=True,
                stdout=subprocess.PIPE,
                stderr=told,
            )

    def ask(self, role: str, *arguments: object) -> Any:
        """The answer of a part of ``actors.py``."""
        return self.answer_of(self.begin(role, *arguments))

    def answer_of(self, process: subprocess.Popen[str]) -> Any:
        """What a process answers; with its log if it fails."""
        output, _ = process.communicate(timeout=START_S_MAX)
        assert process.returncode == 0, self.told()
        return json.loads(output)

    def serve(self, *arguments: object) -> str:
        """Begin serving, and wait until connections are taken; the address."""
        self.serving = self.begin("serve", *arguments)
        assert self.serving.stdout is not None
        address = self.serving.stdout.readline().strip()
        assert address.startswith("http://"), self.told()
        return address

    def kill(self) -> None:
        """End the serving process as a power cut would."""
        assert self.serving is not None
        self.serving.send_signal(signal.SIGKILL)
        self._served()

    def stop(self) -> None:
        """End the serving process as its keeper would."""
        assert self.serving is not None
        self.serving.terminate()
        assert self._served() == 0, self.told()

    def end(self) -> None:
        """Leave nothing running."""
        if self.serving is not None and self.serving.poll() is None:
            self.kill()
        for program in self.programs:
            program.kill()
            program.communicate()
        self.programs.clear()

    def _served(self) -> int:
        """How the serving process ended."""
        assert self.serving is not None
        self.serving.communicate(timeout=START_S_MAX)
        return self.serving.returncode

    def wait_until(self, state: str) -> None:
        """Wait until some job is in a state."""
        self.ask("until", state)

    def wait_until_settled(self) -> dict[str, Any]:
        """The state of the site once no job is alive."""
        return self.ask("until", "settled")

    def told(self) -> str:
        """What its processes wrote to their logs."""
        return "\n".join(f"{log.name}: {log.read_text()}" for log in self.logs)


@contextmanager
def new_site() -> Iterator[Site]:
    """A site with a programme and machines, on the kind of database the suite runs on."""
    home = Path(tempfile.mkdtemp(prefix="praya-site-"))
    with new_database() as database_url:
        site = Site(home, database_url)
        try:
            yield site
        finally:
            site.end()
            shutil.rmtree(home, ignore_errors=True)


@contextmanager
def new_database() -> Iterator[str]:
    """An empty database beside the suite's own; SQLite in the data directory where that is used."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield ""
        return
    name = f"overspend_{uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
