"""Any two versions of an article in one reading flow, with what is linked in them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import add_version, make_article, make_claim, make_story
from tests.tracker.shown import to_the_eye
from tracker.models import Anchor
from tracker.passages import anchoring, linking
from tracker.passages.linking import Reading

pytestmark = pytest.mark.django_db
WEEKS = "The talks begin within weeks. Nobody was charged.\nThe weather stayed mild.\nIt was late."
MONTHS = (
    "The talks begin within months. Nobody was charged.\nThe weather stayed mild.\nIt was late."
)
MOVED = "It was late.\nThe talks begin within months. Nobody was charged.\nThe weather stayed mild."
NOTHING = "Nothing else happened on that day.\nIt was late."


def read(client, article, **query):
    answer = client.get(f"/articles/{article.pk}/versions/", query)
    assert answer.status_code == 200
    return answer.text


def told(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def link(words, article, by, claim=None, **reading):
    version = article.current_version
    start = version.text.index(words)
    values = Reading(**{"stance": "disputes", **reading})
    return linking.link(claim or make_claim(), version, start, start + len(words), values, by)


def edit(article, text, **values):
    """The publisher changes the page, and passages are found again."""
    version = add_version(article, text)
    for name, value in values.items():
        setattr(version, name, value)
    version.save()
    anchoring.again(version)
    return version


@pytest.fixture
def article():
    return make_article(WEEKS)


# --- the text ---------------------------------------------------------------------------------


def test_the_whole_text_stands_in_one_flow_with_the_changed_words_in_place(desk, article):
    edit(article, MONTHS)
    shown = to_the_eye(read(desk, article))
    assert (
        "<p>The talks begin within <del>weeks</del><ins>months</ins>. Nobody was charged.</p>"
        "<p>The weather stayed mild.</p><p>It was late.</p>"
    ) in shown


def test_a_screen_reader_hears_where_a_change_begins_and_ends(desk, article):
    edit(article, MONTHS)
    heard = told(read(desk, article))
    assert "deleted: weeks end of deletion inserted: months end of insertion" in heard


def test_an_address_shows_only_what_changed_and_the_rest_can_be_opened(desk, article):
    edit(article, MONTHS)
    shown = read(desk, article, only="changes")
    assert "<details" in shown
    assert "2 unchanged paragraphs" in shown
    assert "The weather stayed mild." in shown
    assert "2 unchanged paragraphs" not in read(desk, article)


def test_a_linked_passage_stays_in_sight_among_what_did_not_change(desk, article, nora):
    link("It was late.", article, nora)
    edit(article, MONTHS)
    shown = read(desk, article, only="changes")
    assert "1 unchanged paragraph<" in shown
    assert re.search(r"</details><p><span[^>]*></span><mark[^>]*>It was late.</mark>", shown)


def test_a_changed_headline_is_shown_word_by_word(desk, article):
    edit(article, WEEKS, title="Stations closed")
    shown = read(desk, article)
    assert "<p>Stations<ins> closed</ins></p>" in to_the_eye(shown)
    assert "The text itself is the same." in shown


def test_another_byline_is_shown_word_by_word(desk, article):
    article.versions.update(author="Ada Writer")
    edit(article, WEEKS, author="Bea Writer")
    shown = to_the_eye(read(desk, article))
    assert "<p><del>Ada</del><ins>Bea</ins> Writer</p>" in shown
    assert '<span class="tag">byline</span>' in shown


# --- the pair ---------------------------------------------------------------------------------


def test_without_a_choice_the_last_two_versions_are_compared(desk, article):
    edit(article, MONTHS)
    edit(article, NOTHING)
    assert "What changed from version 2 to version 3" in read(desk, article)


@pytest.mark.parametrize("asked", [{"a": 1, "b": 3}, {"a": 3, "b": 1}])
def test_the_older_version_comes_first_whichever_is_named_first(desk, article, asked):
    edit(article, MONTHS)
    edit(article, NOTHING)
    shown = read(desk, article, **asked)
    assert "What changed from version 1 to version 3" in shown
    assert "<ins>Nothing else happened on that day.</ins>" in to_the_eye(shown)


def test_a_version_against_itself_is_answered_in_a_sentence(desk, article):
    edit(article, MONTHS)
    assert "This is version 1 compared with itself: nothing differs." in read(
        desk, article, a=1, b=1
    )


def test_one_version_alone_is_answered_in_a_sentence(desk, article):
    assert "There is one version only" in read(desk, article)


def test_an_article_without_a_text_is_answered_in_a_sentence(desk, article):
    article.current_version = None
    article.save()
    article.versions.all().delete()
    assert "No version is held" in read(desk, article)


@pytest.mark.parametrize("asked", [{"a": "9", "b": "x"}, {"a": "²"}, {"b": "-1"}, {"a": "0" * 99}])
def test_a_number_no_version_has_falls_back_to_the_last_two(desk, article, asked):
    edit(article, MONTHS)
    assert "What changed from version 1 to version 2" in read(desk, article, **asked)


# --- what became of linked passages -----------------------------------------------------------

TALKS = "The talks begin within weeks."


def became(html):
    """What the cards say, by their passages' claims."""
    cards = re.findall(r'<div class="(?:mn|orphan)" id="n-e.*?</blockquote>', html, re.S)
    return [told(card) for card in cards]


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        (MONTHS, "It was late.", "moved"),
        (MONTHS, "Nobody was charged.", "moved"),
        (MONTHS, TALKS, "altered"),
        (NOTHING, TALKS, "no longer in the text"),
        (WEEKS + "\nMore.", TALKS, "unchanged"),
    ],
)
def test_each_passage_says_what_became_of_it(desk, article, nora, text, words, said):
    link(words, article, nora)
    edit(article, text)
    (card,) = became(read(desk, article))
    assert card.startswith(f"1 disputes {said} C1")


