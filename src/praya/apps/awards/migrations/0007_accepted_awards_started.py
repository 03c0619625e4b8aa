"""Every award that was accepted before there were conditions could be used at once."""

from django.db import migrations
from django.db.models import F


def start_accepted(apps, schema_editor):
    accepted = apps.get_model("awards", "Award").objects.filter(accepted_at__isnull=False)
    accepted.update(started_at=F("accepted_at"))


class Migration(migrations.Migration):

    dependencies = [("awards", "0006_conditions_before_start")]

    operations = [migrations.RunPython(start_accepted, migrations.RunPython.noop)]
