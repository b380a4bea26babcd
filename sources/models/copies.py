"""Copy clusters: articles whose bodies are the same text."""

from __future__ import annotations

import pghistory
from django.conf import settings
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
    pghistory.UpdateEvent(condition=pghistory.AnyChange("origin", "basis")),
    fields=["id", "origin", "basis"],
    model_name="ClusterEvent",
)
class Cluster(models.Model):
    """Articles that carry one text. An article alone is a cluster of one."""

    origin = models.ForeignKey(Source, models.PROTECT, null=True, related_name="clusters")
    basis = models.CharField(choices=Basis, default=Basis.UNKNOWN)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return f"cluster {self.pk}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TextPair(models.Model):
    """Two articles that share text: one text, or two, or a question that waits for an editor.

    The machine asks where it can't tell a copy from a quotation; `same` is empty until an editor
    answers. An answer is never undone by the machine. A cluster is split by an answer between the
    article that leaves and each that stays, and two are merged by one between their members.
    """

    one = models.ForeignKey("sources.Article", models.CASCADE, related_name="+")
    other = models.ForeignKey("sources.Article", models.CASCADE, related_name="+")
    share = models.FloatField(null=True, help_text="Of the shorter text, 0 to 1; as measured.")
    same = models.BooleanField(null=True)
    why = models.CharField(default="", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="pair_of_texts_once"),
            models.CheckConstraint(
                name="pair_of_texts_in_order", condition=models.Q(one__lt=models.F("other"))
            ),
            models.CheckConstraint(
                name="answer_on_texts_says_why",
                condition=models.Q(same=None) | ~models.Q(why=""),
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], name="pair_of_texts_open", condition=models.Q(same=None))
        ]
        permissions = [("regroup_copies", "Can regroup copies")]

    def __str__(self) -> str:
        answer = {None: "asked", True: "one text", False: "two texts"}[self.same]
        return f"{self.one_id} and {self.other_id}: {answer}"


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
