"""The history of editors' acts, kept by the database itself."""

import pytest
from django.db import connection
from django.utils import timezone

from sources.ingest.subscribe import Subscription, subscribe
from sources.models import Feed, Source, Tag
from tests.factories import make_article, make_claim, make_source, make_suggestion
from tracker.inbox import decisions
from tracker.models import Claim, Evidence
from tracker.passages.linking import Reading

pytestmark = pytest.mark.django_db


def events(row, model):
    """The recorded states of a row, oldest first."""
    return (
        model._meta.apps.get_model(model._meta.app_label, f"{model.__name__}Event")
        .objects.filter(pgh_obj_id=row.pk)
        .order_by("pgh_id")
    )


def test_a_change_keeps_what_stood_before():
    claim = make_claim(statement="One thing.")
    claim.statement = "Another thing."
    claim.save()
    assert [event.statement for event in events(claim, Claim)] == ["One thing.", "Another thing."]


def test_a_change_by_hand_in_the_database_is_recorded_too():
    source = make_source("Harbour Post")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sources_source SET owner = 'Somebody' WHERE id = %s", [source.pk])
    assert events(source, Source).last().owner == "Somebody"


def test_an_act_on_the_site_says_who_did_it(desk, nora):
    source = make_source()
    Tag.objects.create(slug="wire", label_en="wire")
    desk.post("/sources/desk/tag/", {"source": [source.pk], "tag": "wire", "verb": "tag"})
    event = source.source_tags.model._meta.apps.get_model("sources", "SourceTagEvent").objects.get()
    assert event.pgh_context.metadata["user"] == nora.pk


def test_withdrawn_evidence_stays_with_both_its_states(nora):
    (evidence,) = decisions.accept(
        make_suggestion(article=make_article()), Reading("reports"), nora
    )
    evidence.withdraw(nora, "wrong claim")
    states = [event.withdrawn_because for event in events(evidence, Evidence)]
    assert states == ["", "wrong claim"]


def test_polling_a_feed_fills_no_history():
    feed, _ = subscribe(Subscription("https://outlet.example/feed.xml", "Outlet"))
    Feed.objects.filter(pk=feed.pk).update(last_ok_at=timezone.now(), failures=1)
    assert events(feed, Feed).count() == 1


def test_pausing_a_feed_enters_its_history():
    feed, _ = subscribe(Subscription("https://outlet.example/feed.xml", "Outlet"))
    Feed.objects.filter(pk=feed.pk).update(enabled=False, paused_because="on strike")
    assert events(feed, Feed).last().paused_because == "on strike"
