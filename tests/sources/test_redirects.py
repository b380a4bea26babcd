"""Redirects to another host: it is asked at its own gate, by its own rules, as any host is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sources.ingest import lease, run
from sources.ingest.robots import MAX_BYTES
from sources.models import Article, Feed, Host, Job
from tests.sources.newsroom import HTML, follow, item, night, only_article, page, serve

pytestmark = pytest.mark.django_db
OLD, NEW = "old.localhost", "new.localhost"


@pytest.fixture
def moved(web):
    """An article whose page leads from its feed's host to another one."""
    web.redirect("/1", web.url("/story", host=NEW), host=OLD)
    web.page("/story", page(), headers=HTML, host=NEW)
    serve(web, item(web.url("/1", host=OLD)), host=OLD)
    return follow(web, host=OLD)


def rests(web, host, minutes=30):
    """Have a host be left alone for a while."""
    until = timezone.now() + timedelta(minutes=minutes)
    name = f"{host}:{web.port}"
    Host.objects.update_or_create(authority=name, defaults={"paused_until": until})


def goes_on(kind="page"):
    """Every gate is open now, and what waits is due."""
    Host.objects.update(next_request_at=timezone.now(), paused_until=None)
    Job.objects.update(due_at=timezone.now())
    while claimed := lease.claim(kind):
        run.work(claimed)
        Host.objects.update(next_request_at=timezone.now())


def test_the_page_behind_a_redirect_is_stored_with_the_way_that_led_there(web, moved):
    night()
    article = only_article()
    fetch = article.fetches.get()
    assert article.current_version is not None
    assert (fetch.host, fetch.final_url) == (f"{NEW}:{web.port}", web.url("/story", host=NEW))
    assert fetch.hops == [[301, web.url("/1", host=OLD), web.url("/story", host=NEW)]]


def test_a_host_that_rests_is_not_asked_by_way_of_another(web, moved):
    rests(web, NEW)
    night()
    assert web.paths(NEW) == []
    assert Job.objects.get(kind="page").host_id == f"{NEW}:{web.port}"
    goes_on()
    assert web.paths(NEW) == ["/robots.txt", "/story"]
    assert web.paths(OLD).count("/1") == 1, "the redirect was followed already"


def test_a_job_keeps_its_place_in_the_queue_on_the_way(web, moved):
    night()
    Host.objects.update(next_request_at=timezone.now(), robots_until=None)
    Article.objects.update(current_version=None)
    name = f"{OLD}:{web.port}"
    Job.objects.filter(kind="page").update(
        due_at=timezone.now(), priority=20, host_id=name, hops=None
    )
    for _ in ("robots.txt", "the redirect", "the other host's robots.txt"):
        run.work(lease.claim("page"))
        assert Job.objects.get(kind="page").priority == 20
        Host.objects.update(next_request_at=timezone.now())
    run.work(lease.claim("page"))
    assert Job.objects.get(article__isnull=False).priority == 0


def test_a_host_in_its_gap_is_not_asked_by_way_of_another(web, moved, settings):
    settings.INGEST = settings.INGEST | {"host_gap": 30}
    Host.objects.create(
        authority=f"{NEW}:{web.port}", next_request_at=timezone.now() + timedelta(seconds=30)
    )
    claimed = lease.claim("feed")
    run.work(claimed)
    Host.objects.filter(authority__startswith=OLD).update(next_request_at=timezone.now())
    for _ in range(2):  # robots.txt, and the page
        run.work(lease.claim("page"))
        Host.objects.filter(authority__startswith=OLD).update(next_request_at=timezone.now())
    assert lease.claim("page") is None
    assert web.paths(NEW) == []


def test_the_robots_txt_of_the_host_a_page_leads_to_is_obeyed(web, moved):
    web.page("/robots.txt", "User-agent: *\nDisallow: /story", host=NEW)
    night()
    assert only_article().text_state == "robots_denied"
    assert web.paths(NEW) == ["/robots.txt"]


def test_a_recheck_starts_at_the_articles_own_address(web, moved):
    night()
    job = Job.objects.get(kind="page")
    assert (job.host_id, job.hops) == (f"{OLD}:{web.port}", None)
    web.remove("/1", host=OLD)
    web.page("/1", page("A new text stands here now. " * 30), headers=HTML, host=OLD)
    goes_on()
    assert web.paths()[-1] == "/1"


