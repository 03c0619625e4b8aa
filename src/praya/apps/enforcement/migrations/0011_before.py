"""An account as it was before it was taken over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0010_runaways")]

    operations = [
        migrations.AddField(
            model_name="adoption",
            name="before",
            field=models.JSONField(
                default=dict,
                help_text="an account as it was before it was taken over; see ``as_before``",
            ),
        ),
    ]
