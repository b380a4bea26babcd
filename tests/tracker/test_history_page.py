"""The history page: who did what, before and after, for whom it may be known."""

import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.urls import reverse

from sources.curating import moves
from sources.ingest.subscribe import Subscription, subscribe
from sources.models import Source, Tag
from tests.conftest import member
from tests.factories import (
    make_article,
    make_claim,
    make_source,
    make_speaker,
    make_story,
    make_suggestion,
)
from tests.tracker.test_pages import linked
from tracker.history import Asked, acts
from tracker.inbox import decisions
from tracker.models import Claim, ClaimRelation, Evidence, Origin, ProtectedName, User
from tracker.passages import independence
from tracker.publishing import acts as publishing
from tracker.removing.acts import ask, call_off

pytestmark = pytest.mark.django_db


def read(client, **query):
    answer = client.get(reverse("history"), query)
    assert answer.status_code == 200
    return answer.text


def test_a_linked_passage_and_its_withdrawal_are_told_with_the_reason(desk, nora):
    evidence = linked(make_claim(), nora)
    desk.post(reverse("withdraw", args=[evidence.pk]), {"because": "Wrong claim."})
    shown = read(desk, kind="evidence")
    assert "to C1: reports." in shown
    assert "Wrong claim." in shown
    assert "nora" in shown


def test_a_change_says_what_stood_before_and_what_stands_now(desk, ada):
    claim = make_claim(statement="One thing.")
    Claim.objects.filter(pk=claim.pk).update(statement="Another thing.")
    assert "Statement: “Another thing.”, before that “One thing.”." in read(desk, claim=claim.pk)


def test_a_new_origin_of_a_passage_is_told_by_name(desk, nora):
    evidence = linked(make_claim(), nora)
    embassy = make_speaker("Embassy of Norland")
    Evidence.objects.filter(pk=evidence.pk).update(origin=Origin.objects.create(speaker=embassy))
    told = read(desk, evidence=evidence.pk)
    assert "Origin: “Embassy of Norland”, not set before." in told


def test_a_change_names_the_passage_and_the_claim_it_is_about(desk, nora):
    evidence = linked(make_claim(), nora)
    Evidence.objects.filter(pk=evidence.pk).update(denies_what="all of it")
    assert f"“{evidence.exact}” on C1" in read(desk, kind="evidence")


@pytest.mark.parametrize(("who", "is_told"), [("nora", True), ("tom", False)])
def test_a_note_beside_a_passage_is_told_to_those_who_may_take_it_away(
    client, nora, tom, who, is_told
):
    evidence = linked(make_claim(), nora)
    Evidence.objects.filter(pk=evidence.pk).update(note="Ask the desk first.")
    client.force_login({"nora": nora, "tom": tom}[who])
    assert ("Ask the desk first." in read(client, evidence=evidence.pk)) is is_told


def test_what_was_taken_out_is_told_as_not_set(desk):
    claim = make_claim(terms="harbour")
    Claim.objects.filter(pk=claim.pk).update(terms="")
    assert "Terms: not set, before that “harbour”." in read(desk, claim=claim.pk)


def test_no_change_is_told_without_what_changed(desk, nora):
    evidence = linked(make_claim(), nora)
    Evidence.objects.filter(pk=evidence.pk).update(prefix="before it")
    assert "Prefix: “before it”" in read(desk, evidence=evidence.pk)


def test_what_a_script_did_is_told_without_a_name(desk):
    source = make_source("Harbour Post")
    Source.objects.filter(pk=source.pk).update(owner="Somebody")
    (changed, added) = acts(desk.get("/").wsgi_request.user, Asked(of=("source", source.pk)), 9)
    assert (changed.by, changed.said) == ("", ("Owner: “Somebody”, not set before.",))
    assert added.said == ("Added the source Harbour Post.",)


def test_tags_and_feeds_are_in_the_history_of_their_source(desk, nora):
    source = make_source("Harbour Post")
    Tag.objects.create(slug="wire", label_en="wire")
    desk.post("/sources/desk/tag/", {"source": [source.pk], "tag": "wire", "verb": "tag"})
    subscribe(Subscription("https://outlet.example/feed.xml", "Outlet"))
    assert "Tagged Harbour Post “wire”." in read(desk, source=source.pk)
    assert "Took up the feed https://outlet.example/feed.xml." in read(desk, kind="feed")


