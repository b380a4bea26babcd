"""A new claim, worded from a sentence of an article: what is offered first, and where it leads."""

import pytest

from tests.factories import make_article, make_claim, make_story
from tracker.models import Claim, StoryArticle, Trawl

pytestmark = pytest.mark.django_db

SENTENCE = "The embassy denied that any police station exists in Canada."


@pytest.fixture
def article():
    return make_article()


@pytest.fixture
def story(article):
    made = make_story()
    StoryArticle.objects.create(story=made, article=article)
    return made


def place(article):
    start = article.current_version.text.index(SENTENCE)
    return {
        "version": article.current_version_id,
        "start": start,
        "end": start + len(SENTENCE),
    }


def opened(client, story, article, **more):
    address = f"/stories/{story.slug}/claims/new/"
    return client.get(address, place(article) | more).content.decode()


def test_the_sentence_stands_ready_to_be_worded(desk, story, article):
    page = opened(desk, story, article)
    assert f'value="{SENTENCE}"' in page


def test_claims_that_say_nearly_this_are_shown_first_with_a_way_to_link(desk, story, article):
    near = make_claim(story, statement="A police station of China exists in Canada.", terms="")
    make_claim(story, statement="The harbour froze in winter.", terms="")
    page = opened(desk, story, article)
    assert page.index(near.statement) < page.index("claim-form")
    assert f"claim={near.pk}" in page
    assert "harbour froze" not in page


def test_a_claim_whose_terms_the_sentence_meets_is_shown_too(desk, story, article):
    met = make_claim(story, statement="Diplomats reject the reports.", terms="embassy denied")
    assert met.statement in opened(desk, story, article)


def test_claims_of_a_story_one_may_not_see_are_not_shown(desk, story, article):
    hidden = make_story(confidential=True)
    make_claim(hidden, statement="A police station of China exists in Canada.")
    assert "of China exists" not in opened(desk, story, article)


def test_what_is_typed_is_compared_as_well(desk, story):
    near = make_claim(story, statement="A police station of China exists in Canada.", terms="")
    typed = {"statement": "Police stations exist in Canada"}
    answer = desk.get(f"/stories/{story.slug}/claims/near/", typed).content.decode()
    assert near.statement in answer


def test_saved_it_leads_on_to_the_passage_with_the_new_claim_chosen(desk, story, article):
    address = f"/stories/{story.slug}/claims/new/"
    query = "&".join(f"{name}={value}" for name, value in place(article).items())
    answer = desk.post(f"{address}?{query}", {"title": "Denial", "statement": SENTENCE})
    claim = Claim.objects.get()
    page = desk.get(answer.url).content.decode()
    assert f'<option value="{claim.pk}" selected>' in page
    assert SENTENCE in page


def test_everything_held_is_looked_through_for_it(desk, story):
    address = f"/stories/{story.slug}/claims/new/"
    desk.post(address, {"title": "Denial", "statement": SENTENCE})
    assert Trawl.objects.get().claim == Claim.objects.get()


def test_another_wording_is_looked_for_as_well_but_not_other_parties(desk, story):
    claim = make_claim(story, terms="embassy")
    address = f"/stories/{story.slug}/claims/{claim.number}/edit/"
    same = {"title": claim.title, "statement": claim.statement, "terms": "embassy"}
    desk.post(address, same)
    assert not Trawl.objects.exists()
    desk.post(address, same | {"terms": "embassy OR consulate"})
    assert Trawl.objects.exists()


def test_a_place_that_is_none_leaves_an_empty_form(desk, story, article):
    page = opened(desk, story, article, start="99999999", end="100000000")
    assert SENTENCE not in page


def test_the_link_form_offers_to_write_a_new_claim_from_the_passage(desk, story, article):
    make_claim(story)
    page = desk.get(f"/articles/{article.pk}/link/", {"quote": SENTENCE}).content.decode()
    assert f"/stories/{story.slug}/claims/new/?version={article.current_version_id}" in page


def test_a_contributor_is_not_offered_it(client, cleo, story, article):
    client.force_login(cleo)
    make_claim(story)
    page = client.get(f"/articles/{article.pk}/link/", {"quote": SENTENCE}).content.decode()
    assert "claims/new" not in page
