"""Suggestions: evidence the machine proposes, and what people decided."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Window
from django.db.models.functions import Now, RowNumber
from django.utils.translation import pgettext_lazy

from sources.models import Article, Version
from tracker.models.claim import Claim
from tracker.models.evidence import Evidence, Stance
from tracker.models.speaker import Speaker
from tracker.models.story import StoryArticle, seen_by

if TYPE_CHECKING:
    from tracker.models import User


PERSON = "person"  # the engine of what a contributor proposed


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    """Sets of suggestions in the newsroom's words."""

    def visible_to(self, user: User | AnonymousUser) -> SuggestionQuerySet:
        """Suggestions in stories this person may know of."""
        return self.filter(seen_by(user, "claim__story"))

    def waiting(self) -> SuggestionQuerySet:
        """Suggestions somebody has to decide.

        Not those rejected in a copy of the text, nor those of an article out of the story.
        """
        State = Suggestion.State
        return self.filter(
            ~_rejected(),
            # what a person proposed waits for a person, whatever became of its article
            Q(engine=PERSON) | ~_dismissed(),
            state__in=(State.NEW, State.SECOND),
        )

    def waiting_for(self, user: User | AnonymousUser) -> SuggestionQuerySet:
        """Those that wait, but where this person asked for the second reader themselves."""
        asked = Q(state=Suggestion.State.SECOND, decided_by=user.pk)
        return self.waiting().exclude(asked)

    def leads(self) -> SuggestionQuerySet:
        """One for each decision: the best of those with the same words, claim and text."""
        place = Window(
            RowNumber(),
            partition_by=[F("claim"), F("article__cluster"), F("passage_hash")],
            order_by=[F("score").desc(), F("article__sort_at").desc(), F("pk").desc()],
        )
        best = self.order_by().annotate(place=place).filter(place=1)
        return Suggestion.objects.filter(pk__in=best.values("pk"))

    def decisions(self) -> int:
        """How many decisions they are."""
        groups = self.order_by().values("claim", "article__cluster", "passage_hash")
        return groups.distinct().count()

    def for_display(self) -> SuggestionQuerySet:
        """With everything a row shows, in a constant number of queries."""
        return self.select_related(
            "claim__story",
            "article__source",
            "article__cluster",
            "version",
            "speaker",
            "decided_by",
            "assigned_to",
            "evidence",
            "act",
        )


@cache  # every page counts what waits
def _rejected() -> Exists:
    """Whether the same words were rejected for the same claim in a copy of the text."""
    return Exists(
        Suggestion.objects.filter(
            state=Suggestion.State.REJECTED,
            claim=OuterRef("claim"),
            passage_hash=OuterRef("passage_hash"),
            article__cluster=OuterRef("article__cluster"),
        )
    )


@cache
def _dismissed() -> Exists:
    """Whether somebody said that the article does not concern the claim's story."""
    return Exists(
        StoryArticle.objects.filter(
            story=OuterRef("claim__story"), article=OuterRef("article"), dismissed_by__isnull=False
        )
    )


class Suggestion(models.Model):
    """A passage the machine proposes as evidence for a claim, with its reasons in words."""

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("suggestion", "new")
        ACCEPTED = "accepted", pgettext_lazy("suggestion", "accepted")
        EDITED = "edited", pgettext_lazy("suggestion", "accepted after an edit")
        REJECTED = "rejected", pgettext_lazy("suggestion", "rejected")
        UNSURE = "unsure", pgettext_lazy("suggestion", "unsure")
        SECOND = "second", pgettext_lazy("suggestion", "needs a second reader")
        OBSOLETE = "obsolete", pgettext_lazy("suggestion", "obsolete")

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="suggestions")
    article = models.ForeignKey(Article, models.CASCADE, related_name="suggestions")
    passage_hash = models.BinaryField(max_length=32, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="suggestions")
    exact = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    reasons = models.JSONField(default=list)
    engine = models.CharField(help_text="Who proposed it: the method and its version.")
    features = models.JSONField(default=dict, help_text="What the method saw, by name.")
    rank = models.PositiveSmallIntegerField(
        default=0, help_text="The claim's place among those the passage was ranked against."
    )
    score = models.FloatField(default=0, help_text="0 to 1; the better ones are decided first.")
    stance = models.CharField(choices=Stance, default=Stance.REPORTS)
    speaker = models.ForeignKey(Speaker, models.SET_NULL, null=True, related_name="+")
    speaker_words = models.CharField(default="", help_text="The words that name the speaker.")
    speaker_start = models.IntegerField(default=-1)
    speaker_end = models.IntegerField(default=-1)
    chain = models.CharField(default="", help_text="The chain as one line of text.")
    state = models.CharField(choices=State, default=State.NEW)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    rejected_because = models.CharField(default="")
    evidence = models.ForeignKey(Evidence, models.SET_NULL, null=True, related_name="suggestions")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="assigned"
    )
    act = models.ForeignKey(
        "tracker.Decision",
        models.SET_NULL,
        null=True,
        related_name="rows",
        help_text="What a person did to it last.",
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "article", "passage_hash"], name="passage_suggested_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["claim", "-id"],
                name="suggestion_waiting",
                condition=Q(state__in=("new", "second")),
            ),
            models.Index(
                fields=["claim", "passage_hash"],
                name="suggestion_rejected",
                condition=Q(state="rejected"),
            ),
            models.Index(fields=["article"], name="suggestion_of_article"),
        ]
        permissions = [("decide_suggestion", "Can decide suggestions")]

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.exact[:60]}"
