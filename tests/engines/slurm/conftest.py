"""Programs that only say what a test tells them, and the engine that runs them."""

import stat

import pytest

from praya.core.execution.port import EngineUnavailable
from praya.engines.slurm import Settings, SlurmEngine
from praya.engines.slurm.command import Programs

SETTINGS = Settings(cluster="c", models={"h800": "nvidia-h800"})


def jobs(*rows):
    """What squeue says of jobs: bars stand for what parts the columns in this call."""
    told = "".join(f"{row}|\n" for row in rows)
    return f"""word=$(printf %s "$*" | grep -o '~[0-9a-f]*~' | head -n 1)
sed "s/|/$word/g" <<'END'
{told}END"""


def outage(ask):
    with pytest.raises(EngineUnavailable) as caught:
        ask()
    return caught.value.cause


@pytest.fixture
def says(tmp_path, monkeypatch):
    """Let a program be one that says so and exits so."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def make(program, script):
        path = folder / program
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    for program in ("scontrol", "squeue", "sacct"):
        make(program, "true")
    make("sacctmgr", 'case "$*" in *"show cluster"*) echo c;; esac')
    return make


@pytest.fixture
def engine(tmp_path, says):
    return SlurmEngine(tmp_path / "e", settings=SETTINGS, programs=Programs(read_s=1, write_s=1))
