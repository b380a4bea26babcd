"""When two headlines are of one article."""

import pytest

from sources.ingest.headlines import alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Budget", "BUDGET"),
        ("Mayor denies the bribes | Harbour Post", "Mayor denies the bribes"),
        ("Mayor denies all bribes at the port", "Mayor denies the bribes at the port"),
        ("市議會否認有關報導", "市議會否認報導"),
    ],
)
def test_a_site_behind_it_or_an_edited_word_makes_no_other_headline(one, other):
    assert alike(one, other, 0.75)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Minutes of the harbour", "Letters of the bidders"),
        ("Budget", "Budget of the port passes"),
        ("Before you go on", "Mayor denies the bribes"),
        ("市議會否認有關報導", "港口明天關閉"),
    ],
)
def test_words_that_any_headline_has_make_no_same_one(one, other):
    assert not alike(one, other, 0.75)
