"""Tables to which rows are added and never changed: the database itself refuses.

On SQLite a migration that alters a guarded table remakes it, and its triggers are gone: such a
migration guards the table again as its last operation (a test tries every guarded table).
"""

# ruff: noqa: S608 -- only names of our own tables and columns are put together

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from django.db.migrations import RunPython

GUARDED_TABLES = (
    "people_auditline",
    "programmes_ruleversion",
    "applications_submission",
    "applications_exclusion",
    "applications_requestline",
    "books_entry",
    "books_posting",
    "books_batchrecord",
    "usage_usagerecord",
    "usage_charge",
    "usage_runcorrection",
    "life_waiver",
    "life_waiverwithdrawal",
    "life_linecheck",
    "life_cutwarning",
    "life_lineplan",
    "life_openedtranche",
    "life_trancheclosing",
    "billing_periodclose",
    "billing_invoice",
    "billing_payment",
    "billing_claimundoing",
    "billing_creditedbefore",
)


def guard_tables(*tables: str) -> RunPython:
    """The migration operation that makes tables append-only, and back."""

    def guard(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            for statement in guarding(editor.connection, table):
                editor.execute(statement)

    def unguard(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            for statement in unguarding(editor.connection.vendor, table):
                editor.execute(statement)

    return RunPython(guard, unguard)


def lift_guards(*tables: str) -> RunPython:
    """The operation before one that alters guarded tables; ``guard_tables`` comes last."""
    guarded = guard_tables(*tables)
    assert guarded.reverse_code is not None
    return RunPython(guarded.reverse_code, guarded.code)


def guarding(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    """Statements that make a table append-only.

    SQLite's ``INSERT OR REPLACE`` takes away what has the same key, and tells no trigger that
    guards against deletes: so a row whose key is there is refused before it is put in.
    """
    if connection.vendor == "sqlite":
        refuses = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        is_there = " OR ".join(_rows_alike(connection, table))
        return [
            f"CREATE TRIGGER {table}_{when} {refuses}"
            for when in (
                f"no_update BEFORE UPDATE ON {table}",
                f"no_delete BEFORE DELETE ON {table}",
                f"no_replacing BEFORE INSERT ON {table} WHEN {is_there}",
            )
        ]
    assert connection.vendor == "postgresql", connection.vendor
    function = (
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = '23001'; END $$"
    )
    trigger = (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )
    return [function, trigger]


def unguarding(vendor: str, table: str) -> list[str]:
    """Statements that lift the guard; for a migration back, and for tests that tamper."""
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER {table}_no_update",
            f"DROP TRIGGER {table}_no_delete",
            # A database that was guarded before it was has none.
            f"DROP TRIGGER IF EXISTS {table}_no_replacing",
        ]
    assert vendor == "postgresql", vendor
    return [
        f"DROP TRIGGER {table}_append_only ON {table}",
        f"DROP FUNCTION {table}_refuse()",
    ]


def _rows_alike(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    """For each key of a table on SQLite, whether a row has what the new one has of it.

    The keys are the rows' number and what is unique, some of it only where a condition holds: then
    it must hold of both.
    """
    with connection.cursor() as cursor:
        columns = cursor.execute(f"PRAGMA table_info({table})").fetchall()
        keys = {(tuple(name for _, name, *_, part_of_key in columns if part_of_key), "")}
        for _, index, is_unique, _, _ in cursor.execute(f"PRAGMA index_list({table})").fetchall():
            if is_unique:
                of_index = cursor.execute(f"PRAGMA index_info({index})").fetchall()
                keys.add((tuple(name for *_, name in of_index), _condition(cursor, index)))
    names = sorted(name for _, name, *_ in columns)
    new = ", ".join(f'NEW."{name}" AS "{name}"' for name in names)
    found = []
    for key, condition in sorted(keys):
        alike = " AND ".join(f'"{column}" = NEW."{column}"' for column in key)
        if condition:
            alike += f" AND {condition} AND EXISTS (SELECT 1 FROM (SELECT {new}) WHERE {condition})"
        found.append(f"EXISTS (SELECT 1 FROM {table} WHERE {alike})")
    return found


def _condition(cursor: CursorWrapper, index: str) -> str:
    """Where an index holds, in parentheses as it was made; empty for one that holds of all rows."""
    made = "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = %s"
    [(statement,)] = cursor.execute(made, [index]).fetchall()
    return (statement or "").partition(" WHERE ")[2]  # none of one that a column brought with it
