"""The slug a row gets from its name: it fits, it is the row's own, and no name is refused for it."""

import pytest
from django.urls import reverse

from sources.ingest import subscribe
from sources.ingest.paste import take_in_address
from sources.ingest.subscribe import Subscription
from sources.models import Source, Tag
from sources.models.slugs import LONGEST, free_slug, slug_of
from tests.factories import make_source
from tracker.claims import speakers
from tracker.models import Story

LONG = "The Standing Committee on Access to Information, Privacy and Ethics of the House of Commons"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Harbour Wire", "harbour-wire"),
        ("L’Équipe du soir", "lequipe-du-soir"),
        ("明報", "source"),
        (LONG, "the-standing-committee-on-access-to-information-pr"),
        ("x" * 49 + " y", "x" * 49),
    ],
)
def test_a_slug_is_made_of_the_name_and_never_too_long(name, slug):
    assert slug_of(name, "source") == slug
    assert len(slug) <= LONGEST


def test_rows_of_one_name_are_numbered(db):
    slugs = []
    for _ in range(3):
        slugs.append(free_slug(Source, LONG, "source"))
        Source.objects.create(name=LONG, slug=slugs[-1])
    assert slugs[0] == slug_of(LONG)
    assert [slug[-2:] for slug in slugs[1:]] == ["-2", "-3"]
    assert max(map(len, slugs)) <= LONGEST


def test_a_slug_that_no_row_may_have_is_numbered(db):
    assert free_slug(Source, "Tags", "source", reserved=["tags"]) == "tags-2"


def test_a_speaker_with_a_long_title_is_stored(db):
    assert speakers.named(f"Spokesperson of {LONG}").name == f"Spokesperson of {LONG}"


def test_a_story_with_a_long_name_is_stored(client, ada):
    client.force_login(ada)
    client.post(reverse("new-story"), {"title": LONG})
    assert Story.objects.get(title=LONG).slug == slug_of(LONG)


def test_a_feed_of_an_outlet_with_a_long_name_is_taken_up(db):
    feed, _ = subscribe.subscribe(Subscription("https://outlet.example/feed", name=LONG))
    assert feed.source.name == LONG


def test_two_outlets_whose_long_names_begin_alike_stay_two(db):
    other = LONG.replace("House of Commons", "Senate")
    one, two = (
        subscribe.subscribe(Subscription(f"https://{place}.example/feed", name=name))[0].source
        for place, name in (("commons", LONG), ("senate", other))
    )
    assert (one.name, two.name) == (LONG, other)


def test_a_feed_of_a_known_outlet_joins_it(db):
    known = make_source(LONG, slug=slug_of(LONG))
    feed, _ = subscribe.subscribe(Subscription("https://outlet.example/feed", name=LONG))
    assert feed.source == known


def test_a_tag_without_a_latin_letter_comes_with_an_import_once(db):
    one, two = make_source(), make_source()
    subscribe.tag(one, ["國營媒體"])
    subscribe.tag(two, ["國營媒體"])
    tag = Tag.objects.get(label_en="國營媒體")
    assert tag.slug
    assert {one, two} == {given.source for given in tag.source_tags.all()}


# --- sources to be classified -----------------------------------------------------------------


def test_an_article_of_a_site_with_a_long_name_is_stored(db):
    site = f"{'daily-' * 9}news.example"
    assert take_in_address(f"https://{site}/crane").source.name == site


def test_two_sites_that_are_spelled_alike_stay_two_sources(db):
    one = take_in_address("https://harbour-co.uk/crane").source
    other = take_in_address("https://harbour.co.uk/crane").source
    assert (one.name, other.name) == ("harbour-co.uk", "harbour.co.uk")


def test_a_renamed_source_keeps_the_further_hosts_of_its_site(db):
    source = take_in_address("https://www.harbour.example/crane").source
    source.name = "Harbour Wire"
    source.save()
    assert take_in_address("https://m.harbour.example/pier").source == source
