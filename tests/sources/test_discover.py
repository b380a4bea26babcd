"""From the address of a page to the feed behind it, on a web of our own."""

import contextlib
import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from sources.ingest import discover as discovering
from sources.ingest.discover import UnansweredError, discover
from sources.ingest.identify import authority
from sources.models import Feed, FeedItem, Host
from tests.web.fixtures import web

__all__ = ["web"]
pytestmark = pytest.mark.django_db

RSS = (
    '<rss version="2.0"><channel><title>{title}</title>'
    "<item><guid>{title}-1</guid><title>A crane was moved</title></item></channel></rss>"
)
SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>{link}</loc>'
    "<news:news><news:title>A crane was moved</news:title></news:news></url></urlset>"
)
ALTERNATE = '<link rel="alternate" type="application/rss+xml" href="{href}">'
HTML = {"Content-Type": "text/html"}


def home(web, *hrefs, path="/"):
    links = "".join(ALTERNATE.format(href=href) for href in hrefs)
    page = f"<!doctype html><html><head><title>The Quay Gazette</title>{links}</head><p>Hello"
    web.page(path, page, headers=HTML)
    return web.url(path)


def feed(web, path="/feed.rss", title="The Quay Gazette"):
    web.page(path, RSS.format(title=title))
    return web.url(path)


def soon(seconds):
    return timezone.now() + timedelta(seconds=seconds)


def urls(found):
    return [candidate.url for candidate in found.candidates]


# --- what is found --------------------------------------------------------------------------


def test_the_address_of_a_feed_is_the_feed(web):
    address = feed(web)
    found = discover(address)
    assert found.is_feed
    assert urls(found) == [address]
    assert web.paths() == ["/feed.rss"]


def test_a_page_leads_to_the_feed_it_names(web):
    address = feed(web)
    found = discover(home(web, "/feed.rss"))
    assert not found.is_feed
    assert found.what == "a web page (The Quay Gazette)"
    assert urls(found) == [address]


def test_a_page_that_names_several_feeds_leads_to_all_that_answer(web):
    one, two = feed(web, "/one.rss", "One"), feed(web, "/two.rss", "Two")
    found = discover(home(web, "/one.rss", "/gone.rss", "/two.rss"))
    assert urls(found) == [one, two]
    assert [candidate.title for candidate in found.candidates] == ["One", "Two"]


def test_a_feed_of_comments_is_no_news(web):
    address = feed(web)
    feed(web, "/comments/feed/", "Comments")
    assert urls(discover(home(web, "/comments/feed/", "/feed.rss"))) == [address]


def test_one_feed_under_two_addresses_is_one_candidate(web):
    address = feed(web, "/one.rss")
    feed(web, "/two.rss")
    assert urls(discover(home(web, "/one.rss", "/two.rss"))) == [address]


def test_a_page_behind_a_redirect_names_feeds_relative_to_where_it_is(web):
    home(web, "feed.rss", path="/en/home")
    address = feed(web, "/en/feed.rss")
    web.redirect("/", "/en/home")
    assert urls(discover(web.url("/"))) == [address]


def test_common_places_are_tried_when_the_page_names_none(web):
    address = feed(web, "/rss.xml")
    assert urls(discover(home(web))) == [address]


def test_the_first_common_place_is_enough(web):
    feed(web, "/rss.xml")
    feed(web, "/atom.xml", "Another")
    discover(home(web))
    assert "/atom.xml" not in web.paths()


def test_common_places_that_robots_txt_forbids_are_not_asked(web):
    web.page("/robots.txt", "User-agent: *\nDisallow: /feed\n")
    address = feed(web, "/rss.xml")
    assert urls(discover(home(web))) == [address]
    assert not [path for path in web.paths() if path.startswith("/feed")]


def test_a_host_that_can_not_say_its_rules_is_not_guessed_at(web):
    web.page("/robots.txt", "", status=503)
    feed(web, "/rss.xml")
    assert urls(discover(home(web))) == []
    assert web.paths() == ["/", "/robots.txt"]


def test_a_news_sitemap_named_in_robots_txt_is_found(web):
    address = web.url("/maps/news.xml")
    web.page("/maps/news.xml", SITEMAP.format(link=web.url("/crane")))
    web.page("/robots.txt", f"Sitemap: {web.url('/all.xml')}\nSitemap: {address}\n")
    found = discover(home(web))
    assert urls(found) == [address]
    assert found.candidates[0].format == "news-sitemap"
    assert "/all.xml" not in web.paths()


