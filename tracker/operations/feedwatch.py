"""Every feed as an administrator watches it: its state, its pace, and who relies on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, DateTimeField, F, IntegerField, Min, Q, Sum, Value
from django.db.models.functions import Cast, Extract, Floor
from django.utils import timezone

from sources.ingest import runs, upkeep
from sources.models import Feed, FeedItem, Fetch, Job, Run
from sources.models.article import TextState
from tracker.models import Claim
from tracker.models.evidence import EvidenceQuerySet
from tracker.operations import pace
from tracker.operations.wording import GOOD, FeedState, feed_state

WEEK = timedelta(days=7)
NIGHTS = 14
GAP_SHOWN_FOR = timedelta(days=7)
FEW_TEXTS = 5  # articles without a full text that say nothing yet about a feed
# What needs a human first.
ORDER = (
    *("stuck", "gone", "blocked", "dormant", "failing", "unsteady"),
    *("new", "paused", "quiet", "working"),
)
_POORER = (TextState.PAYWALLED, TextState.TEASER)


@dataclass(frozen=True, slots=True)
class Pace:
    """New items a week: usually (None: not known yet), and in the last seven days."""

    expected: float | None = None
    got: int = 0
    weeks: tuple[int, ...] = ()  # the whole weeks before, newest first

    @property
    def quiet(self) -> bool:
        """Whether the feed has become unusually quiet."""
        return pace.unusually_quiet(self.expected, self.got)


@dataclass(slots=True)
class Watched:
    """One feed and everything that is known about how it does."""

    feed: Feed
    state: FeedState
    pace: Pace
    gap: bool = False
    poorer: dict[str, int] = field(default_factory=dict)  # articles of this week by text state
    read: int = 0  # articles of this week, those included
    has_twin: bool = False  # another one is called the same
    claims: list[Claim] = field(default_factory=list)  # for the caller to fill in
    nights: list[str] = field(default_factory=list)  # likewise

    @property
    def title(self) -> str:
        """Its source's name, and its own where that is another."""
        source, own = self.feed.source.name, str(self.feed)
        return source if own == source else f"{source}, {own}"

    @property
    def quiet(self) -> bool:
        """Whether it works and yet brings far less than it used to."""
        return self.pace.quiet and self.state.tone in ("ok", "off") and self.feed.enabled

    @property
    def short_of_text(self) -> bool:
        """Whether most of this week's articles are teasers or behind a paywall."""
        behind = sum(self.poorer.values())
        return behind >= FEW_TEXTS and behind * 2 > self.read

    @property
    def needs_somebody(self) -> bool:
        """Whether it stands under "Needs attention"."""
        failing = self.state.tone in ("err", "warn")
        moved = bool(self.feed.moved_to) and self.feed.enabled
        return failing or moved or self.gap or self.quiet or self.short_of_text

    @property
    def offers(self) -> list[str]:
        """Other addresses its publisher names."""
        return upkeep.offered(self.feed)

    @property
    def next_try(self) -> datetime | None:
        """When it is asked again; None for one that is not asked."""
        job = getattr(self.feed, "job", None)
        asked = self.feed.enabled and self.state.health.word != "stuck"
        return runs.asked_at(job.due_at, timezone.now()) if job and asked else None

    @property
    def is_due(self) -> bool:
        """Whether its next try is a matter of a minute."""
        return self.next_try is not None and self.next_try <= timezone.now()

    @property
    def urgency(self) -> tuple[int, int]:
        """Sorts what needs a human first."""
        word = self.state.health.word
        place = ORDER.index(word) if word in ORDER else len(ORDER)
        mild = self.needs_somebody and self.state.tone in ("ok", "off")
        return (ORDER.index("unsteady") if mild else place, int(mild))


def watched(feeds: Iterable[Feed], now: datetime) -> list[Watched]:
    """The feeds, those that need a human first. Three queries, whatever their number.

    Args:
        feeds: with their source and job at hand.
    """
    rows = list(feeds)
    paces = _paces(rows, now)
    texts = _texts(rows, now)
    found = [
        Watched(
            feed,
            feed_state(feed, now),
            paces[feed.pk],
            gap=bool(feed.gap_seen_at and now - feed.gap_seen_at < GAP_SHOWN_FOR),
            poorer={key: n for key, n in texts[feed.pk].items() if key in _POORER},
            read=sum(texts[feed.pk].values()),
        )
        for feed in rows
    ]
    titles = Counter(one.title for one in found)
    for one in found:
        one.has_twin = titles[one.title] > 1
    names = {one.feed.pk: (one.feed.source.name.casefold(), one.feed.pk) for one in found}
    return sorted(found, key=lambda one: (*one.urgency, *names[one.feed.pk]))


