"""Rule versions are added and never changed."""

from django.db import migrations

from praya.apps.append_only import guard_tables


class Migration(migrations.Migration):

    dependencies = [("programmes", "0001_initial")]

    operations = [guard_tables("programmes_ruleversion")]
