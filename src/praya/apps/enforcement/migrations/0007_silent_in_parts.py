"""Since when a cluster is silent, by what it is asked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0006_adoption")]

    operations = [
        migrations.AlterField(
            model_name="link",
            name="silent_since",
            field=models.DateTimeField(help_text="when asked what it holds", null=True),
        ),
        *(
            operation
            for part in ("accounts", "jobs")
            for operation in (
                migrations.AddField(
                    model_name="link",
                    name=f"{part}_silent_since",
                    field=models.DateTimeField(null=True),
                ),
                migrations.AddField(
                    model_name="link",
                    name=f"{part}_outage",
                    field=models.CharField(blank=True, default="", max_length=500),
                    preserve_default=False,
                ),
            )
        ),
    ]
