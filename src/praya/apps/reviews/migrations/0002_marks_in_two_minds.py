from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="mark",
            name="points",
            field=models.SmallIntegerField(help_text="empty while in two minds", null=True),
        ),
        migrations.RemoveField(
            model_name="recommendedline",
            name="comment",
        ),
    ]
