"""Runs in a cluster's accounts whose end was lost, and another reason for a difference."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enforcement", "0009_unheld"),
    ]

    operations = [
        migrations.AddField(
            model_name="link",
            name="lost",
            field=models.JSONField(
                default=dict,
                help_text="since when runs in its accounts are unknown to its controller",
            ),
        ),
        migrations.AlterField(
            model_name="daydifference",
            name="kind",
            field=models.CharField(
                choices=[
                    ("running", "running"),
                    ("runaway", "runaway"),
                    ("refunded", "refunded"),
                    ("set-aside", "set-aside"),
                    ("before", "before"),
                    ("beyond-limit", "beyond-limit"),
                    ("measured", "measured"),
                    ("suspended", "suspended"),
                    ("rounding", "rounding"),
                    ("changed", "changed"),
                    ("missing", "missing"),
                    ("gone", "gone"),
                    ("unexplained", "unexplained"),
                ],
                max_length=20,
            ),
        ),
    ]
