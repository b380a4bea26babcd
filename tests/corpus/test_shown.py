"""What hostile feeds and pages put into titles, names and texts, as our own pages show it."""

import re

import pytest
from django.urls import reverse
from lxml import html

from sources.models import Article
from tests.corpus.pipeline import paste, poll, read
from tests.factories import add_version

pytestmark = pytest.mark.django_db

ACTIVE = {"iframe", "object", "embed", "base", "math", "frame", "applet", "style", "template"}
ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href"}
OUR_TEMPLATE = "pick-words"  # the words of the popover, filled in by our own script
OURS = re.compile(r"(?:/(?!/)|#|\?|$)")


def activity(page):
    """What of a page could run or fetch: it must all be ours."""
    found = []
    tree = html.document_fromstring(page)
    for element in tree.iter("*"):
        if element.tag in ACTIVE and element.get("id") != OUR_TEMPLATE:
            found.append(element.tag)
        if element.tag == "script" and (element.text or not _ours(element.get("src", "//"))):
            found.append(html.tostring(element))
        if element.tag == "meta" and element.get("http-equiv"):
            found.append(html.tostring(element))
        for name, value in element.attrib.items():
            leads_out = name in ADDRESSES and not _ours(value)
            if leads_out and element.tag == "a" and value.startswith(("http://", "https://")):
                leads_out = "evil.example" in value  # links to the publisher are what we show
            if name.startswith("on") or name in ("style", "srcdoc") or leads_out:
                found.append(f"{element.tag} {name}={value}")
    return found


def _ours(address):
    return OURS.match(address) is not None


def shown(desk, name, *args, **query):
    response = desk.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def spread(feed):
    """Give each article of the feed its summary as a text, so that the search shows it too."""
    for item in feed.items.select_related("article"):
        item.article.language = "en"
        add_version(item.article, f"Payload of the wire. {item.title} {item.summary}")
    Article.objects.update(text_state="ok")


def payloads(malformed):
    """The feed whose titles, summaries and authors are scripts, with its articles."""
    _, feed = poll(malformed("feeds/xss-titles.xml"))
    spread(feed)
    return feed


def test_a_payload_in_a_title_is_only_words_on_the_article(malformed, desk):
    for number, item in enumerate(payloads(malformed).items.all()):
        tab = ("article", "provenance", "versions")[number % 3]
        page = shown(desk, tab, item.article_id)
        assert activity(page) == []
        assert item.title in html.document_fromstring(page).text_content()


def test_a_payload_in_a_title_or_a_text_is_only_words_among_the_results(malformed, desk):
    feed = payloads(malformed)
    page = shown(desk, "search", q="payload")
    assert activity(page) == []
    text = html.document_fromstring(page).text_content()
    assert all(item.title in text for item in feed.items.all())


def test_a_payload_as_the_words_searched_for_stays_words(malformed, desk):
    _, feed = poll(malformed("feeds/xss-titles.xml"))
    for item in feed.items.all()[::2]:
        assert activity(shown(desk, "search", q=item.title)) == []


@pytest.mark.parametrize("name", ["feeds/xss-feed-title.xml", "feeds/xss-titles.xml"])
def test_a_payload_as_the_name_of_a_feed_is_only_words_at_its_source_and_among_the_runs(
    malformed, desk, name
):
    _, feed = poll(malformed(name))
    assert activity(shown(desk, "source", feed.source.slug)) == []
    assert activity(shown(desk, "sources")) == []
    assert activity(shown(desk, "ingest")) == []


@pytest.mark.parametrize("name", ["xss-body.html", "jsonld-lies.html", "canonical-hijack.html"])
def test_the_archived_text_of_a_hostile_page_is_only_words(malformed, desk, name):
    article = paste(malformed(f"pages/{name}"))
    read(article)
    for tab in ("article", "versions", "provenance"):
        assert activity(shown(desk, tab, article.pk)) == []


def test_no_link_of_a_feed_is_shown_but_those_of_the_web(malformed, desk):
    _, feed = poll(malformed("feeds/bad-links.xml"))
    for item in feed.items.exclude(article=None):
        tree = html.document_fromstring(shown(desk, "provenance", item.article_id))
        for address in tree.xpath("//@href | //@src | //@action"):
            assert address.startswith(("http://", "https://")) or _ours(address)


def test_what_calls_out_from_a_page_would_be_found():
    assert activity("<p onclick=x>") == ["p onclick=x"]
    assert activity("<a href='javascript:alert(1)'>") != []
    assert activity("<script>alert(1)</script>") != []
    assert activity("<img src=http://elsewhere.example/x>") != []
    assert (
        activity("<a href=http://publisher.example/x>x</a><script src=/static/a.js></script>") == []
    )
