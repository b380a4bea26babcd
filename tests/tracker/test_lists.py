"""Lists of sources in and out: CSV and OPML, seen before they change anything."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sources.curating import listplan, table
from sources.ingest.subscribe import Subscription, subscribe
from sources.models import Feed, Host, Source
from tests.factories import make_source
from tests.tracker.test_desk import make_feed, make_tag
from tests.tracker.test_pages import queries

pytestmark = pytest.mark.django_db


def upload(client, body, name="list.csv"):
    body = body.encode() if isinstance(body, str) else body
    return client.post("/sources/desk/lists/", {"file": SimpleUploadedFile(name, body)})


def confirm(client, answer):
    context = answer.context
    data = {"digest": context["digest"], "format": context["format"]}
    return client.post("/sources/desk/lists/", data | {"confirm": context["plan"].digest})


def take_in(client, body):
    return confirm(client, upload(client, body))


def away(client, form="csv", **asked):
    return client.get(f"/sources/desk/sources.{form}", asked).content


def told(plan):
    return [(row.number, row.fault) for row in plan.refused]


@pytest.fixture
def newsroom(nora):
    """Sources of every shape, with words a spreadsheet would run."""
    plain = make_source("Plain Daily", kind="agency", country="CA", languages=["en", "fr"])
    Host.objects.create(authority="plain.example", source=plain)
    subscribe(Subscription("https://plain.example/feed", "Plain"), plain)
    plain.tag(make_tag(), nora)
    plain.tag(make_tag("state", "state media, of the state"), nora)
    for n, name in enumerate(["=cmd|' /C calc'!A0", "'=quoted", "-1+2", "@sum", "+x", "été, “x”"]):
        make_source(name, owner=f"={n}", community="a;b")
    return plain


# --- out and in again ---------------------------------------------------------------------------


def test_what_was_taken_away_and_taken_in_changes_nothing(desk, newsroom):
    plan = upload(desk, away(desk)).context["plan"]
    assert (plan.new, plan.changed, plan.refused) == ([], [], [])
    assert plan.same == Source.objects.count()


def test_the_same_holds_for_opml(desk, newsroom):
    plan = upload(desk, away(desk, "opml"), "list.opml").context["plan"]
    assert (plan.new, plan.changed, plan.refused, plan.same) == ([], [], [], 1)


def test_no_cell_is_a_formula(desk, newsroom):
    rows = csv.reader(io.StringIO(away(desk).decode("utf-8-sig")))
    cells = [cell for row in rows for cell in row]
    assert any("cmd" in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(table.FORMULA)] == []


def test_a_list_is_taken_away_as_it_was_narrowed(desk, newsroom):
    assert b"Plain Daily" in away(desk, kind="agency")
    assert b"quoted" not in away(desk, kind="agency")


def test_a_note_on_reliability_is_in_no_list(desk, newsroom, nora):
    newsroom.notes.create(text="zanzibar", by=nora)
    assert b"zanzibar" not in away(desk) + away(desk, "opml")


# --- the look at the change ---------------------------------------------------------------------


def test_a_list_changes_nothing_until_somebody_says_so(desk, newsroom):
    body = "source_id,owner,tags\r\n" + f"{newsroom.slug},A trust,quebec\r\n"
    answer = upload(desk, body)
    (row,) = answer.context["plan"].changed
    assert row.fields == [("owner", "", "A trust")]
    assert [str(tag) for tag in row.removed] == ["state media, of the state"]
    newsroom.refresh_from_db()
    assert (newsroom.owner, newsroom.source_tags.count()) == ("", 2)
    confirm(desk, answer)
    newsroom.refresh_from_db()
    assert (newsroom.owner, newsroom.source_tags.count()) == ("A trust", 1)


def test_a_column_left_out_leaves_its_field_alone(desk, newsroom):
    take_in(desk, f"source_id,country\r\n{newsroom.slug},FR\r\n")
    newsroom.refresh_from_db()
    assert (newsroom.country, newsroom.kind, newsroom.languages) == ("FR", "agency", ["en", "fr"])


def test_what_changed_since_the_look_is_looked_at_again(desk, newsroom):
    answer = upload(desk, f"source_id,owner\r\n{newsroom.slug},A trust\r\n")
    Source.objects.filter(pk=newsroom.pk).update(owner="Somebody else")
    again = confirm(desk, answer)
    assert again.status_code == 200
    assert "Something changed since you looked" in again.content.decode()
    newsroom.refresh_from_db()
    assert newsroom.owner == "Somebody else"


def test_a_new_source_comes_with_its_domains_feeds_and_tags(desk, newsroom):
    take_in(
        desk,
        "name;kind;country;languages;domains;feeds;tags\r\n"
        "Le Phare;;ca;fr, en;phare.example www.phare.example;https://phare.example/feed;Quebec\r\n",
    )
    made = Source.objects.get(name="Le Phare")
    assert (made.kind, made.country, made.languages) == ("unclassified", "CA", ["fr", "en"])
    assert set(made.hosts.values_list("pk", flat=True)) == {"phare.example", "www.phare.example"}
    assert made.feeds.get().job.kind == "feed"
    assert made.source_tags.get().tag.slug == "quebec"


def test_an_import_is_one_act_of_the_history(desk, newsroom):
    take_in(desk, "name\r\nOne new\r\nTwo new\r\nThree new\r\n")
    page = desk.get(reverse("history"), {"kind": "source"}).content.decode()
    assert "and 2 more changes in the same act" in page


def test_opml_brings_feeds_under_their_sources_and_makes_no_tag(desk, newsroom):
    body = (
        '<opml version="2.0"><body><outline text="Folder"><outline type="rss" text="Le Phare"'
        ' xmlUrl="https://phare.example/feed" category="quebec,unheard"/></outline></body></opml>'
    )
    answer = upload(desk, body, "feeds.opml")
    assert "no such tag, left out: Folder, unheard" in answer.content.decode()
    confirm(desk, answer)
    made = Feed.objects.get(url="https://phare.example/feed").source
    assert (made.name, made.kind) == ("Le Phare", "unclassified")
    assert [given.tag.slug for given in made.source_tags.all()] == ["quebec"]


# --- what is refused, and why -------------------------------------------------------------------

HOSTILE = {
    "no name": ",,,,FR",
    "unknown id": "nobody,,",
    "unknown type": ",A,kind!",
    "unknown tag": ",B,,unheard",
    "country": ",C,,,Canada",
    "language": ",D,,,,12",
    "control characters": ",E\x00F,",
    "wrong encoding": ",E\udcff,",
    "long cell": "," + "x" * 3000 + ",",
    "too many cells": ",F,,,,,,,,,,,,",
    "domain": ",G,,,,,nothing",
    "taken domain": ",H,,,,,plain.example",
    "feed": ",I,,,,,,javascript:alert(1)",
    "duplicate": ",Plain Daily,\r\n,plain daily,",
}
HEAD = "source_id,name,kind,tags,country,languages,domains,feeds\r\n"


@pytest.mark.parametrize("fault", HOSTILE)
def test_each_refused_row_says_why_and_costs_no_other(desk, newsroom, fault):
    row = HOSTILE[fault]
    body = f"{HEAD}{row}\r\n,A sound row,\r\n".encode("utf-8", "surrogateescape")
    answer = upload(desk, body)
    plan = answer.context["plan"]
    assert [row.fault for row in plan.refused] == [fault]
    assert [row.name for row in plan.new] == ["A sound row"]
    confirm(desk, answer)
    assert Source.objects.filter(name="A sound row").exists()


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\x01\x02", b"a,b,c\r\n1,2,3", b"<html></html>", b"<opml>", b'"' + b"x" * 200_000],
)
def test_a_file_that_is_no_list_is_refused_whole(desk, body):
    assert upload(desk, body).status_code == 422


def test_entities_of_an_opml_file_are_never_expanded(desk):
    bomb = b'<!DOCTYPE a [<!ENTITY x "xxxx">]><opml><body><outline text="&x;"/></body></opml>'
    assert upload(desk, bomb, "bomb.opml").status_code == 422


def test_a_merged_source_is_not_changed_by_a_list(desk, newsroom):
    old = make_source("Old", merged_into=newsroom)
    assert told(listplan.of_csv(f"source_id,owner\n{old.slug},X\n".encode())) == [(2, "merged")]


def test_two_sources_of_one_name_are_told_apart_by_id_only(desk):
    make_source("Twin")
    make_source("Twin")
    assert told(listplan.of_csv(b"name,owner\nTwin,X\n")) == [(2, "ambiguous")]


def test_five_thousand_rows_are_read_and_taken_in_with_few_queries(
    desk, newsroom, django_assert_max_num_queries
):
    rows = "".join(f"Outlet of the list {n},CA,quebec,o{n}.example\r\n" for n in range(5000))
    with django_assert_max_num_queries(120):
        take_in(desk, f"name,country,tags,domains\r\n{rows}")
    assert Source.objects.filter(name__startswith="Outlet of the list").count() == 5000
    assert Host.objects.get(pk="o4999.example").source.name == "Outlet of the list 4999"


# --- who ----------------------------------------------------------------------------------------


def test_a_viewer_takes_lists_away_and_none_in(client, tom, newsroom):
    client.force_login(tom)
    assert client.get("/sources/desk/lists/").status_code == 200
    assert "Take in a list" not in client.get("/sources/desk/lists/").content.decode()
    assert upload(client, "name\nX\n").status_code == 403
    assert client.get("/sources/desk/sources.csv").status_code == 200


def test_a_file_that_is_not_held_is_refused(desk):
    data = {"digest": "0" * 64, "format": "csv", "confirm": "x"}
    assert desk.post("/sources/desk/lists/", data).status_code == 422


def test_taking_away_costs_the_same_queries_whatever_there_is(desk, newsroom):
    few = queries(desk, "/sources/desk/sources.csv")
    for _ in range(8):
        make_feed(make_source())
    assert queries(desk, "/sources/desk/sources.csv") == few
