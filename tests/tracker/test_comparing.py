"""Two versions of a text laid over one another."""

import pytest

from tracker.passages.comparing import merge


def told(old, new):
    """The merged text with [-what was taken out-] and {+what was put in+}."""
    merged, signs = merge(old, new), {"same": "{}", "del": "[-{}-]", "ins": "{{+{}+}}"}
    words, at = "", 0
    for piece in merged.pieces:
        words += merged.text[at : piece.start]
        words += signs[piece.kind].format(merged.text[piece.start : piece.end])
        at = piece.end
    return words


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("One.\nTwo.", "One.\nTwo.", "One.\nTwo."),
        ("It begins in weeks.", "It begins in months.", "It begins in [-weeks-]{+months+}."),
        ("One.\nTwo.\nThree.", "One.\nThree.", "One.\n[-Two.-]\nThree."),
        ("One.", "One.\nTwo.", "One.\n{+Two.+}"),
        ("", "All is new.", "{+All is new.+}"),
        ("警方正在调查。", "警方已经调查。", "警方[-正在-]{+已经+}调查。"),
        ("Enquête ouverte hier.", "Enquête close hier.", "Enquête [-ouverte-]{+close+} hier."),
    ],
)
def test_what_was_taken_out_stands_before_what_was_put_in_its_place(old, new, shown):
    assert told(old, new) == shown


def test_words_changed_side_by_side_read_as_one_change():
    assert told("Held in late 2022 there.", "Held in early 2023 there.") == (
        "Held in [-late 2022-]{+early 2023+} there."
    )


def test_a_paragraph_is_laid_over_the_one_it_became_wherever_that_stands():
    old = "Nobody was hurt in the fire.\nPolice opened a file on Monday."
    new = "A wholly new opening stands here.\nPolice opened a file on Tuesday."
    assert told(old, new) == (
        "[-Nobody was hurt in the fire.-]\n{+A wholly new opening stands here.+}\n"
        "Police opened a file on [-Monday-]{+Tuesday+}."
    )


def test_paragraphs_that_share_few_words_are_not_mixed():
    assert told("The embassy denied it.", "Nobody else was asked about weather.") == (
        "[-The embassy denied it.-]\n{+Nobody else was asked about weather.+}"
    )


OLD = "  He came in May 2022.\n\nNo charge was laid.\n警方😀调查。"
NEW = "Corrected.\n He came in June 2022.\n警方😀已调查。\nNo charge was laid."


@pytest.mark.parametrize(("side", "text"), [("old", OLD), ("new", NEW)])
def test_each_piece_knows_where_it_stands_in_its_text(side, text):
    merged = merge(OLD, NEW)
    for piece in merged.pieces:
        words, at = merged.text[piece.start : piece.end], getattr(piece, side)
        assert at == -1 or text[at : at + len(words)] == words


@pytest.mark.parametrize(("side", "text"), [("old", OLD), ("new", NEW)])
def test_each_side_can_be_put_together_again(side, text):
    merged, other = merge(OLD, NEW), {"old": "ins", "new": "del"}[side]
    words = "".join(merged.text[p.start : p.end] for p in merged.pieces if p.kind != other)
    assert words == "".join(line.strip() for line in text.split("\n"))


def test_a_passage_is_found_in_the_merged_text_from_either_side():
    merged = merge(OLD, NEW)
    start = OLD.index("No charge")
    ((a, b),) = merged.spans("old", start, start + 9)
    assert merged.text[a:b] == "No charge"


def test_a_passage_whose_words_changed_is_one_stretch_with_both_readings():
    merged = merge("He came in May 2022.", "He came in June 2022.")
    (span,) = merged.union(*merged.spans("old", 0, 20), *merged.spans("new", 0, 21))
    assert merged.text[slice(*span)] == "He came in MayJune 2022."


def test_words_put_into_a_passage_are_inside_it_however_much_of_it_was_found_again():
    merged = merge("They begin within weeks.", "They begin among all and at no date.")
    (span,) = merged.union(*merged.spans("old", 0, 24), *merged.spans("new", 0, 16))
    assert merged.text[slice(*span)] == merged.text


def test_a_passage_that_moved_to_another_paragraph_has_two_places():
    merged = merge("A b c.\nMiddle one.\nLast one here.", "Middle one.\nLast one here.\nA b c.")
    places = merged.union(*merged.spans("old", 0, 6), *merged.spans("new", 27, 33))
    assert [merged.text[a:b] for a, b in places] == ["A b c.", "A b c."]


def test_without_a_change_nothing_is_marked():
    assert merge(OLD, OLD).changes == []
