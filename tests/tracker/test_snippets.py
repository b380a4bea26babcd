"""Snippets of what a search found."""

from tracker.searching.snippets import snippet, words_of


def hits(text, query, **options):
    return [part.text for part in snippet(text, words_of(query), **options) if part.hit]


def test_the_words_searched_for_are_marked():
    assert hits("The volunteers renew papers.", "volunteers") == ["volunteers"]


def test_other_endings_of_a_long_word_are_marked():
    assert hits("Two volunteers and a volunteer.", "volunteer") == ["volunteers", "volunteer"]


def test_accents_and_capitals_do_not_matter():
    assert hits("Une ancienne Bénévole raconte.", "benevole") == ["Bénévole"]


def test_a_short_word_does_not_mark_longer_ones():
    assert hits("The art of the article.", "art") == ["art"]


def test_operators_and_excluded_words_are_not_looked_for():
    assert words_of('volunteer OR bénévole -police "the desk"') == (
        "volunteer",
        "benevole",
        "the",
        "desk",
    )


def test_chinese_is_found_inside_its_run():
    assert hits("皇家骑警正在调查警察站。", "警察站") == ["警察站"]


def test_a_long_text_is_cut_around_the_first_hit():
    parts = snippet("word " * 200 + "embassy " + "word " * 200, ("embassy",), width=80)
    text = "".join(part.text for part in parts)
    assert "embassy" in text
    assert text.startswith("… ")
    assert text.endswith(" …")
    assert len(text) < 100


def test_a_short_text_is_shown_whole():
    assert "".join(p.text for p in snippet("No hit here.", ("embassy",))) == "No hit here."


def test_a_text_that_fits_is_not_cut_however_late_the_hit_comes():
    text = "The desks renew papers and are run by volunteers."
    assert "".join(p.text for p in snippet(text, ("volunteers",), width=len(text))) == text