def test_a_passage_is_judged_by_the_chosen_pair_alone(desk, article, nora):
    link(TALKS, article, nora)
    edit(article, MONTHS)
    edit(article, MONTHS + "\nAnd more.")
    assert became(read(desk, article, a=1, b=3))[0].startswith("1 disputes altered")
    assert became(read(desk, article, a=2, b=3))[0].startswith("1 disputes unchanged")


def test_a_passage_cited_from_the_newer_version_is_looked_for_in_the_older(desk, article, nora):
    edit(article, MONTHS)
    link("The talks begin within months.", article, nora)
    link("Nobody was charged.", article, nora)
    edit(article, NOTHING)
    first, second = became(read(desk, article, a=1, b=2))
    assert first.startswith("1 disputes altered")
    assert second.startswith("2 disputes moved")


def test_a_passage_put_in_since_and_one_in_neither_are_told_apart(desk, article, nora):
    edit(article, NOTHING)
    link("Nothing else happened on that day.", article, nora)
    edit(article, MONTHS)
    edit(article, MONTHS + "\nMore.")
    assert "not yet in the older version" in became(read(desk, article, a=1, b=2))[0]
    shown = read(desk, article, a=3, b=4)
    assert "In neither of the two versions" in shown
    assert "1 linked passage: in neither of the two" in told(shown)


def test_an_altered_passage_is_marked_with_both_its_readings(desk, article, nora):
    evidence = link(TALKS, article, nora)
    edit(article, MONTHS)
    marks = re.findall(
        rf'<mark class="disputes" data-key="e{evidence.pk}"[^>]*>(.*?)</mark>',
        to_the_eye(read(desk, article)),
    )
    assert "".join(marks) == "The talks begin within <del>weeks</del><ins>months</ins>."


def test_a_removed_passage_stays_marked_where_it_stood(desk, article, nora):
    evidence = link(TALKS, article, nora)
    edit(article, NOTHING)
    shown = to_the_eye(read(desk, article))
    assert re.search(
        rf'<del>.*<mark class="disputes"[^>]*id="e{evidence.pk}">{TALKS}</mark>', shown
    )


def test_a_card_leads_to_its_claim_and_to_the_passage_as_cited(desk, article, nora):
    evidence = link(TALKS, article, nora)
    edit(article, NOTHING)
    shown = read(desk, article)
    assert f'href="/articles/{article.pk}/?v=1#e={evidence.pk}"' in shown
    assert f'href="/stories/{evidence.claim.story.slug}/claims/1/"' in shown


def test_withdrawn_evidence_is_not_marked(desk, article, nora):
    link(TALKS, article, nora).withdraw(nora, "Wrong claim.")
    edit(article, MONTHS)
    assert became(read(desk, article)) == []


def test_passages_of_a_confidential_story_are_marked_for_its_members_only(
    client, article, nora, tom
):
    story = make_story(confidential=True)
    story.members.add(nora)
    link(TALKS, article, nora, make_claim(story))
    edit(article, MONTHS)
    client.force_login(nora)
    assert len(became(read(client, article))) == 1
    client.force_login(tom)
    assert became(read(client, article)) == []
    assert "<mark" not in read(client, article)


def test_the_page_costs_the_same_queries_with_1_passage_and_with_6(desk, article, nora):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            read(desk, article, a=1, b=2)
        return len(captured)

    story = make_story()
    link(TALKS, article, nora, make_claim(story))
    edit(article, MONTHS)
    once = cost()
    for words in ("Nobody was charged.", "It was late.", "The weather", "stayed mild.", "It was"):
        link(words, article, nora, make_claim(story))
    Anchor.objects.all().delete()
    assert cost() <= once + 1, "the texts of cited versions are one more"


def test_what_a_publisher_wrote_is_never_markup(desk):
    hostile = make_article("<script>alert(1)</script> one.")
    edit(hostile, "<script>alert(2)</script> one.")
    assert "<script>alert" not in read(desk, hostile)
