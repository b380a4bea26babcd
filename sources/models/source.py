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


class TagGroup(models.TextChoices):
    """What a tag says something about. None of them has a colour: a tag is a word, no verdict."""

    OWNERSHIP = "ownership", _("ownership")
    KIND = "kind", _("kind of outlet")
    LEANING = "leaning", _("leaning, as stated by somebody")
    WIRE = "wire", _("wire")
    STATE_MEDIA = "state_media", _("state media")
    SECONDHAND = "secondhand", _("secondhand")
    REGION = "region", _("region it covers")
    BEAT = "beat", _("beat it covers")
    OTHER = "", _("other")


class TagQuerySet(models.QuerySet["Tag"]):
    """Sets of tags in the newsroom's words."""

    def standing(self) -> TagQuerySet:
        """Tags that were not merged into another."""
        return self.filter(merged_into=None)

    def named(self, words: str) -> Tag | None:
        """The standing tag of that slug or label; for one that was merged, what it became.

        A tag that states a leaning is named with whose it is, as it is shown: "label (by whom)".
        """
        label, _bracket, by = words.removesuffix(")").rpartition(" (")
        called = models.Q(label_en__iexact=words) | models.Q(label_fr__iexact=words)
        theirs = models.Q(label_en__iexact=label) | models.Q(label_fr__iexact=label)
        wanted = (
            models.Q(slug=words)
            | called
            | (~models.Q(stated_by="") & theirs & models.Q(stated_by__iexact=by))
        )
        found = self.select_related("merged_into").filter(wanted)
        tag = found.order_by(models.F("merged_into").asc(nulls_first=True), "stated_by").first()
        return (tag.merged_into or tag) if tag else None


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Tag(models.Model):
    """A word editors put on sources, of a managed vocabulary, with its labels in both languages.

    Its slug never changes, so that an address that names it keeps its meaning. A merged tag stays
    as a row that leads to the tag it became, which itself stands.
    """

    slug = models.SlugField(unique=True)
    group = models.CharField(choices=TagGroup, default=TagGroup.OTHER, blank=True)
    label_en = models.CharField()
    label_fr = models.CharField(default="", blank=True)
    stated_by = models.CharField(
        default="", blank=True, help_text=_("Who says so, where a tag states a leaning.")
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="former_tags"
    )

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ("group", "slug")
        constraints = [
            models.CheckConstraint(
                name="leaning_says_who_states_it",
                condition=~models.Q(group=TagGroup.LEANING) | ~models.Q(stated_by=""),
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the reader's language, English where French has none."""
        french = (get_language() or "").startswith("fr")
        words = (self.label_fr if french else "") or self.label_en
        return f"{words} ({self.stated_by})" if self.stated_by else words


class SourceQuerySet(models.QuerySet["Source"]):
    """Sets of sources in the newsroom's words."""

    def standing(self) -> SourceQuerySet:
        """Sources that were not merged into another."""
        return self.filter(merged_into=None)

    def tagged(self, slug: str) -> SourceQuerySet:
        """Sources that carry the tag of that slug, or the one it was merged into."""
        named = models.Q(tag__slug=slug) | models.Q(tag__former_tags__slug=slug)
        given = SourceTag.objects.filter(named)
        return self.filter(pk__in=given.values("source"))


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)
class Source(models.Model):
    """Who publishes: an outlet, an agency, an NGO, a government, a court, the police."""

    slug = models.SlugField(unique=True)
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

    @property
    def note(self) -> ReliabilityNote | None:
        """The note on its reliability that holds, the latest; of rows prefetched if they are."""
        standing = [one for one in self.notes.all() if one.withdrawn_at is None]
        return max(standing, key=lambda one: (one.at, one.pk), default=None)

    @property
    def stands_as(self) -> Source:
        """The source itself, or the one it was merged into; merges never form chains."""
        return self.merged_into or self

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


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class ReliabilityNote(models.Model):
    """What an editor thinks of how reliable a source is: dated, signed, and for the newsroom alone.

    It enters no count and leaves with no export; it is never changed, a later one takes its place.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="notes")
    text = models.CharField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return self.text
