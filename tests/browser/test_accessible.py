"""Every page, light and dark, wide and narrow: no accessibility fault, and nothing runs off the side."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core import mail

from sources.models import Feed, Run
from tests.conftest import member
from tests.factories import make_article, make_story
from tracker.accounts import invitations
from tracker.digests.tokens import stop
from tracker.models import Digest, User
from tracker.removing import acts as removals

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/stories/",
    "/stories/{story}/",
    "/stories/{story}/claims/1/",
    "/stories/{story}/claims/1/counted/origins/",
    "/stories/{story}/counted/sources/",
    "/stories/{story}/?as-of=2023-03-20",
    "/stories/{story}/claims/1/?as-of=2023-03-20",
    "/stories/{story}/claims/1/edit/",
    "/stories/{story}/claims/new/?version={version}&start=0&end=40",
    "/articles/{article}/",
    "/articles/{article}/versions/",
    "/articles/{article}/versions/?only=changes",
    "/articles/{article}/provenance/",
    "/stories/{story}/claims/1/status/",
    "/stories/{story}/claims/1/relate/",
    "/stories/{story}/claims/1/merge/",
    "/stories/{story}/claims/1/split/",
    "/statuses/due/",
    "/articles/new/",
    "/articles/new/text/",
    "/inbox/",
    "/inbox/edits/",
    "/inbox/articles/",
    "/inbox/many/?row=1",
    "/inbox/suggestions/",
    "/inbox/?show=unsure",
    "/texts/",
    "/texts/{text}/",
    "/sources/",
    "/sources/?kind=agency&tags=any&tag=quebec",
    "/sources/desk/lists/",
    "/sources/new/",
    "/sources/tags/",
    "/sources/tags/quebec/",
    "/sources/{source}/",
    "/sources/{source}/merge/?q=outlet",
    "/sources/{source}/split/",
    "/ingest/",
    "/ingest/runs/{run}/",
    "/ingest/feeds/{feed}/",
    "/search/?q=embassy",
    "/search/?in=versions&q=embassy+denied",
    "/following/",
    "/following/new/?query=q%3Dembassy",
    "/following/{follow}/",
    "/unsubscribe/{token}/",
    "/stories/{story}/bundle/",
    "/stories/{story}/claims/1/bundle/",
    "/history/",
    "/stories/{story}/claims/1/publishing/",
    "/stories/{story}/protected-names/",
    "/public/",
    "/preferences/",
    "/account/",
    "/account/password/",
    "/account/confirm/",
    "/kit/",
    "/nowhere/",
]


CHIEF_PAGES = [
    "/people/",
    "/people/invite/",
    "/people/{person}/",
    "/stories/new/",
    "/stories/{story}/edit/",
    "/removals/",
    "/articles/{article}/remove/",
    "/articles/{removed}/",
]


@pytest.fixture
def chief(client, transactional_db, live_server, context):
    """A page with an administrator signed in, somebody invited and somebody who left."""
    ada = member("ada", "administrator")
    story = make_story(confidential=True)
    story.members.add(ada)
    invitations.invite("new@newsroom.example", "editor", [story], ada)
    left = member("tom", "viewer")
    left.is_active = False
    left.save()
    article, removed = make_article(), make_article()
    removed_key = removed.pk  # after which it has none
    removals.ask(article, "Court order 7", "A minor is named.", left)
    removals.confirm(
        removals.ask(removed, "Court order 8", "So ordered.", ada), member("bo", "administrator")
    )
    client.force_login(ada)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([{**cookie, "url": live_server.url}])
    page = context.new_page()
    page.named = {"person": left.pk, "story": story.slug, "article": article.pk}
    page.named["removed"] = removed_key
    return page


def address(page, newsroom):
    return page.format(
        story=newsroom.story.slug,
        article=newsroom.article.pk,
        version=newsroom.article.current_version_id,
        source=newsroom.article.source.slug,
        run=Run.objects.get().pk,
        feed=Feed.objects.get().pk,
        text=newsroom.article.cluster_id,
        follow=newsroom.follow.pk,
        token=stop(Digest(user=newsroom.follow.user, rate="daily")),
    )


@pytest.fixture
def browser_context_args(browser_context_args):
    # axe is a script from outside, which the pages' own policy would refuse
    return {**browser_context_args, "bypass_csp": True}


@pytest.fixture(autouse=True)
def not_developing(settings):
    settings.DEBUG = False  # and set back after the test
    settings.PUBLIC_READING = True


def look(page, live_server, one, newsroom):
    settings.DEBUG = one == "/kit/"  # the component sheet is there for developers only
    answer = page.goto(live_server.url + address(one, newsroom))
    assert answer.status == (404 if one == "/nowhere/" else 200), one


# dark differs by its colours alone, which do not depend on the width
@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("light", 390), ("dark", 1440)])
def test_no_page_has_an_accessibility_fault(
    signed_in, newsroom, live_server, violations, scheme, width
):
    page = signed_in.new_page()
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    faults = []
    for one in PAGES:
        look(page, live_server, one, newsroom)
        faults += [f"{one}: {fault}" for fault in violations(page)]
    assert faults == []


def test_signing_in_has_no_accessibility_fault(page, live_server, db, violations):
    page.goto(live_server.url + "/sign-in/")
    page.fill("#u", "nobody")
    page.fill("#p", "wrong")
    page.click("form button")
    assert "do not match" in page.inner_text("#problem")
    assert violations(page) == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("light", 390), ("dark", 1440)])
def test_no_page_of_an_administrator_has_an_accessibility_fault(
    chief, live_server, violations, scheme, width
):
    chief.emulate_media(color_scheme=scheme)
    chief.set_viewport_size({"width": width, "height": 900})
    faults = []
    for one in CHIEF_PAGES:
        answer = chief.goto(live_server.url + one.format(**chief.named))
        assert answer.status == (410 if "removed" in one else 200), one
        faults += [f"{one}: {fault}" for fault in violations(chief)]
        beyond = chief.evaluate("document.documentElement.scrollWidth - innerWidth")
        faults += [f"{one} runs off the side by {beyond}"] if beyond > 0 else []
    assert faults == []


@pytest.fixture
def visitor(published, live_server, context, client):
    """A page of somebody outside, with the addresses that were sent to people by mail."""
    nora = User.objects.get(username="nora")
    User.objects.filter(pk=nora.pk).update(email="nora@newsroom.example")
    client.post("/password/", {"email": "nora@newsroom.example"})
    sent = invitations.invite("new@newsroom.example", "editor", [], member("bo", "administrator"))
    TOTP.activate(nora, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(nora)
    page = context.new_page()
    page.letters = [
        re.search(r"/password/\S+", mail.outbox[0].body)[0],
        invitations.link(sent),
    ]
    page.at = lambda address: page.goto(live_server.url + address)
    return page


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("light", 390), ("dark", 1440)])
def test_no_page_for_who_is_outside_or_signs_in_has_an_accessibility_fault(
    visitor, published, violations, scheme, width
):
    visitor.emulate_media(color_scheme=scheme)
    visitor.set_viewport_size({"width": width, "height": 900})
    faults = []

    def look_at(name):
        faults.extend(f"{name}: {fault}" for fault in violations(visitor))
        beyond = visitor.evaluate("document.documentElement.scrollWidth - innerWidth")
        faults.extend([f"{name} runs off the side by {beyond}"] if beyond > 0 else [])

    story = f"/public/{published.story.slug}/"
    for one in ("/public/", story, f"{story}1/", "/password/", "/sign-in/", *visitor.letters):
        assert visitor.at(one).status == 200, one
        look_at(one)
    visitor.at("/sign-in/?next=/account/codes/")
    visitor.fill("#u", "nora")
    visitor.fill("#p", "a test only")
    visitor.press("#p", "Enter")
    visitor.wait_for_url("**/sign-in/code/**")
    look_at("the second step")
    visitor.fill("[name=code]", "no code")
    visitor.press("[name=code]", "Enter")
    visitor.locator(".errorlist").wait_for()
    look_at("the second step, refused")
    with_code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    visitor.fill("[name=code]", with_code)
    visitor.press("[name=code]", "Enter")
    visitor.wait_for_url("**/account/confirm/**")
    look_at("once more")
    visitor.fill("[name=password]", "a test only")
    visitor.press("[name=password]", "Enter")
    visitor.wait_for_url("**/account/codes/")
    look_at("recovery codes")
    for one in ("/account/codes/new/", "/account/app/remove/"):
        assert visitor.at(one).status == 200, one
        look_at(one)
    assert faults == []


def test_no_page_runs_off_the_side(signed_in, newsroom, live_server):
    page = signed_in.new_page()
    wide = []
    for one in PAGES:
        look(page, live_server, one, newsroom)
        for width in (320, 390, 834, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            wide += [f"{one} at {width}: {beyond}"] if beyond > 0 else []
    assert wide == []
