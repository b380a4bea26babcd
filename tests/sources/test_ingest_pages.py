"""What becomes of the pages behind links: robots.txt, walls, versions, copies."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sources.ingest import extract as reader
from sources.ingest import regroup, upkeep
from sources.ingest.store import copies as clusters
from sources.models import Article, ArticleUrl, Cluster, Fetch, Host, Job, TextPair, Version
from tests.conftest import member
from tests.factories import make_source
from tests.sources.newsroom import (
    HTML,
    WORDS,
    days_pass,
    fetch_page,
    follow,
    item,
    night,
    only_article,
    page,
    poll,
    recheck,
    serve,
)

pytestmark = pytest.mark.django_db
AUTHOR = '<meta name="author" content="{}">'


def listed(web, *paths, host=""):
    """A feed that lists these pages, and a night in which they were asked for."""
    serve(web, *(item(web.url(path, host=host), f"About {path}") for path in paths), host=host)
    feed = follow(web, host=host)
    night(feed)
    return feed


def arrived(web, body, headers=HTML, path="/1", **values):
    """The article of a page after one night."""
    web.page(path, body, headers=headers, **values)
    listed(web, path)
    return only_article()


def pages_asked(web):
    return [path for path in web.paths() if path not in ("/feed.xml", "/robots.txt")]


# --- robots.txt -----------------------------------------------------------------------------


def test_case_63_a_page_robots_txt_forbids_is_not_asked_for(web):
    web.page("/robots.txt", "User-agent: *\nDisallow: /1")
    assert arrived(web, page()).text_state == "robots_denied"
    assert pages_asked(web) == []
    assert Fetch.objects.get(outcome="robots_denied").article == only_article()


def test_case_63_a_byte_order_mark_does_not_hide_the_first_group(web):
    web.page("/robots.txt", b"\xef\xbb\xbfUser-agent: *\nDisallow: /1")
    assert arrived(web, page()).text_state == "robots_denied"


def test_case_63_a_missing_robots_txt_allows_everything(web):
    assert arrived(web, page()).text_state == "ok"
    assert Host.objects.get().robots == ""


def test_case_63_pages_wait_while_robots_txt_answers_500(web):
    web.page("/robots.txt", b"", status=500)
    web.page("/1", page(), headers=HTML)
    web.page("/2", page(WORDS * 2), headers=HTML)
    feed = listed(web, "/1", "/2")
    night(feed)
    assert pages_asked(web) == []
    assert set(Article.objects.values_list("text_state", flat=True)) == {"pending"}
    assert web.paths().count("/robots.txt") == 1
    web.remove("/robots.txt")
    days_pass(1)
    night(feed)
    assert set(Article.objects.values_list("text_state", flat=True)) == {"ok"}


def test_case_63_a_robots_txt_that_once_does_not_come_is_asked_for_again_within_the_run(web):
    web.route("/robots.txt", lambda call: call.reset())
    web.page("/1", page(), headers=HTML)
    listed(web, "/1")
    first = Job.objects.get(kind="page")
    assert first.run is not None
    assert first.due_at - timezone.now() < timedelta(minutes=6)
    Host.objects.update(next_request_at=timezone.now(), paused_until=None, robots_until=None)
    Job.objects.filter(kind="page").update(due_at=timezone.now())
    night()
    assert wait_of_the_page() == pytest.approx(60, abs=1)
    assert pages_asked(web) == []


def wait_of_the_page():
    """Minutes until the page's job is due."""
    return (Job.objects.get(kind="page").due_at - timezone.now()).total_seconds() / 60


def test_case_63_a_robots_txt_that_cannot_be_had_is_asked_for_ever_more_rarely_but_daily(web):
    web.page("/robots.txt", b"", status=500)
    article = arrived(web, page())
    waits = [wait_of_the_page()]
    for hours in (3, 20):
        failing = timezone.now() - timedelta(hours=hours)
        Host.objects.update(robots_failing_since=failing, robots_until=None)
        fetch_page(article)
        waits.append(wait_of_the_page())
    days_pass(9)
    fetch_page(article)
    waits.append(wait_of_the_page())
    assert waits == [pytest.approx(hours * 60, abs=1) for hours in (1, 3, 20, 24)]
    assert pages_asked(web) == []


