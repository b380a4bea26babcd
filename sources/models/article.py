"""Articles, every address they were seen under, and their versions."""

from __future__ import annotations

import re
from functools import reduce

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import (
    CombinedSearchQuery,
    SearchQuery,
    SearchVectorField,
)
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from sources.models.copies import Cluster
from sources.models.source import Source

# what typesetting puts for plain quote marks and apostrophes; `claimline_plain` does the same
_PLAIN = str.maketrans(dict.fromkeys("’‘ʼ", "'") | dict.fromkeys("“”„«»‹›", '"'))
# runs of Chinese, Japanese or Korean: indexed by pairs of characters
CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")


class TextState(models.TextChoices):
    """What stands behind the address, in one word; each but `ok` is shown with its reason."""

    PENDING = "pending", _("not fetched yet")
    OK = "ok", _("full text")
    TEASER = "teaser", _("teaser only")
    PAYWALLED = "paywalled", _("behind a paywall")
    CONSENT = "consent", _("consent page")
    CHALLENGE = "challenge", _("blocked by a challenge")
    BOILERPLATE = "boilerplate", _("site boilerplate")
    EMPTY = "empty", _("no text found")
    NOT_ARTICLE = "not_article", _("not an article")
    NOT_HTML = "not_html", _("not a web page")
    TOO_LARGE = "too_large", _("too large")
    ROBOTS_DENIED = "robots_denied", _("robots.txt forbids it")
    GONE = "gone", _("withdrawn")
    FAILED = "failed", _("could not be read")
    FEED_ONLY = "feed_only", _("known from the feed only")


class Arrival(models.TextChoices):
    """How an article came to us."""

    FEED = "feed", _("from a feed")
    URL = "url", _("from a pasted address")
    PASTE = "paste", _("pasted text")
    PDF = "pdf", _("uploaded PDF")


class ArticleQuerySet(models.QuerySet["Article"]):
    """Sets of articles in the newsroom's words."""

    def with_text(self) -> ArticleQuerySet:
        """Articles of which a text is held."""
        return self.exclude(current_version=None)


class Article(models.Model):
    """One document at one canonical address; belongs to exactly one copy cluster."""

    # no index of its own: one below begins with it
    source = models.ForeignKey(Source, models.PROTECT, related_name="articles", db_index=False)
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="articles")
    current_version = models.ForeignKey(
        "sources.Version", models.SET_NULL, null=True, related_name="+"
    )
    url = models.CharField()
    title = models.CharField()
    author = models.CharField(default="")
    language = models.CharField(default="")
    text_state = models.CharField(choices=TextState, default=TextState.PENDING)
    state_detail = models.CharField(default="")
    published_at = models.DateTimeField(null=True)
    published_precision = models.CharField(default="unknown")
    published_from = models.CharField(default="none")
    date_flags = ArrayField(models.CharField(), default=list)
    first_seen_at = models.DateTimeField(db_default=Now())
    sort_at = models.DateTimeField(
        help_text="Publication where it can be believed, else first seen."
    )
    arrival = models.CharField(choices=Arrival, default=Arrival.FEED)
    watched = models.BooleanField(
        default=False, help_text="Carries evidence: re-checked more often."
    )
    withdrawn_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(
        null=True, help_text="Since when its page stands there without the text we hold."
    )
    # validators of the page, with the version that was current when they came
    etag = models.CharField(default="")
    last_modified = models.CharField(default="")

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ("-sort_at", "-pk")
        indexes = [
            models.Index(fields=["-sort_at", "-id"], name="article_newest"),
            models.Index(fields=["source", "-sort_at"], name="article_newest_of_source"),
        ]

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def state_in_words(self) -> str:
        """What stands behind the address, in words: what was never there was not withdrawn."""
        if self.text_state == TextState.GONE and self.current_version_id is None:
            return str(_("not found at its address"))
        return self.get_text_state_display()

    @property
    def is_handed_in(self) -> bool:
        """Whether it was pasted or uploaded: it stands nowhere where it could change."""
        return self.arrival in (Arrival.PASTE, Arrival.PDF)

    @property
    def is_without_its_text(self) -> bool:
        """Whether its page was withdrawn or emptied, when it was asked for last."""
        return self.withdrawn_at is not None or self.emptied_at is not None


class ArticleUrl(models.Model):
    """One address an article was ever seen under; the look-up for "do we have this?"."""

    url_key = models.BinaryField(max_length=32, primary_key=True)
    article = models.ForeignKey(Article, models.CASCADE, related_name="urls")
    url = models.CharField()
    kind = models.CharField()  # feed_link, redirect, canonical, editor
    first_seen = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.url


