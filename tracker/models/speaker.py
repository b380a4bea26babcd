"""Speakers: the named people and institutions who say things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pghistory
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from tracker.models.story import seen_by

if TYPE_CHECKING:
    from tracker.models import User

# what speaks of a speaker: the table, its way to the story, its ways to the speaker
_SPOKEN_OF = (
    ("Evidence", "claim__story", ("speaker", "origin__speaker")),
    ("ChainLink", "evidence__claim__story", ("speaker",)),
    ("StatusChange", "claim__story", ("by_speaker", "subject")),
    ("Claim", "story", ("parties",)),
    ("CommentRequest", "claim__story", ("subject",)),
)


class SpeakerQuerySet(models.QuerySet["Speaker"]):
    """Sets of speakers."""

    def visible_to(self, user: User | AnonymousUser) -> SpeakerQuerySet:
        """All but those of whom only stories speak that this person may not know of."""
        elsewhere, known = Q(), Q()
        for table, story, ways in _SPOKEN_OF:
            rows: Any = apps.get_model("tracker", table).objects
            for way in ways:
                said = {way: OuterRef("pk")}
                elsewhere |= Q(Exists(rows.filter(~seen_by(user, story), **said)))
                known |= Q(Exists(rows.filter(seen_by(user, story), **said)))
        return self.filter(~elsewhere | known)


class SpeakerKind(models.TextChoices):
    """A person or a body."""

    PERSON = "person", _("person")
    INSTITUTION = "institution", _("institution")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Speaker(models.Model):
    """Who says it, by name. Unnamed speakers are links of one evidence's chain and no row here."""

    slug = models.SlugField(unique=True)
    name = models.CharField()
    kind = models.CharField(choices=SpeakerKind, default=SpeakerKind.PERSON)
    description = models.CharField(default="", blank=True)
    variants = ArrayField(models.CharField(), default=list, blank=True)
    sample = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="former_speakers"
    )

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name
