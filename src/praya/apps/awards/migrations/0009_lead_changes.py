"""Another person may lead an award."""

import django.db.models.deletion
from django.db import migrations, models

STATES = ("asked", "agreed", "granted", "declined", "refused", "withdrawn", "undone")


def person(*, null=False):
    return models.ForeignKey(
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="people.person",
    )


class Migration(migrations.Migration):

    dependencies = [("awards", "0008_ended_from"), ("people", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="LeadChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField()),
                (
                    "state",
                    models.CharField(choices=[(state, state) for state in STATES], max_length=10),
                ),
                ("asked_at", models.DateTimeField()),
                ("agreed_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_reason", models.TextField(blank=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lead_changes",
                        to="awards.award",
                    ),
                ),
                ("former", person()),
                ("person", person()),
                ("asked_by", person()),
                ("decided_by", person(null=True)),
                ("undone_by", person(null=True)),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.AddConstraint(
            model_name="leadchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asked", "agreed"])),
                fields=("award",),
                name="one_lead_change_open",
            ),
        ),
    ]
