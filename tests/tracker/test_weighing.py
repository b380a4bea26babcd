"""Which status the evidence suggests looking at: as the table in the docs has it."""

import re
from datetime import date
from pathlib import Path

import pytest

from tracker.claims.weighing import weigh, word
from tracker.timeline.origins import Piece

TABLE = Path(__file__).resolve().parents[2] / "docs" / "statuses.md"
ROWS = re.findall(r"^\| (\d)[^|]*\| (\d)[^|]*\| (\w+) \|$", TABLE.read_text(), re.M)


def piece(number, origin, stance="supports", party=False):
    on = date(2023, 4, 17)
    return Piece(number, 1, number, number, origin, "", party, stance, on, number)


@pytest.mark.parametrize(("backing", "against", "suggested"), ROWS)
def test_the_table_in_the_docs_is_what_is_suggested(backing, against, suggested):
    assert word(int(backing), int(against)) == suggested


def test_the_table_has_a_row_for_every_word():
    assert {row[2] for row in ROWS} == {"alleged", "reported", "denied", "disputed"}


def test_a_party_to_the_matter_does_not_back_its_own_claim():
    rows = [piece(1, "speaker:1", party=True), piece(2, "speaker:2")]
    assert weigh(rows).word == "alleged"


def test_any_number_of_relays_of_one_origin_suggests_no_more_than_alleged():
    assert weigh([piece(n, "source:9") for n in range(1, 20)]).word == "alleged"


def test_unknown_lineage_backs_nothing_and_is_named():
    weighed = weigh([piece(1, ""), piece(2, "")])
    assert (weighed.word, weighed.backing, weighed.unknown) == ("alleged", 0, 2)


def test_a_party_that_denies_counts_against():
    rows = [piece(1, "speaker:1"), piece(2, "speaker:2", "denies", party=True)]
    assert weigh(rows).word == "disputed"
