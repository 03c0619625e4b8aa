"""From when the expiry of a line counts that was exchanged from an older one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0012_pool"),
    ]

    operations = [
        migrations.AddField(
            model_name="awardline",
            name="aged_from",
            field=models.DateField(
                help_text="from when its expiry counts, as it was exchanged from an older line; "
                "else its first day",
                null=True,
            ),
        ),
    ]
