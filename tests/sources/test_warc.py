"""One version as a WARC file, opened by a reader that is not ours."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from warcio.archiveiterator import ArchiveIterator

from sources.ingest.warc import Answer, Capture, capture_file

PAGE = "<html><p>The quay was closed, said the harbour master of Ôrvale.</p></html>".encode()
ANSWER = Answer(
    fetch=71,
    asked="http://quay.example/a",
    url="https://quay.example/news/a",
    at=datetime(2023, 4, 17, 12, 0, 5, tzinfo=UTC),
    status=200,
    headers=(
        ("content-type", "text/html; charset=utf-8"),
        ("content-encoding", "gzip"),
        ("content-length", "61"),
        ("etag", '"v1"'),
    ),
    hops=((301, "http://quay.example/a", "https://quay.example/news/a"),),
    ip="198.51.100.7",
    raw_sha256="ab" * 32,
    body=PAGE,
)
CAPTURE = Capture(
    article=9,
    seq=3,
    kind="publisher_edit",
    url="http://quay.example/a",
    title="The quay",
    language="en",
    text="The quay was closed, said the harbour master of Ôrvale.",
    text_sha256="cd" * 32,
    extractor="reader 1",
    read_at=datetime(2023, 4, 17, 12, 1, tzinfo=UTC),
    answer=ANSWER,
)


def opened(capture=CAPTURE):
    """Every record: its type, headers, HTTP headers, and content; digests are checked."""
    found = {}
    for record in ArchiveIterator(BytesIO(capture_file(capture, "Claimline")), check_digests=True):
        content = record.raw_stream.read()
        assert record.digest_checker.problems == []
        found[record.rec_type] = (record.rec_headers, record.http_headers, content)
    return found


def metadata(capture=CAPTURE):
    return json.loads(opened(capture)["metadata"][2])


def test_a_capture_holds_the_answer_what_is_known_of_it_and_the_text():
    assert list(opened()) == ["warcinfo", "response", "metadata", "resource"]


def test_every_record_is_of_warc_1_1_and_a_gzip_member_of_its_own():
    data = capture_file(CAPTURE, "Claimline")
    assert gzip.decompress(data).count(b"WARC/1.1\r\n") == 4
    assert data.count(b"\x1f\x8b\x08") == 4


def test_the_response_is_the_stored_bytes_under_the_address_and_time_of_the_fetch():
    headers, http, body = opened()["response"]
    assert body == PAGE
    assert http.statusline == "200 OK"
    assert headers["WARC-Target-URI"] == "https://quay.example/news/a"
    assert headers["WARC-Date"] == "2023-04-17T12:00:05Z"
    assert headers["WARC-IP-Address"] == "198.51.100.7"


def test_digests_are_sha256():
    headers = opened()["response"][0]
    assert headers["WARC-Payload-Digest"].startswith("sha256:")
    assert headers["WARC-Block-Digest"].startswith("sha256:")


def test_headers_of_the_wire_are_renamed_because_the_body_was_decoded():
    http = opened()["response"][1]
    assert http["content-encoding"] is None
    assert http["x-archive-orig-content-encoding"] == "gzip"
    assert http["x-archive-orig-content-length"] == "61"
    assert http["content-length"] == str(len(PAGE))
    assert http["etag"] == '"v1"'


def test_what_was_renamed_is_said_in_the_metadata():
    fetch = metadata()["fetch"]
    assert fetch["renamed_headers"] == ["content-encoding", "content-length"]
    assert any("content coding was undone" in note for note in fetch["notes"])


def test_the_metadata_names_fetch_server_redirects_hashes_and_extractor():
    known = metadata()
    assert known["extractor"] == "reader 1"
    assert known["text_sha256"] == "cd" * 32
    assert known["fetch"]["id"] == 71
    assert known["fetch"]["ip"] == "198.51.100.7"
    assert known["fetch"]["raw_sha256"] == "ab" * 32
    assert known["fetch"]["hops"] == [
        {
            "status": 301,
            "url": "http://quay.example/a",
            "location": "https://quay.example/news/a",
        }
    ]


def test_the_extracted_text_is_a_resource_beside_the_response():
    found = opened()
    headers, _, content = found["resource"]
    assert content.decode() == CAPTURE.text
    assert headers["WARC-Target-URI"] == "urn:text:https://quay.example/news/a"
    assert headers["WARC-Concurrent-To"] == found["response"][0]["WARC-Record-ID"]


def test_the_metadata_refers_to_the_response():
    found = opened()
    assert found["metadata"][0]["WARC-Refers-To"] == found["response"][0]["WARC-Record-ID"]


def test_the_same_version_gives_the_same_bytes():
    assert capture_file(CAPTURE, "Claimline") == capture_file(replace(CAPTURE), "Claimline")


def test_another_version_has_other_record_ids():
    def ids(capture):
        return {headers["WARC-Record-ID"] for headers, _, _ in opened(capture).values()}

    other = replace(CAPTURE, seq=4, text="The quay was opened.", read_at=datetime.now(UTC))
    assert not ids(CAPTURE) & ids(other)


@pytest.mark.parametrize("state", ["missing", "damaged"])
def test_an_answer_whose_bytes_are_lost_is_left_out_and_said_to_be(state):
    lost = replace(CAPTURE, answer=replace(ANSWER, body=None, body_state=state))
    assert list(opened(lost)) == ["warcinfo", "metadata", "resource"]
    assert metadata(lost)["fetch"]["body"] == state


def test_a_text_nobody_sent_has_no_response():
    pasted = replace(CAPTURE, answer=None)
    assert list(opened(pasted)) == ["warcinfo", "metadata", "resource"]
    assert metadata(pasted)["fetch"] is None


def test_a_header_can_not_smuggle_in_another_one():
    sly = replace(ANSWER, headers=(("server", "quay\nset-cookie: taken=1\r\n\r\n<script>"),))
    http = opened(replace(CAPTURE, answer=sly))["response"][1]
    assert http["set-cookie"] is None
    assert http["server"] == "quay set-cookie: taken=1 <script>"


def test_a_title_with_a_line_break_can_not_end_the_opening_record():
    sly = replace(CAPTURE, url="https://quay.example/a\r\nrobots: ignore")
    assert b"\r\nrobots:" not in opened(sly)["warcinfo"][2]


def test_an_address_outside_ascii_is_written_as_a_uri():
    elsewhere = replace(ANSWER, url="https://quay.example/é ü")
    headers = opened(replace(CAPTURE, answer=elsewhere))["response"][0]
    assert headers["WARC-Target-URI"] == "https://quay.example/%C3%A9%20%C3%BC"


def test_a_status_without_a_name_is_kept():
    http = opened(replace(CAPTURE, answer=replace(ANSWER, status=299)))["response"][1]
    assert http.get_statuscode() == "299"


def test_an_empty_body_and_an_empty_text_are_written():
    bare = replace(CAPTURE, text="", answer=replace(ANSWER, body=b""))
    assert opened(bare)["response"][2] == b""
    assert opened(bare)["resource"][2] == b""


def test_a_sample_says_that_it_is_one():
    sample = replace(CAPTURE, sample=True)
    assert b"Sample" in opened(sample)["warcinfo"][2]
    assert metadata(sample)["sample"] is True
