"""What claims say of a source follows it when it is merged or split: origins, chains, follows."""

from __future__ import annotations

from typing import Any

from sources.curating.moves import bring_back, carry
from sources.models import SourceMove
from tracker.models import ChainLink, Evidence, Follow, Origin

_OURS = (("tracker.ChainLink", "source"), ("tracker.Follow", "source"))


def follow(move: SourceMove) -> None:
    """Let passages count for the other source, and chains and followers name it.

    After a split only what was read on its articles goes; who is cited stays who it was.
    """
    old, new = move.source_id, move.into_id
    links: Any = ChainLink.objects.filter(source=old)
    passages: Any = Evidence._base_manager.filter(origin__source=old)
    followers: Any = Follow.objects.filter(source=old)
    if move.whole:
        already = Follow.objects.filter(source=new).values("user")
        followers = followers.exclude(user__in=already)
    else:
        theirs = {"article__source": new}
        links = links.filter(read_by_us=True, evidence__version__article__source=new)
        passages = passages.filter(**{f"version__{name}": key for name, key in theirs.items()})
        followers = followers.none()
    if passages.exists():
        origins = (Origin.objects.get_or_create(source_id=key)[0].pk for key in (old, new))
        carry(move, passages, "origin", *origins)
    carry(move, links, "source", old, new)
    carry(move, followers, "source", old, new)


def take_back(move: SourceMove) -> None:
    """The way back from `follow`."""
    old, new = (Origin.objects.filter(source=key).first() for key in (move.source_id, move.into_id))
    if old is not None and new is not None:
        bring_back(move, "tracker.Evidence", "origin", new.pk, old.pk)
    for label, column in _OURS:
        bring_back(move, label, column, move.into_id, move.source_id)
