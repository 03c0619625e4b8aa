"""What credit notes gave before it was undone."""

import django.db.models.deletion
from django.db import migrations, models

from praya.apps.append_only import guard_tables


class Migration(migrations.Migration):

    dependencies = [
        ('awards', '0011_suspensions'),
        ('billing', '0006_no_replacing_by_condition'),
    ]

    operations = [
        migrations.CreateModel(
            name='CreditedBefore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7)),
                ('amount_minor', models.BigIntegerField()),
                ('award', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='awards.award')),
            ],
            options={
                'ordering': ['award', 'month'],
                'constraints': [models.UniqueConstraint(fields=('award', 'month'), name='credited_before_once')],
            },
        ),
        guard_tables("billing_creditedbefore"),
    ]
