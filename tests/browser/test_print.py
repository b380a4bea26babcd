"""The story and its claims on paper: what was said and where it comes from, and nothing to press."""

import pytest
from playwright.sync_api import expect

from tracker.models import ClaimRelation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PRESSED = "button, input, select, textarea, progress"


@pytest.fixture
def on_paper(desk_page, newsroom):
    first, second = newsroom.story.claims.order_by("number")
    ClaimRelation.objects.create(claim=first, other=second, verb="answers")
    desk_page.emulate_media(media="print")
    return desk_page


@pytest.mark.parametrize("where", ["", "claims/1/"])
def test_paper_holds_nothing_to_press(on_paper, newsroom, where):
    on_paper.at(f"/stories/{newsroom.story.slug}/{where}")
    expect(on_paper.locator(PRESSED).locator("visible=true")).to_have_count(0)


def test_a_claim_on_paper_has_its_figures_its_statements_and_its_related_claims(on_paper, newsroom):
    on_paper.at(f"/stories/{newsroom.story.slug}/claims/1/")
    read = on_paper.locator("main").inner_text()
    assert "independent origins" in read
    assert "Two alleged stations were named in Montreal on Thursday." in read
    assert newsroom.story.claims.get(number=2).short in read
    assert "as of" in read


def test_a_story_on_paper_says_who_said_it_and_which_outlet_printed_it(on_paper, newsroom):
    on_paper.at(f"/stories/{newsroom.story.slug}/")
    read = on_paper.locator("main").inner_text()
    assert "Harbour Wire" in read
    assert "An invented embassy" in read
