"""From and until when awards were suspended, as the trail has it for those before."""

from zoneinfo import ZoneInfo

from django.db import migrations, models


def from_the_trail(apps, schema_editor):
    awards = {
        award.code: award
        for award in apps.get_model("awards", "Award").objects.select_related("programme")
    }
    lines = apps.get_model("people", "AuditLine").objects.filter(
        action__in=["award.suspended", "award.resumed"], subject_kind="award"
    )
    for line in lines.order_by("id"):
        award = awards.get(line.subject_key)
        if award is None:
            continue
        day = line.at.astimezone(ZoneInfo(award.programme.time_zone)).date().isoformat()
        if line.action == "award.suspended":
            award.suspensions.append([day, None])
        elif award.suspensions:
            award.suspensions[-1][1] = day
    for award in awards.values():
        if award.suspensions:
            award.save(update_fields=["suspensions"])


class Migration(migrations.Migration):

    dependencies = [
        ("awards", "0010_conditions_waived"),
        ("people", "0004_sent_forms_and_places"),
    ]

    operations = [
        migrations.AddField(
            model_name="award",
            name="suspensions",
            field=models.JSONField(
                default=list,
                help_text="pairs of days: from which on, and until which (null: still) it was",
            ),
        ),
        migrations.RunPython(from_the_trail, migrations.RunPython.noop),
    ]
