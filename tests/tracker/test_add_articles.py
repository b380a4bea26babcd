"""The page that takes in articles by address: who may, what it refuses, what it says."""

import pytest
from django.contrib.messages import get_messages

from sources.models import Article, Job, Run
from tests.factories import make_article

pytestmark = pytest.mark.django_db
PAGE = "/articles/new/"
ONE, TWO = "https://quay.example/1", "https://quay.example/2"


def send(client, text):
    return client.post(PAGE, {"addresses": text})


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


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


def test_more_than_fifty_at_once_are_refused(desk):
    many = "\n".join(f"https://quay.example/{n}" for n in range(51))
    assert "At most 50" in send(desk, many).content.decode()
    assert not Article.objects.exists()


@pytest.mark.parametrize("taken", ["x", "-1", "9" * 30, "0"])
def test_nonsense_in_the_address_does_no_harm(desk, taken):
    make_article()
    assert desk.get(PAGE, {"taken": taken}).status_code == 200


def test_a_title_of_a_publisher_is_escaped_in_the_list(desk):
    article = make_article(title="<script>alert(1)</script>")
    assert "<script>alert" not in desk.get(PAGE, {"taken": article.pk}).content.decode()
