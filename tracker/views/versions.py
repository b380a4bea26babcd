"""Any two versions of an article in one reading flow, and what became of its linked passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sources.models import Article, Version
from tracker.edits import record
from tracker.passages import between, comparing, inline
from tracker.passages.between import Became, Passage
from tracker.passages.inline import Run
from tracker.passages.marking import Span
from tracker.views.article import opened


@require_GET
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """The older and the newer of two versions as one text; the last two unless others are asked."""
    found, context = opened(request, pk)
    older, newer = _pair(request, found, [one.seq for one in context["versions"]])
    context |= {"older": older, "newer": newer, "only": request.GET.get("only") == "changes"}
    if older and newer and older != newer:
        context |= _compared(request, older, newer)
    return render(request, "tracker/versions.html", context)


def _pair(
    request: HttpRequest, found: Article, numbers: Sequence[int]
) -> tuple[Version | None, Version | None]:
    """The versions the address asks for, whichever it names first."""
    if not numbers:
        return None, None
    default = {"a": numbers[1] if len(numbers) > 1 else numbers[0], "b": numbers[0]}
    asked = {side: request.GET.get(side, "") for side in default}
    chosen = sorted(
        int(asked[side]) if asked[side] in map(str, numbers) else default[side] for side in default
    )
    held = {one.seq: one for one in found.versions.filter(seq__in=chosen)}
    return held[chosen[0]], held[chosen[1]]


def _compared(request: HttpRequest, older: Version, newer: Version) -> dict[str, Any]:
    merged = comparing.merge(older.text, newer.text)
    found = between.passages(request.user, older, newer)
    shown = [one for one in found if one.became != Became.ABSENT]
    runs = inline.runs(merged, _spans(merged, shown))
    edited, of = inline.changed(runs)
    became = Counter(one.became for one in found)
    return {
        "edit": record.between(older, newer, merged),
        "runs": runs,
        "edited": edited,
        "of": of,
        "heads": _heads(older, newer),
        "passages": list(enumerate(shown, 1)),
        "absent": [one for one in found if one.became == Became.ABSENT],
        "cards": {f"e{one.evidence.pk}": one.evidence for one in shown},
        "became": [(state, became[state]) for state in Became if became[state]],
    }


def _heads(older: Version, newer: Version) -> list[tuple[str, list[Run]]]:
    """What differs above the text, each with its name."""
    found = []
    if older.title != newer.title:
        found.append((_("Headline"), inline.words(older.title, newer.title)))
    if older.author and newer.author and older.author != newer.author:
        found.append((_("Byline"), inline.words(older.author, newer.author)))
    return found


def _spans(merged: comparing.Merged, passages: Sequence[Passage]) -> list[Span]:
    """The linked passages in the merged text, as they stood and as they stand."""
    found = []
    for number, one in enumerate(passages, 1):
        places = [*merged.spans("old", *one.older)] if one.older else []
        places += merged.spans("new", *one.newer) if one.newer else []
        key, stance = f"e{one.evidence.pk}", one.evidence.stance
        found += [Span(*place, key, number, stance) for place in merged.union(*places)]
    return found
