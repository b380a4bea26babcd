"""The web archive of a story, opened by readers that are not ours."""

import gzip
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from warcio.archiveiterator import ArchiveIterator

from sources.ingest import raw
from sources.models import Fetch, Version
from tests.factories import NEWS, add_version, make_article, make_claim, make_source, make_story
from tracker.exports.wacz import sort_key
from tracker.passages import linking
from tracker.passages.linking import Reading

pytestmark = pytest.mark.django_db
PASSAGE = "The embassy denied that any police station exists in Canada."
AT = datetime(2023, 4, 17, 12, 0, 5, tzinfo=UTC)


def cited(story, nora, **values):
    """An article whose first version is cited by evidence of the story."""
    article = make_article(**values)
    claim = story.claims.first() or make_claim(story)
    start = NEWS.index(PASSAGE)
    version = article.current_version
    linking.link(claim, version, start, start + len(PASSAGE), Reading("reports"), nora)
    answered(version)
    return article


def answered(version, body=None, at=AT):
    """Give the version the answer it was read from."""
    body = body or f"<p>{version.text} {version.pk}</p>".encode()
    digest = raw.keep(body)
    fetch = Fetch.objects.create(
        article=version.article,
        outcome="ok",
        url=version.article.url,
        final_url=version.article.url,
        status=200,
        headers=[["content-type", "text/html"], ["content-encoding", "gzip"]],
        raw_sha256=digest,
        at=at,
    )
    Version.objects.filter(pk=version.pk).update(fetch=fetch, raw_sha256=digest, at=at)
    return body


@pytest.fixture
def story(db):
    return make_story(slug="quays")


@pytest.fixture
def export(tmp_path):
    """Run the command and open what it wrote."""

    def run(slug="quays", name="quays.wacz"):
        run.said = io.StringIO()
        path = tmp_path / name
        call_command(
            "export_wacz", "--story", slug, "--output", str(path), stdout=run.said, stderr=run.said
        )
        return zipfile.ZipFile(path)

    return run


def archived(package):
    """The records of the archive: type, address, content."""
    with package.open("archive/data.warc.gz") as file:
        found = []
        for record in ArchiveIterator(file, check_digests=True):
            content = record.raw_stream.read()
            assert record.digest_checker.problems == []
            found.append((record.rec_type, record.rec_headers["WARC-Target-URI"], content))
    return found


def index(package):
    """The lines of the index: key, moment, values."""
    lines = package.read("indexes/index.cdxj").decode().splitlines()
    return [(*line.split(" ", 2)[:2], json.loads(line.split(" ", 2)[2])) for line in lines]


def pages(package):
    return [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()]


def versions(package):
    return sorted(page["id"] for page in pages(package)[1:])


def test_the_package_has_the_files_of_the_format(export, story, nora):
    cited(story, nora)
    package = export()
    assert package.testzip() is None
    assert package.namelist() == [
        "archive/data.warc.gz",
        "indexes/index.cdxj",
        "pages/pages.jsonl",
        "datapackage.json",
        "datapackage-digest.json",
    ]


def test_the_manifest_has_the_fields_of_the_format_and_the_hash_of_every_file(export, story, nora):
    cited(story, nora)
    package = export()
    manifest = json.loads(package.read("datapackage.json"))
    assert manifest["profile"] == "data-package"
    assert manifest["wacz_version"] == "1.1.1"
    assert {"title", "description", "created", "modified", "software"} <= set(manifest)
    assert {"mainPageUrl", "mainPageDate"} <= set(manifest)
    for resource in manifest["resources"]:
        data = package.read(resource["path"])
        assert resource["bytes"] == len(data)
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
    named = {resource["path"] for resource in manifest["resources"]}
    assert named == {"archive/data.warc.gz", "indexes/index.cdxj", "pages/pages.jsonl"}


def test_the_digest_seals_the_manifest(export, story, nora):
    cited(story, nora)
    package = export()
    digest = json.loads(package.read("datapackage-digest.json"))
    manifest = hashlib.sha256(package.read("datapackage.json")).hexdigest()
    assert digest == {"path": "datapackage.json", "hash": f"sha256:{manifest}"}


def test_the_archive_is_stored_and_not_compressed_again(export, story, nora):
    cited(story, nora)
    assert export().getinfo("archive/data.warc.gz").compress_type == zipfile.ZIP_STORED


def test_the_archive_holds_the_answer_and_the_text_of_a_version(export, story, nora):
    article = cited(story, nora)
    version = article.current_version
    found = archived(export())
    assert [kind for kind, _, _ in found] == ["warcinfo", "response", "metadata", "resource"]
    assert found[1][1:] == (article.url, f"<p>{NEWS} {version.pk}</p>".encode())
    assert found[3][2].decode() == NEWS


def test_the_index_leads_to_each_record_alone(export, story, nora):
    cited(story, nora)
    cited(story, nora)
    package = export()
    archive = package.read("archive/data.warc.gz")
    for _, _, values in index(package):
        offset, length = int(values["offset"]), int(values["length"])
        member = gzip.decompress(archive[offset : offset + length])
        assert f"WARC-Target-URI: {values['url']}\r\n".encode() in member
        assert values["filename"] == "data.warc.gz"


