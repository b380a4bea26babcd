"""A real Chromium before a small newsroom."""

import os
import shutil
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from sources.models import Feed, Fetch, Host, Job, Run, Tag
from tests.conftest import member
from tests.factories import (
    make_article,
    make_claim,
    make_source,
    make_speaker,
    make_story,
    make_suggestion,
)
from tracker.models import Follow, Publication, Status, StatusChange, User
from tracker.passages import linking
from tracker.passages.linking import Reading
from tracker.publishing import acts

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session", autouse=True)
def chromium():
    """Skip with a word where there is no Chromium; where everything must run, that is a failure."""
    if CHROMIUM:
        return CHROMIUM
    if os.environ.get("CI"):
        pytest.fail("No Chromium found: install it, or name it in CHROMIUM.")
    pytest.skip("No Chromium found; name one in CHROMIUM to run the browser tests.")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, chromium):
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "args": ["--no-sandbox", "--disable-gpu"],
    }


@pytest.fixture
def newsroom(transactional_db):
    """A story with evidence of several stances, suggestions, sources and a run."""
    nora = member("nora", "editor")
    story = make_story(
        sample=True,
        key_events=[
            {"date": "2023-03-09", "en": "An investigation is confirmed", "fr": "Enquête confirmée"}
        ],
    )
    claims = [make_claim(story), make_claim(story, statement="The desks only renew papers.")]
    police, embassy = make_speaker("An invented police force"), make_speaker("An invented embassy")
    claims[0].parties.add(embassy)
    first, second = (
        "Two alleged stations were named in Montreal on Thursday.",
        "The embassy denied that any police station exists in Canada.",
    )
    article = make_article(source=make_source("Harbour Wire", kind="agency", sample=True))
    other = make_article(
        language="fr", published_at="2022-11-02T12:00Z", sort_at="2022-11-02T12:00Z"
    )

    def put(article, claim, words, **reading):
        start = article.current_version.text.index(words)
        return linking.link(
            claim, article.current_version, start, start + len(words), Reading(**reading), nora
        )

    put(article, claims[0], first, stance="supports", speaker=police)
    put(
        article,
        claims[0],
        second,
        stance="denies",
        denies_what="that there are any",
        speaker=embassy,
    )
    put(other, claims[1], second, stance="reports", chain="an unnamed source")
    word, _ = Status.objects.get_or_create(
        pk="disputed", defaults={"label_en": "disputed", "label_fr": "contesté"}
    )
    StatusChange.objects.create(
        claim=claims[0],
        status=word,
        by_kind="newsroom",
        effective_on="2023-03-10",
        why="Two accounts.",
    )
    for _ in range(3):
        make_suggestion(claims[0], make_article(source=make_source()))
    Tag.objects.get_or_create(slug="quebec", defaults={"label_en": "Quebec"})
    _run(article.source)
    follow = Follow.objects.create(user=nora, story=story, why="For the Friday piece.")
    return SimpleNamespace(story=story, article=article, follow=follow)


@pytest.fixture
def published(newsroom):
    """The story's first claim with its passages, as a second editor let the public read it."""
    nora, ada = User.objects.get(username="nora"), member("ada", "administrator")
    claim = newsroom.story.claims.first()
    claim.parties.clear()
    made = acts.propose(claim, claim.evidence.all(), False, nora)
    Publication.objects.filter(pk=made.pk).update(approved_by=ada, approved_at=timezone.now())
    return newsroom


def _run(source):
    feed = Feed.objects.create(
        source=source,
        url="https://outlet.example/feed",
        url_key=bytes(32),
        failures=6,
        last_outcome="timeout",
        last_attempt_at="2023-04-17T07:00Z",
        failing_since="2023-04-17T07:00Z",
    )
    host, _ = Host.objects.get_or_create(authority="outlet.example")
    Job.objects.create(kind="feed", feed=feed, host=host)
    run = Run.objects.create(
        kind="nightly",
        slot="a night",
        feeds=1,
        deadline_at="2023-04-17T07:00Z",
        finished_at="2023-04-17T07:00Z",
    )
    Fetch.objects.create(run=run, feed=feed, host="outlet.example", outcome="timeout", url=feed.url)


@pytest.fixture
def signed_in(client, newsroom, live_server, context):
    """The browser's context with the editor signed in; what the page complains of is kept."""
    client.force_login(User.objects.get(username="nora"))
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return context


@pytest.fixture
def desk_page(signed_in, live_server):
    """A page whose `complaints` must stay empty: a refused style or script is one."""
    page = signed_in.new_page()
    page.complaints = []
    page.on(
        "console", lambda said: page.complaints.append(said.text) if said.type == "error" else None
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.at = lambda address: page.goto(live_server.url + address)
    yield page
    assert page.complaints == []


@pytest.fixture
def plain(browser, signed_in):
    """A page of a browser that runs no script, the editor signed in."""
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(signed_in.cookies())
    yield context.new_page()
    context.close()


@pytest.fixture
def violations():
    """What axe finds on a page, as readable lines."""

    def found(page):
        results = Axe().run(page, options={"runOnly": RULES})
        return [
            f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for one in results.response["violations"]
            for node in one["nodes"]
        ]

    return found
