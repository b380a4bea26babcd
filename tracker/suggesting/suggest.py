"""Proposes evidence for claims in new versions. Safe to run twice; never writes evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Q

from sources.models import Version
from sources.models.article import VersionQuerySet
from tracker.attribution import Attribution, Position, chain_text, towards
from tracker.edits.record import record
from tracker.matching.names import Letters
from tracker.models import Claim, Speaker, Story, StoryArticle, Suggestion
from tracker.models.suggestion import PERSON
from tracker.passages import anchoring, quotes
from tracker.suggesting import ranking, similarity
from tracker.suggesting.candidates import Candidate, Filters, candidates, engine

_CHUNK = 200
# what is read anew where the words stand in a newer version too
_SEEN = (
    *("version", "start", "end", "speaker", "speaker_words", "speaker_start", "speaker_end"),
    *("engine", "features", "rank", "score", "reasons", "stance"),
)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What versions are searched for, as it stood when it was read."""

    claims: dict[Story, list[Claim]]
    speakers: dict[str, Speaker]  # by each of their names
    filters: Filters

    def concerned(self, version: Version) -> list[Story]:
        """The stories whose filter a version passes."""
        passed = self.filters.passed(version)
        return [story for story in self.claims if story.filter in passed]


def follow(*version_ids: int) -> None:
    """What follows new versions: find old quotes again, record the edit, propose new passages."""
    catalogue = _catalogue_now()
    for version in _versions().filter(pk__in=version_ids).order_by("pk"):
        if version.article.current_version_id == version.pk:
            _follow(catalogue, version)  # else a newer one came, and is told of by itself


def _follow(catalogue: Catalogue, version: Version) -> None:
    stories = catalogue.concerned(version)
    if version.seq == 1 and not stories:
        return  # nothing stands on an earlier version, nothing is proposed in this one
    with transaction.atomic():
        anchoring.again(version)
        record(version)
        _propose(catalogue, version, stories)


def for_claims(claims: Iterable[Claim]) -> int:
    """Run claims over every current version held. Returns how many suggestions are new."""
    held = list(claims)
    before = Suggestion.objects.filter(claim__in=held).count()
    last = 0
    while chunk := list(held_after(last)[:_CHUNK]):
        propose(held, chunk)
        last = chunk[-1].pk
    return Suggestion.objects.filter(claim__in=held).count() - before


def held_after(version_id: int, until: int | None = None) -> VersionQuerySet:
    """The current versions stored after one, in that order, up to another."""
    later = _versions().current().filter(pk__gt=version_id).order_by("pk")
    return later if until is None else later.filter(pk__lte=until)


def propose(claims: Iterable[Claim], versions: Iterable[Version]) -> None:
    """Write the suggestions of these claims in these versions.

    The unique constraint drops what was proposed before, so the same words that somebody rejected
    never come back.
    """
    catalogue = _catalogue(claims)
    for version in versions:
        _propose(catalogue, version, catalogue.concerned(version))


def _propose(catalogue: Catalogue, version: Version, stories: Sequence[Story]) -> None:
    found: list[Suggestion] = []
    letters = Letters(version.text)
    known = tuple(filter(letters.may_hold, catalogue.speakers))
    for story in stories:
        StoryArticle.objects.get_or_create(story=story, article=version.article)
        for candidate in candidates(catalogue.claims[story], version, known):
            found.append(_suggestion(candidate, version, catalogue.speakers))
    searched = [claim.pk for its_claims in catalogue.claims.values() for claim in its_claims]
    _replace(version, searched, found)


def _catalogue(claims: Iterable[Claim], stories: Iterable[Story] = ()) -> Catalogue:
    """Read what to look for. What passes the filter of one of `stories` is its, claims or none."""
    by_story: dict[Story, list[Claim]] = {story: [] for story in stories}
    for claim in claims:
        by_story.setdefault(claim.story, []).append(claim)
    held = [claim for its_claims in by_story.values() for claim in its_claims]
    ranking.keep(held)
    similarity.keep(held)
    speakers = Speaker.objects.filter(merged_into=None)
    names = {name: speaker for speaker in speakers for name in (*speaker.variants, speaker.name)}
    return Catalogue(by_story, names, Filters(story.filter for story in by_story))


