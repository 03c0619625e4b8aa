"""Out of which purpose an award is committed, where it is not the one that pays the subsidy."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0011_suspensions"),
    ]

    operations = [
        migrations.AddField(
            model_name="award",
            name="pool",
            field=models.CharField(
                blank=True,
                default="",
                help_text="purpose that it is committed from; empty: the one that pays the subsidy",
                max_length=60,
            ),
        ),
    ]
