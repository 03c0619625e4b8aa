"""The end that a notice brought can be undone."""

from django.db import migrations, models

STATES = ("given", "carried-out", "withdrawn", "overtaken", "undone")


class Migration(migrations.Migration):

    dependencies = [("changes", "0008_set_off")]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="state",
            field=models.CharField(
                choices=[(state, state) for state in STATES], default="given", max_length=12
            ),
        ),
    ]
