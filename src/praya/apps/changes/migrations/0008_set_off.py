"""Overdue debts are paid out of newer awards of the same organisation."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("changes", "0007_debt_payment_taken_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="debt",
            name="set_off_minor",
            field=models.BigIntegerField(
                default=0, help_text="of what was paid: out of newer awards"
            ),
        ),
        migrations.AddField(
            model_name="debtpayment",
            name="line_code",
            field=models.CharField(
                blank=True, default="", help_text="the line it was set off", max_length=24
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="debtpayment",
            name="card_seconds",
            field=models.BigIntegerField(default=0, help_text="time that went with it"),
        ),
        migrations.AlterField(
            model_name="debtpayment",
            name="recorded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="debtpayment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("line_code", ""), _negated=True),
                fields=("debt", "line_code"),
                name="debt_set_off_once",
            ),
        ),
    ]
