"""How a cluster orders those that wait."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0004_reservations_seen")]

    operations = [
        migrations.AddField(
            model_name="link",
            name="line",
            field=models.JSONField(help_text="how it orders those that wait, as last looked at", null=True),
        ),
    ]
