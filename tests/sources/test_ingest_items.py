"""Which entries of a feed become items and articles, and which are known already."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from sources.models import Article, FeedItem, Job
from tests.sources.newsroom import (
    RSS,
    days_pass,
    follow,
    item,
    only_article,
    page,
    poll,
    rss,
    serve,
)

pytestmark = pytest.mark.django_db
LEDGER = "http://ledger.example"


def many(n, start=0, **values):
    return [item(link=f"{LEDGER}/{i}", title=f"Story {i}", **values) for i in range(start, n)]


def polled(web, *bodies, **configured):
    """A feed that showed each of these bodies on one day, one after the other."""
    web.page("/feed.xml", bodies[0], headers=RSS)
    feed = follow(web, fetch_pages=False, **configured)
    for body in bodies:
        web.page("/feed.xml", body, headers=RSS)
        assert poll(feed) in ("ok", "unchanged")
        days_pass(1)
    return feed


def titles():
    return sorted(FeedItem.objects.values_list("title", flat=True))


def test_case_30_entries_before_the_cut_of_a_truncated_feed_are_stored(web):
    body = rss(*many(3)).encode()
    feed = polled(web, body[: body.rindex(b"<title>Story 2")])
    assert titles() == ["Story 0", "Story 1"]
    assert "cut_off" in feed.last_detail


def test_case_32_a_feed_in_another_encoding_than_declared_has_its_right_letters(web):
    polled(web, rss(item(link=LEDGER, title="Ingérence étrangère")).encode("latin-1"))
    assert titles() == ["Ingérence étrangère"]


def test_case_36_a_body_that_is_a_path_or_an_address_is_not_opened(web):
    web.page("/feed.xml", b"/etc/passwd", headers=RSS)
    feed = follow(web)
    assert poll(feed) == "not_a_feed"
    web.page("/feed.xml", web.url("/secret.xml").encode(), headers=RSS)
    assert poll(feed) == "not_a_feed"
    assert web.paths() == ["/feed.xml", "/feed.xml"]


def test_case_38_of_ten_thousand_entries_the_newest_are_stored_and_a_night_opens_200(web):
    first = datetime(2023, 1, 1, tzinfo=UTC)
    day = "%a, %d %b %Y %H:%M:%S GMT"
    entries = [
        item(f"{LEDGER}/{i}", f"Story {i}", date=(first + timedelta(hours=i)).strftime(day))
        for i in range(10_000)
    ]
    feed = polled(web, rss(*entries))
    assert (FeedItem.objects.count(), Article.objects.count()) == (500, 200)
    assert FeedItem.objects.filter(title="Story 9999").exists()
    poll(feed)
    assert Article.objects.count() == 400, "the next night opens what waited"


def test_case_40_an_entry_with_only_a_title_is_kept_without_an_article(web):
    polled(web, rss(item(title="Bridge closed"), "<item></item>"))
    assert titles() == ["Bridge closed"]
    assert Article.objects.count() == 0


def test_case_40_an_entry_with_nothing_at_all_is_counted_as_bad(web):
    feed = polled(web, rss(item(title="Bridge closed"), "<item></item>"))
    assert (feed.fetches.first().new, feed.fetches.first().bad) == (1, 1)


def test_case_41_entries_that_share_one_guid_are_all_stored(web):
    feed = polled(web, rss(*many(5, guid="same")))
    assert (FeedItem.objects.count(), feed.identity) == (5, "link")


def test_case_41_a_feed_that_begins_to_repeat_its_guid_keeps_one_article_per_link(web):
    feed = polled(web, rss(*many(5)), rss(*many(6, guid="same")))
    assert (Article.objects.count(), feed.identity) == (6, "link")
    assert feed.gap_seen_at is None


def test_case_42_guids_that_change_from_http_to_https_make_no_duplicates(web):
    before = [item(f"{LEDGER}/{i}", f"Story {i}") for i in range(4)]
    after = [item(f"https://ledger.example/{i}", f"Story {i}") for i in range(4)]
    polled(web, rss(*before), rss(*after), rss(*after, extra="<!-- again -->"))
    assert (FeedItem.objects.count(), Article.objects.count()) == (4, 4)


def test_case_43_new_guids_for_old_links_make_no_duplicates(web):
    before = [item(f"{LEDGER}/{i}", f"Story {i}", guid=f"a{i}") for i in range(4)]
    after = [item(f"{LEDGER}/{i}", f"Story {i}", guid=f"b{i}") for i in range(4)]
    feed = polled(web, rss(*before), rss(*after))
    assert (FeedItem.objects.count(), Article.objects.count()) == (4, 4)
    assert sorted(FeedItem.objects.values_list("guid", flat=True)) == ["b0", "b1", "b2", "b3"]
    assert feed.gap_seen_at is None


def test_two_entries_with_one_link_are_two_items_of_one_article(web):
    twice = [item(f"{LEDGER}/live", f"Update {n}", guid=f"u{n}") for n in range(2)]
    polled(web, rss(twice[0]), rss(*twice))
    assert (FeedItem.objects.count(), Article.objects.count()) == (2, 1)


def test_case_44_one_link_in_two_feeds_is_one_article_of_two_items(web):
    serve(web, *many(1), path="/one.xml")
    serve(web, *many(1), path="/two.xml")
    for path in ("/one.xml", "/two.xml"):
        poll(follow(web, path, fetch_pages=False))
    assert (FeedItem.objects.count(), Article.objects.count()) == (2, 1)


def test_case_45_an_entry_published_again_keeps_its_first_date(web):
    dates = ("Mon, 06 Mar 2023 10:00:00 GMT", "Tue, 07 Mar 2023 10:00:00 GMT")
    polled(web, *(rss(item(f"{LEDGER}/1", date=date)) for date in dates))
    assert only_article().published_at == datetime(2023, 3, 6, 10, tzinfo=UTC)
    assert FeedItem.objects.get().hash_changes == 1


def test_case_46_an_entry_that_carries_a_clock_changes_24_times_and_no_more(web):
    bodies = [
        rss(item(f"{LEDGER}/1", extra=f"<description>At {n}</description>")) for n in range(30)
    ]
    feed = polled(web, *bodies)
    assert FeedItem.objects.get().hash_changes == 24
    assert feed.fetches.first().same == 1


def test_case_47_an_article_taken_down_by_an_editor_stays_away(web):
    feed = polled(web, rss(*many(2)))
    Article.objects.all().delete()
    web.page("/feed.xml", rss(*many(2), extra="<!-- again -->"), headers=RSS)
    poll(feed)
    assert (Article.objects.count(), FeedItem.objects.count()) == (0, 2)


@pytest.mark.parametrize(
    ("link", "stored"),
    [
        ("/a b", "/a%20b"),
        ("//ledger.example/1", "//ledger.example/1"),
        ("http://http://ledger.example/1", "http://ledger.example/1"),
        ("http:\\\\ledger.example\\1", "http://ledger.example/1"),
        ("http://zürich.example/1", "http://xn--zrich-kva.example/1"),
        (" http://ledger.example/1\n", "http://ledger.example/1"),
    ],
)
def test_case_48_links_that_are_meant_somehow_are_repaired(web, link, stored):
    polled(web, rss(item(link, guid="1")))
    assert only_article().url.endswith(stored)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://ledger.example/" + "x" * 3000])
def test_case_48_links_nobody_could_follow_make_no_article(web, link):
    polled(web, rss(item(link, title="Still worth keeping", guid="1")))
    assert (Article.objects.count(), titles()) == (0, ["Still worth keeping"])
    assert FeedItem.objects.get().link == ""


def test_case_49_tracking_parameters_do_not_make_another_article(web):
    links = ["", "?utm_source=rss", "?fbclid=x1", "?cmp=rss&utm_medium=feed"]
    polled(web, rss(*(item(f"{LEDGER}/1{tail}", guid=f"g{tail}") for tail in links)))
    assert Article.objects.count() == 1


def test_case_50_other_parameters_name_other_articles(web):
    polled(web, rss(item(f"{LEDGER}/s?id=1"), item(f"{LEDGER}/s?id=2")))
    assert Article.objects.count() == 2


def test_case_51_a_feed_that_became_empty_is_well_and_says_so(web):
    feed = polled(web, rss(*many(50)), rss())
    assert (feed.last_outcome, feed.last_detail, feed.failures) == ("ok", "no_items", 0)
    assert FeedItem.objects.count() == 50


def test_case_52_polls_that_share_no_entry_leave_a_gap_warning(web):
    feed = polled(web, rss(*many(5)), rss(*many(10, start=5)))
    assert feed.gap_seen_at is not None


def test_case_52_polls_that_share_an_entry_leave_none(web):
    feed = polled(web, rss(*many(5)), rss(*many(9, start=4)))
    assert feed.gap_seen_at is None


def test_case_53_a_json_feed_is_stored(web):
    body = (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "Ledger", "items": '
        '[{"id": "1", "url": "http://ledger.example/1", "title": "Story 1", "content_text": "x"}]}'
    )
    web.page("/feed.json", body, headers={"Content-Type": "application/feed+json"})
    feed = follow(web, "/feed.json", fetch_pages=False)
    assert poll(feed) == "ok"
    assert (titles(), feed.format) == (["Story 1"], "json11")


def test_case_54_an_entry_without_a_date_is_sorted_by_when_it_was_first_seen(web):
    before = timezone.now()
    polled(web, rss(item(f"{LEDGER}/1")))
    article = only_article()
    assert (article.published_at, article.published_from) == (None, "none")
    assert before <= article.sort_at <= timezone.now()


def test_case_57_a_date_without_a_zone_is_in_the_feeds_own(web):
    polled(web, rss(item(f"{LEDGER}/1", date="2023-06-13 08:00:00")), tz="America/Vancouver")
    article = only_article()
    assert article.published_at == datetime(2023, 6, 13, 15, tzinfo=UTC)
    assert article.date_flags == ["naive"]


def test_case_59_a_date_two_hours_ahead_is_flagged_and_sorted_by_first_sight(web):
    soon = (timezone.now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    polled(web, rss(item(f"{LEDGER}/1", date=soon)))
    article = only_article()
    assert article.date_flags == ["future"]
    assert article.sort_at <= timezone.now()


def test_case_59_a_date_in_2099_is_none(web):
    polled(web, rss(item(f"{LEDGER}/1", date="Tue, 13 Jan 2099 10:00:00 GMT")))
    assert only_article().published_at is None


def test_an_entry_that_changed_has_its_page_looked_at_again(web):
    web.page("/1", page(), headers={"Content-Type": "text/html"})
    bodies = [rss(item(web.url("/1"), title)) for title in ("Before", "After")]
    web.page("/feed.xml", bodies[0], headers=RSS)
    feed = follow(web)
    poll(feed)
    Job.objects.filter(kind="page").update(due_at=timezone.now() + timedelta(days=7))
    web.page("/feed.xml", bodies[1], headers=RSS)
    poll(feed)
    assert Job.objects.get(kind="page").due_at <= timezone.now()
