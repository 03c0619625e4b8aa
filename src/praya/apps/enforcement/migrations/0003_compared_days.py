"""What clusters have summed beside what was charged, day by day."""

import django.db.models.deletion
from django.db import migrations, models

KINDS = [
    "running", "refunded", "set-aside", "before", "beyond-limit", "measured", "suspended",
    "rounding", "changed", "missing", "gone", "unexplained",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0002_cluster_job")]

    operations = [
        migrations.AddField("link", "compared_at", models.DateTimeField(help_text="when its sums were last compared", null=True)),
        migrations.AddField("link", "summed_until", models.DateTimeField(help_text="how far its own sums went then", null=True)),
        migrations.AddField("link", "unread", models.JSONField(default=list, help_text="lines that could not be read, and why")),
        migrations.CreateModel(
            name="ComparedDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("account", models.CharField(max_length=40)),
                ("award_code", models.CharField(max_length=50)),
                ("device_model", models.CharField(blank=True, max_length=40)),
                ("summed_s", models.BigIntegerField(help_text="card-seconds in the cluster's own sums")),
                ("charged_s", models.BigIntegerField(help_text="card-seconds charged, of the same hours")),
                ("to_look_at_s", models.BigIntegerField(help_text="of the difference, what nobody can explain")),
                ("until", models.DateTimeField(help_text="how far the day was summed")),
                ("compared_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(help_text="when operators were told to look at it", null=True)),
                ("link", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="compared_days", to="enforcement.link")),
            ],
            options={
                "ordering": ["-day", "account", "device_model"],
                "constraints": [models.UniqueConstraint(fields=("link", "day", "account", "device_model"), name="compared_day_once")],
            },
        ),
        migrations.CreateModel(
            name="DayDifference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=20)),
                ("card_seconds", models.BigIntegerField(help_text="positive where the cluster has more")),
                ("job_id", models.CharField(blank=True, max_length=60)),
                ("member", models.CharField(blank=True, max_length=40)),
                ("key", models.CharField(blank=True, help_text="of the run", max_length=120)),
                ("why", models.CharField(blank=True, help_text="of what was set aside", max_length=60)),
                ("of", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="differences", to="enforcement.comparedday")),
            ],
            options={"ordering": ["of", "-card_seconds", "id"]},
        ),
    ]
