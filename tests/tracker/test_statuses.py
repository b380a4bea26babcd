"""A status is recorded with its evidence and reason, from a page that is not stale, or not at all."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from tests.factories import make_article, make_claim, make_speaker, make_story
from tests.tracker.test_pages import linked, page, queries
from tests.tracker.test_pages import status as stated
from tracker.models import StatusChange

pytestmark = pytest.mark.django_db


def address(claim):
    return f"/stories/{claim.story.slug}/claims/{claim.number}/status/"


def opened(client, claim, **values):
    """What a browser would send back from the form as it is shown now."""
    form = client.get(address(claim)).context["form"]
    return {
        "status": "reported",
        "by_kind": "newsroom",
        "effective_on": "2023-04-17",
        "precision": "month",
        "why": "Two accounts.",
        "revision": form.initial["revision"],
        "read_at": form.initial["read_at"],
        **values,
    }


@pytest.fixture
def evidence(nora):
    return linked(make_claim(), nora)


@pytest.mark.parametrize("form", ["status", "relate", "merge", "publishing"])
def test_a_choice_that_is_not_made_yet_is_said_in_words(desk, form):
    claim = make_claim()
    make_claim(claim.story)
    claim.parties.add(make_speaker("A body"))
    assert "---" not in desk.get(address(claim).replace("/status/", f"/{form}/")).text


def test_a_status_is_recorded_with_all_that_was_said_of_it(desk, nora, evidence):
    data = opened(desk, evidence.claim, evidence=[evidence.pk])
    assert desk.post(address(evidence.claim), data).status_code == 302
    change = evidence.claim.status_changes.get()
    assert (change.recorded_by, change.why, change.precision) == (nora, "Two accounts.", "month")
    assert (change.effective_on, change.by_kind) == (date(2023, 4, 17), "newsroom")
    assert list(change.evidence.all()) == [evidence]


@pytest.mark.parametrize(
    ("missing", "said"), [({"why": " "}, "required"), ({"evidence": []}, "at least one passage")]
)
def test_a_status_without_reason_or_evidence_is_refused(desk, evidence, missing, said):
    data = opened(desk, evidence.claim, evidence=[evidence.pk], effective_on="2023-02-03")
    answer = desk.post(address(evidence.claim), data | missing)
    text = answer.content.decode()
    assert (answer.status_code, said in text, "2023-02-03" in text) == (422, True, True)
    assert not evidence.claim.status_changes.exists()


def test_evidence_of_another_claim_does_not_count(desk, nora, evidence):
    other = linked(make_claim(evidence.claim.story), nora)
    data = opened(desk, evidence.claim, evidence=[other.pk])
    assert desk.post(address(evidence.claim), data).status_code == 422


def test_a_status_that_waits_on_a_court_says_when_to_look_again(desk, evidence):
    data = opened(desk, evidence.claim, evidence=[evidence.pk], status="charged", by_kind="court")
    answer = desk.post(address(evidence.claim), data)
    assert (answer.status_code, "say when to look again" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("change", ["recorded", "taken back", "linked", "withdrawn"])
def test_a_stale_page_is_refused_and_says_what_changed(desk, ada, nora, evidence, change):
    claim = evidence.claim
    kept = linked(claim, nora, words="The weather stayed mild.")
    before = stated(claim, "reported", "police")
    data = opened(desk, claim, evidence=[evidence.pk], why="My own words.")
    if change == "recorded":
        stated(claim, "denied", "government", recorded_by=ada)
        said = "ada recorded “denied” (government)"
    elif change == "taken back":
        before.withdraw(ada, "wrong")
        said = "ada withdrew “reported”"
    elif change == "linked":
        linked(claim, ada, article=make_article())
        said = "ada linked “"
    else:
        kept.withdraw(ada, "wrong")
        said = "ada withdrew the passage “The weather stayed mild.”"
    count = claim.status_changes.count()
    # in one transaction the database's clock stands still: the page was read before it
    data["read_at"] = (timezone.now() - timedelta(minutes=1)).isoformat()
    answer = desk.post(address(claim), data)
    text = answer.content.decode()
    assert (answer.status_code, said in text, "My own words." in text) == (422, True, True)
    assert claim.status_changes.count() == count


def test_evidence_withdrawn_meanwhile_is_named_rather_than_called_invalid(desk, ada, evidence):
    data = opened(desk, evidence.claim, evidence=[evidence.pk])
    evidence.withdraw(ada, "wrong")
    answer = desk.post(address(evidence.claim), data)
    assert "ada withdrew the passage" in answer.content.decode()


def test_after_the_refusal_the_same_form_can_be_saved(desk, ada, evidence):
    claim = evidence.claim
    data = opened(desk, claim, evidence=[evidence.pk])
    stated(claim, "denied", "government", recorded_by=ada)
    again = desk.post(address(claim), data).context["form"].data
    data |= {name: again[name] for name in ("revision", "read_at")}
    assert desk.post(address(claim), data).status_code == 302


def test_a_recorded_status_is_undone_and_the_undo_too(desk, evidence):
    data = opened(desk, evidence.claim, evidence=[evidence.pk])
    (message,) = get_messages(desk.post(address(evidence.claim), data).wsgi_request)
    answer = desk.post(message.extra_tags)
    change = evidence.claim.status_changes.get()
    assert change.withdrawn_at is not None
    *_, message = get_messages(answer.wsgi_request)
    desk.post(message.extra_tags)
    change.refresh_from_db()
    assert (change.withdrawn_at, change.withdrawn_because) == (None, "")


def test_a_withdrawn_status_stays_in_the_history_with_who_and_why(desk, nora, evidence):
    change = stated(evidence.claim, "denied", "government")
    desk.post(f"/statuses/{change.pk}/withdraw/", {"because": "A misread letter."})
    shown = page(desk, "claim", evidence.claim.story.slug, 1)
    assert "1 withdrawn change" in shown
    assert "Withdrawn by nora on" in shown
    assert "A misread letter." in shown


def test_a_viewer_records_and_withdraws_no_status(client, tom, evidence):
    change = stated(evidence.claim, "denied", "government")
    client.force_login(tom)
    assert client.get(address(evidence.claim)).status_code == 403
    for verb in ("withdraw", "restore", "look-again"):
        assert client.post(f"/statuses/{change.pk}/{verb}/").status_code == 403


def test_the_form_costs_the_same_queries_whatever_the_evidence(desk, nora, evidence):
    few = queries(desk, address(evidence.claim))
    for _ in range(4):
        linked(evidence.claim, nora, article=make_article())
    assert queries(desk, address(evidence.claim)) == few


def waits(claim, days=0, **values):
    review = timezone.localdate() + timedelta(days=days)
    return stated(claim, "charged", "court", review_on=review, **values)


def test_statuses_due_are_listed_the_longest_due_first(desk):
    story = make_story()
    late, soon = waits(make_claim(story), -3), waits(make_claim(story), 9)
    waits(make_claim(story), 200)
    answer = desk.get("/statuses/due/")
    assert list(answer.context["shown"]) == [late, soon]
    assert "1 status is due to be looked at again" in answer.content.decode()


def test_the_inbox_says_how_many_statuses_are_due(desk):
    waits(make_claim())
    assert "1 status is due to be looked at again" in desk.get("/inbox/").content.decode()


def test_a_status_that_a_later_one_replaced_is_not_due(desk):
    claim = make_claim()
    waits(claim)
    stated(claim, "acquitted", "court", on=date(2024, 1, 5))
    assert list(desk.get("/statuses/due/").context["shown"]) == []


def test_a_status_of_another_subject_replaces_nothing(desk):
    claim = make_claim()
    change = waits(claim, subject=make_speaker("An invented clerk"))
    stated(claim, "disputed", "newsroom", on=date(2024, 1, 5))
    assert list(desk.get("/statuses/due/").context["shown"]) == [change]


def test_a_status_that_holds_still_comes_back_on_the_day_named(desk):
    change = waits(make_claim())
    day = timezone.localdate() + timedelta(days=90)
    desk.post(f"/statuses/{change.pk}/look-again/", {"until": day.isoformat()})
    assert StatusChange.objects.get().review_on == day


@pytest.mark.parametrize("until", ["", "2023-02-30", "2020-01-01", "soon"])
def test_a_day_that_is_none_or_gone_puts_nothing_off(desk, until):
    change = waits(make_claim())
    desk.post(f"/statuses/{change.pk}/look-again/", {"until": until})
    assert StatusChange.objects.get().review_on == change.review_on


def test_what_is_due_in_a_confidential_story_is_not_shown_to_others(desk):
    waits(make_claim(make_story(confidential=True)))
    assert list(desk.get("/statuses/due/").context["shown"]) == []


def test_the_list_of_what_is_due_costs_the_same_queries_at_any_length(desk):
    story = make_story()
    waits(make_claim(story))
    few = queries(desk, "/statuses/due/")
    for _ in range(4):
        waits(make_claim(story))
    assert queries(desk, "/statuses/due/") == few


# --- what is said before it is saved --------------------------------------------------------------


def doubted(client, claim, evidence, **values):
    """The answer to a status that may be amiss, and what was sent."""
    sent = opened(client, claim, evidence=[evidence.pk], **values)
    answer = client.post(address(claim), sent)
    return answer, sent | {"weighed": answer.context["doubts"] if answer.context else []}


def test_a_status_by_a_party_who_is_none_is_saved_only_when_sent_again(desk, evidence):
    claim, stranger = evidence.claim, make_speaker("A passer-by")
    answer, again = doubted(desk, claim, evidence, by_kind="party", by_speaker=stranger.pk)
    assert answer.status_code == 422
    assert "A passer-by is not entered as a party concerned in C1." in answer.text
    assert not claim.status_changes.exists()
    assert desk.post(address(claim), again).status_code == 302
    assert claim.status_changes.get().by_speaker == stranger


def test_a_status_by_a_party_wants_its_name(desk, evidence):
    answer, _sent = doubted(desk, evidence.claim, evidence, by_kind="party")
    assert "say by name which party" in answer.text


def test_a_status_by_a_party_of_the_claim_is_saved_at_once(desk, evidence):
    party = make_speaker("The invented embassy")
    evidence.claim.parties.add(party)
    answer, _sent = doubted(desk, evidence.claim, evidence, by_kind="party", by_speaker=party.pk)
    assert answer.status_code == 302


@pytest.mark.parametrize("status", ["denied", "disputed"])
def test_a_denial_that_rests_on_no_denying_passage_names_what_it_rests_on(desk, evidence, status):
    answer, again = doubted(desk, evidence.claim, evidence, status=status)
    assert answer.status_code == 422
    (doubt,) = answer.context["doubts"]
    assert "rests on no passage that denies or disputes" in doubt
    assert f"“{evidence.exact[:40]}" in doubt
    assert desk.post(address(evidence.claim), again).status_code == 302


@pytest.mark.parametrize("stance", ["denies", "disputes"])
def test_a_denial_that_rests_on_a_denying_passage_is_saved_at_once(desk, nora, stance):
    evidence = linked(make_claim(), nora, stance=stance, denies_what="all of it")
    answer, _sent = doubted(desk, evidence.claim, evidence, status="denied")
    assert answer.status_code == 302


def test_what_was_weighed_before_covers_no_other_doubt(desk, evidence):
    _answer, again = doubted(desk, evidence.claim, evidence, by_kind="party")
    answer = desk.post(address(evidence.claim), again | {"status": "denied"})
    assert answer.status_code == 422
    assert len(answer.context["doubts"]) == 2
