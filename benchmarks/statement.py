"""The statement of an award with 100,000 charges in one month: its time and its memory."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from typing import Any

from benchmarks import sites

CHARGES = 100_000


def measure() -> dict[str, Any]:
    """On a copy of the large site; what is filled and what is measured are processes apart."""
    kept = sites.make("large")
    with tempfile.TemporaryDirectory(prefix="praya-statement-") as home:
        shutil.copytree(kept["PRAYA_HOME"], home, dirs_exist_ok=True)
        variables = kept | {"PRAYA_HOME": home}
        of = _run(variables, "fill", str(CHARGES))
        return {"statement": _run(variables, "read", of["award"], of["month"])}


def _run(variables: dict[str, str], *arguments: str) -> dict[str, Any]:
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.statement", *arguments],
        env=variables,
        cwd=sites.CHECKOUT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return found


def main(verb: str, *arguments: str) -> None:
    """Do one of the two, and print what came of it as one line of JSON."""
    import django

    django.setup()
    from benchmarks.seed import statement

    if verb == "fill":
        print(json.dumps(statement.fill(int(arguments[0]))))
    else:
        print(json.dumps(statement.read(*arguments)))


if __name__ == "__main__":
    main(*sys.argv[1:])
