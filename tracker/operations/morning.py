"""The morning report: what administrators should know of the night, by e-mail, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sources.models import Article, Feed, Run
from tracker.models import Anchor, Evidence, StoryArticle, User
from tracker.operations import feedwatch
from tracker.operations.feedwatch import Watched
from tracker.operations.night import Night, kept, night
from tracker.operations.remedy import Trouble, trouble

OPEN = Q(claim__story__confidential=False)
TOLD_FOR = timedelta(hours=24)  # an older night is no news
FEEDS = 40


@dataclass(frozen=True, slots=True)
class Morning:
    """A night and what of it needs somebody. Nothing in it comes from a confidential story."""

    night: Night
    unwell: list[Watched]
    dropped: int
    altered: int
    lost: int
    stuck: int

    @property
    def troubles(self) -> list[Trouble]:
        """The feeds in plain words, in the language that is active."""
        return [trouble(one) for one in self.unwell[:FEEDS]]

    @property
    def more(self) -> int:
        """Unwell feeds the mail does not name."""
        return max(0, len(self.unwell) - FEEDS)

    @property
    def calm(self) -> bool:
        """Whether nothing needs anybody."""
        return not (self.unwell or self.altered or self.lost or self.stuck)


def morning(run: Run, now: datetime) -> Morning:
    """Read the report of a run from its rows."""
    rows = feedwatch.watched(Feed.objects.select_related("source", "job"), now)
    unwell = [one for one in rows if one.needs_somebody]
    evidence = Evidence.objects.filter(OPEN)
    claims = feedwatch.relying({one.feed.source_id for one in unwell}, evidence)
    for one in unwell:
        one.claims = claims.get(one.feed.source_id, [])
    read, wanted = kept(run, now, StoryArticle.objects.filter(story__confidential=False))
    _shown, stuck = feedwatch.stuck_articles(0)
    return Morning(
        night(run, now, [one.feed.pk for one in rows if one.quiet]),
        unwell,
        read - wanted,
        _altered(run, now).count(),
        _lost(run, now).count(),
        stuck,
    )


def _altered(run: Run, now: datetime) -> QuerySet[Anchor]:
    """Passages behind claims that their publishers changed or took out during the run."""
    return Anchor.objects.filter(
        Q(evidence__claim__story__confidential=False),
        evidence__withdrawn_at=None,
        state__in=("altered", "gone"),
        version__at__range=(run.started_at, run.finished_at or now),
        seen_by=None,
    )


def _lost(run: Run, now: datetime) -> QuerySet[Article]:
    """Cited articles whose pages were withdrawn during the run, or were found without a text.

    No version says so: a page that is empty for a night is not the publisher's word on it.
    """
    cited = Evidence.objects.filter(OPEN, withdrawn_at=None).values("version__article")
    during = (run.started_at, run.finished_at or now)
    lost = Q(withdrawn_at__range=during) | Q(emptied_at__range=during)
    return Article.objects.filter(lost, pk__in=cited).order_by()


def text(report: Morning, language: str) -> tuple[str, str]:
    """Subject and body of the mail, in a language."""
    with translation.override(language or settings.LANGUAGE_CODE):
        day = timezone.localdate(report.night.run.started_at).isoformat()
        subject = _("Claimline, night of %(day)s: %(said)s") % {
            "day": day,
            "said": report.night.sentence(),
        }
        links = {
            "ingest": settings.SITE_ADDRESS + reverse("ingest"),
            "run": settings.SITE_ADDRESS + reverse("run", args=[report.night.run.pk]),
        }
        context = {"report": report, "night": report.night, "links": links}
        return subject, render_to_string("tracker/morning.txt", context).strip() + "\n"


def administrators() -> QuerySet[User]:
    """Who gets the report."""
    everyone = User.objects.filter(is_active=True, groups__name="administrator")
    return everyone.exclude(email="").distinct().order_by("pk")


def untold(now: datetime) -> Run | None:
    """The newest night, when it has closed within a day and its report was not sent."""
    newest = Run.objects.filter(kind="nightly").first()
    if newest is None or newest.finished_at is None or newest.reported_at is not None:
        return None
    return newest if now - newest.finished_at <= TOLD_FOR else None


def send_untold(now: datetime) -> None:
    """Mail the report of the night that has closed, if there is one nobody was told of."""
    run = untold(now)
    if run is not None:
        send(run, now)


def send(run: Run, now: datetime) -> int:
    """Mail the report of a run. Returns to how many.

    The run is marked before the first mail goes out, so that two schedulers send it once; where
    the mail server takes none of them the mark is taken back, and the next round tries again.
    """
    mine = Run.objects.filter(pk=run.pk, reported_at=run.reported_at).update(reported_at=now)
    if not mine:
        return 0
    sent = 0
    try:
        report = morning(run, now)
        for person in administrators():
            subject, body = text(report, person.language)
            sent += EmailMessage(subject, body, to=[person.email]).send()
    except Exception:
        if not sent:
            Run.objects.filter(pk=run.pk).update(reported_at=run.reported_at)
        raise
    return sent
