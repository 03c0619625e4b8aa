"""The simulator of the flat pool: beside others on one log, and on logs larger than any recorded.

Everything is counted in CPU seconds of the process that does it. Kernels are loaded beforehand;
what compiling takes is measured by itself.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import sites

if TYPE_CHECKING:
    from praya.core.simulator.jobs import FlatJobs

DATA = Path(os.environ.get("PRAYA_TEST_DATA", sites.CHECKOUT.parent / "shared" / "data"))
KTH = DATA / "KTH-SP2-1996-2.1-cln.swf"
PEERS = Path(__file__).with_name("peers")
PACKAGES = ("accasim==1.1.3", "simpy==4.1.1")
REPETITIONS = 20
TEN_MILLION = 10_000_000


def measure() -> dict[str, Any]:
    """Every part; the log of KTH-SP2 is looked for where ``PRAYA_TEST_DATA`` says."""
    found: dict[str, Any] = {}
    if KTH.exists():
        found |= beside_others()
        found["reading KTH-SP2"] = reading()
    else:
        sites.say(f"{KTH} is missing: nothing is measured beside others.")
    for load in (1.3, 2.0):
        figures = long_queue(load)
        found[f"450,000 jobs, longest queue {figures['queue']:,}"] = figures
    found["10 million jobs, FCFS"] = _alone("ten_million")
    found["first use"] = first_use()
    return found


def beside_others() -> dict[str, Any]:
    """Praya, AccaSim and SimPy on one log, one after the other."""
    from praya.core.simulator.flat import FlatPolicy, simulate
    from praya.traces import swf
    from praya.traces.normal import flat_jobs_of

    jobs, _dropped, pool = flat_jobs_of(swf.read(KTH))
    count = len(jobs)
    found: dict[str, Any] = {}
    starts = {}
    for policy in FlatPolicy:
        starts[policy] = simulate(jobs, pool=pool, policy=policy)
        cpu_s = _best(lambda policy=policy: simulate(jobs, pool=pool, policy=policy))
        found[f"KTH-SP2 {policy}"] = {"cpu_s": round(cpu_s, 6), "jobs_per_s": round(count / cpu_s)}
    easy = found["KTH-SP2 easy"]["jobs_per_s"]
    fcfs = found["KTH-SP2 fcfs"]["jobs_per_s"]
    python = _peers()
    with tempfile.TemporaryDirectory() as folder:
        log, table, out = (Path(folder) / name for name in ("log.swf", "jobs.csv", "out.csv"))
        _write_log(log, jobs)
        for nodes, cores in ((100, 1), (1, 100)):
            cpu_s = _run(python, PEERS / "accasim_replay.py", log, nodes, cores, "easy", out)
            found[f"AccaSim EASY, {nodes} x {cores}"] = {
                "cpu_s": round(cpu_s, 2),
                "jobs_per_s": round(count / cpu_s),
                "praya_times": round(easy * cpu_s / count),
                "same_starts": int((_numbered(out, count) == starts[FlatPolicy.EASY]).sum()),
            }
        for theirs, ours in (("fifo", FlatPolicy.FCFS), ("sjf", FlatPolicy.SJF)):
            cpu_s = _run(python, PEERS / "accasim_replay.py", log, 100, 1, theirs, out)
            found[f"AccaSim {theirs.upper()}"] = {
                "cpu_s": round(cpu_s, 2),
                "jobs_per_s": round(count / cpu_s),
                "praya_times": round(found[f"KTH-SP2 {ours}"]["jobs_per_s"] * cpu_s / count),
                "same_starts": int((_numbered(out, count) == starts[ours]).sum()),
            }
        columns = (jobs.submit, jobs.run, jobs.slots)
        np.savetxt(table, np.stack(columns, axis=1), fmt="%d", delimiter=",")
        cpu_s = _run(python, PEERS / "simpy_fcfs.py", table, pool, out)
        found["SimPy FCFS"] = {
            "cpu_s": round(cpu_s, 2),
            "jobs_per_s": round(count / cpu_s),
            "praya_times": round(fcfs * cpu_s / count),
            "same_starts": int((np.loadtxt(out, np.int64) == starts[FlatPolicy.FCFS]).sum()),
        }
    return found


def reading() -> dict[str, Any]:
    """The log as it is, beside Polars on the same values as a table of separated values."""
    import polars as pl

    from praya.traces import swf

    lines = [line.split() for line in KTH.read_text().splitlines() if not line.startswith(";")]
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "log.csv"
        table.write_text("".join(",".join(line) + "\n" for line in lines))
        swf.read(KTH)
        ours = _best(lambda: swf.read(KTH))
        polars = _best(lambda: pl.read_csv(table, has_header=False))
    return {"cpu_ms": round(ours * 1e3, 2), "polars_cpu_ms": round(polars * 1e3, 2)}


def long_queue(load: float) -> dict[str, Any]:
    """450,000 jobs on 8,192 slots that cannot keep up: EASY with tens of thousands waiting."""
    from praya.core.simulator.flat import FlatPolicy, simulate

    jobs = made_jobs(450_000, pool=8_192, load=load, seed=7)
    start = simulate(jobs, pool=8_192, policy=FlatPolicy.EASY)
    cpu_s = _best(lambda: simulate(jobs, pool=8_192, policy=FlatPolicy.EASY), repetitions=5)
    instants = np.argsort(np.concatenate([jobs.submit, start]), kind="stable")
    steps = np.concatenate([np.ones(len(jobs), np.int64), -np.ones(len(jobs), np.int64)])
    return {
        "queue": int(steps[instants].cumsum().max()),
        "cpu_s": round(cpu_s, 3),
        "jobs_per_s": round(len(jobs) / cpu_s),
    }


def made_jobs(count: int, *, pool: int, load: float, seed: int) -> FlatJobs:
    """Jobs of mostly round sizes and limits that ask for ``load`` times what the pool has."""
    from praya.core.simulator.jobs import flat_jobs

    random = np.random.default_rng(seed)
    share = np.array([25, 10, 12, 14, 12, 10, 7, 5, 3, 1.5, 0.5]) / 100
    slots = 2 ** random.choice(len(share), count, p=share)
    is_odd = random.random(count) < 0.2
    slots = np.where(is_odd, np.maximum(1, slots * random.uniform(0.5, 1, count)), slots)
    slots = np.minimum(slots, pool).astype(np.int64)
    run = np.clip(np.exp(random.normal(7, 2, count)), 1, 7 * 86_400).astype(np.int64)
    limit = (run * np.exp(np.abs(random.normal(0, 1.2, count)))).astype(np.int64)
    menu = np.array([60, 300, 600, 1800, 3600, 7200, 14400, 36000, 86400, 172800, 7 * 86400])
    asked = menu[np.minimum(np.searchsorted(menu, limit), len(menu) - 1)]
    limit = np.where(random.random(count) < 0.8, np.maximum(limit, asked), limit)
    span = int((slots * run).sum() / pool / load)
    submit = np.sort(random.integers(0, span, count))
    jobs, _dropped = flat_jobs(submit=submit, run=run, estimate=limit, slots=slots, pool=pool)
    return jobs


def ten_million(folder: Path) -> dict[str, Any]:
    """Write ten million jobs to Parquet, then read and simulate them in another process."""
    from praya.traces import normal
    from praya.traces.normal import trace_of

    jobs = made_jobs(TEN_MILLION, pool=65_536, load=0.9, seed=3)
    path = folder / "jobs.parquet"
    columns = {
        "id": np.arange(TEN_MILLION),
        "submit_s": jobs.submit,
        "run_s": jobs.run,
        "limit_s": jobs.estimate,
        "slots": jobs.slots,
    }
    normal.write(trace_of(columns, pool=65_536), path)
    return _alone("replay", path)


def replay(path: Path) -> dict[str, Any]:
    """Read and simulate, from an empty process on: imports and metrics are in it."""
    from praya.core.simulator import metrics
    from praya.core.simulator.flat import FlatPolicy, simulate
    from praya.traces import normal

    trace = normal.read(path, only=normal.FLAT)
    jobs, _dropped, pool = normal.flat_jobs_of(trace)
    was_read = time.process_time()
    start = simulate(jobs, pool=pool, policy=FlatPolicy.FCFS)
    simulated = time.process_time()
    metrics.waits(submit=jobs.submit, start=start, run=jobs.run)
    return {
        "cpu_s": round(time.process_time(), 2),
        "read_cpu_s": round(was_read, 2),
        "simulate_cpu_s": round(simulated - was_read, 2),
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def first_use() -> dict[str, Any]:
    """Seconds until EASY is ready: the first time on a machine, and every time after it."""
    code = (
        "import time; began = time.process_time()\n"
        "from praya.core.simulator.flat import FlatPolicy, warm\n"
        "warm(FlatPolicy.EASY); print(time.process_time() - began)"
    )
    with tempfile.TemporaryDirectory() as folder:
        variables = os.environ | {"NUMBA_CACHE_DIR": folder}
        took = [
            float(subprocess.check_output([sys.executable, "-c", code], env=variables, text=True))
            for _ in range(2)
        ]
    return {"compile_cpu_s": round(took[0], 2), "load_cpu_s": round(took[1], 2)}


def _best(work: Callable[[], object], repetitions: int = REPETITIONS) -> float:
    """The least CPU time: what others do to the machine only adds."""
    took = []
    for _ in range(repetitions):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)


def _alone(name: str, *arguments: Path) -> dict[str, Any]:
    """Run one of these in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        given = [str(one) for one in arguments or (folder,)]
        command = [sys.executable, "-m", "benchmarks.simulator", name, *given]
        answer = subprocess.check_output(command, cwd=sites.CHECKOUT, text=True)
    found: dict[str, Any] = json.loads(answer)
    return found


