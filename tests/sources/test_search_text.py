"""What the search over versions finds, in each language."""

import pytest
from django.utils import timezone

from sources.models import Article, Cluster, Source, Version
from sources.models.article import said

pytestmark = pytest.mark.django_db


def version(text, language, title=""):
    source = Source.objects.create(slug=f"outlet-{Source.objects.count()}", name="Outlet")
    article = Article.objects.create(
        source=source,
        cluster=Cluster.objects.create(),
        url="https://outlet.example/1",
        title=title,
        sort_at=timezone.now(),
    )
    return Version.objects.create(
        article=article,
        seq=1,
        title=title,
        text=text,
        language=language,
        text_sha256=b"0" * 32,
        extractor="by hand",
        sort_at=article.sort_at,
    )


def finds(version, words):
    return Version.objects.filter(said(words)).filter(pk=version.pk).exists()


def test_french_is_found_without_its_accents():
    assert finds(version("Les postes de police à Montréal", "fr"), "poste montreal")


@pytest.mark.parametrize("words", ["stations", "nobody", '"secret stations"', "“secret stations”"])
def test_a_word_beside_a_curly_quote_mark_is_found(words):
    assert finds(version("“Nobody” saw “secret stations”—two.", "en"), words)


def test_a_french_word_after_a_curly_apostrophe_is_found():
    assert finds(version("L’ambassade a nié « tout ».", "fr"), "ambassade tout")


def test_english_is_found_by_its_stem():
    assert finds(version("The force is investigating two stations", "en"), "investigate station")


def test_a_chinese_word_is_found_inside_a_clause():
    assert finds(version("中国大使馆否认有关指控", "zh"), "大使馆")


def test_an_excluded_word_excludes():
    found = version("The embassy denied the report", "en")
    assert finds(found, "embassy")
    assert not finds(found, "embassy -denied")


def test_a_phrase_is_found_in_its_order_only():
    found = version("The police closed the station", "en")
    assert finds(found, '"police closed"')
    assert not finds(found, '"closed police"')
