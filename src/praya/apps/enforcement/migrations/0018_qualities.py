"""What priority each class of service of a cluster has."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0017_names_of_partitions")]

    operations = [
        migrations.AddField(
            model_name="link",
            name="qualities",
            field=models.JSONField(
                default=dict, help_text="priority of each class of service, as last looked at"
            ),
        ),
    ]
