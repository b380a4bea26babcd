"""Redirects of feeds: which are followed, and which change the address."""

import pytest

from sources.ingest.subscribe import Subscription, subscribe
from tests.sources.newsroom import HTML, days_pass, follow, item, page, poll, serve

pytestmark = pytest.mark.django_db


def one(n=1):
    return item(link=f"http://ledger.example/{n}", title=f"Story {n}")


def test_case_03_a_feed_that_redirects_to_a_file_is_refused(web):
    web.redirect("/feed.xml", "file:///etc/passwd")
    feed = follow(web)
    assert poll(feed) in ("bad_url", "ssrf_blocked")
    assert feed.fetches.first().hops[0][0] == 301


def test_case_07_a_permanent_redirect_seen_once_is_followed_and_the_address_kept(web):
    web.redirect("/feed.xml", web.url("/new.xml"))
    serve(web, one(), path="/new.xml")
    feed = follow(web, fetch_pages=False)
    assert poll(feed) == "ok"
    assert (feed.url, feed.moved_to) == (web.url("/feed.xml"), web.url("/new.xml"))


def test_case_07_three_good_polls_over_two_days_change_the_address(web):
    web.redirect("/feed.xml", web.url("/new.xml", host="new.localhost"))
    serve(web, one(), path="/new.xml")
    feed = follow(web, fetch_pages=False)
    for _ in range(2):
        poll(feed)
        days_pass(1)
    assert feed.url == web.url("/feed.xml"), "two days are not over"
    poll(feed)
    assert feed.url == web.url("/new.xml", host="new.localhost")
    assert feed.job.host_id == f"new.localhost:{web.port}"
    assert poll(feed) in ("ok", "unchanged")
    assert web.paths()[-1] == "/new.xml"


def test_case_07_the_old_address_still_names_a_feed_that_moved(web):
    web.redirect("/feed.xml", web.url("/new.xml"))
    serve(web, one(), path="/new.xml")
    feed = follow(web, fetch_pages=False)
    for _ in range(4):
        poll(feed)
        days_pass(1)
    assert feed.url == web.url("/new.xml")
    assert subscribe(Subscription(web.url("/feed.xml"))) == (feed, False)


def test_case_07_a_temporary_redirect_never_changes_the_address(web):
    web.redirect("/feed.xml", web.url("/new.xml"), status=302)
    serve(web, one(), path="/new.xml")
    feed = follow(web, fetch_pages=False)
    for _ in range(4):
        poll(feed)
        days_pass(1)
    assert (feed.url, feed.moved_to) == (web.url("/feed.xml"), "")


def test_case_08_a_permanent_redirect_to_a_web_page_changes_nothing(web):
    web.redirect("/feed.xml", web.url("/welcome"))
    web.page("/welcome", page(), headers=HTML)
    feed = follow(web)
    assert poll(feed) == "not_a_feed"
    assert (feed.url, feed.moved_to, feed.failures) == (web.url("/feed.xml"), "", 0.5)


def test_case_09_a_move_to_the_address_of_another_feed_is_told_and_not_made(web):
    web.redirect("/feed.xml", web.url("/new.xml"))
    serve(web, one(), path="/new.xml")
    other = follow(web, "/new.xml", fetch_pages=False)
    feed = follow(web, fetch_pages=False)
    for _ in range(4):
        poll(feed)
        days_pass(1)
    assert feed.url == web.url("/feed.xml")
    assert f"another feed, {other.pk}" in feed.last_detail
