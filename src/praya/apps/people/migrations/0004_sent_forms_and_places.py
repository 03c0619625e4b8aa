"""Forms that were sent, so that none acts twice; places may be parts of a country, as CN-GD."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0003_unix_name"),
    ]

    operations = [
        migrations.AlterField(
            model_name="organisation",
            name="place",
            field=models.CharField(
                default="HK", help_text="ISO 3166: HK, or CN-GD", max_length=6
            ),
        ),
        migrations.CreateModel(
            name="SentForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sha256",
                    models.CharField(
                        help_text="of its address, its page and what it says", max_length=64
                    ),
                ),
                ("answer", models.CharField(help_text="where its answer led", max_length=500)),
                ("sent_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "sha256"), name="form_sent_once")
                ],
            },
        ),
    ]
