"""What is put in place before Praya serves."""

from __future__ import annotations

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
