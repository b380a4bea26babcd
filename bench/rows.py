"""The rows of the measured newsroom: who publishes and speaks, articles, claims, evidence.

Every function draws from the random numbers it is given, so that a seed makes the same rows.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

from copying import copy
from prose import Tongue, tongue

STORY, EDITOR, VIEWER = "measured-story", "nora", "tom"
FIRST_DAY, DAYS = datetime(2022, 9, 1, tzinfo=UTC), 1200
LANGUAGES, LANGUAGE_SHARES = ("en", "fr", "zh"), (0.7, 0.9, 1.0)
STANCES = ("supports", "reports", "disputes", "denies", "declines", "context")
STANCE_SHARES = (0.2, 0.65, 0.75, 0.9, 0.94, 1.0)
ORIGINS, ORIGIN_SHARES = ("speaker", "source", "article", ""), (0.45, 0.7, 0.8, 1.0)
SPEAKERS = 120
IN_STORY = 8  # every so-manieth article passed the story's filter
COPIED = 0.2  # of the articles carry the text of another
EDITED = 0.03  # of the articles have a second version
WITHDRAWN = 0.02  # of the evidence
TAGS = ("national", "local", "wire", "diaspora", "francophone", "state-owned", "public", "ngo")


class Cited(NamedTuple):
    """An article of the story, whose first version evidence may rest on."""

    number: int
    source: int
    at: datetime
    text: str


def people(rng: random.Random, sources: int) -> None:
    """Who reads, who publishes, who speaks, and the story."""
    from django.contrib.auth.models import Group

    from sources.models import Source, SourceTag, Tag
    from tracker.models import Speaker, Story, User

    for name, role in ((EDITOR, "editor"), (VIEWER, "viewer")):
        User.objects.create_user(name).groups.add(*Group.objects.filter(name=role))
    Story.objects.create(slug=STORY, title="A measured story", filter="police OR station*")
    numbers = range(1, sources + 1)
    named = ({"id": n, "slug": f"outlet-{n}", "name": f"Outlet {n}"} for n in numbers)
    copy(Source, named)
    labels = enumerate(TAGS, start=1)
    copy(Tag, ({"id": n, "slug": slug, "label_en": slug.capitalize()} for n, slug in labels))
    worn = [(n, tag) for n in numbers for tag in rng.sample(range(1, len(TAGS) + 1), n % 4)]
    copy(SourceTag, ({"source_id": n, "tag_id": tag} for n, tag in worn))
    speaking = range(1, SPEAKERS + 1)
    copy(Speaker, ({"id": n, "slug": f"speaker-{n}", "name": f"Speaker {n}"} for n in speaking))


def articles(rng: random.Random, number: int, sources: int, words: int) -> list[Cited]:
    """The articles with their versions and copies. Returns those of the story."""
    from sources.models import Article, Cluster, Version
    from tracker.models import StoryArticle

    facts: list[dict[str, Any]] = []
    cited: list[Cited] = []
    copy(Version, _versions(rng, number, sources, words, facts, cited))
    copy(Cluster, ({"id": n} for n in sorted({fact["cluster_id"] for fact in facts})))
    copy(Article, facts)
    copy(StoryArticle, ({"story_id": 1, "article_id": one.number} for one in cited))
    return cited


def _versions(
    rng: random.Random,
    number: int,
    sources: int,
    words: int,
    facts: list[dict[str, Any]],
    cited: list[Cited],
) -> Iterator[dict[str, Any]]:
    """The versions, one after another; what their articles are is added to `facts`."""
    tongues, weights = [tongue(code) for code in LANGUAGES], zipf(sources)
    text, title, cluster, language = "", "", 0, ""
    for n in range(1, number + 1):
        if not text or rng.random() > COPIED:
            speaking = rng.choices(tongues, cum_weights=LANGUAGE_SHARES)[0]
            text, title = _article(rng, speaking, words)
            cluster, language = n, speaking.code
        at = FIRST_DAY + timedelta(days=DAYS * rng.random())
        source = rng.choices(range(1, sources + 1), cum_weights=weights)[0]
        shared = {"title": title, "language": language, "sort_at": at}
        facts.append(_facts(n, source, at) | shared | {"cluster_id": cluster})
        if n % IN_STORY == 0:
            cited.append(Cited(n, source, at, text))
        yield _version(n, n, at, text) | shared
        if rng.random() < EDITED:
            edited = text.replace("\n", f"\n{tongues[0].sentence(rng)} ", 1)
            facts[-1]["current_version_id"] = number + n
            second = {"seq": 2, "kind": "publisher_edit"}
            yield _version(number + n, n, at + timedelta(hours=9), edited) | shared | second


def _article(rng: random.Random, speaking: Tongue, words: int) -> tuple[str, str]:
    """The text, in paragraphs of three sentences, and the title."""
    said = speaking.sentences(rng, round(words * rng.lognormvariate(0, 0.5)))
    joint = "" if speaking.code == "zh" else " "
    lines = [joint.join(said[at : at + 3]) for at in range(0, len(said), 3)]
    return "\n".join(lines), speaking.words_of(rng, 8).capitalize()


def _facts(number: int, source: int, at: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "source_id": source,
        "current_version_id": number,
        "url": f"https://outlet-{source}.example/{number}",
        "text_state": "ok",
        "published_at": at,
        "published_precision": "minute",
        "published_from": "page",
        "first_seen_at": at + timedelta(hours=3),
        "sort_at": at,
    }


def _version(number: int, article: int, at: datetime, text: str) -> dict[str, Any]:
    return {
        "id": number,
        "article_id": article,
        "seq": 1,
        "kind": "first",
        "at": at,
        "text": text,
        "text_sha256": hashlib.sha256(text.encode()).digest(),
        "extractor": "bench",
        "words": text.count(" ") + 1,
    }


def claims(rng: random.Random, number: int) -> None:
    """The claims of the story, their parties, and what was decided about them."""
    from tracker.models import Claim

    english = tongue("en")
    numbers = range(1, number + 1)
    worded = (
        {
            "id": n,
            "story_id": 1,
            "number": n,
            "title": english.words_of(rng, 5).capitalize(),
            "statement": english.words_of(rng, 14).capitalize() + ".",
            "terms": " ".join(english.words[60 + n : 62 + n]),
        }
        for n in numbers
    )
    copy(Claim, worded)
    parties = [(n, speaker) for n in numbers for speaker in rng.sample(range(1, 20), 2)]
    copy(Claim.parties.through, ({"claim_id": n, "speaker_id": who} for n, who in parties))
    _status_changes(rng, numbers)


def _status_changes(rng: random.Random, numbers: range) -> None:
    from tracker.models import Status, StatusChange

    words = list(Status.objects.filter(settles=False).values_list("slug", flat=True))
    changes = (
        {
            "claim_id": n,
            "status_id": rng.choice(words),
            "by_kind": rng.choice(["newsroom", "police", "government"]),
            "effective_on": _day(rng),
            "why": "So it was said.",
            "recorded_by_id": 1,
        }
        for n in numbers
        for _ in range(rng.randint(1, 4))
    )
    copy(StatusChange, changes)


@dataclass
class Evidence:
    """Passages linked to the claims, the first claims having most, each with origin and chain."""

    rng: random.Random
    claims: int
    sources: int
    rows: list[dict[str, Any]] = field(default_factory=list)
    chains: list[dict[str, Any]] = field(default_factory=list)
    origins: dict[tuple[str, int], int] = field(default_factory=dict)
    taken: set[tuple[int, int, int]] = field(default_factory=set)

    def make(self, number: int, cited: list[Cited]) -> None:
        """Store so many, of passages of these articles."""
        from tracker.models import ChainLink, Evidence, Origin

        while len(self.rows) < number:
            self._link(self.rng.choice(cited))
        named = ({"id": pk, f"{kind}_id": who} for (kind, who), pk in self.origins.items())
        copy(Origin, named)
        copy(Evidence, self.rows)
        copy(ChainLink, self.chains)

    def _link(self, article: Cited) -> None:
        """Link one paragraph of the article to a claim, unless it is linked already."""
        lines = article.text.split("\n")
        place = self.rng.randrange(len(lines))
        start = sum(len(line) + 1 for line in lines[:place])
        claim = drawn(self.rng, self.claims)
        if (claim, article.number, start) in self.taken:
            return
        self.taken.add((claim, article.number, start))
        kind = self.rng.choices(ORIGINS, cum_weights=ORIGIN_SHARES)[0]
        named = SPEAKERS if kind == "speaker" else self.sources
        who = article.number if kind == "article" else drawn(self.rng, named)
        pk = len(self.rows) + 1
        passage = {"claim_id": claim, "start": start, "exact": lines[place][:280]}
        self.rows.append(self._row(article) | passage | self._origin(kind, who) | {"id": pk})
        self.rows[-1]["end"] = start + len(passage["exact"])
        self._chain(pk, article.source, kind, who)

    def _row(self, article: Cited) -> dict[str, Any]:
        gone, dated = self.rng.random() < WITHDRAWN, self.rng.random() < 0.3
        return {
            "version_id": article.number,
            "stance": self.rng.choices(STANCES, cum_weights=STANCE_SHARES)[0],
            "event_on": article.at.date() - timedelta(days=1) if dated else None,
            "recorded_by_id": 1,
            "recorded_at": article.at + timedelta(hours=30 * self.rng.random()),
            "withdrawn_at": article.at + timedelta(days=9) if gone else None,
            "withdrawn_by_id": 1 if gone else None,
            "withdrawn_because": "Linked to the wrong claim." if gone else "",
        }

    def _origin(self, kind: str, who: int) -> dict[str, Any]:
        if not kind:
            return {"origin_id": None, "speaker_id": None}
        origin = self.origins.setdefault((kind, who), len(self.origins) + 1)
        return {"origin_id": origin, "speaker_id": who if kind == "speaker" else None}

    def _chain(self, evidence: int, source: int, kind: str, who: int) -> None:
        link = {"evidence_id": evidence}
        self.chains.append(link | {"position": 0, "source_id": source, "read_by_us": True})
        if kind in ("speaker", "source"):
            self.chains.append(link | {"position": 1, f"{kind}_id": who})
        elif kind == "article":
            self.chains.append(link | {"position": 1, "words": "a source", "unnamed": True})


def drawn(rng: random.Random, number: int) -> int:
    """One of 1 to `number`, the n-th n times less often than the first."""
    return rng.choices(range(1, number + 1), cum_weights=zipf(number))[0]


def zipf(number: int) -> list[float]:
    """Summed weights by which the n-th is chosen n times less often than the first."""
    return list(accumulate(1 / rank for rank in range(1, number + 1)))


def _day(rng: random.Random) -> date:
    return (FIRST_DAY + timedelta(days=rng.randrange(DAYS))).date()
