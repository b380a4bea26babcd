"""Linked passages that publishers altered or removed: who is told, where, and taking note."""

import re
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sources.models import Fetch, Run, Version
from tests.factories import NEWS, add_version, make_article, make_claim, make_story, make_suggestion
from tests.tracker.shown import to_the_eye
from tracker.edits.record import record
from tracker.inbox import decisions
from tracker.models import Anchor, Evidence
from tracker.passages import anchoring
from tracker.passages.linking import Reading

pytestmark = pytest.mark.django_db
CITED = "Two alleged stations were named in Montreal on Thursday."
ALTERED = NEWS.replace("Two alleged stations were named", "Three alleged stations were named")
GONE = "The weather stayed mild. Nothing else was reported that day."
LINE = "linked passage was altered or removed by its publisher"
_number = count(1)


def cite(by, claim=None, text=NEWS):
    """Evidence for a claim, from the first sentence of a new article."""
    suggestion = make_suggestion(claim or make_claim(), make_article(text), CITED)
    (evidence,) = decisions.accept(suggestion, Reading("reports"), by)
    return evidence


def revise(evidence, text):
    """The publisher changes the page; the anchor of the evidence in what it says now."""
    version = add_version(evidence.version.article, text)
    anchoring.again(version)
    record(version)
    return Anchor.objects.get(evidence=evidence, version=version)


def altered(by, claim=None):
    return revise(cite(by, claim), ALTERED)


def page(client, address="/inbox/edits/"):
    response = client.get(address)
    assert response.status_code == 200
    return to_the_eye(response.content.decode())


def seen(client, address="/inbox/edits/"):
    return " ".join(re.sub(r"<[^>]+>", " ", page(client, address)).split())


def noted(client, anchor, undo=""):
    return client.post(f"/inbox/edits/{anchor.pk}/noted/{undo}", follow=True)


# --- the page ---------------------------------------------------------------------------------


def test_an_altered_passage_is_shown_as_cited_and_as_it_is_now(desk, nora):
    anchor = altered(nora)
    assert anchor.state == "altered"
    found = page(desk)
    assert "<del>Two</del><ins>Three</ins> alleged stations were named" in found


def test_a_row_names_claim_and_outlet_and_leads_to_both_versions(desk, nora):
    evidence = altered(nora).evidence
    article, claim = evidence.version.article, evidence.claim
    found = page(desk)
    assert f'href="/stories/{claim.story.slug}/claims/{claim.number}/"' in found
    assert article.source.name in found
    assert f'href="/articles/{article.pk}/versions/?a=1&amp;b=2"' in found


def test_a_removed_passage_is_shown_as_removed(desk, nora):
    assert revise(cite(nora), GONE).state == "gone"
    assert f"<del>{CITED}</del>" in page(desk)
    assert "The passage is no longer in the text." in page(desk)


def test_a_passage_that_only_moved_is_not_listed(desk, nora):
    assert revise(cite(nora), f"An editor's note. {NEWS}").state in ("moved", "same")
    assert "No edit waits" in page(desk)


def test_a_passage_that_was_put_back_is_not_listed_any_more(desk, nora):
    evidence = altered(nora).evidence
    revise(evidence, NEWS)
    assert "No edit waits" in page(desk)


def test_withdrawn_evidence_is_not_listed(desk, nora):
    altered(nora).evidence.withdraw(nora, "The page was wrong.")
    assert "No edit waits" in page(desk)


def test_the_passages_of_a_confidential_story_are_shown_to_its_members_only(client, nora, ada):
    story = make_story(confidential=True)
    story.members.add(ada)
    anchor = altered(ada, make_claim(story))
    client.force_login(ada)
    assert "<ins>Three</ins>" in page(client)
    client.force_login(nora)
    assert "<ins>Three</ins>" not in page(client)
    assert LINE not in page(client, "/inbox/") + page(client, "/ingest/")
    assert noted(client, anchor).status_code == 404


