"""Several jobs done together: what each costs the others."""

from contextlib import ExitStack
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection
from django.utils import timezone

from sources.ingest import batch, lease, run, runs
from sources.models import Article, Feed, Fetch, Job, Version
from sources.signals import versions_stored
from tests.sources.newsroom import HTML, WORDS, follow, item, night, page, rss, serve
from tests.web import Answer, Web

pytestmark = pytest.mark.django_db
TITLES = ("Minutes of the harbour", "Letters of the bidders", "Rules of the port")


@pytest.fixture
def fetched(web):
    """Three articles whose pages are fetched and wait to be read."""
    serve(web, *(item(web.url(f"/{n}"), title=title) for n, title in enumerate(TITLES)))
    for n, title in enumerate(TITLES):
        text = "\n".join(f"{title}, part {n}: {line}" for line in WORDS.split("\n"))
        web.page(f"/{n}", page(text, title), headers=HTML)
    follow(web)
    opened = runs.open_manual(Feed.objects.all(), timezone.now())
    while claimed := lease.claim("feed") or lease.claim("page"):
        run.work(claimed)
    assert Job.objects.filter(kind="extract").count() == len(TITLES)
    return opened


def titles():
    return set(Version.objects.values_list("title", flat=True))


def test_a_lease_lost_among_several_loses_only_its_own_results(fetched):
    claims = lease.claim_some("extract", 10)
    lost = claims[1]
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=lost.job).update(lease_until=past)
    again = lease.claim("extract", article=lost.article)
    words = run.work_all(claims)
    assert words == {claimed.job: "ok" for claimed in claims} | {lost.job: "lost_lease"}
    assert Version.objects.count() == 2
    assert run.work(again) == "ok"
    assert titles() == set(TITLES)


def test_one_page_that_cannot_be_stored_costs_the_others_nothing(fetched):
    Article.objects.filter(title=TITLES[0]).update(date_flags=["odd"])
    bad = Job.objects.get(article__title=TITLES[0])
    claims = lease.claim_some("extract", 10)
    Version.objects.create(
        article=bad.article,
        seq=1,
        title="?",
        text="?",
        text_sha256=b"",
        extractor="?",
        sort_at=bad.article.sort_at,
    )
    words = run.work_all(claims)
    assert {job for job, word in words.items() if word == "bug"} == {bad.pk}
    assert titles() == {"?", *TITLES[1:]}
    bad.refresh_from_db()
    assert bad.lease_token is None


ALONE = """
CREATE FUNCTION pg_temp.only_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF (SELECT count(DISTINCT article_id) FROM new_rows) > 1 THEN RAISE 'the database went away'; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER only_one AFTER INSERT ON sources_sketch REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.only_one();
"""


def test_texts_whose_common_transaction_is_lost_are_stored_all_the_same(fetched):
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
    words = run.work_all(lease.claim_some("extract", 10))
    assert set(words.values()) == {"ok"}
    assert titles() == set(TITLES)
    assert not Article.objects.filter(current_version=None).exists()


def test_a_version_that_a_receiver_refuses_comes_back_and_the_others_are_settled(fetched):
    refused = Article.objects.get(title=TITLES[0])

    def refuse(versions, **kwargs):
        if refused.versions.filter(pk__in=versions).exists():
            raise ValueError("not this one")

    versions_stored.connect(refuse, weak=False)
    try:
        run.work_all(lease.claim_some("extract", 10))
    finally:
        versions_stored.disconnect(refuse)
    assert Job.objects.get(kind="tell").article == refused
    assert Job.objects.filter(kind="page", run=None).count() == 2


def test_two_copies_that_are_read_together_are_one_cluster(web):
    serve(web, *(item(web.url(f"/{n}"), title=title) for n, title in enumerate(TITLES[:2])))
    for n, title in enumerate(TITLES[:2]):
        web.page(f"/{n}", page(title=title), headers=HTML)
    follow(web)
    night()
    assert Article.objects.values("cluster").distinct().count() == 1


def test_two_addresses_of_one_page_that_are_read_together_are_one_article(web):
    serve(web, item(web.url("/a")), item(web.url("/b")))
    canonical = f'<link rel="canonical" href="{web.url("/real")}">'
    for path in ("/a", "/b"):
        web.page(path, page(head=canonical), headers=HTML)
    follow(web)
    night()
    article = Article.objects.get()
    assert article.versions.count() == 1
    assert article.urls.count() == 3


def test_what_would_be_too_much_in_hand_is_handed_back_and_read_next(fetched, monkeypatch):
    monkeypatch.setattr(batch, "MOST_HELD", 1)
    claims = lease.claim_some("extract", 10)
    words = run.work_all(claims)
    assert sorted(words.values()) == ["later", "later", "ok"]
    assert Version.objects.count() == 1
    run.drain_here(fetched, patience=0, tell=lambda: None)
    assert titles() == set(TITLES)
    assert not Job.objects.filter(claims__gt=0).exists()


def test_a_robots_txt_that_does_not_come_holds_up_no_other_host():
    """The first host's robots.txt comes when the other's page has been written down."""
    hosts, fetched = ("127.0.0.2", "127.0.0.3"), Event()

    def wait(call):
        fetched.wait(8)
        return Answer(status=404)

    def tell():
        if Fetch.objects.filter(article__isnull=False, outcome="ok").exists():
            fetched.set()

    with ExitStack() as stack:
        for host in hosts:
            web = stack.enter_context(Web(address=host))
            serve(web, item(web.url("/1", host=host)), host=host)
            web.page("/1", page(f"{host}: {WORDS}", host), headers=HTML, host=host)
            follow(web, host=host)
            if host == hosts[0]:
                web.route("/robots.txt", wait, host=host)
        opened = runs.open_manual(Feed.objects.all(), timezone.now())
        while claimed := lease.claim("feed"):
            run.work(claimed)
        Job.objects.filter(host__authority__startswith=hosts[0]).update(priority=20)
        run.drain_here(opened, patience=0, tell=tell)
    fetches = Fetch.objects.filter(feed__isnull=True).order_by("pk")[:3]
    assert [one.host.split(":")[0] for one in fetches] == [hosts[1], hosts[1], hosts[0]]


def test_a_host_that_does_not_answer_holds_up_no_other():
    """The first that is asked answers when all the others have been written down."""
    hosts = [f"127.0.0.{n}" for n in range(2, 6)]
    others_came = Event()

    def wait(call):
        others_came.wait(30)
        return Answer(body=rss(item("http://ledger.example/0")).encode())

    def tell():
        if Fetch.objects.filter(outcome="ok").count() == len(hosts) - 1:
            others_came.set()

    with ExitStack() as stack:
        for n, host in enumerate(hosts):
            web = stack.enter_context(Web(address=host))
            serve(web, item(f"http://ledger.example/{n}"), host=host)
            follow(web, host=host, fetch_pages=False)
            if n == 0:
                web.route("/feed.xml", wait, host=host)
        opened = runs.open_manual(Feed.objects.all(), timezone.now())
        Job.objects.filter(host__authority__startswith=hosts[0]).update(priority=20)
        run.drain_here(opened, patience=0, tell=tell)
    asked = [
        host.split(":")[0] for host in Fetch.objects.order_by("pk").values_list("host", flat=True)
    ]
    assert others_came.is_set()
    assert asked[-1] == hosts[0]
    assert set(Fetch.objects.values_list("outcome", flat=True)) == {"ok"}
