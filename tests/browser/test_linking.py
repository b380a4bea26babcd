"""A passage selected in an article becomes evidence: by mouse, keyboard and finger, and undone."""

import pytest
from playwright.sync_api import expect

from tests.conftest import member
from tests.factories import make_article, make_speaker
from tracker.models import Evidence, Speaker, Suggestion, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MILD = "The weather stayed mild."
TIPS = "Officers said that they were asking the public for tips."
PLACE_OF = """words => {
    const walker = document.createTreeWalker(document.querySelector('#doc'), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const at = walker.currentNode.data.indexOf(words);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + words.length);
        return range;
    }
}"""


def select(page, words):
    """Select words as a browser's own ways of selecting do, with no mouse involved."""
    page.evaluate(
        f"words => getSelection().addRange((getSelection().removeAllRanges(), ({PLACE_OF})(words)))",
        words,
    )


def drag(page, words):
    """Draw the mouse over words that stand in one line."""
    box = page.evaluate(
        f"words => {{ const b = ({PLACE_OF})(words).getClientRects()[0];"
        " return [b.left, b.right, (b.top + b.bottom) / 2]; }",
        words,
    )
    left, right, middle = box
    page.mouse.move(left + 1, middle)
    page.mouse.down()
    page.mouse.move(right - 1, middle, steps=5)
    page.mouse.up()


def speaker(page):
    return page.locator("#id_said_by_text")


def claim(page):
    return page.locator("#id_claim_text")


def propose(page, words, number, said_by):
    """Propose words as said by somebody on the claim of this number, by the keyboard."""
    select(page, words)
    page.keyboard.press("l")
    claim(page).fill(number)
    page.keyboard.press("Enter")
    page.get_by_role("option", name=said_by).click()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Proposed; an editor decides.")


def linked(page, words):
    expect(page.locator("#doc mark", has_text=words)).to_be_visible()
    return Evidence.objects.latest("pk")


@pytest.fixture
def reading(desk_page, newsroom):
    """The article on a wide screen; the page would forget `stayed` if it were loaded again."""
    desk_page.set_viewport_size({"width": 1440, "height": 900})
    desk_page.at(f"/articles/{newsroom.article.pk}/")
    desk_page.evaluate("window.stayed = true")
    return desk_page


# --- three ways to select ---------------------------------------------------------------------


def test_by_mouse_a_passage_is_linked_in_three_actions_and_marked_without_a_reload(reading):
    drag(reading, TIPS)
    speaker(reading).wait_for()
    reading.get_by_role("option", name="An invented police force").click()
    reading.keyboard.press("Enter")
    made = linked(reading, TIPS)
    assert made.version.text[made.start : made.end] == made.exact == TIPS
    assert made.speaker.name == "An invented police force"
    assert reading.evaluate("window.stayed")
    expect(reading.locator(f"#n-e{made.pk}")).to_be_visible()
    expect(reading.locator("#pop")).to_be_hidden()


def test_by_keyboard_sentences_are_chosen_extended_and_linked(reading):
    reading.keyboard.press("l")
    for key in ("ArrowDown", "ArrowDown", "Shift+ArrowDown", "Enter"):
        reading.keyboard.press(key)
    expect(speaker(reading)).to_be_focused()
    for key in ("ArrowDown", "Enter", "Enter"):
        reading.keyboard.press(key)
    expect(reading.locator(".toast")).to_contain_text("Linked to C")
    assert Evidence.objects.latest("pk").exact == f"{TIPS} {MILD}"


def test_the_sentence_chosen_is_read_out_and_escape_leaves(reading):
    reading.click("[data-act=pick]")
    expect(reading.locator("#doc")).to_be_focused()
    reading.keyboard.press("ArrowDown")
    expect(reading.locator("#say")).to_have_text(
        "The embassy denied that any police station exists in Canada."
    )
    reading.keyboard.press("Escape")
    expect(reading.locator("#doc.picking")).to_have_count(0)


def test_with_single_keys_switched_off_sentences_are_chosen_by_the_button(desk_page, newsroom):
    User.objects.update(shortcuts=False)
    desk_page.at(f"/articles/{newsroom.article.pk}/")
    desk_page.keyboard.press("l")
    expect(desk_page.locator("#doc.picking")).to_have_count(0)
    desk_page.focus("[data-act=pick]")
    desk_page.keyboard.press("Enter")
    expect(desk_page.locator("#doc.picking")).to_be_focused()


