"""A version carries the date of its article, so that a search reads no more time than its page shows.

The indexes of words are made anew: kept while every row is written again, they would be told each
of its words.
"""

import django.contrib.postgres.indexes
from django.db import migrations, models
from django.utils import timezone

SEARCH = {"en": r"^(en|$)", "fr": r"^fr", "other": r"^(?!en|fr)."}
DATED = """
UPDATE sources_version version SET sort_at = article.sort_at
FROM sources_article article WHERE article.id = version.article_id
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0015_suspects_and_strikes")]

    operations = [
        *[migrations.RemoveIndex("version", f"version_search_{name}") for name in SEARCH],
        migrations.AddField(
            model_name="version",
            name="sort_at",
            field=models.DateTimeField(
                default=timezone.now, help_text="That of its article while it is the current one."
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(DATED, migrations.RunSQL.noop),
        *[
            migrations.AddIndex(
                "version",
                django.contrib.postgres.indexes.GinIndex(
                    fields=["search"],
                    name=f"version_search_{name}",
                    condition=models.Q(language__regex=languages),
                ),
            )
            for name, languages in SEARCH.items()
        ],
        migrations.AddIndex(
            "version", models.Index(fields=["sort_at"], name="version_by_date")
        ),
    ]
