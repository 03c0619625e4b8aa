"""Payments of debts that were none can be taken back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("changes", "0006_end_at_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="debtpayment",
            name="taken_back_at",
            field=models.DateTimeField(help_text="when it was found to be none", null=True),
        ),
        migrations.AddField(
            model_name="debtpayment",
            name="taken_back_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="debtpayment",
            name="taken_back_reason",
            field=models.TextField(blank=True),
        ),
    ]
