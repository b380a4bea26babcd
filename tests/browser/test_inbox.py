"""The inbox in a real browser: by keys, by touch, many rows at once, and without script."""

import time

import pytest
from playwright.sync_api import expect

from tests.conftest import member
from tests.factories import make_article, make_claim
from tracker.inbox import decisions
from tracker.models import Decision, Evidence, StoryArticle, Suggestion
from tracker.passages.linking import Reading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OUTLET = "the outlet, in its own words"


def says(page, words=OUTLET):
    """Choose who says it."""
    page.click("#id_said_by_text")
    page.click(f'#id_said_by_list [role=option]:has-text("{words}")')


def shown(page):
    return page.get_attribute("#decide", "data-pk")


def state(pk):
    return Suggestion.objects.get(pk=pk).state


def unfold(page):
    page.evaluate("document.querySelectorAll('.swap').forEach((one) => { one.open = true })")


# --- one key, one decision -----------------------------------------------------------------------


def test_one_key_accepts_and_the_next_suggestion_is_there(desk_page):
    desk_page.at("/inbox/")
    first = shown(desk_page)
    says(desk_page)
    desk_page.press("body", "e")
    expect(desk_page.locator("#waiting")).to_have_text("2 waiting")
    assert shown(desk_page) != first
    assert state(first) == "accepted"
    expect(desk_page.locator(f"#q{first} .verdict")).to_contain_text("accepted")


def test_one_key_adds_the_speaker_the_text_names_and_the_next_accepts(desk_page):
    pk = Suggestion.objects.order_by("pk").values_list("pk", flat=True).first()
    row = Suggestion.objects.select_related("article__source").get(pk=pk)
    chain = f"{row.article.source.name}, citing RCMP"
    Suggestion.objects.filter(pk=pk).update(chain=chain, speaker=None, speaker_words="RCMP said")
    desk_page.at(f"/inbox/?at={pk}")
    desk_page.press("body", "a")
    expect(desk_page.locator(".newcomer input")).to_be_checked()
    desk_page.press("body", "e")
    expect(desk_page.locator(f"#q{pk} .verdict")).to_be_visible()
    assert Evidence.objects.latest("pk").speaker.name == "RCMP"


@pytest.mark.parametrize(("key", "became"), [("x", "rejected"), ("u", "unsure")])
def test_a_key_decides_and_z_takes_it_back(desk_page, key, became):
    desk_page.at("/inbox/")
    first = shown(desk_page)
    desk_page.press("body", key)
    expect(desk_page.locator("#waiting")).to_have_text("2 waiting")
    assert state(first) == became
    desk_page.press("body", "z")
    expect(desk_page.locator("#waiting")).to_have_text("3 waiting")
    expect(desk_page.locator("#decide")).to_have_attribute("data-pk", first)
    assert state(first) == "new"


def test_s_leaves_a_row_undecided_and_goes_on(desk_page):
    desk_page.at("/inbox/")
    first = shown(desk_page)
    desk_page.press("body", "s")
    expect(desk_page.locator("#decide")).not_to_have_attribute("data-pk", first)
    assert state(first) == "new"


def test_j_and_k_walk_the_queue_and_figures_set_the_stance(desk_page):
    desk_page.at("/inbox/")
    first = shown(desk_page)
    desk_page.press("body", "j")
    expect(desk_page.locator("#decide")).not_to_have_attribute("data-pk", first)
    desk_page.press("body", "k")
    expect(desk_page.locator("#decide")).to_have_attribute("data-pk", first)
    for key, stance in (("1", "supports"), ("2", "reports"), ("3", "disputes")):
        desk_page.press("body", key)
        assert desk_page.is_checked(f"[name=stance][value={stance}]")


def test_c_changes_the_claim_by_typing(desk_page):
    desk_page.at("/inbox/")
    first = shown(desk_page)
    other = make_claim(Suggestion.objects.get(pk=first).claim.story, title="Zanzibar ledgers")
    desk_page.reload()
    desk_page.press("body", "c")
    expect(desk_page.locator("#id_claim_text")).to_be_focused()
    desk_page.keyboard.type("zanz")
    desk_page.keyboard.press("Enter")
    expect(desk_page.locator("#swap-claim .claim-t")).to_contain_text("Zanzibar ledgers")
    says(desk_page)
    desk_page.press("body", "e")
    expect(desk_page.locator("#waiting")).to_have_text("2 waiting")
    assert (Evidence.objects.latest("pk").claim, state(first)) == (other, "edited")


