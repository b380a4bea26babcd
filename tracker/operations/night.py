"""What one run of the ingest brought, counted from its rows so that the sums reconcile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sources.models import Article, Feed, FeedItem, Fetch, Run, Version
from sources.models.article import TextState
from sources.models.feed import FeedItemQuerySet
from tracker.models import StoryArticle
from tracker.operations.wording import GOOD


@dataclass(frozen=True, slots=True)
class Asked:
    """One feed of a run: the last word it gave, and what its answers brought together."""

    feed: int
    outcome: str
    detail: str
    tries: int
    new: int
    updated: int
    bad: int
    seconds: float
    gap: bool

    @property
    def result(self) -> str:
        """One of failed, partial, new, same. A feed that delivered has not failed."""
        if self.outcome not in GOOD:
            return "failed"
        if self.bad or self.gap:
            return "partial"
        return "new" if self.new else "same"


def asked_feeds(run: Run) -> list[Asked]:
    """Every feed the run has heard from, in two queries."""
    of_feeds = run.fetches.filter(feed__isnull=False)
    sums = of_feeds.values("feed").annotate(
        last=Max("pk"),
        tries=Count("pk"),
        n=Sum("new"),
        changed=Sum("updated"),
        unread=Sum("bad"),
        took=Sum("seconds"),
    )
    rows = {row["last"]: row for row in sums.order_by()}
    words = of_feeds.filter(pk__in=rows).values_list("pk", "outcome", "detail")
    said = {pk: (outcome, detail) for pk, outcome, detail in words.order_by()}
    missed = set(_with_gap(run).values_list("pk", flat=True))
    return [
        Asked(
            row["feed"],
            *said.get(last, ("", "")),
            row["tries"],
            row["n"] or 0,
            row["changed"] or 0,
            row["unread"] or 0,
            row["took"] or 0.0,
            row["feed"] in missed,
        )
        for last, row in rows.items()
    ]


def _with_gap(run: Run) -> QuerySet[Feed]:
    """Feeds that showed in this run that something may have been missed before it."""
    found = Feed.objects.filter(gap_seen_at__gte=run.started_at).order_by()
    return found.filter(gap_seen_at__lte=run.finished_at) if run.finished_at else found


@dataclass(frozen=True, slots=True)
class Night:
    """A run in figures: feeds by result, and what became of the new articles.

    The articles are full + copies + the figures of `without`; the feeds are answered + failed +
    to come.
    """

    run: Run
    asked: list[Asked]
    full: int = 0
    copies: int = 0
    without: Mapping[str, int] = field(default_factory=dict)  # by text state
    edits: int = 0
    quiet: int | None = None

    def number(self, *results: str) -> int:
        """How many feeds had one of these results."""
        return sum(1 for one in self.asked if one.result in results)

    @property
    def feeds(self) -> int:
        """How many feeds the run set out to ask."""
        return max(self.run.feeds, len(self.asked))

    @property
    def answered(self) -> int:
        """Feeds that delivered, be it in part or nothing new."""
        return self.number("new", "partial", "same")

    @property
    def failed(self) -> int:
        """Feeds that delivered nothing readable, whatever their site answered."""
        return self.number("failed")

    @property
    def brought(self) -> int:
        """Feeds with new articles, whole."""
        return self.number("new")

    @property
    def nothing_new(self) -> int:
        """Feeds that answered and had nothing new."""
        return self.number("same")

    @property
    def partly(self) -> int:
        """Feeds that delivered, but not everything."""
        return self.number("partial")

    @property
    def to_come(self) -> int:
        """Feeds that have not been asked yet; of a finished run, that it never came to."""
        return self.feeds - len(self.asked)

    @property
    def articles(self) -> int:
        """Articles that were new."""
        return self.full + self.copies + sum(self.without.values())

    @property
    def items(self) -> int:
        """Entries the feeds showed for the first time; several may lead to one article."""
        return sum(one.new for one in self.asked)

    @property
    def states(self) -> list[tuple[str, str, int]]:
        """What stands behind the new articles that have no full text: key, words, number."""
        known = {state.value: str(state.label) for state in TextState}
        known[TextState.GONE] = _("not found at its address")  # new, so it was never there
        rows = [(key, known.get(key, key), n) for key, n in self.without.items()]
        return sorted(rows, key=lambda row: (-row[2], row[1]))

    def sentence(self) -> str:
        """The night in one sentence."""
        if not self.feeds:
            return self._articles_said()
        return "; ".join([self._feeds_said(), self._trouble_said(), self._articles_said()])

    def _feeds_said(self) -> str:
        return ngettext(
            "%(answered)d of %(n)d feed answered",
            "%(answered)d of %(n)d feeds answered",
            self.feeds,
        ) % {"answered": self.answered, "n": self.feeds}

    def _trouble_said(self) -> str:
        partial = self.partly
        late = self.to_come if self.run.finished_at else 0
        said = [
            _("%(n)d failed") % {"n": self.failed} if self.failed else "",
            _("%(n)d not asked in time") % {"n": late} if late else "",
            _("%(n)d partial") % {"n": partial} if partial else "",
            _("%(n)d unusually quiet") % {"n": self.quiet} if self.quiet else "",
        ]
        return ", ".join(part for part in said if part) or _("none failed")

    def _articles_said(self) -> str:
        new = ngettext("%(n)d new article", "%(n)d new articles", self.articles)
        said = new % {"n": self.articles}
        if not self.copies:
            return said
        copies = ngettext("%(n)d of them a copy", "%(n)d of them copies", self.copies)
        return f"{said}, {copies % {'n': self.copies}}"


def arrived(run: Run, now: datetime) -> QuerySet[Article]:
    """The articles that came to us by this run's answers of feeds, while it was on; of a run over
    no feed, those whose addresses were pasted."""
    within = (run.started_at, run.finished_at or now)
    if not run.feeds:
        of_pages = run.fetches.filter(article__isnull=False).values("article")
        pasted = Article.objects.filter(pk__in=of_pages, arrival="url")
        return pasted.filter(first_seen_at__range=within).order_by()
    feeds = run.fetches.filter(feed__isnull=False).values("feed")
    items = FeedItem.objects.filter(feed__in=feeds, first_seen__range=within)
    return Article.objects.filter(
        pk__in=_brought(items, run, within).filter(article__isnull=False).values("article"),
        first_seen_at__range=within,
        arrival="feed",
    ).order_by()


def _brought(
    items: FeedItemQuerySet, run: Run, within: tuple[datetime, datetime]
) -> FeedItemQuerySet:
    """Those of the entries that the run's own answers brought: a feed that is asked by day, or by
    hand, may be asked by others while a night is on.

    An entry is stored just before the answer it came with, so the next answer of its feed is it.
    """
    others = Fetch.objects.filter(feed__isnull=False, at__range=within).exclude(run=run)
    answers = Fetch.objects.filter(feed=OuterRef("feed"), at__gte=OuterRef("first_seen"))
    came_with = Subquery(answers.order_by("at").values("run")[:1])
    own = ~Q(feed__in=others.values("feed")) | Q(came_with=run.pk)
    return items.annotate(came_with=came_with).filter(own)


def night(run: Run, now: datetime, quiet: Iterable[int] | None = None) -> Night:
    """Count a run, in six queries whatever its size.

    Args:
        quiet: the feeds that are unusually quiet, where somebody has found that out.
    """
    asked = asked_feeds(run)
    earlier = Article.objects.filter(cluster=OuterRef("cluster"), pk__lt=OuterRef("pk"))
    rows = (
        arrived(run, now)
        .annotate(copied=Q(Exists(earlier), current_version__isnull=False))
        .values_list("text_state", "copied")
        .annotate(n=Count("pk"))
    )
    full, copies, without = 0, 0, dict[str, int]()
    for state, copied, number in rows:
        if copied:
            copies += number
        elif state == TextState.OK:
            full += number
        else:
            without[state] = without.get(state, 0) + number
    edits = Version.objects.filter(fetch__run=run, kind="publisher_edit").count()
    its = None if quiet is None else len({one.feed for one in asked} & set(quiet))
    return Night(run, asked, full, copies, without, edits, its)


def kept(run: Run, now: datetime, in_stories: QuerySet[StoryArticle]) -> tuple[int, int]:
    """How many of the run's new articles could be read, and how many a story's filter kept.

    Args:
        in_stories: the articles of the stories the reader may know of.
    """
    wanted = Exists(in_stories.filter(article=OuterRef("pk")))
    counted = (
        arrived(run, now)
        .filter(current_version__isnull=False)
        .annotate(wanted=wanted)
        .aggregate(read=Count("pk"), kept=Count("pk", filter=Q(wanted=True)))
    )
    return counted["read"], counted["kept"]


def copies_by_feed(run: Run, now: datetime, feeds: Iterable[int]) -> dict[int, int]:
    """How many of the new articles of these feeds are copies of a text that came before."""
    earlier = Article.objects.filter(cluster=OuterRef("cluster"), pk__lt=OuterRef("pk"))
    rows = (
        arrived(run, now)
        .filter(Exists(earlier), current_version__isnull=False, items__feed__in=list(feeds))
        .values_list("items__feed")
        .annotate(n=Count("pk", distinct=True))
    )
    return dict(rows)
