"""The download of one version's capture: who gets it, what is in it, what the log says."""

import io
import logging

import pytest
from warcio.archiveiterator import ArchiveIterator

from sources.ingest import raw
from sources.models import Fetch, Version
from tests.factories import make_article

pytestmark = pytest.mark.django_db
PAGE = b"<html><p>The embassy denied it.</p></html>"


@pytest.fixture
def article():
    """An article with one version that was fetched."""
    made = make_article("The embassy denied it.")
    digest = raw.keep(PAGE)
    fetch = Fetch.objects.create(
        article=made,
        outcome="ok",
        url=made.url,
        final_url=made.url + "?page=1",
        hops=[[301, made.url, made.url + "?page=1"]],
        status=200,
        headers=[["content-type", "text/html"]],
        raw_sha256=digest,
        ip="198.51.100.7",
    )
    Version.objects.filter(article=made).update(fetch=fetch, raw_sha256=digest)
    return made


def address(article, seq=1):
    return f"/articles/{article.pk}/versions/{seq}/capture.warc.gz"


def bodies(answer):
    records = ArchiveIterator(io.BytesIO(answer.content), check_digests=True)
    return {record.rec_type: record.raw_stream.read() for record in records}


def test_a_contributor_takes_the_capture_of_a_version(client, cleo, article):
    client.force_login(cleo)
    answer = client.get(address(article))
    assert answer.status_code == 200
    assert bodies(answer)["response"] == PAGE
    assert bodies(answer)["resource"] == b"The embassy denied it."


def test_it_is_a_download_with_a_name_and_is_kept_by_no_cache(client, cleo, article):
    client.force_login(cleo)
    answer = client.get(address(article))
    name = f"article-{article.pk}-v1.warc.gz"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "no-store" in answer["Cache-Control"]


def test_a_viewer_takes_no_capture(client, tom, article):
    client.force_login(tom)
    assert client.get(address(article)).status_code == 403


def test_who_has_not_signed_in_is_sent_to_sign_in(client, article):
    assert client.get(address(article)).url.startswith("/sign-in/")


def test_a_version_that_does_not_exist_has_no_capture(desk, article):
    assert desk.get(address(article, 2)).status_code == 404


def test_a_version_of_another_article_is_not_found_under_this_one(desk, article):
    assert desk.get(f"/articles/{article.pk + 1}/versions/1/capture.warc.gz").status_code == 404


def test_the_log_says_who_took_what(desk, nora, article, caplog):
    with caplog.at_level(logging.INFO, "claimline.access"):
        desk.get(address(article))
    expected = f"capture of article {article.pk} version 1 taken by user {nora.pk}"
    assert expected in [record.getMessage() for record in caplog.records]


def test_a_capture_whose_answer_is_damaged_leaves_it_out_and_says_so(desk, article, caplog):
    Version.objects.filter(article=article).update(raw_sha256="0" * 64)
    answer = desk.get(address(article))
    assert "response" not in bodies(answer)
    assert b'"body": "missing"' in bodies(answer)["metadata"]
    assert any("its answer is missing" in record.getMessage() for record in caplog.records)


def test_the_provenance_page_leads_to_the_captures(desk, article):
    assert address(article) in desk.get(f"/articles/{article.pk}/provenance/").content.decode()


def test_the_provenance_page_offers_a_viewer_none(client, tom, article):
    client.force_login(tom)
    page = client.get(f"/articles/{article.pk}/provenance/").content.decode()
    assert "capture.warc.gz" not in page


def test_the_provenance_page_says_where_redirects_led(desk, article):
    page = desk.get(f"/articles/{article.pk}/provenance/").content.decode()
    assert f"301 {article.url}?page=1" in page
