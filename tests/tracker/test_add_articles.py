"""The page that takes in articles by address: who may, what it refuses, what it says."""

import pytest
from django.contrib.messages import get_messages

from sources.ingest.identify import url_key
from sources.models import Article, ArticleUrl, Fetch, Job, Run
from tests.factories import make_article
from tests.tracker.test_pages import queries

pytestmark = pytest.mark.django_db
PAGE = "/articles/new/"
ONE, TWO = "https://quay.example/1", "https://quay.example/2"


def send(client, text):
    return client.post(PAGE, {"addresses": text})


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def at_address(article):
    ArticleUrl.objects.create(
        url_key=url_key(article.url), article=article, url=article.url, kind="feed"
    )


def test_an_editor_sees_the_form(desk):
    page = desk.get(PAGE).content.decode()
    assert 'name="addresses"' in page
    assert "One a line" in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_contributor_may_not(client, cleo, method):
    client.force_login(cleo)
    assert getattr(client, method)(PAGE).status_code == 403


def test_who_has_not_signed_in_is_sent_to_sign_in(client):
    assert client.get(PAGE).url.startswith("/sign-in/")


def test_one_address_leads_to_its_article(desk, nora):
    answer = send(desk, ONE)
    article = Article.objects.get()
    assert answer.url == f"/articles/{article.pk}/"
    assert article.arrival == "url"
    assert Run.objects.get().requested_by == nora
    assert "Taken in" in said(answer)[0]


def test_the_page_of_an_article_that_is_not_fetched_yet_can_be_read(desk):
    page = desk.get(send(desk, ONE).url).content.decode()
    assert ONE in page
    assert "not fetched yet" in page


def test_several_addresses_are_one_run_and_are_listed(desk):
    answer = desk.post(PAGE, {"addresses": f"{ONE}\n\n {TWO}\n{ONE}"}, follow=True)
    assert Article.objects.count() == 2
    assert Run.objects.count() == 1
    page = answer.content.decode()
    for article in Article.objects.all():
        assert f'href="/articles/{article.pk}/"' in page


def test_an_article_that_is_held_is_shown_and_not_made_again(desk):
    first = send(desk, ONE).url
    assert send(desk, "http://quay.example/1?utm_source=mail").url == first
    assert Article.objects.count() == 1


def test_an_article_whose_text_is_held_is_not_said_to_be_fetched(desk):
    at_address(make_article(url=ONE))
    assert said(send(desk, ONE)) == ["We hold this article already."]
    both = said(send(desk, f"{ONE}\n{TWO}"))[-2:]
    assert both[0].startswith("1 article is held already, and is not fetched anew. <a ")
    assert "Taken in" in both[1]


def test_articles_that_are_all_held_are_named_and_leave_no_run_behind(desk):
    one, two = make_article(url=ONE, title="On <b>ice"), make_article(url=TWO)
    at_address(one)
    at_address(two)
    page = desk.post(PAGE, {"addresses": f"{one.url}\n{two.url}"}, follow=True).content.decode()
    assert "2 articles are held already" in page
    assert f'<a href="/articles/{one.pk}/">On &lt;b&gt;ice</a>' in page
    assert f'<a href="/articles/{two.pk}/">' in page
    assert not Run.objects.exists()


def test_the_page_of_an_article_shows_the_text_by_itself_once_it_is_here(desk):
    article = make_article()
    Article.objects.update(text_state="pending")
    place, headers = f"/articles/{article.pk}/", {"HX-Request": "true"}
    assert "HX-Refresh" not in desk.get(place, headers=headers)
    Article.objects.update(text_state="ok")
    assert desk.get(place, headers=headers)["HX-Refresh"] == "true"


def test_only_a_page_that_waits_for_its_text_asks_for_it(desk):
    article = make_article()
    assert "every 3s" not in desk.get(f"/articles/{article.pk}/").content.decode()
    Article.objects.update(text_state="pending", current_version=None)
    assert "every 3s" in desk.get(f"/articles/{article.pk}/").content.decode()


def test_an_address_at_which_nothing_ever_stood_is_not_called_withdrawn(desk):
    article = make_article()
    Article.objects.update(text_state="gone")
    assert "withdrawn" in desk.get(f"/articles/{article.pk}/").content.decode()
    Article.objects.update(current_version=None)
    page = desk.get(f"/articles/{article.pk}/").content.decode()
    assert "not found at its address" in page
    assert "withdrawn" not in page


def test_the_marks_of_a_click_are_not_kept(desk):
    send(desk, f"{ONE}?page=2&utm_source=mail&fbclid=abc")
    assert Article.objects.get().url == f"{ONE}?page=2"


def test_an_aggregators_address_is_refused_with_the_reason(desk):
    answer = send(desk, "https://news.google.com/rss/articles/CBMiInvented")
    assert answer.status_code == 422
    assert "Paste the publisher’s own address" in answer.content.decode()


def test_what_is_no_web_page_says_where_a_pdf_is_uploaded(desk):
    held = make_article(url=ONE)
    Article.objects.filter(pk=held.pk).update(text_state="not_html", current_version=None)
    held.versions.all().delete()
    shown = desk.get(f"/articles/{held.pk}/").content.decode()
    assert '<a href="/articles/new/text/">If it is a PDF, upload it.</a>' in shown


def test_nothing_is_taken_in_when_one_address_is_wrong_and_it_is_named(desk):
    answer = send(desk, f"{ONE}\njavascript:alert(1)\nhttp://10.0.0.1/")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "javascript:alert(1), http://10.0.0.1/" in page
    assert ONE in page  # what was typed is still there
    assert not Article.objects.exists()
    assert not Job.objects.exists()


def test_an_empty_form_is_sent_back(desk):
    assert send(desk, " \n").status_code == 422


def test_more_than_five_hundred_at_once_are_refused(desk):
    many = "\n".join(f"https://quay.example/{n}" for n in range(501))
    assert "At most 500" in send(desk, many).content.decode()
    assert not Article.objects.exists()


@pytest.mark.parametrize("run", ["x", "-1", "9" * 30, "0"])
def test_nonsense_in_the_address_does_no_harm(desk, run):
    make_article()
    assert desk.get(PAGE, {"run": run}).status_code == 200


def test_a_title_of_a_publisher_is_escaped_in_the_list(desk):
    answer = send(desk, f"{ONE}\n{TWO}")
    Article.objects.update(title="<script>alert(1)</script>")
    assert "<script>alert" not in desk.get(answer.url).content.decode()


def test_a_list_says_how_far_it_is_by_itself_until_all_is_read(desk):
    address = send(desk, f"{ONE}\n{TWO}").url
    page = desk.get(address).content.decode()
    assert "0 of 2 pages asked for" in page
    assert 'hx-trigger="every 3s"' in page
    run = Run.objects.get()
    for article in Article.objects.all():
        Fetch.objects.create(article=article, run=run, host="quay.example", outcome="ok", url=ONE)
    Job.objects.update(run=None)
    part = desk.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "2 of 2 pages asked for" in part
    assert "every 3s" not in part
    assert "<html" not in part


def test_progress_costs_the_same_queries_however_long_the_list(desk):
    few = queries(desk, send(desk, f"{ONE}\n{TWO}").url)
    many = "\n".join(f"https://quay.example/more/{n}" for n in range(20))
    assert queries(desk, send(desk, many).url) == few