def test_by_finger_a_selection_at_rest_opens_the_sheet(browser, signed_in, live_server, newsroom):
    phone = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        storage_state=signed_in.storage_state(),
    )
    page = phone.new_page()
    page.goto(f"{live_server.url}/articles/{newsroom.article.pk}/")
    page.locator("#doc p").last.tap()
    select(page, MILD)
    page.locator("#pop").wait_for()
    speaker(page).tap()
    page.get_by_role("option", name="An invented embassy").tap()
    page.locator("#link-form .btn.pri").tap()
    assert linked(page, MILD).speaker.name == "An invented embassy"
    phone.close()


# --- code points ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before",
    ["👩‍🔬👍🏽 🇨🇦", "警方𠮷正在调查。", "Le cafe\u0301 e\u0302te\u0301", "🙂 é 大使馆 e\u0301 "],
)
def test_offsets_are_code_points_whatever_stands_before(desk_page, newsroom, before):
    text = f"{before} said so.\nAfter {before}: {MILD} The end."
    article = make_article(text)
    desk_page.at(f"/articles/{article.pk}/")
    select(desk_page, MILD)
    desk_page.keyboard.press("l")
    speaker(desk_page).wait_for()
    desk_page.get_by_role("option", name="the outlet, in its own words").click()
    desk_page.keyboard.press("Enter")
    made = linked(desk_page, MILD)
    assert (made.start, made.exact) == (text.index(MILD), MILD)
    assert desk_page.inner_text("#doc mark") == MILD


def test_a_selection_over_two_paragraphs_and_the_numbers_of_notes_is_one_passage(reading, newsroom):
    text = newsroom.article.current_version.text
    reading.evaluate(
        f"""() => {{ const find = {PLACE_OF};
            const range = find("denied that");
            const end = find("were asking");
            range.setEnd(end.endContainer, end.endOffset);
            getSelection().removeAllRanges(); getSelection().addRange(range); }}"""
    )
    reading.keyboard.press("l")
    speaker(reading).wait_for()
    reading.check("#pop [value=reports]")
    speaker(reading).click()
    reading.get_by_role("option", name="the outlet, in its own words").click()
    reading.keyboard.press("Enter")
    expect(reading.locator(".toast")).to_contain_text("Linked")
    start, end = text.index("denied that"), text.index("were asking") + len("were asking")
    assert Evidence.objects.latest("pk").exact == text[start:end]


def test_a_selection_that_ends_inside_a_word_takes_the_word(reading):
    select(reading, "eather stayed mil")
    reading.keyboard.press("l")
    expect(reading.locator(".picked")).to_have_text("weather stayed mild.")


# --- the popover -----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1440, 1060])
def test_beside_the_text_the_popover_covers_none_of_it(reading, width):
    reading.set_viewport_size({"width": width, "height": 900})
    select(reading, TIPS)
    reading.keyboard.press("l")
    reading.locator("#pop").wait_for()
    text, box = reading.locator("#doc").bounding_box(), reading.locator("#pop").bounding_box()
    assert box["x"] >= text["x"] + text["width"]
    assert box["x"] + box["width"] <= width


def test_on_a_phone_the_sheet_leaves_the_passage_and_the_next_paragraph_in_sight(
    desk_page, newsroom
):
    desk_page.set_viewport_size({"width": 390, "height": 844})
    desk_page.at(f"/articles/{newsroom.article.pk}/")
    select(desk_page, "Two alleged stations were named in Montreal on Thursday.")
    desk_page.keyboard.press("l")
    sheet = desk_page.locator("#pop")
    sheet.wait_for()
    desk_page.wait_for_timeout(300)
    following = desk_page.locator("#doc p").nth(1).bounding_box()
    assert following["y"] + following["height"] <= sheet.bounding_box()["y"]


def test_an_open_list_covers_neither_its_field_nor_the_label(reading):
    select(reading, MILD)
    reading.keyboard.press("l")
    choices = reading.locator("#id_said_by_list")
    expect(choices).to_be_visible()
    field = speaker(reading).bounding_box()
    assert choices.bounding_box()["y"] >= field["y"] + field["height"]


