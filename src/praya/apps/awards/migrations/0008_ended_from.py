"""An award that has ended remembers from which state, to be taken up again in it."""

from django.db import migrations, models

STATES = (
    *("offered", "waiting", "active", "declined", "lapsed", "withdrawn"),
    *("suspended", "ended"),
)


class Migration(migrations.Migration):

    dependencies = [("awards", "0007_accepted_awards_started")]

    operations = [
        migrations.AddField(
            model_name="award",
            name="ended_from",
            field=models.CharField(
                blank=True,
                choices=[(state, state) for state in STATES],
                default="",
                help_text="in which state it was when it ended",
                max_length=10,
            ),
            preserve_default=False,
        ),
    ]
