"""SQLite: no row takes the place of another that has the same under a condition."""

from django.db import migrations
from django.db.migrations import RunPython

from praya.apps.append_only import guard_tables, lift_guards

TABLES = ("billing_invoice", "billing_payment")


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_years_waived")]

    operations = [
        RunPython(lift_guards(*TABLES).code, RunPython.noop),
        RunPython(guard_tables(*TABLES).code, RunPython.noop),
    ]
