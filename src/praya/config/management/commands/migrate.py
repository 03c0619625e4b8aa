"""``migrate``, which makes the tables of a new database as they are now.

Migrations bring older data along, and a new database has none. They also are slow: with each step
Django puts its picture of a hundred models together anew.
"""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from praya.apps.append_only import GUARDED_TABLES, guarding

# With one of them somebody wants the migrations themselves.
_OTHERWISE = ("app_label", "fake", "fake_initial", "plan", "check_unapplied", "prune")


class Command(migrate.Command):
    """Django's own, but for a database with nothing in it."""

    def handle(self, *args: Any, **options: Any) -> str | None:  # noqa: ANN401 -- as Django says
        """Make the tables where there are none; then whatever Django does."""
        connection = connections[options["database"]]
        if not any(options[one] for one in _OTHERWISE):
            connection.prepare_database()
            if not connection.introspection.table_names():
                make_tables(connection)
        return super().handle(*args, **options)


def make_tables(connection: BaseDatabaseWrapper) -> None:
    """Make the tables that all migrations lead to, guard some, and note the migrations as done.

    All of it or nothing: a process that is killed leaves an empty database.
    """
    loader = MigrationLoader(connection)
    done = MigrationRecorder(connection).Migration
    with connection.schema_editor() as editor:
        editor.create_model(done)
        for model in loader.project_state().apps.get_models():
            if model._meta.can_migrate(connection):  # noqa: SLF001 -- public
                editor.create_model(model)
        # What is unique under a condition is so by an index; a guard reads what is unique.
        while editor.deferred_sql:
            editor.execute(editor.deferred_sql.pop(0), None)
        for table in GUARDED_TABLES:
            for statement in guarding(connection, table):
                editor.execute(statement)
        rows = [done(app=app, name=name) for app, name in sorted(loader.graph.nodes)]
        done.objects.using(connection.alias).bulk_create(rows)
