"""Takes a removed article or passage out of every table of the tracker, its history included."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from sources.ingest import expunge
from sources.models import Article
from tracker.models import Decision, Evidence, Origin, Removal, Suggestion
from tracker.passages import quotes


def of_article(asked: Removal) -> dict[str, int]:
    """Remove an article with every passage and suggestion of it. Returns how much went.

    Raises:
        InHandError: a worker has the article in hand.
    """
    found = Article.objects.select_for_update(of=("self",)).get(pk=asked.key)
    passages = list(Evidence.objects.filter(version__article=found).select_related("claim"))
    _mark(asked, passages)
    _forget(passages)
    suggested = Suggestion.objects.filter(article=found).count()
    Suggestion.objects.filter(article=found).delete()
    # an unnamed speaker of this article that another one relays is of unknown lineage from now on
    Evidence.objects.filter(origin__article=found).update(origin=None)
    Origin.objects.filter(article=found).delete()
    counts = expunge.article(found)
    shown = sum(not one.claim.story.confidential for one in passages)
    return counts | {"passages": shown, "suggestions": suggested}


def _mark(asked: Removal, passages: Iterable[Evidence]) -> None:
    """Give passages that go with something else tombstones of their own."""
    with_it = [one for one in passages if (Removal.What.PASSAGE, one.pk) != (asked.what, asked.key)]
    waiting = Removal.objects.waiting().filter(what=Removal.What.PASSAGE)
    waiting.filter(key__in=[one.pk for one in with_it]).update(
        called_off_by=asked.asked_by, called_off_at=timezone.now()
    )
    Removal.objects.bulk_create(_part(asked, one) for one in with_it)


def _part(asked: Removal, one: Evidence) -> Removal:
    """The tombstone of a passage that goes with its article."""
    return Removal(
        what=Removal.What.PASSAGE,
        key=one.pk,
        source=asked.source,
        story_id=one.claim.story_id,
        part_of=asked,
        order=asked.order,
        because=asked.because,
        asked_by=asked.asked_by,
        confirmed_by=asked.confirmed_by,
        confirmed_at=asked.confirmed_at,
    )


def of_passage(asked: Removal) -> dict[str, int]:
    """Remove a passage from its claim, and what was proposed in the same words. How much went."""
    found = Evidence.objects.select_related("version").get(pk=asked.key)
    article = found.version.article_id
    same = Evidence.objects.filter(claim=found.claim_id, version__article=article)
    passages = list(same.filter(exact=found.exact).select_related("claim"))
    _mark(asked, passages)
    said = Q(passage_hash=quotes.fingerprint(found.exact), article=article)
    proposed = Suggestion.objects.filter(
        Q(evidence__in=passages) | said, claim=found.claim_id
    ).values_list("pk", flat=True)
    _empty(list(proposed))
    _forget(passages)
    return {"passages": len(passages)}


def _empty(suggestions: list[int]) -> None:
    """Leave of suggestions the fingerprint alone, by which the same is never proposed again."""
    Decision.objects.filter(suggestion__in=suggestions).delete()
    nothing: dict[str, Any] = {"exact": "", "speaker_words": "", "chain": "", "reasons": []}
    nothing |= {"features": {}, "speaker": None, "evidence": None, "act": None}
    Suggestion.objects.filter(pk__in=suggestions).update(
        state=Suggestion.State.REJECTED, rejected_because="", **nothing
    )


def _forget(passages: Iterable[Evidence]) -> None:
    """Delete evidence, and the states of it that the history keeps."""
    keys = [one.pk for one in passages]
    Evidence.objects.filter(pk__in=keys).delete()
    apps.get_model("tracker.EvidenceEvent").objects.filter(pgh_obj_id__in=keys).delete()
