"""The stream of changes: what a follower is told, once, in sentences, and never what is not theirs."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from sources.models import Cluster
from tests.factories import (
    NEWS,
    add_version,
    make_article,
    make_claim,
    make_source,
    make_speaker,
    make_story,
)
from tests.tracker.test_pages import PASSAGE, linked, status
from tracker.changes.scope import Followed
from tracker.changes.stream import changes
from tracker.models import Evidence, Follow, StoryArticle
from tracker.passages import anchoring
from tracker.suggesting import suggest

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(db):
    return make_claim()


@pytest.fixture
def embassy(claim):
    speaker = make_speaker("Embassy of Fengqiao")
    return speaker


def told(user, since=None, **target):
    follow = Follow.objects.get_or_create(user=user, **target)[0]
    return changes(user, [Followed(follow, since)])


def kinds(user, since=None, **target):
    return [change.kind for change in told(user, since, **target)]


def backdated(evidence, **ago):
    Evidence.objects.filter(pk=evidence.pk).update(recorded_at=timezone.now() - timedelta(**ago))
    return evidence


def edited(evidence, text):
    version = add_version(evidence.version.article, text)
    anchoring.again(version)
    return version


def test_a_new_statement_is_a_sentence_with_its_quote_and_full_chain(nora, claim, embassy):
    article = make_article(source=make_source("Harbour Wire"))
    linked(claim, nora, article=article, stance="denies", speaker=embassy, denies_what="All of it")
    (change,) = told(nora, claim=claim)
    assert change.sentence == ("Embassy of Fengqiao denies C1 (alleged: Claim 1): “All of it”")
    assert [quote.text for quote in change.quotes] == [PASSAGE]
    assert change.detail.startswith("Harbour Wire, citing ")


def test_a_sentence_comes_in_the_language_of_who_is_told(nora, claim, embassy):
    linked(claim, nora, stance="supports", speaker=embassy)
    with translation.override("fr"):
        (change,) = told(nora, claim=claim)
    assert (
        change.sentence == "Embassy of Fengqiao appuie C1 (allégation\N{NO-BREAK SPACE}: Claim 1)"
    )


def test_no_more_than_300_characters_of_a_publisher_are_quoted(nora, claim):
    long = "The embassy said " + "much " * 100 + "more."
    linked(claim, nora, article=make_article(long), words=long)
    (change,) = told(nora, claim=claim)
    assert len(change.quotes[0].text) <= 300
    assert change.quotes[0].text.endswith("…")


def test_copies_of_one_text_are_one_change(nora, claim, embassy):
    cluster = Cluster.objects.create()
    for _ in range(3):
        linked(claim, nora, article=make_article(cluster=cluster), speaker=embassy)
    assert kinds(nora, claim=claim) == ["statement"]


def test_another_relay_of_what_was_told_is_told_as_carried(nora, claim, embassy):
    backdated(linked(claim, nora, speaker=embassy), days=2)
    linked(claim, nora, speaker=embassy)
    (change,) = told(nora, timezone.now() - timedelta(days=1), claim=claim)
    assert change.kind == "carried"
    assert change.sentence.startswith("1 more article carries what Embassy of Fengqiao said")


def test_a_change_of_status_says_by_whom_since_when_and_why(nora, claim):
    status(claim, "under-investigation", "police")
    (change,) = told(nora, claim=claim)
    assert change.sentence == (
        "C1 (alleged: Claim 1): status “under investigation”, by police, since 9 Mar 2023"
    )
    assert change.detail == "Said so."


def test_an_altered_passage_comes_with_the_words_before_and_after(nora, claim):
    evidence = linked(claim, nora)
    edited(evidence, NEWS.replace("any police station exists", "any police post exists"))
    change = next(c for c in told(nora, claim=claim) if c.kind == "altered")
    assert [quote.label for quote in change.quotes] == ["was", "now"]
    assert "police post" in change.quotes[1].text


def test_a_passage_that_was_taken_out_is_told(nora, claim):
    edited(linked(claim, nora), "Nothing of it is left in this text, which speaks of the weather.")
    assert "gone" in kinds(nora, claim=claim)


def test_an_alteration_is_told_once_however_many_versions_follow(nora, claim):
    evidence = linked(claim, nora)
    altered = NEWS.replace("any police station exists", "any police post exists")
    edited(evidence, altered)
    edited(evidence, altered + " One more sentence.")
    assert kinds(nora, claim=claim).count("altered") == 1


def test_evidence_that_was_told_and_taken_back_is_told_with_the_reason(nora, claim):
    evidence = backdated(linked(claim, nora), days=2)
    evidence.withdraw(nora, "The wrong speaker.")
    (change,) = told(nora, timezone.now() - timedelta(days=1), claim=claim)
    assert change.kind == "withdrawn"
    assert change.sentence.endswith("The wrong speaker.")
    assert change.quotes == ()


def test_what_came_and_went_between_two_mails_is_not_told(nora, claim):
    linked(claim, nora).withdraw(nora, "Undone")
    assert kinds(nora, timezone.now() - timedelta(days=1), claim=claim) == []


def test_an_article_that_passes_the_filter_of_a_followed_story_is_told(nora):
    story = make_story(filter="station*")
    make_claim(story)
    article = make_article(source=make_source("Harbour Wire"), title="Two stations named")
    suggest.follow(article.current_version_id)
    (change,) = told(nora, story=story)
    assert change.sentence == (
        f"New article of Harbour Wire, in the story “{story.title}”: “Two stations named”"
    )


def test_an_article_that_passes_no_filter_is_not_told(nora):
    story = make_story(filter="zebra*")
    make_claim(story)
    suggest.follow(make_article().current_version_id)
    assert told(nora, story=story) == []


def test_articles_with_the_same_text_are_one_change(nora, claim):
    cluster = Cluster.objects.create()
    for _ in range(3):
        StoryArticle.objects.create(story=claim.story, article=make_article(cluster=cluster))
    (change,) = told(nora, story=claim.story)
    assert "(and 2 more with the same text)" in change.sentence


def test_a_followed_source_tells_what_it_carries_of_the_stories(nora, claim):
    source = make_source()
    linked(claim, nora, article=make_article(source=source))
    linked(claim, nora)
    assert kinds(nora, source=source) == ["statement"]


def test_a_followed_search_tells_the_articles_it_finds(nora):
    make_article("The embassy spoke of tulips. Nothing else was said.")
    make_article("The weather stayed mild. Nothing else was said.")
    assert kinds(nora, query="q=tulips") == ["article"]


def test_a_followed_search_tells_no_more_than_its_choices_find(nora):
    make_article("The embassy spoke of tulips. Nothing else was said.")
    assert kinds(nora, query="lang=en&q=tulips") == ["article"]
    assert kinds(nora, query="lang=fr&q=tulips") == []


def test_nothing_of_a_story_that_one_may_not_know_of_is_told(nora, tom):
    story = make_story(confidential=True)
    story.members.add(nora)
    claim = make_claim(story)
    source = make_source()
    linked(claim, nora, article=make_article(source=source))
    status(claim, "reported", "newsroom")
    for target in ({"story": story}, {"claim": claim}, {"source": source}):
        assert told(tom, **target) == []
        assert told(nora, **target) != []


def test_it_is_the_same_number_of_queries_for_one_follow_and_for_ten(
    nora, claim, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(follows):
        with CaptureQueriesContext(connection) as captured:
            changes(nora, [Followed(follow, None) for follow in follows])
        return len(captured)

    claims = [claim, *(make_claim(claim.story) for _ in range(9))]
    for one in claims:
        edited(linked(one, nora), NEWS.replace("any police station exists", "no post exists"))
        status(one, "reported", "newsroom")
    follows = [Follow.objects.create(user=nora, claim=one) for one in claims]
    cost(follows[:1])  # the first also asks what she may do
    assert cost(follows[:1]) == cost(follows)


@pytest.fixture
def merged(claim):
    """A claim that was merged into the followed one, by way of another."""
    between = make_claim(claim.story, merged_into=claim, merged_at=timezone.now())
    return make_claim(claim.story, merged_into=between, merged_at=timezone.now())


def test_who_follows_a_claim_is_told_of_what_was_recorded_under_those_merged_into_it(
    nora, claim, merged, embassy
):
    linked(merged, nora, stance="denies", speaker=embassy, denies_what="All of it")
    (change,) = told(nora, claim=claim)
    assert change.sentence == "Embassy of Fengqiao denies C1 (alleged: Claim 1): “All of it”"
    assert ("claim", claim.pk) in change.about


def test_who_follows_a_claim_that_was_merged_is_told_of_what_it_became(nora, claim, merged):
    status(claim, "disputed", "newsroom")
    (change,) = told(nora, claim=merged)
    assert ("claim", merged.pk) in change.about


def test_what_two_merged_claims_hold_of_one_statement_is_told_once(nora, claim, merged, embassy):
    linked(claim, nora, stance="denies", speaker=embassy, denies_what="All of it")
    linked(merged, nora, stance="denies", speaker=embassy, denies_what="All of it")
    assert len(told(nora, claim=claim)) == 1
