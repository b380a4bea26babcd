"""Keeps what editors note beside a passage among those who may propose one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser

from tracker.models import User


def keep_back(states: Iterable[Any], user: User | AnonymousUser) -> None:
    """Take the notes out of recorded states of passages, as pages and files do.

    Args:
        states: of evidence; None is no state.
    """
    if user.has_perm("tracker.propose_evidence"):
        return
    for state in filter(None, states):
        state.note = ""
