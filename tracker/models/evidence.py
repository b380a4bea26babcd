"""Evidence: a passage of an article version linked to a claim."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Now, TruncDate
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sources.models import Version
from sources.models.article import WordsOf
from tracker.models.chain import ChainLink, Origin
from tracker.models.claim import Claim
from tracker.models.speaker import Speaker
from tracker.models.story import seen_by
from tracker.timeline.origins import Piece

if TYPE_CHECKING:
    from tracker.models import User


class Stance(models.TextChoices):
    """What a passage does to a claim. One axis; the last two stand outside every count."""

    SUPPORTS = "supports", pgettext_lazy("stance", "supports")
    REPORTS = "reports", pgettext_lazy("stance", "reports")
    DISPUTES = "disputes", pgettext_lazy("stance", "disputes")
    DENIES = "denies", pgettext_lazy("stance", "denies")
    DECLINES = "declines", pgettext_lazy("stance", "declines to comment")
    CONTEXT = "context", pgettext_lazy("stance", "context")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Sets of evidence in the newsroom's words."""

    def visible_to(self, user: User | AnonymousUser) -> EvidenceQuerySet:
        """Evidence of stories this person may know of."""
        return self.filter(seen_by(user, "claim__story"))

    def standing(self, at: datetime.datetime | None = None) -> EvidenceQuerySet:
        """Evidence not withdrawn; with `at`, what we knew and held at that moment."""
        if at is None:
            return self.filter(withdrawn_at=None)
        return self.filter(recorded_at__lte=at).exclude(withdrawn_at__lte=at)

    def pieces(self) -> list[Piece]:
        """The rows as plain values for `origins.py`, in one query whatever their number."""
        return [piece for piece, _ in self.pieces_with()]

    def pieces_with(self, *columns: str) -> list[tuple[Piece, tuple[Any, ...]]]:
        """The same, each with more columns of its row."""
        rows = self.with_party().values_list(
            "pk",
            "claim_id",
            "version__article_id",
            "version__article__cluster_id",
            "origin__speaker_id",
            "origin__source_id",
            "origin__article_id",
            "origin__speaker__name",
            "origin__source__name",
            "origin__article__source__name",
            "party",
            "stance",
            Coalesce("event_on", TruncDate("version__article__sort_at")),
            "version__article__source_id",
            "independent",
            "version__article__cluster__origin_id",
            "version__article__cluster__origin__name",
            "event_until",
            *columns,
        )
        counted = -len(columns) or None
        return [(_piece(*row[:counted]), row[counted:] if counted else ()) for row in rows]

    def with_party(self) -> EvidenceQuerySet:
        """Each with whether its origin is a party to its claim, in `party`."""
        return self.annotate(party=Exists(_parties()))

    def for_display(self) -> EvidenceQuerySet:
        """With everything about a passage, in two queries; not the whole texts."""
        related = self.with_party().select_related(
            "claim__story",
            "version__article__source",
            "version__article__cluster__origin",
            "speaker",
            "origin__speaker",
            "origin__source",
            "origin__article__source",
            "recorded_by",
        )
        return related.defer("version__text", "version__search").prefetch_related(
            models.Prefetch("chain", ChainLink.objects.select_related("source", "speaker"))
        )


def _parties() -> models.QuerySet[Any]:
    """Whether the origin of a row of evidence is a party to its claim, as a subquery."""
    return Claim.parties.through.objects.filter(
        Q(claim_id=OuterRef("claim_id")) | Q(claim_id=OuterRef("claim__merged_into_id")),
        speaker_id=OuterRef("origin__speaker_id"),
    )


def _piece(
    evidence: int,
    claim: int,
    article: int,
    cluster: int,
    speaker: int | None,
    source: int | None,
    unnamed_in: int | None,
    speaker_name: str | None,
    source_name: str | None,
    outlet_name: str | None,
    party: bool,
    stance: str,
    on: datetime.date | None,
    outlet: int,
    independent: str,
    text_from: int | None,
    text_from_name: str | None,
    until: datetime.date | None,
) -> Piece:
    """One row of evidence as a plain value."""
    origin, name = "", ""
    if speaker:
        origin, name = f"speaker:{speaker}", speaker_name or ""
    elif source:
        origin, name = f"source:{source}", source_name or ""
    elif unnamed_in:
        origin = f"article:{unnamed_in}"
        name = gettext("unnamed source, %(outlet)s") % {"outlet": outlet_name}
    return Piece(
        evidence,
        claim,
        article,
        cluster,
        origin,
        name,
        party,
        stance,
        on,
        outlet,
        independent,
        f"source:{text_from}" if text_from else "",
        text_from_name or "",
        until,
    )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Evidence(models.Model):
    """A passage of one article version, and what it does to one claim."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="evidence")
    version = models.ForeignKey(Version, models.PROTECT, related_name="evidence")
    exact = models.TextField()
    prefix = models.CharField(default="")
    suffix = models.CharField(default="")
    start = models.PositiveIntegerField(help_text="In code points of the version's text.")
    end = models.PositiveIntegerField()
    stance = models.CharField(choices=Stance)
    denies_what = models.CharField(default="", blank=True)
    speaker = models.ForeignKey(
        Speaker, models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    origin = models.ForeignKey(
        Origin,
        models.PROTECT,
        null=True,
        related_name="evidence",
        help_text="Null: of unknown lineage, counted as none.",
    )
    independent = models.CharField(
        default="",
        blank=True,
        choices=[
            ("", _("not established")),
            ("yes", _("independent")),
            ("no", _("not independent")),
        ],
        help_text=_("What an editor established; 'yes' makes own reporting the outlet's origin."),
    )
    independent_because = models.CharField(
        _("Why"), default="", blank=True, help_text=_("What the statement rests on.")
    )
    event_on = models.DateField(null=True, blank=True)
    event_until = models.DateField(null=True, blank=True)
    note = models.TextField(default="", blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_because = models.TextField(default="", blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ("-event_on", "-pk")
        verbose_name_plural = "evidence"
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "version", "start", "end"],
                condition=Q(withdrawn_at=None),
                name="passage_linked_once",
            ),
            models.CheckConstraint(name="passage_has_length", condition=Q(end__gt=F("start"))),
            models.CheckConstraint(
                name="withdrawal_says_why",
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_because=""),
            ),
        ]
        indexes = [
            models.Index(fields=["claim", "-event_on", "-id"], name="evidence_of_claim"),
            models.Index(fields=["version"], name="evidence_of_version"),
            GinIndex(WordsOf("exact"), name="evidence_words"),
            models.Index(fields=["recorded_at"], name="evidence_by_time"),
        ]
        permissions = [
            ("propose_evidence", "Can propose evidence"),
            ("withdraw_evidence", "Can withdraw evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.stance}: {self.exact[:60]}"

    @property
    def is_party(self) -> bool:
        """Whether the origin is a party to the matter, to be labelled so."""
        if "party" in self.__dict__:  # the query said so
            return bool(self.__dict__["party"])
        speaker = self.origin.speaker_id if self.origin else None
        return speaker is not None and any(
            party.pk == speaker for party in self.claim.parties.all()
        )

    @property
    def chain_words(self) -> str:
        """The full chain as one line: the outlet we read first, who said it last."""
        links = [str(link) for link in self.chain.all()] or [str(self.version.article.source)]
        return f", {gettext('citing')} ".join(links)

    def withdraw(self, by: User, because: str) -> None:
        """Take the evidence back, keeping it and the reason. Nothing editorial is deleted."""
        self.withdrawn_at, self.withdrawn_by, self.withdrawn_because = timezone.now(), by, because
        self.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
