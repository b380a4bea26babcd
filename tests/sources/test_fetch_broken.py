"""Servers that drip, stall, break off, swell and mislabel, and certificates nobody trusts."""

import gzip
import os
import signal
import socket
import subprocess
import time
import tracemalloc
import zlib
from shutil import which

import pytest

from sources.ingest.fetch import Limits, Session, fetch
from tests.web import Answer, Web
from tests.web.asking import LIMITS, LOOPBACK, refusal

pytest_plugins = ["tests.web.fixtures"]


# Time


def test_case_10_a_drip_ends_at_the_deadline(web):
    web.route("/a", lambda call: call.drip(b"x", every=0.05))
    assert refusal(web.url("/a"), Limits(allow_networks=LOOPBACK, total=0.6)).outcome == "deadline"


def test_a_drip_of_headers_ends_at_the_deadline(web):
    def drip(call):
        call.send(b"HTTP/1.1 200 OK\r\n")
        while True:
            call.send(b"X-More: 1\r\n")
            call.pause(0.05)

    web.route("/a", drip)
    assert refusal(web.url("/a"), Limits(allow_networks=LOOPBACK, total=0.6)).outcome == "deadline"


def test_the_deadline_is_one_for_all_hops(web):
    drops = []

    def later(call):
        call.pause(0.5)
        return Answer(302, {"Location": "/drip"})

    def drip(call):
        call.head()
        while True:
            call.send(b"x")
            drops.append(1)
            call.pause(0.05)

    web.route("/a", later)
    web.route("/drip", drip)
    error = refusal(web.url("/a"), Limits(allow_networks=LOOPBACK, total=0.7))
    assert error.outcome == "deadline"
    assert len(error.hops) == 1
    assert len(drops) < 10  # of 14, had the second hop a deadline of its own


def test_case_11_a_server_that_takes_the_call_and_says_nothing_is_a_timeout(web):
    web.route("/a", lambda call: call.hang())
    assert refusal(web.url("/a"), Limits(allow_networks=LOOPBACK, stall=0.2)).outcome == "timeout"


def test_a_server_that_falls_silent_in_the_middle_is_a_timeout(web):
    def stall(call):
        call.head(content_length="100000")
        call.send(b"x" * 50_000)
        call.hang()

    web.route("/a", stall)
    assert refusal(web.url("/a"), Limits(allow_networks=LOOPBACK, stall=0.2)).outcome == "timeout"


