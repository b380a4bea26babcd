"""The versions tab in a browser: folding, choosing and reaching passages by mouse and keyboard."""

import pytest
from playwright.sync_api import expect

from tests.factories import add_version, make_article, make_claim
from tracker.models import Evidence
from tracker.passages import linking
from tracker.passages.linking import Reading
from tracker.suggesting.suggest import follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT = "\n".join(f"Paragraph {n} of a long report says little. It goes on." for n in range(40))
TALKS = "The talks begin within weeks, an official said."
DENIED = "The invented embassy denied all of it."
LATE = "It was late in the old harbour."
FIRST = f"{TALKS} Nobody was charged.\n{KEPT}\n{DENIED} More was not said.\n{LATE}"
EDITED = FIRST.replace("within weeks", "within months").replace(f"{DENIED} ", "")


@pytest.fixture
def browser_context_args(browser_context_args):
    # axe is a script from outside, which the pages' own policy would refuse
    return {**browser_context_args, "bypass_csp": True}


@pytest.fixture
def tab(desk_page, newsroom):
    """An article of three versions with an altered, a removed and an unchanged passage."""
    nora = Evidence.objects.first().recorded_by
    article = make_article(FIRST)

    def link(words, **reading):
        start = FIRST.index(words)
        version = article.current_version
        return linking.link(
            make_claim(), version, start, start + len(words), Reading(**reading), nora
        )

    desk_page.altered = link(TALKS, stance="reports")
    desk_page.removed = link(DENIED, stance="denies", denies_what="all of it")
    desk_page.kept = link(LATE, stance="supports")
    follow(add_version(article, EDITED).pk)
    follow(add_version(article, f"{EDITED}\nMore came in.").pk)
    desk_page.set_viewport_size({"width": 1440, "height": 900})
    desk_page.address = f"/articles/{article.pk}/versions/"
    return desk_page


def in_sight(page, selector):
    box = page.locator(selector).bounding_box()
    return 0 <= box["y"] < page.viewport_size["height"]


def test_by_mouse_the_unchanged_paragraphs_fold_and_come_back(tab):
    tab.at(f"{tab.address}?a=1&b=2")
    expect(tab.locator("#doc > p")).to_have_count(43)
    tab.get_by_role("link", name="Only what changed").click()
    tab.wait_for_url("**only=changes")
    expect(tab.get_by_text("40 unchanged paragraphs")).to_be_visible()
    expect(tab.get_by_text("Paragraph 7 of")).to_be_hidden()
    expect(tab.get_by_role("link", name="Only what changed")).to_have_attribute(
        "aria-current", "true"
    )
    tab.get_by_role("link", name="Whole text").click()
    expect(tab.get_by_text("Paragraph 7 of")).to_be_visible()


def test_by_keyboard_the_fold_is_asked_for_and_opened(tab):
    tab.at(f"{tab.address}?a=1&b=2")
    tab.get_by_role("link", name="Only what changed").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**only=changes")
    tab.locator("details.kept summary").focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Paragraph 7 of")).to_be_visible()
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Paragraph 7 of")).to_be_hidden()


def test_a_pair_is_chosen_by_keyboard_and_the_fold_stays(tab):
    tab.at(f"{tab.address}?a=1&b=2&only=changes")
    tab.locator("#vb").focus()
    tab.keyboard.press("ArrowUp")  # the newest stands first
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**a=1&b=3&only=changes")
    expect(tab.locator("#doc ins", has_text="More came in.")).to_be_visible()
    expect(tab.locator("details.kept")).to_have_count(1)


def test_linked_passages_stay_in_sight_among_what_is_folded(tab):
    tab.at(f"{tab.address}?a=1&b=2&only=changes")
    for one in (tab.altered, tab.removed, tab.kept):
        expect(tab.locator(f"#e{one.pk}")).to_be_visible()
    expect(tab.locator(f"#n-e{tab.altered.pk}")).to_contain_text("altered")
    expect(tab.locator(f"#n-e{tab.removed.pk}")).to_contain_text("no longer in the text")
    expect(tab.locator(f"#n-e{tab.kept.pk}")).to_contain_text("moved")


def test_between_later_versions_the_same_passages_are_judged_anew(tab):
    tab.at(f"{tab.address}?a=2&b=3")
    expect(tab.locator(f"#n-e{tab.altered.pk}")).to_contain_text("unchanged")
    expect(tab.locator(f"#n-e{tab.removed.pk}")).to_contain_text("As cited, in version 1")
    expect(tab.locator("#lost")).to_contain_text("In neither of the two versions")


def test_the_number_in_the_text_leads_to_the_card_and_back_by_keyboard(tab):
    tab.at(f"{tab.address}?a=1&b=2")
    pk = tab.removed.pk
    tab.focus(f"#doc sup a[href='#n-e{pk}']")
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**#n-e{pk}")
    assert in_sight(tab, f"#n-e{pk}")
    tab.focus(f"#n-e{pk} a.ref")
    tab.keyboard.press("Enter")
    expect(tab.locator(f"#e{pk}")).to_be_focused()


def test_a_deep_link_shows_a_removed_passage_where_it_stood(tab):
    pk = tab.removed.pk
    tab.at(f"{tab.address}?a=1&b=2#e={pk}")
    expect(tab.locator(f"#e{pk}")).to_be_focused()
    assert in_sight(tab, f"#e{pk}")


def test_a_card_opens_the_passage_as_it_was_cited(tab):
    tab.at(f"{tab.address}?a=1&b=2")
    pk = tab.removed.pk
    tab.locator(f"#n-e{pk}").get_by_role("link", name="As cited, in version 1").click()
    tab.wait_for_url(f"**/?v=1#e={pk}")
    expect(tab.locator(f"#e{pk}")).to_be_focused()
    assert in_sight(tab, f"#e{pk}")


def test_without_script_the_fold_and_the_choice_work(browser, signed_in, live_server, tab):
    plain = browser.new_context(java_script_enabled=False, storage_state=signed_in.storage_state())
    page = plain.new_page()
    page.goto(f"{live_server.url}{tab.address}?a=1&b=2")
    page.get_by_role("link", name="Only what changed").click()
    page.locator("details.kept summary").click()
    expect(page.get_by_text("Paragraph 7 of")).to_be_visible()
    page.select_option("#va", "3")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#doc")).to_have_attribute(
        "aria-label", "What changed from version 2 to version 3"
    )
    plain.close()


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)]
)
def test_no_state_of_the_tab_has_an_accessibility_fault(tab, violations, scheme, width):
    tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    tab.set_viewport_size({"width": width, "height": 900})
    faults = {}

    def look(state):
        found = violations(tab)
        beyond = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        faults.update({state: found} if found else {})
        faults.update({f"{state} runs off the side": beyond} if beyond > 0 else {})

    for query in ("a=1&b=2", "a=2&b=3", "a=1&b=1", "a=1&b=3&only=changes"):
        tab.at(f"{tab.address}?{query}")
        look(query)
    tab.locator("details.kept summary").click()
    look("fold opened")
    tab.at("/inbox/edits/?show=all")
    expect(tab.locator("section.sect").first).to_be_visible()
    look("edits")
    assert faults == {}, faults
