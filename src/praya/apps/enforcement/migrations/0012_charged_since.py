"""From when on what is used on a cluster is charged, kept while awards are not held there."""

from django.db import migrations, models


def _as_held(apps, _editor):
    links = apps.get_model("enforcement", "Link").objects
    links.update(charged_since=models.F("enforced_since"))


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0011_before")]

    operations = [
        migrations.AddField(
            model_name="link",
            name="charged_since",
            field=models.DateTimeField(
                help_text="when awards were first held; kept while they are not", null=True
            ),
        ),
        migrations.RunPython(_as_held, migrations.RunPython.noop),
    ]
