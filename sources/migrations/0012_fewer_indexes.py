"""Foreign keys lose the indexes whose work an index or a constraint that begins with them does."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sources', '0011_bylines_of_versions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='article',
            name='source',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='sources.source'),
        ),
        migrations.AlterField(
            model_name='feeditem',
            name='feed',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='sources.feed'),
        ),
        migrations.AlterField(
            model_name='fetch',
            name='article',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='fetches', to='sources.article'),
        ),
        migrations.AlterField(
            model_name='fetch',
            name='feed',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='fetches', to='sources.feed'),
        ),
        migrations.AlterField(
            model_name='fetch',
            name='run',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='fetches', to='sources.run'),
        ),
        migrations.AlterField(
            model_name='version',
            name='article',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='sources.article'),
        ),
    ]
