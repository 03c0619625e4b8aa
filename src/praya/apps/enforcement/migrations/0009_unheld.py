"""What of a running job's worst case the book could not hold."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0008_told")]

    operations = [
        migrations.AddField(
            model_name="clusterjob",
            name="unheld_s",
            field=models.BigIntegerField(
                default=0, help_text="card-seconds of its worst case that the book could not hold"
            ),
        ),
    ]
