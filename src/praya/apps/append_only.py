"""Tables to which rows are added and never changed: the database itself refuses.

On SQLite a migration that alters a guarded table remakes it, and its triggers are gone: such a
migration guards the table again as its last operation (a test tries every guarded table).
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
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
    "life_linecheck",
    "life_cutwarning",
    "life_lineplan",
    "life_openedtranche",
    "billing_periodclose",
    "billing_invoice",
    "billing_payment",
)


def guard_tables(*tables: str) -> RunPython:
    """The migration operation that makes tables append-only, and back."""

    def guard(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for table in tables:
            for statement in guarding(editor.connection.vendor, table):
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


def guarding(vendor: str, table: str) -> list[str]:
    """Statements that make a table append-only."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{change} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for change in ("update", "delete")
        ]
    assert vendor == "postgresql", vendor
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
        return [f"DROP TRIGGER {table}_no_{change}" for change in ("update", "delete")]
    assert vendor == "postgresql", vendor
    return [
        f"DROP TRIGGER {table}_append_only ON {table}",
        f"DROP FUNCTION {table}_refuse()",
    ]