def test_the_index_is_sorted_and_names_status_type_and_digest(export, story, nora):
    cited(story, nora, url="https://zeta.example/a")
    cited(story, nora, url="https://alpha.example/a")
    package = export()
    lines = package.read("indexes/index.cdxj").decode().splitlines()
    assert lines == sorted(lines)
    responses = [row for row in index(package) if not row[0].startswith("urn:")]
    assert [row[:2] for row in responses] == [
        ("example,alpha)/a", "20230417120005"),
        ("example,zeta)/a", "20230417120005"),
    ]
    assert responses[0][2]["status"] == "200"
    assert responses[0][2]["mime"] == "text/html"
    assert responses[0][2]["digest"].startswith("sha256:")


def test_every_version_is_a_page_with_address_and_time(export, story, nora):
    article = cited(story, nora)
    header, page = pages(export())
    assert header["format"] == "json-pages-1.0"
    assert page == {
        "id": f"article-{article.pk}-version-1",
        "url": article.url,
        "ts": "2023-04-17T12:00:05Z",
        "title": "Stations",
    }


def test_cited_versions_and_current_ones_are_in_it_and_those_between_are_not(export, story, nora):
    article = cited(story, nora)
    add_version(article, "Between.")
    add_version(article, "Newest.")
    assert versions(export()) == [
        f"article-{article.pk}-version-1",
        f"article-{article.pk}-version-3",
    ]


def test_withdrawn_evidence_keeps_no_article_in_it(export, story, nora):
    kept, dropped = cited(story, nora), cited(story, nora)
    (evidence,) = dropped.current_version.evidence.all()
    evidence.withdraw(nora, "Another embassy.")
    assert versions(export()) == [f"article-{kept.pk}-version-1"]


def test_articles_of_other_stories_are_not_in_it(export, story, nora):
    article = cited(story, nora)
    cited(make_story(), nora)
    assert versions(export()) == [f"article-{article.pk}-version-1"]


def test_one_answer_read_twice_is_archived_once(export, story, nora):
    article = cited(story, nora)
    first = article.current_version
    second = add_version(article, NEWS + " And more.")
    first.refresh_from_db()
    Version.objects.filter(pk=second.pk).update(
        fetch=first.fetch, raw_sha256=first.raw_sha256, at=AT + timedelta(days=1)
    )
    kinds = [kind for kind, _, _ in archived(export())]
    assert kinds.count("response") == 1
    assert kinds.count("resource") == 2


def test_the_same_data_makes_the_same_file(export, story, nora):
    cited(story, nora)
    cited(story, nora)
    one, two = export(name="one.wacz"), export(name="two.wacz")
    with open(one.filename, "rb") as first, open(two.filename, "rb") as second:
        assert first.read() == second.read()


def test_an_answer_that_is_lost_is_named_and_its_text_is_still_there(export, story, nora):
    article = cited(story, nora)
    version = Version.objects.get()
    default_storage.delete(raw.path_of(version.raw_sha256))
    package = export()
    assert f"article {article.pk} version 1: its answer is missing" in export.said.getvalue()
    assert [kind for kind, _, _ in archived(package)] == ["warcinfo", "metadata", "resource"]
    assert pages(package)[1]["url"] == f"urn:text:{article.url}"


def test_a_sample_says_that_it_is_one(export, nora):
    story = make_story(slug="quays", sample=True)
    cited(story, nora, source=make_source(sample=True))
    assert "Sample" in json.loads(export().read("datapackage.json"))["description"]


def test_a_story_without_evidence_makes_no_file(export, story):
    with pytest.raises(CommandError, match="No evidence stands"):
        export()


def test_an_unknown_story_is_refused(export):
    with pytest.raises(CommandError, match="no story"):
        export("nowhere")


def test_a_file_name_of_another_format_is_refused(export, story, nora):
    cited(story, nora)
    with pytest.raises(CommandError, match=r"\.wacz"):
        export(name="quays.zip")


def test_nothing_half_written_is_left_behind(export, story, nora, tmp_path):
    cited(story, nora)
    export()
    assert [path.name for path in tmp_path.iterdir()] == ["quays.wacz"]


def test_the_log_says_that_an_archive_was_written(export, story, nora, caplog):
    cited(story, nora)
    with caplog.at_level("INFO", "claimline.access"):
        export()
    assert any("web archive of story quays" in row.getMessage() for row in caplog.records)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.quay.example/News?b=2&a=1", "example,quay)/news?a=1&b=2"),
        ("http://quay.example", "example,quay)/"),
        ("http://quay.example:8080/a", "example,quay:8080)/a"),
        ("https://quay.example:443/a", "example,quay)/a"),
        ("http://127.0.0.1/a", "127.0.0.1)/a"),
        ("urn:text:https://quay.example/A", "urn:text:https://quay.example/A"),
    ],
)
def test_the_sort_key_of_an_address(url, key):
    assert sort_key(url) == key
