"""What a publisher sends is shown as words, whatever it would like to be."""

import pytest
from django.urls import reverse
from lxml import html

from tests.factories import make_article

pytestmark = pytest.mark.django_db

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)><a href='javascript:alert(3)'>x</a>"


@pytest.mark.parametrize("tab", ["article", "versions", "provenance"])
def test_case_76_a_script_in_a_title_a_byline_or_a_text_is_only_words(desk, tab):
    article = make_article(f"{EVIL} The embassy denied it.", title=EVIL, author=EVIL)
    shown = desk.get(reverse(tab, args=[article.pk])).content.decode()
    tree = html.document_fromstring(shown)
    assert "alert(1)" in tree.text_content()
    assert not tree.xpath("//script[not(@src)] | //*[@onerror] | //img[@src='x']")
    assert not [url for url in tree.xpath("//@href") if url.startswith("javascript:")]


def test_case_76_a_script_in_the_title_of_a_search_result_is_only_words(desk):
    make_article(f"{EVIL} The embassy denied it.", title=EVIL)
    shown = desk.get(reverse("search"), {"q": "embassy"}).content.decode()
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