def test_the_page_costs_the_same_queries_with_2_passages_and_with_12(desk, nora):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            page(desk)
        return len(captured)

    for _ in range(2):
        altered(nora)
    few = cost()
    for _ in range(10):
        altered(nora)
    assert cost() <= few


# --- taking note ------------------------------------------------------------------------------


def test_what_an_editor_noted_waits_no_longer(desk, nora):
    anchor = altered(nora)
    answer = noted(desk, anchor).content.decode()
    anchor.refresh_from_db()
    assert anchor.seen_by == nora
    assert "No edit waits" in answer
    assert f'action="/inbox/edits/{anchor.pk}/noted/undo/"' in answer


def test_a_note_can_be_taken_back(desk, nora):
    anchor = altered(nora)
    noted(desk, anchor)
    answer = to_the_eye(noted(desk, anchor, "undo/").content.decode())
    anchor.refresh_from_db()
    assert anchor.seen_by is None
    assert "<ins>Three</ins>" in answer


def test_a_note_stays_the_note_of_who_made_it(desk, client, nora, ada):
    anchor = altered(nora)
    Anchor.objects.filter(pk=anchor.pk).update(seen_by=ada)
    assert "It was noted already." in noted(desk, anchor).content.decode()
    noted(desk, anchor, "undo/")
    anchor.refresh_from_db()
    assert anchor.seen_by == ada


def test_a_contributor_sees_the_passages_and_no_button(client, cleo, nora):
    anchor = altered(nora)
    client.force_login(cleo)
    assert "<ins>Three</ins>" in page(client)
    assert "/noted/" not in page(client)
    assert noted(client, anchor).status_code == 403


def test_a_note_leaves_the_evidence_as_it_is(desk, nora):
    anchor = altered(nora)
    noted(desk, anchor)
    assert Evidence.objects.standing().get().exact == CITED


# --- who is told ------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/inbox/", "/ingest/"])
def test_the_inbox_and_the_ingest_page_say_that_passages_wait(desk, nora, address):
    assert LINE not in page(desk, address)
    anchor = altered(nora)
    assert f'<a href="/inbox/edits/">1 {LINE}</a>' in page(desk, address)
    altered(nora)
    assert "2 linked passages were altered or removed by their publishers" in page(desk, address)
    Anchor.objects.update(seen_by=nora)
    assert "/inbox/edits/" not in page(desk, address), anchor


def test_the_count_in_the_navigation_is_of_suggestions_alone(desk, nora):
    altered(nora)
    assert desk.get("/inbox/").context["inbox_count"]() == 0


def edited_in_a_run(version):
    """A run in which this version was read."""
    now = timezone.now()
    run = Run.objects.create(
        kind="nightly", slot=f"slot {next(_number)}", deadline_at=now, finished_at=now
    )
    fetch = Fetch.objects.create(
        article=version.article, run=run, outcome="ok", url="https://harbour.example/", host="h"
    )
    Version.objects.filter(pk=version.pk).update(kind="publisher_edit", fetch=fetch)
    return f"/ingest/runs/{run.pk}/"


def test_a_run_leads_from_its_edits_to_the_passages_they_touched(desk, nora):
    run = edited_in_a_run(altered(nora).version)
    assert '<a href="/inbox/edits/">1</a>' in page(desk, run)
    Anchor.objects.update(seen_by=nora)
    assert '<a href="#edited">1</a>' in page(desk, run)


def test_a_run_leads_from_its_edits_to_the_versions_of_each_article(desk):
    article = make_article(title="A quiet edit")
    run = edited_in_a_run(add_version(article, GONE))
    assert '<a href="#edited">1</a>' in page(desk, run)
    assert f'href="/articles/{article.pk}/versions/?a=1&amp;b=2"' in page(desk, run)
    assert "A quiet edit" in seen(desk, run)


def test_a_run_without_edits_leads_nowhere(desk):
    now = timezone.now()
    run = Run.objects.create(kind="nightly", slot="quiet", deadline_at=now, finished_at=now)
    assert "#edited" not in page(desk, f"/ingest/runs/{run.pk}/")
