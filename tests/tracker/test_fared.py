"""What became of suggestions is shown by the method and by the place of the claim."""

import pytest

from tests.factories import make_claim, make_story, make_suggestion
from tests.tracker.test_pages import queries
from tracker.inbox import decisions
from tracker.models import Suggestion

pytestmark = pytest.mark.django_db


def suggested(claim, engine="passages/9", rank=1):
    made = make_suggestion(claim)
    Suggestion.objects.filter(pk=made.pk).update(engine=engine, rank=rank)
    made.refresh_from_db()
    return made


def methods(client):
    return client.get("/inbox/suggestions/").context["methods"]


def test_rejected_and_left_open_are_counted_at_their_place(desk, nora):
    claim = make_claim()
    for rank, decide in [
        (1, decisions.reject),
        (1, decisions.unsure),
        (2, decisions.reject),
        (9, decisions.reject),
        (7, decisions.reject),
    ]:
        decide(suggested(claim, rank=rank), nora)
    (method,) = methods(desk)
    assert method.engine == "passages/9"
    assert [(one.place, one.rejected, one.open) for one in method.places] == [
        (1, 1, 1),
        (2, 1, 0),
        (4, 2, 0),
    ]
    assert (method.first.accepted, method.first.decided) == (0, 2)


def test_accepted_of_those_decided_is_said_in_words(desk, nora):
    claim = make_claim()
    one = suggested(claim)
    form = {"verb": "accept", "claim": claim.pk, "stance": one.stance, "said_by": "unnamed"}
    desk.post(f"/inbox/{one.pk}/", form)
    decisions.reject(suggested(claim), nora)
    assert "1 of 2" in desk.get("/inbox/suggestions/").text


def test_each_method_has_figures_of_its_own(desk, nora):
    claim = make_claim()
    for engine in ("passages/8", "passages/9"):
        decisions.reject(suggested(claim, engine), nora)
    assert [method.engine for method in methods(desk)] == ["passages/8", "passages/9"]


def test_what_was_taken_back_is_not_counted(desk, nora):
    one = suggested(make_claim())
    decisions.reject(one, nora)
    desk.post(f"/inbox/undo/{one.decisions.get().together}/")
    assert methods(desk) == []


def test_before_anything_is_decided_the_page_says_so(desk):
    assert "Nobody has decided" in desk.get("/inbox/suggestions/").text


def test_decisions_in_a_story_one_may_not_know_of_are_not_counted(desk, ada):
    claim = make_claim(make_story(confidential=True))
    claim.story.members.add(ada)
    decisions.reject(suggested(claim), ada)
    assert methods(desk) == []


def test_the_page_costs_the_same_queries_whatever_was_decided(desk, nora):
    claim = make_claim()
    decisions.reject(suggested(claim), nora)
    before = queries(desk, "/inbox/suggestions/")
    for rank in range(5):
        decisions.reject(suggested(claim, f"passages/{rank}", rank), nora)
    assert queries(desk, "/inbox/suggestions/") == before
