"""A source from a bare domain: looked at, proposed, confirmed."""

import pytest
from django.contrib.messages import get_messages

from sources.ingest.subscribe import Subscription, subscribe
from sources.models import Feed, Host, Source
from tests.factories import make_source
from tests.sources.test_discover import HTML, feed
from tests.web.fixtures import web

__all__ = ["web"]

pytestmark = pytest.mark.django_db
ABOUT = {
    "name": "Le Phare",
    "kind": "outlet",
    "owner": "",
    "country": "CA",
    "languages": "fr",
    "community": "",
}


@pytest.fixture(autouse=True)
def in_no_hurry(settings):
    settings.INGEST = settings.INGEST | {"host_gap": 0}


def look(client, place):
    return client.post("/sources/new/", {"place": place})


def site(web):
    web.page(
        "/",
        '<!doctype html><html lang="fr-CA"><head><title>Accueil</title>'
        '<meta property="og:site_name" content="Le Phare <b>inventé</b>">'
        '<link rel="alternate" type="application/rss+xml" href="/feed.rss"></head><p>Bonjour',
        headers=HTML,
    )
    return web.url("/")


def test_name_language_and_feeds_are_proposed_and_nothing_is_kept(desk, web):
    address = feed(web)
    answer = look(desk, site(web))
    form = answer.context["confirm"]
    assert form["name"].value() == "Le Phare inventé"
    assert form["languages"].value() == "fr"
    assert form["feeds"].value() == [address]
    assert (Source.objects.count(), Feed.objects.count()) == (0, 0)


def test_what_an_editor_confirms_becomes_a_source_with_its_feed(desk, web):
    address = feed(web)
    answer = desk.post(
        "/sources/new/", ABOUT | {"site": web.url("/"), "feeds": [address], "name": "Le Phare"}
    )
    source = Source.objects.get()
    assert answer.url == f"/sources/{source.slug}/"
    assert (source.name, source.languages, source.source_tags.count()) == ("Le Phare", ["fr"], 0)
    assert source.feeds.get().url == address
    assert source.hosts.count() == 1


def test_a_site_without_feeds_is_added_all_the_same(desk, web):
    web.page("/", "<!doctype html><title>Quiet</title><p>Nothing", headers=HTML)
    assert "No feed was found" in look(desk, web.url("/")).content.decode()
    desk.post("/sources/new/", ABOUT | {"site": web.url("/")})
    assert Source.objects.get().feeds.count() == 0


def test_a_site_that_does_not_answer_says_so_and_can_be_added(desk, web):
    web.page("/", "", status=503)
    shown = look(desk, web.url("/")).content.decode()
    assert "The site is overloaded or closed for maintenance." in shown
    assert "Add this source" in shown


def test_a_bare_address_that_answers_no_https_is_looked_at_over_http(desk, web):
    address = site(web)
    form = look(desk, address.removeprefix("http://").rstrip("/")).context["confirm"]
    assert (form["name"].value(), form["site"].value()) == ("Le Phare inventé", address)


def test_an_address_typed_with_https_is_never_asked_over_http(desk, web):
    address = site(web)
    shown = look(desk, address.replace("http:", "https:")).content.decode()
    assert "The site offers no secure connection (https)" in shown
    assert "SSL" not in shown
    assert web.paths() == []


def test_a_court_without_a_site_is_added_by_name_and_type(desk):
    shown = desk.get("/sources/new/", {"name": "Superior Court"}).content.decode()
    assert 'value="Superior Court"' in shown
    sent = {"name": "Superior Court", "kind": "court", "site": ""}
    assert desk.post("/sources/new/", sent).status_code == 302
    source = Source.objects.get()
    assert (source.name, source.kind, source.hosts.count()) == ("Superior Court", "court", 0)


def test_a_name_without_a_site_is_taken_once(desk):
    make_source("Superior Court")
    answer = desk.post("/sources/new/", {"name": "superior court", "kind": "court", "site": ""})
    assert answer.status_code == 422
    assert "There is a source of this name already." in answer.content.decode()


def test_a_site_we_know_says_whose_it_is(desk, web):
    from sources.ingest.identify import authority

    known = make_source("The Quay Gazette")
    Host.objects.create(authority=authority(site(web)), source=known)
    assert "This site is The Quay Gazette’s already." in look(desk, site(web)).content.decode()


def test_a_site_we_know_gets_more_feeds_and_no_second_source(desk, web):
    from sources.ingest.identify import authority

    known = make_source("The Quay Gazette")
    address = feed(web)
    Host.objects.create(authority=authority(site(web)), source=known)
    form = look(desk, site(web)).context["confirm"]
    assert list(form.fields) == ["site", "feeds"]
    desk.post("/sources/new/", {"site": site(web), "feeds": [address]})
    assert list(known.feeds.values_list("url", flat=True)) == [address]
    assert Source.objects.count() == 1


@pytest.mark.parametrize(
    "place",
    [
        "http://10.0.0.1/",
        "localhost",
        "file:///etc/passwd",
        "http://[::1]/",
        "ftp://x.example",
        "\0",
    ],
)
def test_our_own_network_is_never_asked(desk, settings, place):
    settings.INGEST = settings.INGEST | {"allow_networks": ()}
    assert look(desk, place).status_code == 422
    answer = desk.post("/sources/new/", ABOUT | {"site": place, "feeds": [place]})
    assert answer.status_code == 422
    assert not Source.objects.exists()


def test_who_may_not_add_sources_asks_no_site(client, tom, cleo, web):
    for person in (tom, cleo):
        client.force_login(person)
        assert client.get("/sources/new/").status_code == 403
        assert look(client, web.url("/")).status_code == 403
    assert web.paths() == []
    assert "/sources/new/" not in client.get("/sources/").content.decode()


def test_a_site_that_leads_into_a_private_network_becomes_no_source(desk, web):
    web.page("/", "", status=302, headers={"Location": "http://10.0.0.1/"})
    answer = look(desk, web.url("/"))
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "The address leads into a private network" in shown
    assert "Add this source" not in shown


def test_a_feed_is_offered_by_the_name_of_its_format(desk, web):
    feed(web)
    assert ", RSS 2.0, " in look(desk, site(web)).content.decode()


def test_a_feed_we_follow_is_marked_where_it_is_offered(desk, web):
    subscribe(Subscription(feed(web), name="Le Phare"))
    answer = look(desk, site(web))
    assert "followed already" in answer.content.decode()
    assert answer.context["confirm"]["feeds"].value() == []


@pytest.mark.parametrize(("feeds", "said"), [(0, ""), (1, " Its feed is being asked.")])
def test_what_becomes_of_the_feeds_is_said_and_nothing_of_none(desk, web, feeds, said):
    sent = ABOUT | {"site": web.url("/"), "feeds": [feed(web)][:feeds]}
    answer = desk.post("/sources/new/", sent)
    messages = [str(message) for message in get_messages(answer.wsgi_request)]
    assert messages == [f"Le Phare is a source now.{said}"]
