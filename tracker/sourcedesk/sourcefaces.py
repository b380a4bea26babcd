"""One source seen from many sides: its weeks, its copies, the claims on it, whom it cites."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.translation import gettext as _

from sources.models import Article, Source
from tracker.models import ChainLink, Claim, Evidence, User
from tracker.operations import pace
from tracker.sourcedesk import sparks

WEEKS = 52
LOOKED_AT = 1000  # of its newest texts, for the share of copies
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Copied:
    """How much of a source's newest texts is somebody else's, in words, and whose."""

    texts: int
    copies: int
    percent: int
    of: tuple[tuple[str, int], ...]  # whose, and how many texts


def weeks(source: Source, now: datetime.datetime) -> dict[str, Any]:
    """Articles a week by date of publication, the last year, this week last; usual and got."""
    today = timezone.localdate(now)
    monday = today - datetime.timedelta(days=today.weekday())
    first = monday - datetime.timedelta(weeks=WEEKS - 1)
    found = (
        Article.objects.filter(source=source, sort_at__date__gte=first, sort_at__lte=now)
        .annotate(week=TruncWeek("sort_at"))
        .values_list("week")
        .annotate(n=Count("pk"))
        .order_by()
    )
    counted = {timezone.localdate(week): number for week, number in found}
    days = [first + datetime.timedelta(weeks=n) for n in range(WEEKS)]
    numbers = [counted.get(day, 0) for day in days]
    began = timezone.localdate(source.created_at)
    whole = min(pace.WEEKS, max(0, (monday - began).days // 7))
    before = numbers[-1 - whole : -1][::-1] if whole else []
    return sparks.bars(numbers) | {
        "weeks": list(zip(days, numbers, strict=True))[::-1],
        "usual": pace.usual(before),
    }


def copied(source: Source) -> Copied:
    """The share of copies among its newest texts, and whose they are; one query.

    A text is a copy when another source is known as its origin, or, where none is known, when
    another one had it earlier.
    """
    others = Article.objects.filter(cluster=OuterRef("cluster"), sort_at__lt=OuterRef("sort_at"))
    others = others.exclude(source=source).order_by("sort_at", "pk")
    texts = (
        source.articles.exclude(current_version=None)
        .order_by("-sort_at", "-pk")
        .annotate(earlier=Subquery(others.values("source__name")[:1]))
        .values_list(
            "current_version__words", "cluster__origin_id", "cluster__origin__name", "earlier"
        )[:LOOKED_AT]
    )
    of: Counter[str] = Counter()
    words = theirs = number = 0
    for length, origin, name, earlier in texts:
        number, words = number + 1, words + length
        whose = "" if origin == source.pk else name or earlier or ""
        if whose:
            of[whose] += 1
            theirs += length
    percent = round(100 * theirs / words) if words else 0
    return Copied(number, of.total(), percent, tuple(of.most_common(SHOWN)))


def relying(source: Source, user: User | AnonymousUser) -> list[tuple[Claim, int]]:
    """The claims this person may see that rest on it, with how many passages; two queries."""
    evidence = Evidence.objects.visible_to(user).standing()
    counted = dict(
        evidence.filter(version__article__source=source)
        .order_by()
        .values_list("claim")
        .annotate(n=Count("pk"))
    )
    claims = (
        Claim.objects.visible_to(user).filter(pk__in=counted).select_related("story").with_status()
    )
    found = [(claim, counted[claim.pk]) for claim in claims]
    return sorted(found, key=lambda one: (-one[1], one[0].story.title, one[0].number))


def cited(source: Source, user: User | AnonymousUser) -> list[tuple[str, int]]:
    """Whom its linked passages cite most, the unnamed together; one query."""
    evidence = Evidence.objects.visible_to(user).standing()
    links = ChainLink.objects.filter(
        evidence__in=evidence.filter(version__article__source=source), read_by_us=False
    )
    rows = (
        links.exclude(source=source)
        .order_by()
        .values_list("source__name", "speaker__name", "words", "unnamed")
        .annotate(n=Count("pk"))
    )
    of: Counter[str] = Counter()
    for outlet, speaker, words, unnamed, number in rows:
        of[_("unnamed sources") if unnamed else outlet or speaker or words] += number
    return of.most_common(SHOWN)
