"""What is put in place before Praya serves."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.db import connection

from praya.config.preparing import _look_how_full_tables_are


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL looks into its tables itself")
@pytest.mark.django_db
def test_sqlite_knows_how_full_its_tables_are():
    _look_how_full_tables_are()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'django_content_type'")
        assert cursor.fetchone()[0] > 0


def test_other_users_pass_the_data_directory_to_jobs_and_read_nothing(tmp_path):
    """A job of another user needs the way to its folder, and no more."""
    (tmp_path / "praya.sqlite3").touch(mode=0o644)  # as an earlier Praya left it
    (tmp_path / "outbox").mkdir(mode=0o755)
    (tmp_path / "engines").mkdir(mode=0o711)
    given = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    subprocess.run(
        [
            *(sys.executable, "-W", "ignore", "-c"),
            "import os; os.umask(0o022); from praya.config.preparing import prepare; prepare()",
        ],
        env=given | {"DJANGO_SETTINGS_MODULE": "praya.config.settings", "PRAYA_HOME": tmp_path},
        check=True,
    )

    is_open = {one.name for one in tmp_path.iterdir() if one.stat().st_mode & 0o007}

    assert is_open == {"engines", "static"}
    assert {"praya.sqlite3", "outbox", "forecasts"} < {one.name for one in tmp_path.iterdir()}
