"""An empty newsroom leads by the hand: from no story to the first linked passage."""

import pytest
from django.urls import reverse

from sources.models import Feed
from tests.factories import make_article, make_claim, make_source, make_story
from tracker.models import Story, Trawl, User
from tracker.passages import linking
from tracker.passages.linking import Reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, ada):
    """A client with the administrator signed in."""
    client.force_login(ada)
    return client


def page(client, address):
    return client.get(address).content.decode()


def test_without_a_story_the_first_step_is_to_name_one(office):
    shown = page(office, "/stories/")
    assert "No story yet" in shown
    assert f'class="btn pri" href="{reverse("new-story")}"' in shown


def test_a_viewer_of_an_empty_newsroom_is_told_who_can_begin(client, tom):
    client.force_login(tom)
    shown = page(client, "/stories/")
    assert "An administrator can add one." in shown
    assert "new-story" not in shown


def test_a_named_story_gets_an_address_from_its_name(office):
    answer = office.post("/stories/new/", {"title": "Overseas police stations"})
    assert answer.url == "/stories/overseas-police-stations/"


def test_a_second_story_of_the_same_name_gets_an_address_of_its_own(office):
    for _ in range(2):
        office.post("/stories/new/", {"title": "Harbour"})
    assert set(Story.objects.values_list("slug", flat=True)) == {"harbour", "harbour-2"}


def test_a_name_in_chinese_makes_a_usable_address(office):
    assert office.post("/stories/new/", {"title": "警务站"}).url == "/stories/story/"


def test_a_filter_that_cannot_be_read_is_refused_with_the_reason_and_nothing_is_lost(office):
    answer = office.post("/stories/new/", {"title": "Harbour", "filter": '"police'})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "never closed" in shown
    assert "Harbour" in shown
    assert not Story.objects.exists()


def test_the_story_shows_what_is_left_to_do_with_the_next_step_foremost(office):
    story = make_story()
    shown = page(office, f"/stories/{story.slug}/")
    assert f'class="btn pri" href="{reverse("new-source")}"' in shown
    Feed.objects.create(source=make_source(), url="https://outlet.example/feed.xml")
    shown = page(office, f"/stories/{story.slug}/")
    assert 'class="btn pri">Fetch now' in shown


def test_once_a_passage_is_linked_the_steps_are_gone(office, ada):
    story = make_story()
    claim, article = make_claim(story), make_article()
    assert "Link the first passage" in page(office, f"/stories/{story.slug}/")
    linking.link(claim, article.current_version, 0, 20, Reading("reports"), ada)
    assert "Link the first passage" not in page(office, f"/stories/{story.slug}/")


def test_whoever_makes_a_story_confidential_still_knows_of_it(office, ada):
    office.post("/stories/new/", {"title": "Harbour", "confidential": "on"})
    assert Story.objects.visible_to(ada).exists()
    assert list(Story.objects.get().members.all()) == [ada]


def test_the_last_who_know_of_a_confidential_story_cannot_lock_themselves_out(office, ada, nora):
    story = make_story(confidential=True)
    story.members.add(ada)
    values = {"title": "Harbour", "confidential": "on", "members": [nora.pk]}
    office.post(f"/stories/{story.slug}/edit/", values)
    assert set(story.members.all()) == {ada, nora}


def test_a_confidential_story_of_others_cannot_be_edited_or_found(office):
    story = make_story(confidential=True)
    assert office.get(f"/stories/{story.slug}/edit/").status_code == 404


def test_an_editor_neither_names_nor_changes_a_story(desk):
    story = make_story()
    assert desk.get("/stories/new/").status_code == 403
    assert desk.get(f"/stories/{story.slug}/edit/").status_code == 403


def test_by_another_filter_everything_held_is_looked_through_again(office):
    claim = make_claim()
    address = f"/stories/{claim.story.slug}/edit/"
    office.post(address, {"title": claim.story.title, "filter": claim.story.filter})
    assert not Trawl.objects.exists()
    office.post(address, {"title": claim.story.title, "filter": "harbour"})
    assert Trawl.objects.get().claim == claim


def test_people_who_left_are_not_offered_as_members(office):
    User.objects.create_user("gone", is_active=False)
    assert ">gone<" not in page(office, "/stories/new/")
