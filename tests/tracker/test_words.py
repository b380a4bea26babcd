"""Which words of a text are compared with a claim's."""

import pytest

from tracker.matching import words


def forms(text, language="en"):
    return [word.form for word in words(text, language)]


def test_a_word_is_compared_by_its_stem():
    assert forms("investigating") == forms("investigated") == forms("investigates")


def test_french_is_read_by_french_stems():
    assert forms("enquêtes", "fr-CA") == forms("enquête", "fr")


@pytest.mark.parametrize(
    ("text", "language"), [("it was to be with them", "en"), ("il est dans les", "fr")]
)
def test_the_commonest_words_say_nothing(text, language):
    assert forms(text, language) == []


@pytest.mark.parametrize("name", ["China", "Chinese", "Beijing", "Chine", "chinoise", "中国"])
def test_a_country_is_one_word_whatever_it_is_called(name):
    assert forms(name) == ["=cn"]


def test_a_country_of_two_words_is_one_too():
    assert "=us" in forms("the United States")


def test_us_is_a_country_and_us_is_not():
    assert forms("US") == ["=us"]
    assert forms("us") != ["=us"]


def test_chinese_is_compared_by_pairs_of_characters():
    assert forms("警察站") == ["警察", "察站"]


def test_joined_words_of_a_post_are_taken_apart():
    assert forms("#AustralianFires") == ["=au", *forms("fires")]


def test_an_address_says_nothing():
    assert forms("see https://example.org/police-station") == forms("see")


def test_offsets_are_the_places_of_the_words_in_the_text():
    text = "🇨🇦 The police closed #TwoStations."
    assert [text[word.start : word.end] for word in words(text, "en")] == [
        "police",
        "closed",
        "Two",
        "Stations",
    ]
