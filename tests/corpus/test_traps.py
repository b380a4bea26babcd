"""Servers that misbehave: the class a feed and a page must get from each fault, within bounds."""

import pytest

from sources.models import Host
from tests.corpus.pipeline import paste, peak_growth, poll, read

pytestmark = pytest.mark.django_db

# fault: what a poll ends with, what a page ends with, and the article's state then
TRAPS = {
    "status/404": ("http_404", "http_404", "gone"),
    "status/410": ("http_410", "http_410", "gone"),
    "status/403": ("http_403", "http_403", "challenge"),
    "status/500": ("http_5xx", "http_5xx", "failed"),
    "status/503": ("http_503", "http_503", "failed"),
    "status/429": ("http_429", "http_429", "failed"),
    "latency/100": ("ok", "ok", "not_html"),  # what stands behind it is the list of traps
    "latency/1500": ("timeout", "timeout", "failed"),
    "timeout/30": ("timeout", "timeout", "failed"),
    "slow/200": ("deadline", "deadline", "failed"),
    "reset": ("reset", "reset", "failed"),
    "truncate": ("bad_encoding", "bad_encoding", "failed"),
    "wrong_length/500": ("bad_encoding", "bad_encoding", "failed"),
    "loop": ("redirects", "redirects", "failed"),
    "moved": ("ok", "ok", "not_html"),
    "private": ("ssrf_blocked", "ssrf_blocked", "failed"),
    "private/http:%2F%2F10.0.0.1%2F": ("ssrf_blocked", "ssrf_blocked", "failed"),
    "private/http:%2F%2F[::1]:1%2F": ("ssrf_blocked", "ssrf_blocked", "failed"),
    "private/file:%2F%2F%2Fetc%2Fpasswd": ("ssrf_blocked", "ssrf_blocked", "failed"),
    "oversized/64": ("too_large", "too_large", "too_large"),
    "gzip_bomb/60": ("too_large", "too_large", "too_large"),
    "gzip_bomb/300": ("too_large", "too_large", "too_large"),
    "bad_gzip": ("bad_encoding", "bad_encoding", "failed"),
    "bad_chunk": ("bad_encoding", "bad_encoding", "failed"),
    "empty": ("empty_body", "empty_body", "failed"),
    "html": ("not_a_feed", "ok", "not_html"),  # a page, by the name of a feed's type
    "garbage": ("not_a_feed", "ok", "not_html"),
}
MOST_SECONDS = 2
PATIENT = ("gzip_bomb/60", "gzip_bomb/300")  # the server needs a while to make it


@pytest.fixture
def trap(replay, settings):
    """The address of a fault, with limits so short that the slow ones end soon."""

    def address(name):
        seconds = 20 if name in PATIENT else MOST_SECONDS
        limits = {"stall_timeout": 20 if name in PATIENT else 1}
        limits |= {"feed_timeout": seconds, "page_timeout": seconds}
        settings.INGEST = {**settings.INGEST, **limits}
        return f"{replay}/traps.example/{name}"

    return address


@pytest.mark.parametrize("name", TRAPS)
def test_a_poll_that_meets_a_fault_gets_its_class_and_holds_little_memory(trap, name):
    url, wanted = trap(name), TRAPS[name][0]
    with peak_growth() as memory:
        outcome, feed = poll(url)
    fetch = feed.fetches.get()
    assert (outcome, fetch.outcome, feed.last_outcome) == (wanted, wanted, wanted)
    assert bool(feed.failures) == (wanted != "ok")
    assert feed.items.exists() == (wanted == "ok")
    assert feed.url == url
    assert fetch.seconds < MOST_SECONDS or name in PATIENT
    assert memory.mb < 64


@pytest.mark.parametrize("name", [name for name in TRAPS if name != "gzip_bomb/300"])
def test_a_page_that_meets_a_fault_gets_its_class_and_a_state_with_a_reason(trap, name):
    _, wanted, state = TRAPS[name]
    article = paste(trap(name))
    with peak_growth() as memory:
        outcomes = read(article)
    assert outcomes[:2] == ["robots", wanted]
    assert article.text_state == state
    assert article.state_detail or wanted == "ok"
    assert article.current_version is None
    assert memory.mb < 64


@pytest.mark.parametrize("fault", ["status/429", "status/503", "timeout/30", "reset"])
def test_a_host_in_trouble_is_left_alone(replay, settings, fault):
    settings.INGEST = {**settings.INGEST, "stall_timeout": 0.3}
    poll(f"{replay}/traps.example/{fault}")
    assert Host.objects.get().paused_until is not None
