"""How long Praya takes to begin, and what it keeps in memory while it serves."""

from __future__ import annotations

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks import sites

REPETITIONS = 5
PAGES = ("/", "/programmes/", "/programmes/harbour/", "/programmes/harbour/figures/")
ROUNDS = 50
WAIT_S_MAX = 60


def measure() -> dict[str, Any]:
    """Help of the terminal program; from the start of serving to the first answer; memory."""
    variables = sites.make("small")
    return {
        "praya --help": {"s": _help_s(variables)},
        "praya serve": _serving(variables),
    }


def _praya(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).parent / "praya"), *arguments]


def _help_s(variables: dict[str, str]) -> float:
    took = []
    for _ in range(REPETITIONS):
        began = time.monotonic()
        subprocess.run(_praya("--help"), env=variables, stdout=subprocess.DEVNULL, check=True)
        took.append(time.monotonic() - began)
    return round(statistics.median(took), 2)


def _serving(variables: dict[str, str]) -> dict[str, Any]:
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    began = time.monotonic()
    server = subprocess.Popen(
        _praya("serve", "--port", str(port)),
        env=variables | {"PRAYA_URL": address},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(address, server)
        first_answer_s = round(time.monotonic() - began, 2)
        at_rest = _memory_mib(server.pid)
        for _ in range(ROUNDS):
            for path in PAGES:
                _get(address + path)
        return {
            "first_answer_s": first_answer_s,
            "memory_mib": at_rest,
            "memory_after_200_pages_mib": _memory_mib(server.pid),
        }
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=WAIT_S_MAX)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + WAIT_S_MAX
    while time.monotonic() < ends:
        assert server.poll() is None, "praya serve ended by itself"
        try:
            _get(address + "/")
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(address)


def _get(url: str) -> None:
    with urllib.request.urlopen(url, timeout=WAIT_S_MAX) as answer:
        answer.read()


def _memory_mib(pid: int) -> int:
    """Resident memory of a process and its children."""
    total = 0
    for each in [pid, *_children(pid)]:
        status = Path(f"/proc/{each}/status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        total += int(found[1]) if found else 0
    return total // 1024


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in text.split()]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
