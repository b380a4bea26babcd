"""The queue of work in PostgreSQL: hosts, runs, jobs, and the history of fetches."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from sources.models.article import Article
from sources.models.feed import Feed
from sources.models.source import Source


class Host(models.Model):
    """One server we talk to: whose it is, how gently we ask, and its robots.txt."""

    authority = models.CharField(primary_key=True)  # host[:port], lower case
    source = models.ForeignKey(Source, models.SET_NULL, null=True, blank=True, related_name="hosts")
    min_gap = models.FloatField(null=True, help_text="Seconds between requests; null = default.")
    crawl_delay = models.FloatField(null=True, help_text="Seconds, from robots.txt.")
    next_request_at = models.DateTimeField(db_default=Now())
    paused_until = models.DateTimeField(null=True)
    robots = models.TextField(null=True)
    robots_status = models.IntegerField(null=True)
    robots_until = models.DateTimeField(null=True)
    robots_failing_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ("authority",)

    def __str__(self) -> str:
        return self.authority


class RunKind(models.TextChoices):
    """What asked for a run."""

    NIGHTLY = "nightly", _("nightly")
    MANUAL = "manual", _("by hand")


class Run(models.Model):
    """One execution of the ingest. Its report is counted from its fetches, never stored."""

    kind = models.CharField(choices=RunKind)
    slot = models.CharField(help_text="The night of a nightly run; a unique word otherwise.")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    scope = models.CharField(default="", help_text="Which feeds, in words; empty = all.")
    feeds = models.PositiveIntegerField(default=0, help_text="Feeds it set out to ask.")
    started_at = models.DateTimeField(db_default=Now())
    deadline_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    partial = models.BooleanField(default=False, help_text="The deadline came before the end.")
    note = models.CharField(default="")
    reported_at = models.DateTimeField(
        null=True, help_text="When its morning report was sent; null = not, or not yet."
    )

    class Meta:
        ordering = ("-started_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["kind", "slot"], name="run_once_per_slot")]
        permissions = [("start_run", "Can start an ingest run")]

    def __str__(self) -> str:
        return f"{self.kind} {self.slot}"

    @property
    def ran_out_of_time(self) -> bool:
        """Whether its deadline ended it; otherwise whoever ran it left the rest for later."""
        return (
            self.partial and self.finished_at is not None and self.finished_at >= self.deadline_at
        )


class JobKind(models.TextChoices):
    """The stage of work a job stands at."""

    FEED = "feed", _("poll a feed")
    PAGE = "page", _("fetch a page")
    EXTRACT = "extract", _("read a page")
    TELL = "tell", _("tell of a new version")


class JobQuerySet(models.QuerySet["Job"]):
    """Sets of jobs in the queue's words."""

    def stuck(self) -> JobQuerySet:
        """Jobs that were too often held alone and never finished; nobody takes them again."""
        return self.filter(claims__gt=settings.INGEST["max_claims"])

    def alive(self) -> JobQuerySet:
        """Jobs that are or will be taken."""
        return self.filter(claims__lte=settings.INGEST["max_claims"])


class Job(models.Model):
    """The one queue: a feed or an article, the stage it waits for, and who holds it until when.

    A feed keeps its row for ever. An article has one while work or a re-check is ahead of it, so
    the table stays small beside the articles.
    """

    kind = models.CharField(choices=JobKind)
    feed = models.OneToOneField(Feed, models.CASCADE, null=True, related_name="job")
    article = models.OneToOneField(Article, models.CASCADE, null=True, related_name="job")
    host = models.ForeignKey(Host, models.PROTECT, related_name="jobs", db_index=False)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="jobs")
    fetch = models.ForeignKey("sources.Fetch", models.SET_NULL, null=True, related_name="+")
    due_at = models.DateTimeField(db_default=Now())
    priority = models.SmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    claims = models.PositiveSmallIntegerField(
        default=0,
        help_text="Claims in a row that were never finished: the first makes a suspect, the others"
        " held it alone and are strikes against it.",
    )
    tries = models.PositiveSmallIntegerField(default=0, help_text="Failures within this run.")
    hops = models.JSONField(
        null=True,
        help_text="Redirects followed until one led to another host, at whose gate it waits now.",
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="job_has_one_target",
                condition=models.Q(feed=None, article__isnull=False)
                | models.Q(feed__isnull=False, article=None),
            ),
            models.CheckConstraint(
                name="job_kind_fits_target",
                condition=models.Q(kind="feed", feed__isnull=False)
                | models.Q(kind__in=["page", "extract", "tell"], article__isnull=False),
            ),
        ]
        indexes = [
            # not of those that pass a host's gate: where statistics were taken while nothing was
            # due, it would seem the shorter way to them, and is one through all of them for each
            models.Index(
                fields=["kind", "-priority", "due_at", "id"],
                name="job_next",
                condition=models.Q(kind__in=["extract", "tell"]),
            ),
            # a claim takes one step in it for each open host
            models.Index(fields=["host", "kind", "-priority", "due_at", "id"], name="job_of_host"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.feed_id or self.article_id}"

    @property
    def is_stuck(self) -> bool:
        """Whether it was too often held alone and never finished."""
        return self.claims > int(settings.INGEST["max_claims"])


class Fetch(models.Model):
    """One attempt to fetch: the history of a feed or article, the run's report, the provenance."""

    # no indexes of their own: those below begin with these three
    feed = models.ForeignKey(
        Feed, models.CASCADE, null=True, related_name="fetches", db_index=False
    )
    article = models.ForeignKey(
        Article, models.CASCADE, null=True, related_name="fetches", db_index=False
    )
    host = models.CharField()
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="fetches", db_index=False)
    outcome = models.CharField()
    detail = models.CharField(default="")
    url = models.CharField()
    final_url = models.CharField(default="")
    hops = models.JSONField(default=list)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=list)
    raw_sha256 = models.CharField(default="")
    ip = models.CharField(default="")
    wire_bytes = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    at = models.DateTimeField(db_default=Now())
    # what a feed's fetch brought
    new = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="fetch_has_one_target",
                condition=~models.Q(feed__isnull=False, article__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["feed", "-at"], name="fetch_newest_of_feed"),
            models.Index(fields=["article", "-at"], name="fetch_newest_of_article"),
            models.Index(fields=["run", "outcome"], name="fetch_of_run"),
            BrinIndex(fields=["at"], name="fetch_by_time"),
            # few, so that a claim can say when a feed it relies on was down
            models.Index(
                fields=["feed", "at"],
                name="fetch_failed_of_feed",
                condition=~models.Q(outcome__in=["ok", "unchanged", "later"])
                & models.Q(feed__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.url}"


class Heartbeat(models.Model):
    """When something that has to happen again and again last did, such as the sweep."""

    name = models.CharField(primary_key=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
