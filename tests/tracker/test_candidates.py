"""Which passages are proposed for which claims, how they rank, and what is kept of it."""

import pytest
from django.utils import translation

from tests.factories import make_article, make_claim, make_story
from tracker.inbox import decisions
from tracker.inbox.why import why
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
    assert found.engine == "passages/3"
    assert found.rank == 1
    assert {"gate", "terms", "bm25", "coverage", "shared", "stance_from"} <= set(found.features)


def test_a_word_of_the_claim_in_a_link_or_a_script_is_only_text():
    make_claim(terms="", title="", statement="The police investigate two stations in Brossard.")
    (found,) = proposed("<b>Police</b> investigate two <i>stations</i> in Brossard.")
    assert found.exact.startswith("<b>")


def test_of_sentences_that_say_the_same_the_one_that_names_who_says_it_is_proposed():
    make_claim(terms="", title="", statement="The police investigate two stations in Brossard.")
    (found,) = proposed(
        "Police investigate two stations in Brossard\n"
        "The RNP said police are to investigate two stations in Brossard.\n"
        "Police investigate the two stations of Brossard."
    )
    assert found.exact.startswith("The RNP said")


def test_a_speaker_the_text_names_and_nobody_knows_stands_in_the_form_as_a_new_one(desk):
    make_claim(terms="", title="", statement="The police investigate two stations in Brossard.")
    (found,) = proposed("The RNP said police are to investigate two stations in Brossard.")
    assert found.speaker is None
    form = desk.get("/inbox/", {"at": found.pk}).context["form"]
    assert (form["said_by"].value(), form["other_speaker"].value()) == ("other", "RNP")


def test_each_who_is_quoted_on_a_claim_is_proposed():
    make_claim(terms="", title="", statement="The police investigate two stations in Brossard.")
    found = proposed(
        "The RNP said police investigate two stations in Brossard. "
        "Orla Vale, the mayor, said police investigate no stations in Brossard."
    )
    said = {one.speaker_words.split(" said")[0] for one in found}
    assert said == {"RNP", "Orla Vale, the mayor,"}


def test_a_stance_read_from_more_than_the_verb_says_what_it_was_read_from():
    make_claim(terms="", title="", statement="Police investigate two stations in Brossard.")
    (found,) = proposed("It will ask whether police investigate two stations in Brossard.")
    assert (found.stance, found.features["stance_from"]) == ("context", "asked")
    with translation.override("en"):
        assert any("nobody asserts it" in sentence for sentence in why(found))


def test_a_body_in_full_meets_a_claim_that_has_but_its_initials():
    make_claim(terms="", title="", statement="RNP officers investigate stations.")
    assert proposed("The Royal Norland Police has officers who investigate stations.")
