"""Articles a month of sources, counted and drawn as bars."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone

from sources.models import Article, Source

MONTHS = 22


def months(shown: Iterable[Source], now: datetime.datetime) -> dict[int, dict[str, Any]]:
    """Articles a month of each source, as the heights of bars, this month last; one query."""
    today = timezone.localdate(now)
    first = today.year * 12 + today.month - MONTHS
    since = datetime.date(first // 12, first % 12 + 1, 1)
    counted: defaultdict[int, list[int]] = defaultdict(lambda: [0] * MONTHS)
    rows = (
        Article.objects.filter(source__in=shown, sort_at__date__gte=since)
        .annotate(month=TruncMonth("sort_at"))
        .values_list("source_id", "month")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for source, month, number in rows:
        place = month.year * 12 + month.month - 1 - first
        if 0 <= place < MONTHS:
            counted[source][place] = number
    return {one.pk: bars(counted[one.pk]) for one in shown}


def bars(numbers: list[int]) -> dict[str, Any]:
    """Numbers as paths of bars in a field 26 high, one wide for each; the last apart."""
    top = max([*numbers, 1])
    marks = [
        f"M{place + 0.5:g} 26v{-max(2, 24 * number / top):.1f}" if number else ""
        for place, number in enumerate(numbers)
    ]
    return {
        "past": "".join(marks[:-1]),
        "now": marks[-1],
        "total": sum(numbers),
        "this": numbers[-1],
    }
