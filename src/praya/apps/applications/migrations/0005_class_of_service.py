"""A request line is valued in a class of service."""

from django.db import migrations, models

from praya.apps.append_only import guard_tables, lift_guards


class Migration(migrations.Migration):

    dependencies = [("applications", "0004_exclusions")]

    operations = [
        lift_guards("applications_requestline"),
        migrations.AddField(
            model_name="requestline",
            name="service_class",
            field=models.CharField(
                blank=True, default="", help_text="that of its call when it was submitted", max_length=40
            ),
            preserve_default=False,
        ),
        guard_tables("applications_requestline"),
    ]