def test_question_mark_shows_the_keys(desk_page):
    desk_page.at("/inbox/")
    desk_page.press("body", "?")
    expect(desk_page.locator("#help")).to_be_visible()
    expect(desk_page.locator("#help")).to_contain_text("tick the row")


def test_a_decided_row_keeps_its_place_as_a_line_with_the_way_back(desk_page):
    desk_page.at("/inbox/")
    order = desk_page.locator(".q-row").evaluate_all("(rows) => rows.map((row) => row.id)")
    desk_page.press("body", "j")
    expect(desk_page.locator("#decide")).to_have_attribute("data-pk", order[1][1:])
    desk_page.press("body", "x")
    line = desk_page.locator(f"#{order[1]}")
    expect(line.locator(".verdict")).to_have_text("rejected, nora")
    now = desk_page.locator(".q-row").evaluate_all("(rows) => rows.map((row) => row.id)")
    assert now == order
    line.locator("button").click()
    expect(desk_page.locator("#waiting")).to_have_text("3 waiting")
    assert state(order[1][1:]) == "new"


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


def test_with_keys_switched_off_a_letter_decides_nothing(desk_page):
    from tracker.models import User

    User.objects.update(shortcuts=False)
    desk_page.at("/inbox/")
    desk_page.press("body", "x")
    desk_page.wait_for_timeout(300)
    expect(desk_page.locator("#waiting")).to_have_text("3 waiting")


# --- fields --------------------------------------------------------------------------------------


def test_accepting_without_saying_who_says_it_asks_for_it(desk_page):
    desk_page.at("/inbox/")
    desk_page.press("body", "e")
    expect(desk_page.locator("#pane .errorlist").first).to_be_focused()
    assert Evidence.objects.count() == 3
    desk_page.complaints.clear()  # Chromium notes the refused answer itself


def test_a_letter_typed_into_a_field_decides_nothing_and_chooses_nobody(desk_page):
    desk_page.at("/inbox/")
    desk_page.focus("#id_said_by_text")
    desk_page.keyboard.type("xu")
    desk_page.keyboard.press("Escape")
    desk_page.keyboard.press("Escape")
    expect(desk_page.locator("#waiting")).to_have_text("3 waiting")
    assert desk_page.input_value("#id_said_by") == ""


def test_a_speaker_is_chosen_from_the_keyboard(desk_page):
    desk_page.at("/inbox/")
    desk_page.focus("#id_said_by_text")
    for key in ("ArrowDown", "Enter"):
        desk_page.keyboard.press(key)
    expect(desk_page.locator("#id_said_by")).to_have_value("outlet")
    expect(desk_page.locator("#swap-speaker .value")).to_have_text(OUTLET)
    desk_page.keyboard.press("e")
    expect(desk_page.locator("#waiting")).to_have_text("2 waiting")


@pytest.mark.parametrize(
    "field", ["#id_said_by_text", "#id_chain", "#id_claim_text", "#id_because"]
)
def test_escape_leaves_a_field_and_the_keys_work_again(desk_page, field):
    desk_page.at("/inbox/")
    unfold(desk_page)
    desk_page.focus(field)
    desk_page.keyboard.press("Escape")
    expect(desk_page.locator(field)).not_to_be_focused()
    desk_page.keyboard.press("x")
    expect(desk_page.locator("#waiting")).to_have_text("2 waiting")


def test_what_is_denied_is_asked_for_only_when_something_is_denied(desk_page):
    desk_page.at("/inbox/")
    expect(desk_page.locator(".denies-what")).to_be_hidden()
    desk_page.press("body", "4")
    expect(desk_page.locator("#id_denies_what")).to_be_focused()
    desk_page.keyboard.press("Escape")
    expect(desk_page.locator("#id_denies_what")).not_to_be_focused()


def test_a_style_that_something_else_put_on_a_field_is_not_handed_on_to_the_next(desk_page):
    desk_page.add_init_script(
        "window.broken = []; document.addEventListener('securitypolicyviolation',"
        " (said) => broken.push(said.violatedDirective + ' ' + said.sourceFile))"
    )
    desk_page.at("/inbox/")
    for key in "jjk":
        before = shown(desk_page)
        # as extensions do, and tools that take pictures of a page
        desk_page.evaluate("document.querySelector('#id_chain').style.caretColor = 'transparent'")
        desk_page.keyboard.press(key)
        expect(desk_page.locator("#decide")).not_to_have_attribute("data-pk", before)
    assert desk_page.evaluate("window.broken") == []


