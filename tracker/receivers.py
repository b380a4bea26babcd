"""Hears of stored versions, and follows them up."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from sources.signals import version_stored


@receiver(version_stored)
def follow_up(version: int, **kwargs: Any) -> None:
    """Find quotes again and propose new ones; an error brings the job back to tell again."""
    from tracker import suggest

    suggest.follow(version)
