"""What the engine of a cluster is told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clusters", "0002_cluster_silent")]

    operations = [
        migrations.AddField(
            model_name="cluster",
            name="engine_settings",
            field=models.JSONField(default=dict, help_text="what its engine is told; empty for what lies in its folder"),
        ),
    ]