def test_a_way_there_and_back_again_is_followed_once(web, moved):
    web.redirect("/story", web.url("/here", host=OLD), host=NEW)
    web.page("/here", page(), headers=HTML, host=OLD)
    night()
    assert only_article().current_version is not None
    assert [hop[0] for hop in only_article().fetches.get().hops] == [301, 301]


def test_two_hosts_that_send_us_to_each_other_are_a_loop(web, moved):
    web.redirect("/story", web.url("/1", host=OLD), host=NEW)
    night()
    assert [fetch.outcome for fetch in only_article().fetches.all()] == ["redirects"]
    assert web.paths(NEW).count("/story") == 1


def test_a_feed_that_leads_to_another_host_waits_at_its_gate(web):
    web.redirect("/feed.xml", web.url("/feed.xml", host=NEW), status=302, host=OLD)
    serve(web, item(web.url("/1", host=NEW)), host=NEW)
    feed = follow(web, host=OLD, fetch_pages=False)
    rests(web, NEW)
    night()
    assert web.paths() == ["/feed.xml"]
    goes_on("feed")
    feed.refresh_from_db()
    assert (feed.last_outcome, Article.objects.count()) == ("ok", 1)
    assert web.paths(OLD) == ["/feed.xml"]
    assert feed.job.host_id == f"{OLD}:{web.port}"
    assert Feed.objects.get().url == web.url("/feed.xml", host=OLD)


# --- robots.txt itself ------------------------------------------------------------------------


@pytest.fixture
def elsewhere(web):
    """An article whose host keeps its robots.txt at another host."""
    web.redirect("/robots.txt", web.url("/robots.txt", host=NEW), host=OLD)
    web.page("/robots.txt", "User-agent: *\nDisallow: /1", host=NEW)
    web.page("/1", page(), headers=HTML, host=OLD)
    serve(web, item(web.url("/1", host=OLD)), host=OLD)
    return follow(web, host=OLD)


def test_case_63_a_robots_txt_that_stands_at_another_host_counts_for_the_first(web, elsewhere):
    night()
    assert only_article().text_state == "robots_denied"
    assert web.paths() == ["/feed.xml", "/robots.txt", "/robots.txt"]


def test_case_63_a_robots_txt_at_a_host_that_rests_is_waited_for(web, elsewhere):
    rests(web, NEW)
    night()
    assert web.paths(NEW) == []
    assert only_article().text_state == "pending"
    goes_on()
    assert only_article().text_state == "robots_denied"


def test_the_gate_taken_for_a_robots_txt_is_opened_after_the_gap(web, elsewhere, settings):
    settings.INGEST = settings.INGEST | {"host_gap": 7}
    night()
    Host.objects.update(next_request_at=timezone.now())
    run.work(lease.claim("page"))
    ahead = Host.objects.get(authority=f"{NEW}:{web.port}").next_request_at - timezone.now()
    assert timedelta(seconds=5) < ahead <= timedelta(seconds=7)


def test_case_63_of_a_compressed_robots_txt_that_is_too_large_the_beginning_is_obeyed(web):
    rules = "User-agent: *\nDisallow: /1\n" + "# nothing to see\n" * (MAX_BYTES // 10)
    web.gzipped("/robots.txt", rules.encode(), host=OLD)
    web.page("/1", page(), headers=HTML, host=OLD)
    serve(web, item(web.url("/1", host=OLD)), host=OLD)
    follow(web, host=OLD)
    night()
    assert only_article().text_state == "robots_denied"


def test_case_63_of_a_robots_txt_that_is_too_large_the_beginning_is_obeyed(web):
    rules = "User-agent: *\nDisallow: /1\n" + "# nothing to see\n" * (MAX_BYTES // 10)
    web.page("/robots.txt", rules, host=OLD)
    web.page("/1", page(), headers=HTML, host=OLD)
    web.page("/2", page(), headers=HTML, host=OLD)
    serve(web, item(web.url("/1", host=OLD)), item(web.url("/2", host=OLD)), host=OLD)
    follow(web, host=OLD)
    night()
    states = dict(Article.objects.values_list("url", "text_state"))
    assert {url[-2:]: state for url, state in states.items()} == {
        "/1": "robots_denied",
        "/2": "ok",
    }
