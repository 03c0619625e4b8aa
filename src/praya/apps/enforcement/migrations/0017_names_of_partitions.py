"""Tell engines what their clusters call the partitions, as was found when they were looked at."""

from django.db import migrations


def tell(apps, _schema_editor):
    for link in apps.get_model("enforcement", "Link").objects.select_related("cluster"):
        # Small letters last, as in queries.found.names_by_code.
        names = {name.lower(): name for name in sorted(part["name"] for part in link.partitions)}
        link.cluster.engine_settings = link.cluster.engine_settings | {"partitions": names}
        link.cluster.save(update_fields=["engine_settings"])


class Migration(migrations.Migration):
    dependencies = [
        ("enforcement", "0016_cards_asked"),
        ("clusters", "0003_engine_settings"),
    ]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
