"""Use is told from the asking on; a run-out of which grant; and a forecast when jobs have come.

What was said of the use of a line had in it what jobs running then had held before, though it is
scored from the asking on. Of the work of other programmes nothing can be scored.
"""

from collections import defaultdict

from django.db import migrations, models


def _since_the_asking(apps, _editor):
    expectations = apps.get_model("forecasts", "Expectation").objects.filter(measure="use")
    expectations.filter(subject="others").delete()
    forecasts = apps.get_model("forecasts", "Forecast").objects
    with_use = forecasts.filter(pk__in=expectations.values("forecast"), question__isnull=False)
    for pk in list(with_use.values_list("pk", flat=True)):
        rows = list(expectations.filter(forecast=pk))
        held = _held_before(forecasts.values_list("question", flat=True).get(pk=pk)["base"])
        for one in rows:
            for level in ("low", "middle", "high"):
                said = getattr(one, level)
                if said is not None:
                    setattr(one, level, max(said - held[one.subject], 0))
        expectations.model.objects.bulk_update(rows, ["low", "middle", "high"])


def _held_before(base):
    held = defaultdict(int)
    for job in base["running"]:
        cards = job["cards"] * len(job["on"])
        held[job["award"]] += cards * max(base["now_s"] - job["begun_s"], 0)
    return held


class Migration(migrations.Migration):
    dependencies = [("forecasts", "0004_longer_subjects")]

    operations = [
        migrations.AddField(
            model_name="expectation",
            name="granted",
            field=models.BigIntegerField(
                help_text="card-seconds of the line, where it is told when these are used up",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="forecast",
            name="purpose",
            field=models.CharField(
                choices=[("question", "question"), ("daily", "daily"), ("line", "line")],
                max_length=10,
            ),
        ),
        migrations.RunPython(_since_the_asking, migrations.RunPython.noop),
    ]
