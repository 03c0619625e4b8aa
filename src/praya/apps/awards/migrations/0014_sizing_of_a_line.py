from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('awards', '0013_aged_from'),
    ]

    operations = [
        migrations.AddField(
            model_name='awardline',
            name='sizing',
            field=models.JSONField(help_text='what its team will run, as applied for', null=True),
        ),
    ]
