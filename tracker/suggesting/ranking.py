"""Ranks claims by BM25 against passages, in SQL; keeps the words of claims as they are worded."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from tracker.matching.nearness import Scored
from tracker.matching.words import Word, words
from tracker.models import Claim, ClaimText, ClaimWord

READER = "words/1"  # a change of how texts become words reads every claim again
K1, B = 0.9, 0.3
LANGUAGES = ("en", "fr")
_LOCK = 7_261_001  # one process at a time reads claims into words


def keep(claims: Iterable[Claim]) -> None:
    """Read the claims whose wording changed into words; forget those merged into another."""
    worded = {(claim.pk, code): text for claim in claims for code, text in _wordings(claim)}
    known = ClaimText.objects.filter(claim__in={pk for pk, _ in worded})
    if _changed(worded, known):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            fresh, stale = _differences(worded, known.all())
            ClaimText.objects.filter(pk__in=stale).delete()
            ClaimText.objects.exclude(claim__merged_into=None).delete()
            _write(fresh)
            cursor.execute(_WEIGH)


def rank(
    passages: Sequence[Sequence[Word]], claims: Sequence[int], limit: int = 20
) -> list[list[Scored]]:
    """The claims that share words with each passage, best first, in one statement.

    Args:
        claims: the ids of the claims to rank.
        limit: how many claims to give for each passage.
    """
    asked = {(n, word.form) for n, passage in enumerate(passages) for word in passage}
    ranked: list[list[Scored]] = [[] for _ in passages]
    if not asked or not claims:
        return ranked
    with connection.cursor() as cursor:
        numbers, forms = zip(*sorted(asked), strict=True)
        values: dict[str, list[int] | list[str] | int | float] = {
            "numbers": list(numbers),
            "forms": list(forms),
            "claims": list(claims),
            "limit": limit,
            "k1": K1,
            "b": B,
        }
        cursor.execute(_RANK, values)
        for number, claim, score, coverage, size, found, weights in cursor.fetchall():
            shared = dict(zip(found, weights, strict=True))
            ranked[number].append(Scored(claim, score, coverage, size, shared))
    return ranked


def wording(claim: Claim, language: str) -> str:
    """What a claim says in a language: its few words and its sentence; "" if it is not said."""
    parts = (claim.title, claim.statement)
    if language == "fr":
        parts = (claim.title_fr, claim.statement_fr)
    return " ".join(part for part in parts if part.strip())


def _wordings(claim: Claim) -> list[tuple[str, str]]:
    """The languages a claim is worded in, and how."""
    both = [(code, wording(claim, code)) for code in LANGUAGES]
    return [(code, text) for code, text in both if text]


def _fingerprint(text: str) -> bytes:
    return hashlib.sha256(f"{READER}\n{text}".encode()).digest()


def _differences(
    worded: dict[tuple[int, str], str], known: Iterable[ClaimText]
) -> tuple[dict[tuple[int, str], str], list[int]]:
    """What has to be read, and the rows that no longer say what the claim says."""
    fresh, stale = dict(worded), []
    for row in known:
        key = row.claim_id, row.language
        if key in worded and bytes(row.fingerprint) == _fingerprint(worded[key]):
            fresh.pop(key, None)
        else:
            stale.append(row.pk)
    return fresh, stale


def _changed(worded: dict[tuple[int, str], str], known: Iterable[ClaimText]) -> bool:
    return any(_differences(worded, known))


def _write(fresh: dict[tuple[int, str], str]) -> None:
    counts = {key: Counter(w.form for w in words(text, key[1])) for key, text in fresh.items()}
    rows = [
        ClaimText(
            claim_id=claim,
            language=language,
            fingerprint=_fingerprint(fresh[claim, language]),
            length=counts[claim, language].total(),
        )
        for claim, language in fresh
    ]
    ClaimText.objects.bulk_create(rows, batch_size=1000)
    ClaimWord.objects.bulk_create(
        (
            ClaimWord(word=word, text=row, count=count)
            for row in rows
            for word, count in counts[row.claim_id, row.language].items()
        ),
        batch_size=2000,
    )


# How much a word that `spread` of `n` texts have tells one from another.
_WEIGHT = "ln(1 + (n - spread + 0.5) / (spread + 0.5))"

_WEIGH = f"""
WITH word AS (
  SELECT word, count(*) AS spread, (SELECT count(*) FROM tracker_claimtext)::float8 AS n
  FROM tracker_claimword GROUP BY word
), text AS (
  SELECT text_id, sum({_WEIGHT}) AS weight
  FROM tracker_claimword JOIN word USING (word) GROUP BY text_id
)
UPDATE tracker_claimtext SET weight = text.weight
FROM text WHERE id = text_id AND tracker_claimtext.weight IS DISTINCT FROM text.weight
"""

_RANK = f"""
WITH asked AS (
  SELECT * FROM unnest(%(numbers)s::int[], %(forms)s::text[]) AS asked(passage, word)
), texts AS (
  SELECT count(*)::float8 AS n, avg(length)::float8 AS usual FROM tracker_claimtext
), held AS (
  SELECT text_id, word, "count", count(*) OVER (PARTITION BY word) AS spread
  FROM tracker_claimword WHERE word IN (SELECT word FROM asked)
), weighed AS (
  SELECT text_id, claim_id, word, {_WEIGHT} AS weight, t.weight AS whole,
    {_WEIGHT} * "count" * (%(k1)s + 1)
      / ("count" + %(k1)s * (1 - %(b)s + %(b)s * t.length / usual)) AS part
  FROM held JOIN tracker_claimtext t ON t.id = text_id CROSS JOIN texts
  WHERE claim_id = ANY(%(claims)s)
), summed AS (
  SELECT passage, claim_id, text_id, sum(part) AS score, sum(weight) / max(whole) AS coverage,
    array_agg(word ORDER BY word) AS words, array_agg(weight ORDER BY word) AS weights
  FROM asked JOIN weighed USING (word) GROUP BY passage, claim_id, text_id
), best AS (
  SELECT DISTINCT ON (passage, claim_id) * FROM summed
  ORDER BY passage, claim_id, score DESC, text_id
), placed AS (
  SELECT *, row_number() OVER (PARTITION BY passage ORDER BY score DESC, claim_id) AS place
  FROM best
)
SELECT passage, claim_id, score, coverage,
  (SELECT count(*) FROM tracker_claimword w WHERE w.text_id = placed.text_id), words, weights
FROM placed WHERE place <= %(limit)s ORDER BY passage, place
"""
