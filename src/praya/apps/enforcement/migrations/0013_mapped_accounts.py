"""Accounts that others called otherwise become awards'; a round tells that people decided since."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0004_plan_of_a_line"),
        ("enforcement", "0012_charged_since"),
    ]

    operations = [
        migrations.AddField(
            model_name="adoption",
            name="award",
            field=models.ForeignKey(
                help_text="whose an account becomes",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="awards.award",
            ),
        ),
        migrations.AlterField("adoption", "account", models.CharField(max_length=100)),
        migrations.AlterField("comparedday", "account", models.CharField(max_length=100)),
        migrations.AlterField("drift", "account", models.CharField(max_length=100)),
        migrations.AddField(
            model_name="link",
            name="turn",
            field=models.PositiveIntegerField(
                default=0,
                help_text="grows when people decide about it: what was seen before is of no use",
            ),
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.UniqueConstraint(
                condition=models.Q(("award__isnull", False), ("ended_at", None)),
                fields=("link", "award"),
                name="adoption_one_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.UniqueConstraint(
                condition=models.Q(("award__isnull", False), ("ended_at", None)),
                fields=("link", "account"),
                name="adoption_one_award",
            ),
        ),
    ]
