"""What is loaded before Praya answers: nothing that few requests need and all would carry."""

from __future__ import annotations

import os
import subprocess
import sys

NOT_YET = {"PIL", "fontTools", "fpdf", "numba", "numpy", "polars", "psycopg", "rich"}


def _loaded_by(program: str, home: str) -> set[str]:
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"import sys\n{program}\nprint(*sys.modules)"],
        env={
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "DJANGO_SETTINGS_MODULE": "praya.config.settings",
            "PRAYA_HOME": home,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return set(said.stdout.splitlines()[-1].split())


def test_serving_loads_no_arrays_no_paper_and_no_other_database(tmp_path):
    loaded = _loaded_by(
        "from praya.config.wsgi import application\n"
        "import praya.config.urls\n"
        "import praya.worker.loop",
        str(tmp_path),
    )
    assert "praya.api.billing" in loaded
    assert "praya.web.reports.statements" in loaded
    assert loaded & NOT_YET == set()


def test_help_loads_no_line_to_a_server(tmp_path):
    loaded = _loaded_by("from praya.config import terminal", str(tmp_path))
    assert "praya.cli.jobs" in loaded
    assert loaded & {*NOT_YET - {"rich"}, "django", "httpx"} == set()
