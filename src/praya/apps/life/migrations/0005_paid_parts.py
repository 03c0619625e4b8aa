"""Parts of an own share that were paid ahead of use."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("awards", "0005_class_of_service"),
        ("life", "0004_waivers_withdrawn"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaidPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(help_text="1, 2, 3 ... of the rule's parts"),
                ),
                (
                    "invoice_code",
                    models.CharField(help_text="that asked for it", max_length=20),
                ),
                ("at", models.DateTimeField()),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paid_parts",
                        to="awards.award",
                    ),
                ),
            ],
            options={
                "ordering": ["award", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("award", "number"), name="paid_part_once")
                ],
            },
        ),
    ]
