"""Jobs that pass a host's gate are found by their host alone, however many are due."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0016_versions_by_date")]

    operations = [
        migrations.RemoveIndex("job", "job_next"),
        migrations.AddIndex(
            "job",
            models.Index(
                fields=["kind", "-priority", "due_at", "id"],
                name="job_next",
                condition=models.Q(kind__in=["extract", "tell"]),
            ),
        ),
    ]