def test_a_list_of_sitemaps_leads_to_the_one_of_news(web):
    news = web.url("/news.xml")
    web.page("/news.xml", SITEMAP.format(link=web.url("/crane")))
    web.page("/sitemap.xml", f"<sitemapindex><sitemap><loc>{news}</loc></sitemap></sitemapindex>")
    assert urls(discover(web.url("/sitemap.xml"))) == [news]


def test_a_page_without_a_feed_leads_to_none(web):
    assert urls(discover(home(web))) == []


def test_a_named_feed_on_a_private_address_is_not_asked(web):
    found = discover(home(web, "http://10.0.0.1/feed.xml"))
    assert urls(found) == []


def test_a_host_that_was_looked_at_is_not_asked_again_before_its_gap(web, settings):
    settings.INGEST = settings.INGEST | {"host_gap": 5}
    discover(feed(web))
    host = Host.objects.get()
    assert timedelta(seconds=4) < host.next_request_at - timezone.now() < timedelta(seconds=5)


def test_a_host_that_a_worker_asks_is_waited_for(web):
    place = feed(web)
    Host.objects.create(authority=authority(place), next_request_at=soon(0.5))
    assert discover(place).is_feed
    assert timezone.now() >= Host.objects.get().next_request_at


def test_a_host_that_wants_to_be_left_alone_is_not_looked_at(web, monkeypatch):
    monkeypatch.setattr(discovering, "PATIENCE", 0.1)
    place = feed(web)
    Host.objects.create(authority=authority(place), paused_until=soon(3600))
    with pytest.raises(UnansweredError) as caught:
        discover(place)
    assert caught.value.outcome == "busy"
    assert not web.paths()


def test_a_redirect_to_a_host_that_wants_to_be_left_alone_is_not_followed(web, monkeypatch):
    monkeypatch.setattr(discovering, "PATIENCE", 0.1)
    target = web.url("/feed.rss", host="ledger.localhost")
    web.redirect("/", target)
    Host.objects.create(authority=authority(target), paused_until=soon(3600))
    with pytest.raises(UnansweredError) as caught:
        discover(web.url("/"))
    assert caught.value.outcome == "busy"
    assert web.paths() == ["/"]


def test_an_address_that_does_not_answer_says_why(web):
    with pytest.raises(UnansweredError, match="404"):
        discover(web.url("/nothing"))


# --- the command ----------------------------------------------------------------------------


def add(url, *words):
    out = io.StringIO()
    with contextlib.suppress(SystemExit):  # its status is looked at where the commands are
        call_command("add_feed", url, *words, stdout=out, stderr=out)
    return out.getvalue()


def test_the_one_feed_a_page_leads_to_is_followed_and_asked(web):
    address = feed(web)
    page = home(web, "/feed.rss")
    said = add(page, "--name", "The Quay Gazette")
    assert f"it leads to {address}" in said
    followed = Feed.objects.get()
    assert (followed.url, followed.source.name) == (address, "The Quay Gazette")
    assert FeedItem.objects.get().title == "A crane was moved"


def test_several_feeds_are_listed_and_none_is_followed(web):
    one, two = feed(web, "/one.rss", "One"), feed(web, "/two.rss", "Two")
    out = io.StringIO()
    with pytest.raises(CommandError, match="one of these"):
        call_command("add_feed", home(web, "/one.rss", "/two.rss"), stdout=out)
    assert one in out.getvalue()
    assert two in out.getvalue()
    assert not Feed.objects.exists()


def test_a_page_that_leads_nowhere_is_not_followed(web):
    with pytest.raises(CommandError, match="no feed was found"):
        add(home(web))
    assert not Feed.objects.exists()


def test_an_address_that_does_not_answer_now_is_followed_as_it_is(web):
    web.page("/feed.xml", "", status=503)
    assert "answered 503" in add(web.url("/feed.xml"))
    assert Feed.objects.get().url == web.url("/feed.xml")


def test_as_is_follows_the_address_whatever_stands_there(web):
    add(home(web), "--as-is")
    assert Feed.objects.get().last_outcome == "not_a_feed"


def test_a_feed_that_is_followed_already_is_not_asked_again(web):
    address = feed(web)
    add(address)
    asked = len(web.requests)
    assert "Already followed" in add(address)
    assert len(web.requests) == asked


def test_what_is_no_address_is_refused():
    with pytest.raises(CommandError, match="not an address"):
        add("javascript:alert(1)")
