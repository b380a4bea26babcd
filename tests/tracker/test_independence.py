"""An editor says whether a passage is independent, with the reason, and takes it back."""

import pytest

from tests.conftest import member
from tests.factories import make_claim, make_story
from tests.tracker.test_pages import linked
from tracker.timeline.folding import fold

pytestmark = pytest.mark.django_db


def say(client, evidence, independent="yes", because="Its reporter saw the letter.", **values):
    data = {"independent": independent, "because": because, **values}
    return client.post(f"/evidence/{evidence.pk}/independence/", data, follow=True)


def undo(client, evidence):
    return client.post(f"/evidence/{evidence.pk}/independence/undo/", follow=True)


def origins(evidence, user):
    return fold(evidence.claim.story, user, None).counts[evidence.claim_id].origins


def said(evidence):
    evidence.refresh_from_db()
    return evidence.independent, evidence.independent_because


def test_own_reporting_counts_as_an_origin_once_an_editor_says_so_and_why(desk, nora):
    evidence = linked(make_claim(), nora)
    assert origins(evidence, nora) == 0
    answer = say(desk, evidence)
    assert said(evidence) == ("yes", "Its reporter saw the letter.")
    assert origins(evidence, nora) == 1
    assert "independent: Its reporter saw the letter." in answer.text


def test_what_an_editor_says_is_not_independent_counts_as_no_origin(desk, nora):
    evidence = linked(make_claim(), nora, independent="yes")
    assert origins(evidence, nora) == 1
    say(desk, evidence, "no", "It repeats the letter.")
    assert origins(evidence, nora) == 0


def test_it_can_be_said_that_nothing_is_established(desk, nora):
    evidence = linked(make_claim(), nora, independent="yes")
    say(desk, evidence, "", "The reporter could not be reached.")
    assert said(evidence) == ("", "The reporter could not be reached.")
    assert origins(evidence, nora) == 0


def test_nothing_is_recorded_without_a_reason(desk, nora):
    evidence = linked(make_claim(), nora)
    assert "Say why" in say(desk, evidence, because=" ").text
    assert said(evidence) == ("", "")


def test_it_is_taken_back_by_who_said_it_and_stands_in_the_history(desk, nora):
    evidence = linked(make_claim(), nora)
    say(desk, evidence)
    undo(desk, evidence)
    assert said(evidence) == ("", "")
    told = desk.get("/history/", {"evidence": evidence.pk}).text
    assert "Independent. Why: Its reporter saw the letter." in told


def test_nobody_takes_back_what_another_said(client, desk, nora):
    evidence = linked(make_claim(), nora)
    say(desk, evidence)
    client.force_login(member("max", "editor"))
    assert "only they can take it back" in undo(client, evidence).text
    assert said(evidence)[0] == "yes"


def test_what_was_said_when_the_passage_was_linked_has_nothing_before_it_to_go_back_to(desk, nora):
    evidence = linked(make_claim(), nora, independent="yes")
    undo(desk, evidence)
    assert said(evidence)[0] == "yes"


def test_the_reader_shows_it_at_once_with_the_way_back(desk, nora):
    evidence = linked(make_claim(), nora)
    data = {"independent": "yes", "because": "Own reporting.", "reader": "1"}
    address = f"/evidence/{evidence.pk}/independence/"
    part = desk.post(address, data, headers={"HX-Request": "true"}).text
    assert "independent: Own reporting." in part
    assert f"{address}undo/" in part
    assert "<html" not in part


def test_a_viewer_reads_it_and_says_nothing(client, tom, nora):
    client.force_login(tom)
    evidence = linked(make_claim(), nora, independent="no", independent_because="An echo.")
    shown = client.get(f"/articles/{evidence.version.article_id}/").text
    assert "not independent: An echo." in shown
    assert "/independence/" not in shown
    assert say(client, evidence).status_code == 403


def test_nobody_says_it_of_evidence_they_may_not_see(desk, ada):
    evidence = linked(make_claim(make_story(confidential=True)), ada)
    assert say(desk, evidence).status_code == 404