def test_somebody_who_asks_for_an_article_has_the_rules_asked_for_again(web):
    web.page("/robots.txt", b"", status=500)
    article = arrived(web, page())
    web.remove("/robots.txt")
    upkeep.ask_article(article)
    night()
    assert only_article().text_state == "ok"


def test_case_63_a_host_without_an_answer_for_a_month_has_no_rules(web):
    web.page("/robots.txt", b"", status=500)
    article = arrived(web, page())
    days_pass(31)
    fetch_page(article)
    recheck(article)
    assert article.text_state == "ok"


def test_case_63_a_crawl_delay_of_ten_days_is_a_minute(web):
    web.page("/robots.txt", "User-agent: *\nCrawl-delay: 864000")
    web.page("/1", page(), headers=HTML)
    listed(web, "/1")
    host = Host.objects.get()
    assert host.crawl_delay == 60
    assert pages_asked(web) == [], "the gap holds from robots.txt on"


def test_case_19_too_many_requests_for_robots_txt_pauses_the_host(web):
    web.page("/robots.txt", b"", status=429, headers={"Retry-After": "7200"})
    arrived(web, page())
    assert Host.objects.get().paused_until - timezone.now() > timedelta(minutes=110)
    assert pages_asked(web) == []


def test_case_19_too_many_requests_for_one_page_stop_the_others(web):
    for path in ("/1", "/2"):
        web.page(path, b"", status=429, headers={"Retry-After": "7200"})
    listed(web, "/1", "/2")
    (asked,) = pages_asked(web)
    waiting = Job.objects.get(article__url=web.url(asked))
    assert waiting.run is None, "a run does not wait for two hours"
    assert waiting.due_at - timezone.now() > timedelta(minutes=110)


# --- what stands behind an address ----------------------------------------------------------

CONSENT = "Before you continue we use cookies. Accept all cookies or manage your cookie choices."
SHELL = '<html><body><div id="root"></div><noscript>You need to enable JavaScript to run this app.'
CHALLENGE = "<html><head><title>Just a moment...</title></head><body>Checking your browser.</body>"
LOGIN = (
    "<html><head><title>Sign in</title></head><body><form action='/login'>"
    "<input type='password' name='password'></form><p>Welcome back.</p></body></html>"
)


@pytest.mark.parametrize(
    ("body", "state"),
    [
        pytest.param(page(CONSENT, title="Your cookie choices"), "consent", id="consent wall"),
        pytest.param(SHELL, "empty", id="javascript shell"),
        pytest.param(CHALLENGE, "challenge", id="challenge"),
        pytest.param(LOGIN, "not_article", id="login"),
    ],
)
def test_case_64_walls_are_named_and_their_words_are_no_text(web, body, state):
    assert arrived(web, body).text_state == state
    assert Version.objects.count() == 0


def test_case_27_a_challenge_in_place_of_a_page_is_no_article(web):
    headers = {**HTML, "cf-mitigated": "challenge"}
    article = arrived(web, page(), headers, status=403)
    assert (article.text_state, Version.objects.count()) == ("challenge", 0)


def test_case_65_the_teaser_of_a_paywalled_page_is_called_one(web):
    free = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": '
    head = f"{free}false}}</script>"
    first = WORDS.split("\n", maxsplit=1)[0] + "\nSubscribe to continue reading."
    assert arrived(web, page(first, head=head)).text_state in ("teaser", "paywalled")


def test_case_66_one_text_under_three_addresses_of_a_site_is_boilerplate(web):
    for path in ("/1", "/2", "/3"):
        web.page(path, page(title=f"About {path}"), headers=HTML)
    listed(web, "/1", "/2", "/3")
    assert list(Article.objects.values_list("text_state", flat=True)) == ["boilerplate"] * 3


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/pdf", b"%PDF-1.7 ..."),
        ("video/mp4", b"\0\0\0\x18ftypmp42"),
        ("image/jpeg", b"\xff\xd8\xff\xe0"),
    ],
)
def test_case_67_what_is_no_web_page_is_named_and_not_read(web, kind, body):
    article = arrived(web, body, {"Content-Type": kind})
    assert (article.text_state, article.current_version) == ("not_html", None)


def test_case_69_the_right_charset_in_the_page_beats_the_wrong_one_in_the_header(web):
    text = WORDS.replace("harbour", "Hafenbehörde")
    headers = {"Content-Type": "text/html; charset=iso-8859-1"}
    assert "Hafenbehörde" in arrived(web, page(text), headers).current_version.text


