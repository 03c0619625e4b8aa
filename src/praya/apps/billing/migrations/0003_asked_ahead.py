"""An invoice may ask for part of an own share before use."""

from django.db import migrations, models

from praya.apps.append_only import guard_tables, lift_guards


class Migration(migrations.Migration):

    dependencies = [("billing", "0002_append_only")]

    operations = [
        lift_guards("billing_invoice"),
        migrations.AddField(
            model_name="invoice",
            name="ahead_part",
            field=models.PositiveSmallIntegerField(
                help_text="the part of an own share that is asked for before use", null=True
            ),
        ),
        migrations.RemoveConstraint(model_name="invoice", name="invoice_month_once"),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ahead_part", None), ("kind", "invoice")),
                fields=("award", "month"),
                name="invoice_month_once",
            ),
        ),
        guard_tables("billing_invoice"),
    ]
