"""What editors do all day, in a real browser under the real policy."""

import pytest
from playwright.sync_api import expect

from sources.models import Source
from tests.factories import make_article
from tracker.models import User
from tracker.passages import linking
from tracker.passages.linking import Reading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# --- the timeline ------------------------------------------------------------------------------


def test_a_filter_replaces_the_list_and_stands_in_the_address(desk_page, newsroom):
    desk_page.at(f"/stories/{newsroom.story.slug}/")
    expect(desk_page.locator(".ev-i")).to_have_count(3)
    desk_page.check("[name=stance][value=denies]")
    expect(desk_page.locator(".ev-i")).to_have_count(1)
    assert "stance=denies" in desk_page.url
    desk_page.reload()
    expect(desk_page.locator(".ev-i")).to_have_count(1)


def test_a_lane_is_read_out_by_the_arrow_keys(desk_page, newsroom):
    desk_page.at(f"/stories/{newsroom.story.slug}/")
    desk_page.focus(".lane-l >> nth=0")
    desk_page.keyboard.press("Tab")
    expect(desk_page.locator("#live")).to_contain_text("C1")
    desk_page.keyboard.press("ArrowDown")
    expect(desk_page.locator("#live")).to_contain_text("C2")
    desk_page.keyboard.press("Enter")
    desk_page.wait_for_url("**claim=2**")
    expect(desk_page.locator(".ev-i")).to_have_count(1)


def test_home_and_end_read_the_first_and_the_last_column_of_a_lane(desk_page, newsroom):
    claim = newsroom.story.claims.first()
    day = "2022-12-01T12:00Z"
    version = make_article(published_at=day, sort_at=day).current_version
    linking.link(claim, version, 0, 20, Reading(stance="reports"), User.objects.get())
    desk_page.at(f"/stories/{newsroom.story.slug}/")
    desk_page.focus(".lane-l >> nth=0")
    desk_page.keyboard.press("Tab")
    at_end = desk_page.inner_text("#live")
    desk_page.keyboard.press("Home")
    expect(desk_page.locator("#live")).not_to_have_text(at_end)
    desk_page.keyboard.press("End")
    expect(desk_page.locator("#live")).to_have_text(at_end)


def test_the_strip_zooms_the_lanes_and_back(desk_page, newsroom):
    desk_page.at(f"/stories/{newsroom.story.slug}/")
    before = desk_page.get_attribute(".track svg", "viewBox")
    desk_page.focus("#ra")
    for _ in range(3):
        desk_page.keyboard.press("ArrowRight")
    assert desk_page.get_attribute(".track svg", "viewBox") != before
    desk_page.click("#reset")
    assert desk_page.get_attribute(".track svg", "viewBox") == before


def test_j_walks_the_statements_and_enter_opens_one(desk_page, newsroom):
    desk_page.at(f"/stories/{newsroom.story.slug}/")
    desk_page.press("body", "j")
    desk_page.keyboard.press("Enter")
    desk_page.wait_for_url("**/articles/**")


def test_on_a_phone_the_list_comes_before_the_lanes(desk_page, newsroom):
    desk_page.set_viewport_size({"width": 390, "height": 844})
    desk_page.at(f"/stories/{newsroom.story.slug}/")
    top = "document.querySelector('{}').getBoundingClientRect().top"
    assert desk_page.evaluate(f"{top.format('#list')} < {top.format('#overview')}")


def test_g_and_a_letter_go_to_a_page(desk_page):
    desk_page.at("/sources/")
    desk_page.keyboard.press("g")
    desk_page.keyboard.press("i")
    desk_page.wait_for_url("**/inbox/")


def test_the_theme_stays_chosen(desk_page):
    desk_page.at("/sources/")
    desk_page.click("[data-act=theme]")
    chosen = desk_page.get_attribute("html", "data-theme")
    desk_page.reload()
    assert desk_page.get_attribute("html", "data-theme") == chosen


# --- sources -----------------------------------------------------------------------------------


def test_rows_are_ticked_and_tagged_from_the_keyboard_and_untagged_again(desk_page):
    desk_page.at("/sources/")
    desk_page.press("body", "j")
    desk_page.keyboard.press("x")
    desk_page.keyboard.press("j")
    desk_page.keyboard.press("x")
    expect(desk_page.locator("#ticked")).to_have_text("2 selected")
    desk_page.keyboard.press("t")
    desk_page.keyboard.type("que")
    expect(desk_page.locator("#tagfound [aria-selected=true]")).to_have_text("Quebec0")
    desk_page.keyboard.press("Enter")  # takes the tag
    desk_page.keyboard.press("Enter")  # asks what it would change
    expect(desk_page.locator(".dek")).to_contain_text("2 sources would change; added: Quebec.")
    assert Source.objects.tagged("quebec").count() == 0
    desk_page.keyboard.press("Enter")
    expect(desk_page.locator("[data-undo-form]")).to_be_visible()
    assert Source.objects.tagged("quebec").count() == 2
    desk_page.locator("body").press("z")
    expect(desk_page.locator(".tag")).to_have_count(0)
    assert Source.objects.tagged("quebec").count() == 0


def test_a_stray_enter_makes_no_tag(desk_page):
    from sources.models import Tag

    desk_page.at("/sources/")
    desk_page.check("[name=source] >> nth=0")
    desk_page.fill("#tagin", "Prairies")
    desk_page.press("#tagin", "Enter")
    expect(desk_page.locator("[role=alert]")).to_contain_text("There is no tag “Prairies”.")
    for _ in range(3):
        desk_page.keyboard.press("Enter")
    assert not Tag.objects.filter(slug="prairies").exists()
    desk_page.click("text=Make a tag in the vocabulary")
    desk_page.press("#id_label_en", "Enter")
    expect(desk_page.locator(".errorlist")).to_contain_text("Choose a group.")
    assert not Tag.objects.filter(slug="prairies").exists()
    desk_page.complaints.clear()  # Chromium notes the refusals themselves, which are answers 422


def test_the_tags_to_filter_by_are_picked_and_put_away_by_keyboard(desk_page):
    desk_page.at("/sources/")
    desk_page.focus(".pick summary")
    desk_page.keyboard.press("Enter")
    desk_page.check("[name=tags][value=untagged]")
    expect(desk_page.locator(".found")).to_contain_text("sources fit")
    desk_page.keyboard.press("Escape")
    expect(desk_page.locator(".picks")).to_be_hidden()


# --- without script ------------------------------------------------------------------------------


def test_without_script_the_timeline_is_read_and_filtered(plain, live_server, newsroom):
    plain.goto(f"{live_server.url}/stories/{newsroom.story.slug}/")
    plain.check("[name=stance][value=denies]")
    plain.click("#filters button")
    assert plain.locator(".ev-i").count() == 1
    assert plain.locator(".track path").count() > 2


def test_without_script_a_tag_is_given(plain, live_server):
    plain.goto(live_server.url + "/sources/")
    plain.check("[name=source] >> nth=0")
    plain.fill("#tagin", "Quebec")
    plain.click("button[value=tag]")
    assert plain.locator(".tag").count() == 1
