"""What is new to a reader: since when, for whom, how many, and what marks it as seen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import make_article, make_claim
from tests.tracker.test_pages import linked, status
from tracker.models import Evidence, StatusChange, Visit
from tracker.timeline import visits

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def claim(nora):
    """A claim with one statement recorded yesterday; nora marked all as seen two days ago."""
    claim = make_claim()
    recorded(linked(claim, nora), DAY)
    now = timezone.now()
    Visit.objects.create(user=nora, story=claim.story, latest=now, seen_until=now - 2 * DAY)
    return claim


def recorded(evidence, ago):
    Evidence.objects.filter(pk=evidence.pk).update(recorded_at=timezone.now() - ago)
    return evidence


def look(client, claim, **query):
    return client.get(f"/stories/{claim.story.slug}/", query)


def unseen(client, claim):
    return look(client, claim).context["unseen"]


def mark(client, claim, until=None):
    until = until or timezone.now()
    return client.post(f"/stories/{claim.story.slug}/seen/", {"until": until.isoformat()})


def test_what_was_recorded_after_the_mark_is_new(desk, claim):
    assert unseen(desk, claim).number == 1


def test_looking_never_marks(desk, claim):
    look(desk, claim)
    Visit.objects.update(latest=timezone.now() - 3 * DAY)
    assert unseen(desk, claim).number == 1


def test_nothing_is_new_to_who_comes_for_the_first_time(client, claim, tom):
    client.force_login(tom)
    assert unseen(client, claim).number == 0


def test_what_comes_after_the_first_look_is_new(client, claim, tom, nora):
    client.force_login(tom)
    look(client, claim)
    recorded(linked(claim, nora), -timedelta(seconds=5))
    assert unseen(client, claim).number == 1


def test_a_change_of_status_is_new_as_well(desk, claim):
    change = status(claim, "reported", "newsroom")
    assert unseen(desk, claim).number == 2
    StatusChange.objects.filter(pk=change.pk).update(recorded_at=timezone.now() - 3 * DAY)
    assert unseen(desk, claim).number == 1


def test_each_claim_says_how_much_of_it_is_new(desk, claim, nora):
    other = make_claim(claim.story)
    recorded(linked(other, nora, article=make_article()), DAY)
    recorded(linked(other, nora, stance="disputes", article=make_article()), DAY)
    assert [(c.number, n) for c, n in unseen(desk, claim).by_claim] == [(2, 2), (1, 1)]


def test_the_button_marks_everything_the_page_showed(desk, claim):
    mark(desk, claim)
    assert unseen(desk, claim).number == 0


def test_what_came_between_the_page_and_the_button_stays_new(desk, claim):
    mark(desk, claim, until=timezone.now() - 1.5 * DAY)
    assert unseen(desk, claim).number == 1


def test_the_mark_can_be_taken_back(desk, claim):
    mark(desk, claim)
    desk.post(f"/stories/{claim.story.slug}/seen/undo/")
    assert unseen(desk, claim).number == 1


def test_one_readers_mark_is_not_anothers(desk, claim, tom):
    Visit.objects.create(
        user=tom, story=claim.story, latest=timezone.now(), seen_until=timezone.now() - 2 * DAY
    )
    mark(desk, claim)
    desk.force_login(tom)
    assert unseen(desk, claim).number == 1


def test_the_line_stands_before_the_first_new_entry_of_the_page(desk, claim, nora):
    old = recorded(linked(claim, nora, stance="denies", denies_what="All of it."), 3 * DAY)
    page = look(desk, claim).content.decode()
    new = Evidence.objects.exclude(pk=old.pk).get()
    assert "New below: 1 on this page" in page
    assert page.index('id="new"') < page.index(f'id="e{new.pk}"')
    assert page.index(f'id="e{old.pk}"') < page.index('id="new"')


@pytest.mark.parametrize(("words", "shown"), [("seen", 1), ("24h", 0), ("7d", 1), ("", 1)])
def test_the_list_can_be_narrowed_to_what_was_recorded_since(desk, claim, words, shown):
    Evidence.objects.update(recorded_at=timezone.now() - DAY - timedelta(hours=1))
    assert look(desk, claim, since=words).context["statements"] == shown


def test_a_day_may_be_asked_for_and_stays_in_its_field(desk, claim):
    day = timezone.localdate().isoformat()
    answer = look(desk, claim, since=["", day])
    assert answer.context["statements"] == 0
    assert f'name="since" value="{day}"' in answer.content.decode()


def test_a_word_that_is_no_day_narrows_nothing_and_is_named(desk, claim):
    answer = look(desk, claim, since="yore")
    assert answer.context["statements"] == 1
    assert "“yore” is no date" in answer.content.decode()


def test_the_last_visit_ended_when_half_an_hour_passed_without_reading(nora, claim):
    now = timezone.now()
    Visit.objects.update(latest=now - timedelta(hours=5))
    again = visits.visit(nora, claim.story, now)
    assert again.before == now - timedelta(hours=5)
    assert visits.visit(nora, claim.story, now + timedelta(minutes=20)).before == again.before


def test_nobody_marks_a_story_they_may_not_know_of(client, claim, tom):
    type(claim.story).objects.update(confidential=True)
    client.force_login(tom)
    assert mark(client, claim).status_code == 404


def test_the_page_of_a_claim_marks_what_is_new(desk, claim):
    address = f"/stories/{claim.story.slug}/claims/{claim.number}/"
    assert 'class="newmark"' in desk.get(address).content.decode()
    mark(desk, claim)
    assert 'class="newmark"' not in desk.get(address).content.decode()