def _of(rows: Collection[Feed]) -> Q:
    """The condition "of these feeds", spelled out only where they are few."""
    return Q(feed__in=[feed.pk for feed in rows]) if len(rows) <= 50 else Q()


def _paces(rows: Collection[Feed], now: datetime) -> dict[int, Pace]:
    """New items of each feed in the last seven days, and in the whole weeks before."""
    ago = Cast(Value(now), DateTimeField()) - F("first_seen")
    week = Floor(Extract(ago, "epoch") / WEEK.total_seconds())
    counted: defaultdict[int, dict[int, int]] = defaultdict(dict)
    since: dict[int, datetime] = {feed.pk: feed.created_at for feed in rows}
    found = (
        FeedItem.objects.filter(
            _of(rows), first_seen__gt=now - (pace.WEEKS + 1) * WEEK, first_seen__lte=now
        )
        .annotate(week=Cast(week, IntegerField()))
        .values_list("feed", "week")
        .annotate(n=Count("pk"), first=Min("first_seen"))
        .order_by()
    )
    for feed, ago_weeks, number, first in found:
        counted[feed][ago_weeks] = number
        if feed in since:
            since[feed] = min(since[feed], first)
    return {pk: _pace(counted[pk], start, now) for pk, start in since.items()}


def _pace(counted: dict[int, int], since: datetime, now: datetime) -> Pace:
    """The week in which a feed was taken up brings its backlog and is no measure."""
    whole = min(pace.WEEKS, (now - since) // WEEK - 1)
    weeks = tuple(counted.get(ago, 0) for ago in range(1, whole + 1))
    return Pace(pace.usual(weeks), counted.get(0, 0), weeks)


def _texts(rows: Collection[Feed], now: datetime) -> dict[int, dict[str, int]]:
    """What stands behind the articles each feed brought this week."""
    found = (
        FeedItem.objects.filter(_of(rows), first_seen__gt=now - WEEK, article__isnull=False)
        .values_list("feed", "article__text_state")
        .annotate(n=Count("article", distinct=True))
        .order_by()
    )
    texts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for feed, state, number in found:
        texts[feed][state] = number
    return texts


def relying(sources: Iterable[int], evidence: EvidenceQuerySet) -> dict[int, list[Claim]]:
    """The claims whose standing evidence was read at each source, by the source's id.

    Args:
        evidence: what the reader may know of.
    """
    pairs = list(
        evidence.standing()
        .filter(version__article__source__in=set(sources))
        .order_by()
        .values_list("version__article__source", "claim")
        .distinct()
    )
    claims = Claim.objects.filter(pk__in={claim for _source, claim in pairs})
    known = {claim.pk: claim for claim in claims.select_related("story").with_status()}
    found: defaultdict[int, list[Claim]] = defaultdict(list)
    for source, claim in sorted(pairs, key=lambda pair: known[pair[1]].number):
        found[source].append(known[claim])
    return found


def last_nights(feeds: Iterable[int]) -> dict[int, list[str]]:
    """The last nights of each feed, oldest first: "o" brought news, "-" none, "x" failed."""
    latest = list(Run.objects.filter(kind="nightly").values_list("pk", flat=True)[:NIGHTS])
    found = (
        Fetch.objects.filter(run__in=latest, feed__in=list(feeds))
        .values("feed", "run", "run__started_at")
        .annotate(n=Sum("new"), fine=Count("pk", filter=Q(outcome__in=GOOD)))
        .order_by("run__started_at")
    )
    nights: defaultdict[int, list[str]] = defaultdict(list)
    for row in found:
        nights[row["feed"]].append("o" if row["n"] else "-" if row["fine"] else "x")
    return nights


def stuck_articles(limit: int) -> tuple[list[Job], int]:
    """Pages whose job several workers took up and none finished: some of them, and how many."""
    stuck = Job.objects.stuck().filter(article__isnull=False)
    shown = stuck.select_related("article__source").order_by("pk")
    return list(shown[:limit]), stuck.count()
