"""The story the demo opens with: its seed of evidence, and what it leaves to the editors."""

from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from sources.models import Article
from tests.tracker.arrivals import publish_samples, run
from tracker.models import Evidence, Origin, Story, Suggestion, User
from tracker.storyfile.collect import collect
from tracker.storyfile.dump import dump
from tracker.storyfile.load import load
from tracker.storyfile.reading import parse
from tracker.storyfile.seed import seed

pytestmark = pytest.mark.django_db

SLUG = "overseas-police-stations"
PORT = {"sample_port": "8790"}
SHIPPED = (Path(__file__).parents[2] / f"tracker/stories/{SLUG}.yaml").read_text()


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo after its first night, once for all tests here; what the last load printed."""
    demo_settings = override_settings(DEBUG=True, SAMPLE_PORT=8790)
    with django_db_blocker.unblock(), demo_settings, transaction.atomic():
        run("load_story", SLUG)
        publish_samples()
        yield run("load_story", SLUG, evidence=True)
        transaction.set_rollback(True)


def test_every_quote_of_the_shipped_story_is_linked(demo):
    out, err = demo
    count = len(parse(SHIPPED, PORT).evidence)
    assert err == ""
    assert f"{count} passages linked, 0 were already, 0 wait" in out
    assert Evidence.objects.count() == count


def test_the_seed_leaves_the_inbox_something_to_do(demo):
    assert Suggestion.objects.waiting().count() >= 15


def test_three_outlets_that_relay_the_business_outlet_are_one_origin_with_it(demo):
    rows = Evidence.objects.filter(claim__number=3, stance="reports", event_on="2024-07-13")
    assert rows.count() == 4
    assert {row.origin for row in rows} == {Origin.objects.get(source__slug="meridian-business")}


def test_an_unnamed_source_is_an_origin_of_the_article_that_spoke_to_it(demo):
    evidence = Evidence.objects.get(
        version__article__source__slug="rideau-dispatch", claim__number=3, stance="reports"
    )
    assert evidence.origin.article_id == evidence.version.article_id
    assert [link.unnamed for link in evidence.chain.all()] == [False, True]


def test_unrelated_articles_suggest_nothing(demo):
    for section in ("renovation", "harriers", "verglas", "bonspiel", "winter-storm", "lemonade"):
        article = Article.objects.get(url__contains=section)
        assert not article.suggestions.exists()
        assert not article.in_stories.exists()


def test_dumping_and_loading_a_story_changes_nothing(demo):
    editor = User.objects.get(username="nora")
    written = dump(collect(Story.objects.get(slug=SLUG)), "8790")
    again = parse(written, PORT)
    assert load(again, editor) == []
    assert seed(again, editor).linked == 0
    assert dump(collect(Story.objects.get(slug=SLUG)), "8790") == written
