"""What a cluster had set aside when it was last looked at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0003_compared_days")]

    operations = [
        migrations.AddField(
            model_name="link",
            name="reservations",
            field=models.JSONField(default=list, help_text="as last looked at, all of them"),
        ),
    ]
