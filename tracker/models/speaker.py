"""Speakers: the named people and institutions who say things."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class SpeakerKind(models.TextChoices):
    """A person or a body."""

    PERSON = "person", _("person")
    INSTITUTION = "institution", _("institution")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Speaker(models.Model):
    """Who says it, by name. Unnamed speakers are links of one evidence's chain and no row here."""

    slug = models.SlugField(max_length=None, unique=True)
    name = models.CharField()
    kind = models.CharField(choices=SpeakerKind, default=SpeakerKind.PERSON)
    description = models.CharField(default="", blank=True)
    variants = ArrayField(models.CharField(), default=list, blank=True)
    sample = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="former_speakers"
    )

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name
