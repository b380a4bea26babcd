"""What is searched for is kept between versions, and read again when any of it changes."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import make_article, make_claim, make_speaker, make_story
from tracker.models import Claim, Speaker, Story, Suggestion
from tracker.suggesting import suggest

pytestmark = pytest.mark.django_db


def proposed():
    """The suggestions in one more article."""
    article = make_article()
    suggest.follow(article.current_version_id)
    return Suggestion.objects.filter(article=article)


def test_claims_are_not_read_again_for_every_version():
    make_claim()
    assert proposed().exists()
    article = make_article()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        suggest.follow(article.current_version_id)
    assert not [query for query in seen if 'FROM "tracker_claim"' in query["sql"]]


def test_a_claim_made_in_between_is_searched_for():
    assert not proposed().exists()
    make_claim()
    assert proposed().exists()


def test_terms_changed_in_between_are_searched_for():
    claim = make_claim(terms="submarine*")
    assert not proposed().exists()
    Claim.objects.filter(pk=claim.pk).update(terms="station* Montreal")
    assert proposed().exists()


def test_a_filter_changed_in_between_holds():
    make_claim(make_story(filter="submarine*"))
    assert not proposed().exists()
    Story.objects.update(filter="police OR station*")
    assert proposed().exists()


def test_a_claim_withdrawn_in_between_is_searched_for_no_more():
    claim = make_claim()
    assert proposed().exists()
    other = make_claim(claim.story, terms="submarine*")
    Claim.objects.filter(pk=claim.pk).update(merged_into=other)
    assert not proposed().exists()


def test_a_speaker_renamed_in_between_is_known_by_the_new_name():
    make_claim(terms='"police station"')
    speaker = make_speaker("A spokesman nobody names")
    assert {one.speaker for one in proposed()} == {None}
    Speaker.objects.filter(pk=speaker.pk).update(name="The embassy")
    assert {one.speaker for one in proposed()} == {speaker}


def test_a_change_that_was_rolled_back_leaves_nothing_behind():
    make_claim()
    with transaction.atomic():
        Claim.objects.update(terms="submarine*")
        assert not proposed().exists()
        transaction.set_rollback(True)
    assert proposed().exists()
