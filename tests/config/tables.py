"""The shape of a database made in one way: ``python -m tests.config.tables WAY``, told in JSON.

``at-once`` is how a new database gets its tables; ``step-by-step`` walks all migrations.
"""

from __future__ import annotations

import json
import re
import sys

import django

django.setup()

from django.core.management import call_command
from django.core.management.commands.migrate import Command as StepByStep
from django.db import connection

WAYS = {"at-once": "migrate", "step-by-step": StepByStep()}
SQLITE = """
    SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'
"""
POSTGRESQL = """
    SELECT 'column', table_name || '.' || column_name,
        concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default,
            is_identity, identity_generation, collation_name, numeric_precision, numeric_scale)
        FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function', proname, pg_get_functiondef(oid)
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


def shape() -> dict[str, list[str]]:
    """Tables, indexes, rules, triggers and how many rows there are; nothing has an order."""
    with connection.cursor() as cursor:
        cursor.execute(SQLITE if connection.vendor == "sqlite" else POSTGRESQL)
        found = cursor.fetchall()
        cursor.execute("SELECT app, name FROM django_migrations")
        done = cursor.fetchall()
        rows = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            rows[f"rows of {table}"] = [str(cursor.fetchone()[0])]
    told = {
        f"{kind} {name}": sorted(_columns(text) if kind == "table" else re.findall(r"\w+|\S", text))
        for kind, name, text in found
        if text
    }
    return told | rows | {"migrations": sorted(f"{app}.{name}" for app, name in done)}


def _columns(statement: str) -> list[str]:
    """What stands between the outer brackets, comma by comma."""
    parts, depth = [""], 0
    for character in statement.partition("(")[2].rpartition(")")[0]:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


if __name__ == "__main__":
    call_command(WAYS[sys.argv[1]], verbosity=0, interactive=False)
    sys.stdout.write(json.dumps(shape()))
