"""The reader: the text of one version with its evidence marked, and the cards beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from sources.ingest.pdf import page_at
from sources.models import Article, Version
from sources.models.article import Arrival, VersionQuerySet
from tracker.models import Anchor, Evidence, Suggestion
from tracker.models.claim import standing_statuses
from tracker.models.typed import key
from tracker.passages.marking import Span, paragraphs

ANCHORED = {Anchor.State.SAME, Anchor.State.MOVED, Anchor.State.ALTERED}
TAKEN_BACK = 20  # withdrawn passages listed, the last ones


def texts(found: Article) -> VersionQuerySet:
    """The versions of an article, each with all that reading it needs."""
    return Version.objects.filter(article=found).select_related("fetch", "article__source")


def version(found: Article, asked: str) -> Version | None:
    """The version of this number; the newest without one."""
    if (seq := key(asked)) is not None:
        return get_object_or_404(texts(found), seq=seq)
    return texts(found).current().first()


def context(request: HttpRequest, found: Article, shown: Version | None) -> dict[str, Any]:
    """What the reader shows of a version."""
    evidence, lost = _placed(request, found, shown)
    suggestions = Suggestion.objects.visible_to(request.user).filter(
        version=shown, state=Suggestion.State.NEW
    )
    told = suggestions.select_related("claim__story").prefetch_related(standing_statuses("claim__"))
    suggested = list(told.order_by("start")) if shown else []
    withdrawn = Evidence.objects.visible_to(request.user).filter(version__article=found)
    spans = [
        *(Span(s, e, f"e{one.pk}", n, one.stance) for n, (one, s, e, _) in enumerate(evidence, 1)),
        *(Span(s.start, s.end, f"s{s.pk}", 0, "suggested") for s in suggested),
    ]
    return {
        "article": found,
        "version": shown,
        "paragraphs": paragraphs(shown.text, spans) if shown else [],
        "evidence": list(enumerate(evidence, 1)),
        "cards": {f"e{one.pk}": one for one, _, _, _ in evidence},
        "pages": _pages(found, shown, evidence),
        "lost": lost,
        "suggestions": suggested,
        "withdrawn": withdrawn.exclude(withdrawn_at=None)
        .select_related("claim", "version", "withdrawn_by")
        .order_by("-withdrawn_at")[:TAKEN_BACK],
    }


def _pages(
    found: Article, shown: Version | None, evidence: list[tuple[Evidence, int, int, str]]
) -> dict[int, int]:
    """The page of a PDF on which each passage begins, by the passage's key."""
    if shown is None or found.arrival != Arrival.PDF:
        return {}
    return {one.pk: page_at(shown.text, start) for one, start, _end, _state in evidence}


def _placed(
    request: HttpRequest, found: Article, shown: Version | None
) -> tuple[list[tuple[Evidence, int, int, str]], list[tuple[Evidence, str]]]:
    """The evidence of the article that stands in this version, in its order; and what does not.

    A passage cited from another version stands where it was found again, if it was.
    """
    placed: list[tuple[Evidence, int, int, str]] = []
    lost: list[tuple[Evidence, str]] = []
    rows = Evidence.objects.visible_to(request.user).standing()
    rows = rows.filter(version__article=found).for_display()
    rows = rows.prefetch_related(standing_statuses("claim__"))
    anchors = {a.evidence_id: a for a in Anchor.objects.filter(evidence__in=rows, version=shown)}
    for one in rows:
        anchor = anchors.get(one.pk)
        if shown is not None and one.version_id == shown.pk:
            placed.append((one, one.start, one.end, ""))
        elif anchor and anchor.state in ANCHORED and anchor.start is not None and anchor.end:
            placed.append((one, anchor.start, anchor.end, anchor.state))
        else:
            lost.append((one, anchor.state if anchor else ""))
    return sorted(placed, key=lambda row: (row[1], -row[2], row[0].pk)), lost


def asked(request: HttpRequest) -> bool:
    """Whether the request comes from a reader that shows the outcome itself."""
    return "HX-Request" in request.headers and "reader" in request.POST


def again(
    request: HttpRequest, found: Article, said: str, undo: str = "", key: str = ""
) -> HttpResponse:
    """The reader as it stands now, with a notice of what was done.

    Args:
        said: the notice.
        undo: the address that takes it back.
        key: the mark that is new, such as e12.
    """
    shown = version(found, request.POST.get("reader", ""))
    notice = {"text": said, "undo": undo, "target": "#reader", "made": key}
    fields = [("reader", shown.seq)] if shown else []
    return render(
        request,
        "tracker/_read_again.html",
        context(request, found, shown) | notice | {"fields": fields},
    )
