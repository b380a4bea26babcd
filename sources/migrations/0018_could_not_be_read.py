"""Not every page without a text could not be fetched: some could not be read."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sources', '0017_jobs_by_host'),
    ]

    operations = [
        migrations.AlterField(
            model_name='article',
            name='text_state',
            field=models.CharField(choices=[('pending', 'not fetched yet'), ('ok', 'full text'), ('teaser', 'teaser only'), ('paywalled', 'behind a paywall'), ('consent', 'consent page'), ('challenge', 'blocked by a challenge'), ('boilerplate', 'site boilerplate'), ('empty', 'no text found'), ('not_article', 'not an article'), ('not_html', 'not a web page'), ('too_large', 'too large'), ('robots_denied', 'robots.txt forbids it'), ('gone', 'withdrawn'), ('failed', 'could not be read'), ('feed_only', 'known from the feed only')], default='pending'),
        ),
    ]
