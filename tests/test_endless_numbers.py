"""What an address or a form may ask for by number, asked with more digits than any number has."""

import re
from pathlib import Path

import pytest
from django.db import transaction

from tests.test_who_may import ROWS, address, newsroom  # noqa: F401

CODE = Path(__file__).resolve().parent.parent / "tracker"
ASKED = re.compile(r'(?:GET|POST|asked|address|data|params)\.get(?:list)?\("(\w[\w-]*)"')
NAMES = sorted({name for path in CODE.rglob("*.py") for name in ASKED.findall(path.read_text())})


@pytest.mark.parametrize("digits", [19, 5000])  # beyond PostgreSQL's 64 bits; beyond Python's int()
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_a_number_without_end_is_no_fault(client, newsroom, ada, verb, digits):  # noqa: F811
    client.force_login(ada)
    client.raise_request_exception = False
    held, given = client.cookies.copy(), dict.fromkeys(NAMES, "9" * digits)
    answers = {}
    for name in ROWS:
        client.cookies = held.copy()  # an address may sign out, which is undone
        where = address(name, newsroom.open)
        ask = client.post if verb == "POST" else client.get
        with transaction.atomic():
            answers[name] = ask(where, given).status_code
            transaction.set_rollback(True)
    faults = {name: status for name, status in answers.items() if status >= 500}
    assert faults.items() <= {("healthz", 503)}  # no beat ticks here
