"""What else waits for an editor, in figures: altered passages, texts, statuses due."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from sources.models import Source
from sources.models.source import SourceKind
from tracker.claims import statuses
from tracker.copies import textpairs
from tracker.edits import listing
from tracker.models import User
from tracker.passages import alterations

register = template.Library()


@register.simple_tag
def altered_passages(user: User | AnonymousUser) -> int:
    """The number for this person; a page asks only where it shows it."""
    return alterations.waiting(user).count()


@register.simple_tag
def sentences_taken_out(user: User | AnonymousUser) -> int:
    """How many tracked sentences that nobody had linked were taken out and wait for a look."""
    return listing.omissions(user).count()


@register.simple_tag
def texts_to_compare(user: User | AnonymousUser) -> int:
    """How many pairs of texts wait for somebody to say whether they are one."""
    return textpairs.waiting(user).count()


@register.simple_tag
def statuses_due(user: User | AnonymousUser) -> int:
    """How many statuses are to be looked at again today or should have been before."""
    return statuses.to_review(user, timezone.localdate()).count()


@register.simple_tag
def sources_to_classify(user: User | AnonymousUser) -> int:
    """How many sources nobody has classified, for those who may."""
    if not user.has_perm("sources.change_source"):
        return 0
    return Source.objects.standing().filter(kind=SourceKind.UNCLASSIFIED).count()
