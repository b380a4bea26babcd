"""The chain through which a passage came to us, and the origin at its end, which is counted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sources.models import Article, Source
from tracker.models.speaker import Speaker


class Origin(models.Model):
    """The last known link of a chain: what is counted. A speaker, a source, or one article.

    The article stands for an unnamed speaker, who is one origin per outlet and article and has no
    identity beyond it.
    """

    speaker = models.OneToOneField(Speaker, models.PROTECT, null=True, related_name="origin")
    source = models.OneToOneField(Source, models.PROTECT, null=True, related_name="origin")
    article = models.OneToOneField(Article, models.PROTECT, null=True, related_name="origin")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="origin_is_one_thing",
                condition=Q(speaker__isnull=False, source=None, article=None)
                | Q(speaker=None, source__isnull=False, article=None)
                | Q(speaker=None, source=None, article__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.speaker or self.source or self.article)

    @property
    def key(self) -> str:
        """The stable key `origins.py` counts by."""
        if self.speaker_id:
            return f"speaker:{self.speaker_id}"
        return f"source:{self.source_id}" if self.source_id else f"article:{self.article_id}"


class ChainLink(models.Model):
    """One link of an attribution chain: position 0 is what we read, the last is who said it."""

    evidence = models.ForeignKey("tracker.Evidence", models.CASCADE, related_name="chain")
    position = models.PositiveSmallIntegerField()
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+")
    speaker = models.ForeignKey(Speaker, models.PROTECT, null=True, related_name="+")
    words = models.CharField(default="", help_text="As the text puts it, such as 'a source'.")
    unnamed = models.BooleanField(default=False)
    read_by_us = models.BooleanField(default=False)

    class Meta:
        ordering = ("evidence", "position")
        constraints = [
            models.UniqueConstraint(fields=["evidence", "position"], name="link_at_its_place"),
            models.UniqueConstraint(
                fields=["evidence"], condition=Q(read_by_us=True), name="one_link_read_by_us"
            ),
        ]

    def __str__(self) -> str:
        return str(self.source or self.speaker or self.words)
