"""Who first printed a phrase, who dropped it and when, over all versions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sources.models import Version
from tests.factories import add_version, make_article, make_source, make_story
from tracker.models import Story, StoryArticle
from tracker.searching import phrases

pytestmark = pytest.mark.django_db
SAYS = "Officials spoke on Monday. They called it “a shadow police-force” and left."
SAYS_NOT = "Officials spoke on Monday. They called it a private club and left."


def told(text, outlet, story=None, **values):
    article = make_article(text, source=make_source(outlet), **values)
    StoryArticle.objects.create(story=story or make_story(), article=article)
    return article


def found(user, phrase="a shadow police force"):
    return phrases.printings(user, phrase, Story.objects.all())


def outlets(rows):
    return [one.article.source.name for one in rows]


def page(client, phrase="a shadow police force", **query):
    answer = client.get("/search/", {"in": "versions", "q": phrase, **query})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_article_published_first_printed_it_first(nora):
    told(SAYS, "Later", sort_at="2023-04-19T12:00Z")
    told(SAYS, "Earlier", sort_at="2023-04-17T12:00Z")
    assert outlets(found(nora).rows) == ["Earlier", "Later"]


def test_words_added_in_a_later_version_count_from_that_version_on(nora):
    added = told(SAYS_NOT, "Added it", sort_at="2023-04-01T12:00Z")
    add_version(added, SAYS)
    told(SAYS, "Had it", sort_at="2023-04-17T12:00Z")
    rows = found(nora).rows
    assert outlets(rows) == ["Had it", "Added it"]
    assert rows[1].since.seq == 2


def test_who_dropped_it_is_told_with_the_version_that_says_it_no_more(nora):
    article = told(SAYS, "Dropped it")
    add_version(article, SAYS_NOT)
    told(SAYS, "Kept it")
    result = found(nora)
    assert outlets(result.dropped) == ["Dropped it"]
    assert result.dropped[0].dropped.seq == 2


def test_a_phrase_brought_back_is_two_stretches(nora):
    article = told(SAYS, "Wavering")
    add_version(article, SAYS_NOT)
    add_version(article, SAYS)
    stretches = [
        (one.since.seq, one.last.seq, one.dropped and one.dropped.seq) for one in found(nora).rows
    ]
    assert stretches == [(1, 1, 2), (3, 3, None)]


def test_what_a_newer_extractor_reads_no_more_was_dropped_by_nobody(nora):
    article = told(SAYS, "Read again")
    version = add_version(article, SAYS_NOT)
    Version.objects.filter(pk=version.pk).update(kind="extractor_upgrade")
    assert found(nora).dropped == []


@pytest.mark.parametrize(
    "phrase", ["A SHADOW police force", "a shadow police-force", "shadow police", '"on Monday"']
)
def test_case_punctuation_and_quote_marks_do_not_matter(nora, phrase):
    told(SAYS, "Printed")
    assert outlets(found(nora, phrase).rows) == ["Printed"]


@pytest.mark.parametrize(
    "phrase", ["shadows police force", "police a shadow", "hadow police", "", "…"]
)
def test_other_words_forms_orders_and_parts_of_words_are_not_the_phrase(nora, phrase):
    told(SAYS, "Printed")
    assert found(nora, phrase).rows == []


def test_accents_do_not_matter(nora):
    told("L’enquête a été fermée hier par la police.", "Le Phare", language="fr")
    assert outlets(found(nora, "l'enquete a ete fermee").rows) == ["Le Phare"]


def test_a_chinese_phrase_is_found_inside_a_sentence(nora):
    told("加拿大警方表示，两个海外警察服务站已经关闭。", "Haicheng", language="zh")
    assert outlets(found(nora, "海外警察服务站").rows) == ["Haicheng"]


def test_a_headline_prints_it_too(nora):
    told(SAYS_NOT, "In the headline", title="A shadow police force")
    assert outlets(found(nora).rows) == ["In the headline"]


def test_an_article_of_no_story_is_not_looked_at(nora):
    make_article(SAYS)
    assert found(nora).rows == []


def test_an_article_dismissed_from_its_story_is_not_looked_at(nora):
    told(SAYS, "Dismissed")
    StoryArticle.objects.update(dismissed_by=nora)
    assert found(nora).rows == []


def test_the_articles_of_a_confidential_story_are_looked_at_for_its_members_only(nora, ada):
    secret = make_story(confidential=True)
    secret.members.add(ada)
    told(SAYS, "Secret", secret)
    assert found(nora).rows == []
    assert outlets(found(ada).rows) == ["Secret"]


def test_the_page_says_who_printed_it_first_and_who_dropped_it(desk):
    add_version(told(SAYS, "Harbour Post"), SAYS_NOT)
    told(SAYS, "The Ledger", sort_at="2023-04-19T12:00Z")
    text = page(desk)
    assert "First printed by Harbour Post, 17 Apr 2023." in text
    assert "First dropped by Harbour Post" in text
    assert "dropped in version 2" in text
    assert "still in the newest version, 1" in text


def test_the_page_can_be_kept_to_one_story(desk):
    one, other = make_story(slug="one"), make_story(slug="other")
    told(SAYS, "In one", one)
    told(SAYS, "In other", other)
    text = page(desk, story="one")
    assert ("In one" in text, "In other" in text) == (True, False)


def test_the_name_of_a_story_one_may_not_see_is_none(desk):
    told(SAYS, "Secret", make_story(slug="secret", confidential=True))
    assert "Secret" not in page(desk, story="secret")


def test_a_search_leads_to_the_search_over_versions(desk):
    answer = desk.get("/search/", {"q": "a shadow"})
    assert "/search/?in=versions&amp;q=a%20shadow" in answer.content.decode()


def test_the_page_asks_as_often_for_many_articles_as_for_one(desk):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            page(desk)
        return len(captured)

    told(SAYS, "One")
    page(desk)
    once = asked()
    for n in range(4):
        add_version(told(SAYS, f"Another {n}"), SAYS_NOT)
    assert asked() == once
