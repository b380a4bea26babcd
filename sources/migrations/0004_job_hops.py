"""A job that was redirected to another host waits at that host's gate."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0003_typeset_marks")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="hops",
            field=models.JSONField(
                help_text="Redirects followed until one led to another host, at whose gate it"
                " waits now.",
                null=True,
            ),
        ),
    ]
