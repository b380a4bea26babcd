"""What the public may read: a claim in the words two editors agreed on, and who was asked first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.models.claim import Claim, StatusChange
from tracker.models.evidence import Evidence
from tracker.models.speaker import Speaker
from tracker.models.story import Story, seen_by

if TYPE_CHECKING:
    from tracker.models import User

_person = settings.AUTH_USER_MODEL


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Sets of publications."""

    def visible_to(self, user: User | AnonymousUser) -> PublicationQuerySet:
        """Those of stories this person may know of."""
        return self.filter(seen_by(user, "claim__story"))

    def standing(self) -> PublicationQuerySet:
        """Proposed or published, and not taken back."""
        return self.filter(withdrawn_at=None)

    def public(self) -> PublicationQuerySet:
        """What anybody may read; nothing of a confidential story, whatever was approved before."""
        approved = self.standing().exclude(approved_at=None)
        return approved.filter(claim__story__confidential=False, claim__merged_into=None)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class Publication(models.Model):
    """A claim as one editor proposed it for the public and another approved it.

    Its words are kept here: a claim that is worded anew is public in the words that were approved.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="publications")
    title = models.CharField()
    title_fr = models.CharField(default="", blank=True)
    statement = models.CharField()
    statement_fr = models.CharField(default="", blank=True)
    status = models.ForeignKey(StatusChange, models.PROTECT, null=True, related_name="+")
    passages = models.ManyToManyField(Evidence, related_name="publications")
    names_nobody = models.BooleanField(
        default=False, help_text=_("It names no person and no organization: one editor is enough.")
    )
    proposed_by = models.ForeignKey(_person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    approved_by = models.ForeignKey(_person, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(_person, models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.TextField(default="", blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ("-proposed_at", "-pk")
        permissions = [("publish_claim", "Can propose and approve what the public reads")]
        constraints = [
            models.CheckConstraint(
                name="two_editors_where_somebody_is_named",
                condition=Q(approved_by=None)
                | Q(names_nobody=True)
                | ~Q(approved_by=F("proposed_by")),
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(withdrawn_at=None, approved_at=None),
                name="claim_proposed_once",
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(withdrawn_at=None, approved_at__isnull=False),
                name="claim_published_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.statement}"

    def withdraw(self, by: User, because: str) -> None:
        """Take it from the public, keeping it and the reason."""
        self.withdrawn_at, self.withdrawn_by, self.withdrawn_because = timezone.now(), by, because
        self.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])


class CommentRequestQuerySet(models.QuerySet["CommentRequest"]):
    """Sets of requests for comment."""

    def visible_to(self, user: User | AnonymousUser) -> CommentRequestQuerySet:
        """Those of stories this person may know of."""
        return self.filter(seen_by(user, "claim__story"))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class CommentRequest(models.Model):
    """Somebody a claim names was asked for comment, until when, and what they answered."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="comment_requests")
    subject = models.ForeignKey(Speaker, models.PROTECT, related_name="comment_requests")
    asked_by = models.ForeignKey(_person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    how = models.CharField(help_text=_("Whom it was sent to, and how."))
    deadline = models.DateTimeField()
    answer = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(_person, models.PROTECT, null=True, related_name="+")

    objects = CommentRequestQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="answer_has_words_and_a_day",
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.subject}"

    @property
    def is_over(self) -> bool:
        """Whether it was answered, or its deadline has passed."""
        return self.answered_at is not None or self.deadline <= timezone.now()


class ProtectedNameQuerySet(models.QuerySet["ProtectedName"]):
    """Sets of protected names."""

    def visible_to(self, user: User | AnonymousUser) -> ProtectedNameQuerySet:
        """Those of stories this person may know of."""
        return self.filter(seen_by(user, "story"))

    def standing(self) -> ProtectedNameQuerySet:
        """Names that are masked now."""
        return self.filter(withdrawn_at=None)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class ProtectedName(models.Model):
    """A name that no public page of a story may show, in any of its spellings."""

    story = models.ForeignKey(Story, models.PROTECT, related_name="protected_names")
    name = models.CharField()
    variants = ArrayField(models.CharField(), default=list, blank=True)
    shown_as = models.CharField(default="", blank=True)
    added_by = models.ForeignKey(_person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(_person, models.PROTECT, null=True, related_name="+")

    objects = ProtectedNameQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.CheckConstraint(name="protected_name_has_letters", condition=~Q(name=""))
        ]

    def __str__(self) -> str:
        return self.name
