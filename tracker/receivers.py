"""Hears of stored versions, and follows them up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from sources.signals import versions_stored


@receiver(versions_stored)
def follow_up(versions: Sequence[int], **kwargs: Any) -> None:
    """Find quotes again and propose new ones; an error brings the jobs back to tell again."""
    from tracker import suggest

    suggest.follow(*versions)
