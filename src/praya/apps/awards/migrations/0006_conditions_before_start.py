"""What must hold before an award may be used."""

import django.db.models.deletion
from django.db import migrations, models

ROLES = ("officer", "reviewer", "committee", "operator", "finance", "auditor", "admin")
STATES = (
    *("offered", "waiting", "active", "declined", "lapsed", "withdrawn"),
    *("suspended", "ended"),
)


class Migration(migrations.Migration):

    dependencies = [
        ("awards", "0005_class_of_service"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="award",
            name="state",
            field=models.CharField(choices=[(state, state) for state in STATES], max_length=10),
        ),
        migrations.AddField(
            model_name="award",
            name="meet_by",
            field=models.DateField(
                help_text="while conditions are open: their last day", null=True
            ),
        ),
        migrations.AddField(
            model_name="award",
            name="reminded_at",
            field=models.DateTimeField(help_text="of that day", null=True),
        ),
        migrations.AddField(
            model_name="award",
            name="started_at",
            field=models.DateTimeField(help_text="from when on it could be used", null=True),
        ),
        migrations.AddField(
            model_name="decision",
            name="before_start",
            field=models.JSONField(
                default=list, help_text="what must hold before the start"
            ),
        ),
        migrations.CreateModel(
            name="Condition",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                )),
                ("number", models.PositiveSmallIntegerField()),
                ("code", models.CharField(blank=True, max_length=40)),
                ("text", models.JSONField(help_text="words by language")),
                ("confirmed_by", models.CharField(
                    choices=[(role, role) for role in ROLES], max_length=10
                )),
                ("needs_evidence", models.BooleanField(default=True)),
                ("told", models.TextField(blank=True, help_text="what the lead says of it")),
                ("told_at", models.DateTimeField(null=True)),
                ("evidence", models.TextField(blank=True)),
                ("met_at", models.DateTimeField(null=True)),
                ("award", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="before_start", to="awards.award",
                )),
                ("met_by", models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT,
                    related_name="+", to="people.person",
                )),
            ],
            options={"ordering": ["award", "number"]},
        ),
        migrations.AddConstraint(
            model_name="condition",
            constraint=models.UniqueConstraint(
                fields=("award", "number"), name="condition_once"
            ),
        ),
    ]
