"""What a cluster told of a run that came in there, and what its counter shows of Praya's jobs."""

from django.db import migrations, models

from praya.apps.append_only import guard_tables, lift_guards


class Migration(migrations.Migration):
    dependencies = [("usage", "0006_cluster_use")]

    operations = [
        lift_guards("usage_usagerecord"),
        migrations.AddField("usagerecord", "number", models.CharField(blank=True, default="", help_text="the job's own there, as 27_3", max_length=60), preserve_default=False),
        migrations.AddField("usagerecord", "member", models.CharField(blank=True, default="", help_text="the user's name there", max_length=40), preserve_default=False),
        migrations.AddField(
            "usagerecord",
            "end",
            models.CharField(
                blank=True,
                choices=[("completed", "completed"), ("failed", "failed"), ("out-of-memory", "out-of-memory"), ("timed-out", "timed-out"), ("cancelled", "cancelled"), ("preempted", "preempted"), ("requeued", "requeued"), ("node-failed", "node-failed"), ("not-launched", "not-launched"), ("unknown", "unknown")],
                default="",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddIndex("usagerecord", models.Index(condition=models.Q(("number", ""), _negated=True), fields=["cluster_code", "number"], name="usage_number")),
        guard_tables("usage_usagerecord"),
        migrations.AddField("job", "counted_s", models.BigIntegerField(help_text="card-seconds in its cluster's own counter, once it was told of", null=True)),
    ]
