"""What ``./run`` and ``.ci/run`` see to before a program of Praya's runs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.once


def program(path, *lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    path.chmod(0o755)


def is_there(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize(("user", "required"), [(0, "1"), (1000, "no")])
def test_the_server_requires_services_where_root_could_install_them(tmp_path, user, required):
    server = tmp_path / ".ci/run"
    server.parent.mkdir()
    shutil.copy(ROOT / ".ci/run", server)
    program(tmp_path / "run", 'echo "$1 ${PRAYA_REQUIRE_SERVICES:-no}"')
    program(tmp_path / "bin/id", f"echo {user}")
    given = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}

    said = subprocess.run([server], env=given, capture_output=True, text=True, check=True).stdout

    assert said == f"check {required}\ntest {required}\n"


def test_a_demo_that_is_ended_takes_along_what_set_up_began_in_the_background(tmp_path):
    shutil.copy(ROOT / "run", tmp_path)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/run.txt").touch()
    compiling = 'case "$*" in *warming*) echo $$ >compiling; exec sleep 60 ;; esac'
    program(tmp_path / ".venv/bin/python", compiling)
    program(tmp_path / ".venv/bin/praya", "exec sleep 60")
    demo = subprocess.Popen([tmp_path / "run", "demo"], cwd=tmp_path, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 50
    told = tmp_path / "compiling"
    command = Path(f"/proc/{demo.pid}/cmdline")
    while not (told.exists() and told.read_text() and command.read_bytes().startswith(b"sleep")):
        assert time.monotonic() < until
        time.sleep(0.01)

    demo.send_signal(signal.SIGTERM)
    demo.wait(50)

    while is_there(int(told.read_text())):
        assert time.monotonic() < until
        time.sleep(0.01)
