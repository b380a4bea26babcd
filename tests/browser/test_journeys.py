"""What editors do all day, in a real browser under the real policy."""

import time

import pytest
from playwright.sync_api import expect

from sources.models import Source
from tests.factories import make_speaker
from tracker.models import Evidence, Suggestion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# --- the inbox from the keyboard -----------------------------------------------------------------


def test_one_key_accepts_and_the_next_suggestion_is_there(desk_page):
    desk_page.at("/inbox/")
    first = desk_page.get_attribute("#decide", "data-pk")
    desk_page.select_option("#id_said_by", "outlet")
    desk_page.press("body", "e")
    expect(desk_page.locator("#waiting")).to_have_text("2 waiting")
    assert desk_page.get_attribute("#decide", "data-pk") != first
    assert Suggestion.objects.get(pk=first).state == "accepted"
    expect(desk_page.locator(f"#q{first} .verdict")).to_contain_text("accepted")


def test_z_takes_the_decision_back(desk_page):
    desk_page.at("/inbox/")
    first = desk_page.get_attribute("#decide", "data-pk")
    desk_page.press("body", "x")
    expect(desk_page.locator("#waiting")).to_have_text("2 waiting")
    desk_page.press("body", "z")
    expect(desk_page.locator("#waiting")).to_have_text("3 waiting")
    expect(desk_page.locator("#decide")).to_have_attribute("data-pk", first)
    assert Suggestion.objects.get(pk=first).state == "new"


def test_j_and_k_walk_the_queue_and_figures_set_the_stance(desk_page):
    desk_page.at("/inbox/")
    first = desk_page.get_attribute("#decide", "data-pk")
    desk_page.press("body", "j")
    expect(desk_page.locator("#decide")).not_to_have_attribute("data-pk", first)
    desk_page.press("body", "k")
    expect(desk_page.locator("#decide")).to_have_attribute("data-pk", first)
    desk_page.press("body", "3")
    assert desk_page.is_checked("[name=stance][value=disputes]")


def test_accepting_without_saying_who_says_it_asks_for_it(desk_page):
    desk_page.at("/inbox/")
    desk_page.press("body", "e")
    expect(desk_page.locator("#pane .errorlist").first).to_be_visible()
    assert Evidence.objects.count() == 3
    desk_page.complaints.clear()  # Chromium notes the refused answer itself


def test_after_a_refusal_the_message_has_the_focus_and_no_key_chooses_a_speaker(desk_page):
    make_speaker("Elsewhere Embassy")
    desk_page.at("/inbox/")
    first = desk_page.get_attribute("#decide", "data-pk")
    desk_page.keyboard.press("e")
    expect(desk_page.locator("#pane .errorlist").first).to_be_focused()
    desk_page.focus("#id_said_by")
    for key in ("e", "ArrowRight", "End"):
        desk_page.keyboard.press(key)
        desk_page.wait_for_timeout(400)
        assert desk_page.input_value("#id_said_by") == ""
        desk_page.focus("#id_said_by")
    desk_page.keyboard.press("j")
    expect(desk_page.locator("#decide")).not_to_have_attribute("data-pk", first)
    assert Evidence.objects.count() == 3
    desk_page.complaints.clear()  # Chromium notes the refused answers itself


def test_a_speaker_is_chosen_by_opening_the_field_from_the_keyboard(desk_page):
    desk_page.at("/inbox/")
    desk_page.focus("#id_said_by")
    desk_page.keyboard.press("Enter")
    for key in ("ArrowDown", "Enter"):
        desk_page.wait_for_timeout(300)
        desk_page.keyboard.press(key)
    expect(desk_page.locator("#id_said_by")).to_have_value("outlet")
    desk_page.keyboard.press("e")
    expect(desk_page.locator("#waiting")).to_have_text("2 waiting")


@pytest.mark.parametrize("field", ["#id_said_by", "#id_chain", "#id_claim", "#id_event_on"])
def test_escape_leaves_a_field_and_the_keys_work_again(desk_page, field):
    desk_page.at("/inbox/")
    desk_page.focus(field)
    desk_page.keyboard.press("Escape")
    expect(desk_page.locator(field)).not_to_be_focused()
    desk_page.keyboard.press("x")
    expect(desk_page.locator("#waiting")).to_have_text("2 waiting")


