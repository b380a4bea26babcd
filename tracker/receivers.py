"""Hears of stored versions and of sources merged or split, and follows them up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from sources.models import SourceMove
from sources.signals import source_moved, versions_stored


@receiver(versions_stored)
def follow_up(versions: Sequence[int], **kwargs: Any) -> None:
    """Find quotes again and propose new ones; an error brings the jobs back to tell again."""
    from tracker.suggesting import suggest

    suggest.follow(*versions)


@receiver(source_moved)
def follow_source(move: SourceMove, back: bool, **kwargs: Any) -> None:
    """What claims say of a source goes where the source goes, or comes back with it."""
    from tracker.sourcedesk import sourcemoves

    (sourcemoves.take_back if back else sourcemoves.follow)(move)
