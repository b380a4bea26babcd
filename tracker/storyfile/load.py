"""Brings the tables to what a story file says, and tells each change in one line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pghistory
from django.db import models, transaction

from sources.ingest.subscribe import Subscription, subscribe
from sources.models import Host, Source, SourceTag, Tag
from sources.models.source import TagGroup
from tracker.models import Claim, ClaimRelation, Speaker, StatusChange, Story, User
from tracker.storyfile.parts import (
    ClaimPart,
    EventPart,
    SourcePart,
    SpeakerPart,
    StatusPart,
    StoryFile,
    TagPart,
)

_SAMPLE_GAP = 0.2  # seconds; loopback, and somebody waits for the first page


@transaction.atomic
def load(story: StoryFile, by: User | None = None) -> list[str]:
    """Make or change the story, its sources, speakers and claims. The file wins.

    What the file does not name is left alone. Loading twice changes nothing. Evidence is no part
    of it: articles have to come in first.

    Args:
        by: who is recorded as the one who set tags and statuses; None for nobody.

    Returns:
        One line for each change.
    """
    with pghistory.context(reason="load_story", user=by.pk if by else None):
        said: list[str] = []
        row = _story(story, said)
        for tag in story.tags:
            _tag(tag, said)
        for source in story.sources:
            _source(source, story.story.sample, by, said)
        for speaker in story.speakers:
            _speaker(speaker, said)
        claims = {part.number: _claim(row, part, by, said) for part in story.claims}
        for part in story.claims:
            _relate(claims, part, by, said)
    return said


def _put(row: models.Model, values: dict[str, Any], name: str, said: list[str]) -> None:
    """Set what differs and say so."""
    changed = [field for field, value in values.items() if getattr(row, field) != value]
    for field in changed:
        setattr(row, field, values[field])
    if changed:
        row.save(update_fields=changed)
        said.append(f"{name}: {', '.join(changed)} changed")


def _story(file: StoryFile, said: list[str]) -> Story:
    head = file.story
    row, made = Story.objects.get_or_create(
        slug=head.slug, defaults={"title": head.title, "confidential": head.confidential}
    )
    if made:
        said.append(f"story {head.slug}: made")
    values = {
        "title": head.title,
        "title_fr": head.title_fr,
        "dek": head.dek,
        "dek_fr": head.dek_fr,
        "languages": list(head.languages),
        "filter": head.filter,
        "sample": head.sample,
        "confidential": head.confidential,
        "key_events": [_event(event) for event in file.key_events],
    }
    _put(row, values, f"story {head.slug}", [] if made else said)
    return row


def _event(event: EventPart) -> dict[str, str]:
    row = {"date": event.on.isoformat(), "en": event.en, "fr": event.fr}
    return row if event.precision == "day" else row | {"precision": event.precision}


def _tag(part: TagPart, said: list[str]) -> None:
    # the vocabulary is the newsroom's: words it has keep their labels
    known = part.group in TagGroup.values and part.group != TagGroup.LEANING  # says not whose view
    group = part.group if known else TagGroup.OTHER
    labels = {"group": group, "label_en": part.label_en, "label_fr": part.label_fr}
    if Tag.objects.get_or_create(slug=part.slug, defaults=labels)[1]:
        said.append(f"tag {part.slug}: made")


def _source(part: SourcePart, sample: bool, by: User | None, said: list[str]) -> None:
    values = {
        "name": part.name,
        "kind": part.kind,
        "country": part.country,
        "languages": list(part.languages),
        "owner": part.owner,
        "community": part.community,
    }
    row, made = Source.objects.get_or_create(slug=part.slug, defaults=values | {"sample": sample})
    row = row.merged_into or row
    name = f"source {part.slug}"
    if made:
        said.append(f"{name}: made")
    else:
        _put(row, values, name, said)
    for slug in part.tags:
        tag = Tag.objects.get(slug=slug)
        if SourceTag.objects.get_or_create(source=row, tag=tag, defaults={"by": by})[1]:
            said.append(f"{name}: tagged {slug}")
    for domain in part.domains:
        _domain(row, domain.lower(), said)
    for feed in part.feeds:
        found, new = subscribe(Subscription(url=feed.url), row)
        if new:
            said.append(f"{name}: feed {feed.url} made")
        rhythm = {"poll_minutes": feed.poll_minutes, "tz": feed.tz}
        _put(found, rhythm, f"feed {feed.url}", [] if new else said)


def _domain(source: Source, domain: str, said: list[str]) -> None:
    gap = {"min_gap": _SAMPLE_GAP} if source.sample else {}
    host, made = Host.objects.get_or_create(authority=domain, defaults={"source": source, **gap})
    if made or host.source_id != source.pk:
        host.source = source
        host.save(update_fields=["source"])
        said.append(f"source {source.slug}: domain {domain} added")


def _speaker(part: SpeakerPart, said: list[str]) -> None:
    values = {
        "name": part.name,
        "kind": part.kind,
        "description": part.description,
        "variants": list(part.variants),
        "sample": part.sample,
    }
    row, made = Speaker.objects.get_or_create(slug=part.slug, defaults=values)
    if made:
        said.append(f"speaker {part.slug}: made")
    elif row.merged_into is None:
        _put(row, values, f"speaker {part.slug}", said)


def _claim(story: Story, part: ClaimPart, by: User | None, said: list[str]) -> Claim:
    values = {
        "title": part.title,
        "title_fr": part.title_fr,
        "statement": part.statement,
        "statement_fr": part.statement_fr,
        "terms": part.terms,
    }
    row, made = Claim.objects.get_or_create(story=story, number=part.number, defaults=values)
    name = f"claim {part.number}"
    if made:
        said.append(f"{name}: made")
    else:
        _put(row, values, name, said)
    parties = speakers(part.parties)
    if set(row.parties.all()) != set(parties.values()):
        row.parties.set(parties.values())
        if not made:
            said.append(f"{name}: parties changed")
    for status in part.statuses:
        _status(row, status, by, said)
    return row


def speakers(slugs: Iterable[str]) -> dict[str, Speaker]:
    """The speakers of these slugs, those they were merged into where they were."""
    rows = Speaker.objects.filter(slug__in=list(slugs)).select_related("merged_into")
    return {row.slug: row.merged_into or row for row in rows}


def _status(claim: Claim, part: StatusPart, by: User | None, said: list[str]) -> None:
    """Add the status unless it was ever recorded: what an editor withdrew does not come back."""
    named = speakers([part.by, part.subject])
    same = {
        "claim": claim,
        "status_id": part.status,
        "subject": named.get(part.subject),
        "by_kind": part.by_kind,
        "by_speaker": named.get(part.by),
        "effective_on": part.on,
    }
    row = StatusChange.objects.filter(**same).order_by("withdrawn_at").first()
    name = f"claim {claim.number}: status {part.status} of {part.on}"
    values = {"precision": part.precision, "why": part.why, "review_on": part.review_on}
    if row is None:
        StatusChange.objects.create(**same, **values, recorded_by=by)
        said.append(f"{name} recorded")
    elif row.withdrawn_at is None:
        _put(row, values, name, said)


def _relate(claims: dict[int, Claim], part: ClaimPart, by: User | None, said: list[str]) -> None:
    wanted = {(relation.verb, claims[relation.number].pk) for relation in part.relations}
    row = claims[part.number]
    standing = row.relations.standing()
    held = {(relation.verb, relation.other_id): relation for relation in standing}
    for key in held.keys() - wanted:
        held[key].withdraw(by)
    for verb, other in sorted(wanted - held.keys()):
        ClaimRelation.objects.create(claim=row, verb=verb, other_id=other, recorded_by=by)
    if wanted != held.keys():
        said.append(f"claim {part.number}: relations changed")
