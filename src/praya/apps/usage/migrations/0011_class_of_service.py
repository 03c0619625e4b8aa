"""A job runs in a class of service, and a charge says in which."""

from django.db import migrations, models

from praya.apps.append_only import guard_tables, lift_guards


class Migration(migrations.Migration):

    dependencies = [("usage", "0010_index_latest_on_clusters")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="service_class",
            field=models.CharField(
                blank=True, default="", help_text="fixed at submission: the line's, or as it named", max_length=40
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="job",
            name="factor",
            field=models.CharField(
                blank=True, default="", help_text="of the class on the price, as 3/2; empty for none", max_length=9
            ),
            preserve_default=False,
        ),
        lift_guards("usage_charge"),
        migrations.AddField(
            model_name="charge",
            name="service_class",
            field=models.CharField(
                blank=True, default="", help_text="it is in that price", max_length=40
            ),
            preserve_default=False,
        ),
        guard_tables("usage_charge"),
    ]
