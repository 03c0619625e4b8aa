"""What Praya takes to begin and to answer a command, its memory, and the demo's story."""

from __future__ import annotations

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
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
    """Help, and a list at the terminal; from the start of serving to its first answer; the demo."""
    variables = sites.make("small")
    return {
        "praya --help": _command(variables, "--help"),
        "praya jobs": _jobs(variables),
        "praya serve": _serving(variables),
        "praya demo": _demo(variables),
    }


def _praya(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).parent / "praya"), *arguments]


def _command(variables: dict[str, str], *arguments: str) -> dict[str, float]:
    """A command of the terminal program, again and again: the medians."""
    took, cpu = [], []
    for _ in range(REPETITIONS):
        before, began = os.times(), time.monotonic()
        subprocess.run(_praya(*arguments), env=variables, stdout=subprocess.DEVNULL, check=True)
        took.append(time.monotonic() - began)
        cpu.append(sum(os.times()[2:4]) - sum(before[2:4]))
    return {"s": round(statistics.median(took), 2), "cpu_s": round(statistics.median(cpu), 2)}


def _jobs(variables: dict[str, str]) -> dict[str, float]:
    """A list on the data directory itself: all of Praya is loaded for it."""
    with tempfile.TemporaryDirectory() as kept:
        signed_in = variables | {"XDG_CONFIG_HOME": kept}
        login = _praya("login", "keeper@site.example")
        subprocess.run(login, env=signed_in, stdout=subprocess.DEVNULL, check=True)
        return _command(signed_in, "jobs")


def _demo(variables: dict[str, str]) -> dict[str, Any]:
    """The demo's whole story on an empty data directory, without what sets the packages up."""
    with tempfile.TemporaryDirectory() as home:
        before, began = os.times(), time.monotonic()
        subprocess.run(
            _praya("demo", "--no-serve", "--json"),
            env=variables | {"PRAYA_HOME": f"{home}/site"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        after, took = os.times(), time.monotonic() - began
    cpu_s = sum(after[2:4]) - sum(before[2:4])
    return {"s": round(took, 1), "cpu_s": round(cpu_s, 1)}


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
        cpu_s = _cpu_s(server.pid)
        at_rest = _memory_mib(server.pid)
        for _ in range(ROUNDS):
            for path in PAGES:
                _get(address + path)
        return {
            "first_answer_s": first_answer_s,
            "cpu_s": cpu_s,
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


def _cpu_s(pid: int) -> float:
    """What a process has taken so far, in itself."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return round((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), 2)


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in text.split()]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
