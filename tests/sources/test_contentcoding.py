"""Compressed bodies: undone, bounded, and refused when they are not what they say."""

import gzip
import tracemalloc
import zlib

import pytest

from sources.ingest.contentcoding import Undecodable, coding, decode

PAGE = b"<p>A statement was read out.</p>" * 200


def bomb(megabytes):
    """A gzip body of zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    return b"".join([*(packer.compress(block) for _ in range(megabytes)), packer.flush()])


def test_gzip_and_both_kinds_of_deflate_are_undone():
    raw = zlib.compressobj(wbits=-15)
    assert decode(gzip.compress(PAGE), "gzip", 10_000) == PAGE
    assert decode(zlib.compress(PAGE), "deflate", 10_000) == PAGE
    assert decode(raw.compress(PAGE) + raw.flush(), "deflate", 10_000) == PAGE


def test_a_body_without_a_coding_is_left_alone():
    assert decode(PAGE, "", 10_000) == PAGE
    assert decode(b"", "gzip", 10_000) == b""


def test_several_gzip_members_are_one_body():
    assert decode(gzip.compress(b"one ") + gzip.compress(b"two"), "gzip", 100) == b"one two"


def test_padding_after_a_gzip_body_is_ignored():
    assert decode(gzip.compress(PAGE) + b"\0\0\0", "gzip", 10_000) == PAGE


def test_a_body_of_exactly_the_limit_is_kept():
    assert decode(gzip.compress(PAGE), "gzip", len(PAGE)) == PAGE
    assert outcome(gzip.compress(PAGE), "gzip", len(PAGE) - 1) == "too_large"


def test_members_count_together_against_the_limit():
    assert outcome(gzip.compress(PAGE) * 3, "gzip", 2 * len(PAGE)) == "too_large"


def test_a_bomb_is_found_out_without_exploding():
    packed = bomb(300)
    tracemalloc.start()
    try:
        assert outcome(packed, "gzip", 8_000_000) == "too_large"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(packed) < 400_000
    assert peak < 64_000_000


@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_a_label_on_a_plain_body_is_found_out(name):
    assert outcome(b"<rss>" + PAGE, name) == "bad_encoding"


def test_a_cut_off_body_is_not_taken_for_a_whole_one():
    packed = gzip.compress(PAGE)
    for length in (5, len(packed) // 2, len(packed) - 1):
        assert outcome(packed[:length], "gzip") == "bad_encoding"


def test_a_damaged_body_is_found_out():
    packed = bytearray(gzip.compress(PAGE))
    packed[-8] ^= 255  # the checksum
    assert outcome(bytes(packed), "gzip") == "bad_encoding"


def test_endless_tiny_members_are_refused():
    assert outcome(gzip.compress(b"") * 1000, "gzip") == "bad_encoding"


def test_a_server_that_was_asked_for_no_compression_may_still_label_its_plain_body():
    assert decode(PAGE, "gzip", 10_000, distrust_label=True) == PAGE
    assert decode(gzip.compress(PAGE), "gzip", 10_000, distrust_label=True) == PAGE


@pytest.mark.parametrize("labels", [[], [""], ["identity"], ["none"], ["UTF-8"]])
def test_labels_that_name_no_coding_mean_none(labels):
    assert coding(labels) == ""


@pytest.mark.parametrize("label", ["gzip", "GZIP", " x-gzip ", "gzip, identity"])
def test_gzip_is_known_by_its_names(label):
    assert coding([label]) == "gzip"


@pytest.mark.parametrize("labels", [["gzip, gzip"], ["gzip", "deflate"], ["br, gzip"]])
def test_codings_on_top_of_each_other_are_refused(labels):
    with pytest.raises(Undecodable, match="more than one"):
        coding(labels)


@pytest.mark.parametrize("label", ["br", "zstd", "compress", "aes128gcm"])
def test_a_coding_we_did_not_ask_for_is_refused(label):
    with pytest.raises(Undecodable, match="did not ask"):
        coding([label])


def outcome(body, name, limit=100_000):
    with pytest.raises(Undecodable) as refused:
        decode(body, name, limit)
    return refused.value.outcome
