"""Removal by order: two administrators, nothing of the words left, a tombstone in their place."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.conftest import member
from tests.factories import add_version, make_article, make_claim, make_story, make_suggestion
from tests.sources.test_removed import tables_with
from tracker.inbox import decisions
from tracker.models import (
    Decision,
    Evidence,
    Publication,
    Removal,
    Suggestion,
)
from tracker.passages import anchoring
from tracker.passages.linking import Reading
from tracker.publishing import acts, public
from tracker.removing import acts as removals
from tracker.removing.acts import UnremovableError
from tracker.suggesting import suggest

pytestmark = pytest.mark.django_db
SECRET = "Quimbleworth"
WORDS = f"Two alleged stations were named in Montreal by {SECRET} on Thursday."


@pytest.fixture
def bo(db):
    """Another administrator."""
    return member("bo", "administrator")


@pytest.fixture
def claim(db):
    return make_claim(make_story(slug="desks"))


@pytest.fixture
def article(claim, nora):
    """An article that was cited, edited, proposed, decided, published; its words everywhere."""
    made = make_article(f"{WORDS} The weather stayed mild.", title=f"{SECRET} named", author=SECRET)
    one = make_suggestion(claim, made, exact=WORDS, chain=SECRET, speaker_words=SECRET)
    (linked,) = decisions.accept(one, Reading("reports", note=f"{SECRET}, see page 2"), nora)
    linked.withdraw(nora, f"{SECRET} complained")
    linked.withdrawn_at, linked.withdrawn_because = None, ""
    linked.save()
    acts.approve(acts.propose(claim, [linked], True, nora), nora)
    anchoring.again(add_version(made, f"Other words of {SECRET} stand here now."))
    assert len(tables_with(SECRET)) >= 5
    return made


def asked(article, by, **values):
    return removals.ask(article, "Superior Court, 500-17, 9 March", "A minor is named.", by)


def evidence():
    return Evidence.objects.get()


# --- two administrators ---------------------------------------------------------------------------


def test_asking_removes_nothing(article, ada):
    asked(article, ada)
    assert evidence()
    assert article.versions.count() == 2


def test_who_asked_cannot_confirm(article, ada):
    with pytest.raises(UnremovableError):
        removals.confirm(asked(article, ada), ada)
    assert evidence()


def test_the_database_itself_wants_two_administrators(article, ada):
    made = asked(article, ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        Removal.objects.filter(pk=made.pk).update(confirmed_by=ada)


def test_who_left_since_asks_for_nothing(article, ada, bo):
    made = asked(article, ada)
    ada.groups.clear()
    with pytest.raises(UnremovableError):
        removals.confirm(Removal.objects.get(pk=made.pk), bo)


def test_what_was_called_off_cannot_be_confirmed(article, ada, bo):
    made = asked(article, ada)
    removals.call_off(made, bo)
    with pytest.raises(UnremovableError):
        removals.confirm(made, bo)
    assert asked(article, bo), "it can be asked for again"


def test_it_is_asked_for_once(article, ada, bo):
    asked(article, ada)
    with pytest.raises(UnremovableError):
        asked(article, bo)


# --- nothing is left ------------------------------------------------------------------------------


def test_of_an_article_no_table_holds_a_word(article, ada, bo):
    removals.confirm(asked(article, ada), bo)
    assert tables_with(SECRET) == []


def test_the_claim_and_its_publication_stay_without_the_passage(article, claim, ada, bo):
    removals.confirm(asked(article, ada), bo)
    assert public.claims()[0].passages == ()
    assert Publication.objects.get().claim == claim


def test_an_unnamed_speaker_that_others_relayed_is_of_unknown_lineage(
    article, claim, nora, ada, bo
):
    from tracker.models import Origin  # noqa: PLC0415

    other = make_article()
    one = make_suggestion(claim, other)
    (relayed,) = decisions.accept(one, Reading("reports"), nora)
    Evidence.objects.filter(pk=relayed.pk).update(origin=Origin.objects.create(article=article))
    removals.confirm(asked(article, ada), bo)
    relayed.refresh_from_db()
    assert relayed.origin is None


def test_a_passage_goes_from_its_claim_and_the_article_keeps_its_text(article, ada, bo):
    key = evidence().pk
    removals.confirm(asked(evidence(), ada), bo)
    assert not Evidence.objects.exists()
    assert not Decision.objects.exists()
    assert set(tables_with(SECRET)) == {"sources_article", "sources_version"}
    assert removals.tombstone(ada, "evidence", key)


def test_the_same_words_are_not_proposed_again(article, claim, ada, bo):
    removals.confirm(asked(evidence(), ada), bo)
    suggest.follow(article.versions.first().pk)
    assert Suggestion.objects.waiting().filter(exact__contains=SECRET).count() == 0


# --- the pages ------------------------------------------------------------------------------------

ADDRESSES = ("article", "versions", "provenance", "remove-article")


def test_every_address_of_an_article_is_gone_and_says_why(article, client, ada, bo):
    removals.confirm(asked(article, ada), bo)
    client.force_login(ada)
    for name in ADDRESSES:
        answer = client.get(reverse(name, args=[article.pk]))
        assert answer.status_code == 410, name
        said = answer.content.decode()
        assert "Superior Court, 500-17, 9 March" in said
        assert "A minor is named." in said
        assert "ada" in said
        assert "bo" in said
        assert SECRET not in said


def test_so_is_the_permanent_address_of_each_passage(article, desk, ada, bo):
    where = reverse("evidence", args=["desks", evidence().pk])
    data = reverse("annotation", args=["desks", evidence().pk])
    removals.confirm(asked(article, ada), bo)
    assert [desk.get(one).status_code for one in (where, data)] == [410, 410]


def test_a_passage_of_a_confidential_story_never_existed_for_others(claim, article, desk, ada, bo):
    claim.story.confidential = True
    claim.story.save()
    claim.story.members.add(ada)
    where = reverse("evidence", args=["desks", evidence().pk])
    removals.confirm(asked(article, ada), bo)
    assert desk.get(where).status_code == 404
    desk.force_login(ada)
    assert desk.get(where).status_code == 410
    assert Removal.objects.filter(part_of=None).get().counts["passages"] == 0


def test_where_nothing_was_removed_there_is_nothing(desk):
    assert desk.get(reverse("article", args=[10**9])).status_code == 404


def test_a_visitor_is_told_nothing(article, client, ada, bo):
    removals.confirm(asked(article, ada), bo)
    assert client.get(reverse("article", args=[article.pk])).status_code == 302


def test_one_asks_and_another_removes_on_the_pages(
    article, client, ada, bo, django_capture_on_commit_callbacks
):
    client.force_login(ada)
    page = reverse("remove-article", args=[article.pk])
    assert "2 versions" in client.get(page).content.decode()
    order = {"order": "Court order 7", "because": "A minor."}
    assert client.post(page, {"order": "", "because": ""}).status_code == 422
    client.post(page, order)
    made = Removal.objects.get()
    own = client.get(reverse("removals")).content.decode()
    assert "another administrator has to confirm it" in own
    client.post(reverse("confirm-removal", args=[made.pk]))
    assert article.versions.exists(), "the same person"
    client.force_login(bo)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("confirm-removal", args=[made.pk]))
    shown = client.get(reverse("removals")).content.decode()
    assert "Court order 7" in shown
    assert "2 versions" in shown
    assert SECRET not in shown


def test_another_calls_it_off_on_the_page(article, client, ada, bo):
    made = asked(article, ada)
    client.force_login(bo)
    client.post(reverse("call-off-removal", args=[made.pk]))
    assert "called off by bo" in client.get(reverse("removals")).content.decode()
    assert article.versions.exists()


def test_nothing_of_it_is_on_any_page_of_the_newsroom(article, claim, client, ada, bo):
    removals.confirm(asked(article, ada), bo)
    client.force_login(ada)
    pages = [
        reverse("story", args=["desks"]),
        reverse("claim", args=["desks", claim.number]),
        reverse("take", args=["desks", "json"]),
        reverse("take-table", args=["desks", "evidence"]),
        reverse("claim-annotations", args=["desks", claim.number]),
        reverse("inbox"),
        reverse("edits"),
        reverse("history"),
        reverse("search") + f"?q={SECRET}&in=versions",
        reverse("source", args=[article.source.slug]),
    ]
    for page in pages:
        answer = client.get(page)
        said = b"".join(answer) if answer.streaming else answer.content
        asked_for = said.decode().replace(f'value="{SECRET}"', "").replace(f"q={SECRET}", "")
        assert answer.status_code == 200, page
        assert asked_for.count(SECRET) <= (3 if "search" in page else 0), page