# Every change of a story, claim or speaker, by whatever way, makes a row of its history: so long
# as there are as many and the same last ones, nothing has changed. The count is needed because
# transactions do not end in the order in which they take their numbers.
_kept: tuple[object, Catalogue] | None = None


@cache
def _history() -> str:
    tables = [
        apps.get_model("tracker", name)._meta.db_table
        for name in ("StoryEvent", "ClaimEvent", "SpeakerEvent")
    ]
    return " UNION ALL ".join(f"SELECT '{t}', count(*), max(pgh_id) FROM {t}" for t in tables)


def _catalogue_now() -> Catalogue:
    """All standing claims of all stories, read again only after one of them has changed."""
    global _kept  # noqa: PLW0603 - one per process, and right whoever changed what
    with connection.cursor() as cursor:
        cursor.execute(_history())
        state = sorted(cursor.fetchall())
    if _kept is None or _kept[0] != state:
        stories = Story.objects.all()
        _kept = state, _catalogue(_claims(stories), stories)
    return _kept[1]


def _suggestion(candidate: Candidate, version: Version, names: dict[str, Speaker]) -> Suggestion:
    passage, said = candidate.passage, candidate.said
    stance, read_from = _position(candidate, version.language)
    return Suggestion(
        claim=candidate.claim,
        article=version.article,
        version=version,
        passage_hash=quotes.fingerprint(passage.text),
        exact=passage.text,
        start=passage.start,
        end=passage.end,
        reasons=[*passage.reasons, *_why(said)],
        engine=engine(),
        features=candidate.features | {"stance_from": read_from} | _stranger(said, names),
        rank=candidate.rank,
        score=candidate.score,
        stance=stance,
        speaker=names.get(said.speaker),
        speaker_words=version.text[said.start : said.end] if said.start >= 0 else "",
        speaker_start=said.start,
        speaker_end=said.end,
        chain=chain_text(said.chain),
    )


def _position(candidate: Candidate, language: str) -> Position:
    """Towards the claim, where it is worded in the passage's language; else as the verb has it."""
    code = language.lower().replace("_", "-").split("-")[0]
    worded = ranking.wording(candidate.claim, code) if code in ranking.LANGUAGES else ""
    gate = candidate.features["gate"]
    if not worded or gate == "meaning":
        return Position(candidate.said.stance, "verb")
    passage = candidate.passage.text
    return towards(candidate.said, passage, worded, language, about=gate == "terms")


def _stranger(said: Attribution, names: dict[str, Speaker]) -> dict[str, str]:
    """The name of a speaker the text names and the newsroom does not have."""
    unknown = said.speaker and said.speaker not in names
    return {"other_speaker": said.speaker} if unknown else {}


def _why(said: Attribution) -> list[str]:
    return [f"“{said.cue}”"] if said.cue else []


def _replace(version: Version, searched: list[int], found: list[Suggestion]) -> None:
    """Write what is new, move what is still open to this version, retire what left the text.

    Args:
        searched: the ids of the claims the version was searched for; others stay as they are.
    """
    if version.seq == 1:  # nothing was proposed in an earlier one
        Suggestion.objects.bulk_create(found, ignore_conflicts=True)
        return
    State = Suggestion.State
    # what a person proposed waits for a person, whatever the page says now
    open_ones = Suggestion.objects.filter(
        article=version.article_id,
        claim__in=searched,
        state__in=(State.NEW, State.UNSURE, State.SECOND, State.OBSOLETE),
    ).exclude(Q(version=version.pk) | Q(engine=PERSON))
    standing = {(one.claim_id, bytes(one.passage_hash)): one for one in found}
    for row in open_ones:
        again = standing.get((row.claim_id, bytes(row.passage_hash)))
        if again is None:
            row.state = State.OBSOLETE
        else:
            row.state = State.NEW if row.state == State.OBSOLETE else row.state
            for field in _SEEN:
                setattr(row, field, getattr(again, field))
        row.save()
    Suggestion.objects.bulk_create(found, ignore_conflicts=True)


def _versions() -> VersionQuerySet:
    return Version.objects.select_related("article__source").defer("search")


def _claims(stories: Iterable[Story]) -> Iterable[Claim]:
    return Claim.objects.standing().filter(story__in=stories).select_related("story")
