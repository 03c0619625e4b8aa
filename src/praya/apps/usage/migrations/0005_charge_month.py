"""Sums of charges by award and month, filled from the charges there are."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Count, Sum

AT_ONCE = 2000


def fill(apps, schema_editor):
    charges = apps.get_model("usage", "Charge").objects.order_by()
    months = apps.get_model("usage", "ChargeMonth")
    sums = charges.values("award_id", "month").annotate(
        charges=Count("id"),
        card_seconds=Sum("card_seconds"),
        list_minor=Sum("list_minor"),
        subsidy_minor=Sum("subsidy_minor"),
        own_minor=Sum("own_minor"),
    )
    months.objects.bulk_create((months(**each) for each in sums), batch_size=AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0002_decision_line_proposed"),
        ("usage", "0004_job_forgotten"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChargeMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.CharField(max_length=7)),
                ("charges", models.PositiveIntegerField(default=0)),
                ("card_seconds", models.BigIntegerField(default=0)),
                ("list_minor", models.BigIntegerField(default=0)),
                ("subsidy_minor", models.BigIntegerField(default=0)),
                ("own_minor", models.BigIntegerField(default=0)),
                ("award", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="charge_months", to="awards.award")),
            ],
            options={
                "ordering": ["-month", "award"],
                "constraints": [models.UniqueConstraint(fields=("award", "month"), name="charge_month_once")],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
