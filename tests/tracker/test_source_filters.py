"""Narrowing the list of sources: by any combination, and kept under a name."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sources.models import Host, Source
from tests.factories import make_article, make_claim, make_source, make_story
from tests.tracker.test_desk import make_feed, make_tag, names
from tests.tracker.test_pages import linked
from tracker.models import SavedFilter

pytestmark = pytest.mark.django_db


def found(client, **asked):
    return names(client.get("/sources/", asked))


@pytest.fixture
def tagged(nora):
    """Sources with no tag, with a, with b, and with both."""
    a, b = make_tag("a", "a"), make_tag("b", "b")
    for name, tags in {"bare": (), "has a": (a,), "has ab": (a, b), "has b": (b,)}.items():
        source = make_source(name)
        for tag in tags:
            source.tag(tag, nora)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("", ["has ab"]),
        ("any", ["has a", "has ab", "has b"]),
        ("none", ["bare"]),
        ("untagged", ["bare"]),
    ],
)
def test_tags_are_combined_as_was_chosen(desk, tagged, how, expected):
    assert found(desk, tag=["a", "b"], tags=how) == expected


def test_filters_narrow_each_other(desk):
    make_source("It", kind="agency", country="FR", languages=["fr", "en"])
    make_source("Not agency", country="FR", languages=["fr"])
    make_source("Not France", kind="agency", country="BE", languages=["fr"])
    make_source("Not English", kind="agency", country="FR", languages=["fr"])
    assert found(desk, kind="agency", country="FR", language="en") == ["It"]


def test_sources_are_found_by_the_state_of_their_feeds(desk):
    now = timezone.now()
    make_feed(make_source("works"), last_new_at=now, last_attempt_at=now)
    make_feed(make_source("quiet"), last_new_at=now - timedelta(days=40), last_attempt_at=now)
    make_feed(make_source("fails"), failures=6, last_attempt_at=now)
    make_feed(make_source("paused"), enabled=False)
    make_source("without")
    states = ("quiet", "failing", "paused", "none")
    assert [found(desk, health=word) for word in states] == [
        ["quiet"],
        ["fails"],
        ["paused"],
        ["without"],
    ]


def test_sources_a_claim_relies_on_are_found_those_of_merged_claims_too(desk, nora):
    story = make_story()
    claim = make_claim(story)
    part = make_claim(story, merged_into=claim, merged_at=timezone.now(), merged_because="Same.")
    for name, of in (("One", claim), ("Two", part), ("Three", make_claim(story))):
        linked(of, nora, article=make_article(source=make_source(name)))
    make_source("Four")
    assert found(desk, claim=claim.pk) == ["One", "Two"]


def test_a_claim_one_may_not_see_finds_nothing_and_is_not_offered(desk, ada, nora):
    story = make_story(confidential=True)
    story.members.add(ada)
    claim = make_claim(story, title="The zanzibar ledger")
    linked(claim, ada)
    assert found(desk, claim=claim.pk) == []
    assert "zanzibar" not in desk.get("/sources/").content.decode()


def test_an_empty_desk_says_how_to_begin_and_offers_no_filter_to_clear(desk):
    shown = desk.get("/sources/").text
    assert "No source yet" in shown
    assert "Clear the filter" not in shown
    assert "No source matches." in desk.get("/sources/?q=nobody").text


def test_a_source_is_found_by_a_part_of_its_site(desk):
    Host.objects.create(authority="news.quay.example", source=make_source("The Gazette"))
    make_source("Another")
    assert names(desk.get("/sources/?q=quay.ex")) == ["The Gazette"]


def test_a_source_is_found_by_the_name_it_had_before_it_was_merged(desk):
    kept = make_source("Le Courrier")
    make_source("Old Gazette", merged_into=kept)
    assert found(desk, q="old gaz") == ["Le Courrier"]


@pytest.mark.parametrize(
    "asked",
    [
        {"tag": "a\0b"},
        {"q": "\0"},
        {"country": "\0"},
        {"claim": "9" * 30},
        {"after": "x~" + "9" * 30},
        {"health": "nonsense"},
        {"kind": "nonsense"},
        {"tags": "any"},
    ],
)
def test_words_that_mean_nothing_narrow_nothing_or_find_nothing(desk, asked):
    make_source()
    assert desk.get("/sources/", asked).status_code == 200


def test_a_filter_is_kept_under_a_name_and_leads_back(desk, nora):
    view = "tag=a&tag=b&tags=any&kind=agency"
    desk.post("/sources/desk/filters/", {"name": "Wires", "view": view + "&after=x~1&q="})
    kept = SavedFilter.objects.get()
    assert (kept.user, kept.name, kept.query) == (nora, "Wires", view)
    assert 'href="?tag=a&amp;tag=b&amp;tags=any&amp;kind=agency"' in (
        desk.get("/sources/").content.decode()
    )


def test_a_name_that_is_kept_already_takes_the_new_choice(desk):
    for view in ("kind=agency", "kind=court"):
        desk.post("/sources/desk/filters/", {"name": "Mine", "view": view})
    assert SavedFilter.objects.get().query == "kind=court"


def test_nothing_chosen_or_no_name_keeps_nothing(desk):
    desk.post("/sources/desk/filters/", {"name": "Empty", "view": "other=1"})
    desk.post("/sources/desk/filters/", {"name": " ", "view": "kind=court"})
    assert not SavedFilter.objects.exists()


def test_filters_are_each_persons_own(client, nora, tom):
    kept = SavedFilter.objects.create(user=nora, name="Zanzibar", query="kind=court")
    client.force_login(tom)
    assert "Zanzibar" not in client.get("/sources/").content.decode()
    assert client.post(f"/sources/desk/filters/{kept.pk}/forget/").status_code == 404
    client.force_login(nora)
    client.post(f"/sources/desk/filters/{kept.pk}/forget/")
    assert not SavedFilter.objects.exists()


def test_sources_to_be_classified_are_counted_and_lead_to_their_list(desk):
    make_source("unknown.example", kind="unclassified")
    make_source("Known")
    assert 'href="?kind=unclassified"' in desk.get("/sources/").content.decode()
    assert found(desk, kind="unclassified") == ["unknown.example"]
    Source.objects.filter(kind="unclassified").update(kind="outlet")
    assert 'href="?kind=unclassified"' not in desk.get("/sources/").content.decode()


def test_sources_to_be_classified_stand_over_the_inbox_for_editors(client, desk, tom):
    make_source("unknown.example", kind="unclassified")
    assert "1 source to be classified" in desk.get("/inbox/").content.decode()
    client.force_login(tom)
    assert "to be classified" not in client.get("/inbox/").content.decode()
