"""A story is folded again exactly where something changed that its figures rest on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sources.models import Cluster, Feed, Fetch
from tests.conftest import member
from tests.factories import make_article, make_claim, make_source, make_speaker
from tests.tracker.test_pages import linked
from tracker.operations import coverage
from tracker.timeline.folding import fold

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor(transactional_db):
    return member("edda", "editor")


def test_what_nothing_changed_is_not_folded_again(editor):
    claim = make_claim()
    linked(claim, editor)
    assert fold(claim.story, editor).timeline is fold(claim.story, editor).timeline


@pytest.mark.parametrize("change", ["withdraw", "cluster", "name", "party"])
def test_a_change_shows_at_once(editor, change):
    claim, speaker = make_claim(), make_speaker("An invented ministry")
    evidence = linked(claim, editor, speaker=speaker, article=make_article())
    before = fold(claim.story, editor)
    if change == "withdraw":
        evidence.withdraw(editor, "wrong")
    elif change == "cluster":
        article = evidence.version.article
        article.cluster = Cluster.objects.create()
        article.save()
    elif change == "name":
        speaker.name = "Renamed"
        speaker.save()
    else:
        claim.parties.add(speaker)
    assert fold(claim.story, editor).parts[claim.pk] is not before.parts[claim.pk]


def test_a_claim_nothing_happened_to_keeps_its_part(editor):
    one = make_claim()
    two = make_claim(one.story)
    linked(one, editor)
    linked(two, editor)
    before = fold(one.story, editor)
    linked(one, editor, words="The weather stayed mild.")
    after = fold(one.story, editor)
    assert after.parts[two.pk] is before.parts[two.pk]
    assert after.parts[one.pk].count.articles == 2


def test_a_feed_that_was_down_for_days_is_one_gap(transactional_db):
    source, now = make_source("Harbour Wire"), timezone.now()
    feed = Feed.objects.create(source=source, url="https://outlet.example/f", url_key=bytes(32))
    for days, outcome in ((9, "ok"), (8, "timeout"), (6, "timeout"), (4, "ok")):
        at = now - timedelta(days=days)
        Fetch.objects.create(feed=feed, host="outlet.example", url=feed.url, outcome=outcome, at=at)
    (gap,) = coverage.gaps([source.pk], now)
    assert (gap.since.date(), gap.back.date()) == (
        (now - timedelta(days=8)).date(),
        (now - timedelta(days=4)).date(),
    )
