"""SQLite: a guarded table takes no row in the place of another either."""

from django.db import migrations
from django.db.migrations import RunPython

from praya.apps.append_only import guard_tables, lift_guards

TABLES = (
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
    "billing_periodclose",
    "billing_invoice",
    "billing_payment",
    "billing_claimundoing",
)


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_nightly_proofs"),
        ("people", "0002_append_only"),
        ("programmes", "0002_append_only"),
        ("applications", "0005_class_of_service"),
        ("books", "0002_append_only"),
        ("usage", "0012_fewer_indexes"),
        ("life", "0004_waivers_withdrawn"),
        ("billing", "0004_claims_undone"),
    ]

    operations = [
        RunPython(lift_guards(*TABLES).code, RunPython.noop),
        RunPython(guard_tables(*TABLES).code, RunPython.noop),
    ]
