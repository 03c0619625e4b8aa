from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('changes', '0005_exclusion'),
    ]

    operations = [
        migrations.AlterField(
            model_name='change',
            name='kind',
            field=models.CharField(choices=[('extension', 'extension'), ('supplement', 'supplement'), ('transfer', 'transfer'), ('exchange', 'exchange'), ('advance', 'advance'), ('renewal', 'renewal'), ('cards', 'cards'), ('reduction', 'reduction'), ('recovery', 'recovery'), ('write-off', 'write-off'), ('exclusion', 'exclusion'), ('end', 'end')], max_length=12),
        ),
    ]
