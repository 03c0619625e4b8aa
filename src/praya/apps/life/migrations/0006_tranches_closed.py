"""A part of a grant can be closed again, and opened anew."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from praya.apps.append_only import guard_tables, lift_guards


class Migration(migrations.Migration):

    dependencies = [
        ("life", "0005_paid_parts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        lift_guards("life_openedtranche"),
        migrations.RemoveConstraint(model_name="openedtranche", name="tranche_once"),
        migrations.AddField(
            model_name="openedtranche",
            name="number",
            field=models.PositiveSmallIntegerField(
                default=1, help_text="counts anew once closed again"
            ),
        ),
        migrations.AddConstraint(
            model_name="openedtranche",
            constraint=models.UniqueConstraint(
                fields=("award", "part_code", "number"), name="tranche_once"
            ),
        ),
        migrations.CreateModel(
            name="TrancheClosing",
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
                ("opened", models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT, related_name="closing",
                    to="life.openedtranche",
                )),
            ],
        ),
        guard_tables("life_openedtranche", "life_trancheclosing"),
    ]
