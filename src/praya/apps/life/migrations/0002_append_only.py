"""What rules did, and what people decided about it, is added and never changed."""

from django.db import migrations

from praya.apps.append_only import guard_tables


class Migration(migrations.Migration):
    dependencies = [("life", "0001_initial")]

    operations = [
        guard_tables(
            "life_waiver",
            "life_linecheck",
            "life_cutwarning",
            "life_lineplan",
            "life_openedtranche",
        )
    ]
