"""An approval or a payment of a claim is undone; the same evidence in two claims is found."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from praya.apps.append_only import guard_tables


class Migration(migrations.Migration):

    dependencies = [
        ("billing", "0003_asked_ahead"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ClaimUndoing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[("approval", "approval"), ("payment", "payment")], max_length=10
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        help_text="1, 2, 3 ... of this step of the claim"
                    ),
                ),
                ("amount_minor", models.BigIntegerField(help_text="what was approved, or paid")),
                ("paid_on", models.DateField(help_text="of the payment", null=True)),
                (
                    "bank_reference",
                    models.CharField(blank=True, help_text="of the payment", max_length=80),
                ),
                ("reason", models.TextField()),
                (
                    "entry",
                    models.PositiveBigIntegerField(help_text="number of the reversal in the book"),
                ),
                ("undone_at", models.DateTimeField()),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undoings",
                        to="billing.claim",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["claim", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("claim", "step", "number"), name="claim_undone_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("undone_by", models.F("done_by")), _negated=True),
                        name="claim_undone_by_another",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="claimline",
            index=models.Index(fields=["sha256"], name="claim_line_evidence"),
        ),
        guard_tables("billing_claimundoing"),
    ]