def test_the_claim_is_found_by_words_or_by_number(reading):
    select(reading, MILD)
    reading.keyboard.press("l")
    claim(reading).fill("c1")
    expect(reading.get_by_role("option")).to_have_text(["C1 Claim 1Linked in this article"])
    reading.keyboard.press("Enter")
    expect(claim(reading)).to_have_value("C1 Claim 1")


def test_enter_saves_no_speaker_that_nobody_chose(reading):
    count = Evidence.objects.count()
    select(reading, MILD)
    reading.keyboard.press("l")
    expect(speaker(reading)).to_be_focused()
    reading.keyboard.press("Enter")
    expect(reading.locator("#pop .errorlist").first).to_have_text("Choose who says it.")
    expect(speaker(reading)).to_be_focused()
    assert Evidence.objects.count() == count
    reading.complaints.clear()  # Chromium notes the refused answer itself


def test_the_speaker_of_the_last_passage_is_not_that_of_the_next(reading):
    drag(reading, TIPS)
    reading.get_by_role("option", name="An invented police force").click()
    reading.keyboard.press("Enter")
    linked(reading, TIPS)
    select(reading, MILD)
    reading.keyboard.press("l")
    expect(speaker(reading)).to_have_value("")


def test_a_speaker_the_sentence_names_is_filled_in_and_enter_saves(desk_page, newsroom):
    vale = make_speaker("Orla Vale")
    article = make_article("Minister Orla Vale said the station closed in May. Nothing else.")
    desk_page.at(f"/articles/{article.pk}/")
    select(desk_page, "the station closed in May")
    desk_page.keyboard.press("l")
    expect(speaker(desk_page)).to_have_value("Orla Vale")
    expect(claim(desk_page)).to_be_focused()
    desk_page.keyboard.press("Enter")
    assert linked(desk_page, "the station closed in May").speaker == vale


def test_somebody_new_is_added_only_by_choosing_so(reading):
    count = Evidence.objects.count()
    select(reading, MILD)
    reading.keyboard.press("l")
    speaker(reading).wait_for()
    reading.keyboard.type("A made-up envoy")
    reading.keyboard.press("Enter")
    expect(speaker(reading)).to_have_value("A made-up envoy (new)")
    expect(reading.locator("#id_said_by_list")).to_be_hidden()
    assert not Speaker.objects.filter(name="A made-up envoy").exists()
    assert Evidence.objects.count() == count
    reading.keyboard.press("Enter")
    assert linked(reading, MILD).speaker.name == "A made-up envoy"


def test_a_name_that_nobody_chose_is_kept_when_the_form_is_refused(reading):
    select(reading, MILD)
    reading.keyboard.press("l")
    speaker(reading).wait_for()
    reading.keyboard.type("A made-up envoy")
    reading.locator("#link-form .btn.pri").click()
    wrong = reading.locator("#pop .errorlist").first
    expect(wrong).to_have_text("Choose who says it.")
    expect(speaker(reading)).to_have_value("A made-up envoy")
    assert not Speaker.objects.filter(name="A made-up envoy").exists()
    reading.complaints.clear()  # Chromium notes the refused answer itself
    expect(reading.get_by_role("option")).to_have_text(["Add “A made-up envoy” as a new speaker"])
    reading.keyboard.press("Enter")
    expect(speaker(reading)).to_have_value("A made-up envoy (new)")
    expect(wrong).to_have_count(0)


def test_the_button_that_links_stands_in_sight_whatever_the_popover_holds(reading):
    select(reading, MILD)
    reading.keyboard.press("l")
    speaker(reading).wait_for()
    reading.check("#pop [value=denies]")
    reading.click("#pop .more summary")
    button = reading.locator("#link-form .btn.pri")
    reading.wait_for_timeout(300)
    box = button.bounding_box()
    assert box["y"] > 0
    assert box["y"] + box["height"] <= 900


