"""Takes up a feed: its source, its row, its host and its place in the queue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from sources.curating.naming import free_slug
from sources.curating.vocabulary import slug_for
from sources.ingest.identify import authority, repair_url, site, url_key
from sources.ingest.store import moves
from sources.models import Feed, Host, Job, Source, SourceTag, Tag


class UnusableAddressError(ValueError):
    """The address is none we would ever ask."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed somebody wants followed, as typed or as an OPML outline says."""

    url: str
    name: str = ""
    site_url: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    paused: bool = False


@transaction.atomic
def subscribe(wanted: Subscription, source: Source | None = None) -> tuple[Feed, bool]:
    """Make the feed unless it is there. It is due at once.

    Args:
        source: who publishes it; found by name or made when None.

    Returns:
        The feed, and whether it is new.

    Raises:
        UnusableAddressError: not an address of the web.
    """
    url = repair_url(wanted.url, "")
    if not url:
        raise UnusableAddressError(f"{wanted.url!r} is not an address of the web.")
    held = _held(url)
    if held is not None:
        return held, False
    owner = source or _source(wanted, url)
    feed = Feed.objects.create(
        source=owner,
        url=url,
        url_key=url_key(url),
        title=wanted.name,
        site_url=repair_url(wanted.site_url, url) if wanted.site_url else "",
        language=wanted.language,
        enabled=not wanted.paused,
        paused_because="imported as paused" if wanted.paused else "",
    )
    host, _ = Host.objects.get_or_create(authority=authority(url))
    if host.source_id is None:
        Host.objects.filter(pk=host.pk).update(source=owner)
    Job.objects.create(kind="feed", feed=feed, host=host)
    tag(owner, wanted.tags)
    return feed, True


def is_followed(url: str) -> bool:
    """Whether a feed is polled at this address, or was before it moved."""
    return _held(repair_url(url, "")) is not None


def _held(url: str) -> Feed | None:
    return Feed.objects.filter(url_key=url_key(url)).first() or moves.held_before(url)


def _source(wanted: Subscription, url: str) -> Source:
    """The source of that name, or a new one."""
    name = wanted.name or site(url)
    words = slugify(name) or slugify(authority(url).replace(".", "-"))
    # by its whole slug: one that was cut says no more than how a name begins
    known = Source.objects.filter(Q(name=name) | Q(slug=words)).order_by("pk").first()
    if known:
        return known.stands_as
    language = [wanted.language[:2]] if wanted.language else []
    return Source.objects.create(name=name, slug=free_slug(words), languages=language)


def tag(source: Source, labels: Iterable[str]) -> None:
    """Put tags on a source by their labels, as an import brings them."""
    for label in labels:
        slug = slugify(label)
        same = Q(label_en=label) | (Q(slug=slug) if slug else Q())
        known = Tag.objects.filter(same).order_by("pk").first()
        word = known or Tag.objects.create(slug=slug_for(label), label_en=label)
        SourceTag.objects.get_or_create(source=source, tag=word, defaults={"by": None})
