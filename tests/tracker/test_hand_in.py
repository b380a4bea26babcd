"""Texts handed in: pasted or uploaded, cited like any other, marked, and never re-checked."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from sources.ingest import lease, run, upkeep
from sources.ingest.verify import files, named, texts
from sources.models import Article, Host, Job
from tests.factories import make_claim, make_source, make_story
from tests.sources.test_pdf import make_pdf
from tracker.models import Suggestion
from tracker.passages import linking
from tracker.passages.linking import Reading

pytestmark = pytest.mark.django_db
PAGE = "/articles/new/text/"
LETTER = "The letter of March.\r\n\r\n  Two alleged stations   were named in Montreal.\0 \r\n"


@pytest.fixture(autouse=True)
def court():
    return make_source("Superior Court", kind="court")


def send(client, **values):
    return client.post(
        PAGE, {"source": "superior court", "title": "A letter", "language": "en", **values}
    )


def upload(client, body, **values):
    return send(client, file=SimpleUploadedFile("filing.pdf", body), **values)


def test_a_pasted_text_becomes_an_article_marked_by_whom(desk, court):
    answer = send(desk, text=LETTER, published="2023-03-09")
    article = Article.objects.get()
    version = article.current_version
    assert answer.url == f"/articles/{article.pk}/"
    assert version.text == "The letter of March.\nTwo alleged stations were named in Montreal."
    assert (article.source, article.arrival, article.text_state) == (court, "paste", "ok")
    assert version.extractor == "pasted by nora"
    assert str(timezone.localtime(article.published_at).date()) == "2023-03-09"
    provenance = desk.get(f"/articles/{article.pk}/provenance/").content.decode()
    assert "handed in by nora" in provenance


def test_an_uploaded_pdf_is_read_by_page_and_its_original_kept(desk, court):
    body = make_pdf(
        "The court heard of two stations.", "The hearing was adjourned.", title="Filing"
    )
    upload(desk, body, title="")
    article = Article.objects.get()
    version = article.current_version
    assert (article.title, article.arrival) == ("Filing", "pdf")
    assert "[Page 2]\nThe hearing was adjourned." in version.text
    assert version.extractor.startswith("pypdf ")
    kept = desk.get(f"/articles/{article.pk}/versions/1/original.pdf")
    assert kept.content == body
    assert kept["Content-Disposition"].startswith("attachment")


def test_what_was_handed_in_holds_against_its_hashes(desk):
    upload(desk, make_pdf("The court heard of two stations."))
    send(desk, text=LETTER)
    assert [*files(named()), *texts()] == []


def test_a_handed_in_text_is_told_of_and_matched_and_never_asked_for_again(desk):
    claim = make_claim(make_story(filter="station*"), terms="station*")
    send(desk, text=LETTER)
    (claimed,) = lease.claim_some("tell", 5)
    assert run.work(claimed) == "ok"
    assert Suggestion.objects.filter(claim=claim).exists()
    assert not Job.objects.filter(article=Article.objects.get()).exists()


def test_a_passage_of_a_pdf_is_linked_and_watched_without_asking_anybody(desk, nora):
    upload(desk, make_pdf("The court heard of two stations.", "The hearing was adjourned."))
    version = Article.objects.get().current_version
    Job.objects.all().delete()
    start = version.text.index("The hearing")
    reading = Reading("reports")
    evidence = linking.link(make_claim(), version, start, start + 26, reading, nora)
    assert evidence.exact == "The hearing was adjourned."
    assert not Job.objects.exists()
    page = desk.get(f"/articles/{version.article_id}/").content.decode()
    assert "page 2" in page


def test_asking_again_for_what_stands_at_no_address_asks_nobody(desk):
    send(desk, text=LETTER)
    Job.objects.all().delete()
    article = Article.objects.get()
    upkeep.ask_article(article)
    assert not Job.objects.exists()


def test_the_same_text_twice_is_one_article(desk):
    first, second = send(desk, text=LETTER), send(desk, text=LETTER)
    assert first.url == second.url
    assert Article.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"text": LETTER, "source": "Nobody"}, "There is no source of this name"),
        ({"text": LETTER, "title": ""}, "A pasted text needs a title."),
        ({"text": LETTER, "published": "2999-01-01"}, "This day is still to come."),
        ({}, "Paste a text, or choose a PDF"),
        ({"text": " \r\n \0 "}, "Paste a text, or choose a PDF"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(desk, values, said):
    answer = send(desk, **values)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<script>alert(1)</script>", "This is no PDF."),
        (make_pdf(""), "It holds pictures of text"),
    ],
)
def test_a_pdf_that_can_not_be_read_says_why_and_leaves_nothing(desk, body, said):
    answer = upload(desk, body)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Article.objects.exists()


def test_a_text_comes_with_a_merged_source_under_what_it_became(desk, court):
    make_source("Old Court", merged_into=court)
    send(desk, text=LETTER, source="Old Court")
    assert Article.objects.get().source == court


def test_handing_in_shows_no_site_on_the_page_of_its_source(desk, court):
    send(desk, text=LETTER)
    assert Host.objects.get().source is None
    assert "handed-in" not in desk.get(f"/sources/{court.slug}/").content.decode()


def test_a_contributor_hands_nothing_in_and_a_viewer_takes_no_original(client, cleo, tom, nora):
    client.force_login(nora)
    upload(client, make_pdf("The court heard of two stations."))
    article = Article.objects.get()
    client.force_login(cleo)
    assert client.get(PAGE).status_code == 403
    assert send(client, text=LETTER).status_code == 403
    client.force_login(tom)
    assert client.get(f"/articles/{article.pk}/versions/1/original.pdf").status_code == 403
