"""Jobs alive on clusters, as last read."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0002_decision_line_proposed"),
        ("enforcement", "0001_initial"),
        ("usage", "0007_told_of_clusters"),
    ]

    operations = [
        migrations.AddField("link", "jobs_at", models.DateTimeField(help_text="of when the jobs alive there are", null=True)),
        migrations.CreateModel(
            name="ClusterJob",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(help_text="its own there, as 27_3", max_length=60)),
                ("member", models.CharField(help_text="the user's name there", max_length=40)),
                ("partition", models.CharField(max_length=60)),
                ("device_model_code", models.CharField(blank=True, max_length=40)),
                ("cards", models.PositiveIntegerField()),
                ("time_limit_s", models.BigIntegerField(help_text="0 for none")),
                ("submitted_at", models.DateTimeField()),
                ("began_at", models.DateTimeField(null=True)),
                ("expected_at", models.DateTimeField(help_text="when the cluster expects to begin it", null=True)),
                ("reason", models.CharField(blank=True, help_text="the cluster's word", max_length=60)),
                ("holds", models.CharField(help_text="what that means; see ``Holds``", max_length=20)),
                ("whose", models.CharField(blank=True, max_length=20)),
                ("ahead", models.PositiveIntegerField(default=0)),
                ("award", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="cluster_jobs", to="awards.award")),
                ("job", models.ForeignKey(help_text="where Praya submitted it", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="usage.job")),
                ("link", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="jobs", to="enforcement.link")),
            ],
            options={
                "ordering": ["-submitted_at", "-id"],
                "indexes": [models.Index(fields=["link", "number"], name="cluster_job_number")],
            },
        ),
    ]
