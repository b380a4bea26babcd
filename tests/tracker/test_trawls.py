"""'Find evidence': a claim run over everything held, in stretches, as often as anybody likes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.factories import NEWS, add_version, make_article, make_claim, make_story
from tracker.claims import reshaping
from tracker.inbox import decisions
from tracker.models import Suggestion, Trawl
from tracker.suggesting import suggest, trawls

pytestmark = pytest.mark.django_db

FOR_LONG = 60  # seconds


@pytest.fixture
def few_at_a_time(monkeypatch):
    monkeypatch.setattr(trawls, "STRETCH", 2)


def held(number):
    return [make_article(f"Line {n}. {NEWS}") for n in range(number)]


def test_a_claim_finds_its_passages_in_what_came_before_it(nora):
    held(3)
    claim = make_claim()
    trawls.start(claim, nora)
    assert trawls.carry_on(FOR_LONG) is False
    trawl = Trawl.objects.get()
    assert (trawl.read, trawl.total, trawl.found) == (3, 3, 3)
    assert trawl.finished_at is not None
    assert claim.suggestions.count() == 3


def test_what_was_read_is_noted_after_each_stretch_and_read_on_from(nora, few_at_a_time):
    held(5)
    trawls.start(make_claim(), nora)
    trawls._stretch(Trawl.objects.get())
    assert Trawl.objects.get().read == 2
    trawls.carry_on(FOR_LONG)
    assert Trawl.objects.get().read == 5


def test_looking_again_proposes_nothing_twice(nora):
    held(2)
    claim = make_claim()
    for _ in range(2):
        trawls.start(claim, nora)
        trawls.carry_on(FOR_LONG)
    assert Trawl.objects.get().found == 0
    assert claim.suggestions.count() == 2


def test_looking_again_brings_nothing_rejected_back(nora):
    held(1)
    claim = make_claim()
    trawls.start(claim, nora)
    trawls.carry_on(FOR_LONG)
    decisions.reject(Suggestion.objects.get(), nora)
    trawls.start(claim, nora)
    trawls.carry_on(FOR_LONG)
    assert Suggestion.objects.get().state == "rejected"


def test_what_is_stored_meanwhile_is_left_to_the_ingest(nora):
    held(1)
    claim = make_claim()
    trawls.start(claim, nora)
    make_article("Later. " + NEWS)
    trawls.carry_on(FOR_LONG)
    assert Trawl.objects.get().read == 1
    assert claim.suggestions.count() == 1


def test_the_suggestions_of_other_claims_stay_as_they_are(nora):
    first = make_claim()
    (article,) = held(1)
    add_version(article, NEWS + " One more line.")
    suggest.for_claims([first])
    Suggestion.objects.update(version=article.versions.first())
    trawls.start(make_claim(first.story, terms="embassy"), nora)
    trawls.carry_on(FOR_LONG)
    assert Suggestion.objects.get(claim=first).state == "new"


def test_a_claim_merged_meanwhile_is_not_searched_for_any_more(nora):
    held(1)
    claim = make_claim()
    trawls.start(claim, nora)
    reshaping.merge(claim, make_claim(claim.story, terms="submarine"), "the same", nora)
    assert trawls.carry_on(FOR_LONG) is False
    assert not Suggestion.objects.exists()


def test_begun_anew_while_it_is_on_it_reads_everything_again(nora, few_at_a_time):
    held(3)
    claim = make_claim(terms="submarine")
    trawls.start(claim, nora)
    before = Trawl.objects.get()
    trawls._stretch(before)
    claim.terms = "station* Montreal"
    claim.save()
    trawls.start(claim, nora)
    assert trawls._stretch(before) is False  # the worker that read for the old words
    trawls.carry_on(FOR_LONG)
    assert claim.suggestions.count() == 3


def test_one_text_that_cannot_be_read_costs_the_others_nothing(nora, monkeypatch):
    articles = held(3)
    worst = articles[1].current_version_id
    read = suggest.candidates

    def break_at_the_worst(claims, version, known):
        if version.pk == worst:
            raise ValueError("unreadable")
        return read(claims, version, known)

    monkeypatch.setattr(suggest, "candidates", break_at_the_worst)
    claim = make_claim()
    trawls.start(claim, nora)
    trawls.carry_on(FOR_LONG)
    assert Trawl.objects.get().finished_at is not None
    assert claim.suggestions.count() == 2


def test_an_editor_starts_it_from_the_claims_page_and_sees_how_far_it_is(desk):
    held(1)
    claim = make_claim()
    page = f"/stories/{claim.story.slug}/claims/{claim.number}/"
    assert "Look through everything held" in desk.get(page).content.decode()
    answer = desk.post(page + "find/")
    assert answer.url == page + "#trawl"
    assert "1 article to read" in desk.get(page).content.decode()
    trawls.carry_on(FOR_LONG)
    done = desk.get(page + "find/progress/").content.decode()
    assert "1 article was read" in done
    assert "1 passage was proposed" in done


def test_a_viewer_neither_sees_nor_starts_it(client, tom):
    client.force_login(tom)
    claim = make_claim()
    page = f"/stories/{claim.story.slug}/claims/{claim.number}/"
    assert "everything held" not in client.get(page).content.decode()
    assert client.post(page + "find/").status_code == 403
    assert not Trawl.objects.exists()


def test_in_a_story_one_may_not_see_there_is_nothing_to_start(desk):
    claim = make_claim(make_story(confidential=True))
    answer = desk.post(f"/stories/{claim.story.slug}/claims/{claim.number}/find/")
    assert answer.status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_propose_everything_once(nora, few_at_a_time):
    held(8)
    claim = make_claim()
    trawls.start(claim, nora)

    def work():
        try:
            while trawls.carry_on(FOR_LONG):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work), pool.submit(work)]:
            done.result()
    trawl = Trawl.objects.get()
    assert (trawl.read, claim.suggestions.count()) == (8, 8)
