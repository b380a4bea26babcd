"""What is proposed when a version is stored, and what becomes of it later."""

import pytest

from tests.factories import (
    NEWS,
    add_version,
    make_article,
    make_claim,
    make_source,
    make_speaker,
    make_story,
    make_suggestion,
)
from tracker.inbox import decisions
from tracker.models import Anchor, Evidence, StoryArticle, Suggestion
from tracker.passages.linking import Reading
from tracker.suggesting import suggest

pytestmark = pytest.mark.django_db

STATIONS = "Two alleged stations were named in Montreal on Thursday."


def follow(article):
    suggest.follow(article.current_version_id)


def test_a_passage_that_holds_the_terms_is_proposed_with_its_words_as_reason():
    claim, article = make_claim(), make_article()
    follow(article)
    (found,) = claim.suggestions.all()
    assert found.exact == STATIONS
    assert article.current_version.text[found.start : found.end] == STATIONS
    assert "Montreal" in " ".join(found.reasons)


def test_offsets_count_code_points_whatever_stands_before():
    make_claim()
    article = make_article("🇨🇦 大使馆 é — " + NEWS)
    follow(article)
    found = Suggestion.objects.get()
    assert article.current_version.text[found.start : found.end].endswith(STATIONS)


def test_an_article_outside_the_storys_filter_is_left_alone():
    make_claim(make_story(filter="hockey"))
    follow(make_article())
    assert not Suggestion.objects.exists()
    assert not StoryArticle.objects.exists()


def test_an_article_that_passes_the_filter_belongs_to_the_story_even_without_a_suggestion():
    make_claim(terms="submarine")
    article = make_article()
    follow(article)
    assert StoryArticle.objects.get().article == article


def test_an_article_that_passes_the_filter_belongs_to_a_story_that_has_no_claim_yet():
    story, article = make_story(filter="stations"), make_article()
    make_story(filter="hockey")
    follow(article)
    (held,) = StoryArticle.objects.all()
    assert (held.story, held.article) == (story, article)


def test_following_twice_proposes_once():
    make_claim()
    article = make_article()
    follow(article)
    follow(article)
    assert Suggestion.objects.count() == 1


def test_rejected_words_never_come_back(nora):
    make_claim()
    article = make_article()
    follow(article)
    decisions.reject(Suggestion.objects.get(), nora)
    add_version(article, NEWS + " A line was added.")
    follow(article)
    assert Suggestion.objects.get().state == "rejected"


def test_a_suggestion_moves_with_its_words_to_the_new_version():
    make_claim()
    article = make_article()
    follow(article)
    version = add_version(article, "Updated on Friday. " + NEWS)
    follow(article)
    found = Suggestion.objects.get()
    assert found.version == version
    assert version.text[found.start : found.end] == STATIONS


def test_a_suggestion_whose_words_left_the_text_is_obsolete():
    make_claim()
    article = make_article()
    follow(article)
    add_version(article, "The police closed the matter.")
    follow(article)
    assert Suggestion.objects.get().state == "obsolete"


def test_what_a_person_proposed_waits_whatever_the_page_says_now():
    article = make_article()
    proposed = make_suggestion(make_claim(terms="submarine"), article, STATIONS)
    Suggestion.objects.filter(pk=proposed.pk).update(engine="person")
    add_version(article, "The police closed the matter.")
    follow(article)
    assert Suggestion.objects.get(pk=proposed.pk).state == "new"


def test_the_machine_never_writes_evidence():
    make_claim()
    follow(make_article())
    assert not Evidence.objects.exists()


def test_a_speaker_is_proposed_only_when_the_passage_names_it():
    embassy = make_speaker("Embassy of Norland", variants=["embassy"])
    make_claim(terms='"police station" Canada')
    article = make_article()
    follow(article)
    found = Suggestion.objects.get()
    assert found.speaker == embassy
    assert (
        article.current_version.text[found.speaker_start : found.speaker_end] == found.speaker_words
    )


def test_a_passage_without_a_speaker_names_none():
    make_speaker("Embassy of Norland")
    make_claim()
    follow(make_article())
    assert Suggestion.objects.get().speaker is None


def test_wrongly_written_terms_match_nothing_and_stop_nobody():
    good = make_claim()
    make_claim(good.story, terms='"unclosed (')
    follow(make_article())
    assert Suggestion.objects.get().claim == good


def test_a_new_claim_is_run_over_everything_held():
    follow(make_article())
    claim = make_claim()
    assert suggest.for_claims([claim]) == 1


@pytest.mark.parametrize(
    ("after", "state"),
    [
        (NEWS + " One more line.", "same"),
        ("A new first line. " + NEWS, "moved"),
        (NEWS.replace("Two alleged stations", "Three alleged stations"), "altered"),
        ("The officers went home.", "gone"),
    ],
)
def test_linked_words_are_found_again_in_a_new_version(nora, after, state):
    article = make_article(source=make_source())
    (evidence,) = decisions.accept(
        make_suggestion(article=article, exact=STATIONS), Reading("reports"), nora
    )
    version = add_version(article, after)
    follow(article)
    assert Anchor.objects.get(evidence=evidence, version=version).state == state
    evidence.refresh_from_db()
    assert evidence.exact == STATIONS


@pytest.mark.parametrize("leave", [decisions.unsure, decisions.ask_second])
def test_what_was_left_to_others_leaves_when_the_text_loses_it(nora, leave):
    claim, article = make_claim(), make_article()
    suggest.propose([claim], [article.current_version])
    one = Suggestion.objects.first()
    leave(one, nora)
    suggest.propose([claim], [add_version(article, "Police station. Nothing of it is left.")])
    one.refresh_from_db()
    assert one.state == "obsolete"
