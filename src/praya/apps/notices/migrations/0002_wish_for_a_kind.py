"""A wish may be for one kind of a topic's letters."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0001_outbox_and_hooks'),
    ]

    operations = [
        migrations.AddField(
            model_name='wish',
            name='kind',
            field=models.CharField(blank=True, default='', help_text='empty: the topic as a whole', max_length=60),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(
            model_name='wish',
            name='wish_once',
        ),
        migrations.AddConstraint(
            model_name='wish',
            constraint=models.UniqueConstraint(fields=('person', 'topic', 'kind'), name='wish_once'),
        ),
    ]