@pytest.mark.parametrize("canonical", ["/", "https://elsewhere.example/story"])
def test_case_70_a_canonical_that_is_home_or_elsewhere_is_not_believed(web, canonical):
    head = f'<link rel="canonical" href="{canonical}">'
    arrived(web, page(head=head))
    assert ArticleUrl.objects.count() == 1


def test_case_71_an_amp_page_and_its_article_are_one(web):
    head = f'<link rel="canonical" href="{web.url("/story")}">'
    web.page("/story", page(head=head), headers=HTML)
    web.page("/story/amp", page(head=head), headers=HTML)
    listed(web, "/story", "/story/amp")
    article = only_article()
    assert (article.items.count(), article.urls.count(), Version.objects.count()) == (2, 2, 1)


def test_case_71_an_article_found_after_its_amp_page_is_the_same(web):
    head = f'<link rel="canonical" href="{web.url("/story")}">'
    web.page("/story", page(head=head), headers=HTML)
    web.page("/story/amp", page(head=head), headers=HTML)
    feed = listed(web, "/story/amp")
    serve(web, item(web.url("/story")))
    poll(feed)
    assert Article.objects.count() == 1


@pytest.mark.parametrize("says", ["by its canonical link", "by a redirect"])
def test_an_address_that_lacks_its_last_slash_is_the_same_article_when_its_page_says_so(web, says):
    head = f'<link rel="canonical" href="{web.url("/story")}">'
    web.page("/story", page(head=head), headers=HTML)
    web.page("/story/", page(head=head), headers=HTML)
    if says == "by a redirect":
        web.page("/story", page(), headers=HTML)
        web.redirect("/story/", web.url("/story"))
    listed(web, "/story/", "/story")
    assert (only_article().items.count(), Version.objects.count()) == (2, 1)


def test_a_redirect_to_an_article_that_is_held_is_that_article(web):
    host = "ledger.localhost"
    serve(web, item(web.url("/click/17")), item(web.url("/story", host=host)))
    web.redirect("/click/17", web.url("/story", host=host))
    web.page("/story", page(), headers=HTML, host=host)
    follow(web)
    night()
    assert (only_article().items.count(), Version.objects.count()) == (2, 1)


@pytest.mark.parametrize("canonical", ["", '<link rel="canonical" href="/wall">'])
def test_articles_that_all_lead_to_one_wall_stay_articles(web, canonical):
    names = ["Minutes of the harbour", "Letters of the bidders"]
    serve(web, *(item(web.url(f"/{n}"), title=name) for n, name in enumerate(names)))
    for n in range(2):
        web.redirect(f"/{n}", web.url("/wall"))
    web.page("/wall", page(title="Before you go on", head=canonical), headers=HTML)
    follow(web)
    night()
    assert Article.objects.count() == 2


def test_a_template_that_gives_all_its_pages_one_canonical_address_loses_no_article(web):
    names = ["Minutes of the harbour", "Letters of the bidders"]
    serve(web, *(item(web.url(f"/{n}"), title=name) for n, name in enumerate(names)))
    for n, name in enumerate(names):
        head = '<link rel="canonical" href="/news">'
        web.page(f"/{n}", page(f"{name}: {WORDS}", name, head), headers=HTML)
    follow(web)
    night()
    assert sorted(Version.objects.values_list("title", flat=True)) == sorted(names)


# --- versions -------------------------------------------------------------------------------


def test_another_byline_alone_is_a_version_and_a_missing_one_is_none(web):
    article = arrived(web, page(head=AUTHOR.format("Nina Placeholder")))
    web.page("/1", page(head=AUTHOR.format("Tom Dummy")), headers=HTML)
    recheck(article)
    assert list(article.versions.values_list("author", flat=True)) == [
        "Nina Placeholder",
        "Tom Dummy",
    ]
    web.page("/1", page(), headers=HTML)
    recheck(article)
    assert article.versions.count() == 2


def test_case_72_a_silent_edit_is_a_second_version_and_the_first_is_kept(web):
    article = arrived(web, page())
    web.page("/1", page(WORDS.replace("two hours", "ten minutes")), headers=HTML)
    recheck(article)
    kinds = list(article.versions.values_list("seq", "kind"))
    assert kinds == [(1, "first"), (2, "publisher_edit")]
    assert "two hours" in article.versions.first().text
    assert "ten minutes" in article.current_version.text


