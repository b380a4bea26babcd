"""Every edit stored so far gets its row: what it changed, bursts folded."""

from django.db import migrations


def record(apps, schema_editor):
    """Class the edits of each article that was read more than once."""
    from tracker.edits.bursts import Stored, bursts
    from tracker.edits.kinds import Text, classify

    Version, Edit = apps.get_model("sources", "Version"), apps.get_model("tracker", "Edit")
    again = Version.objects.filter(seq__gt=1).order_by("article").values_list("article", flat=True)
    for article in again.distinct().iterator():
        rows = Version.objects.filter(article=article).values_list("seq", "at", "kind")
        stored = [Stored(seq, at, kind == "extractor_upgrade") for seq, at, kind in rows]
        for burst in bursts(stored):
            pair = Version.objects.filter(article=article, seq__in=[burst.older, burst.newer])
            older, newer = pair.defer("search").order_by("seq")
            found = classify(Text(older.title, older.text), Text(newer.title, newer.text))
            Edit.objects.create(
                article_id=article,
                older=older,
                newer=newer,
                classes=["reread"] if burst.reread else list(found.classes),
                announced="" if burst.reread else found.announced,
            )


class Migration(migrations.Migration):

    dependencies = [
        ('sources', '0011_bylines_of_versions'),
        ('tracker', '0010_edits'),
    ]

    operations = [migrations.RunPython(record, migrations.RunPython.noop)]
