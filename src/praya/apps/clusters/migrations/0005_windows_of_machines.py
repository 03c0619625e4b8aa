"""Which machines a window takes out, and what the cluster itself has closed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clusters", "0004_power_of_device_models")]

    operations = [
        migrations.AddField(
            model_name="capacitywindow",
            name="nodes",
            field=models.CharField(
                blank=True,
                default="",
                help_text="machines taken out, by name, parted by commas",
                max_length=400,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="capacitywindow",
            name="seen_as",
            field=models.CharField(
                blank=True,
                default="",
                help_text="what the cluster calls it; empty for Praya's own",
                max_length=200,
            ),
            preserve_default=False,
        ),
    ]
