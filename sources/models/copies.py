"""Copy clusters: articles whose bodies are the same text."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from sources.models.source import Source


class Basis(models.TextChoices):
    """How we know where the text of a cluster comes from."""

    UNKNOWN = "unknown", _("not known")
    CREDIT = "credit", _("credited in the text")
    BYLINE = "byline", _("named in the byline")
    EDITOR = "editor", _("set by an editor")


@pghistory.track(
    pghistory.UpdateEvent(condition=pghistory.AnyChange("origin", "basis", "settled")),
    fields=["id", "origin", "basis", "settled"],
    model_name="ClusterEvent",
)
class Cluster(models.Model):
    """Articles that carry one text. An article alone is a cluster of one."""

    origin = models.ForeignKey(Source, models.PROTECT, null=True, related_name="clusters")
    basis = models.CharField(choices=Basis, default=Basis.UNKNOWN)
    settled = models.BooleanField(
        default=False, help_text="An editor decided who belongs here; the machine leaves it."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return f"cluster {self.pk}"


class Sketch(models.Model):
    """One hash of an article's text sketch; kept for the days in which copies appear."""

    hash = models.BigIntegerField()
    article = models.ForeignKey(
        "sources.Article", models.CASCADE, related_name="sketch", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "hash"], name="sketch_hash_once")]
        indexes = [
            models.Index(fields=["hash"], include=["article"], name="sketch_by_hash"),
            models.Index(fields=["at"], name="sketch_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.hash}"
