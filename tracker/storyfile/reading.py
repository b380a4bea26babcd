"""Reads story files: YAML to values, with errors that name line and key."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import TypeVar

from tracker.matching.terms import TermsError, compile_terms
from tracker.storyfile.fields import Part, read
from tracker.storyfile.parts import (
    BY_KINDS,
    DEFAULT_TZ,
    KINDS_OF_SOURCE,
    KINDS_OF_SPEAKER,
    LONGEST_QUOTE,
    PRECISIONS,
    STANCES,
    STATUSES,
    VERBS,
    WAIT_ON_COURT,
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
from tracker.timeline import days

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_T = TypeVar("_T")


def parse(text: str, placeholders: Mapping[str, str]) -> StoryFile:
    """Read a story file.

    Args:
        text: the YAML.
        placeholders: what stands for `{name}` in it, such as {"sample_port": "8790"}.

    Raises:
        FieldError: with the line and the key of the first thing that is wrong.
    """
    top = read(_filled(text, placeholders))
    found = StoryFile(
        story=_story(top.part("story")),
        tags=_all(top, "tags", _tag),
        sources=_all(top, "sources", _source),
        speakers=_all(top, "speakers", _speaker),
        claims=_all(top, "claims", _claim),
        key_events=_all(top, "key_events", _event),
        evidence=_all(top, "evidence", _evidence),
    )
    top.close()
    _check_names(top, found)
    return found


def _filled(text: str, placeholders: Mapping[str, str]) -> str:
    # other braces are the newsroom's own words
    return _PLACEHOLDER.sub(lambda found: placeholders.get(found[1], found[0]), text)


def _all(top: Part, name: str, make: Callable[[Part], _T]) -> tuple[_T, ...]:
    found = []
    for part in top.parts(name):
        found.append(make(part))
        part.close()
    return tuple(found)


def _story(part: Part) -> StoryHead:
    head = StoryHead(
        slug=part.slug(),
        title=part.text("title"),
        title_fr=part.text("title_fr", ""),
        dek=part.text("dek", ""),
        dek_fr=part.text("dek_fr", ""),
        languages=part.texts("languages"),
        filter=_terms(part, "filter"),
        sample=part.flag("sample"),
        confidential=part.flag("confidential"),
    )
    part.close()
    return head


def _tag(part: Part) -> TagPart:
    return TagPart(
        part.slug(), part.text("label_en"), part.text("label_fr", ""), part.text("group", "")
    )


def _source(part: Part) -> SourcePart:
    return SourcePart(
        slug=part.slug(),
        name=part.text("name"),
        kind=part.choice("kind", KINDS_OF_SOURCE, "outlet"),
        country=part.text("country", ""),
        languages=part.texts("languages"),
        owner=part.text("owner", ""),
        community=part.text("community", ""),
        tags=part.texts("tags"),
        domains=part.texts("domains"),
        feeds=_all(part, "feeds", _feed),
    )


def _feed(part: Part) -> FeedPart:
    url = part.text("url")
    if not url.startswith(("http://", "https://")) or "{" in url:
        raise part.error("url", f"{url!r} is no address of the web")
    nightly = part.fields.get("poll") is None or part.text("poll") == "nightly"
    minutes = None if nightly else part.whole("poll")
    return FeedPart(url, minutes, part.text("tz", DEFAULT_TZ))


def _speaker(part: Part) -> SpeakerPart:
    return SpeakerPart(
        slug=part.slug(),
        name=part.text("name"),
        kind=part.choice("kind", KINDS_OF_SPEAKER, "person"),
        description=part.text("description", ""),
        variants=part.texts("variants"),
        sample=part.flag("sample"),
    )


def _claim(part: Part) -> ClaimPart:
    return ClaimPart(
        number=part.whole("number"),
        title=part.text("title"),
        statement=part.text("statement"),
        title_fr=part.text("title_fr", ""),
        statement_fr=part.text("statement_fr", ""),
        terms=_terms(part, "terms"),
        parties=part.texts("parties"),
        relations=_all(part, "relations", _relation),
        statuses=_all(part, "statuses", _status),
    )


def _terms(part: Part, name: str) -> str:
    found = part.text(name, "")
    try:
        compile_terms(found)
    except TermsError as error:
        near = found[error.position : error.position + 20]
        raise part.error(name, f"{error.message} (at {near!r})") from None
    return found


def _relation(part: Part) -> RelationPart:
    verb, _ = part.only(VERBS)
    return RelationPart(verb, part.whole(verb))


def _status(part: Part) -> StatusPart:
    found = StatusPart(
        status=part.choice("status", STATUSES),
        by_kind=part.choice("by_kind", BY_KINDS),
        by=part.text("by", ""),
        subject=part.text("subject", ""),
        on=part.day("date"),
        precision=part.choice("precision", PRECISIONS, "day"),
        why=part.text("why"),
        review_on=part.day_or_none("review_on"),
    )
    if found.status in WAIT_ON_COURT and not found.review_on:
        raise part.error("review_on", f"is missing: {found.status} waits on a court")
    return found


def _event(part: Part) -> EventPart:
    precision = part.choice("precision", PRECISIONS, "day")
    return EventPart(part.day("date"), part.text("en"), part.text("fr", ""), precision)


def _evidence(part: Part) -> EvidencePart:
    since, until = _span(part, "event_date")
    origin = part.part_or_none("origin")
    found = EvidencePart(
        claim=part.whole("claim"),
        article=part.text("article"),
        quote=part.text("quote"),
        prefix=part.text("prefix", ""),
        stance=part.choice("stance", STANCES),
        speaker=part.text("speaker", ""),
        denies_what=part.text("denies_what", ""),
        chain=_all(part, "chain", _link),
        origin=Reference(*origin.only(("speaker", "source", "article"))) if origin else None,
        event_on=since,
        event_until=until,
        independent=part.choice("independent", ("yes", "no", ""), ""),
        independent_because=part.text("independent_because", ""),
        note=part.text("note", ""),
    )
    if len(found.quote) > LONGEST_QUOTE:
        raise part.error("quote", f"is longer than {LONGEST_QUOTE} characters")
    if found.stance == "denies" and not found.denies_what:
        raise part.error("denies_what", "is missing: a denial says what it denies")
    return found


def _link(part: Part) -> Reference:
    return Reference(*part.only(("source", "speaker", "unnamed")))


def _span(part: Part, name: str) -> tuple[date | None, date | None]:
    """Days as YYYY-MM-DD, a month, a year, or two days joined by a stroke (ISO 8601)."""
    found = part.text(name, "")
    if not found:
        return None, None
    try:
        return days.read(found)
    except ValueError as error:
        wrong = str(error) if "ends before" in str(error) else ""
        wrong = wrong or "is no day, month, year or span of days"
        raise part.error(name, f"{found!r} {wrong}") from None


def _check_names(top: Part, found: StoryFile) -> None:
    """Every slug and number once, and none named that the file does not define."""
    tags = _once(top, "tags", "slug", [tag.slug for tag in found.tags])
    sources = _once(top, "sources", "slug", [source.slug for source in found.sources])
    speakers = _once(top, "speakers", "slug", [speaker.slug for speaker in found.speakers])
    claims = _once(top, "claims", "number", [claim.number for claim in found.claims])
    for part, source in zip(top.parts("sources"), found.sources, strict=True):
        _known(part, "tags", source.tags, tags)
    for part, claim in zip(top.parts("claims"), found.claims, strict=True):
        _known(part, "parties", claim.parties, speakers)
        _known(part, "relations", [relation.number for relation in claim.relations], claims)
        for row, status in zip(part.parts("statuses"), claim.statuses, strict=True):
            _known(row, "by", [status.by] if status.by else [], speakers)
            _known(row, "subject", [status.subject] if status.subject else [], speakers)
    for part, evidence in zip(top.parts("evidence"), found.evidence, strict=True):
        _known(part, "claim", [evidence.claim], claims)
        _known(part, "speaker", [evidence.speaker] if evidence.speaker else [], speakers)
        links = [*evidence.chain, *([evidence.origin] if evidence.origin else [])]
        _known(part, "chain", [link.name for link in links if link.kind == "source"], sources)
        _known(part, "chain", [link.name for link in links if link.kind == "speaker"], speakers)


def _once(top: Part, name: str, key: str, names: list[_T]) -> set[_T]:
    for number, found in enumerate(names):
        if found in names[:number]:
            raise top.parts(name)[number].error(key, f"{found} stands in the file twice")
    return set(names)


def _known(part: Part, name: str, names: Collection[_T], defined: Collection[_T]) -> None:
    for found in names:
        if found not in defined:
            raise part.error(name, f"{found} is not defined in this file")
