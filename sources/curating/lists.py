"""Lists of sources in and out: doing what a plan says, and writing what is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pghistory
from django.db import transaction
from django.utils import timezone

from sources.curating import table, tagging
from sources.curating.listplan import FIELDS, Plan, Row, value
from sources.curating.naming import free_slug
from sources.curating.tagging import Change
from sources.ingest import opml
from sources.ingest.subscribe import Subscription, subscribe
from sources.models import Host, Source
from sources.models.source import SourceKind

if TYPE_CHECKING:
    from tracker.models import User

IMPORTED = "import"


@transaction.atomic
def carry_out(plan: Plan, by: User, digest: str) -> None:
    """Do what the plan says, as one act of the history that names the file by its SHA-256."""
    with pghistory.context(act=IMPORTED, file=digest):
        _make(plan.new)
        _update(plan.changed)
        doing = [(row, row.source) for row in plan.rows if not row.fault and row.source]
        changes = [Change(source, row.added, row.removed) for row, source in doing]
        tagging.carry_out(changes, by, IMPORTED)
        _give_domains({host: source for row, source in doing for host in row.domains})
        for row, source in doing:
            for place in row.feeds:
                subscribe(Subscription(place, name=row.name), source)


def _make(rows: Iterable[Row]) -> None:
    """Make the new sources; two outlines of one list may name one."""
    taken = set(Source.objects.values_list("slug", flat=True))
    made: dict[str, Source] = {}
    for row in rows:
        row.source = made.get(row.name.casefold())
        if row.source is None:
            values = {column: _stored(column, now) for column, _before, now in row.fields}
            slug = free_slug(row.name, taken)
            taken.add(slug)
            row.source = Source(slug=slug, **({"kind": SourceKind.UNCLASSIFIED} | values))
            made[row.name.casefold()] = row.source
    Source.objects.bulk_create(made.values(), batch_size=500)


def _give_domains(owners: Mapping[str, Source]) -> None:
    fresh = [Host(authority=host, source=source) for host, source in owners.items()]
    Host.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    unowned = list(Host.objects.filter(authority__in=owners, source=None))
    for host in unowned:
        host.source = owners[host.authority]
    Host.objects.bulk_update(unowned, ["source"], batch_size=500)


def _stored(column: str, words: str) -> object:
    return [code for code in words.split(", ") if code] if column == "languages" else words


def _update(rows: Iterable[Row]) -> None:
    changed = []
    for row in rows:
        if row.source is not None and row.fields:
            for column, _before, now in row.fields:
                setattr(row.source, column, _stored(column, now))
            changed.append(row.source)
    Source.objects.bulk_update(changed, FIELDS, batch_size=500)


def to_csv(sources: Iterable[Source]) -> bytes:
    """The sources as CSV: what the newsroom notes of them, never a note on reliability.

    Args:
        sources: with their tags, hosts and feeds at hand.
    """
    return table.write(
        {
            "source_id": one.slug,
            "domains": " ".join(sorted(host.pk for host in one.hosts.all())),
            "feeds": " ".join(sorted(feed.url for feed in one.feeds.all())),
            "tags": ", ".join(sorted(given.tag.slug for given in one.source_tags.all())),
            **{column: value(one, column) for column in FIELDS},
        }
        for one in sources
    )


def to_opml(sources: Iterable[Source]) -> bytes:
    """Their feeds as OPML, each under the name and with the tags of its source."""
    outlines = (
        opml.Outline(
            url=feed.url,
            name=one.name,
            site_url=feed.site_url,
            language=feed.language,
            categories=tuple(sorted(given.tag.slug for given in one.source_tags.all())),
            paused=not feed.enabled,
        )
        for one in sources
        for feed in one.feeds.all()
    )
    return opml.write("Claimline feeds", outlines, timezone.now())
