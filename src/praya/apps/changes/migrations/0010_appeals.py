import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0005_class_of_service'),
        ('changes', '0009_notice_undone'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('against', models.CharField(choices=[('case', 'case'), ('change', 'change'), ('notice', 'notice')], max_length=8)),
                ('contested', models.CharField(help_text='as decision:12 or change:3', max_length=40)),
                ('decided_at', models.DateTimeField(help_text='when what is contested was told')),
                ('ground', models.CharField(choices=[('new-facts', 'new-facts'), ('misreading', 'misreading')], max_length=12)),
                ('text', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('due_on', models.DateField(help_text='when it should be answered')),
                ('state', models.CharField(choices=[('open', 'open'), ('upheld', 'upheld'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn')], default='open', max_length=10)),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='applications.application')),
                ('change', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='changes.change')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('notice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='changes.notice')),
            ],
            options={
                'ordering': ['-made_at', '-id'],
                'indexes': [models.Index(fields=['state', 'due_on'], name='appeal_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'withdrawn'), _negated=True), fields=('contested',), name='appeal_once'), models.CheckConstraint(condition=models.Q(('answered_by', models.F('decided_by')), _negated=True), name='appeal_two_people')],
            },
        ),
    ]
