"""Protected names are masked however they are written, and nothing else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.publishing.masking import Hidden, mask

MASK = mask([Hidden(("René Lévesque-Côté", "René", "王小明", "Søren Ødegård"), "[name withheld]")])


@pytest.mark.parametrize(
    "written",
    [
        "René Lévesque-Côté",
        "RENE LEVESQUE-COTE",
        "Rene\u0301 Le\u0301vesque-Co\u0302te\u0301",  # accents as signs of their own
        "René\u00a0Lévesque\u2011Côté",
        "René\nLévesque Côté",
        "Re\u00adné Lévesque-Côté",  # a soft hyphen
        "Re\u200bné Lévesque-Côté",
        "ｒｅｎｅ lévesque-côté",
        "soren odegard",
        "王小明",
        "王 小明",
    ],
)
def test_every_spelling_is_masked(written):
    assert MASK.text(f"Then {written} said so.") == "Then [name withheld] said so."


def test_the_longest_spelling_is_masked_as_a_whole():
    assert MASK.text("René Lévesque-Côté’s car") == "[name withheld]’s car"


def test_a_name_without_spaces_around_it_is_found_in_chinese():
    assert MASK.text("警方说王小明昨天") == "警方说[name withheld]昨天"


@pytest.mark.parametrize("words", ["Renéville", "a renegade", "Lévesque", "Sørensen"])
def test_other_words_stay(words):
    assert MASK.text(words) == words


def test_a_role_can_stand_for_the_name():
    assert mask([Hidden(("Jane Roe",), "[a former officer]")]).text("Jane Roe left.") == (
        "[a former officer] left."
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://outlet.example/2023/rene-levesque-cote-accused",
        "https://outlet.example/?who=Ren%C3%A9+L%C3%A9vesque-C%C3%B4t%C3%A9",
        "https://outlet.example/renelevesquecote/",
        "https://outlet.example/%E7%8E%8B%E5%B0%8F%E6%98%8E",
    ],
)
def test_a_name_is_found_in_an_address(address):
    assert MASK.touches(address)


@given(st.text(), st.text())
def test_what_was_masked_holds_the_name_no_more(before, after):
    masked = mask([Hidden(("Zanzibar Quux",), "[…]")])
    assert not masked.touches(masked.text(f"{before} Zanzibar Quux {after}").replace("[…]", "|"))


@given(st.text())
def test_words_without_the_name_stay_as_they_are(words):
    assert mask([Hidden(("Zanzibar Quux",), "[…]")]).text(words) == words
