"""People of several roles, each in a browser of their own: one proposes, another decides."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_linking import MILD, propose
from tests.conftest import member
from tracker.models import Evidence, Suggestion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def as_member(browser, live_server):
    """A page of somebody who signs in with name and password, in a browser of their own."""
    contexts = []

    def signed_in(name, role, **extra):
        member(name, role)
        contexts.append(browser.new_context(**extra))
        page = contexts[-1].new_page()
        page.goto(f"{live_server.url}/sign-in/")
        page.fill("#u", name)
        page.fill("#p", "a test only")
        page.press("#p", "Enter")
        page.wait_for_url("**/stories/**")
        page.at = lambda address: page.goto(live_server.url + address)
        return page

    yield signed_in
    for one in contexts:
        one.close()


def test_what_a_contributor_proposes_counts_once_an_editor_accepts_it(newsroom, as_member):
    cleo = as_member("cleo", "contributor")
    cleo.at(f"/articles/{newsroom.article.pk}/")
    propose(cleo, MILD, "2", "An invented embassy")
    proposed = Suggestion.objects.get(exact=MILD)
    assert not Evidence.objects.filter(exact=MILD).exists()

    otto = as_member("otto", "editor")
    otto.at(f"/inbox/?at={proposed.pk}")
    expect(otto.locator("#pane")).to_contain_text("cleo")
    otto.press("body", "e")
    expect(otto.locator(f"#q{proposed.pk} .verdict")).to_contain_text("accepted")
    made = Evidence.objects.get(exact=MILD)
    assert (made.recorded_by.username, made.speaker.name) == ("otto", "An invented embassy")

    cleo.reload()
    expect(cleo.locator("#doc mark", has_text=MILD)).to_be_visible()
    expect(cleo.locator("#doc mark.suggested", has_text=MILD)).to_have_count(0)


def test_a_contributor_finds_no_way_to_decide(newsroom, as_member):
    cleo = as_member("cleo", "contributor")
    cleo.at("/inbox/")
    cleo.press("body", "e")
    expect(cleo.locator("#waiting")).to_have_text("3 waiting")
    assert cleo.locator("#decide button").count() == 0
    assert not Suggestion.objects.exclude(state="new").exists()


def test_without_script_too_one_proposes_and_another_decides(newsroom, as_member):
    cleo = as_member("cleo", "contributor", java_script_enabled=False)
    cleo.at(f"/articles/{newsroom.article.pk}/")
    cleo.click("#link-box summary")
    cleo.fill("#link-box [name=quote]", MILD)
    cleo.click("#link-box button")
    cleo.select_option("[name=claim]", index=1)
    cleo.select_option("[name=said_by]", label="An invented embassy")
    cleo.get_by_role("button", name="Propose").last.click()
    proposed = Suggestion.objects.get(exact=MILD)

    otto = as_member("otto", "editor", java_script_enabled=False)
    otto.at(f"/inbox/?at={proposed.pk}")
    otto.locator("#decide button[value=accept]").click()
    assert Evidence.objects.get(exact=MILD).recorded_by.username == "otto"
