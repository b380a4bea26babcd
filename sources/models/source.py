"""Sources: who publishes, and the tags editors give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from tracker.models import User


class SourceKind(models.TextChoices):
    """What sort of publisher a source is."""

    OUTLET = "outlet", _("outlet")
    AGENCY = "agency", _("news agency")
    NGO = "ngo", _("non-governmental organization")
    GOVERNMENT = "government", _("government")
    COURT = "court", _("court")
    POLICE = "police", _("police")
    OTHER = "other", _("other")
    UNCLASSIFIED = "unclassified", _("to be classified")


class Tag(models.Model):
    """A word editors put on sources, of a managed vocabulary, with its labels in both languages."""

    slug = models.SlugField(max_length=None, unique=True)
    group = models.CharField(default="", blank=True)
    label_en = models.CharField()
    label_fr = models.CharField(default="", blank=True)

    class Meta:
        ordering = ("group", "slug")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the reader's language, English where French has none."""
        french = (get_language() or "").startswith("fr")
        return (self.label_fr if french else "") or self.label_en


class SourceQuerySet(models.QuerySet["Source"]):
    """Sets of sources in the newsroom's words."""

    def standing(self) -> SourceQuerySet:
        """Sources that were not merged into another."""
        return self.filter(merged_into=None)

    def tagged(self, slug: str) -> SourceQuerySet:
        """Sources that carry the tag of that slug."""
        return self.filter(source_tags__tag__slug=slug)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)
class Source(models.Model):
    """Who publishes: an outlet, an agency, an NGO, a government, a court, the police."""

    slug = models.SlugField(max_length=None, unique=True)
    name = models.CharField()
    kind = models.CharField(choices=SourceKind, default=SourceKind.OUTLET)
    owner = models.CharField(default="", blank=True)
    country = models.CharField(default="", blank=True, help_text=_("ISO 3166 code, such as CA."))
    languages = ArrayField(models.CharField(), default=list, blank=True)
    community = models.CharField(default="", blank=True)
    sample = models.BooleanField(default=False, help_text=_("Invented, for the sample story."))
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="former_sources"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        indexes = [models.Index("name", "id", name="source_by_name")]
        permissions = [("tag_source", "Can tag sources")]

    def __str__(self) -> str:
        return self.name

    def tag(self, tag: Tag, by: User) -> SourceTag:
        """Put the tag on this source; a tag it already carries keeps who gave it first."""
        return SourceTag.objects.get_or_create(source=self, tag=tag, defaults={"by": by})[0]

    def untag(self, tag: Tag) -> bool:
        """Take the tag off. True when it was there."""
        return bool(self.source_tags.filter(tag=tag).delete()[0])


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class SourceTag(models.Model):
    """One tag on one source: who put it there and when."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="source_tags")
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="source_tags")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "tag"], name="source_tagged_once")]

    def __str__(self) -> str:
        return f"{self.source} · {self.tag}"
