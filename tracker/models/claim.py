"""Claims, the vocabulary of statuses, and the dated history of each claim's status."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sources.models.article import WordsOf
from tracker.models.speaker import Speaker
from tracker.models.story import Story, seen_by

if TYPE_CHECKING:
    from tracker.models import User


class Status(models.Model):
    """A word of the status vocabulary: editorial, or legal as courts and police use it."""

    class Kind(models.TextChoices):
        EDITORIAL = "editorial", _("editorial")
        LEGAL = "legal", _("legal")

    slug = models.SlugField(primary_key=True)
    kind = models.CharField(choices=Kind, default=Kind.EDITORIAL)
    label_en = models.CharField()
    label_fr = models.CharField()
    position = models.PositiveSmallIntegerField(default=0)
    settles = models.BooleanField(
        default=False, help_text="Spoken by a court, it settles a claim: no 'Alleged:' any more."
    )
    waits_on_court = models.BooleanField(default=False)

    class Meta:
        ordering = ("position",)
        verbose_name_plural = "statuses"

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The word in the reader's language."""
        return self.label_fr if (get_language() or "").startswith("fr") else self.label_en


CLAIM_WORDS = ("title", "title_fr", "statement", "statement_fr")  # what a search looks through


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Sets of claims in the newsroom's words."""

    def visible_to(self, user: User | AnonymousUser) -> ClaimQuerySet:
        """Claims of stories this person may know of."""
        return self.filter(seen_by(user, "story"))

    def standing(self) -> ClaimQuerySet:
        """Claims that were not merged into another."""
        return self.filter(merged_into=None)

    def with_status(self) -> ClaimQuerySet:
        """Each with its status changes that stand, newest first, in `standing_changes`."""
        return self.prefetch_related(standing_statuses())


def standing_statuses(claim: str = "") -> models.Prefetch[str]:
    """What reads the standing statuses of claims into their `standing_changes`.

    Args:
        claim: the way to the claim from the rows that are read, such as `claim__`.
    """
    changes = StatusChange.objects.standing().select_related("status", "subject", "by_speaker")
    return models.Prefetch(f"{claim}status_changes", changes, to_attr="standing_changes")


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["revision"],
)
class Claim(models.Model):
    """One checkable assertion of a story, worded neutrally."""

    story = models.ForeignKey(Story, models.PROTECT, related_name="claims")
    number = models.PositiveIntegerField()
    title = models.CharField(help_text=_("A few words for lists and lanes."))
    title_fr = models.CharField(default="", blank=True)
    statement = models.CharField(help_text=_("One sentence that could turn out true or false."))
    statement_fr = models.CharField(default="", blank=True)
    terms = models.TextField(default="", blank=True)
    parties = models.ManyToManyField(
        Speaker, blank=True, related_name="party_to", help_text=_("Parties to the matter.")
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="former_claims"
    )
    merged_at = models.DateTimeField(null=True, blank=True)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    merged_because = models.TextField(default="", blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    revision = models.PositiveBigIntegerField(
        db_default=0,
        editable=False,
        help_text="Raised by the database when anything changes that the figures rest on.",
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ("story", "number")
        constraints = [
            models.UniqueConstraint(fields=["story", "number"], name="claim_numbered_once")
        ]
        indexes = [GinIndex(WordsOf(*CLAIM_WORDS), name="claim_words")]

    def __str__(self) -> str:
        return f"{self.number}. {self.statement}"

    def _worded(self, field: str) -> str:
        french = (get_language() or "").startswith("fr")
        return (getattr(self, f"{field}_fr") if french else "") or getattr(self, field)

    @property
    def short(self) -> str:
        """The few words, in the reader's language."""
        return self._worded("title")

    @property
    def sentence(self) -> str:
        """The statement, in the reader's language."""
        return self._worded("statement")

    @property
    def status(self) -> StatusChange | None:
        """The status of the claim as a whole that holds now; None before the first."""
        changes: list[StatusChange] | None = getattr(self, "standing_changes", None)
        if changes is None:
            changes = list(self.status_changes.standing().select_related("status"))
        return next((change for change in changes if change.subject_id is None), None)

    @property
    def is_alleged(self) -> bool:
        """Whether headings say 'Alleged:', that is, until a court settled it."""
        status = self.status
        return not (status and status.by_kind == StatusChange.By.COURT and status.status.settles)


class StatusChangeQuerySet(models.QuerySet["StatusChange"]):
    """Sets of status changes."""

    def visible_to(self, user: User | AnonymousUser) -> StatusChangeQuerySet:
        """Those of stories this person may know of."""
        return self.filter(seen_by(user, "claim__story"))

    def standing(self, at: datetime.datetime | None = None) -> StatusChangeQuerySet:
        """Changes not withdrawn; with `at`, those we knew and held at that moment."""
        if at is None:
            return self.filter(withdrawn_at=None)
        return self.filter(recorded_at__lte=at).exclude(withdrawn_at__lte=at)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StatusChange(models.Model):
    """One change of a claim's status: by whom in the world, since when, recorded by whom, why."""

    class By(models.TextChoices):
        COURT = "court", _("court")
        POLICE = "police", _("police")
        COMMISSION = "commission", _("commission")
        GOVERNMENT = "government", _("government")
        PARTY = "party", _("party concerned")
        NEWSROOM = "newsroom", _("newsroom")

    class Precision(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")
        YEAR = "year", _("year")

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="status_changes")
    subject = models.ForeignKey(
        Speaker,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Whom a legal status applies to; empty = the claim as a whole."),
    )
    status = models.ForeignKey(Status, models.PROTECT, related_name="+")
    by_kind = models.CharField(choices=By)
    by_speaker = models.ForeignKey(Speaker, models.PROTECT, null=True, blank=True, related_name="+")
    effective_on = models.DateField()
    precision = models.CharField(choices=Precision, default=Precision.DAY)
    why = models.TextField()
    review_on = models.DateField(null=True, blank=True)
    evidence = models.ManyToManyField("tracker.Evidence", blank=True, related_name="status_changes")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_because = models.TextField(default="", blank=True)

    objects = StatusChangeQuerySet.as_manager()

    class Meta:
        ordering = ("-effective_on", "-recorded_at", "-pk")
        indexes = [models.Index(fields=["claim", "-effective_on"], name="status_of_claim")]
        constraints = [
            models.CheckConstraint(name="status_change_says_why", condition=~models.Q(why=""))
        ]

    def __str__(self) -> str:
        return f"{self.status_id} ({self.get_by_kind_display()}, {self.effective_on})"

    def withdraw(self, by: User | None, because: str = "") -> None:
        """Take the change back, keeping it and the reason; by nobody, let it stand again."""
        self.withdrawn_at, self.withdrawn_by = timezone.now() if by else None, by
        self.withdrawn_because = because
        self.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])

    @property
    def by_name(self) -> str:
        """Who in the world set it: the body by name, else what kind of body."""
        return str(self.by_speaker) if self.by_speaker else str(self.get_by_kind_display())


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class ClaimParty(Claim.parties.through):  # type: ignore[misc,name-defined]
    """A speaker who is a party to a claim: the row behind `Claim.parties`, for its history."""

    class Meta:
        proxy = True
