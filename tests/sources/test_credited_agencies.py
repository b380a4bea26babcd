"""A credit names an origin whether or not the newsroom has that agency among its sources."""

import pytest

from sources.ingest import regroup
from sources.ingest.store.agencies import Agencies
from sources.models import Cluster, Source
from tests.conftest import member
from tests.factories import make_source
from tests.sources.newsroom import HTML, WORDS, night, page, recheck
from tests.sources.test_ingest_pages import OTHER, of_outlets, printed

pytestmark = pytest.mark.django_db
CREDITED = "OTTAWA (The Canadian Press) - The harbour was closed on Monday by order of the port."


def test_a_well_known_agency_that_is_credited_becomes_a_source():
    key = Agencies().source("The Canadian Press")
    made = Source.objects.get(pk=key)
    assert (made.name, made.kind, made.sample) == ("The Canadian Press", "agency", False)
    assert Agencies().source("The Canadian Press") == key


@pytest.mark.parametrize(
    ("name", "credited"),
    [
        ("Canadian Press", "The Canadian Press"),
        ("AP", "The Associated Press"),
        ("Bloomberg News", "Bloomberg"),
        ("Reuters", "Reuters"),
    ],
)
def test_an_agency_the_newsroom_spells_otherwise_is_not_made_again(name, credited):
    own = make_source(name, kind="agency")
    assert Agencies().source(credited) == own.pk
    assert Source.objects.count() == 1


def test_an_agency_that_was_merged_stands_as_the_other():
    made = Source.objects.get(pk=Agencies().source("Reuters"))
    other = make_source("Thomson Reuters Corporation")
    Source.objects.filter(pk=made.pk).update(merged_into=other)
    assert Agencies().source("Reuters") == other.pk


def test_an_agency_that_was_renamed_is_known_again():
    made = Source.objects.get(pk=Agencies().source("Reuters"))
    Source.objects.filter(pk=made.pk).update(name="Our London wire")
    assert Agencies().source("Reuters") == made.pk


def test_an_agency_nobody_knows_is_no_source():
    assert Agencies().source("Vale Wire") is None
    assert not Source.objects.exists()


def test_copies_of_a_credited_text_have_the_agency_as_their_origin(web):
    for outlet in ("north", "south", "west"):
        printed(web, outlet, CREDITED + " Ships wait outside, and the pilots have gone home." * 2)
    night()
    text = Cluster.objects.get(origin__name="The Canadian Press")
    assert (text.basis, text.articles.count()) == ("credit", 3)


def test_an_origin_an_editor_named_outlasts_a_credit_that_comes_later(web):
    of_outlets(web, 2)
    text = Cluster.objects.get()
    regroup.name_origin(text, None)
    article = text.articles.latest("pk")
    later = page(f"OTTAWA (The Canadian Press) - {WORDS}")
    web.page("/1", later, headers=HTML, host="outlet1.localhost")
    recheck(article)
    text.refresh_from_db()
    assert article.versions.count() == 2
    assert (text.origin, text.basis) == (None, "editor")


def test_texts_an_editor_joined_stay_one_whatever_a_later_version_says(web):
    printed(web, "north", WORDS)
    printed(web, "south", OTHER)
    night()
    home, other = Cluster.objects.order_by("pk")
    regroup.join(home, other, member("nora", "editor"), "Translated by the desk.")
    article = home.articles.latest("pk")
    web.page("/1", page(OTHER + "\nMore."), headers=HTML, host="south.localhost")
    recheck(article)
    assert article.versions.count() == 2
    assert Cluster.objects.get().articles.count() == 2
