"""The article reader: passages and cards in step, deep links, what stands off the screen, and axe."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_linking import MILD, TIPS, select
from tests.factories import add_version, make_article, make_claim
from tracker.models import Anchor, Evidence
from tracker.passages import linking
from tracker.passages.linking import Reading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "\n".join(f"Paragraph {n} of a long report says little. It goes on." for n in range(60))


def link(article, words, by, **reading):
    version = article.current_version
    start = version.text.index(words)
    values = Reading(**{"stance": "reports", **reading})
    return linking.link(make_claim(), version, start, start + len(words), values, by)


@pytest.fixture
def editor(newsroom):
    return Evidence.objects.first().recorded_by


@pytest.fixture
def long_read(desk_page, editor):
    """A long article with a passage near its start and two near its end."""
    article = make_article(LONG)
    passages = [
        link(article, f"Paragraph {n} of a long report says little.", editor) for n in (2, 50, 55)
    ]
    desk_page.set_viewport_size({"width": 1440, "height": 900})
    desk_page.passages = passages
    desk_page.address = f"/articles/{article.pk}/"
    return desk_page


def top(page, selector):
    return page.locator(selector).bounding_box()["y"]


def in_sight(page, selector):
    box = page.locator(selector).bounding_box()
    return 0 <= box["y"] < page.viewport_size["height"]


# --- cards and passages ---------------------------------------------------------------------------


def test_each_card_stands_level_with_its_passage(long_read):
    long_read.at(long_read.address)
    long_read.locator("#doc mark").first.wait_for()
    for one in (long_read.passages[0], long_read.passages[1]):
        assert abs(top(long_read, f"#n-e{one.pk}") - top(long_read, f"#e{one.pk}")) < 12


def test_what_stands_below_the_screen_is_counted_and_reached_by_a_button(long_read):
    long_read.at(long_read.address)
    expect(long_read.locator(".rail.down")).to_have_text("↓ 2 passages below")
    expect(long_read.locator(".rail.up")).to_be_hidden()
    long_read.click(".rail.down .btn")
    expect(long_read.locator(f"#e{long_read.passages[1].pk}")).to_be_focused()
    expect(long_read.locator(".rail.up")).to_have_text("↑ 1 passage above")


def test_the_number_in_the_text_leads_to_the_card_and_back_by_keyboard(long_read):
    long_read.at(long_read.address)
    pk = long_read.passages[0].pk
    long_read.focus("#doc sup a")
    long_read.keyboard.press("Enter")
    long_read.wait_for_url(f"**#n-e{pk}")
    assert in_sight(long_read, f"#n-e{pk}")
    long_read.focus(f"#n-e{pk} a.ref")
    long_read.keyboard.press("Enter")
    expect(long_read.locator(f"#e{pk}")).to_be_focused()


def test_over_a_passage_its_card_lights_up(long_read):
    long_read.at(long_read.address)
    pk = long_read.passages[0].pk
    long_read.hover(f"#e{pk}")
    expect(long_read.locator(f"#n-e{pk}.on")).to_have_count(1)


def test_overlapping_passages_have_a_line_each(desk_page, editor):
    article = make_article()
    link(article, TIPS, editor, stance="supports")
    link(article, "asking the public for tips. The weather", editor, stance="disputes")
    desk_page.at(f"/articles/{article.pk}/")
    inner = desk_page.locator("mark.supports > mark.disputes")
    expect(inner).to_have_text("asking the public for tips.")
    below = "one => one.getBoundingClientRect().bottom"
    assert inner.locator("..").evaluate(below) > inner.evaluate(below) + 2


# --- deep links -----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["#e={}", "#e{}"])
def test_a_deep_link_shows_and_focuses_its_passage(long_read, form):
    pk = long_read.passages[2].pk
    long_read.at(long_read.address + form.format(pk))
    expect(long_read.locator(f"#e{pk}")).to_be_focused()
    assert in_sight(long_read, f"#e{pk}")
    expect(long_read.locator(f"#n-e{pk}.on")).to_have_count(1)


def test_a_deep_link_followed_on_the_page_moves_to_its_passage(long_read):
    long_read.at(long_read.address)
    pk = long_read.passages[2].pk
    long_read.evaluate(f"location.hash = '#e={pk}'")
    expect(long_read.locator(f"#e{pk}")).to_be_focused()


def test_a_deep_link_to_what_left_the_text_focuses_its_card(desk_page, editor):
    article = make_article()
    made = link(article, MILD, editor)
    version = add_version(article, LONG)
    Anchor.objects.create(evidence=made, version=version, state="gone", score=0)
    desk_page.at(f"/articles/{article.pk}/#e={made.pk}")
    expect(desk_page.locator(f"#n-e{made.pk}")).to_be_focused()
    assert in_sight(desk_page, f"#n-e{made.pk}")
    expect(desk_page.locator(f"#n-e{made.pk}")).to_contain_text(MILD)


def test_without_script_a_deep_link_has_its_place_in_the_page(
    browser, signed_in, live_server, long_read
):
    plain = browser.new_context(java_script_enabled=False, storage_state=signed_in.storage_state())
    page = plain.new_page()
    pk = long_read.passages[2].pk
    page.goto(f"{live_server.url}{long_read.address}#e={pk}")
    page.wait_for_timeout(300)
    assert in_sight(page, f"#e{pk}")
    expect(page.locator(f"#n-e{pk}")).to_be_attached()
    plain.close()


# --- every state, light and dark, wide and narrow ------------------------------------------------------


@pytest.fixture
def browser_context_args(browser_context_args):
    # axe is a script from outside, which the pages' own policy would refuse
    return {**browser_context_args, "bypass_csp": True}


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1440), ("dark", 390)])
def test_no_state_of_the_reader_has_an_accessibility_fault(
    desk_page, newsroom, editor, violations, scheme, width
):
    page, faults = desk_page, {}

    def look(state):
        found = violations(page)
        beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        faults.update({state: found} if found else {})
        faults.update({f"{state} runs off the side": beyond} if beyond > 0 else {})

    version = add_version(newsroom.article, f"Corrected. {MILD}\n{TIPS}")
    for one, state in zip(Evidence.objects.all(), ("gone", "altered"), strict=False):
        span = {"start": 0, "end": 10} if state == "altered" else {}
        Anchor.objects.create(evidence=one, version=version, state=state, score=0.6, **span)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    page.at(f"/articles/{newsroom.article.pk}/")
    expect(page.locator("#lost .orphan")).to_have_count(1)
    look("orphan shown")
    page.click("[data-act=pick]")
    look("choosing sentences")
    page.keyboard.press("Escape")
    select(page, TIPS)
    page.keyboard.press("l")
    page.locator("#id_said_by_list").wait_for()
    look("popover open, its list too")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.locator("#pop .errorlist").first.wait_for()
    look("refused")
    page.locator("#id_said_by_text").click()
    page.get_by_role("option", name="the outlet, in its own words").click()
    page.keyboard.press("Enter")
    expect(page.locator("#doc mark", has_text=TIPS)).to_be_visible()
    look("linked")
    page.complaints.clear()  # Chromium notes the refused answer itself
    assert faults == {}, faults


def test_the_page_to_choose_a_place_and_the_form_have_no_accessibility_fault(
    desk_page, newsroom, violations
):
    article = make_article("He left early. She stayed on. He left early. Nobody knows why.")
    for asked in ("quote=He+left+early.", "start=30&end=44"):
        desk_page.at(f"/articles/{article.pk}/link/?{asked}")
        assert violations(desk_page) == []
