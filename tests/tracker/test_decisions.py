"""What people decide about suggestions, and taking it back."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from sources.models import Cluster
from tests.conftest import member
from tests.factories import make_article, make_claim, make_suggestion
from tracker import decisions
from tracker.decisions import AlreadyDecidedError
from tracker.linking import LinkError, Reading
from tracker.models import Evidence, Suggestion

pytestmark = pytest.mark.django_db
REPORTS = Reading("reports")


def state(suggestion):
    return Suggestion.objects.get(pk=suggestion.pk).state


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
    decisions.undo(suggestion, nora)
    evidence.refresh_from_db()
    assert evidence.withdrawn_by == nora
    assert state(suggestion) == "new"


def test_undoing_reaches_every_copy(nora):
    claim, cluster = make_claim(), Cluster.objects.create()
    copies = [make_suggestion(claim, make_article(cluster=cluster)) for _ in range(3)]
    decisions.reject(copies[0], nora)
    decisions.undo(copies[0], nora)
    assert {state(copy) for copy in copies} == {"new"}


def test_nobody_undoes_the_decision_of_another(nora, ada):
    suggestion = make_suggestion()
    decisions.reject(suggestion, nora)
    with pytest.raises(AlreadyDecidedError):
        decisions.undo(suggestion, ada)


def test_a_denial_without_its_object_leaves_everything_as_it_was(nora):
    suggestion = make_suggestion()
    with pytest.raises(LinkError):
        decisions.accept(suggestion, Reading("denies"), nora)
    assert state(suggestion) == "new"


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
