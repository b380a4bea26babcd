"""The faults the ingest must survive are a numbered list; a test of each carries its number."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent
FAULTS = 90  # of them 1 to 76 are bad input, 77 to 90 programs and machines that fail


def test_each_of_the_numbered_faults_has_a_test():
    found = {
        int(number)
        for path in TESTS.rglob("test_*.py")
        for number in re.findall(r"^def test_case_(\d\d)_", path.read_text(), re.MULTILINE)
    }
    assert found == set(range(1, FAULTS + 1))
