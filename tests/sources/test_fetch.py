"""What a fetch brings back, and where redirects take it."""

import os
import threading

import pytest

from sources.ingest.fetch import Hop, Limits, Session, fetch
from tests.web.asking import LIMITS, LOOPBACK, refusal

pytest_plugins = ["tests.web.fixtures"]


# A response is a response


def test_a_page_comes_with_its_headers_address_and_size(web):
    web.page("/a", b"<p>Bonjour</p>", headers={"Content-Type": "text/html", "X-Two": "é"})
    answer = fetch(web.url("/a"), LIMITS)
    assert (answer.status, answer.body, answer.hops) == (200, b"<p>Bonjour</p>", ())
    assert answer.url == answer.final_url == web.url("/a")
    assert answer.header("content-type") == "text/html"
    assert answer.header("x-two") == "é"
    assert answer.header("x-none") == ""
    assert answer.ip == "127.0.0.1"
    assert answer.wire_bytes > len(answer.body)
    assert answer.elapsed > 0


@pytest.mark.parametrize("status", [204, 400, 401, 403, 404, 410, 429, 451, 500, 503, 520])
def test_any_status_is_a_response(web, status):
    web.page("/a", b"" if status == 204 else b"sorry", status=status, headers={"Retry-After": "9"})
    answer = fetch(web.url("/a"), LIMITS)
    assert answer.status == status
    assert answer.header("retry-after") == "9"


def test_an_empty_body_is_a_response(web):
    web.page("/a", b"")
    assert fetch(web.url("/a"), LIMITS).body == b""


def test_both_validators_are_sent_as_they_came_and_304_has_no_body(web):
    web.page("/a", b"x", etag='W/"a b"')
    web.page("/b", b"x", modified=1_600_000_000)
    assert fetch(web.url("/a"), LIMITS, etag='W/"a b"').status == 304
    day = "Sun, 13 Sep 2020 12:26:40 GMT"
    answer = fetch(web.url("/b"), LIMITS, etag='"old"', last_modified=day)
    assert (answer.status, answer.body) == (304, b"")
    assert web.requests[-1].headers["if-none-match"] == '"old"'


def test_a_304_nobody_asked_for_is_still_told(web):
    web.page("/a", status=304)
    assert fetch(web.url("/a"), LIMITS).status == 304


def test_the_body_counts_even_when_the_validators_are_the_same(web):
    web.page("/a", b"changed", headers={"ETag": '"1"'})
    answer = fetch(web.url("/a"), LIMITS, etag='"1"')
    assert (answer.status, answer.body) == (200, b"changed")


@pytest.mark.parametrize("etag", ['"' + "e" * 4096 + '"', '"1"\r\nX-Evil: 1', '"1\n"', '"é"'])
def test_a_validator_that_could_break_the_request_is_not_sent(web, etag):
    web.page("/a", b"x")
    fetch(web.url("/a"), LIMITS, etag=etag, last_modified=etag)
    sent = web.requests[0].headers
    assert not {"if-none-match", "if-modified-since", "x-evil"} & set(sent)


def test_we_say_who_we_are_and_what_we_want_and_nothing_of_our_own(web):
    web.page("/a", b"x", headers={"Set-Cookie": "id=1"})
    limits = Limits(allow_networks=LOOPBACK, user_agent="Claimline/0.1 (feed reader)")
    fetch(web.url("/a"), limits)
    fetch(web.url("/a"), limits, accept="text/html")
    sent = web.requests[1].headers
    assert sent["user-agent"] == "Claimline/0.1 (feed reader)"
    assert sent["accept"] == "text/html"
    assert set(sent) == {"host", "user-agent", "accept", "accept-encoding"}


def test_interim_responses_and_trailers_are_not_taken_for_headers(web):
    def hinted(call):
        call.head(103, link="</style.css>")
        call.head(transfer_encoding="chunked", x_real="yes")
        call.send(b"3\r\nabc\r\n0\r\nX-Late: 1\r\n\r\n")

    web.route("/a", hinted)
    answer = fetch(web.url("/a"), LIMITS)
    assert (answer.status, answer.body) == (200, b"abc")
    assert dict(answer.headers).keys() == {"transfer-encoding", "x-real"}


def test_one_connection_serves_request_after_request(web):
    web.page("/a", b"x")
    for _ in range(3):
        fetch(web.url("/a"), LIMITS)
    assert len({seen.peer for seen in web.requests}) == 1


def test_a_connection_closed_meanwhile_is_opened_again(web):
    web.page("/a", b"x", headers={"Connection": "keep-alive"})
    web.route("/close", lambda call: call.head(content_length="0"))
    fetch(web.url("/close"), LIMITS)
    assert fetch(web.url("/a"), LIMITS).body == b"x"