def test_a_key_pressed_twice_decides_once(desk_page):
    desk_page.at("/inbox/")
    sent = []
    desk_page.route(
        "**/inbox/*/", lambda route: (sent.append(route), time.sleep(0.5), route.continue_())
    )
    desk_page.evaluate(
        """() => ["x", "x", "u", "e"].forEach((key) =>
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })))"""
    )
    expect(desk_page.locator("#waiting")).to_have_text("2 waiting")
    desk_page.wait_for_timeout(600)
    expect(desk_page.locator("#waiting")).to_have_text("2 waiting")
    assert Suggestion.objects.exclude(state="new").get().state == "rejected"
    assert len(sent) == 1


@pytest.mark.parametrize("size", [(1280, 900), (900, 800), (390, 844)])
def test_the_notice_of_a_decision_covers_no_button_of_the_next(desk_page, size):
    desk_page.set_viewport_size({"width": size[0], "height": size[1]})
    desk_page.at("/inbox/")
    desk_page.click(".qi >> nth=0")
    desk_page.click("button[value=reject]")
    notice = desk_page.locator(".toast")
    expect(notice).to_be_visible()
    box = notice.bounding_box()
    for button in desk_page.locator(".acts .btn").all():
        other = button.bounding_box()
        beside = box["x"] + box["width"] <= other["x"] or other["x"] + other["width"] <= box["x"]
        assert beside or box["y"] + box["height"] <= other["y"]


def test_a_style_that_something_else_put_on_a_field_is_not_handed_on_to_the_next(desk_page):
    desk_page.add_init_script(
        "window.broken = []; document.addEventListener('securitypolicyviolation',"
        " (said) => broken.push(said.violatedDirective + ' ' + said.sourceFile))"
    )
    desk_page.at("/inbox/")
    for key in "jjk":
        shown = desk_page.get_attribute("#decide", "data-pk")
        # as extensions do, and tools that take pictures of a page
        desk_page.evaluate("document.querySelector('#id_chain').style.caretColor = 'transparent'")
        desk_page.keyboard.press(key)
        expect(desk_page.locator("#decide")).not_to_have_attribute("data-pk", shown)
    assert desk_page.evaluate("window.broken") == []


def test_what_is_denied_is_asked_for_only_when_something_is_denied(desk_page):
    desk_page.at("/inbox/")
    expect(desk_page.locator(".denies-what")).to_be_hidden()
    desk_page.press("body", "4")
    expect(desk_page.locator("#id_denies_what")).to_be_focused()
    desk_page.keyboard.press("Escape")
    expect(desk_page.locator("#id_denies_what")).not_to_be_focused()


def test_with_keys_switched_off_a_letter_decides_nothing(desk_page):
    from tracker.models import User

    User.objects.update(shortcuts=False)
    desk_page.at("/inbox/")
    desk_page.press("body", "x")
    desk_page.wait_for_timeout(300)
    expect(desk_page.locator("#waiting")).to_have_text("3 waiting")


def test_on_a_phone_the_list_comes_first_and_then_one_suggestion(desk_page):
    desk_page.set_viewport_size({"width": 390, "height": 844})
    desk_page.at("/inbox/")
    expect(desk_page.locator("#pane")).to_be_hidden()
    desk_page.click(".qi >> nth=1")
    expect(desk_page.locator("#decide")).to_be_visible()
    expect(desk_page.locator("#queue")).to_be_hidden()


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


@pytest.fixture
def plain(browser, signed_in):
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(signed_in.cookies())
    yield context.new_page()
    context.close()


def test_without_script_the_inbox_decides_and_undoes(plain, live_server):
    plain.goto(live_server.url + "/inbox/")
    plain.select_option("#id_said_by", "outlet")
    plain.click("button[value=accept]")
    assert "2 waiting" in plain.inner_text("#waiting")
    plain.click("[data-undo-form] button")
    assert "3 waiting" in plain.inner_text("#waiting")


def test_without_script_a_refused_decision_keeps_the_whole_list(plain, live_server):
    plain.goto(live_server.url + "/inbox/")
    plain.click("button[value=accept]")
    assert plain.locator("#pane .errorlist").count() == 1
    assert "3 waiting" in plain.inner_text("#waiting")
    assert plain.locator(".qi").count() == 3


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
