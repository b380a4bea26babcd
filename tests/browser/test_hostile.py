"""Scripts in every word of the newsroom: on no page does one run, call out or break a rule."""

from xml.sax.saxutils import quoteattr

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from sources.models import Fetch, Run
from tests.browser.hostile import OWN, payloads, poison
from tests.browser.test_accessible import CHIEF_PAGES, PAGES, address
from tests.factories import make_claim
from tracker.accounts import invitations
from tracker.digests import windows
from tracker.models import Follow, User
from tracker.passages import linking
from tracker.passages.linking import Reading
from tracker.suggesting import trawls

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MORE = [
    "/public/{story}/",
    "/public/{story}/1/",
    "/public/?q=script",
    "/history/?kind=evidence",
    "/inbox/?at=1",
    "/search/?q=%3Cscript%3Ewindow.ran%3D1%3C%2Fscript%3E",
    "/search/?in=versions&q=police+station",
    "/stories/{story}/?q=%22%3E%3Cscript%3Ewindow.ran%3D1%3C%2Fscript%3E",
    "/articles/{article}/?v=1",
    "/articles/new/?run={run}",
    "/stories/{story}/claims/1/find/progress/",
    "/sources/?q=%22%3E%3Csvg%2Fonload%3Dwindow.ran%3D1%3E",
    "/sign-in/?next=javascript:window.ran%3D1",
]
WATCH = """
window.broken = [];
document.addEventListener('securitypolicyviolation', (e) => window.broken.push(
  `${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
"""


@pytest.fixture(autouse=True)
def open_to_readers(settings):
    settings.PUBLIC_READING = True
    settings.DEBUG = False


@pytest.fixture
def poisoned(published, client, live_server, context):
    """The newsroom with a published claim, everybody's words replaced by scripts."""
    newsroom = published
    nora, ada = (User.objects.get(username=name) for name in ("nora", "ada"))
    User.objects.filter(pk=nora.pk).update(email="nora@newsroom.example")
    trawls.start(newsroom.story.claims.first(), nora)  # a search of everything held, under way
    run = Run.objects.get()  # and addresses that were pasted
    Fetch.objects.create(run=run, article=newsroom.article, outcome="ok", url="https://a.example/")
    invitations.invite("new@newsroom.example", "editor", [], ada)
    newsroom.person = nora.pk
    assert poison() > 60
    client.force_login(ada)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([{**cookie, "url": live_server.url}])
    return newsroom


@pytest.fixture
def page(poisoned, live_server, context):
    """A page that keeps what it should not have done."""
    made = context.new_page()
    made.faults = []
    made.add_init_script(WATCH)
    made.on("dialog", lambda one: (made.faults.append(one.message), one.dismiss()))
    made.on(
        "request",
        lambda one: (
            made.faults.append(one.url)
            if not one.url.startswith((live_server.url, "data:"))
            else None
        ),
    )
    made.on(
        "console",
        lambda said: made.faults.append(said.text) if "Content Security" in said.text else None,
    )
    return made


def faults(page, name):
    """What a page did that it should not have, after everything on it was touched."""
    page.evaluate(
        "document.querySelectorAll('summary, [onmouseover], [autofocus]').forEach((e) => {"
        "e.dispatchEvent(new MouseEvent('mouseover', {bubbles: true})); e.focus(); })"
    )
    found = [*page.faults, *page.evaluate("window.broken")]
    ran = page.evaluate("window.ran")
    page.faults.clear()
    return [f"{name}: {one}" for one in (*found, *([f"script {ran} ran"] if ran else []))]


def test_no_script_runs_on_any_page_and_no_rule_is_broken(page, poisoned, live_server):
    named = {"person": poisoned.person, "story": poisoned.story.slug}
    named |= {"article": poisoned.article.pk, "removed": 0}
    pages = [address(one, poisoned) for one in (*PAGES, *MORE) if one != "/kit/"]
    pages += [one.format(**named) for one in CHIEF_PAGES]
    found = []
    for one in pages:
        answer = page.goto(live_server.url + one)
        assert answer.status < 500, one
        found += faults(page, one)
    assert found == []


def test_no_script_runs_in_the_look_at_a_list_of_sources(page, poisoned, live_server):
    """Names of new and refused rows, fields that change, tags and places, in CSV and OPML."""
    known = poisoned.article.source
    head = "source_id,name,kind,owner,country,languages,community,domains,feeds,tags"
    lines = [head] + [
        line
        for n, cell in enumerate(payloads())
        for line in (
            _row("", f"{n} {cell}", "outlet", cell, "CA", "en", cell, "", "", ""),
            _row("", f"{n} {cell}", cell, cell, cell, cell, cell, cell, cell, cell),
        )
    ]
    lines.append(_row(known.slug, known.name, "agency", payloads()[0], "CA", "en", OWN[3]))
    outlines = "".join(
        f"<outline text={quoteattr(one)} xmlUrl={quoteattr(one)}/>" for one in payloads()
    )
    files = {
        "sources.csv": "\n".join(lines),
        "sources.opml": f'<opml version="2.0"><body>{outlines}</body></opml>',
    }
    for name, body in files.items():
        page.goto(f"{live_server.url}/sources/desk/lists/")
        sent = {"name": name, "mimeType": "text/plain", "buffer": body.encode()}
        page.set_input_files("input[type=file]", [sent])
        page.click("main form button")
        page.wait_for_load_state("networkidle")
        assert "What this list would change" in page.inner_text("h1"), name
        assert faults(page, name) == []
        if name == "sources.csv":
            assert "<script>window.ran=1</script>" in page.inner_text("main")


def _row(*cells):
    return ",".join('"' + one.replace('"', '""') + '"' for one in cells)


def test_the_payloads_are_shown_as_words(page, poisoned, live_server):
    for one in ("/articles/{article}/", "/stories/{story}/claims/1/", "/public/{story}/1/"):
        page.goto(live_server.url + address(one, poisoned))
        assert "<script>window.ran=1</script>" in page.inner_text("main"), one


def test_no_script_runs_in_a_mail(page, poisoned, live_server):
    nora = User.objects.get(username="nora")
    claim = make_claim(poisoned.story, statement="<img src=x onerror=window.ran=1> said so.")
    start = poisoned.article.current_version.text.index("Two")
    linking.link(
        claim, poisoned.article.current_version, start, start + 20, Reading("reports"), nora
    )
    Follow.objects.update(rate="now")
    windows.send_due(timezone.now())
    page.goto("about:blank")
    told = [one for one in mail.outbox if getattr(one, "alternatives", None)]
    for one in told:
        for body, kind in one.alternatives:
            assert kind == "text/html"
            assert "window.ran" in body
            page.set_content(body)
            page.wait_for_timeout(200)
            assert page.evaluate("window.ran") is None
            assert page.locator("script, iframe, object, meta[http-equiv=refresh]").count() == 0
    assert told


EXPORTS = [
    ("take", {"form": "json"}), ("take", {"form": "timelinejs"}),
    ("take-table", {"name": "evidence"}), ("claim-jsonld", {"number": 1}),
    ("claim-annotations", {"number": 1}), ("public-feed", {}), ("public-table", {}),
    ("public-jsonld", {"number": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "values"), EXPORTS)
def test_no_browser_takes_an_export_for_a_page(client, poisoned, name, values):
    story = {} if name == "public-feed" else {"slug": poisoned.story.slug}
    answer = client.get(reverse(name, kwargs=story | values))
    if answer.status_code == 404:
        pytest.fail(f"{name} {values}")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not answer.headers["Content-Type"].startswith(("text/html", "image/svg", "text/xml"))
