"""Rows for tests, made in one call each."""

from datetime import UTC, datetime
from itertools import count

from sources.models import Article, Cluster, Source, Version
from tracker.models import Claim, Speaker, Story, Suggestion

_number = count(1)
SPRING = datetime(2023, 4, 17, 12, tzinfo=UTC)

NEWS = (
    "Two alleged stations were named in Montreal on Thursday. "
    "The embassy denied that any police station exists in Canada.\n"
    "Officers said that they were asking the public for tips. "
    "The weather stayed mild."
)


def make_source(name="", **values):
    n = next(_number)
    values.setdefault("slug", f"outlet-{n}")
    return Source.objects.create(name=name or f"Outlet {n}", **values)


def make_article(
    text=NEWS, *, source=None, cluster=None, language="en", title="Stations", **values
):
    """An article with one version that says `text`."""
    n = next(_number)
    article = Article.objects.create(
        source=source or make_source(),
        cluster=cluster or Cluster.objects.create(),
        url=values.pop("url", f"https://outlet.example/{n}"),
        title=title,
        language=language,
        text_state="ok",
        **{"sort_at": SPRING, "published_at": SPRING, **values},
    )
    add_version(article, text)
    return article


def add_version(article, text):
    """The next version of an article, current from now on."""
    version = Version.objects.create(
        article=article,
        seq=article.versions.count() + 1,
        title=article.title,
        text=text,
        language=article.language,
        text_sha256=bytes(32),
        extractor="by hand",
        words=len(text.split()),
        sort_at=article.sort_at,
    )
    article.current_version = version
    article.save(update_fields=["current_version"])
    return version


def make_story(filter="police OR station*", **values):
    n = next(_number)
    return Story.objects.create(
        slug=values.pop("slug", f"story-{n}"), title=f"Story {n}", filter=filter, **values
    )


def make_claim(story=None, *, terms="station* Montreal", **values):
    story = story or make_story()
    number = story.claims.count() + 1
    return Claim.objects.create(
        story=story,
        number=number,
        title=values.pop("title", f"Claim {number}"),
        statement=values.pop("statement", "Stations stand in Montreal."),
        terms=terms,
        **values,
    )


def make_speaker(name, **values):
    n = next(_number)
    return Speaker.objects.create(slug=f"speaker-{n}", name=name, **values)


def make_suggestion(claim=None, article=None, exact="", **values):
    """A suggestion nobody has decided, over a sentence of the article."""
    from tracker.passages import quotes

    claim = claim or make_claim()
    article = article or make_article()
    version = article.current_version
    exact = exact or version.text.split(". ")[0] + "."
    start = version.text.index(exact)
    return Suggestion.objects.create(
        claim=claim,
        article=article,
        version=version,
        passage_hash=quotes.fingerprint(exact),
        exact=exact,
        start=start,
        end=start + len(exact),
        reasons=["stations", "Montreal"],
        engine="by hand",
        **values,
    )
