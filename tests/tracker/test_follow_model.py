"""What may be followed, by whom, and what of it is shown."""

import pytest
from django.db import IntegrityError, transaction

from tests.factories import make_claim, make_source, make_story
from tracker.models import Follow
from tracker.models.follow import canonical_query

pytestmark = pytest.mark.django_db


def test_a_follow_is_of_a_story_a_claim_a_source_or_a_search(nora):
    claim = make_claim()
    kinds = [
        Follow.objects.create(user=nora, **target).kind
        for target in (
            {"story": claim.story},
            {"claim": claim},
            {"source": make_source()},
            {"query": "q=embassy"},
        )
    ]
    assert kinds == ["story", "claim", "source", "search"]


@pytest.mark.parametrize("targets", [(), ("story", "claim"), ("claim", "query")])
def test_a_follow_is_of_exactly_one_thing(nora, targets):
    claim = make_claim()
    values = {"story": claim.story, "claim": claim, "query": "q=embassy"}
    with pytest.raises(IntegrityError, match="follow_is_of_one_thing"), transaction.atomic():
        Follow.objects.create(user=nora, **{name: values[name] for name in targets})


def test_the_same_thing_is_followed_once_by_each(nora, tom):
    story = make_story()
    Follow.objects.create(user=nora, story=story)
    Follow.objects.create(user=tom, story=story)
    with pytest.raises(IntegrityError, match="story_followed_once"), transaction.atomic():
        Follow.objects.create(user=nora, story=story)


def test_a_follow_of_a_story_one_may_no_longer_know_of_is_not_shown(nora):
    claim = make_claim()
    Follow.objects.create(user=nora, claim=claim)
    assert Follow.objects.visible_to(nora).count() == 1
    type(claim.story).objects.update(confidential=True)
    assert Follow.objects.visible_to(nora).count() == 0


def test_a_search_is_known_again_whatever_the_order_of_its_address():
    one = canonical_query("?q=embassy&lang=fr&before=2023~7&page=2")
    assert one == canonical_query("lang=fr&q=embassy&tag=")
