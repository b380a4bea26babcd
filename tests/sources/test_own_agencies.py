"""Credits of agencies that only this newsroom knows."""

import pytest

from sources.ingest.copies import credit

KNOWN = ("Harbour Wire", "Pine (North) News")


@pytest.mark.parametrize(
    ("text", "byline"),
    [
        ("MONTREAL (Harbour Wire) - The bridge is closed.", ""),
        ("The bridge is closed.", "A. Writer, Harbour Wire"),
        ("The bridge is closed.\nSource: Harbour Wire", ""),
    ],
)
def test_an_agency_the_newsroom_knows_is_credited_like_the_great_ones(text, byline):
    assert credit(text, byline, KNOWN) == "Harbour Wire"
    assert credit(text, byline) == ""


def test_a_name_with_marks_in_it_is_read_as_it_is_written():
    assert credit("The bridge is closed.", "Pine (North) News", KNOWN) == "Pine (North) News"


def test_a_mention_is_no_credit():
    assert credit("Police told Harbour Wire that the bridge is closed.", "A. Writer", KNOWN) == ""
