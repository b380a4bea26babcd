"""The history page: who did what, before and after, for whom it may be known."""

import pytest
from django.urls import reverse

from sources.ingest.subscribe import Subscription, subscribe
from sources.models import Source, Tag
from tests.factories import make_article, make_claim, make_source, make_speaker, make_story
from tests.tracker.test_pages import linked
from tracker.history import Asked, acts
from tracker.models import Claim, Evidence, Origin

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
    assert "Origin: “Embassy of Norland”, before that “nothing set”." in told


def test_no_change_is_told_without_what_changed(desk, nora):
    evidence = linked(make_claim(), nora)
    Evidence.objects.filter(pk=evidence.pk).update(prefix="before it")
    assert "Prefix: “before it”" in read(desk, evidence=evidence.pk)


def test_what_a_script_did_is_told_without_a_name(desk):
    source = make_source("Harbour Post")
    Source.objects.filter(pk=source.pk).update(owner="Somebody")
    (changed, added) = acts(desk.get("/").wsgi_request.user, Asked(of=("source", source.pk)), 9)
    assert (changed.by, changed.said) == ("", ("Owner: “Somebody”, before that “nothing set”.",))
    assert added.said == ("Added the source Harbour Post.",)


def test_tags_and_feeds_are_in_the_history_of_their_source(desk, nora):
    source = make_source("Harbour Post")
    Tag.objects.create(slug="wire", label_en="wire")
    desk.post("/sources/tags/", {"source": [source.pk], "tag": "wire", "verb": "tag"})
    subscribe(Subscription("https://outlet.example/feed.xml", "Outlet"))
    assert "Tagged Harbour Post “wire”." in read(desk, source=source.pk)
    assert "Took up the feed https://outlet.example/feed.xml." in read(desk, kind="feed")


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
