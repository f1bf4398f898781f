from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('metering', '0004_names'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='submission',
            index=BrinIndex(autosummarize=True, fields=['received_at'], name='submission_received'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(condition=models.Q(('verdict', 'in_review')), fields=['id'], name='submission_in_review'),
        ),
    ]
