"""Proposals: what a contributor may leave to an editor, and what a second click does."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from tests.factories import NEWS, make_article, make_claim, make_speaker, make_suggestion
from tracker.inbox import decisions
from tracker.models import Evidence, Speaker, Suggestion
from tracker.passages import quotes
from tracker.passages.linking import Reading

pytestmark = pytest.mark.django_db

PASSAGE = "The embassy denied that any police station exists in Canada."


@pytest.fixture
def guest(client, cleo):
    """A client with the contributor signed in."""
    client.force_login(cleo)
    return client


def send(client, article, claim, headers=None, **values):
    data = {
        "version": article.current_version_id,
        "quote": PASSAGE,
        "claim": claim.pk,
        "stance": "reports",
        "said_by": "outlet",
        **values,
    }
    return client.post(f"/articles/{article.pk}/link/", data, headers=headers)


def answers(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def shown(client, article):
    return client.get(f"/articles/{article.pk}/").content.decode()


def offered(client, article):
    return client.get(f"/articles/{article.pk}/link/", {"quote": PASSAGE}).content.decode()


def test_a_contributor_is_offered_the_form_to_propose_a_passage(guest):
    body = offered(guest, make_article())
    assert "Propose the passage" in body
    assert "Link the passage" not in body


def test_a_viewer_is_offered_no_form(client, tom):
    client.force_login(tom)
    article = make_article()
    assert 'id="pop"' not in shown(client, article)
    assert client.get(f"/articles/{article.pk}/link/?quote=x").status_code == 403


def test_an_editor_is_offered_to_link(desk):
    assert "Link the passage" in offered(desk, make_article())


def test_a_proposal_is_a_suggestion_with_who_proposed_it(guest):
    claim, article, minister = make_claim(), make_article(), make_speaker("A made-up minister")
    response = send(
        guest,
        article,
        claim,
        stance="supports",
        said_by=str(minister.pk),
        chain="Harbour Wire, citing A made-up minister",
    )
    one = Suggestion.objects.get()
    assert answers(response) == ["Proposed; an editor decides."]
    assert (one.engine, one.reasons, one.state) == ("person", ["proposed by cleo"], "new")
    assert (one.claim, one.article, one.version) == (claim, article, article.current_version)
    assert (one.stance, one.speaker) == ("supports", minister)
    assert one.chain == "Harbour Wire, citing A made-up minister"
    assert NEWS[one.start : one.end] == one.exact == PASSAGE
    assert bytes(one.passage_hash) == quotes.fingerprint(PASSAGE)
    assert not Evidence.objects.exists()


def test_a_proposal_keeps_what_it_denies_for_the_editor_to_read(guest):
    send(guest, make_article(), make_claim(), stance="denies", denies_what="that stations exist")
    assert Suggestion.objects.get().reasons == ["proposed by cleo", "denies: that stations exist"]


def test_a_proposal_adds_no_speaker(guest):
    send(guest, make_article(), make_claim(), said_by="other", other_speaker="A made-up envoy")
    one = Suggestion.objects.get()
    assert one.speaker is None
    assert one.speaker_words == "A made-up envoy"
    assert "said by A made-up envoy" in one.reasons
    assert not Speaker.objects.filter(name="A made-up envoy").exists()


def test_an_editor_accepts_a_proposal_in_the_inbox(guest, nora):
    claim = make_claim()
    send(guest, make_article(), claim, said_by="unnamed")
    guest.force_login(nora)
    one = Suggestion.objects.get()
    assert "cleo proposed it by hand." in guest.get("/inbox/").content.decode()
    data = {"verb": "accept", "claim": claim.pk, "stance": "reports", "said_by": "outlet"}
    guest.post(f"/inbox/{one.pk}/", data)
    evidence = Evidence.objects.get()
    assert (evidence.exact, evidence.recorded_by) == (PASSAGE, nora)


def test_a_passage_proposed_twice_is_one_suggestion(guest):
    claim, article = make_claim(), make_article()
    send(guest, article, claim)
    response = send(guest, article, claim)
    assert answers(response)[-1].startswith("This passage is proposed for this claim already")
    assert Suggestion.objects.count() == 1


def test_what_the_machine_suggested_is_not_proposed_again(guest):
    claim, article = make_claim(), make_article()
    one = make_suggestion(claim, article, PASSAGE)
    response = send(guest, article, claim)
    assert answers(response)[-1].startswith("This passage is proposed for this claim already")
    assert Suggestion.objects.get().engine == one.engine


def test_what_an_editor_rejected_is_said_to_be_rejected(guest, nora):
    claim, article = make_claim(), make_article()
    decisions.reject(make_suggestion(claim, article, PASSAGE), nora)
    response = send(guest, article, claim)
    assert answers(response)[-1].startswith("An editor decided before")
    assert Suggestion.objects.get().state == "rejected"


def test_a_suggestion_that_had_left_the_text_is_proposed_anew(guest):
    claim, article = make_claim(), make_article()
    make_suggestion(claim, article, PASSAGE, state="obsolete")
    assert answers(send(guest, article, claim)) == ["Proposed; an editor decides."]
    one = Suggestion.objects.get()
    assert (one.state, one.engine) == ("new", "person")


def test_what_is_linked_already_is_not_proposed(guest, nora):
    claim, article = make_claim(), make_article()
    decisions.accept(make_suggestion(claim, article, PASSAGE), Reading("reports"), nora)
    response = send(guest, article, claim)
    assert answers(response) == ["This passage is linked to this claim already."]


def test_words_that_are_not_in_the_text_are_not_proposed(guest):
    response = send(guest, make_article(), make_claim(), quote="It snowed.")
    assert response.status_code == 422
    assert not Suggestion.objects.exists()


def test_a_proposal_from_the_page_is_marked_in_it_at_once(guest):
    article = make_article()
    response = send(guest, article, make_claim(), headers={"HX-Request": "true"}, reader="1")
    body = response.content.decode()
    assert f'id="s{Suggestion.objects.get().pk}"' in body
    assert "Proposed; an editor decides." in body


def test_a_contributor_takes_the_own_proposal_back(guest):
    send(guest, make_article(), make_claim())
    one = Suggestion.objects.get()
    assert answers(guest.post(f"/proposals/{one.pk}/take-back/"))[-1] == "Taken back."
    one.refresh_from_db()
    assert one.state == "obsolete"


def test_what_was_taken_back_may_be_proposed_again(guest):
    article, claim = make_article(), make_claim()
    send(guest, article, claim)
    guest.post(f"/proposals/{Suggestion.objects.get().pk}/take-back/")
    send(guest, article, claim, stance="supports")
    assert [(one.state, one.stance) for one in Suggestion.objects.all()] == [("new", "supports")]


def test_nobody_takes_back_what_another_proposed(guest, nora):
    send(guest, make_article(), make_claim())
    one = Suggestion.objects.get()
    guest.force_login(nora)
    assert "can’t be taken back" in answers(guest.post(f"/proposals/{one.pk}/take-back/"))[-1]
    one.refresh_from_db()
    assert one.state == "new"


def test_what_an_editor_decided_is_not_taken_back(guest, nora):
    send(guest, make_article(), make_claim())
    one = Suggestion.objects.get()
    decisions.reject(one, nora)
    guest.post(f"/proposals/{one.pk}/take-back/")
    one.refresh_from_db()
    assert one.state == "rejected"


def test_a_proposal_keeps_the_note_and_the_days_for_the_editor_to_read(guest):
    send(guest, make_article(), make_claim(), event_on="2023-04", note="Heard on the radio.")
    assert Suggestion.objects.get().reasons[1:] == [
        "said or done on 2023-04",
        "note: Heard on the radio.",
    ]


@pytest.mark.parametrize(("who", "offered"), [("tom", 0), ("cleo", 0), ("nora", 1)])
def test_only_who_may_decide_is_offered_to(client, request, who, offered):
    one = make_suggestion()
    client.force_login(request.getfixturevalue(who))
    body = shown(client, one.article)
    assert body.count(f'href="/inbox/?at={one.pk}"') == offered
    assert "nobody has decided" in body


def test_a_second_click_answers_with_the_evidence_made(desk):
    claim, article = make_claim(), make_article()
    first, second = send(desk, article, claim), send(desk, article, claim)
    assert second.status_code == 302
    assert second.url == first.url
    assert Evidence.objects.count() == 1


def test_another_reading_of_a_linked_passage_is_no_second_click(desk):
    claim, article = make_claim(), make_article()
    send(desk, article, claim)
    assert send(desk, article, claim, stance="supports").status_code == 422


def test_the_same_link_a_while_later_is_told_that_it_exists(desk):
    claim, article = make_claim(), make_article()
    send(desk, article, claim)
    Evidence.objects.update(recorded_at=timezone.now() - timedelta(minutes=2))
    response = send(desk, article, claim)
    assert response.status_code == 422
    assert "This passage is linked to this claim already." in response.content.decode()


def test_a_colleague_who_links_the_same_is_told_that_it_exists(desk, ada):
    claim, article = make_claim(), make_article()
    send(desk, article, claim)
    desk.force_login(ada)
    assert send(desk, article, claim).status_code == 422
