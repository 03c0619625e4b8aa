"""A database beside the site's own, of the same kind and on the same disk, gone afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection


@contextmanager
def scratch_database(home: Path) -> Iterator[str]:
    """Turn this process, and those it forks, to a database with tables only; what it is called.

    On SQLite it is a file in the data directory, on PostgreSQL a schema in the site's database, for
    which the database's user must be allowed to make one.
    """
    name = f"praya_doctor_{secrets.token_hex(4)}"
    is_file = connection.vendor == "sqlite"
    with _file(home / f"{name}.sqlite3") if is_file else _schema(name):
        call_command("migrate", verbosity=0, interactive=False)
        yield name


@contextmanager
def _file(path: Path) -> Iterator[None]:
    usual = _turn_to("NAME", str(path))
    try:
        yield
    finally:
        _turn_to("NAME", usual)
        for each in path.parent.glob(f"{path.name}*"):
            each.unlink()


@contextmanager
def _schema(name: str) -> Iterator[None]:
    _run(f'CREATE SCHEMA "{name}"')
    usual = connection.settings_dict["OPTIONS"]
    _turn_to("OPTIONS", {**usual, "options": f"-c search_path={name}"})
    try:
        yield
    finally:
        _turn_to("OPTIONS", usual)
        _run(f'DROP SCHEMA "{name}" CASCADE')


def _turn_to(setting: str, value: object) -> object:
    """Change where the next connection leads; what it was before."""
    connection.close()
    usual = connection.settings_dict[setting]
    connection.settings_dict[setting] = value
    return usual


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
