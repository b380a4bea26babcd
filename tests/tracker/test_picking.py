"""The passage a person means: by a selection that missed its edges, by a pasted quote."""

import pytest

from tracker.passages.picking import places, snap

TEXT = (
    "The desk closed. Nobody said why, the ministry’s envoy wrote. “It will open again.” They left."
)


def snapped(text, selection):
    start = text.index(selection)
    a, b = snap(text, start, start + len(selection))
    return text[a:b]


@pytest.mark.parametrize(
    ("selection", "meant"),
    [
        ("Nobody said why", "Nobody said why"),
        ("body said wh", "Nobody said why"),
        (" Nobody said why, ", "Nobody said why,"),
        ("ministry’", "ministry’s"),
        (". Nobody said why", "Nobody said why"),
        ("d. Nobody said why", "Nobody said why"),
        ("The desk closed. N", "The desk closed."),
        ("The desk closed", "The desk closed."),
        ("It will open again", "“It will open again.”"),
        ("desk closed. Nobody", "desk closed. Nobody"),
    ],
)
def test_a_selection_means_whole_words_and_whole_sentences(selection, meant):
    assert snapped(TEXT, selection) == meant


@pytest.mark.parametrize(
    ("text", "selection", "meant"),
    [
        ("Le café\u0301 ferme.", "caf", "café\u0301"),
        ("Le cafe\u0301 ferme.", "cafe", "cafe\u0301"),
        ("A 👩‍🔬 spoke.", "👩", "👩‍🔬"),
        ("A 👍🏽 came.", "👍", "👍🏽"),
        ("A 🇨🇦🇫🇷 pair.", "🇨", "🇨🇦"),
        ("警方正在调查。大使馆否认。", "正在调", "正在调"),
        ("警方正在调查。大使馆否认。", "警方正在调查", "警方正在调查。"),
    ],
)
def test_no_sign_is_cut_in_two(text, selection, meant):
    assert snapped(text, selection) == meant


def test_white_space_is_no_passage():
    with pytest.raises(ValueError, match="nothing"):
        snap("One. Two.", 4, 5)


def found(text, words):
    return [text[a:b] for a, b in places(text, words)]


@pytest.mark.parametrize(
    "pasted",
    [
        "Nobody said why, the ministry's envoy wrote.",
        "  Nobody said\n why,  the ministry’s envoy wrote. ",
        "“Nobody said why, the ministry's envoy wrote.”",
        "Nobody said why,\u00a0the mini\u00adstry’s envoy wrote.",
    ],
)
def test_a_pasted_quote_is_found_whatever_its_spaces_and_marks(pasted):
    assert found(TEXT, pasted) == ["Nobody said why, the ministry’s envoy wrote."]


@pytest.mark.parametrize("pasted", ['"It will open again."', "« It will open again. »"])
def test_quotation_marks_of_other_shapes_are_the_same_marks(pasted):
    assert found(TEXT, pasted) == ["“It will open again.”"]


def test_an_accent_is_the_same_composed_or_not():
    assert found("Le cafe\u0301 ferme.", "caf\u00e9 ferme") == ["cafe\u0301 ferme"]
    assert found("Le caf\u00e9 ferme.", "cafe\u0301 ferme") == ["caf\u00e9 ferme"]


def test_words_that_stand_twice_are_found_twice():
    assert places("He left. She stayed. He left.", "He left.") == [(0, 8), (21, 29)]


def test_words_inside_other_words_are_not_found():
    assert places("The report says so.", "port") == []


def test_other_words_are_not_found():
    assert places(TEXT, "Everybody said why") == []
    assert places(TEXT, "  ") == []


def test_places_are_counted_in_code_points():
    assert places("😀 𠮷 ok then", "ok") == [(4, 6)]