def test_a_merge_is_told_by_the_name_of_what_it_became(desk, nora):
    into, part = make_source("The Quay Gazette"), make_source("Quay Weekend")
    moves.merge(part, into, "One newsroom.", nora)
    assert "Merged into: “The Quay Gazette”" in read(desk, source=part.pk)
    one, other = make_speaker("A mayor"), make_speaker("The mayor")
    one.merged_into = other
    one.save()
    assert "Merged into: “The mayor”" in read(desk, kind="speaker")


def test_a_person_can_be_asked_for(desk, nora, ada):
    linked(make_claim(), nora)
    assert "Nothing is recorded." in read(desk, by=ada.pk)


def test_the_history_of_a_confidential_story_does_not_exist_for_others(client, tom, ada, nora):
    claim = make_claim(make_story(confidential=True), statement="The zanzibar ledger exists.")
    linked(claim, nora)
    client.force_login(tom)
    assert "zanzibar" not in read(client)
    assert "Nothing is recorded." in read(client, claim=claim.pk)


def test_pages_follow_each_other_without_gap_or_repeat(tom):
    for n in range(7):
        make_source(f"Outlet {n}")
    whole = acts(tom, Asked(kind="source"), 50)
    first = acts(tom, Asked(kind="source"), 3)
    rest = acts(tom, Asked(kind="source", before=first[-1].cursor), 50)
    assert first + rest == whole


def test_a_cursor_that_is_none_starts_at_the_top(tom):
    make_source()
    assert acts(tom, Asked(before="~~"), 5) == acts(tom, Asked(), 5) != []


def test_the_page_asks_as_often_for_many_acts_as_for_few(desk, nora, django_assert_max_num_queries):
    claim = make_claim()
    for _ in range(12):
        linked(claim, nora, article=make_article())
    with django_assert_max_num_queries(36):
        read(desk)


def test_the_history_of_what_is_invented_says_sample(desk, nora):
    make_source("Harbour Post")
    assert 'class="sample"' not in read(desk)
    linked(make_claim(make_story(sample=True)), nora)
    assert 'class="sample"' in read(desk, kind="evidence")


def test_a_sample_source_is_sample_in_its_history(desk):
    source = make_source("Harbour Post", sample=True)
    assert 'class="sample"' in read(desk, source=source.pk)


# --- what stands between two rows -----------------------------------------------------------------


def test_a_relation_between_claims_is_told_on_both_their_histories(desk, nora):
    story = make_story()
    one, other = make_claim(story), make_claim(story)
    made = ClaimRelation.objects.create(claim=one, verb="answers", other=other, recorded_by=nora)
    made.withdraw(nora)
    for claim in (one, other):
        told = read(desk, claim=claim.pk)
        assert "Recorded that C1 answers C2." in told
        assert "Took back that C1 answers C2." in told


def test_a_party_named_and_taken_off_is_told_for_claim_and_speaker(desk):
    claim, embassy = make_claim(), make_speaker("Embassy of Norland")
    claim.parties.add(embassy)
    claim.parties.remove(embassy)
    for asked in ({"claim": claim.pk}, {"speaker": embassy.pk}):
        told = read(desk, **asked)
        assert "Named Embassy of Norland a party concerned in C1." in told
        assert "Took Embassy of Norland off the parties concerned in C1." in told


def test_who_became_a_member_of_a_story_is_told_by_name(desk, tom):
    story = make_story()
    story.members.add(tom)
    story.members.remove(tom)
    told = read(desk, story=story.pk)
    assert f"Made tom a member of the story “{story}”." in told
    assert f"tom is no longer a member of the story “{story}”." in told


def test_relations_parties_and_members_of_a_confidential_story_are_told_to_its_members_only(
    client, ada, nora
):
    story = make_story(confidential=True)
    story.members.add(ada)
    one, other = make_claim(story), make_claim(story)
    one.parties.add(make_speaker("Embassy of Norland"))
    ClaimRelation.objects.create(claim=one, verb="answers", other=other)
    client.force_login(ada)
    told = read(client)
    assert all(words in told for words in ("Norland a party", "C1 answers C2", "Made ada"))
    client.force_login(nora)
    told = read(client)
    assert not any(words in told for words in ("Norland a party", "C1 answers C2", "Made ada"))