def test_a_version_keeps_who_signed_it_and_when_the_page_says_it_was_changed(web):
    head = (
        '<meta name="author" content="Nina Placeholder">'
        '<meta property="article:modified_time" content="2023-04-1{}T09:00Z">'
    )
    article = arrived(web, page(head=head.format(7)))
    changed = page(WORDS.replace("two hours", "ten minutes"), head=head.format(8))
    web.page("/1", changed, headers=HTML)
    recheck(article)
    assert list(article.versions.values_list("author", "modified_at__day")) == [
        ("Nina Placeholder", 17),
        ("Nina Placeholder", 18),
    ]


def test_a_version_carries_the_date_its_article_was_given_with_it(web):
    head = '<meta property="article:published_time" content="2023-04-1{}T09:00Z">'
    article = arrived(web, page(head=head.format(7)))
    changed = page(WORDS.replace("two hours", "ten minutes"), head=head.format(8))
    web.page("/1", changed, headers=HTML)
    recheck(article)
    assert list(article.versions.values_list("sort_at__day", flat=True)) == [17, 18]
    article.refresh_from_db()
    assert article.sort_at == article.current_version.sort_at


def test_case_72_a_clock_on_the_page_is_no_edit(web):
    article = arrived(web, page(f"{WORDS}\nThis page was updated 5 minutes ago by the desk."))
    web.page("/1", page(f"{WORDS}\nThis page was updated 3 hours ago by the desk."), headers=HTML)
    recheck(article)
    assert article.versions.count() == 1


def test_case_72_a_new_reader_of_the_page_is_no_edit_by_the_publisher(web, monkeypatch):
    article = arrived(web, page())
    Version.objects.update(extractor="reader 0", text=WORDS[:-40])
    web.page("/1", page() + "<!-- built at noon -->", headers=HTML)
    recheck(article)
    assert article.current_version.kind == "extractor_upgrade"
    assert article.current_version.extractor == reader.EXTRACTOR


def test_case_72_an_edit_that_comes_together_with_a_new_reader_is_the_publishers(web):
    article = arrived(web, page())
    Version.objects.update(extractor="reader 0", text=WORDS[:-40])
    web.page("/1", page(WORDS + "\nThe meeting ended at noon, said the clerk."), headers=HTML)
    recheck(article)
    assert article.current_version.kind == "publisher_edit"


def test_case_72_a_page_that_goes_back_to_what_it_was_has_three_versions(web):
    article = arrived(web, page())
    for text in (WORDS.replace("two hours", "ten minutes"), WORDS):
        web.page("/1", page(text), headers=HTML)
        recheck(article)
    first, _, third = article.versions.all()
    assert (third.seq, third.kind, third.text) == (3, "publisher_edit", first.text)


def test_case_72_a_headline_changed_for_readers_alone_is_an_edit(web):
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "%s"}</script>'
    head %= "Harbour contract questioned"
    article = arrived(web, page(head=head))
    edited = page(head=head).replace("<h1>Harbour contract", "<h1>Lost harbour contract")
    web.page("/1", edited.replace("questioned</h1>", "defended</h1>"), headers=HTML)
    recheck(article)
    assert article.current_version.kind == "publisher_edit"
    assert article.title == "Lost harbour contract defended"


@pytest.mark.parametrize("status", [404, 410])
def test_case_73_a_withdrawn_page_is_gone_and_its_versions_stay(web, status):
    article = arrived(web, page())
    web.page("/1", b"gone", status=status)
    recheck(article)
    assert (article.text_state, article.versions.count()) == ("gone", 1)
    assert article.withdrawn_at is not None
    web.page("/1", page(), headers=HTML)
    recheck(article)
    assert (article.text_state, article.withdrawn_at) == ("ok", None)


def test_a_page_emptied_by_its_publisher_says_so_and_keeps_its_version(web):
    article = arrived(web, page())
    web.page("/1", page(""), headers=HTML)
    recheck(article)
    assert (article.text_state, article.versions.count()) == ("empty", 1)


