"""What a device of each model draws."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clusters", "0003_engine_settings")]

    operations = [
        migrations.AddField(
            model_name="devicemodel",
            name="power",
            field=models.JSONField(help_text="watts at work and at rest, with their source", null=True),
        ),
    ]
