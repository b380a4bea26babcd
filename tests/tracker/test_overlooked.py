"""Articles in which the machine found nothing are listed until somebody read them."""

import pytest
from django.utils import timezone

from sources.models import Cluster, Host, Job, Run
from tests.conftest import member
from tests.factories import make_article, make_claim, make_story, make_suggestion
from tests.tracker.test_pages import linked, queries
from tracker.inbox import overlooked
from tracker.models import Decision, StoryArticle
from tracker.suggesting import suggest

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return make_story()


def passed(story, **values):
    """An article that passed the story's filter."""
    article = make_article(**{"title": "Police were asked", **values})
    return StoryArticle.objects.create(story=story, article=article)


def shown(client, **asked):
    return client.get("/inbox/articles/", asked).context["rows"]


def put_aside(client, row, verb="read", **how):
    return client.post(f"/inbox/articles/{row.pk}/", {"verb": verb}, **how)


def test_an_article_of_a_story_with_no_suggestion_is_listed(desk, story):
    row = passed(story)
    assert shown(desk) == [row]
    assert "1 article in which nothing was found" in desk.get("/inbox/articles/").text


def test_an_empty_list_says_what_stands_in_it_and_not_what_passed(desk, story):
    make_suggestion(make_claim(story))
    page = desk.get("/inbox/articles/").text
    assert "Nothing is left to be read" in page
    assert "They passed the filter" not in page
    assert "1 suggestion waits in the inbox" in page
    assert "1 waiting" not in page


@pytest.mark.parametrize("address", ["/inbox/", "/inbox/articles/"])
def test_while_pages_are_being_read_an_empty_list_says_how_many(desk, address):
    run, host = (
        Run.objects.create(deadline_at=timezone.now()),
        Host.objects.create(authority="outlet.example"),
    )
    for kind in ("page", "tell"):
        Job.objects.create(kind=kind, article=make_article(), host=host, run=run)
    Job.objects.create(kind="page", article=make_article(), host=host)  # a re-check, in no run
    said = "2 pages of the run under way are still being read."
    shown = desk.get(address).text
    assert said in shown
    assert "Inbox clear" not in shown
    Run.objects.update(finished_at=timezone.now())
    assert said not in desk.get(address).text


def test_what_the_ingest_finds_nothing_in_is_listed(desk, story):
    claim = make_claim(story, terms="zanzibar")
    article = make_article()
    suggest.propose([claim], [article.current_version])
    assert [row.article for row in shown(desk)] == [article]


def test_an_article_with_a_suggestion_or_evidence_is_not_listed(desk, nora, story):
    claim = make_claim(story)
    make_suggestion(claim, passed(story).article)
    linked(claim, nora, article=passed(story).article)
    assert shown(desk) == []


def test_a_suggestion_for_another_story_does_not_count(desk, story):
    row = passed(story)
    make_suggestion(make_claim(), row.article)
    assert shown(desk) == [row]


def test_copies_of_a_text_are_one_row_and_are_read_at_once(desk, story):
    cluster = Cluster.objects.create()
    first, _second = passed(story, cluster=cluster), passed(story, cluster=cluster)
    assert shown(desk) == [first]
    put_aside(desk, first)
    assert shown(desk) == []


@pytest.mark.parametrize("verb", ["read", "dismiss"])
def test_what_is_put_aside_leaves_the_list_and_comes_back_when_that_is_undone(desk, story, verb):
    row = passed(story)
    put_aside(desk, row, verb)
    assert shown(desk) == []
    act = Decision.objects.get()
    assert act.verb == verb
    desk.post(f"/inbox/undo/{act.together}/")
    assert shown(desk) == [row]


def test_the_second_to_put_one_aside_is_told_who_was_first(client, desk, story):
    row = passed(story)
    overlooked.put_aside(row, "read", member("max", "editor"))
    answer = put_aside(desk, row, follow=True)
    assert "max has put it aside already." in answer.text
    assert Decision.objects.count() == 1


def test_the_list_can_be_narrowed_to_a_story(desk, story):
    passed(make_story())
    row = passed(story)
    assert shown(desk, story=story.slug) == [row]


def test_articles_of_a_confidential_story_are_for_its_members(client, desk, ada):
    secret = make_story(confidential=True)
    secret.members.add(ada)
    row = passed(secret)
    assert shown(desk) == []
    assert put_aside(desk, row).status_code == 404
    client.force_login(ada)
    assert shown(client) == [row]


def test_a_viewer_reads_the_list_and_puts_nothing_aside(client, tom, story):
    client.force_login(tom)
    row = passed(story)
    assert shown(client) == [row]
    assert put_aside(client, row).status_code == 403


def test_the_list_costs_the_same_queries_whatever_is_in_it(desk, story):
    passed(story)
    few = queries(desk, "/inbox/articles/")
    for _ in range(8):
        passed(story)
    assert queries(desk, "/inbox/articles/") == few


def test_the_list_is_paged(desk, story, monkeypatch):
    monkeypatch.setattr("tracker.views.overlooked.PAGE", 2)
    rows = [passed(story) for _ in range(3)]
    answer = desk.get("/inbox/articles/")
    assert answer.context["rows"] == rows[:0:-1]
    assert shown(desk, before=answer.context["earlier"]) == rows[:1]


def test_what_was_proposed_from_an_article_out_of_the_story_does_not_wait(desk, nora, story):
    row = passed(story)
    make_suggestion(make_claim(story), row.article)
    assert len(desk.get("/inbox/").context["rows"]) == 1
    overlooked.put_aside(row, "dismiss", nora)
    assert desk.get("/inbox/").context["rows"] == []
    assert desk.get("/inbox/").context["inbox_count"]() == 0
