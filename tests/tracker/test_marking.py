"""Evidence marked in the text of its article."""

from tracker.passages.marking import Span, paragraphs

TEXT = "The desk closed.\nNobody said why, the invented ministry wrote."


def span(words, key="e1", number=1, kind="supports"):
    start = TEXT.index(words)
    return Span(start, start + len(words), key, number, kind)


def told(found):
    return [[(s.text, [m.span.key for m in s.marks]) for s in p.stretches] for p in found]


def test_every_line_is_a_paragraph_and_knows_where_it_starts():
    assert [p.start for p in paragraphs(TEXT, [])] == [0, 17]


def test_blank_lines_make_no_paragraph():
    assert [p.start for p in paragraphs("a\n\nb", [])] == [0, 3]


def test_a_marked_passage_stands_between_its_unmarked_neighbours():
    _, second = told(paragraphs(TEXT, [span("the invented ministry")]))
    assert second == [
        ("Nobody said why, ", []),
        ("the invented ministry", ["e1"]),
        (" wrote.", []),
    ]


def test_the_text_is_whole_whatever_is_marked():
    spans = [span("desk closed.\nNobody"), span("closed", "e2"), span("said why", "e3")]
    found = paragraphs(TEXT, spans)
    assert "\n".join("".join(s.text for s in p.stretches) for p in found) == TEXT


def test_a_passage_over_two_paragraphs_is_named_once():
    found = paragraphs(TEXT, [span("desk closed.\nNobody")])
    assert [m.first for p in found for s in p.stretches for m in s.marks] == [True, False]


def test_the_number_follows_the_end_of_its_passage():
    found = paragraphs(TEXT, [span("desk closed.\nNobody")])
    assert [[one.number for one in s.ended] for p in found for s in p.stretches] == [
        [],
        [],
        [1],
        [],
    ]


def test_overlapping_passages_are_both_marked_and_both_numbered():
    found = paragraphs(
        TEXT, [span("said why, the invented"), span("the invented ministry", "e2", 2)]
    )
    assert [keys for _, keys in told(found)[1]] == [[], ["e1"], ["e1", "e2"], ["e2"], []]
    assert [one.number for p in found for s in p.stretches for one in s.ended] == [1, 2]


def test_letters_beyond_the_first_plane_count_as_one():
    text = "😀 said"
    (paragraph,) = paragraphs(text, [Span(2, 6, "e1", 1, "supports")])
    assert [s.text for s in paragraph.stretches] == ["😀 ", "said"]


def test_one_passage_linked_to_two_claims_is_named_for_each():
    found = paragraphs(TEXT, [span("said why"), span("said why", "e2", 2)])
    assert [m.span.key for p in found for s in p.stretches for m in s.marks if m.first] == [
        "e1",
        "e2",
    ]


def test_a_passage_around_another_is_marked_outside_of_it():
    found = paragraphs(TEXT, [span("said", "e2", 2), span("Nobody said why")])
    assert ("said", ["e1", "e2"]) in told(found)[1]


def test_a_paragraph_knows_its_sentences_by_their_place_in_the_whole_text():
    text = "One. Two.\nThree."
    found = paragraphs(text, [])
    assert [[text[a:b] for a, b in p.sentences] for p in found] == [["One.", "Two."], ["Three."]]
