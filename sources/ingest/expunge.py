"""Removes an article by order: rows, texts, feed entries, raw files; its addresses stay barred."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from sources.ingest import raw
from sources.models import (
    Article,
    Cluster,
    FeedItem,
    Fetch,
    Job,
    RemovedAddress,
    RemovedFile,
    Run,
    TextPair,
    Version,
)


class InHandError(Exception):
    """A worker is fetching or reading the article just now: what it brings would come after."""


def article(found: Article) -> dict[str, int]:
    """Delete an article with everything that is known of it, but for the hash of its addresses.

    Call inside a transaction, after `articles.lock_making`. Raw files go once it is committed.

    Returns:
        How many versions, files, feed entries and fetches went, by these names.

    Raises:
        InHandError: its job is in a worker's hands.
        ProtectedError: something outside the ingest still rests on it.
    """
    if (
        Job.objects.select_for_update()
        .filter(article=found, lease_until__gt=timezone.now())
        .exists()
    ):
        raise InHandError
    addresses = dict(found.urls.values_list("url_key", "url"))
    named = Q(article=found) | Q(link__in=[found.url, *addresses.values()])
    items = list(FeedItem.objects.filter(named))
    digests = _digests(found) | _of_feeds(items)
    counts = {
        "versions": found.versions.count(),
        "files": len(digests),
        "items": len(items),
        "fetches": found.fetches.count(),
    }
    FeedItem.objects.filter(pk__in=[one.pk for one in items]).delete()
    runs = Run.objects.filter(Q(fetches__article=found) | Q(jobs__article=found)).values("pk")
    Run.objects.filter(pk__in=runs, scope__contains="://").update(scope="")  # what was pasted
    RemovedAddress.objects.bulk_create(
        (RemovedAddress(url_key=key) for key in addresses), ignore_conflicts=True
    )
    _delete_rows(found)
    forget_files(digests)
    return counts


def _digests(found: Article) -> set[str]:
    """The raw files of its pages."""
    versions = found.versions.values_list("raw_sha256", flat=True).order_by()
    return {*versions, *found.fetches.values_list("raw_sha256", flat=True).order_by()} - {""}


def _of_feeds(items: Iterable[FeedItem]) -> set[str]:
    """The raw files of feeds in which its entries stood; their fetches name them no more."""
    digests: set[str] = set()
    for feed in {one.feed_id for one in items}:
        since = min(one.first_seen for one in items if one.feed_id == feed)
        polls = Fetch.objects.filter(feed=feed, at__gte=since - timedelta(minutes=1)).exclude(
            raw_sha256=""
        )
        digests |= set(polls.values_list("raw_sha256", flat=True).order_by())
        polls.update(raw_sha256="")
    return digests


def _delete_rows(found: Article) -> None:
    """The article's rows, and the history of what editors said about its text."""
    pairs = TextPair.objects.filter(Q(one=found) | Q(other=found))
    asked = list(pairs.values_list("pk", flat=True))
    pairs.delete()
    apps.get_model("sources.TextPairEvent").objects.filter(pgh_obj_id__in=asked).delete()
    Article.objects.filter(pk=found.pk).update(current_version=None)
    Version.objects.filter(article=found).delete()
    cluster = found.cluster_id
    found.delete()
    Cluster.objects.filter(pk=cluster, articles=None).delete()


def forget_files(digests: Iterable[str]) -> None:
    """Delete raw files once this transaction is committed; a sweep does it where that fails."""
    rows = [RemovedFile(sha256=digest) for digest in digests if digest]
    RemovedFile.objects.bulk_create(rows, ignore_conflicts=True)
    transaction.on_commit(delete_files)


def delete_files() -> None:
    """Delete the raw files that have to go, but those that another article or feed came as too."""
    for row in RemovedFile.objects.all():
        with transaction.atomic():
            named = Version.objects.filter(raw_sha256=row.sha256).exists()
            if not named and not Fetch.objects.filter(raw_sha256=row.sha256).exists():
                default_storage.delete(raw.path_of(row.sha256))
            row.delete()