def test_an_emptied_page_says_since_when_until_its_text_is_back(web):
    article = arrived(web, page())
    web.page("/1", page(""), headers=HTML)
    recheck(article)
    since = article.emptied_at
    assert since is not None
    web.page("/1", page("", title="Still nothing"), headers=HTML)
    recheck(article)
    assert article.emptied_at == since
    web.page("/1", page(), headers=HTML)
    recheck(article)
    assert article.emptied_at is None


def test_a_page_that_takes_too_long_to_read_is_ended_and_named_and_the_next_one_is_read(
    web, settings
):
    web.page("/1", page("\n".join([WORDS] * 300)), headers=HTML)
    serve(web, item(web.url("/1")))
    follow(web)
    patient, settings.INGEST = settings.INGEST, settings.INGEST | {"extract_seconds": 0.01}
    night()
    slow = only_article()
    assert (slow.text_state, slow.state_detail) == ("failed", "reading took more than 0.01 s")
    settings.INGEST = patient
    web.page("/2", page(), headers=HTML)
    serve(web, item(web.url("/2")))
    night()
    assert Article.objects.get(text_state="ok").versions.count() == 1


# --- copies ---------------------------------------------------------------------------------

OTHER = (
    "Farmers in the Ellery valley expect the smallest apple harvest in a decade after a spring "
    "of late frosts, their cooperative said.\n"
    "The cooperative counted its trees in June and found blossom on fewer than half of them. Most "
    "orchards lost the lower branches first.\n"
    "“Nobody outside her office had seen it before the vote,” said the director of the port, who "
    "also owns an orchard, when asked about the weather report."
)


def of_outlets(web, n, text=WORDS):
    for i in range(n):
        host = f"outlet{i}.localhost"
        body = f"The paper of town number {i} reports.\n{text}\nRead more in the print of town {i}."
        web.page("/1", page(body, title=f"Town {i}"), headers=HTML, host=host)
        serve(web, item(web.url("/1", host=host)), host=host)
        follow(web, host=host)
    night()


def test_case_74_wire_copy_in_twenty_outlets_is_one_cluster_of_twenty_articles(web):
    of_outlets(web, 20)
    assert (Article.objects.count(), Cluster.objects.count()) == (20, 1)


def test_case_74_two_stories_with_one_quote_are_two_clusters(web):
    web.page("/1", page(), headers=HTML)
    web.page("/2", page(OTHER, title="Apples"), headers=HTML)
    listed(web, "/1", "/2")
    assert (Version.objects.count(), Cluster.objects.count()) == (2, 2)


def printed(web, host, *texts):
    body = "\n".join(f"{text}\nRead more in the print of {host}." for text in texts)
    web.page("/1", page(body, title=f"From {host}"), headers=HTML, host=f"{host}.localhost")
    serve(web, item(web.url("/1", host=f"{host}.localhost")), host=f"{host}.localhost")
    follow(web, host=f"{host}.localhost")


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (2, 1, 0)])
def test_a_roundup_never_ties_the_two_texts_it_holds(web, order):
    arrivals = [("ledger", WORDS), ("valley", OTHER), ("digest", WORDS, OTHER)]
    for place in order:
        printed(web, *arrivals[place])
        night()
    port, apples = (Article.objects.get(title=f"From {host}") for host in ("ledger", "valley"))
    assert port.cluster_id != apples.cluster_id
    assert TextPair.objects.filter(same=None).exists()


def test_copies_join_the_text_whose_origin_is_known_whichever_is_nearer(web):
    make_source("Norland Press", kind="agency")
    printed(web, "wire", WORDS, "An end of its own, and longer than any other.", "Norland Press")
    night()
    for outlet in ("north", "south", "west"):
        printed(web, outlet, WORDS)
    night()
    credited = Cluster.objects.get(origin__name="Norland Press")
    assert credited.articles.count() == Article.objects.count() == 4


def test_case_75_a_cluster_an_editor_split_is_not_merged_again(web):
    of_outlets(web, 2)
    split = Article.objects.latest("pk")
    regroup.take_out([split], member("nora", "editor"), "A report of its own.")
    clusters_before = set(Article.objects.values_list("pk", "cluster"))
    web.page("/1", page(WORDS + "\nA last line."), headers=HTML, host="outlet1.localhost")
    recheck(split)
    assert split.versions.count() == 2
    assert set(Article.objects.values_list("pk", "cluster")) == clusters_before
    assert clusters.forget_old(timezone.now()) == 0
