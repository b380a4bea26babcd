"""What was removed by order: nothing of it is left, and nothing of it comes again."""

import uuid
from datetime import timedelta

import pytest
import zstandard
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from sources.ingest import expunge, handin
from sources.ingest.paste import take_in_address
from sources.ingest.store import articles
from sources.ingest.subscribe import UnusableAddressError
from sources.models import Article, ArticleUrl, FeedItem, Fetch, Job, RemovedAddress, Run
from sources.models.article import Arrival
from tests.factories import make_article, make_source
from tests.sources.newsroom import HTML, WORDS, days_pass, follow, item, night, page, serve

pytestmark = pytest.mark.django_db
SECRET = "Quimbleworth"


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def bodies():
    """All that is kept of what publishers sent."""
    for folder in default_storage.listdir("")[0]:
        for name in default_storage.listdir(folder)[1]:
            with default_storage.open(f"{folder}/{name}") as file:
                yield zstandard.ZstdDecompressor().decompress(file.read(), 2**24).decode()


def tables_with(words):
    """The tables of the database in which any row holds these words."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', [f"%{words}%"]
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


@transaction.atomic
def remove(article):
    articles.lock_making()
    return expunge.article(article)


@pytest.fixture
def read(web):
    """A feed of two articles, both read; one of them is to go."""
    entries = [
        item(web.url(f"/{SECRET}"), title=f"{SECRET} charged", extra=f"<description>{SECRET} said.</description>"),
        item(web.url("/other"), title="The weather"),
    ]  # fmt: skip
    serve(web, *entries)
    web.page(f"/{SECRET}", page(f"{WORDS}\n{SECRET} was named.", f"{SECRET} charged"), headers=HTML)
    web.page("/other", page(WORDS.replace("harbour", "weather"), "The weather"), headers=HTML)
    feed = follow(web)
    night()
    assert tables_with(SECRET)
    assert len([one for one in bodies() if SECRET in one]) == 2  # the feed's and the page's
    return feed


def secret():
    return Article.objects.get(url__contains=SECRET)


def test_nothing_of_it_is_left_in_any_table_or_file(read):
    counts = remove(secret())
    expunge.delete_files()
    assert tables_with(SECRET) == []
    assert [one for one in bodies() if SECRET in one] == []
    assert (counts["versions"], counts["items"], counts["files"]) == (1, 1, 2)


def test_the_files_go_with_the_commit(read, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        remove(secret())
    assert [one for one in bodies() if SECRET in one] == []


def test_its_neighbours_stay(read):
    other = Article.objects.get(url__contains="other")
    remove(secret())
    expunge.delete_files()
    assert list(Article.objects.all()) == [other]
    assert list(FeedItem.objects.values_list("title", flat=True)) == ["The weather"]
    assert [one for one in bodies() if "weather" in one]


def test_it_is_not_taken_in_again_while_the_feed_still_lists_it(read, web):
    remove(secret())
    expunge.delete_files()
    asked = web.paths().count(f"/{SECRET}")
    entries = [
        item(web.url(f"/{SECRET}?utm_source=rss"), title=f"{SECRET} charged, again"),
        item(web.url("/third"), title="A third"),
    ]
    serve(web, *entries)
    days_pass(1)
    night()
    assert web.paths().count(f"/{SECRET}") == asked
    assert tables_with(SECRET) == []
    assert [one for one in bodies() if SECRET in one] == []
    assert Article.objects.filter(title="A third").exists()


def test_a_new_address_that_leads_to_it_is_turned_away(read, web):
    remove(secret())
    web.redirect("/short", web.url(f"/{SECRET}"))
    serve(web, item(web.url("/short"), title="A short address"))
    days_pass(1)
    night()
    expunge.delete_files()
    assert not Article.objects.filter(url=web.url("/short")).exists()
    assert [one for one in bodies() if SECRET in one] == []
    assert tables_with("A short address") == []


def test_a_page_that_says_it_is_that_article_is_turned_away(read, web):
    remove(secret())
    link = f'<link rel="canonical" href="{web.url(f"/{SECRET}")}">'
    serve(web, item(web.url("/mirror"), title="A mirror"))
    web.page("/mirror", page(f"{WORDS}\n{SECRET} again.", head=link), headers=HTML)
    days_pass(1)
    night()
    expunge.delete_files()
    assert not Article.objects.filter(url=web.url("/mirror")).exists()
    assert tables_with(f"{SECRET} again") == []
    assert [one for one in bodies() if SECRET in one] == []


def test_nobody_pastes_its_address_again(read, settings):
    address = secret().url
    remove(secret())
    with pytest.raises(UnusableAddressError):
        take_in_address(address)


def test_what_was_pasted_to_take_it_in_is_forgotten(web, read):
    web.page(f"/by-hand-{SECRET}", page(), headers=HTML)
    take_in_address(web.url(f"/by-hand-{SECRET}"))
    remove(Article.objects.get(url__contains="by-hand"))
    assert Run.objects.filter(scope__contains="by-hand").count() == 0


def test_a_text_handed_in_is_not_handed_in_again(nora):
    one = handin.HandedIn(
        make_source(), SECRET, f"{SECRET} said so.", "en", Arrival.PASTE, b"the original", "by hand"
    )
    article, _new = handin.take_in_text(one, nora)
    Job.objects.all().delete()
    remove(article)
    with pytest.raises(handin.RemovedError):
        handin.take_in_text(one, nora)
    expunge.delete_files()
    assert list(bodies()) == []


def test_an_article_in_a_workers_hands_is_left_until_it_is_done(read):
    job = Job.objects.get(article=secret())
    job.lease_token, job.lease_until = uuid.uuid4(), timezone.now() + timedelta(minutes=1)
    job.save()
    with pytest.raises(expunge.InHandError):
        remove(secret())
    assert secret()


def test_a_file_that_another_article_came_as_stays(read):
    gone = secret()
    other = make_article()
    Fetch.objects.create(
        article=other, url=other.url, outcome="ok", raw_sha256=gone.current_version.raw_sha256
    )
    remove(gone)
    expunge.delete_files()
    assert len([one for one in bodies() if f"{SECRET} was named" in one]) == 1


def test_of_its_addresses_the_hash_alone_is_kept(read):
    keys = set(map(bytes, ArticleUrl.objects.filter(article=secret()).values_list("pk", flat=True)))
    remove(secret())
    assert {bytes(one.pk) for one in RemovedAddress.objects.all()} == keys


def test_the_archive_is_sound_afterwards(read):
    remove(secret())
    expunge.delete_files()
    call_command("verify_archive", orphans_older_than=0)
