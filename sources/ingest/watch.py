"""Has an article looked at more often, because something rests on it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sources.ingest.identify import authority
from sources.models import Article, Host, Job


@transaction.atomic
def watch(article: Article) -> None:
    """Re-check the article on the denser schedule from tomorrow on. Harmless when done already."""
    if not Article.objects.filter(pk=article.pk, watched=False).update(watched=True):
        return
    if article.is_handed_in:
        return
    tomorrow = timezone.now() + timedelta(days=settings.INGEST["watched_recheck_days"][0])
    host, _ = Host.objects.get_or_create(authority=authority(article.url))
    job, made = Job.objects.get_or_create(
        article=article, defaults={"kind": "page", "host": host, "due_at": tomorrow}
    )
    if not made and job.kind == "page" and job.due_at > tomorrow:
        Job.objects.filter(pk=job.pk, kind="page").update(due_at=tomorrow)
