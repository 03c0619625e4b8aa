"""Submissions and their lines are added and never changed."""

from django.db import migrations

from praya.apps.append_only import guard_tables


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial")]

    operations = [guard_tables("applications_submission", "applications_requestline")]
