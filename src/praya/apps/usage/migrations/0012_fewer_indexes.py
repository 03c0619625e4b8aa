"""Indexes that nothing looks by are dropped: every use and every charge pays for each."""

import django.db.models.deletion
from django.db import migrations, models

from praya.apps.append_only import guard_tables, lift_guards


class Migration(migrations.Migration):

    dependencies = [("usage", "0011_class_of_service")]

    operations = [
        lift_guards("usage_usagerecord", "usage_charge"),
        migrations.AlterField(
            model_name="usagerecord",
            name="line",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="usage", to="awards.awardline"
            ),
        ),
        migrations.AlterField(
            model_name="charge",
            name="award",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="charges", to="awards.award"
            ),
        ),
        migrations.AlterField(
            model_name="charge",
            name="line",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="charges", to="awards.awardline"
            ),
        ),
        migrations.AlterField(
            model_name="charge",
            name="rule_version",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programmes.ruleversion"
            ),
        ),
        guard_tables("usage_usagerecord", "usage_charge"),
    ]
