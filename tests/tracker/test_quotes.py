"""Anchoring passages in a text and finding them again in its later versions."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.passages.quotes import Selector, find, fingerprint, select

TEXT = (
    "Norland police said on Monday that two stations were closed in April. "
    "The embassy rejected the report. "
    "“We have never run a station,” the ambassador said. "
    "A hearing is set for June 12, and the embassy rejected the report."
)
MIXED = st.text(
    alphabet=st.sampled_from("ab é\u0301\u0327\n.“”«»'’-警察局站🙂👩‍👧🇨🇦ñ "), max_size=60
)


def selector_of(passage, text=TEXT, nth=0):
    at = -1
    for _ in range(nth + 1):
        at = text.index(passage, at + 1)
    return select(text, at, at + len(passage))


def found_text(found, text):
    return text[found.start : found.end]


def test_an_unchanged_passage_is_the_same():
    found = find(selector_of("two stations were closed in April"), TEXT)
    assert (found.state, found.score) == ("same", 1.0)


def test_text_inserted_before_moves_a_passage():
    selector = selector_of("two stations were closed in April")
    later = "Updated. " + TEXT
    found = find(selector, later)
    assert (found.state, found_text(found, later)) == ("moved", selector.exact)


def test_a_change_elsewhere_leaves_a_passage_the_same():
    later = TEXT.replace("June 12", "September 30, in Port Vale")
    assert find(selector_of("two stations were closed"), later).state == "same"


@pytest.mark.parametrize("nth", [0, 1])
def test_of_two_equal_sentences_the_one_in_its_context_is_found(nth):
    selector = selector_of("he embassy rejected the report.", nth=nth)
    later = "The story was corrected. " + TEXT
    assert find(selector, later).start == selector.start + len("The story was corrected. ")


def test_an_equal_sentence_now_at_the_old_place_is_not_taken_for_it():
    text = (
        "One source denied it. A second spoke: nothing happened. A third spoke: nothing happened."
    )
    selector = selector_of("nothing happened.", text, nth=1)
    inserted = " " * (selector.start - selector_of("nothing happened.", text).start)
    later = text.replace("A second", inserted + "A second")
    assert later[selector.start : selector.end] == selector.exact
    assert find(selector, later).start == later.rindex("nothing happened.")


def test_a_deleted_twin_does_not_pull_a_passage_to_the_wrong_place():
    selector = selector_of("the embassy rejected the report.")
    later = TEXT.replace("The embassy rejected the report. ", "")
    assert find(selector, later).start == later.index("the embassy rejected")


def test_curly_quotes_and_spaces_alone_do_not_alter_a_passage():
    selector = selector_of("“We have never run a station,” the ambassador said.")
    later = TEXT.replace("“", '"').replace("”", '"').replace("the ambassador", "the\nambassador")
    found = find(selector, later)
    assert found.state == "moved"
    assert found_text(found, later) == '"We have never run a station," the\nambassador said.'


def test_french_quote_marks_with_spaces_are_the_same_words():
    text = "Il a dit : « C’est faux », puis il est parti."
    later = "Il a dit : «\u202fC'est faux\u202f», puis il est parti."
    assert find(selector_of("« C’est faux »", text), later).state == "moved"


def test_losing_its_quote_marks_alters_a_passage():
    selector = selector_of("“We have never run a station,”")
    later = TEXT.replace("“We have never run a station,”", "We have never run a station,")
    assert find(selector, later).state == "altered"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("two stations were closed in April", "three stations were closed in April"),
        ("two stations were closed in April", "two stations were not closed in April"),
        ("The embassy rejected the report", "The embassy did not reject the report"),
        ("“We have never run a station,”", "“We have rarely run a station,”"),
    ],
)
def test_changed_words_are_an_altered_passage_at_their_new_place(old, new):
    later = "Correction. " + TEXT.replace(old, new, 1)
    found = find(selector_of(old), later)
    assert found.state == "altered"
    assert found_text(found, later) == new


def test_a_changed_case_is_an_alteration():
    selector = selector_of("the ambassador said")
    assert find(selector, TEXT.replace("the ambassador", "The Ambassador")).state == "altered"


def test_a_removed_passage_is_gone():
    selector = selector_of("two stations were closed in April")
    found = find(selector, TEXT.replace("two stations were closed in April", "nothing happened"))
    assert (found.state, found.start, found.end) == ("gone", -1, -1)


def test_a_passage_is_gone_from_an_empty_text():
    assert find(selector_of("June 12"), "").state == "gone"


def test_chinese_words_changed_in_one_character_are_altered():
    text = "加拿大警方表示，两个海外警察服务站已经关闭。大使馆否认此事。"
    later = text.replace("两个海外警察服务站已经关闭", "三个海外警察服务站已经关闭")
    found = find(selector_of("两个海外警察服务站已经关闭", text), later)
    assert (found.state, found_text(found, later)) == ("altered", "三个海外警察服务站已经关闭")


def test_a_very_long_passage_is_found_by_its_head_and_tail():
    passage = " ".join(f"word{n}" for n in range(900))
    text = f"Before it. {passage} After it."
    later = text.replace("word450 ", "")
    found = find(selector_of(passage, text), later)
    assert found.state == "altered"
    assert found_text(found, later) == passage.replace("word450 ", "")


def test_a_word_repeated_without_end_is_still_anchored():
    text = "no " * 20_000
    found = find(select(text, 30_000, 30_002), text)
    assert (found.state, found.start) == ("same", 30_000)


@pytest.mark.parametrize(("start", "end"), [(5, 5), (-1, 3), (0, 10_000), (6, 2)])
def test_an_impossible_selection_is_refused(start, end):
    with pytest.raises(ValueError, match="no passage"):
        select(TEXT, start, end)


def test_an_empty_selector_is_found_nowhere():
    assert find(Selector("", "a", "b", 1, 1), TEXT).state == "gone"


@given(MIXED, st.data())
def test_a_passage_of_an_unchanged_text_is_the_same_at_its_place(text, data):
    assume(text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = find(select(text, start, end), text)
    assert (found.state, found.start, found.end) == ("same", start, end)


@given(MIXED, st.data())
def test_a_passage_is_moved_by_exactly_the_length_of_what_came_before_it(text, data):
    inserted = "Correction published on Friday: the figure was wrong. "
    body = f"It reads: {text} and no more."
    start = data.draw(st.integers(0, len(body) - 1))
    end = data.draw(st.integers(start + 1, len(body)))
    selector = select(body, start, end)
    later = inserted + body
    found = find(selector, later)
    assert text_at(later, found) == selector.exact
    if body.count(selector.exact) == 1 and selector.exact not in inserted:
        assert (found.state, found.start) == ("moved", start + len(inserted))


def text_at(text, found):
    return text[found.start : found.end]


@given(MIXED, MIXED)
def test_finding_never_fails_whatever_the_later_text(text, later):
    assume(text)
    found = find(select(text, 0, len(text)), later)
    if found.state == "gone":
        assert (found.start, found.end) == (-1, -1)
    else:
        assert 0 <= found.start < found.end <= len(later)


def test_a_fingerprint_ignores_case_spacing_quote_marks_and_composition():
    one = fingerprint("« L’ambassade a nié\u00a0: rien. »")
    assert one == fingerprint(unicodedata.normalize("NFD", "l'AMBASSADE  a nié: rien"))


def test_a_fingerprint_tells_accents_words_and_order_apart():
    prints = {fingerprint(t) for t in ("il a nié", "il a nie", "a il nié", "il a nié tout", "")}
    assert len(prints) == 5


# --- with the cited version at hand -------------------------------------------------------------

TWINS = (
    "A first source spoke. The embassy rejected it. A second source spoke. The embassy rejected it."
)
TWIN = "The embassy rejected it."


@pytest.mark.parametrize("nth", [0, 1])
def test_of_two_equal_sentences_the_deleted_one_is_gone(nth):
    selector = selector_of(TWIN, TWINS, nth)
    later = TWINS[: selector.start] + TWINS[selector.end :]
    assert find(selector, later, TWINS).state == "gone"


@pytest.mark.parametrize("nth", [0, 1])
def test_of_two_equal_sentences_the_one_that_stays_is_itself(nth):
    selector, other = selector_of(TWIN, TWINS, nth), selector_of(TWIN, TWINS, 1 - nth)
    later = "Updated. " + TWINS[: other.start] + TWINS[other.end :]
    found = find(selector, later, TWINS)
    assert (found.state, found.start) == ("moved", later.index(TWIN))


def test_a_sentence_like_it_that_stood_there_all_along_is_not_what_it_became():
    text = "Two stations were closed in April. Nobody spoke. Three stations were closed in April."
    selector = selector_of("Two stations were closed in April.", text)
    later = text.replace("Two stations were closed in April. ", "")
    assert find(selector, later).state == "altered"
    assert find(selector, later, text).state == "gone"


def test_a_sentence_copied_to_another_place_stays_where_it_was():
    selector = selector_of("The embassy rejected the report.")
    later = "The embassy rejected the report. " + TEXT
    assert find(selector, later, TEXT).start == later.index("The embassy", 5)


def test_a_longer_word_does_not_hold_the_passage():
    selector = selector_of("two stations were closed")
    later = TEXT.replace("two stations were closed", "two stations were closedown sites")
    assert find(selector, later, TEXT).state == "altered"


def test_words_cut_off_at_its_head_do_not_draw_in_the_sentence_before():
    text = "It rained. The two old stations were closed in April. It snowed."
    selector = selector_of("The two old stations were closed in April.", text)
    later = text.replace("The two old stations", "Stations")
    assert found_text(find(selector, later, text), later) == "Stations were closed in April."


@given(MIXED, MIXED)
def test_finding_never_fails_with_the_cited_version_either(text, later):
    assume(text)
    found = find(select(text, 0, len(text)), later, text)
    assert found.state == "gone" or 0 <= found.start < found.end <= len(later)
