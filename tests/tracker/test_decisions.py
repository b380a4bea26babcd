"""What people decide about suggestions, and taking it back."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from sources.models import Cluster
from tests.conftest import member
from tests.factories import (
    add_version,
    make_article,
    make_claim,
    make_source,
    make_story,
    make_suggestion,
)
from tracker.inbox import decisions, undoing
from tracker.inbox.decisions import AlreadyDecidedError, SecondReaderError
from tracker.inbox.undoing import NotYoursError
from tracker.models import Decision, Evidence, Suggestion
from tracker.passages import linking
from tracker.passages.linking import LinkError, Reading

pytestmark = pytest.mark.django_db
REPORTS = Reading("reports")


def state(suggestion):
    return Suggestion.objects.get(pk=suggestion.pk).state


def undo(suggestion, by):
    act = Suggestion.objects.select_related("act").get(pk=suggestion.pk).act
    return undoing.undo(act.together, by)


def test_accepting_makes_evidence_and_names_who_decided(nora):
    suggestion = make_suggestion()
    (evidence,) = decisions.accept(suggestion, REPORTS, nora)
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.evidence, suggestion.decided_by) == (
        "accepted",
        evidence,
        nora,
    )


def test_accepting_with_another_stance_is_remembered_as_an_edit(nora):
    suggestion = make_suggestion()
    decisions.accept(suggestion, Reading("supports"), nora)
    assert state(suggestion) == "edited"


def test_accepting_for_another_claim_links_to_that_claim(nora):
    suggestion = make_suggestion()
    other = make_claim(suggestion.claim.story)
    (evidence,) = decisions.accept(suggestion, REPORTS, nora, claim=other)
    assert evidence.claim == other


def test_one_decision_covers_every_copy_of_the_text_as_a_row_each(nora):
    claim, cluster = make_claim(), Cluster.objects.create()
    copies = [make_suggestion(claim, make_article(cluster=cluster)) for _ in range(3)]
    made = decisions.accept(copies[0], REPORTS, nora)
    assert len(made) == 3
    assert {state(copy) for copy in copies} == {"accepted"}


def test_a_decision_does_not_reach_other_texts(nora):
    claim = make_claim()
    one, other = make_suggestion(claim), make_suggestion(claim)
    decisions.accept(one, REPORTS, nora)
    assert state(other) == "new"


def test_rejecting_keeps_the_reason_and_makes_no_evidence(nora):
    suggestion = make_suggestion()
    decisions.reject(suggestion, nora, "another country")
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.rejected_because) == ("rejected", "another country")
    assert not Evidence.objects.exists()


def test_unsure_leaves_the_decision_to_somebody_else(nora, ada):
    suggestion = make_suggestion()
    decisions.unsure(suggestion, nora)
    decisions.accept(suggestion, REPORTS, ada)
    assert state(suggestion) == "accepted"


def test_the_second_to_decide_is_told_who_was_first(nora, ada):
    suggestion = make_suggestion()
    decisions.reject(suggestion, nora)
    with pytest.raises(AlreadyDecidedError, match="nora"):
        decisions.accept(suggestion, REPORTS, ada)


def test_undoing_an_acceptance_withdraws_its_evidence_and_opens_the_suggestion(nora):
    suggestion = make_suggestion()
    (evidence,) = decisions.accept(suggestion, REPORTS, nora)
    undo(suggestion, nora)
    evidence.refresh_from_db()
    assert evidence.withdrawn_by == nora
    assert state(suggestion) == "new"


def test_undoing_reaches_every_copy(nora):
    claim, cluster = make_claim(), Cluster.objects.create()
    copies = [make_suggestion(claim, make_article(cluster=cluster)) for _ in range(3)]
    decisions.reject(copies[0], nora)
    undo(copies[0], nora)
    assert {state(copy) for copy in copies} == {"new"}


def test_nobody_undoes_the_decision_of_another(nora, ada):
    suggestion = make_suggestion()
    decisions.reject(suggestion, nora)
    with pytest.raises(NotYoursError):
        undo(suggestion, ada)


def test_a_denial_without_its_object_leaves_everything_as_it_was(nora):
    suggestion = make_suggestion()
    with pytest.raises(LinkError):
        decisions.accept(suggestion, Reading("denies"), nora)
    assert state(suggestion) == "new"


# --- copies of a text ----------------------------------------------------------------------------


def test_a_copy_is_not_said_to_cite_the_outlet_that_was_read(nora):
    claim, cluster = make_claim(), Cluster.objects.create()
    wire, paper = make_source("Harbour Wire"), make_source("Prairie Times")
    own = make_suggestion(claim, make_article(cluster=cluster, source=wire))
    make_suggestion(claim, make_article(cluster=cluster, source=paper))
    reading = Reading("reports", chain="Harbour Wire, citing Bloomberg")
    made = decisions.accept(own, reading, nora)
    chains = [[str(link) for link in one.chain.all()] for one in made]
    assert chains == [["Harbour Wire", "Bloomberg"], ["Prairie Times", "Bloomberg"]]


def test_a_copy_that_somebody_linked_by_hand_keeps_that_evidence(nora, ada):
    claim, cluster = make_claim(), Cluster.objects.create()
    own, copy = (make_suggestion(claim, make_article(cluster=cluster)) for _ in range(2))
    version = copy.version
    by_hand = linking.link(claim, version, copy.start, copy.end, Reading("supports"), ada)
    decisions.accept(own, REPORTS, nora)
    copy.refresh_from_db()
    assert copy.evidence == by_hand
    undo(own, nora)
    by_hand.refresh_from_db()
    assert by_hand.withdrawn_at is None


def test_what_was_rejected_in_a_text_does_not_wait_in_a_copy_that_comes_later(nora):
    claim, cluster = make_claim(), Cluster.objects.create()
    decisions.reject(make_suggestion(claim, make_article(cluster=cluster)), nora)
    make_suggestion(claim, make_article(cluster=cluster))
    assert not Suggestion.objects.waiting().exists()


def test_a_rejection_is_not_remembered_for_another_claim_or_another_text(nora):
    claim, cluster = make_claim(), Cluster.objects.create()
    decisions.reject(make_suggestion(claim, make_article(cluster=cluster)), nora)
    make_suggestion(make_claim(claim.story), make_article(cluster=cluster))
    make_suggestion(claim)
    assert Suggestion.objects.waiting().decisions() == 2


def test_what_is_linked_by_hand_does_not_wait_any_more(nora):
    one = make_suggestion()
    evidence = linking.link(one.claim, one.version, one.start, one.end, REPORTS, nora)
    decisions.settle(evidence, nora)
    one.refresh_from_db()
    assert (one.state, one.evidence) == ("accepted", evidence)


# --- leaving it to others --------------------------------------------------------------------------


def test_who_asks_for_a_second_reader_can_not_be_it(nora, ada):
    suggestion = make_suggestion()
    decisions.ask_second(suggestion, nora, "who is the official?")
    for decide in (
        lambda: decisions.accept(suggestion, REPORTS, nora),
        lambda: decisions.reject(suggestion, nora),
        lambda: decisions.unsure(suggestion, nora),
    ):
        with pytest.raises(SecondReaderError):
            decide()
    decisions.accept(suggestion, REPORTS, ada)
    assert state(suggestion) == "accepted"


def test_a_second_reader_who_is_unsure_does_not_make_the_first_one_able_to_decide(nora, ada):
    suggestion = make_suggestion()
    decisions.ask_second(suggestion, nora)
    decisions.unsure(suggestion, ada)
    with pytest.raises(SecondReaderError):
        decisions.accept(suggestion, REPORTS, nora)


def test_who_takes_the_question_for_a_second_reader_back_can_decide(nora):
    suggestion = make_suggestion()
    decisions.ask_second(suggestion, nora)
    undo(suggestion, nora)
    decisions.accept(suggestion, REPORTS, nora)
    assert state(suggestion) == "accepted"


def test_what_one_asked_a_second_reader_for_waits_for_everybody_else(nora, ada):
    decisions.ask_second(make_suggestion(), nora)
    assert not Suggestion.objects.waiting_for(nora).exists()
    assert Suggestion.objects.waiting_for(ada).exists()


def test_assigning_says_whose_it_is_and_lets_it_wait(nora, ada):
    suggestion = make_suggestion()
    decisions.assign(suggestion, ada, nora)
    suggestion.refresh_from_db()
    assert (suggestion.assigned_to, suggestion.state) == (ada, "new")


def test_nothing_is_assigned_to_who_may_not_decide(nora, tom):
    with pytest.raises(LinkError, match="tom"):
        decisions.assign(make_suggestion(), tom, nora)


def test_what_is_confidential_is_assigned_to_members_only(ada):
    story = make_story(confidential=True)
    max_ = member("max", "editor")
    suggestion = make_suggestion(make_claim(story))
    with pytest.raises(LinkError):
        decisions.assign(suggestion, max_, ada)
    story.members.add(max_)
    decisions.assign(suggestion, max_, ada)
    suggestion.refresh_from_db()
    assert suggestion.assigned_to == max_


# --- the record, and taking back ---------------------------------------------------------------------


def test_a_decision_is_kept_with_the_engine_its_features_and_the_rank(nora):
    suggestion = make_suggestion(features={"gate": "terms"}, rank=2, score=0.75)
    decisions.reject(suggestion, nora, "another city")
    kept = Decision.objects.get()
    assert (kept.verb, kept.by, kept.because) == ("reject", nora, "another city")
    assert (kept.engine, kept.features, kept.rank, kept.score) == (
        "by hand",
        {"gate": "terms"},
        2,
        0.75,
    )


@pytest.mark.parametrize("verb", ["unsure", "ask_second", "reject"])
def test_every_decision_taken_back_leaves_what_stood_before(nora, ada, verb):
    suggestion = make_suggestion()
    decisions.assign(suggestion, ada, nora)
    before = Suggestion.objects.filter(pk=suggestion.pk).values().get()
    getattr(decisions, verb)(suggestion, nora, "a word")
    undo(suggestion, nora)
    assert Suggestion.objects.filter(pk=suggestion.pk).values().get() == before


def test_an_assignment_taken_back_leaves_who_had_it_before(nora, ada):
    suggestion = make_suggestion()
    decisions.assign(suggestion, nora, nora)
    decisions.assign(suggestion, ada, nora)
    undo(suggestion, nora)
    suggestion.refresh_from_db()
    assert suggestion.assigned_to == nora


def test_what_somebody_decided_on_since_is_not_taken_back(nora, ada):
    suggestion = make_suggestion()
    decisions.assign(suggestion, ada, nora)
    act = Decision.objects.get()
    decisions.reject(suggestion, ada)
    assert undoing.undo(act.together, nora).left == [act]
    assert state(suggestion) == "rejected"


def test_what_left_the_text_since_does_not_wait_again_when_its_decision_is_taken_back(nora):
    suggestion = make_suggestion()
    decisions.reject(suggestion, nora)
    add_version(suggestion.article, "Nothing of it is left.")
    undo(suggestion, nora)
    assert state(suggestion) == "obsolete"


def test_what_stands_elsewhere_since_waits_again_where_it_stands_now(nora):
    suggestion = make_suggestion()
    decisions.reject(suggestion, nora)
    version = add_version(suggestion.article, f"Updated. {suggestion.version.text}")
    undo(suggestion, nora)
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.version) == ("new", version)
    assert version.text[suggestion.start : suggestion.end] == suggestion.exact


def test_what_was_decided_at_one_press_is_taken_back_as_one(nora):
    together = uuid.uuid4()
    several = [make_suggestion() for _ in range(3)]
    for one in several:
        decisions.reject(one, nora, together=together)
    assert len(undoing.undo(together, nora).back) == 3
    assert {state(one) for one in several} == {"new"}


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_once_never_decide_the_same_row_twice():
    people = [member("nora", "editor"), member("ada", "editor")]
    suggestion = make_suggestion()

    def decide(person):
        try:
            return len(decisions.accept(suggestion, REPORTS, person))
        except AlreadyDecidedError:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, people)) == [0, 1]
    assert Evidence.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_once_through_different_copies_never_both_decide():
    nora, ada = member("nora", "editor"), member("ada", "editor")
    claim, cluster = make_claim(), Cluster.objects.create()
    one, other = (make_suggestion(claim, make_article(cluster=cluster)) for _ in range(2))

    def decide(act):
        try:
            return act()
        except AlreadyDecidedError as error:
            return error.suggestion.decided_by
        finally:
            connection.close()

    acts = [lambda: decisions.accept(one, REPORTS, nora), lambda: decisions.reject(other, ada)]
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(decide, acts))
    assert Decision.objects.count() == 1
    first = Decision.objects.get().by
    assert first in outcomes
    assert state(one) == state(other) == ("accepted" if first == nora else "rejected")
