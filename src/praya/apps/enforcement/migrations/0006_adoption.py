"""What was taken over of clusters."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_unix_name"),
        ("enforcement", "0005_order_of_the_line"),
    ]

    operations = [
        migrations.CreateModel(
            name="Adoption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.CharField(max_length=40)),
                ("kind", models.CharField(choices=[("cards", "cards"), ("closed", "closed"), ("account", "account")], max_length=10)),
                ("value", models.CharField(blank=True, max_length=60)),
                ("reason", models.CharField(max_length=300)),
                ("asked_at", models.DateTimeField()),
                ("agreed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("agreed_by", models.ForeignKey(help_text="where two are needed", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person")),
                ("asked_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person")),
                ("link", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="adoptions", to="enforcement.link")),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
                "constraints": [models.CheckConstraint(condition=models.Q(("agreed_by", None), models.Q(("agreed_by", models.F("asked_by")), _negated=True), _connector="OR"), name="adoption_two_people")],
            },
        ),
    ]
