"""What templates say of follows: their names, and the button that leads to one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from sources.models import Source
from tracker.changes import sentences
from tracker.models import Claim, Follow, Story
from tracker.models.follow import canonical_query

register = template.Library()


@register.filter
def followed(follow: Follow) -> str:
    """What is followed, by kind and name."""
    return sentences.followed(follow)


@register.inclusion_tag("tracker/_follow.html", takes_context=True)
def follow_button(context: Any, what: Story | Claim | Source | str) -> dict[str, Any]:
    """The way to follow what a page shows, or to the follow there is already.

    Args:
        what: a story, claim or source the reader may see, or the address of a search after its "?".
    """
    user = context["request"].user
    if not user.is_authenticated:
        return {"held": None, "address": ""}
    if isinstance(what, str):
        target = {"query": canonical_query(what)}
    else:
        target = {type(what).__name__.lower(): str(what.pk)}
    held = Follow.objects.of(user).filter(**target).values_list("pk", flat=True).first()
    address = f"{reverse('new-follow')}?{urlencode(target)}"
    return {"held": held, "address": address, "search": isinstance(what, str)}