def _peers() -> Path:
    """The Python of the environment that the peers are installed in, made once."""
    folder = sites.HOME / "peers"
    python = folder / "bin" / "python"
    if not (folder / "made").exists():
        sites.say(f"installing {' and '.join(PACKAGES)} ...")
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
        (folder / "made").touch()
    return python


def _run(python: Path, script: Path, *arguments: object) -> float:
    command = [str(python), str(script), *(str(one) for one in arguments)]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(said.stdout.split()[-1])


def _write_log(path: Path, jobs: FlatJobs) -> None:
    """The cleaned jobs as a log, numbered; AccaSim divides by the memory asked for, so one unit."""
    rows = zip(jobs.submit, jobs.run, jobs.slots, jobs.estimate, strict=True)
    path.write_text(
        "".join(
            f"{number} {submit} -1 {run} {slots} -1 1 {slots} {estimate} 1 1 1 1 -1 1 -1 -1 -1\n"
            for number, (submit, run, slots, estimate) in enumerate(rows, 1)
        )
    )


def _numbered(path: Path, count: int) -> np.ndarray:
    """Starts by the numbers of their jobs; a job that never started has -1."""
    starts = np.full(count, -1, np.int64)
    for number, start in np.loadtxt(path, np.int64, delimiter=","):
        starts[number - 1] = start
    return starts


if __name__ == "__main__":
    name, folder = sys.argv[1:]
    print(json.dumps({"ten_million": ten_million, "replay": replay}[name](Path(folder))))
