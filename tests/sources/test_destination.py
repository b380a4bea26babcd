"""Which URLs the ingest asks for, and which addresses it connects to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.ingest.destination import MAX_URL, Refused, check, is_public, may_connect

LOOPBACK = ("127.0.0.0/8",)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.100.100.200",  # a cloud's metadata, in the carrier-grade NAT block
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",  # another cloud's
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.170",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::8.8.8.8",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:a00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_a_special_address_is_not_public(address):
    assert not is_public(address)
    assert not may_connect(address, ())
    assert not may_connect(address, ("10.9.9.9/32",))


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1", "::ffff:9.9.9.9"],
)
def test_a_global_unicast_address_is_public(address):
    assert is_public(address)
    assert may_connect(address, ())


def test_an_allowed_network_excuses_its_own_addresses_and_no_others():
    assert may_connect("127.0.0.1", LOOPBACK)
    assert may_connect("::ffff:127.0.0.1", LOOPBACK)
    assert not may_connect("::1", LOOPBACK)
    assert not may_connect("10.0.0.1", LOOPBACK)


def test_what_only_an_allowed_network_excuses_must_end_inside_of_it():
    assert may_connect("127.0.0.1", LOOPBACK, inside_only=True)
    assert not may_connect("1.1.1.1", LOOPBACK, inside_only=True)


def test_what_is_no_address_is_never_connected_to():
    assert not may_connect("/run/engine.sock", LOOPBACK)
    assert not may_connect("", ())


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0x7f000001/",
        "http://0x/",
        "http://127.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://127.0.0.1/",
        "http://127.0.0.1./",
        "http://1.1.1.1/",
        "http://press.example.0x7f/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[2606:4700::1111]/",
        "http://[fe80::1%25eth0]/",
        "http://\uff11\uff12\uff17.0.0.1/",
        "http://127\u30020\u30020\u30021/",
    ],
)
def test_an_address_in_any_spelling_is_refused_where_a_name_belongs(url):
    assert refusal(url) == "ssrf_blocked"


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "0x7f000001"])
def test_an_odd_spelling_is_refused_even_inside_an_allowed_network(host):
    assert refusal(f"http://{host}/", LOOPBACK) == "ssrf_blocked"


def test_an_allowed_network_excuses_a_literal_its_port_and_a_single_label():
    assert check("http://127.0.0.1:4711/feed", LOOPBACK).inside_only
    assert check("http://localhost:4711/feed", LOOPBACK).inside_only
    assert check("http://press.localhost:4711/feed", LOOPBACK).inside_only
    assert not check("http://press.example:8080/feed", LOOPBACK).inside_only
    assert refusal("http://10.0.0.1/", LOOPBACK) == "ssrf_blocked"


@pytest.mark.parametrize("url", ["http://intranet/", "http://localhost./", "http://printer:80/"])
def test_a_name_of_a_local_network_is_refused(url):
    assert refusal(url) == "ssrf_blocked"


@pytest.mark.parametrize("port", [21, 22, 25, 5432, 6379, 9200, 65535])
def test_only_the_ports_of_the_web_are_asked(port):
    assert refusal(f"http://press.example:{port}/") == "ssrf_blocked"


@pytest.mark.parametrize("port", [80, 443, 8080, 8443])
def test_the_usual_ports_of_the_web_are_asked(port):
    assert check(f"https://press.example:{port}/", ()).url == f"https://press.example:{port}/"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://press.example/",
        "ftp://press.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "//press.example/",
        "feed.xml",
        "",
    ],
)
def test_only_http_and_https_are_fetched(url):
    assert refusal(url) == "ssrf_blocked"


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http:///feed",
        "http://reader:secret@press.example/",
        "http://press.example@10.0.0.1/",
        "http://press.example\\@other.example/",
        "http://%31%32%37.0.0.1/",
        "http://press..example/",
        "http://[::1/",
        "http://[no]/",
        "http://press.example:0/",
        "http://press.example:99999/",
        "http://press.example:8o/",
        "http://press.example/\r\nHost: other.example",
        "http://press.example/\x00",
        "http://" + "a" * 64 + ".example/",
        "http://" + "a." * 130 + "example/",
        "http://press.example/" + "a" * MAX_URL,
    ],
)
def test_what_is_no_address_of_a_page_is_a_bad_url(url):
    assert refusal(url) == "bad_url"


def test_what_an_editor_typed_is_asked_for_in_ascii_and_without_its_fragment():
    asked = check(" https://Dépêche.example/été 2023/?q=là&n=%20#suite ", ())
    assert asked.url == "https://xn--dpche-bsai.example/%C3%A9t%C3%A9%202023/?q=l%C3%A0&n=%20"
    assert check("http://press.example", ()).url == "http://press.example/"


def test_checking_twice_changes_nothing():
    once = check("https://press.example/a;b=c/%2f/50%25/?x=[1]|2&y='z'", ())
    assert check(once.url, ()) == once


@given(
    st.one_of(
        st.text(),
        st.text().map("http://".__add__),
        st.text(alphabet="http://@:[]%.0x1\\?#éⒶ。").map("http://".__add__),
    )
)
def test_any_text_is_either_refused_or_asked_for_in_plain_ascii(text):
    try:
        asked = check(text, ())
    except Refused:
        return
    assert asked.url.isascii()
    assert asked.url.startswith(("http://", "https://"))
    assert check(asked.url, ()) == asked


def test_a_setting_that_is_no_network_is_said_at_once():
    with pytest.raises(ValueError, match="does not appear to be"):
        check("https://press.example/", ("loopback",))


def refusal(url, allow=()):
    with pytest.raises(Refused) as refused:
        check(url, allow)
    return refused.value.outcome
