"""Runs a claim over everything held, a stretch at a time; safe to stop and to run twice."""

from __future__ import annotations

import logging
import time

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from sources.models import Article, Version
from tracker.models import Claim, Suggestion, Trawl, User
from tracker.suggesting import suggest

logger = logging.getLogger(__name__)

STRETCH = 100  # versions read between two notes of how far it has come


@transaction.atomic
def start(claim: Claim, by: User | None) -> Trawl:
    """Begin, or begin again where the claim was worded anew; one that is on and fresh goes on.

    What was proposed, decided or rejected before stays as it is: the same words are proposed once.
    """
    Claim.objects.select_for_update().get(pk=claim.pk)  # two presses of the button take turns
    values = {
        "asked_by": by,
        "asked_at": timezone.now(),
        "until": Version.objects.aggregate(last=Max("pk"))["last"] or 0,
        "total": Article.objects.with_text().count(),
        "reached": 0,
        "read": 0,
        "found": 0,
        "finished_at": None,
    }
    made, _ = Trawl.objects.update_or_create(claim=claim, defaults=values)
    return made


def carry_on(seconds: float) -> bool:
    """Read on for a while, the search asked for first; whether more is left.

    Args:
        seconds: how long to begin new stretches.
    """
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        trawl = Trawl.objects.filter(finished_at=None).order_by("asked_at").first()
        if trawl is None:
            return False
        if not _stretch(trawl):
            return True  # another worker is at it
    return Trawl.objects.filter(finished_at=None).exists()


def _stretch(trawl: Trawl) -> bool:
    """Read the next versions and note it; False where somebody else did so meanwhile."""
    claim = Claim.objects.standing().select_related("story").filter(pk=trawl.claim_id).first()
    versions = suggest.held_after(trawl.reached, trawl.until)[:STRETCH] if claim else []
    read = list(versions)
    before = _proposed(trawl)
    if claim:
        _propose(claim, read)
    return _note(trawl, read, _proposed(trawl) - before)


def _propose(claim: Claim, versions: list[Version]) -> None:
    """Propose from all of them; one that can't be read costs the others nothing."""
    try:
        suggest.propose([claim], versions)
    except Exception:
        for version in versions:
            try:
                suggest.propose([claim], [version])
            except Exception:
                logger.exception("version %s can't be searched for C%s", version.pk, claim.number)


def _note(trawl: Trawl, read: list[Version], found: int) -> bool:
    """Write how far it has come, unless it was begun again or carried on by another."""
    reached = read[-1].pk if read else trawl.reached
    seen = Trawl.objects.filter(pk=trawl.pk, asked_at=trawl.asked_at, reached=trawl.reached)
    return bool(
        seen.update(
            reached=reached,
            read=trawl.read + len(read),
            found=trawl.found + found,
            finished_at=None if len(read) == STRETCH else timezone.now(),
        )
    )


def _proposed(trawl: Trawl) -> int:
    return Suggestion.objects.filter(claim=trawl.claim_id).count()
