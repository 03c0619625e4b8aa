import django.db.models.deletion
from django.db import migrations, models

from praya.apps.append_only import guard_tables


class Migration(migrations.Migration):

    dependencies = [
        ('awards', '0004_plan_of_a_line'),
        ('usage', '0007_told_of_clusters'),
    ]

    operations = [
        migrations.CreateModel(
            name='RunCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text="of the run's first usage record", max_length=120)),
                ('number', models.PositiveSmallIntegerField(help_text='1, 2, 3 ... for each run')),
                ('cluster_code', models.CharField(max_length=40)),
                ('job_id', models.CharField(max_length=60)),
                ('member', models.CharField(help_text="the user's name on the cluster", max_length=40)),
                ('was_s', models.BigIntegerField(help_text='card-seconds that were charged')),
                ('becomes_s', models.BigIntegerField(help_text='card-seconds that are charged now')),
                ('is_refund', models.BooleanField(help_text="now given back by the rules, so nothing is charged")),
                ('made_at', models.DateTimeField()),
                ('anew', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='usage.usagerecord')),
                ('award', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='run_corrections', to='awards.award')),
                ('undone', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='usage.usagerecord')),
            ],
            options={
                'ordering': ['-made_at', '-id'],
                'indexes': [models.Index(fields=['cluster_code', '-made_at'], name='run_correction_cluster')],
                'constraints': [models.UniqueConstraint(fields=('key', 'number'), name='run_correction_once')],
            },
        ),
        guard_tables("usage_runcorrection"),
    ]