# --- two editors ---------------------------------------------------------------------------------


def test_who_is_second_sees_who_decided_and_keeps_what_was_chosen(desk_page):
    desk_page.at("/inbox/")
    first = Suggestion.objects.get(pk=shown(desk_page))
    decisions.accept(first, Reading("supports"), member("max", "editor"))
    desk_page.press("body", "3")
    says(desk_page)
    desk_page.press("body", "e")
    note = desk_page.locator("#pane [role=alert]")
    expect(note).to_contain_text("max was faster: accepted")
    assert desk_page.is_checked("[name=stance][value=disputes]")
    assert Evidence.objects.latest("pk").stance == "supports"
    desk_page.complaints.clear()  # Chromium notes the refused answer itself


# --- many rows -----------------------------------------------------------------------------------


def tick(page, *numbers):
    for n in numbers:
        page.locator(".tick input").nth(n).check()


def test_ticked_rows_are_shown_decided_and_taken_back_as_one(desk_page):
    desk_page.at("/inbox/")
    tick(desk_page, 0, 2)
    expect(desk_page.locator("#ticked")).to_have_text("2 rows ticked")
    desk_page.click("#ticks button")
    expect(desk_page.locator("#pane h2")).to_have_text("2 rows, each as it is proposed")
    desk_page.press("body", "x")
    expect(desk_page.locator("#waiting")).to_have_text("1 waiting")
    expect(desk_page.locator(".q-row.done")).to_have_count(2)
    assert Decision.objects.count() == 2
    desk_page.press("body", "z")
    expect(desk_page.locator("#waiting")).to_have_text("3 waiting")
    assert set(Suggestion.objects.values_list("state", flat=True)) == {"new"}


def test_shift_ticks_all_rows_between(desk_page):
    desk_page.at("/inbox/")
    desk_page.locator(".tick input").nth(0).click()
    desk_page.locator(".tick input").nth(2).click(modifiers=["Shift"])
    expect(desk_page.locator("#ticked")).to_have_text("3 rows ticked")


def test_with_ticked_rows_a_key_shows_them_before_it_decides_them(desk_page):
    desk_page.at("/inbox/")
    desk_page.press("body", "t")
    expect(desk_page.locator("#ticked")).to_have_text("1 row ticked")
    desk_page.press("body", "x")
    expect(desk_page.locator("#pane h2")).to_have_text("1 row, as it is proposed")
    assert not Decision.objects.exists()
    desk_page.press("body", "x")
    expect(desk_page.locator("#waiting")).to_have_text("2 waiting")


def test_rows_that_can_not_be_accepted_together_stay_and_say_why(desk_page):
    desk_page.at("/inbox/")
    tick(desk_page, 0, 1)
    desk_page.click("#ticks button")
    expect(desk_page.locator("#pane [name=verb][value=accept]")).to_have_count(0)
    expect(desk_page.locator("#pane .flag")).to_have_count(2)


# --- small and touched ---------------------------------------------------------------------------


def test_on_a_phone_the_list_comes_first_and_then_one_suggestion(desk_page):
    desk_page.set_viewport_size({"width": 390, "height": 844})
    desk_page.at("/inbox/")
    expect(desk_page.locator("#pane")).to_be_hidden()
    desk_page.click(".qi >> nth=1")
    expect(desk_page.locator("#decide")).to_be_visible()
    expect(desk_page.locator("#queue")).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1440])
def test_all_that_is_decided_stands_above_the_accept_button(desk_page, width):
    desk_page.set_viewport_size({"width": width, "height": 844})
    desk_page.at(f"/inbox/?at={Suggestion.objects.first().pk}")
    expect(desk_page.locator("#decide")).to_be_visible()
    button = desk_page.locator("#decide [value=accept]").bounding_box()
    for part in (".quote mark", ".crumb", "#swap-claim", ".seg", "#swap-speaker", "#swap-chain"):
        box = desk_page.locator(f"#pane {part}").first.bounding_box()
        assert box["y"] + box["height"] <= button["y"], part


