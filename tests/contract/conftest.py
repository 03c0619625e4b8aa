"""Every engine that must keep the port's promises, each ready on a fresh home."""

import time

import pytest
from tests.slurm.conftest import ON_SLURM

from praya.core.execution.port import JobOrder
from praya.engines.local import LocalEngine
from praya.engines.slurm import Settings, SlurmEngine


class Local:
    """How the suite gets a local engine, and the same one again after a restart of Praya."""

    def __init__(self, tmp_path, request):
        self.home = tmp_path / "engine"
        self.engine = self.reopened()

    def reopened(self):
        return LocalEngine(self.home)

    def seen(self, slots):
        """What a job sees of the slots it was given."""
        return slots

    def clear(self):
        """End what a test left behind that its orders do not name."""

    def break_it(self):
        """Make the world fail: a file stands where the engine's folder was."""
        self.home.rename(self.home.with_name("aside"))
        self.home.write_text("not a folder")


class Slurm(Local):
    """The same with a real Slurm, which chooses the cards itself."""

    def __init__(self, tmp_path, request):
        self.cluster = request.getfixturevalue("slurm_cluster")
        super().__init__(tmp_path, request)

    def reopened(self):
        conf = self.cluster.environment["SLURM_CONF"]
        settings = Settings(cluster=self.cluster.name, conf=conf, models={"h800": "m"})
        return SlurmEngine(self.home, settings=settings)

    def seen(self, slots):
        return range(len(slots))

    def clear(self):
        self.cluster.end_jobs()


@pytest.fixture(
    params=[pytest.param(Local, id="local"), pytest.param(Slurm, marks=ON_SLURM, id="slurm")]
)
def bench(request, tmp_path):
    """An engine, and ways to reopen and break it; what still runs at the end is cancelled."""
    bench = request.param(tmp_path, request)
    bench.started = []
    yield bench
    if not bench.home.is_dir():
        bench.clear()
        return
    for key in bench.started:
        bench.engine.cancel(key)
    for key in bench.started:
        until(bench.engine, key, lambda report: report.state.is_final or report.state == "absent")


@pytest.fixture
def engine(bench):
    return bench.engine


@pytest.fixture
def order(bench, tmp_path):
    """Build orders of this test; each key is cleaned up at its end."""

    def build(*argv, key="J-1.1", **facts):
        bench.started.append(key)
        defaults = {"device_model": "m", "slots": (0,), "time_limit_s": 30, "grace_s": 1}
        return JobOrder(key=key, argv=argv, **{**defaults, **facts})

    return build


def until(engine, key, holds, *, within_s=60):
    """Poll until the report holds; fail with the last report."""
    give_up_at = time.monotonic() + within_s
    while True:
        report = engine.poll([key])[key]
        if holds(report):
            return report
        assert time.monotonic() < give_up_at, report
        time.sleep(0.02)


@pytest.fixture
def ended(engine):
    """Wait for a job's final report."""
    return lambda key="J-1.1": until(engine, key, lambda report: report.state.is_final)


@pytest.fixture
def running(engine):
    """Wait until a job runs."""
    return lambda key="J-1.1": until(engine, key, lambda report: report.state == "running")


@pytest.fixture
def printed(engine):
    """Wait until a job has printed some words; answers all it has printed."""

    def wait(words, key="J-1.1"):
        give_up_at = time.monotonic() + 60
        while True:
            text = engine.output(key, offset=0, limit=1 << 20).text
            if words in text:
                return text
            assert time.monotonic() < give_up_at, text
            time.sleep(0.02)

    return wait
