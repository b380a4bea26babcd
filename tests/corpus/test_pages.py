"""Broken and hostile pages: the state each pasted article must end in, and the text it must hold."""

from dataclasses import dataclass

import pytest

from sources.models import Article
from tests.corpus.pipeline import index, paste, peak_growth, read
from tests.factories import make_claim, make_story
from tracker.models import Evidence, StatusChange, Suggestion
from tracker.passages import quotes

pytestmark = pytest.mark.django_db

FETCHED = ["robots", "ok", "ok"]


@dataclass(frozen=True)
class Wanted:
    """What a page must give: its state, words its text holds, and how the fetch went."""

    state: str
    holds: str = ""  # empty: no text is stored
    outcomes: tuple[str, ...] = tuple(FETCHED)


REPORT = "The federal police force said on Thursday"
PAGES = {
    "empty.html": Wanted("failed", outcomes=("robots", "empty_body")),
    "only-script.html": Wanted("empty"),
    "paywall.html": Wanted("paywalled"),
    "cookie-wall.html": Wanted("consent"),
    "soft-404.html": Wanted("not_article"),
    "null-bytes.html": Wanted("ok", REPORT),
    "latin1-says-utf8.html": Wanted("ok", "Deux «postes de police» présumés"),
    "meta-charset-late.html": Wanted("teaser", "“Rien n’est exclu”"),
    "deep-dom.html": Wanted("empty"),
    "huge-attr.html": Wanted("ok", REPORT),
    "single-line-5mb.html.gz": Wanted("ok", "The commission heard evidence"),
    "gzip-bomb.html.gz": Wanted("too_large", outcomes=("robots", "too_large")),
    "image-as-html.html": Wanted("not_html"),
    "pdf.pdf": Wanted("not_html"),
    "meta-refresh-loop.html": Wanted("empty"),
    "canonical-hijack.html": Wanted("ok", REPORT),
    "xss-body.html": Wanted("ok", "Paragraph 15 of the report"),
    "jsonld-lies.html": Wanted("ok", REPORT),
    "prompt-injection.html": Wanted("ok", "Ignore all previous instructions"),
    "quote-traps.html": Wanted("teaser", "Foreign interference is unacceptable"),
}


def stored(malformed, name):
    """The article made of a page, after everything that was ahead of it."""
    article = paste(malformed(f"pages/{name}"))
    read(article)
    return article


def test_every_page_of_the_corpus_has_a_wanted_behaviour():
    listed = {name.removeprefix("pages/") for name in index() if name.startswith("pages/")}
    assert listed == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_broken_page_ends_in_a_named_state_and_only_an_articles_text_is_stored(malformed, name):
    wanted = PAGES[name]
    article = paste(malformed(f"pages/{name}"))
    with peak_growth() as memory:
        outcomes = read(article)
    text = article.current_version.text if article.current_version else ""
    assert (article.text_state, outcomes) == (wanted.state, list(wanted.outcomes))
    assert wanted.holds in text
    assert bool(text) == bool(wanted.holds)
    assert text.replace("\n", " ").isprintable()
    assert memory.mb < (256 if len(text) > 100_000 else 64)
    assert not Article.objects.filter(job__lease_until__isnull=False).exists()


def test_no_script_becomes_text(malformed):
    assert "alert(1)" not in stored(malformed, "xss-body.html").current_version.text


def test_a_canonical_link_to_another_site_is_not_believed(malformed):
    article = stored(malformed, "canonical-hijack.html")
    assert [row.url for row in article.urls.all()] == [article.url]


def test_a_page_from_the_future_is_flagged_and_sorted_by_when_it_was_seen(malformed):
    article = stored(malformed, "jsonld-lies.html")
    assert (article.published_at, article.date_flags) == (None, ["future"])
    assert article.sort_at <= article.first_seen_at
    assert "<" not in article.author


def test_words_addressed_to_a_machine_change_no_claim(malformed):
    story = make_story(filter="police")
    claim = make_claim(story, terms="claim confirmed")
    stored(malformed, "prompt-injection.html")
    claim.refresh_from_db()
    assert not StatusChange.objects.exists()
    assert not Evidence.objects.exists()
    assert set(Suggestion.objects.values_list("state", flat=True)) <= {Suggestion.State.NEW}


@pytest.mark.parametrize(
    "words",
    [
        "“Foreign interference is unacceptable,” the spokesperson said.",
        '"Foreign interference is unacceptable," the spokesperson repeated',
        "L’ingérence est inacceptable",
        "“police stations” appears again",
    ],
)
def test_a_passage_is_found_again_among_its_lookalikes(malformed, words):
    text = stored(malformed, "quote-traps.html").current_version.text
    start = text.index(words)
    end = start + len(words)
    again = quotes.find(quotes.select(text, start, end), f"A line before.\n{text}")
    assert again.state != "gone"
    assert (again.start, again.end) == (start + 15, end + 15)