def test_fingers_have_targets_of_44_pixels(browser, signed_in, live_server):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.add_cookies(signed_in.cookies())
    page = context.new_page()
    page.goto(live_server.url + "/inbox/")
    small = []

    def measure(selector):
        for one in page.locator(selector).all():
            box = one.bounding_box()
            if box and min(box["width"], box["height"]) < 43.5:
                small.append((selector, one.text_content(), box))

    measure(".tick")
    measure(".qi")
    page.tap(".qi >> nth=0")
    expect(page.locator("#decide")).to_be_visible()
    for selector in ("#pane .acts .btn", "#pane .acts select", ".seg label", ".swap > summary"):
        measure(selector)
    context.close()
    assert small == []


@pytest.mark.parametrize("size", [(1280, 900), (900, 800), (390, 844)])
def test_the_notice_of_a_decision_covers_no_button_of_the_next(desk_page, size):
    desk_page.set_viewport_size({"width": size[0], "height": size[1]})
    desk_page.at("/inbox/")
    desk_page.click(".qi >> nth=0")
    desk_page.locator("#decide [value=reject]").click()
    notice = desk_page.locator(".toast")
    expect(notice).to_be_visible()
    box = notice.bounding_box()
    for button in desk_page.locator(".acts .btn").all():
        other = button.bounding_box()
        beside = box["x"] + box["width"] <= other["x"] or other["x"] + other["width"] <= box["x"]
        above = other["y"] + other["height"] <= box["y"]
        below = other["y"] >= box["y"] + box["height"]  # out of sight until it is scrolled to
        assert beside or above or below


# --- each state ------------------------------------------------------------------------------------


@pytest.fixture
def open_policy(browser, signed_in, live_server):
    """A page that lets axe in, whose script comes from outside."""
    context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 900})
    context.add_cookies(signed_in.cookies())
    page = context.new_page()
    page.goto(live_server.url + "/inbox/")
    yield page
    context.close()


def test_no_state_of_the_inbox_has_an_accessibility_fault(open_policy, violations):
    page, faults = open_policy, []
    unfold(page)
    faults += violations(page)
    page.press("body", "e")
    expect(page.locator("#pane .errorlist").first).to_be_visible()
    faults += violations(page)
    page.press("body", "x")
    expect(page.locator(".q-row.done")).to_have_count(1)
    faults += violations(page)
    tick(page, 0, 1)
    page.click("#ticks button")
    expect(page.locator("#decide.many")).to_be_visible()
    faults += violations(page)
    page.press("body", "x")
    expect(page.locator("#pane .empty")).to_be_visible()
    faults += violations(page)
    assert faults == []


# --- without script ------------------------------------------------------------------------------


def test_without_script_the_inbox_decides_and_undoes(plain, live_server):
    plain.goto(live_server.url + "/inbox/")
    plain.select_option("#id_said_by", "outlet")
    plain.click("#decide [value=accept]")
    assert "2 waiting" in plain.inner_text("#waiting")
    plain.click("[data-undo-form] button")
    assert "3 waiting" in plain.inner_text("#waiting")


def test_without_script_a_refused_decision_keeps_the_whole_list(plain, live_server):
    plain.goto(live_server.url + "/inbox/")
    plain.click("#decide [value=accept]")
    assert plain.locator("#pane .errorlist").count() == 1
    assert "3 waiting" in plain.inner_text("#waiting")
    assert plain.locator(".qi").count() == 3


def test_without_script_many_rows_are_decided_and_undone(plain, live_server):
    plain.goto(live_server.url + "/inbox/")
    plain.check(".tick input >> nth=0")
    plain.check(".tick input >> nth=1")
    plain.click("#ticks button")
    plain.click("#decide [value=reject]")
    assert "1 waiting" in plain.inner_text("#waiting")
    plain.click("[data-undo-form] button")
    assert "3 waiting" in plain.inner_text("#waiting")


def test_without_script_an_article_is_put_aside_and_comes_back(plain, live_server, newsroom):
    article = make_article(title="Police were asked")
    StoryArticle.objects.create(story=newsroom.story, article=article)
    plain.goto(live_server.url + "/inbox/articles/")
    plain.click(".overlooked [value=read]")
    assert plain.locator(".overlooked h2").count() == 0
    plain.click("[data-undo-form] button")
    assert plain.locator(".overlooked h2").count() == 1
