"""Links the passages a story file quotes, once their articles have come in."""

from __future__ import annotations

from dataclasses import dataclass, field

import pghistory
from django.db import transaction

from sources.ingest.identify import url_key
from sources.models import ArticleUrl, Source, Version
from tracker.inbox import decisions
from tracker.models import (
    ChainLink,
    Claim,
    Evidence,
    Origin,
    Speaker,
    Story,
    User,
)
from tracker.passages.linking import Reading, link, origin_of
from tracker.storyfile.load import speakers
from tracker.storyfile.parts import EvidencePart, Reference, StoryFile
from tracker.suggesting import suggest


@dataclass(slots=True)
class Seeded:
    """What became of the evidence of a file: counts, and a line for each quote not found."""

    linked: int = 0
    held: int = 0
    waiting: int = 0
    problems: list[str] = field(default_factory=list)


def seed(file: StoryFile, by: User) -> Seeded:
    """Link every passage whose article is here. Safe to run again; suggestions come first.

    Evidence that was ever recorded is left as it is: what an editor withdrew does not come back.

    Args:
        by: who answers for it as the one who recorded it.
    """
    story = Story.objects.get(slug=file.story.slug)
    claims = {claim.number: claim for claim in story.claims.all()}
    suggest.for_claims(claims.values())
    found = Seeded()
    with pghistory.context(reason="load_story", user=by.pk):
        for part in file.evidence:
            _apply(part, claims[part.claim], by, found)
    return found


@transaction.atomic
def _apply(part: EvidencePart, claim: Claim, by: User, found: Seeded) -> None:
    address = ArticleUrl.objects.filter(url_key=url_key(part.article)).first()
    versions = Version.objects.filter(article=address.article_id) if address else None
    if versions is None or not versions.exists():
        found.waiting += 1
        return
    held = Evidence.objects.filter(claim=claim, version__in=versions, exact=part.quote)
    if held.exists():
        found.held += 1
        return
    version = versions.filter(text__contains=part.prefix + part.quote).order_by("seq").first()
    if version is None:
        found.problems.append(f"claim {part.claim}: {part.article} does not say: {part.quote}")
        return
    evidence = _link(part, claim, version, by)
    decisions.settle(evidence, by)
    found.linked += 1


def _link(part: EvidencePart, claim: Claim, version: Version, by: User) -> Evidence:
    start = version.text.index(part.prefix + part.quote) + len(part.prefix)
    reading = Reading(
        stance=part.stance,
        speaker=speakers([part.speaker]).get(part.speaker),
        denies_what=part.denies_what,
        event_on=part.event_on,
        independent=part.independent,
        independent_because=part.independent_because,
        note=part.note,
    )
    evidence = link(claim, version, start, start + len(part.quote), reading, by)
    if part.chain:
        _chain(evidence, part.chain)
    if part.event_until or part.origin:
        evidence.event_until = part.event_until
        evidence.origin = _origin(part.origin) if part.origin else evidence.origin
        evidence.save(update_fields=["event_until", "origin"])
    return evidence


def _chain(evidence: Evidence, chain: tuple[Reference, ...]) -> None:
    """Put the file's chain behind the link we read, and the origin it leads to."""
    evidence.chain.filter(read_by_us=False).delete()
    links = [evidence.chain.get(), *(_named(reference) for reference in chain)]
    for position, one in enumerate(links):
        one.evidence, one.position = evidence, position
        one.save()
    evidence.origin = origin_of(evidence.version, links)
    evidence.save(update_fields=["origin"])


def _named(reference: Reference) -> ChainLink:
    if reference.kind == "source":
        return ChainLink(source=Source.objects.get(slug=reference.name))
    if reference.kind == "speaker":
        return ChainLink(speaker=speakers([reference.name])[reference.name])
    return ChainLink(words=reference.name, unnamed=True)


def _origin(reference: Reference) -> Origin:
    if reference.kind == "source":
        row = Source.objects.get(slug=reference.name)
        return Origin.objects.get_or_create(source=row)[0]
    if reference.kind == "speaker":
        speaker: Speaker = speakers([reference.name])[reference.name]
        return Origin.objects.get_or_create(speaker=speaker)[0]
    article = ArticleUrl.objects.get(url_key=url_key(reference.name)).article
    return Origin.objects.get_or_create(article=article)[0]
