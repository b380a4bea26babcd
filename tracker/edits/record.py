"""Records the edits of an article: one row a burst, with the tracked sentences it took out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sources.models import Version
from sources.models.article import VersionKind
from tracker.edits.bursts import Burst, Stored, bursts
from tracker.edits.kinds import Text, classify
from tracker.edits.omissions import Sentence, Subject, taken_out
from tracker.models import Anchor, Claim, Edit, EditClass, Evidence, Omission, Story
from tracker.passages import quotes
from tracker.passages.comparing import Merged, merge
from tracker.suggesting.candidates import terms_of

_PLACED = (Anchor.State.SAME, Anchor.State.MOVED, Anchor.State.ALTERED)


def record(version: Version) -> None:
    """Write or bring up to date the edit that a new version ends. Safe to run twice."""
    if version.seq == 1:
        return
    rows = Version.objects.filter(article=version.article_id).values_list("seq", "at", "kind")
    stored = [Stored(seq, at, kind == VersionKind.EXTRACTOR_UPGRADE) for seq, at, kind in rows]
    for burst in bursts(stored):
        if burst.older < version.seq <= burst.newer:
            _write(version, burst)


def _write(version: Version, burst: Burst) -> None:
    pair = Version.objects.filter(article=version.article_id, seq__in=[burst.older, burst.newer])
    older, newer = pair.defer("search").order_by("seq")
    merged = merge(older.text, newer.text)
    found = between(older, newer, merged)
    edit, _made = Edit.objects.update_or_create(
        older=older,
        defaults={
            "article": version.article,
            "newer": newer,
            "classes": found.classes,
            "announced": found.announced,
        },
    )
    _omissions(edit, older, newer, merged)


def between(older: Version, newer: Version, merged: Merged) -> Edit:
    """The edit that made one version of another, with its classes; not saved."""
    edit = Edit(article_id=newer.article_id, older=older, newer=newer)
    if newer.kind == VersionKind.EXTRACTOR_UPGRADE and newer.seq == older.seq + 1:
        edit.classes = [EditClass.REREAD.value]
        return edit
    found = classify(_as_text(older), _as_text(newer), merged)
    edit.classes, edit.announced = list(found.classes), found.announced
    return edit


def _as_text(version: Version) -> Text:
    return Text(version.title, version.text, version.author, version.modified_at)


def _omissions(edit: Edit, older: Version, newer: Version, merged: Merged) -> None:
    """Flag the tracked sentences this edit took out; those that came back within it no more."""
    subjects = _subjects(edit)
    gone = [
        one
        for one in (taken_out(merged, older.text, older.language, subjects) if subjects else [])
        if _is_gone(one, older, newer)
    ]
    linked = _linked(older) if gone else []
    found = [
        Omission(
            edit=edit,
            story_id=one.subject.story,
            claim_id=one.subject.claim,
            exact=one.words,
            start=one.start,
            end=one.end,
            reasons=list(one.reasons),
        )
        for one in gone
        if not any(
            story == one.subject.story and start < one.end and end > one.start
            for story, start, end in linked
        )
    ]
    places = [one.start for one in found]
    edit.omissions.filter(seen_by=None).exclude(start__in=places).delete()
    Omission.objects.bulk_create(found, ignore_conflicts=True)


def _is_gone(one: Sentence, older: Version, newer: Version) -> bool:
    selector = quotes.select(older.text, one.start, one.end)
    return quotes.find(selector, newer.text, older.text).state == Anchor.State.GONE


def _subjects(edit: Edit) -> list[Subject]:
    """What the stories that the article concerns follow: claims and their parties, then filters."""
    stories = Story.objects.filter(
        story_articles__article=edit.article_id, story_articles__dismissed_by=None
    )
    filters: Mapping[int, str] = dict(stories.values_list("pk", "filter"))
    if not filters:
        return []
    claims = Claim.objects.standing().filter(story__in=filters).order_by("story", "number")
    return [*_of_claims(claims.prefetch_related("parties")), *_of_filters(filters)]


def _of_claims(claims: Iterable[Claim]) -> Iterator[Subject]:
    for claim in claims:
        names = {
            name for party in claim.parties.all() for name in (party.name, *party.variants) if name
        }
        yield Subject(claim.story_id, claim.pk, terms_of(claim.terms), tuple(sorted(names)))


def _of_filters(filters: Mapping[int, str]) -> Iterator[Subject]:
    for story, terms in filters.items():
        yield Subject(story, None, terms_of(terms), ())


def _linked(older: Version) -> list[tuple[int, int, int]]:
    """Story and place of every passage that is linked in this version."""
    rows = Evidence.objects.standing()
    cited = rows.filter(version=older).values_list("claim__story_id", "start", "end")
    again = Anchor.objects.filter(version=older, state__in=_PLACED, evidence__in=rows)
    found = again.values_list("evidence__claim__story_id", "start", "end")
    return [*cited, *((story, start or 0, end or 0) for story, start, end in found)]
