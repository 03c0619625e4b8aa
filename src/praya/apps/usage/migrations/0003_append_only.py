"""Usage records and charges are added and never changed."""

from django.db import migrations

from praya.apps.append_only import guard_tables


class Migration(migrations.Migration):
    dependencies = [("usage", "0002_job_seen")]

    operations = [guard_tables("usage_usagerecord", "usage_charge")]
