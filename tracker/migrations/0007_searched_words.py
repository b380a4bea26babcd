"""Claims and passages are found by their words, in any language."""

import django.contrib.postgres.indexes
import sources.models.article
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('sources', '0007_single_characters'),
        ('tracker', '0006_claim_revisions'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='claim',
            index=django.contrib.postgres.indexes.GinIndex(sources.models.article.WordsOf('title', 'title_fr', 'statement', 'statement_fr'), name='claim_words'),
        ),
        migrations.AddIndex(
            model_name='evidence',
            index=django.contrib.postgres.indexes.GinIndex(sources.models.article.WordsOf('exact'), name='evidence_words'),
        ),
    ]
