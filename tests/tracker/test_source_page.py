"""One source seen from many sides."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sources.models import Cluster, Host
from tests.factories import SPRING, make_article, make_claim, make_source, make_story
from tests.sources.newsroom import HTML, follow, item, page, poll, serve
from tests.tracker.test_desk import make_feed
from tests.tracker.test_pages import linked, queries
from tests.web.fixtures import web
from tracker.sourcedesk import sourcefaces

__all__ = ["web"]

pytestmark = pytest.mark.django_db


def test_a_text_another_source_had_earlier_is_a_copy_of_theirs():
    wire, daily = make_source("Harbour Wire"), make_source("A daily")
    cluster = Cluster.objects.create()
    make_article("One two three four.", source=wire, cluster=cluster, sort_at=SPRING)
    later = SPRING + timedelta(hours=2)
    make_article("One two three four.", source=daily, cluster=cluster, sort_at=later)
    make_article("Its own twelve words " * 3, source=daily)
    copied = sourcefaces.copied(daily)
    assert (copied.texts, copied.copies, copied.percent) == (2, 1, 25)
    assert copied.of == (("Harbour Wire", 1),)
    assert sourcefaces.copied(wire).copies == 0


def test_an_origin_that_is_known_outranks_who_had_it_first():
    agency, daily, other = make_source("Agency"), make_source("Daily"), make_source("Other")
    theirs = Cluster.objects.create(origin=agency)
    own = Cluster.objects.create(origin=daily)
    make_article(source=daily, cluster=theirs)
    make_article(source=other, cluster=own, sort_at=SPRING - timedelta(days=1))
    make_article(source=daily, cluster=own)
    assert sourcefaces.copied(daily).of == (("Agency", 1),)


def test_the_weeks_are_counted_with_this_week_last():
    source, now = make_source(), timezone.now()
    for days in (0, 7, 7, 400):
        make_article(source=source, sort_at=now - timedelta(days=days))
    weeks = sourcefaces.weeks(source, now)
    assert (weeks["total"], weeks["this"]) == (3, 1)
    assert [number for _day, number in weeks["weeks"][:3]] == [1, 2, 0]


def test_the_page_names_the_claims_that_rely_on_it_and_whom_it_cites(desk, nora):
    source = make_source("Harbour Wire")
    claim = make_claim(title="The desks")
    linked(claim, nora, article=make_article(source=source), chain="an unnamed source")
    shown = desk.get(f"/sources/{source.slug}/").content.decode()
    assert "The desks" in shown
    assert "unnamed sources" in shown


def test_a_claim_of_a_confidential_story_is_not_named(desk, ada):
    story = make_story(confidential=True)
    story.members.add(ada)
    source = make_source("Harbour Wire")
    claim = make_claim(story, title="The zanzibar ledger")
    linked(claim, ada, article=make_article(source=source), chain="A zanzibar banker")
    assert "zanzibar" not in desk.get(f"/sources/{source.slug}/").content.decode()


def test_names_it_had_are_told(desk):
    source = make_source("Old Gazette")
    source.name = "New Gazette"
    source.save()
    assert desk.get(f"/sources/{source.slug}/").context["former"] == ["Old Gazette"]


def test_who_may_not_read_notes_is_shown_none(client, nora, tom):
    source = make_source()
    source.notes.create(text="Zanzibar note", by=nora)
    tom.groups.clear()
    client.force_login(tom)
    for address in (f"/sources/{source.slug}/", "/sources/", "/history/"):
        assert "Zanzibar note" not in client.get(address).content.decode()


def test_a_source_costs_the_same_queries_whatever_it_has(desk, nora):
    source = make_source()

    def more():
        make_feed(source)
        Host.objects.create(authority=f"h{Host.objects.count()}.example", source=source)
        linked(make_claim(), nora, article=make_article(source=source))

    more()
    few = queries(desk, f"/sources/{source.slug}/")
    for _ in range(6):
        more()
    assert queries(desk, f"/sources/{source.slug}/") == few


def test_what_an_aggregator_lists_is_shown_with_its_outlet_and_the_way_to_a_text(desk, web):
    link = "https://news.google.com/rss/articles/CBMiInvented?oc=5"
    outlet = '<source url="https://gazette.example">The Quay Gazette</source>'
    serve(web, item(link, extra=outlet))
    feed = follow(web)
    poll(feed)
    for address in (f"/sources/{feed.source.slug}/", f"/ingest/feeds/{feed.pk}/"):
        shown = desk.get(address).content.decode()
        assert "Known from the feed alone" in shown
        assert "<b>The Quay Gazette</b>" in shown
        assert f'href="{link}"' in shown
        assert '<a href="/articles/new/">' in shown


def test_an_entry_with_an_article_is_not_known_from_the_feed_alone(desk, web):
    address = web.url("/a")
    serve(web, item(address))
    web.page("/a", page(), headers=HTML)
    feed = follow(web)
    poll(feed)
    assert feed.items.get().article.url == address
    assert "Known from the feed alone" not in desk.get(f"/ingest/feeds/{feed.pk}/").content.decode()


def test_a_source_leads_to_each_of_its_feeds(desk):
    feed = make_feed(make_source())
    shown = desk.get(f"/sources/{feed.source.slug}/").content.decode()
    assert f'href="/ingest/feeds/{feed.pk}/"' in shown