def test_a_forked_process_leaves_its_parents_connection_alone(web):
    web.page("/a", b"x")
    fetch(web.url("/a"), LIMITS)
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if fetch(web.url("/a?child"), LIMITS).body == b"x" else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    fetch(web.url("/a"), LIMITS)
    peers = {seen.path: seen.peer for seen in web.requests}
    assert peers["/a?child"] != peers["/a"]
    assert len({seen.peer for seen in web.requests}) == 2


def test_threads_do_not_share_a_connection(web):
    web.page("/a", b"x")
    threads = [threading.Thread(target=fetch, args=(web.url("/a"), LIMITS)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({seen.peer for seen in web.requests}) == 4


def test_a_proxy_named_in_the_environment_is_not_used(web, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    web.page("/a", b"x")
    assert Session().get(web.url("/a"), LIMITS).body == b"x"


# Redirects


def test_redirects_are_followed_and_each_is_kept(web):
    web.redirect("/a", "/b", 301)
    web.redirect("/b", "c?q=1#part", 302)
    web.page("/c", b"here")
    answer = fetch(web.url("/a"), LIMITS)
    assert answer.body == b"here"
    assert answer.url == web.url("/a")
    assert answer.final_url == web.url("/c?q=1")
    assert answer.hops == (
        Hop(web.url("/a"), 301, web.url("/b")),
        Hop(web.url("/b"), 302, web.url("/c?q=1#part")),
    )


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_kind_of_redirect_is_followed(web, status):
    web.redirect("/a", "/b", status)
    web.page("/b", b"here")
    assert fetch(web.url("/a"), LIMITS).hops[0].status == status


def test_a_redirect_to_letters_and_spaces_is_followed(web):
    web.redirect("/a", "/été 2023")
    web.page("/%C3%A9t%C3%A9%202023", b"here")
    assert fetch(web.url("/a"), LIMITS).body == b"here"


def test_a_redirect_may_lead_to_another_host(web):
    web.redirect("/a", web.url("/b", host="other.localhost"), host="press.localhost")
    web.page("/b", b"here", host="other.localhost")
    answer = fetch(web.url("/a", host="press.localhost"), LIMITS)
    assert answer.final_url == web.url("/b", host="other.localhost")


def test_headers_are_those_of_the_last_hop(web):
    web.page("/a", status=301, headers={"Location": "/b", "X-First": "1"})
    web.page("/b", b"here")
    assert fetch(web.url("/a"), LIMITS).header("x-first") == ""


def test_case_06_five_redirects_are_followed_and_six_are_too_many(web):
    for number in range(6):
        web.redirect(f"/{number}", f"/{number + 1}")
    web.page("/6", b"here")
    assert fetch(web.url("/1"), LIMITS).body == b"here"
    error = refusal(web.url("/0"))
    assert error.outcome == "redirects"
    assert len(error.hops) == 6
    assert web.paths().count("/6") == 1


def test_case_06_a_loop_ends_when_it_closes(web):
    web.redirect("/a", "/b")
    web.redirect("/b", "/a")
    assert refusal(web.url("/a")).outcome == "redirects"
    assert web.paths() == ["/a", "/b"]


def test_a_redirect_without_a_place_to_go_is_an_error(web):
    web.page("/a", status=302)
    assert refusal(web.url("/a")).outcome == "redirects"


@pytest.mark.parametrize(
    "place",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "javascript:alert(1)",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "//0x7f.1/",
    ],
)
def test_a_redirect_to_where_we_never_go_ends_there(web, place):
    web.redirect("/a", place)
    error = refusal(web.url("/a"))
    assert error.outcome == "ssrf_blocked"
    assert error.url == web.url("/a")
    assert [(hop.url, hop.status) for hop in error.hops] == [(web.url("/a"), 301)]
    assert web.paths() == ["/a"]


@pytest.mark.parametrize("place", ["http://user:pw@127.0.0.1/", "http://[::1", "http://a..b/"])
def test_a_redirect_to_what_is_no_address_ends_there(web, place):
    web.redirect("/a", place)
    assert refusal(web.url("/a")).outcome == "bad_url"


def test_case_02_a_redirect_to_a_name_with_a_private_address_ends_there(web):
    session = Session(resolve=["inside.example:80:10.0.0.1"])
    web.redirect("/a", "http://inside.example/")
    error = refusal(web.url("/a"), session=session)
    assert error.outcome == "ssrf_blocked"
    assert "10.0.0.1" in error.detail
    assert len(error.hops) == 1
