"""An early end by notice needs two people; those that were given before stand."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STATES = ("asked", "given", "carried-out", "withdrawn", "overtaken", "undone")


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0010_appeals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="notice", name="notice_open_once"),
        migrations.AddField(
            model_name="notice",
            name="agreed_at",
            field=models.DateTimeField(help_text="when an early end was agreed to", null=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="agreed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="state",
            field=models.CharField(
                choices=[(state, state) for state in STATES], default="given", max_length=12
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asked", "given"])),
                fields=("award", "kind"),
                name="notice_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("agreed_by", None),
                    models.Q(("agreed_by", models.F("given_by")), _negated=True),
                    _connector="OR",
                ),
                name="notice_two_people",
            ),
        ),
    ]
