"""Broken and hostile feeds: the class each poll must end with, and the rows it must leave."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from sources.ingest import lease, run
from sources.models import Article, Feed, Fetch, Host, Job
from tests.corpus.conftest import CORPUS
from tests.corpus.pipeline import index, paste, peak_growth, poll, read
from tests.sources.newsroom import HTML, follow, night, page

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Wanted:
    """What a poll must give: its outcome, rows, a word of its detail, and a title that is read."""

    outcome: str
    items: int = 0
    articles: int | None = None  # as many as items unless said otherwise
    said: str = ""
    title: str = ""  # of any item, or of the feed


def ok(items, articles=None, said="", title=""):
    return Wanted("ok", items, articles, said, title)


def titled(title):
    """A valid feed without entries, of which only the title tells whether it was read right."""
    return Wanted("ok", said="no_items", title=title)


FRENCH = "Ingérence étrangère : la GRC enquête à Brossard"
EXAMPLES = "feedparser-encoding-"
FEEDS = {
    "billion-laughs.xml": ok(1, said="ill_formed", title="An ordinary headline"),
    "quadratic-blowup.xml": ok(1, said="ill_formed"),
    "xxe.xml": ok(1, title="before &x; after"),
    "external-dtd.xml": ok(1, title="An ordinary headline"),
    "deep-nesting.xml": ok(1, title="An ordinary headline"),
    "deep-xml.xml": ok(1, title="An ordinary headline"),
    "single-line-5mb.xml.gz": ok(500, 200),
    "gzip-bomb.xml.gz": Wanted("too_large", said="decompressed"),
    "double-gzip.xml.gz": Wanted("not_a_feed"),
    "truncated-gzip.xml.gz": Wanted("bad_encoding", said="cut off"),
    "not-gzip.xml": Wanted("bad_encoding", said="labelled gzip"),
    "title-1mb.xml": ok(1, title="T" * 1000),
    "ten-thousand-items.xml.gz": ok(500, 200),
    "empty.xml": Wanted("empty_body"),
    "whitespace.xml": Wanted("empty_body"),
    "html-instead.xml": Wanted("not_a_feed", said="a web page: Page not found"),
    "login-wall.xml": Wanted("not_a_feed", said="a web page: Sign in"),
    "json-instead.xml": Wanted("not_a_feed", said="no JSON Feed"),
    "binary.xml": Wanted("not_a_feed"),
    "just-xml-decl.xml": Wanted("not_a_feed"),
    "no-items.xml": titled("empty but valid"),
    "truncated-mid-tag.xml": ok(6, said="cut_off", title="Headline number 5"),
    "unclosed-cdata.xml": ok(0, said="cut_off"),
    "null-bytes.xml": ok(12, title="Headline number 0"),
    "control-chars.xml": ok(12, title="Headline number 0"),
    "lone-surrogate.xml": ok(12, title="Headline number 1"),
    "entity-surrogate.xml": ok(12, title="Headline number 1"),
    "bom-and-space.xml": ok(12, title="Headline number 0"),
    "latin1-says-utf8.xml": ok(1, said="charset", title=FRENCH),
    "utf8-says-latin1.xml": ok(1, said="charset", title=FRENCH),
    "header-beats-decl.xml": ok(1, title=FRENCH),
    "cp1252-quotes.xml": ok(1, said="charset", title="“Police stations” – what we know"),
    "utf16-no-bom.xml": ok(1, title=FRENCH),
    "unknown-charset.xml": ok(1, title=FRENCH),
    "gb18030.xml": ok(1, title="加拿大皇家骑警调查涉嫌警察站"),
    "invalid-dates.xml": ok(12),
    "future-dates.xml": ok(3),
    "no-dates.xml": ok(12),
    "timezones.xml": ok(9),
    "bad-links.xml": ok(22, 10),
    "xss-titles.xml": ok(16),
    "xss-feed-title.xml": ok(1, title="<script>alert(1)</script>"),
    "sql-and-csv.xml": ok(7, title="'; DROP TABLE tracker_article; --"),
    "bidi-homoglyph.xml": ok(5),
    "same-guid.xml": ok(5),
    "guid-changes.xml": ok(5, 1),
    # one more until its page says that its last slash makes no difference
    "tracking-params.xml": ok(6, 2),
    "dup-items.xml": ok(1),
    "no-link.xml": ok(3, 2),
    "relative-base.xml": ok(1),
    f"{EXAMPLES}bozo_bogus_encoding.xml": titled(""),
    f"{EXAMPLES}bozo_encoding_mismatch_crash.xml": ok(1, 0),
    f"{EXAMPLES}bozo_http_i18n.xml": titled("Iñtërnâtiônàlizætiøn"),
    f"{EXAMPLES}bozo_http_text_plain_charset.xml": titled(""),
    f"{EXAMPLES}bozo_invalid-bytes-with-bom.xml": titled("Valid UTF8: Ѩ"),
    f"{EXAMPLES}bozo_linenoise.xml": ok(1, 0),
    f"{EXAMPLES}demoronize-1.xml": ok(1, 0),
    f"{EXAMPLES}demoronize-2.xml": ok(1, 0),
    f"{EXAMPLES}encoding_attribute_crash.xml": ok(1, 0),
    f"{EXAMPLES}http_encoding_attribute_crash.xml": ok(1, 0),
    f"{EXAMPLES}no_content_type_encoding.xml": titled(""),
    "feedparser-entities-acute.xml": titled("testing ´ entity"),
    "feedparser-entities-beta.xml": titled("testing β entity"),
    "feedparser-entities-crarr.xml": titled("testing ↵ entity"),
    "feedparser-entities-hex_entity_x_uppercase.xml": ok(1, 0, title="A"),
    "feedparser-entities-micro.xml": titled("testing µ entity"),
    "feedparser-entities-not.xml": titled("testing ¬ entity"),
    "feedparser-entities-phi.xml": titled("testing φ entity"),
    "feedparser-entities-upper_OElig.xml": titled("testing Œ entity"),
    "feedparser-entities-upper_Omicron.xml": titled("testing Ο entity"),
    "feedparser-entities-upper_Tau.xml": titled("testing Τ entity"),
    "feedparser-entities-yen.xml": titled("testing ¥ entity"),
    "feedparser-illformed-chardet-big5.xml": titled("我希望"),
    "feedparser-illformed-chardet-euckr.xml": ok(1, 0, title="한글닉네임 표시하기"),
    "feedparser-illformed-chardet-koi8r.xml": ok(1, 0, title="Как пережить новогоднюю ночь"),
    "feedparser-illformed-chardet-shiftjis.xml": ok(1, 0, title="に記事投稿が反映されない"),
    "feedparser-illformed-chardet-tis620.xml": ok(1, 0),
    "feedparser-illformed-rdf_channel_empty_textinput.xml": ok(1, title="crashes here"),
    "feedparser-illformed-rss_empty_document.xml": Wanted("not_a_feed"),
    "feedparser-illformed-rss_item_link_corrupted_ampersands.xml": ok(1),
    "feedparser-illformed-undeclared_namespace.xml": titled(""),
    "miniflux-windows-1252-incorrect-prolog.xml": titled("Euro €"),
}


def stored(malformed, name):
    """The items of a feed in the order it lists them."""
    _, feed = poll(malformed(f"feeds/{name}"))
    return list(feed.items.order_by("-pk"))


def test_every_feed_of_the_corpus_has_a_wanted_behaviour():
    listed = {name.removeprefix("feeds/") for name in index() if name.startswith("feeds/")}
    assert listed == set(FEEDS)


@pytest.mark.parametrize(("name", "wanted"), FEEDS.items(), ids=list(FEEDS))
def test_a_broken_feed_ends_in_a_named_outcome_with_its_readable_items_stored(
    malformed, name, wanted
):
    with peak_growth() as memory:
        outcome, feed = poll(malformed(f"feeds/{name}"))
    articles = wanted.items if wanted.articles is None else wanted.articles
    titles = [feed.title, *feed.items.values_list("title", flat=True)]
    assert (outcome, feed.items.count()) == (wanted.outcome, wanted.items)
    assert Article.objects.count() == articles
    assert wanted.said in feed.last_detail
    assert any(wanted.title in title for title in titles)
    assert memory.mb < 64
    assert feed.job.lease_until is None
    assert not feed.job.claims


@pytest.mark.parametrize("name", [name for name, row in FEEDS.items() if row.outcome != "ok"])
def test_a_feed_that_cannot_be_read_counts_as_failed_and_is_asked_for_in_full_again(
    malformed, name
):
    _, feed = poll(malformed(f"feeds/{name}"))
    assert feed.failures > 0
    assert feed.failing_since is not None
    assert (feed.etag, feed.last_modified, feed.body_sha256) == ("", "", None)


@pytest.mark.parametrize("name", [name for name, row in FEEDS.items() if 1 < row.items < 100])
def test_a_second_look_at_a_broken_feed_brings_nothing_new(malformed, name):
    _, feed = poll(malformed(f"feeds/{name}"))
    before = feed.items.count(), Article.objects.count()
    Feed.objects.update(etag="", last_modified="", body_sha256=None)
    Job.objects.filter(feed=feed).update(due_at=Now())
    assert run.work(lease.claim("feed", feed=feed.pk)) == "ok"
    assert feed.fetches.first().new == 0
    assert (feed.items.count(), Article.objects.count()) == before


def test_an_entity_is_never_expanded_into_a_file_or_a_flood(malformed):
    items = stored(malformed, "xxe.xml") + stored(malformed, "billion-laughs.xml")
    assert not any("root:" in item.title + item.summary for item in items)
    assert sum(len(item.title + item.summary) for item in items) < 1000


@pytest.mark.parametrize(
    "name", ["null-bytes.xml", "control-chars.xml", "lone-surrogate.xml", "entity-surrogate.xml"]
)
def test_what_no_text_may_hold_is_gone_from_the_items(malformed, name):
    for item in stored(malformed, name):
        for value in (item.title, item.summary, item.author, item.link):
            assert value.replace("\n", " ").replace("\ufffd", "").isprintable()


def test_a_date_that_is_none_leaves_the_item_undated(malformed):
    stored(malformed, "invalid-dates.xml")
    stored(malformed, "no-dates.xml")
    assert set(Article.objects.values_list("published_at", flat=True)) == {None}


def test_a_date_in_the_future_never_heads_the_timeline(malformed):
    stored(malformed, "future-dates.xml")
    for article in Article.objects.all():
        assert article.published_at is None
        assert article.sort_at <= article.first_seen_at


def test_zones_by_name_are_stored_in_utc(malformed):
    hours = {
        item.title.removeprefix("tz "): f"{item.published_at:%d %H:%M}"
        for item in stored(malformed, "timezones.xml")
    }
    assert hours == {
        **{"EST": "09 14:00", "EDT": "09 13:00", "NST": "09 12:30", "+0000": "09 09:00"},
        **{"-0500": "09 14:00", "CEST": "09 07:00", "Z": "09 09:00", "PST": "09 17:00"},
        "HNE": "09 14:00",
    }


def test_only_addresses_of_the_web_become_links(malformed):
    for item in stored(malformed, "bad-links.xml"):
        assert item.link == "" or item.link.startswith(("http://", "https://"))
        assert "@" not in item.link.removeprefix("http://").partition("/")[0]


def test_a_link_into_our_own_network_is_never_followed(malformed, settings):
    stored(malformed, "bad-links.xml")
    settings.INGEST = {**settings.INGEST, "allow_networks": ()}
    Host.objects.update(robots="", robots_until=timezone.now() + timedelta(days=1))
    for article in Article.objects.exclude(url__contains="//evil.example"):
        read(article)
    assert set(Fetch.objects.filter(feed=None).values_list("outcome", "ip")) == {
        ("ssrf_blocked", "")
    }


def test_every_address_of_one_page_is_one_article_once_the_page_is_read(web):
    sent = (CORPUS / "malformed/feeds/tracking-params.xml").read_text()
    web.page("/feed.xml", sent.replace("http://127.0.0.1/", web.url("/")))
    head = f'<link rel="canonical" href="{web.url("/a/t")}">'
    for path in ("/a/t", "/a/t/"):
        web.page(path, page(head=head), headers=HTML)
    follow(web)
    night()
    assert Article.objects.get().items.count() == 6


def test_an_item_without_a_link_is_known_by_its_permanent_guid(malformed):
    items = stored(malformed, "no-link.xml")
    assert [item.link for item in items if item.title == "No link, only a guid"] == [
        "http://127.0.0.1/a/permalink"
    ]
    assert Fetch.objects.get().bad == 1


def test_a_relative_link_is_joined_to_the_base_of_the_feed(malformed, replay):
    assert stored(malformed, "relative-base.xml")[0].link == f"{replay}/blog/a/1"


def test_words_that_look_like_code_are_stored_as_they_are(malformed):
    titles = {item.title for item in stored(malformed, "sql-and-csv.xml")}
    assert {'=HYPERLINK("http://evil.example","x")', "%s %(x)s {0}", "\\x00\\u0000"} <= titles


def test_text_cannot_turn_the_direction_of_the_page_and_is_composed(malformed):
    titles = "".join(item.title for item in stored(malformed, "bidi-homoglyph.xml"))
    assert not set(titles) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert "état vs état" in titles
    assert "e\u0301" not in titles


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (f"{EXAMPLES}demoronize-1.xml", "don’t"),
        (f"{EXAMPLES}demoronize-2.xml", "don’t"),
        (f"{EXAMPLES}bozo_linenoise.xml", "’<>”"),
        ("feedparser-illformed-chardet-tis620.xml", "สำนักงานส่งเสริม"),
        ("latin1-says-utf8.xml", "Deux «postes de police» présumés."),
    ],
)
def test_words_in_an_unlabelled_or_mislabelled_charset_are_read_right(malformed, name, words):
    assert stored(malformed, name)[0].summary.startswith(words)


def test_a_pasted_address_of_a_feed_is_no_article(malformed):
    article = paste(malformed("feeds/timezones.xml"))
    assert read(article) == ["robots", "ok", "ok"]
    assert article.text_state == "not_html"