def test_a_change_by_hand_in_the_database_is_told_too(desk):
    claim, embassy = make_claim(), make_speaker("Embassy of Norland")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tracker_claim_parties (claim_id, speaker_id) VALUES (%s, %s)",
            [claim.pk, embassy.pk],
        )
    assert "Named Embassy of Norland a party concerned in C1." in read(desk, kind="party")


def test_each_objects_page_leads_to_its_history(desk, nora):
    evidence = linked(make_claim(make_story()), nora)
    feed, _ = subscribe(Subscription("https://outlet.example/feed.xml", "Outlet"))
    claim, version = evidence.claim, evidence.version
    for address, asked in (
        (f"/articles/{version.article_id}/", f"evidence={evidence.pk}"),
        (f"/ingest/feeds/{feed.pk}/", f"feed={feed.pk}"),
        (f"/texts/{version.article.cluster_id}/", f"text={version.article.cluster_id}"),
        (f"/stories/{claim.story.slug}/claims/1/", f"claim={claim.pk}"),
        (f"/sources/{version.article.source.slug}/", f"source={version.article.source_id}"),
        (f"/stories/{claim.story.slug}/", f"story={claim.story_id}"),
    ):
        assert f'href="/history/?{asked}"' in desk.get(address).text, address
        assert desk.get(f"/history/?{asked}").status_code == 200


def test_a_decision_of_the_inbox_is_told_with_its_reason_and_the_way_back(desk, nora):
    suggestion = make_suggestion()
    decisions.reject(suggestion, nora, "another city")
    shown = read(desk, kind="decision")
    assert f"Rejected “{suggestion.exact}” for C1." in shown
    assert "Why: another city" in shown
    desk.post(f"/inbox/undo/{suggestion.decisions.get().together}/")
    suggestion.refresh_from_db()
    assert suggestion.state == "new"
    shown = read(desk, kind="decision")
    assert "Taken back by nora." in shown
    assert "/inbox/undo/" not in shown


def test_nobody_is_offered_to_take_back_what_another_decided(desk, ada):
    decisions.reject(make_suggestion(), ada)
    assert "/inbox/undo/" not in read(desk, kind="decision")


def test_decisions_about_a_confidential_story_are_told_to_members_only(desk, ada):
    secret = make_suggestion(make_claim(make_story(confidential=True)))
    decisions.reject(secret, ada)
    assert secret.exact not in read(desk, kind="decision")


def test_decisions_stand_in_the_history_of_their_claim_among_the_other_acts(desk, nora):
    claim = make_claim()
    linked(claim, nora)
    decisions.reject(make_suggestion(claim), nora)
    decisions.reject(make_suggestion(), nora)
    kinds = [act.kind for act in acts(nora, Asked(of=("claim", claim.pk)), 9)]
    assert sorted(kinds) == ["claim", "decision", "evidence"]


def test_decisions_are_paged_with_the_other_acts(nora):
    claim = make_claim()
    for _ in range(3):
        decisions.reject(make_suggestion(claim), nora)
    whole = acts(nora, Asked(of=("claim", claim.pk)), 9)
    before = whole[1].cursor
    assert acts(nora, Asked(of=("claim", claim.pk), before=before), 9) == whole[2:]


# --- publishing and removals ----------------------------------------------------------------------


@pytest.fixture
def named(nora):
    """A claim with a passage and a party."""
    claim = make_claim(statement="Desks stand in Montreal.")
    linked(claim, nora)
    claim.parties.add(make_speaker("The invented embassy"))
    return claim


@pytest.fixture
def published(named, nora, ada):
    """It was proposed by one and published by another, the embassy having answered."""
    made = publishing.ask(named, named.parties.get(), "by mail to the press office", LATE, nora)
    publishing.record_answer(made, "We have no desks.", nora)
    proposal = publishing.propose(named, named.evidence.all(), False, nora)
    publishing.approve(proposal, ada)
    return proposal


LATE = datetime(2099, 11, 26, 4, 59, tzinfo=UTC)  # in Montreal the evening before
ISO = re.compile(r"\d{4}-\d\d-\d\d")


