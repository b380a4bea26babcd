"""What a person follows and why, and up to where each was told by e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import pgettext_lazy

from sources.models import Source
from tracker.models.claim import Claim
from tracker.models.story import Story, seen_by

if TYPE_CHECKING:
    from tracker.models import User

_ONE_OF = ("story", "claim", "source")


class Rate(models.TextChoices):
    """How often a follower is told by e-mail."""

    NOW = "now", pgettext_lazy("e-mail", "as it happens")
    DAILY = "daily", pgettext_lazy("e-mail", "once a day")
    WEEKLY = "weekly", pgettext_lazy("e-mail", "once a week")
    NONE = "none", pgettext_lazy("e-mail", "no e-mail")


class FollowQuerySet(models.QuerySet["Follow"]):
    """Sets of follows."""

    def of(self, user: User | AnonymousUser) -> FollowQuerySet:
        """The person's own, those of stories they may no longer know of too."""
        return self.filter(user=user.pk)

    def visible_to(self, user: User | AnonymousUser) -> FollowQuerySet:
        """The person's own, without those of stories they may no longer know of."""
        if not user.is_authenticated:
            return self.none()
        stories = Q(story=None) | seen_by(user, "story")
        claims = Q(claim=None) | seen_by(user, "claim__story")
        return self.of(user).filter(stories, claims)

    def for_display(self) -> FollowQuerySet:
        """With what a row shows."""
        claims = Claim.objects.select_related("story").with_status()
        related = self.select_related("story", "source", "user")
        return related.prefetch_related(models.Prefetch("claim", claims))


def _exactly_one() -> Q:
    """One of the columns is filled, the others are empty."""
    found = Q(story=None, claim=None, source=None) & ~Q(query="")
    for name in _ONE_OF:
        others = {other: None for other in _ONE_OF if other != name}
        found |= Q(**{f"{name}__isnull": False}, **others, query="")
    return found


class Follow(models.Model):
    """Somebody follows a story, a claim, a source or a search. It is theirs alone, and no record.

    `told_until` is up to where they were told by e-mail; it moves only after a mail went out.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    story = models.ForeignKey(Story, models.CASCADE, null=True, related_name="+")
    claim = models.ForeignKey(Claim, models.CASCADE, null=True, related_name="+")
    source = models.ForeignKey(Source, models.CASCADE, null=True, related_name="+")
    query = models.CharField(default="", help_text="Of a search: its address after the '?'.")
    why = models.CharField(default="", blank=True)
    rate = models.CharField(choices=Rate, default=Rate.DAILY)
    told_until = models.DateTimeField(db_default=Now())
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = FollowQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(name="follow_is_of_one_thing", condition=_exactly_one()),
            *(
                models.UniqueConstraint(fields=["user", name], name=f"{name}_followed_once")
                for name in _ONE_OF
            ),
            models.UniqueConstraint(
                fields=["user", "query"], condition=~Q(query=""), name="search_followed_once"
            ),
        ]
        indexes = [models.Index(fields=["rate", "user"], name="follow_by_rate")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} {self.what or self.query}"

    @property
    def kind(self) -> str:
        """The word for what is followed: story, claim, source or search."""
        return next((name for name in _ONE_OF if getattr(self, f"{name}_id")), "search")

    @property
    def what(self) -> Story | Claim | Source | None:
        """The row that is followed; None for a search."""
        return self.story or self.claim or self.source

    @property
    def words(self) -> str:
        """What a search looks for."""
        return dict(parse_qsl(self.query)).get("q", "")


def canonical_query(query: str) -> str:
    """A search's address as two people who search the same would both have it.

    Args:
        query: what stands after the "?", its places in the list of results and its order among it.
    """
    pairs = parse_qsl(query.lstrip("?"))
    kept = {
        (name, value.strip()) for name, value in pairs if name not in ("before", "page", "sort")
    }
    return urlencode(sorted(pair for pair in kept if pair[1]))


class Digest(models.Model):
    """One e-mail to one person: its window is written before it goes out, `sent_at` after.

    A mail whose sender died in between is sent again with the same window and the same Message-ID:
    told twice at worst, never left out.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    rate = models.CharField(choices=Rate)
    until = models.DateTimeField(help_text="It tells of what was recorded up to then.")
    tried_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField(null=True)
    told = models.PositiveIntegerField(default=0, help_text="How many changes were in it.")

    class Meta:
        ordering = ("-until", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "rate"], condition=Q(sent_at=None), name="one_digest_on_its_way"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.rate} {self.until:%Y-%m-%d %H:%M}"
