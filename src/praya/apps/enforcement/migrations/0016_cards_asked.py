"""What a job that waits for whole nodes asked for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0015_counters")]

    operations = [
        migrations.AddField(
            model_name="clusterjob",
            name="cards_asked",
            field=models.PositiveIntegerField(
                null=True, help_text="where it waits for whole nodes, and so for more"
            ),
        ),
    ]
