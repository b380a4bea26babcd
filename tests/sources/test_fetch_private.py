"""The addresses a fetch never connects to, whatever a name or a redirect says."""

import pytest

from sources.ingest.fetch import Limits, Session
from tests.web import Web
from tests.web.asking import LIMITS, refusal

pytest_plugins = ["tests.web.fixtures"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::1]",
        "[2001:0:7f00:1::1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
    ],
)
def test_case_01_a_name_that_resolves_to_a_private_address_is_not_connected_to(address):
    session = Session(resolve=[f"press.example:80:{address}"])
    error = refusal("http://press.example/feed", Limits(), session)
    assert error.outcome == "ssrf_blocked"
    assert "press.example leads to" in error.detail


def test_not_one_byte_reaches_a_private_server():
    with Web(address="127.0.0.1") as inside:
        inside.page("/", b"secret")
        session = Session(resolve=[f"press.example:{inside.port}:127.0.0.1"])
        only_another = Limits(allow_networks=("127.0.0.2/32",))
        for host in ("press.example", "press.localhost", "localhost"):
            error = refusal(inside.url("/", host=host), only_another, session)
            assert error.outcome == "ssrf_blocked"
        assert inside.connections == 0


def test_every_address_of_a_name_is_judged_not_only_the_first():
    with Web(address="127.0.0.1") as inside:
        inside.page("/", b"secret")
        # The first address is allowed and nobody listens there; then comes the private one.
        session = Session(resolve=[f"press.example:{inside.port}:127.0.0.2,127.0.0.1"])
        only_first = Limits(allow_networks=("127.0.0.2/32",))
        error = refusal(inside.url("/", host="press.example"), only_first, session)
        assert error.outcome == "ssrf_blocked"
        assert inside.connections == 0


def test_case_04_a_name_that_changes_its_address_between_hops_is_judged_again():
    with Web(address="127.0.0.2") as outside, Web(address="127.0.0.1") as inside:
        session = Session(
            resolve=[
                f"press.example:{outside.port}:127.0.0.2",
                f"press.example:{inside.port}:127.0.0.1",
            ]
        )
        outside.redirect("/a", inside.url("/", host="press.example"))
        only_outside = Limits(allow_networks=("127.0.0.2/32",))
        error = refusal(outside.url("/a", host="press.example"), only_outside, session)
        assert error.outcome == "ssrf_blocked"
        assert outside.paths() == ["/a"]
        assert inside.connections == 0


def test_a_kept_connection_is_not_used_under_stricter_rules(web):
    web.page("/a", b"x")
    session = Session()
    session.get(web.url("/a", host="press.localhost"), LIMITS)
    stricter = Limits(allow_networks=("127.0.0.2/32",))
    error = refusal(web.url("/a", host="press.localhost"), stricter, session)
    assert error.outcome == "ssrf_blocked"
    assert len(web.requests) == 1


def test_an_odd_port_is_excused_only_where_the_name_leads_into_an_allowed_network():
    session = Session(resolve=["press.example:4711:1.1.1.1"])
    error = refusal("http://press.example:4711/", LIMITS, session)
    assert error.outcome == "ssrf_blocked"
    assert "outside the allowed networks" in error.detail


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("http://127.0.0.1/", "ssrf_blocked"),
        ("http://localhost/", "ssrf_blocked"),
        ("http://press.example:6379/", "ssrf_blocked"),
        ("ftp://press.example/", "ssrf_blocked"),
        ("http://reader:secret@press.example/", "bad_url"),
        ("http://press.example\x00/", "bad_url"),
    ],
)
def test_case_05_what_is_refused_at_the_door_is_an_error_of_the_fetch(url, outcome):
    error = refusal(url, Limits())
    assert (error.outcome, error.hops) == (outcome, ())
    assert "secret" not in error.detail