def said(user, **asked):
    return [sentence for act in acts(user, Asked(**asked), 50) for sentence in act.said]


def test_a_request_for_comment_and_its_answer_are_told_in_the_history_of_the_claim(published, ada):
    told = said(ada, kind="comment", of=("claim", published.claim_id))
    assert told == [
        "Answer to the request for comment on C1, The invented embassy: “We have no desks.”.",
        "Request for comment on C1, until 25 Nov 2099, 23:59, to The invented embassy: "
        "by mail to the press office",
    ]


def test_a_proposal_and_the_approval_are_told_once_each(published, tom):
    told = said(tom, of=("claim", published.claim_id))
    assert [one for one in told if "publi" in one.casefold()] == [
        "Approved and published C1: “Desks stand in Montreal.”.",
        "Proposed C1 for the public: “Desks stand in Montreal.”.",
    ]


def test_what_left_the_public_is_told_with_the_reason(published, ada, tom):
    publishing.withdraw(published, ada, "An error.")
    assert said(tom, kind="publication")[0] == "Took C1 from the public. Why: An error."


def test_a_proposal_taken_back_was_never_public(named, nora, tom):
    publishing.withdraw(publishing.propose(named, named.evidence.all(), False, nora), nora, "No.")
    assert said(tom, kind="publication")[0] == "Took back the proposal to publish C1. Why: No."


def test_a_protected_name_is_told_with_what_stands_in_its_place(named, nora):
    row = ProtectedName.objects.create(story=named.story, name="Jane Roe", added_by=nora)
    ProtectedName.objects.filter(pk=row.pk).update(withdrawn_at=LATE, withdrawn_by=nora)
    shown, hidden = said(nora, kind="protected", of=("story", named.story_id))
    assert "Protected the name “Jane Roe” in the story" in hidden
    assert "shown as [name withheld]" in hidden
    assert "Let the name “Jane Roe” be shown again" in shown


def test_whom_to_protect_and_who_was_asked_is_told_to_who_publishes_alone(published, nora, tom):
    ProtectedName.objects.create(story=published.claim.story, name="Jane Roe", added_by=nora)
    for kind in ("comment", "protected"):
        assert said(nora, kind=kind)
        assert said(tom, kind=kind) == []


def test_publishing_in_a_confidential_story_is_told_to_no_one_else(ada, nora):
    otto = member("otto", "editor")
    story = make_story(confidential=True)
    claim = make_claim(story)
    linked(claim, nora)
    ProtectedName.objects.create(story=story, name="Jane Roe", added_by=nora)
    publishing.propose(claim, claim.evidence.all(), False, nora)
    publishing.ask(claim, make_speaker("Embassy"), "by mail", LATE, nora)
    for kind in ("publication", "comment", "protected"):
        assert said(otto, kind=kind) == []


def test_a_word_on_independence_is_one_sentence_with_its_reason(named, nora, tom):
    independence.state(named.evidence.get(), "no", "They print the same agency text.", nora)
    (told, *_rest) = said(tom, kind="evidence")
    assert told == "Not independent. Why: They print the same agency text."


def test_a_date_is_told_in_the_words_of_the_newsroom(named, tom):
    Evidence.objects.update(event_on=date(2023, 4, 17))
    assert said(tom, kind="evidence")[0] == "Date of the event: “17 Apr 2023”, not set before."


def test_no_moment_is_told_in_the_form_of_machines(published, desk):
    assert not ISO.search(" ".join(said(User.objects.get(username="nora"))))


def test_a_removal_by_order_is_told_to_those_who_remove(ada, tom):
    root = member("root", "administrator")
    article = make_article()
    call_off(ask(article, "Order 500-17", "The court says so.", root), root)
    told = said(root, kind="removal")
    assert any(one.startswith("Called a removal off. Article no.") for one in told)
    assert any(one.startswith("Asked for a removal by order. Article no.") for one in told)
    assert "Why: The court says so." in told
    assert said(tom, kind="removal") == []


def test_the_filter_offers_what_publishing_does(desk):
    shown = read(desk)
    for words in ("Publications", "Requests for comment", "Protected names"):
        assert f">{words}</option>" in shown
