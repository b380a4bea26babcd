"""Takes in an article by its address, as somebody pasted it; the pipeline does the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sources.ingest import destination, runs, upkeep
from sources.ingest.identify import is_aggregator, repair_url, url_key, without_tracking
from sources.ingest.store import articles
from sources.ingest.store.articles import Lead
from sources.ingest.subscribe import UnusableAddressError
from sources.models import Article, Feed, Job, Run

if TYPE_CHECKING:
    from tracker.models import User

URGENT = 10  # somebody waits for it


def open_run(scope: str, by: User | None = None) -> Run:
    """A run over no feed, for pages that somebody asks for: it says who did, and when.

    Args:
        scope: what was asked for, in words.
        by: who asked; None for the command line.
    """
    return runs.open_manual(Feed.objects.none(), timezone.now(), by=by, scope=scope[:200])


def forget_if_idle(run: Run) -> bool:
    """Forget a run of addresses that asks for nothing, as all are held or refused. Whether it
    did."""
    return bool(Run.objects.filter(pk=run.pk, jobs=None, fetches=None).delete()[0])


@transaction.atomic
def take_in_address(url: str, by: User | None = None, *, run: Run | None = None) -> Article:
    """The article at this address: the one we have, or a new one whose page is fetched next.

    Ring the worker afterwards. One that is held without any text is asked for again.

    Args:
        by: who pasted it; None for the command line.
        run: the run it belongs to; without it one is opened, unless there is nothing to fetch.

    Raises:
        UnusableAddressError: not an address of the web, one that is never fetched, one that only
            leads through an aggregator, or one whose article was removed by order.
    """
    place = without_tracking(usable(url))  # a click's marks are the reader's own affair
    articles.lock_making()
    if articles.barred([place]):
        raise UnusableAddressError("What stood there was removed by order.")
    held = articles.known([place]).get(url_key(place))
    if held is not None:
        article = Article.objects.get(pk=held)
        if article.current_version_id is None:
            upkeep.ask_article(article)
            _wait_for(article, run or open_run(place, by))
        return article
    run = run or open_run(place, by)
    lead = Lead(url=place, title="")
    made = articles.make([lead], feed=None, run=run.pk, now=timezone.now(), arrival="url")
    article = Article.objects.get(pk=made[url_key(place)])
    _wait_for(article, run)
    return article


def usable(url: str) -> str:
    """The address as it will be asked for.

    Raises:
        UnusableAddressError: see `take_in_address`.
    """
    place = repair_url(url, "")
    if not place:
        raise UnusableAddressError(f"{url!r} is not an address of the web.")
    if is_aggregator(place):
        raise UnusableAddressError(f"{url} is an aggregator’s: paste the publisher’s own address.")
    try:
        destination.check(place, tuple(settings.INGEST["allow_networks"]))
    except destination.Refused as refused:
        raise UnusableAddressError(f"{url} is never fetched: {refused.detail}.") from refused
    return place


def _wait_for(article: Article, run: Run) -> None:
    """Let the run wait for the article's page, before what waits since longer."""
    Job.objects.filter(article=article).update(run=run, priority=URGENT)
