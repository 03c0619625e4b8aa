"""What is nobody's business stands nowhere that others look."""

from pathlib import Path

from tests.slurm.conftest import H800, ON_SLURM, until

from praya.core.execution.port import JobOrder, JobState

pytestmark = ON_SLURM
OF_PRAYA = ("s3cret-of-the-database", "s3cret-key")
OF_THE_JOB = ("s3cret-token", "s3cret-in-the-script")


def told_to_others(cluster):
    """All that Slurm's programs, daemons and the machine show of a job to who runs none of it."""
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield str(process), process.read_bytes()
        except OSError:
            continue  # it is over
    for folder in ("log", "spool", "state"):
        for path in (cluster.home / folder).rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes()
    for command in (
        ("scontrol", "show", "job", "-dd"),
        ("sacct", "-a", "-P", "--format=ALL"),
        ("sacctmgr", "show", "transaction"),
    ):
        yield " ".join(command), cluster.ask(*command).encode()


def test_nothing_secret_stands_in_scripts_logs_records_or_process_lists(
    slurm, cluster, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", f"postgres://praya:{OF_PRAYA[0]}@127.0.0.1/praya")
    monkeypatch.setenv("PRAYA_SECRET_KEY", OF_PRAYA[1])
    order = JobOrder(
        key="J-000001.1",
        argv=(),
        script=f"#!/bin/sh\n: {OF_THE_JOB[1]}\nenv | sort\necho begun\nsleep 60\n",
        device_model=H800,
        slots=(0,),
        time_limit_s=60,
        environment={"TOKEN": OF_THE_JOB[0]},
    )
    slurm.start(order)

    def printed():
        return slurm.output(order.key, offset=0, limit=100_000).text

    environment = until(printed, lambda text: "begun" in text)
    assert f"TOKEN={OF_THE_JOB[0]}" in environment, "its own secrets reach the job"
    assert not any(secret in environment for secret in OF_PRAYA)
    shown = {
        (where, secret)
        for where, text in told_to_others(cluster)
        for secret in (*OF_PRAYA, *OF_THE_JOB)
        if secret.encode() in text
    }
    assert shown == set()
    modes = {path.stat().st_mode & 0o077 for path in slurm.home.rglob("*") if path.is_file()
             and any(secret.encode() in path.read_bytes() for secret in OF_THE_JOB)}  # fmt: skip
    assert modes == {0}, "where it is kept, nobody else reads it"
    slurm.cancel(order.key)
    until(lambda: slurm.poll([order.key])[order.key].state, lambda state: state.is_final)
    assert slurm.poll([order.key])[order.key].state is JobState.CANCELLED
