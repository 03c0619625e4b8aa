"""A declared conflict stands: reviews withdrawn after one are closed to their reviewers again."""

from django.db import migrations, models

NO_CONFLICT = ["", "none"]
IS_CONFLICTED = models.Q(("state", "conflicted"))
HAS_CONFLICT = ~models.Q(("conflict__in", NO_CONFLICT))


def stand_again(apps, schema_editor):
    reviews = apps.get_model("reviews", "Review").objects.using(schema_editor.connection.alias)
    reviews.exclude(conflict__in=NO_CONFLICT).update(state="conflicted")


class Migration(migrations.Migration):

    dependencies = [
        ("reviews", "0003_kept_figures"),
    ]

    operations = [
        migrations.RunPython(stand_again, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=(IS_CONFLICTED & HAS_CONFLICT) | (~IS_CONFLICTED & ~HAS_CONFLICT),
                name="review_conflict_stands",
            ),
        ),
    ]
