"""Which passages are proposed for which claims, how they rank, and what is kept of it."""

import pytest

from tests.factories import make_article, make_claim, make_story
from tracker.inbox import decisions
from tracker.models import Suggestion
from tracker.suggesting import suggest

pytestmark = pytest.mark.django_db

NEWS = (
    "The weather stayed mild. "
    "Federal police are investigating two alleged stations in Brossard. "
    "A spokesman spoke of the harvest."
)
STATIONS = "Federal police are investigating two alleged stations in Brossard."


def proposed(text=NEWS, **values):
    article = make_article(text, **values)
    suggest.follow(article.current_version_id)
    return list(Suggestion.objects.filter(article=article).order_by("-score"))


def test_a_claim_without_terms_is_proposed_where_its_own_words_are_said():
    make_claim(terms="", title="", statement="The police investigate two stations in Brossard.")
    (found,) = proposed()
    assert found.exact == STATIONS
    assert {"police", "Brossard"} <= set(found.reasons)


def test_a_claim_without_terms_is_left_alone_by_a_shared_word_or_two():
    make_claim(terms="", title="", statement="Two more stations opened on the island of Vale.")
    assert proposed() == []


def test_a_claims_terms_are_its_gate_whatever_its_wording():
    make_claim(terms="submarine", statement="The police investigate two stations in Brossard.")
    assert proposed() == []


def test_words_close_together_are_proposed_and_scattered_ones_are_not():
    make_claim(terms="", title="", statement="Divers found the wreck of the Aurora off Port Vale.")
    story = "Divers trained. {0} The wreck was old. {0} The Aurora sailed. {0} Port Vale slept."
    assert proposed(story.format("Police spoke of it. Nothing came. It rained.")) == []


def test_of_two_claims_of_the_same_words_the_nearer_one_comes_first():
    story = make_story()
    far = make_claim(story, statement="Police investigate stations.", terms="stations")
    near = make_claim(
        story, statement="Police investigate two alleged stations in Brossard.", terms="stations"
    )
    assert [(one.claim, one.rank) for one in proposed()] == [(near, 1), (far, 2)]


def test_what_a_decision_was_made_on_is_kept_with_it(nora):
    make_claim(terms="stations Brossard", statement="The police investigate two stations.")
    (found,) = proposed()
    decisions.reject(found, nora)
    found.refresh_from_db()
    assert found.engine == "passages/2"
    assert found.rank == 1
    assert {"gate", "terms", "bm25", "coverage", "shared"} <= set(found.features)


def test_a_word_of_the_claim_in_a_link_or_a_script_is_only_text():
    make_claim(terms="", title="", statement="The police investigate two stations in Brossard.")
    (found,) = proposed("<b>Police</b> investigate two <i>stations</i> in Brossard.")
    assert found.exact.startswith("<b>")
