"""A waiver can be withdrawn, and made anew."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from praya.apps.append_only import guard_tables, lift_guards


class Migration(migrations.Migration):

    dependencies = [
        ("life", "0003_tranche_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        lift_guards("life_waiver"),
        migrations.RemoveConstraint(model_name="waiver", name="waiver_once"),
        migrations.AddField(
            model_name="waiver",
            name="number",
            field=models.PositiveSmallIntegerField(
                default=1, help_text="counts anew once withdrawn"
            ),
        ),
        migrations.AddConstraint(
            model_name="waiver",
            constraint=models.UniqueConstraint(
                fields=("line", "rule_code", "mark", "number"), name="waiver_once"
            ),
        ),
        migrations.CreateModel(
            name="WaiverWithdrawal",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                )),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+",
                    to=settings.AUTH_USER_MODEL,
                )),
                ("waiver", models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT, related_name="withdrawal",
                    to="life.waiver",
                )),
            ],
        ),
        guard_tables("life_waiver", "life_waiverwithdrawal"),
    ]
