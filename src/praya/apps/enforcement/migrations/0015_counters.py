"""What a cluster's counters lost."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0014_account_and_nodes_of_jobs")]

    operations = [
        migrations.AddField(
            model_name="link",
            name="counters",
            field=models.JSONField(
                default=dict, help_text="that were lost, and what they no longer show"
            ),
        ),
    ]
