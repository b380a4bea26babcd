"""Reads passages as the plain values that may leave the house."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.conf import settings
from django.db.models import F
from django.urls import reverse

from tracker.exports.values import Passage, cut
from tracker.models import Anchor, Evidence, Suggestion
from tracker.models.evidence import EvidenceQuerySet
from tracker.models.suggestion import PERSON

CHUNK = 500
_TEXTS = ("version__text", "version__search")  # nothing that leaves needs a whole text


def passages(
    evidence: EvidenceQuerySet, ids: Iterable[int], *, notes: bool = False
) -> Iterator[Passage]:
    """These rows of the set, in their order, a few hundred held at a time.

    Args:
        notes: with the notes that editors wrote for each other.
    """
    wanted = list(ids)
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        rows = evidence.filter(pk__in=chunk).for_display().defer(*_TEXTS)
        held = {one.pk: one for one in rows.prefetch_related("recorded_by__groups")}
        anchors = dict(
            Anchor.objects.filter(
                evidence__in=held, version=F("evidence__version__article__current_version")
            ).values_list("evidence", "state")
        )
        proposed = dict(
            Suggestion.objects.filter(evidence__in=held).values_list("evidence", "engine")
        )
        for pk in chunk:
            if pk in held:
                role = held[pk].recorded_by.role
                one = passage(held[pk], anchors.get(pk, "same"), proposed.get(pk), role)
                yield one if notes else replace(one, note="")


def site(path: str) -> str:
    """The whole address of one of our pages."""
    return settings.SITE_ADDRESS + path


def archived(article: int, version: int) -> str:
    """The whole address of one version of an article as we keep it.

    Args:
        version: its number among those of the article.
    """
    return site(f"{reverse('article', args=[article])}?v={version}")


def passage(
    one: Evidence, anchor: str = "same", engine: str | None = None, role: str = ""
) -> Passage:
    """One row, which has to come as `for_display` reads it.

    Args:
        anchor: how its words stand in the current version of the article.
        engine: what proposed it, if something did.
        role: of who recorded it.
    """
    version, article = one.version, one.version.article
    quote, prefix, suffix = cut(one.exact, one.prefix, one.suffix)
    proposer = "contributor" if engine == PERSON else "machine"
    links = list(one.chain.all())
    return Passage(
        evidence=one.pk,
        claim=one.claim_id,
        stance=one.stance,
        quote=quote,
        prefix=prefix,
        suffix=suffix,
        start=one.start,
        end=one.end,
        language=version.language,
        speaker=one.speaker.name if one.speaker else "",
        speaker_kind=one.speaker.kind if one.speaker else "",
        unnamed=bool(links) and links[-1].unnamed,
        chain=one.chain_words,
        origin=one.origin.key if one.origin else "",
        origin_name=str(one.origin) if one.origin else "",
        denies=one.denies_what,
        article=article.pk,
        version=version.seq,
        anchor=anchor,
        event_on=one.event_on,
        event_until=one.event_until,
        note=one.note,
        created_by=proposer if engine else role,
        created_at=one.recorded_at,
        reviewed_by=role if engine else "",
        permalink=site(reverse("evidence", args=[one.claim.story.slug, one.pk])),
        outlet=article.source.name,
        title=str(article),
        author=article.author,
        url=article.url,
        published=article.published_at,
        archived=archived(article.pk, version.seq),
        text_sha256=bytes(version.text_sha256).hex(),
        retrieved_at=version.at,
    )
