"""Lines of the audit trail are added and never changed."""

from django.db import migrations

from praya.apps.append_only import guard_tables


class Migration(migrations.Migration):

    dependencies = [("people", "0001_initial")]

    operations = [guard_tables("people_auditline")]