def test_a_typed_chain_is_read_back_whole_and_saved_as_links(reading):
    select(reading, MILD)
    reading.keyboard.press("l")
    speaker(reading).wait_for()
    reading.keyboard.press("Escape")
    reading.fill("#id_chain", "Bloomberg, citing an unnamed source")
    expect(reading.locator("#chain-read")).to_contain_text(
        "Harbour WirecitingBloomberg (not known to us)citingan unnamed source"
    )
    reading.press("#id_chain", "Enter")
    made = linked(reading, MILD)
    assert [str(one) for one in made.chain.all()] == [
        "Harbour Wire",
        "Bloomberg",
        "an unnamed source",
    ]


def test_a_denial_asks_what_it_denies(reading):
    select(reading, MILD)
    reading.keyboard.press("l")
    reading.locator("#pop").wait_for()
    expect(reading.locator("#id_denies_what")).to_be_hidden()
    reading.check("#pop [value=denies]")
    expect(reading.locator("#id_denies_what")).to_be_visible()


def test_escape_closes_the_list_and_then_the_popover(reading):
    select(reading, MILD)
    reading.keyboard.press("l")
    expect(reading.locator("#id_said_by_list")).to_be_visible()
    reading.keyboard.press("Escape")
    expect(reading.locator("#id_said_by_list")).to_be_hidden()
    expect(reading.locator("#pop")).to_be_visible()
    reading.keyboard.press("Escape")
    expect(reading.locator("#pop")).to_be_hidden()


# --- undo -------------------------------------------------------------------------------------------


def test_z_takes_a_link_back_and_the_list_of_the_withdrawn_brings_it_again(reading):
    drag(reading, TIPS)
    reading.get_by_role("option", name="the outlet, in its own words").click()
    reading.keyboard.press("Enter")
    made = linked(reading, TIPS)
    reading.keyboard.press("z")
    expect(reading.locator("#doc mark", has_text=TIPS)).to_have_count(0)
    made.refresh_from_db()
    assert made.withdrawn_because == "Undone"
    reading.click(".mn.back summary")
    reading.click(".mn.back .btn")
    expect(reading.locator("#doc mark", has_text=TIPS)).to_be_visible()
    assert reading.evaluate("window.stayed")


def test_the_notice_with_undo_stays_for_ten_seconds(reading):
    reading.clock.install()
    drag(reading, TIPS)
    reading.get_by_role("option", name="the outlet, in its own words").click()
    reading.keyboard.press("Enter")
    linked(reading, TIPS)
    reading.mouse.move(10, 10)
    reading.clock.run_for(9_500)
    expect(reading.locator(".toast")).to_be_visible()
    reading.clock.run_for(1_000)
    expect(reading.locator(".toast")).to_have_count(0)


# --- a contributor --------------------------------------------------------------------------------


def test_a_contributor_proposes_from_the_same_popover_and_takes_it_back(
    client, newsroom, live_server, context
):
    client.force_login(member("cleo", "contributor"))
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/articles/{newsroom.article.pk}/")
    propose(page, MILD, "2", "An invented embassy")
    expect(page.locator("#doc mark.suggested", has_text=MILD)).to_be_visible()
    one = Suggestion.objects.get(exact=MILD)
    assert (one.engine, one.claim.number, one.speaker.name) == ("person", 2, "An invented embassy")
    page.keyboard.press("z")
    expect(page.locator("#doc mark.suggested", has_text=MILD)).to_have_count(0)


# --- without script ----------------------------------------------------------------------------------


def test_without_script_a_pasted_quote_is_found_chosen_and_linked(
    browser, signed_in, live_server, newsroom
):
    plain = browser.new_context(java_script_enabled=False, storage_state=signed_in.storage_state())
    article = make_article("He left early. She stayed on. He left early. Nobody knows why.")
    page = plain.new_page()
    page.goto(f"{live_server.url}/articles/{article.pk}/")
    page.click("#link-box summary")
    page.fill("#paste", "“He left  early.”")
    page.click("#link-box .btn.pri")
    expect(page.locator("[role=alert]")).to_contain_text("stand in the text 2 times")
    page.click("text=Choose place 2")
    page.select_option("#id_claim", index=1)
    page.select_option("#id_said_by", "outlet")
    page.click("#link-form .btn.pri")
    expect(page.locator("#doc mark")).to_have_text("He left early.")
    made = Evidence.objects.latest("pk")
    assert (made.exact, made.start) == ("He left early.", 30)
    page.click("text=Undo")
    made.refresh_from_db()
    assert made.withdrawn_at is not None
    plain.close()