# Whose words read a version, by the code its language begins with; "" for all the others. Each is
# the condition of an index, and has to stand in a query as it stands there.
READERS = {"en": r"^(en|$)", "fr": r"^fr", "": r"^(?!en|fr)."}


def read_as(language: str, path: str = "") -> models.Q:
    """The condition that a version's words are read as those of a language of `READERS`.

    Args:
        path: from the model to the version, such as "current_version__".
    """
    return models.Q(**{f"{path}language__regex": READERS[language]})


def said(words: str) -> models.Q:
    """The condition that a version says what a reader typed.

    Each version is asked in its own language, as `claimline_tsvector` indexed it: asking all of
    them in every language would let an excluded word slip through another language's stem.
    """
    words = words.translate(_PLAIN)
    english, french, other = map(read_as, READERS)
    web = {
        name: SearchQuery(words, config=f"claimline_{name}", search_type="websearch")
        for name in ("en", "fr", "simple")
    }
    if CJK.search(words):
        return other & models.Q(search=_in_pairs(words))
    return (
        (english & models.Q(search=web["en"]))
        | (french & models.Q(search=web["fr"]))
        | (other & models.Q(search=web["simple"]))
    )


def _in_pairs(words: str) -> CombinedSearchQuery | SearchQuery:
    """Every run of characters as a phrase of its pairs, and the other words beside them."""
    rest = CJK.sub(" ", words).strip()
    parts = [
        SearchQuery(_pairs(run), config="claimline_simple", search_type="phrase")
        for run in CJK.findall(words)
    ]
    if rest:
        parts.append(SearchQuery(rest, config="claimline_simple", search_type="websearch"))
    return reduce(lambda left, right: left & right, parts)


def _pairs(run: str) -> str:
    return " ".join(run[i : i + 2] for i in range(len(run) - 1)) or run


class VersionQuerySet(models.QuerySet["Version"]):
    """Sets of versions."""

    def current(self) -> VersionQuerySet:
        """Versions that are the newest of their article."""
        return self.filter(pk=models.F("article__current_version"))


class SearchText(models.Func):
    """The search text of a version: the function is made in the migration, one per language."""

    function = "claimline_tsvector"
    arity = 3
    output_field = SearchVectorField()


class WordsOf(models.Func):
    """The search text of something short, such as a claim, whose language may be any."""

    function = "claimline_words"
    output_field = SearchVectorField()


class VersionKind(models.TextChoices):
    """Why a version exists."""

    FIRST = "first", _("first version")
    PUBLISHER_EDIT = "publisher_edit", _("edited by the publisher")
    EXTRACTOR_UPGRADE = "extractor_upgrade", _("read again by a newer extractor")


class Version(models.Model):
    """What an article said from one fetch on. Never changed, deleted by order alone."""

    # no index of its own: that of the constraint below begins with it
    article = models.ForeignKey(Article, models.CASCADE, related_name="versions", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(choices=VersionKind, default=VersionKind.FIRST)
    fetch = models.ForeignKey("sources.Fetch", models.PROTECT, null=True, related_name="versions")
    title = models.CharField()
    text = models.TextField()
    language = models.CharField(default="")
    text_sha256 = models.BinaryField(max_length=32)
    raw_sha256 = models.CharField(default="")
    extractor = models.CharField()
    words = models.PositiveIntegerField(default=0)
    similarity = models.FloatField(null=True, help_text="To the version before, 0 to 1.")
    author = models.CharField(default="", help_text="The byline, as far as the page gave one.")
    modified_at = models.DateTimeField(null=True, help_text="When the page says it was changed.")
    at = models.DateTimeField(db_default=Now())
    sort_at = models.DateTimeField(help_text="That of its article while it is the current one.")
    search = models.GeneratedField(
        expression=SearchText("language", "title", "text"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ("article", "seq")
        constraints = [
            models.UniqueConstraint(fields=["article", "seq"], name="version_numbered_once")
        ]
        indexes = [
            # one for each language: of a word that English and French share, an index of all would
            # have those of the one read and thrown away when the other is asked
            *(
                GinIndex(
                    fields=["search"],
                    name=f"version_search_{language or 'other'}",
                    condition=read_as(language),
                )
                for language in READERS
            ),
            models.Index(fields=["at"], name="version_by_time"),
            # what a search met in the indexes of words is narrowed to a stretch of time by this one
            models.Index(fields=["sort_at"], name="version_by_date"),
            models.Index(fields=["text_sha256"], name="version_by_text"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.seq})"
