"""Finds the claims, the passages of evidence, the speakers and the sources that fit a search."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, Exists, OuterRef, Q, Value

from sources.models import Source, Tag
from sources.models.article import WordsOf
from tracker.matching.terms import Node
from tracker.models import Claim, Evidence, Speaker, User
from tracker.models.claim import CLAIM_WORDS
from tracker.searching.conditions import in_any_language, name_says
from tracker.searching.finding import IsAnyOf

SHOWN = 10


def claims(root: Node, user: User | AnonymousUser) -> list[Claim]:
    """The claims that say it, in the order of their stories; one more than is shown.

    Their statuses are left to be read with those of other claims.
    """
    found = Claim.objects.visible_to(user).standing().select_related("story")
    found = found.alias(words=WordsOf(*CLAIM_WORDS)).filter(words=in_any_language(root))
    return list(found[: SHOWN + 1])


def passages(
    root: Node, user: User | AnonymousUser, narrowed: Q, before: int | None = None
) -> list[Evidence]:
    """The newest passages of evidence that say it; one more than is shown.

    Args:
        narrowed: what the passages must fit besides, as a condition on evidence.
        before: the key of the last passage of the page before this.
    """
    # the index is asked first and for nothing else: on a walk from the newest, each passage would
    # be read to its end; joined with the claims, the index would be asked once for each
    saying = Evidence.objects.alias(words=WordsOf("exact")).filter(words=in_any_language(root))
    found = Evidence.objects.visible_to(user).standing().filter(narrowed)
    found = found.filter(IsAnyOf("pk", saying.order_by().values("pk")))
    if before is not None:
        found = found.filter(pk__lt=before)
    newest = found.order_by("-pk").values("pk")[: SHOWN + 1]
    shown = Evidence.objects.filter(IsAnyOf("pk", newest))
    return list(shown.for_cards().order_by("-pk"))


def named(root: Node, user: User | AnonymousUser) -> dict[str, list[Any]]:
    """The speakers and the sources of that name, and the labels of all tags, in one query.

    A speaker is known to those who may see a passage of theirs, or a claim they are a party to.
    """
    heard = Evidence.objects.visible_to(user).standing().filter(speaker=OuterRef("pk"))
    concerned = Claim.objects.visible_to(user).filter(parties=OuterRef("pk"))
    speakers = Speaker.objects.filter(name_says(root, "name", "description"), merged_into=None)
    speakers = speakers.filter(Exists(heard) | Exists(concerned))
    sources = Source.objects.standing().filter(name_says(root, "name", "owner"))
    rows = _rows("speaker", speakers, "name", "description").union(
        _rows("source", sources, "name", "kind"),
        Tag.objects.order_by().values_list(
            Value("tag", CharField()), "pk", "slug", "label_en", "label_fr"
        ),
        all=True,
    )
    found: dict[str, list[Any]] = {"speaker": [], "source": [], "tag": []}
    for kind, *row in rows:
        found[kind].append(row)
    return found


def _rows(kind: str, rows: Any, name: str, more: str) -> Any:
    limited = rows.order_by().values("pk")[: SHOWN + 1]
    return (
        rows.model.objects.order_by()
        .filter(pk__in=limited)
        .values_list(Value(kind, CharField()), "pk", "slug", name, more)
    )
