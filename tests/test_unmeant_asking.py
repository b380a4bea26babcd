"""What nobody means to ask, of every address: it is answered, and is no fault of the site."""

import re
from pathlib import Path

import pytest
from django.db import transaction

from tests.test_who_may import ROWS, address, newsroom  # noqa: F401

CODE = Path(__file__).resolve().parent.parent / "tracker"
ASKED = re.compile(r'(?:GET|POST|asked|address|data|params)\.get(?:list)?\("(\w[\w-]*)"')
NAMES = sorted({name for path in CODE.rglob("*.py") for name in ASKED.findall(path.read_text())})
HOSTILE = {
    "a number without end": "9" * 5000,
    "text with a NUL": "a\0b",
    "a moment that is none": "2023-02-30T25:61~evidence~1",
    "the first day of the calendar": "0001-01-01",
}


@pytest.mark.parametrize("verb", ["GET", "POST"])
@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_nobody_means_to_ask_is_no_fault(client, newsroom, ada, verb, value):  # noqa: F811
    client.force_login(ada)
    client.raise_request_exception = False
    held, given = client.cookies.copy(), dict.fromkeys(NAMES, value)
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
