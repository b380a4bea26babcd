"""Large answers that come side by side: what they hold together, and that none is lost by it."""

import gzip
import time

import pytest

from sources.ingest.body import LARGE, Body, Places
from sources.ingest.transport import FetchError, Limits

LIMITS = Limits(max_bytes=3 * LARGE)
CHUNK = b"x" * (LARGE // 2 + 1)


def soon():
    return time.perf_counter() + 0.01


def grown(deadline=None):
    """A body beyond the size of a large one."""
    body = Body(LIMITS, deadline or soon())
    assert body.take(CHUNK)
    assert body.take(CHUNK)
    return body


def test_a_large_answer_waits_for_a_place_and_says_so_where_none_is_left():
    places = Places(1)
    with places.asking() as first:
        grown()
    with places.asking(), pytest.raises(FetchError, match="deadline"):
        grown()
    (place,) = first
    place.leave()
    with places.asking() as third:
        grown()
    assert third == [places]


def test_small_answers_need_no_place():
    places = Places(1)
    for _ in range(3):
        with places.asking() as taken:
            body = Body(LIMITS, soon())
            assert body.take(b"x" * LARGE)
        assert taken == []


def test_what_grows_large_only_when_it_is_decompressed_needs_a_place_too():
    places = Places(1)
    page = bytes(2 * LARGE)
    with places.asking() as taken:
        body = Body(LIMITS, soon())
        body.take(gzip.compress(page))
        assert body.decoded(["gzip"], distrust_label=False) == page
    assert taken == [places]


def test_an_answer_takes_one_place_however_large_it_grows():
    places = Places(1)
    with places.asking() as taken:
        body = grown()
        assert body.take(CHUNK)
        assert len(body.decoded([], distrust_label=False)) == 3 * len(CHUNK)
    assert taken == [places]


def test_whoever_asks_alone_needs_no_place():
    with Places(1).asking():
        grown()
    assert len(grown().decoded([], distrust_label=False)) == 2 * len(CHUNK)


def test_of_a_compressed_body_that_may_be_cut_the_beginning_is_read():
    limits = Limits(max_bytes=1000, cut=True)
    body = Body(limits, soon())
    body.take(gzip.compress(b"Disallow: /\n" * 1000))
    assert body.decoded(["gzip"], distrust_label=False) == (b"Disallow: /\n" * 1000)[:1000]


def test_of_a_compressed_body_that_was_cut_the_beginning_is_read():
    lines = "\n".join(f"Disallow: /{n * 7919 % 99991}" for n in range(1000)).encode()
    limits = Limits(max_bytes=1000, cut=True)
    body = Body(limits, soon())
    assert not body.take(gzip.compress(lines))
    assert body.cut
    assert lines.startswith(body.decoded(["gzip"], distrust_label=False))
