"""Merging and splitting sources: everything follows, the old address leads on, and it is undone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sources.curating import moves
from sources.curating.moves import MoveError
from sources.ingest.store import articles
from sources.ingest.store.articles import Lead
from sources.ingest.subscribe import Subscription, subscribe
from sources.models import Article, Cluster, Host, ReliabilityNote, Source, SourceMove
from tests.factories import make_article, make_claim, make_source, make_speaker
from tests.tracker.test_desk import make_feed, make_tag
from tests.tracker.test_pages import PASSAGE, linked
from tracker.models import Evidence, Follow
from tracker.passages import linking
from tracker.passages.linking import Reading

pytestmark = pytest.mark.django_db


def host(name, source):
    return Host.objects.create(authority=name, source=source)


def taken(url, source=None, **values):
    return make_article(source=source, url=url, **values)


def take_in(url):
    """An article as the ingest makes it of an address."""
    articles.lock_making()
    lead = Lead(url=url, title="")
    made = articles.make([lead], feed=None, run=None, now=timezone.now(), arrival="url")
    return Article.objects.get(pk=next(iter(made.values())))


@pytest.fixture
def two(nora):
    """An outlet under its own name, and the same one under a site nobody had classified."""
    kept = make_source("Le Courrier", kind="outlet")
    stray = make_source("courrier.example", slug="courrier-example", kind="unclassified")
    host("courrier.example", stray)
    return kept, stray


def merge(two, nora):
    kept, stray = two
    return moves.merge(stray, kept, "Same outlet.", nora)


# --- merging ------------------------------------------------------------------------------------


def test_articles_feeds_sites_texts_notes_and_tags_follow(two, nora, ada):
    kept, stray = two
    article, feed = make_article(source=stray), make_feed(stray)
    text = Cluster.objects.create(origin=stray)
    note = ReliabilityNote.objects.create(source=stray, text="Corrects.", by=nora)
    stray.tag(make_tag(), ada)
    merge(two, nora)
    for row in (article, feed, note, text):
        row.refresh_from_db()
    assert {article.source, feed.source, note.source, text.origin} == {kept}
    assert Host.objects.get(pk="courrier.example").source == kept
    assert kept.source_tags.get().by == ada


def test_the_old_address_leads_to_the_other_and_the_list_shows_one(desk, two, nora):
    merge(two, nora)
    assert desk.get("/sources/courrier-example/").url == f"/sources/{two[0].slug}/"
    assert "courrier.example" not in [
        row["source"].name for row in desk.get("/sources/").context["rows"]
    ]


def test_passages_that_cite_either_count_as_one_origin(two, nora):
    kept, stray = two
    claim = make_claim()
    for cited in (kept, stray):
        linked(claim, nora, article=make_article(source=make_source()), chain=cited.name)
    assert len({piece.origin for piece in Evidence.objects.pieces()}) == 2
    merge(two, nora)
    assert {piece.origin for piece in Evidence.objects.pieces()} == {f"source:{kept.pk}"}
    assert {str(one.chain.last()) for one in Evidence.objects.all()} == {"Le Courrier"}


def test_followers_follow_the_other_once(two, nora, tom):
    kept, stray = two
    Follow.objects.create(user=nora, source=stray)
    Follow.objects.create(user=tom, source=stray)
    Follow.objects.create(user=tom, source=kept)
    merge(two, nora)
    assert Follow.objects.filter(source=kept, user=nora).count() == 1
    assert Follow.objects.filter(source=kept, user=tom).count() == 1


def test_what_comes_next_from_its_site_belongs_to_the_other(two, nora):
    merge(two, nora)
    assert take_in("https://courrier.example/next").source == two[0]


def test_a_feed_of_the_old_name_is_taken_up_for_the_other(two, nora):
    merge(two, nora)
    feed, _new = subscribe(Subscription("https://other.example/f", name="courrier-example"))
    assert feed.source == two[0]


def test_a_chain_that_says_the_old_name_means_the_other(two, nora):
    merge(two, nora)
    links = linking.chain_of(make_source(), Reading("reports", chain="courrier.example"))
    assert links[-1].source == two[0]


def test_merging_twice_leaves_no_chain_of_addresses(desk, two, nora):
    kept, _stray = two
    last = make_source("La Presse inventée")
    first = merge(two, nora)
    moves.merge(kept, last, "Bought.", nora)
    assert desk.get("/sources/courrier-example/").url == f"/sources/{last.slug}/"
    with pytest.raises(MoveError):
        moves.take_back(first, nora)


def test_what_is_invented_is_not_merged_with_what_is_not(two, nora):
    with pytest.raises(MoveError):
        moves.merge(two[1], make_source("Invented", sample=True), "No.", nora)
    with pytest.raises(MoveError):
        moves.merge(two[1], two[1], "No.", nora)


# --- taking a merge back ------------------------------------------------------------------------


def everything(sources):
    return [
        (
            sorted(source.articles.values_list("pk", flat=True)),
            sorted(source.feeds.values_list("pk", flat=True)),
            sorted(source.hosts.values_list("pk", flat=True)),
            sorted(source.source_tags.values_list("tag__slug", "by")),
            sorted(Follow.objects.filter(source=source).values_list("user", flat=True)),
            sorted(Evidence.objects.filter(origin__source=source).values_list("pk", flat=True)),
        )
        for source in sources
    ]


def test_undoing_a_merge_puts_everything_back_where_it_was(desk, two, nora, tom):
    kept, stray = two
    for source in two:
        make_article(source=source)
        make_feed(source)
        Follow.objects.create(user=tom, source=source)
        source.tag(make_tag(f"of-{source.slug}", f"of {source.slug}"), tom)
        linked(make_claim(), nora, article=make_article(source=make_source()), chain=source.name)
    tag = make_tag()
    kept.tag(tag, nora)
    stray.tag(tag, nora)
    before = everything(two)
    desk.post(f"/sources/{stray.slug}/merge/", {"into": kept.slug, "because": "Same outlet."})
    assert everything([stray])[0][:3] == ([], [], [])
    desk.post(f"/sources/desk/moves/{SourceMove.objects.get().pk}/undo/")
    assert everything(two) == before
    assert Source.objects.get(pk=stray.pk).merged_into is None


def test_undoing_gives_back_what_came_since_on_its_sites_and_nothing_else(two, nora):
    kept, stray = two
    host("other.example", kept)
    move = merge(two, nora)
    SourceMove.objects.filter(pk=move.pk).update(at=timezone.now() - timedelta(days=1))
    theirs, other = take_in("https://courrier.example/a"), take_in("https://other.example/b")
    moves.take_back(move, nora)
    theirs.refresh_from_db()
    other.refresh_from_db()
    assert (theirs.source, other.source) == (stray, kept)


def test_a_move_is_undone_once(two, nora):
    move = merge(two, nora)
    moves.take_back(move, nora)
    with pytest.raises(MoveError):
        moves.take_back(move, nora)


# --- splitting ----------------------------------------------------------------------------------


@pytest.fixture
def wide(nora):
    """One source with two sites."""
    source = make_source("Two papers", country="CA")
    source.tag(make_tag(), nora)
    host("one.example", source)
    host("two.example", source)
    return source


def split(wide, nora):
    return moves.split(wide, "The second paper", ["two.example"], "Two newsrooms.", nora)


def test_articles_and_feeds_on_the_chosen_sites_go_to_a_new_source_without_tags(wide, nora):
    stays, goes = taken("https://one.example/a", wide), taken("https://two.example/a", wide)
    feed, _new = subscribe(Subscription("https://two.example/feed", "Two"), wide)
    part = split(wide, nora).into
    for row in (stays, goes, feed):
        row.refresh_from_db()
    assert (stays.source, goes.source, feed.source) == (wide, part, part)
    assert (part.country, part.source_tags.count()) == ("CA", 0)
    assert take_in("https://two.example/b").source == part


def test_what_was_read_on_the_new_source_names_it_first_in_its_chains(wide, nora):
    article = taken("https://two.example/a", wide)
    speaker = make_speaker("An invented minister")
    evidence = linked(make_claim(), nora, article=article, words=PASSAGE, speaker=speaker)
    part = split(wide, nora).into
    assert [str(link) for link in evidence.chain.all()] == [str(part), "An invented minister"]


def test_undoing_a_split_brings_the_part_back_with_what_it_got_since(wide, nora):
    taken("https://two.example/a", wide)
    move = split(wide, nora)
    since = take_in("https://two.example/b")
    moves.take_back(move, nora)
    since.refresh_from_db()
    assert since.source == wide
    assert wide.articles.count() == 2
    assert wide.hosts.count() == 2
    assert Source.objects.get(pk=move.into_id).merged_into == wide


@pytest.mark.parametrize("hosts", [[], ["one.example", "two.example"], ["three.example"]])
def test_some_of_its_own_sites_are_split_off_and_not_all(wide, nora, hosts):
    with pytest.raises(MoveError):
        moves.split(wide, "Part", hosts, "Why not.", nora)


# --- the pages ----------------------------------------------------------------------------------


def test_the_other_source_is_looked_for_by_name_and_needs_a_reason(desk, two):
    kept, stray = two
    page = desk.get(f"/sources/{stray.slug}/merge/", {"q": "courr"}).content.decode()
    assert f'value="{kept.slug}"' in page
    answer = desk.post(f"/sources/{stray.slug}/merge/", {"into": kept.slug, "because": " "})
    assert (answer.status_code, SourceMove.objects.count()) == (422, 0)


def test_a_split_is_made_and_undone_from_its_page(desk, wide):
    data = {"name": "Second", "hosts": ["two.example"], "because": "Two newsrooms."}
    answer = desk.post(f"/sources/{wide.slug}/split/", data)
    assert answer.url == "/sources/second/"
    desk.post(f"/sources/desk/moves/{SourceMove.objects.get().pk}/undo/")
    assert wide.hosts.count() == 2


@pytest.mark.parametrize("act", ["merge", "split", "sites"])
def test_a_viewer_changes_nothing_about_whose_is_what(client, tom, two, act):
    client.force_login(tom)
    assert client.post(f"/sources/{two[1].slug}/{act}/", {}).status_code == 403


def test_a_site_of_a_source_is_added_and_one_of_another_says_whose(desk, two):
    kept, stray = two
    desk.post(f"/sources/{kept.slug}/sites/", {"site": "www.courrier.example"})
    assert Host.objects.get(pk="www.courrier.example").source == kept
    desk.post(f"/sources/{kept.slug}/sites/", {"site": "courrier.example"})
    assert Host.objects.get(pk="courrier.example").source == stray
    said = desk.get("/sources/").content.decode()
    assert "courrier.example belongs to courrier.example: merge that source" in said


@pytest.mark.parametrize("site", ["", "nothing", "ftp://x", "javascript:alert(1)", "\0.example"])
def test_what_is_no_site_is_not_taken_for_one(desk, two, site):
    number = Host.objects.count()
    assert desk.post(f"/sources/{two[0].slug}/sites/", {"site": site}).status_code == 302
    assert Host.objects.count() == number


def test_merging_costs_the_same_queries_whatever_follows(nora):
    def cost(number):
        kept, stray = make_source(), make_source()
        for _ in range(number):
            make_article(source=stray)
            stray.tag(make_tag(f"t-{stray.pk}-{_}", f"t {stray.pk} {_}"), nora)
        with CaptureQueriesContext(connection) as asked:
            moves.merge(stray, kept, "Same.", nora)
        return len(asked)

    assert cost(2) == cost(12)
