"""What is decided and awarded is valued in a class of service."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("awards", "0004_plan_of_a_line")]

    operations = [
        migrations.AddField(
            model_name="decisionline",
            name="service_class",
            field=models.CharField(
                blank=True, default="", help_text="as it was asked for", max_length=40
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="awardline",
            name="service_class",
            field=models.CharField(
                blank=True, default="", help_text="in which it is valued, and its jobs run", max_length=40
            ),
            preserve_default=False,
        ),
    ]
