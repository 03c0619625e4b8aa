"""What set-up compiles in the background ends with whoever began it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


def _listens(pid: int) -> bool:
    """Whether the program itself runs there, and an interrupt would reach it."""
    here = Path(f"/proc/{pid}")
    if b"praya.traces.warming" not in (here / "cmdline").read_bytes().split(b"\0"):
        return False
    status = (here / "status").read_text(encoding="ascii").splitlines()
    [ignored] = [line.split()[1] for line in status if line.startswith("SigIgn")]
    return not int(ignored, 16) >> (signal.SIGINT - 1) & 1


def _runs(pid: int) -> bool:
    """Whether a process is there, and not merely waits to be counted out."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.once
def test_ctrl_c_ends_it_though_a_script_began_it_in_the_background():
    begin = f'"{sys.executable}" -m praya.traces.warming >/dev/null 2>&1 & echo $!; wait'
    with subprocess.Popen(
        ["sh", "-c", begin], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as script:
        assert script.stdout is not None
        pid = int(script.stdout.readline())
        give_up_at = time.monotonic() + 60
        while not _listens(pid):
            assert time.monotonic() < give_up_at
            time.sleep(0.05)
        os.killpg(script.pid, signal.SIGINT)
        script.wait(60)
    give_up_at = time.monotonic() + 60
    while _runs(pid):
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