def outcome_of_a_process_that_stands_still(url, limits):
    """What a fetch ends with whose process is stopped in the middle, as a paused container is."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, refusal(url, limits, Session()).outcome.encode())
        finally:
            os._exit(0)
    os.close(writing)
    time.sleep(0.3)
    os.kill(child, signal.SIGSTOP)
    time.sleep(4)
    os.kill(child, signal.SIGCONT)
    with open(reading, "rb") as answer:
        os.waitpid(child, 0)
        return answer.read().decode()


def test_silence_while_this_process_stood_still_is_not_laid_to_the_site(web):
    web.route("/a", lambda call: call.hang())
    limits = Limits(allow_networks=LOOPBACK, stall=3)
    assert outcome_of_a_process_that_stands_still(web.url("/a"), limits) == "local_outage"


def test_a_deadline_passed_while_this_process_stood_still_is_not_laid_to_the_site(web):
    web.route("/a", lambda call: call.drip(b"x", every=0.05))
    limits = Limits(allow_networks=LOOPBACK, total=2)
    assert outcome_of_a_process_that_stands_still(web.url("/a"), limits) == "local_outage"


def test_a_connection_not_made_while_this_process_stood_still_is_not_laid_to_the_site():
    with socket.socket() as busy, socket.socket() as first, socket.socket() as second:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)  # nobody takes the calls: the third waits for its connection
        first.connect(busy.getsockname())
        second.setblocking(False)
        second.connect_ex(busy.getsockname())
        url = f"http://127.0.0.1:{busy.getsockname()[1]}/"
        limits = Limits(allow_networks=LOOPBACK, connect=2)
        assert outcome_of_a_process_that_stands_still(url, limits) == "local_outage"


# Broken connections


def test_nobody_listening_is_a_failure_to_connect():
    with Web() as gone:
        url = gone.url("/")
    assert refusal(url).outcome == "connect"


def test_a_name_nobody_knows_is_a_failure_of_dns():
    # Which of the two depends on whether the machine has a resolver that can say no.
    assert refusal("http://press.invalid/").outcome in ("dns_none", "dns_temp")


def test_a_connection_reset_is_told(web):
    def reset_later(call):
        call.head(content_length="1000")
        call.send(b"abc")
        call.pause(0.05)
        call.reset()

    web.route("/at-once", lambda call: call.reset())
    web.route("/later", reset_later)
    web.route("/no-answer", lambda call: None)
    for path in ("/at-once", "/later", "/no-answer"):
        assert refusal(web.url(path)).outcome == "reset"


def test_case_15_a_body_shorter_than_announced_is_not_taken_for_whole(web):
    web.route("/a", lambda call: call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc"))
    assert refusal(web.url("/a")).outcome == "bad_encoding"


@pytest.mark.parametrize("rest", [b"zz\r\nabc", b"3\r\nabc\r\n", b"3\r\nabcdef\r\n0\r\n\r\n"])
def test_broken_chunks_are_not_taken_for_whole(web, rest):
    def chunks(call):
        call.head(transfer_encoding="chunked")
        call.send(rest)

    web.route("/a", chunks)
    assert refusal(web.url("/a")).outcome == "bad_encoding"


@pytest.mark.parametrize(
    "raw", [b"hello there\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc"]
)
def test_an_answer_that_is_not_http_is_an_error(web, raw):
    web.route("/a", lambda call: call.send(raw))
    assert refusal(web.url("/a")).outcome == "bad_encoding"


# Size and encoding


def test_case_16_a_body_announced_too_large_is_refused_before_it_is_read(web):
    web.route("/a", lambda call: call.head(content_length=str(5 << 30)))
    assert refusal(web.url("/a")).outcome == "too_large"


def test_a_body_that_grows_too_large_is_cut_off(web):
    def endless(call):
        call.head()
        while True:
            call.send(b"x" * 10_000)

    web.route("/a", endless)
    assert (
        refusal(web.url("/a"), Limits(allow_networks=LOOPBACK, max_bytes=100_000)).outcome
        == "too_large"
    )


def test_case_12_a_gzip_bomb_is_refused_in_little_memory(web):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    packed = b"".join([*(packer.compress(block) for _ in range(300)), packer.flush()])
    web.page("/a", packed, headers={"Content-Encoding": "gzip"})
    tracemalloc.start()
    try:
        assert refusal(web.url("/a")).outcome == "too_large"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 64_000_000


def test_a_compressed_page_is_undone(web):
    web.gzipped("/a", b"text " * 1000)
    answer = fetch(web.url("/a"), LIMITS)
    assert answer.body == b"text " * 1000
    assert answer.wire_bytes < 1000
    assert web.requests[0].headers["accept-encoding"] == "gzip, deflate"


def test_case_13_codings_on_top_of_each_other_are_refused(web):
    twice = gzip.compress(gzip.compress(b"x"))
    web.page("/a", twice, headers={"Content-Encoding": "gzip, gzip"})
    web.route(
        "/b",
        lambda call: Answer(
            200, [("Content-Encoding", "gzip"), ("Content-Encoding", "gzip")], twice
        ),
    )
    assert refusal(web.url("/a")).outcome == "bad_encoding"
    assert refusal(web.url("/b")).outcome == "bad_encoding"


def test_case_14_a_gzip_label_on_a_plain_body_is_refused_and_forgiven_when_asked_for_identity(web):
    web.page("/a", b"<rss/>", headers={"Content-Encoding": "gzip"})
    assert refusal(web.url("/a")).outcome == "bad_encoding"
    assert fetch(web.url("/a"), LIMITS, identity=True).body == b"<rss/>"
    assert "accept-encoding" not in web.requests[-1].headers


def test_a_cut_off_gzip_body_is_refused(web):
    web.page("/a", gzip.compress(b"text " * 1000)[:-12], headers={"Content-Encoding": "gzip"})
    assert refusal(web.url("/a")).outcome == "bad_encoding"


def test_the_status_of_a_refusal_counts_though_its_body_cannot_be_read(web):
    web.page("/a", b"nope", status=403, headers={"Content-Encoding": "br"})
    answer = fetch(web.url("/a"), LIMITS)
    assert (answer.status, answer.body) == (403, b"")


@pytest.mark.parametrize(
    "headers",
    [[(f"X-{number}", "1") for number in range(2000)], [("X-Long", "1" * 400_000)]],
    ids=["many", "long"],
)
def test_case_17_too_many_headers_are_an_error(web, headers):
    web.route("/a", lambda call: Answer(200, headers, b"x"))
    assert refusal(web.url("/a")).outcome == "too_large"


def test_after_every_failure_the_next_fetch_works(web):
    web.page("/fine", b"x")
    web.route("/a", lambda call: call.head(content_length=str(5 << 30)))
    web.route("/b", lambda call: call.reset())
    web.page("/c", b"plain", headers={"Content-Encoding": "gzip"})
    for path in ("/a", "/b", "/c", "/a"):
        refusal(web.url(path))
        assert fetch(web.url("/fine"), LIMITS).body == b"x"


# Certificates


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate nobody vouches for."""
    if not which("openssl"):
        pytest.skip("needs the openssl command to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    paths = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        + ["-nodes", "-days", "2", "-subj", "/CN=press.localhost"]
        + ["-addext", "subjectAltName=DNS:press.localhost"]
        + ["-out", paths[0], "-keyout", paths[1]],
        check=True,
        capture_output=True,
    )
    return paths


def test_case_18_a_certificate_nobody_vouches_for_is_refused(certificate):
    with Web(tls=certificate) as press:
        press.page("/a", b"x")
        assert refusal(press.url("/a", host="press.localhost")).outcome == "tls"
        assert press.requests == []


def test_a_bad_certificate_is_accepted_only_where_an_administrator_said_so(certificate):
    lenient = Limits(allow_networks=LOOPBACK, allow_bad_tls=True)
    with Web(tls=certificate) as press:
        press.page("/a", b"x")
        session = Session()
        assert session.get(press.url("/a", host="press.localhost"), lenient).body == b"x"
        # The connection is still open, but was not made under the strict rule.
        error = refusal(press.url("/a", host="press.localhost"), LIMITS, session)
        assert error.outcome == "tls"
        assert len(press.requests) == 1


def test_plain_http_on_a_tls_port_is_an_error_and_the_other_way_round(certificate):
    with Web(tls=certificate) as press, Web() as plain:
        assert refusal(press.url("/").replace("https:", "http:")).outcome in (
            "reset",
            "bad_encoding",
        )
        assert refusal(plain.url("/").replace("http:", "https:")).outcome == "tls"
