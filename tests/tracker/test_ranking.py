"""How claims are ranked against passages, and how their words are kept."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_claim, make_story
from tracker.matching import words
from tracker.models import Claim, ClaimText, ClaimWord
from tracker.suggesting import ranking

pytestmark = pytest.mark.django_db

PASSAGE = "The force said it was looking into two stations in Brossard and asked for tips."


@pytest.fixture
def claims():
    """Three claims that share some of their words."""
    story = make_story()
    wordings = (
        "The force investigates two police stations in Brossard.",
        "Police stations stand in several countries.",
        "A minister resigned over the harvest.",
    )
    made = [make_claim(story, statement=one, title="") for one in wordings]
    ranking.keep(made)
    return made


def rank(passage, claims):
    (found,) = ranking.rank([words(passage, "en")], [claim.pk for claim in claims])
    return found


def test_the_claim_whose_rarest_words_are_said_comes_first(claims):
    assert [one.claim for one in rank(PASSAGE, claims)] == [claims[0].pk, claims[1].pk]


def test_a_claim_that_shares_no_word_is_not_ranked(claims):
    assert claims[2].pk not in {one.claim for one in rank(PASSAGE, claims)}


def test_coverage_is_the_whole_when_every_word_is_said(claims):
    (best, *_) = rank(claims[0].statement, claims)
    assert best.coverage == pytest.approx(1)


def test_it_says_which_words_both_have(claims):
    (best, *_) = rank(PASSAGE, claims)
    assert {"brossard", "two"} <= set(best.words)


def test_only_the_claims_asked_for_are_ranked(claims):
    assert [one.claim for one in rank(PASSAGE, claims[1:])] == [claims[1].pk]


def test_any_number_of_passages_is_one_statement(claims):
    with CaptureQueriesContext(connection) as seen:
        ranking.rank([words(PASSAGE, "en")] * 30, [claim.pk for claim in claims])
    assert len(seen) == 1


def test_a_passage_without_words_asks_nothing(claims, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert rank("It was.", claims) == []


def test_a_claim_worded_in_french_is_found_in_french():
    claim = make_claim(statement="The stations closed.", statement_fr="Les postes ont fermé.")
    ranking.keep([claim])
    (found,) = ranking.rank([words("Des postes fermés", "fr")], [claim.pk])
    assert found[0].coverage == pytest.approx(1)


def test_a_claim_worded_anew_is_found_by_its_new_words(claims):
    Claim.objects.filter(pk=claims[2].pk).update(statement="A lighthouse burned.")
    ranking.keep(Claim.objects.all())
    assert rank("the lighthouse", claims)[0].claim == claims[2].pk
    assert rank("the harvest", claims) == []


def test_what_did_not_change_is_not_written_again(claims):
    before = set(ClaimText.objects.values_list("pk", flat=True))
    ranking.keep(claims)
    assert set(ClaimText.objects.values_list("pk", flat=True)) == before


def test_a_claim_merged_into_another_leaves_the_ranking(claims):
    claims[2].merged_into = claims[0]
    claims[2].save()
    Claim.objects.filter(pk=claims[1].pk).update(statement="Stations stand abroad.")
    ranking.keep(Claim.objects.standing())
    assert not ClaimWord.objects.filter(text__claim=claims[2]).exists()
