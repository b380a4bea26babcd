"""Reads a story out of the tables, as the values a story file holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from sources.models import ArticleUrl, Feed, Host, Source, Tag
from tracker.models import ChainLink, Claim, Evidence, Origin, Speaker, StatusChange, Story
from tracker.storyfile.parts import (
    ClaimPart,
    EventPart,
    EvidencePart,
    FeedPart,
    Reference,
    RelationPart,
    SourcePart,
    SpeakerPart,
    StatusPart,
    StoryFile,
    StoryHead,
    TagPart,
)


def collect(story: Story) -> StoryFile:
    """The story with all that belongs to it and stands: nothing withdrawn, nothing merged away."""
    claims = list(story.claims.standing().order_by("number"))
    evidence = list(
        Evidence.objects.standing()
        .filter(claim__in=claims)
        .for_display()
        .defer(None)
        .order_by("claim__number", "event_on", "pk")
    )
    sources = _sources_of(story, evidence)
    used = Tag.objects.filter(source_tags__source__in=sources).distinct()
    return StoryFile(
        story=_head(story),
        tags=tuple(TagPart(t.slug, t.label_en, t.label_fr, t.group) for t in used.order_by("slug")),
        sources=tuple(_source(source) for source in sources),
        speakers=tuple(_speaker(speaker) for speaker in _speakers_of(story, evidence)),
        claims=tuple(_claim(claim, claims) for claim in claims),
        key_events=tuple(_event(event) for event in story.key_events),
        evidence=tuple(_evidence(row) for row in evidence),
    )


def _head(story: Story) -> StoryHead:
    return StoryHead(
        slug=story.slug,
        title=story.title,
        title_fr=story.title_fr,
        dek=story.dek,
        dek_fr=story.dek_fr,
        languages=tuple(story.languages),
        filter=story.filter,
        sample=story.sample,
        confidential=story.confidential,
    )


def _event(row: dict[str, str]) -> EventPart:
    on, precision = date.fromisoformat(row["date"]), row.get("precision", "day")
    return EventPart(on, row["en"], row.get("fr", ""), precision)


def _sources_of(story: Story, evidence: Iterable[Evidence]) -> list[Source]:
    """Who published the story's articles, stands in its chains, or was invented for it."""
    wanted = Q(articles__in_stories__story=story)
    named = {row.version.article.source_id for row in evidence}
    named |= {link.source_id for row in evidence for link in row.chain.all() if link.source_id}
    named |= {row.origin.source_id for row in evidence if row.origin and row.origin.source_id}
    wanted |= Q(pk__in=named)
    if story.sample:
        wanted |= Q(sample=True)
    return list(Source.objects.filter(wanted).distinct().order_by("slug"))


def _source(row: Source) -> SourcePart:
    hosts = Host.objects.filter(source=row).order_by("authority")
    feeds = Feed.objects.filter(source=row).order_by("url")
    return SourcePart(
        slug=row.slug,
        name=row.name,
        # what nobody classified yet is no kind a file may claim
        kind="other" if row.kind == "unclassified" else row.kind,
        country=row.country,
        languages=tuple(row.languages),
        owner=row.owner,
        community=row.community,
        tags=tuple(row.source_tags.order_by("tag__slug").values_list("tag__slug", flat=True)),
        domains=tuple(host.authority for host in hosts),
        feeds=tuple(FeedPart(feed.url, feed.poll_minutes, feed.tz) for feed in feeds),
    )


def _speakers_of(story: Story, evidence: Iterable[Evidence]) -> list[Speaker]:
    """Everybody the story names, and in a sample story everybody invented."""
    named: set[int | None] = {link.speaker_id for row in evidence for link in row.chain.all()}
    named |= {row.speaker_id for row in evidence}
    named |= {row.origin.speaker_id for row in evidence if row.origin}
    wanted = Q(pk__in=named - {None}) | Q(party_to__story=story)
    changes = StatusChange.objects.standing().filter(claim__story=story)
    wanted |= Q(pk__in=changes.values("by_speaker")) | Q(pk__in=changes.values("subject"))
    if story.sample:
        wanted |= Q(sample=True)
    return list(Speaker.objects.filter(wanted).distinct().order_by("slug"))


def _speaker(row: Speaker) -> SpeakerPart:
    variants = tuple(row.variants)
    return SpeakerPart(row.slug, row.name, row.kind, row.description, variants, row.sample)


def _claim(row: Claim, claims: Iterable[Claim]) -> ClaimPart:
    numbers = {claim.pk: claim.number for claim in claims}
    changes = row.status_changes.standing().select_related("subject", "by_speaker")
    relations = row.relations.standing().filter(other__in=numbers).order_by("verb", "other__number")
    return ClaimPart(
        number=row.number,
        title=row.title,
        statement=row.statement,
        title_fr=row.title_fr,
        statement_fr=row.statement_fr,
        terms=row.terms,
        parties=tuple(row.parties.order_by("slug").values_list("slug", flat=True)),
        relations=tuple(RelationPart(r.verb, numbers[r.other_id]) for r in relations),
        statuses=tuple(_status(change) for change in changes.order_by("effective_on", "pk")),
    )


def _status(row: StatusChange) -> StatusPart:
    return StatusPart(
        status=row.status_id,
        by_kind=row.by_kind,
        on=row.effective_on,
        why=row.why,
        by=row.by_speaker.slug if row.by_speaker else "",
        subject=row.subject.slug if row.subject else "",
        precision=row.precision,
        review_on=row.review_on,
    )


def _evidence(row: Evidence) -> EvidencePart:
    links = list(row.chain.all())
    chain = tuple(_link(link) for link in links[1:])
    plain = (Reference("speaker", row.speaker.slug),) if row.speaker else ()
    repeated = row.version.text.count(row.exact) > 1
    return EvidencePart(
        claim=row.claim.number,
        article=row.version.article.url,
        quote=row.exact,
        stance=row.stance,
        prefix=row.prefix if repeated else "",
        speaker=row.speaker.slug if row.speaker else "",
        denies_what=row.denies_what,
        chain=() if chain == plain else chain,
        origin=_origin(row, links),
        event_on=row.event_on,
        event_until=row.event_until,
        independent=row.independent,
        independent_because=row.independent_because,
        note=row.note,
    )


def _link(link: ChainLink) -> Reference:
    if link.source:
        return Reference("source", link.source.slug)
    if link.speaker:
        return Reference("speaker", link.speaker.slug)
    return Reference("unnamed", link.words)


def _origin(row: Evidence, links: list[ChainLink]) -> Reference | None:
    """The origin, where it is another than the one the last link of the chain gives."""
    last, origin = links[-1], row.origin
    if origin is None:
        return None
    if origin.speaker:
        same = origin.speaker_id == last.speaker_id
        return None if same else Reference("speaker", origin.speaker.slug)
    if origin.source:
        teller = links[-2] if last.unnamed and len(links) > 1 else last
        same = not teller.read_by_us and origin.source_id == teller.source_id
        return None if same else Reference("source", origin.source.slug)
    same = last.unnamed and origin.article_id == row.version.article_id
    return None if same else Reference("article", _address(origin))


def _address(origin: Origin) -> str:
    return ArticleUrl.objects.filter(article=origin.article_id).earliest("first_seen").url
