"""Whatever an address is told to lead to afterwards, it never leads out of the site."""

from urllib.parse import urlsplit

import pytest
from django.db import transaction

from tests.test_who_may import ROLES, ROWS, address, told
from tests.test_who_may import newsroom as newsroom  # noqa: PLC0414  the fixture

pytestmark = pytest.mark.django_db
OUT = ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)")
NAMES = ("next", "back", "return", "to", "url", "r")


def led_out(answer):
    """Where an answer leads, if that is no page of ours."""
    for header in ("Location", "HX-Redirect", "HX-Location", "Refresh"):
        where = answer.headers.get(header, "")
        parts = urlsplit(where.replace("\\", "/"))
        if parts.netloc not in ("", "testserver") or parts.scheme not in ("", "http", "https"):
            return where
    return ""


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
@pytest.mark.parametrize("person", ["nobody", *ROLES[-2:]])
def test_no_address_leads_out_of_the_site(client, newsroom, person, htmx):
    told(client, person)
    held = client.cookies.copy()
    found = []
    for name in ROWS:
        for out in OUT:
            client.cookies = held.copy()
            asked = dict.fromkeys(NAMES, out)
            where = address(name, newsroom.open)
            headers = {"Referer": out, **htmx}
            with transaction.atomic():
                if ROWS[name][0] == "POST":
                    answer = client.post(where, asked, query_params=asked, headers=headers)
                else:
                    answer = client.get(where, asked, headers=headers)
                transaction.set_rollback(True)
            found += [f"{name}: {led}" for led in (led_out(answer),) if led]
    assert found == []


@pytest.mark.parametrize("out", OUT)
def test_signing_in_leads_to_a_page_of_ours_alone(client, nora, out):
    nora.set_password("harbour-crane-42")
    nora.save()
    answer = client.post(
        "/sign-in/", {"login": "nora", "password": "harbour-crane-42", "next": out}
    )
    assert answer.status_code == 302
    assert led_out(answer) == ""


def test_signing_in_leads_back_to_where_one_was(client, nora):
    nora.set_password("harbour-crane-42")
    nora.save()
    answer = client.post(
        "/sign-in/", {"login": "nora", "password": "harbour-crane-42", "next": "/sources/?tag=x"}
    )
    assert answer.headers["Location"] == "/sources/?tag=x"
