"""The evidence bundle: who may take it, that it is written down, and what stands in it."""

import io
import json
import re
import zipfile
from hashlib import sha256

import pytest

from sources.ingest import raw
from sources.models import Fetch
from tests.factories import NEWS, add_version, make_article, make_claim, make_story
from tests.tracker.test_pages import PASSAGE, linked
from tracker.exports.zipstream import Part, stream
from tracker.models import BundleTaken, Story

pytestmark = pytest.mark.django_db
BUNDLE = "/stories/stations/bundle/"


@pytest.fixture
def claim(db):
    return make_claim(make_story(slug="stations"))


@pytest.fixture
def evidence(claim, nora):
    """A passage of a version whose capture is held."""
    article = make_article(NEWS)
    body = b"<html><p>" + NEWS.encode() + b"</p></html>"
    version = article.current_version
    version.raw_sha256 = raw.keep(body)
    version.fetch = Fetch.objects.create(
        article=article, host="outlet.example", outcome="ok", url=article.url, status=200
    )
    version.save()
    return linked(claim, nora, article=article)


def taken(client, address=BUNDLE):
    answer = client.post(address)
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def name(evidence):
    return f"article-{evidence.version.article_id}-version-{evidence.version.seq}"


# --- who --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["tom", "cleo"])
def test_it_needs_an_editor(client, evidence, request, role):
    client.force_login(request.getfixturevalue(role))
    assert client.get(BUNDLE).status_code == 403
    assert client.post(BUNDLE).status_code == 403
    assert BundleTaken.objects.count() == 0


def test_a_story_one_may_not_know_of_has_no_bundle(desk, evidence):
    Story.objects.update(confidential=True)
    assert desk.post(BUNDLE).status_code == 404
    assert desk.post("/stories/stations/claims/1/bundle/").status_code == 404


def test_looking_takes_nothing_and_says_what_would_be_taken(desk, evidence):
    answer = desk.get(BUNDLE)
    assert (answer.context["passages"], answer.context["versions"]) == (1, 1)
    assert BundleTaken.objects.count() == 0


def test_each_taking_is_written_down_before_the_first_byte(desk, evidence, nora):
    answer = desk.post(BUNDLE)
    row = BundleTaken.objects.get()
    assert (row.by, row.story, row.passages, row.versions) == (nora, evidence.claim.story, 1, 1)
    b"".join(answer.streaming_content)
    assert "nora" in desk.get(BUNDLE).content.decode()


def test_the_menu_offers_it_to_who_may_take_it(client, evidence, nora, tom):
    for user, offered in ((nora, True), (tom, False)):
        client.force_login(user)
        for page in ("/stories/stations/", "/stories/stations/claims/1/"):
            assert ("bundle/" in client.get(page).content.decode()) is offered


# --- what -------------------------------------------------------------------------------------


def test_it_holds_quotes_versions_and_captures(desk, evidence):
    package = taken(desk)
    assert package.testzip() is None
    assert {
        "index.html",
        "README.txt",
        "evidence.csv",
        "edits.csv",
        "claims.csv",
        "status_history.csv",
        f"versions/{name(evidence)}.txt",
        f"captures/{name(evidence)}.warc.gz",
        "manifest.json",
        "SHA256SUMS",
    } == set(package.namelist())
    assert package.read(f"versions/{name(evidence)}.txt").decode() == NEWS
    assert PASSAGE in package.read("index.html").decode()


def test_the_newest_version_is_in_it_beside_the_cited_one(desk, evidence):
    newest = add_version(evidence.version.article, "Everything else was said.")
    package = taken(desk)
    assert f"versions/article-{newest.article_id}-version-2.txt" in package.namelist()
    assert f"versions/{name(evidence)}.txt" in package.namelist()


def test_every_file_is_named_with_its_hash(desk, evidence):
    package = taken(desk)
    lines = package.read("SHA256SUMS").decode().splitlines()
    sums = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
    assert set(sums) == set(package.namelist()) - {"SHA256SUMS"}
    assert all(sha256(package.read(path)).hexdigest() == sums[path] for path in sums)
    listed = json.loads(package.read("manifest.json"))["files"]
    assert {row["path"]: row["sha256"] for row in listed}.items() <= sums.items()


def test_a_capture_holds_what_the_server_sent(desk, evidence):
    from warcio.archiveiterator import ArchiveIterator

    data = taken(desk).read(f"captures/{name(evidence)}.warc.gz")
    records = {
        record.rec_type: record.content_stream().read()
        for record in ArchiveIterator(io.BytesIO(data))
    }
    assert b"<html><p>" in records["response"]


def test_a_capture_that_is_lost_says_so_and_does_not_stop_the_rest(desk, evidence):
    evidence.version.raw_sha256 = "0" * 64
    evidence.version.save()
    package = taken(desk)
    files = json.loads(package.read("manifest.json"))["files"]
    (capture,) = [row for row in files if row["path"].startswith("captures/")]
    assert capture["capture"] == "missing"
    assert "(missing)" in package.read("index.html").decode()


def test_the_index_asks_nobody_for_anything(desk, evidence):
    index = taken(desk).read("index.html").decode()
    asked = re.findall(r'(?:src|href|action|data)\s*=\s*"([^"]*)"|url\(([^)]*)\)', index)
    links = {one or other for one, other in asked}
    package = set(taken(desk).namelist())
    assert {link for link in links if not link.startswith("#")} <= package
    assert "default-src 'none'" in index
    assert "<script" not in index


def test_hostile_words_are_words_in_the_index(desk, claim, nora):
    hostile = 'He said <img src="http://evil.example/x"> to us.'
    linked(claim, nora, article=make_article(hostile), words=hostile)
    index = taken(desk).read("index.html").decode()
    assert "<img" not in index
    assert "&lt;img" in index


def test_the_filters_of_the_page_are_those_of_the_bundle(desk, evidence, claim, nora):
    other = linked(claim, nora, stance="denies", denies_what="All of it.")
    package = taken(desk, BUNDLE + "?stance=denies")
    assert f"versions/{name(other)}.txt" in package.namelist()
    assert f"versions/{name(evidence)}.txt" not in package.namelist()


def test_a_claim_has_a_bundle_of_its_own(desk, evidence, nora):
    other = linked(make_claim(evidence.claim.story), nora)
    package = taken(desk, "/stories/stations/claims/2/bundle/")
    assert f"versions/{name(other)}.txt" in package.namelist()
    assert f"versions/{name(evidence)}.txt" not in package.namelist()
    assert BundleTaken.objects.get().claim == other.claim


def test_a_sample_says_so_in_every_file_that_people_read(desk, evidence):
    Story.objects.update(sample=True)
    package = taken(desk)
    for path in ("index.html", "README.txt", "manifest.json", "evidence.csv"):
        assert "sample" in package.read(path).decode().lower(), path


# --- memory -----------------------------------------------------------------------------------


def test_no_file_is_held_whole_while_it_is_sent():
    from datetime import UTC, datetime

    block = bytes(1 << 16)
    parts = [Part("large", (block for _ in range(800)), packed=True)]
    sizes = [len(piece) for piece in stream(parts, {}, datetime(2026, 1, 1, tzinfo=UTC))]
    assert sum(sizes) > 800 * len(block)
    assert max(sizes) <= 2 * len(block)
