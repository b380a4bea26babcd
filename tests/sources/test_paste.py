"""Articles by pasted address: one article for one address, through the ordinary pipeline."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from sources.ingest import runs
from sources.ingest.identify import url_key
from sources.ingest.paste import open_run, take_in_address
from sources.ingest.subscribe import UnusableAddressError
from sources.models import Article, ArticleUrl, Job, Run
from tests.factories import make_article
from tests.web.fixtures import web

__all__ = ["web"]
pytestmark = pytest.mark.django_db
ADDRESS = "https://quay.example/news/crane"
PAGE = (
    "<!doctype html><html lang=en><head><title>A crane was moved</title></head><body><article>"
    "<h1>A crane was moved</h1>"
    + "".join(
        f"<p>On day {day} the harbour master of Orvale said that the crane had been moved again,"
        " and that nobody had asked for it in writing.</p>"
        for day in range(1, 9)
    )
    + "</article></body></html>"
)


def take(*words, **options):
    out = io.StringIO()
    call_command("add_article", *words, stdout=out, stderr=out, **options)
    return out.getvalue()


# --- taking in ------------------------------------------------------------------------------


def test_an_address_becomes_an_article_that_came_by_address():
    article = take_in_address(ADDRESS)
    assert (article.url, article.arrival, article.text_state) == (ADDRESS, "url", "pending")
    assert article.source.kind == "unclassified"


def test_its_page_waits_in_the_queue_before_what_nobody_waits_for():
    article = take_in_address(ADDRESS)
    job = Job.objects.get(article=article)
    assert (job.kind, job.host_id) == ("page", "quay.example")
    assert job.priority > 0
    assert job.due_at <= timezone.now()


def test_the_run_says_who_asked_and_for_what(nora):
    article = take_in_address(ADDRESS, nora)
    run = Job.objects.get(article=article).run
    assert (run.requested_by, run.scope, run.kind) == (nora, ADDRESS, "manual")


def test_an_address_we_have_under_another_form_is_the_same_article():
    first = take_in_address(ADDRESS)
    again = take_in_address("http://quay.example/news/crane?utm_source=mail")
    assert again == first
    assert Article.objects.count() == 1


def test_an_article_with_a_text_is_not_asked_for_again():
    held = make_article(url=ADDRESS)
    ArticleUrl.objects.create(url_key=url_key(ADDRESS), article=held, url=ADDRESS, kind="feed_link")
    assert take_in_address(ADDRESS) == held
    assert not Job.objects.exists()
    assert not Run.objects.exists()


def test_an_article_without_a_text_is_asked_for_again():
    article = take_in_address(ADDRESS)
    Job.objects.all().delete()
    assert take_in_address(ADDRESS) == article
    assert Job.objects.get(article=article).kind == "page"


def test_addresses_of_one_paste_share_a_run():
    run = open_run("two addresses")
    for number in (1, 2):
        take_in_address(f"{ADDRESS}/{number}", run=run)
    assert set(Job.objects.values_list("run", flat=True)) == {run.pk}


def test_a_run_of_pasted_addresses_ends_when_nothing_waits():
    take_in_address(ADDRESS)
    assert runs.close_finished(timezone.now()) == []
    Job.objects.all().delete()
    (closed,) = runs.close_finished(timezone.now())
    assert closed.finished_at is not None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://user:secret@quay.example/",
        "http://10.0.0.1/admin",
        "http://169.254.169.254/latest/meta-data/",
        "https://news.google.com/rss/articles/abc",
    ],
)
def test_what_is_never_fetched_is_refused_at_once(address):
    with pytest.raises(UnusableAddressError):
        take_in_address(address)
    assert not Article.objects.exists()
    assert not Run.objects.exists()


# --- the command ----------------------------------------------------------------------------


def test_the_command_takes_in_fetches_and_reads_here(web):
    web.page("/crane", PAGE, headers={"Content-Type": "text/html"})
    said = take(web.url("/crane"), "--sync")
    article = Article.objects.get()
    assert f"article {article.pk} (full text): {web.url('/crane')}" in said
    assert article.title == "A crane was moved"
    assert "nobody had asked for it" in article.current_version.text
    assert web.paths() == ["/robots.txt", "/crane"]
    assert Run.objects.get().finished_at is not None


def test_what_robots_txt_forbids_is_not_fetched_by_hand_either(web):
    web.page("/robots.txt", "User-agent: *\nDisallow: /\n")
    web.page("/crane", PAGE, headers={"Content-Type": "text/html"})
    take(web.url("/crane"), "--sync")
    assert Article.objects.get().text_state == "robots_denied"
    assert web.paths() == ["/robots.txt"]


def test_the_command_without_sync_leaves_the_page_to_the_workers():
    said = take(ADDRESS)
    assert "not fetched yet" in said
    assert Job.objects.get().kind == "page"


def test_a_refused_address_is_named_and_does_not_stop_the_others():
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 of 2"):
        call_command("add_article", "file:///etc/passwd", ADDRESS, stdout=out, stderr=out)
    assert "file:///etc/passwd" in out.getvalue()
    assert Article.objects.get().url == ADDRESS


def test_addresses_that_are_all_refused_leave_no_run_behind():
    with pytest.raises(CommandError, match="1 of 1"):
        take("file:///etc/passwd")
    assert not Run.objects.exists()
