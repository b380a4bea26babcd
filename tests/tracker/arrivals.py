"""Articles that have come in, as the ingest leaves them, without the ingest."""

import io

from django.core.management import call_command
from django.utils import timezone

from sources.ingest.identify import text_hash
from sources.ingest.store import articles
from sources.models import Article, Feed, Version
from tracker.samples.addresses import address_of
from tracker.samples.content import outlets


def run(*words, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command(*words, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def publish(url, text, language="en", title="A title"):
    """An article that came in, with its text, as the ingest leaves it."""
    feed = Feed.objects.get(source__hosts__authority=url.split("/")[2])
    lead = articles.Lead(url=url, title=title, language=language, published_at=timezone.now())
    (article,) = articles.make([lead], feed=feed, run=None, now=timezone.now()).values()
    return revise(Article.objects.get(pk=article), text, language)


def revise(article, text, language="en"):
    version = Version.objects.create(
        article=article,
        seq=article.versions.count() + 1,
        title=article.title,
        text=text,
        language=language,
        text_sha256=text_hash(text),
        extractor="by hand",
        sort_at=article.sort_at,
    )
    article.current_version = version
    article.save(update_fields=["current_version"])
    return version


def publish_samples(night=0):
    for outlet in outlets().values():
        for article in outlet.published(night):
            url = address_of(outlet.slug, 8790) + article.path
            publish(url, "\n".join(article.text(night)), outlet.language, article.title)
