"""Closed months, invoices and payments are added and never changed."""

from django.db import migrations

from praya.apps.append_only import guard_tables


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [guard_tables("billing_periodclose", "billing_invoice", "billing_payment")]
