"""French: the catalogue is complete and whole, and the pages speak it."""

import gettext
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.urls import URLPattern, reverse
from django.urls.resolvers import RoutePattern
from django.utils import timezone, translation
from django.utils.translation import ngettext

from sources.models import Feed, Fetch, Host, Job, Run, Tag, Version
from tests import french
from tests.factories import (
    NEWS,
    add_version,
    make_article,
    make_claim,
    make_source,
    make_speaker,
    make_story,
    make_suggestion,
)
from tracker import urls
from tracker.models import Status, StatusChange, StoryArticle
from tracker.passages import linking
from tracker.passages.linking import Reading

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/fr/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]")
NBSP = "\N{NO-BREAK SPACE}"

# --- the catalogue --------------------------------------------------------------------------


MESSAGES = french.read(CATALOGUE)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """The messages of the code and the templates as they stand, read in a copy."""
    if not shutil.which("xgettext"):
        if os.environ.get("CI"):
            pytest.fail("No xgettext found: install Debian's gettext.")
        pytest.skip("No xgettext found; install gettext to compare the catalogue with the code.")
    copy = tmp_path_factory.mktemp("extracted")
    for folder in ("sources", "templates", "tracker"):
        ignore = shutil.ignore_patterns("samples", "__pycache__")
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignore)
    (copy / "locale/fr/LC_MESSAGES").mkdir(parents=True)
    command = [sys.executable, "-m", "django", "makemessages", "-l", "fr", "--no-location"]
    plain = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=copy, env=plain, check=True, capture_output=True)
    return french.read(copy / "locale/fr/LC_MESSAGES/django.po")


def test_every_message_of_the_interface_is_in_the_catalogue(extracted):
    assert len(extracted) > 500
    assert sorted(set(extracted) - set(MESSAGES)) == []


def test_every_message_has_its_french_and_none_is_a_guess():
    assert [m for m in MESSAGES.values() if m.fuzzy or not all(m.french)] == []
    assert [m for m in MESSAGES.values() if len(m.french) != len(m.english)] == []


def test_french_and_english_name_the_same_values():
    def names(text):
        return Counter(PLACEHOLDER.findall(text))

    different = [
        (english, french)
        for message in MESSAGES.values()
        for english, french in zip(message.english, message.french, strict=True)
        if "date format" not in message.context and names(english) != names(french)
    ]
    assert different == []


def test_the_compiled_catalogue_says_what_the_written_one_says():
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    def said(message):
        if len(message.english) == 1:
            return (compiled.pgettext(message.context, *message.english),)
        return tuple(compiled.npgettext(message.context, *message.english, n) for n in (1, 2))

    def without_context(message):
        if len(message.english) == 1:
            return (compiled.gettext(*message.english),)
        return tuple(compiled.ngettext(*message.english, n) for n in (1, 2))

    stale = [
        message.english
        for message in MESSAGES.values()
        if (said if message.context else without_context)(message) != message.french
    ]
    assert stale == []


def test_faults_in_search_terms_have_their_french():
    source = (ROOT / "tracker/matching/terms.py").read_text(encoding="utf-8")
    faults = re.findall(r'TermsError\(\s*"([^"]+)"', source)
    assert faults
    assert [fault for fault in faults if ("", (fault,)) not in MESSAGES] == []


def test_french_marks_have_their_spaces_and_their_own_shapes():
    wrong = {
        "a straight apostrophe": re.compile(r"\w'\w"),
        "English quotation marks": re.compile("[“”]"),
        "a guillemet without its no-break space": re.compile(f"«(?!{NBSP})|(?<!{NBSP})»"),
        "a colon without its no-break space": re.compile(rf"(?<!{NBSP}):(?!\d|//)"),
    }
    found = [
        (what, text)
        for message in MESSAGES.values()
        for text in message.french
        for what, pattern in wrong.items()
        if pattern.search(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("n", "words"),
    [(0, "0 origine indépendante"), (1, "1 origine indépendante"), (2, "2 origines indépendantes")],
)
def test_nought_and_one_are_singular_in_french(n, words):
    with translation.override("fr"):
        said = ngettext("%(n)s independent origin", "%(n)s independent origins", n)
    assert said % {"n": n} == words


# --- the pages ------------------------------------------------------------------------------

FRENCH_NEWS = "Deux bureaux ont été nommés jeudi. L’ambassade a nié toute présence au pays."
MAIN = (
    "stories story claim counted edit-claim article versions provenance inbox sources source"
    " ingest run search preferences sign-in"
)


def newsroom(nora):
    """A story with evidence, suggestions, a source, a failing feed and a run, told in French."""
    story = make_story(title_fr="Un dossier", dek_fr="Ce que nous suivons.")
    claim = make_claim(story, title_fr="Deux bureaux", statement_fr="Deux bureaux existent.")
    make_claim(story, title_fr="Rien", statement_fr="Rien n’existe.")
    embassy = make_speaker("Ambassade inventée")
    claim.parties.add(embassy)
    source = make_source("Le Phare", owner="Les Phares", country="CA", languages=["fr"])
    source.tag(Tag.objects.create(slug="quebec", label_en="Quebec", label_fr="Québec"), nora)
    article = make_article(
        FRENCH_NEWS,
        source=source,
        language="fr",
        title="Bureaux",
        published_precision="minute",
    )
    copy = make_article(FRENCH_NEWS, language="fr", title="Bureaux", cluster=article.cluster)
    StoryArticle.objects.create(story=story, article=article)
    for words, values in (
        ("Deux bureaux ont été nommés jeudi.", {"stance": "supports"}),
        ("L’ambassade a nié toute présence au pays.", {"stance": "denies", "speaker": embassy}),
        ("bureaux ont été nommés", {"stance": "reports", "chain": "une source anonyme"}),
        ("toute présence au pays", {"stance": "declines", "speaker": embassy}),
    ):
        start = FRENCH_NEWS.index(words)
        denied = "toute présence" if values["stance"] == "denies" else ""
        reading = Reading(denies_what=denied, **values)
        end = start + len(words)
        evidence = linking.link(claim, article.current_version, start, end, reading, nora)
    change = StatusChange.objects.create(
        claim=claim,
        status=Status.objects.get(pk="charged"),
        by_kind="court",
        effective_on="2023-04-17",
        why="Selon la cour.",
        review_on="2024-04-17",
        recorded_by=nora,
    )
    suggestion = make_suggestion(claim, copy, "Deux bureaux ont été nommés jeudi.")
    add_version(article, FRENCH_NEWS + " Une phrase de plus.")
    Version.objects.update(extractor="lecteur 1")
    return story, article, source, suggestion, evidence, change, failing_run(source)


def failing_run(source):
    """A finished run in which the only feed of the source did not answer."""
    now = timezone.now()
    feed = Feed.objects.create(
        source=source, url="https://phare.example/feed", url_key=bytes(32), failures=6,
        last_outcome="timeout", last_attempt_at=now, failing_since=now,
    )  # fmt: skip
    host, _ = Host.objects.get_or_create(authority="phare.example")
    Job.objects.create(kind="feed", feed=feed, host=host)
    run = Run.objects.create(kind="nightly", slot="x", feeds=1, deadline_at=now, finished_at=now)
    Fetch.objects.create(run=run, feed=feed, host="phare.example", outcome="timeout", url=feed.url)
    return run


@pytest.fixture
def shown(desk, nora):
    """Every page a person can open, by the name of its address, for a reader of French."""
    nora.language = "fr"
    nora.save()
    story, article, source, suggestion, evidence, change, run = newsroom(nora)
    known = {
        "stories": {"slug": story.slug, "number": 1, "figure": "origins", "pk": evidence.pk},
        "articles": {"pk": article.pk},
        "inbox": {"pk": suggestion.pk},
        "sources": {"slug": source.slug, "pk": run.fetches.get().feed_id},
        "ingest/runs": {"pk": run.pk},
        "ingest/feeds": {"pk": run.fetches.get().feed_id},
        "statuses": {"pk": change.pk},
    }
    pages = {
        "searched": desk.get(reverse("search"), {"q": "bureaux"}),
        "printed": desk.get(reverse("search"), {"q": "bureaux", "in": "versions"}),
    }
    for pattern in urls.urlpatterns:
        if not isinstance(pattern, URLPattern) or not isinstance(pattern.pattern, RoutePattern):
            continue
        if pattern.name == "kit":
            continue
        route = str(pattern.pattern)
        values = next((v for k, v in sorted(known.items())[::-1] if route.startswith(k)), {})
        wanted = pattern.pattern.converters
        if set(wanted) <= set(values):
            arguments = {name: values[name] for name in wanted}
            pages[pattern.name] = desk.get(reverse(pattern.name, kwargs=arguments))
    desk.logout()
    pages["sign-in"] = desk.get(reverse("sign-in"), headers={"Accept-Language": "fr-CA,fr"})
    return {
        name: answer.content.decode()
        for name, answer in pages.items()
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    }


@pytest.mark.django_db
def test_the_main_pages_are_all_shown(shown):
    assert set(MAIN.split()) - set(shown) == set()


@pytest.mark.django_db
def test_every_page_says_that_it_is_in_french(shown):
    pages = {name: page for name, page in shown.items() if "<html" in page}  # not parts of one
    assert pages
    assert [name for name, page in pages.items() if '<html lang="fr">' not in page] == []


@pytest.mark.django_db
def test_no_page_shows_an_english_message_to_a_reader_of_french(shown):
    english = {bare for message in MESSAGES.values() for bare in french.english_of(message)}
    phrases = {bare for bare in english if " " in bare}
    left = []
    for name, page in shown.items():
        said = french.Words(page).said
        text = " | ".join(said)
        left += [(name, bare) for bare in phrases if bare in text]
        left += [(name, one) for one in said if one.strip(" .,:;()?+") in english - phrases]
    assert left == []


@pytest.mark.django_db
def test_no_page_shows_english_that_the_catalogue_does_not_know(shown):
    english = re.compile(r"(?<!-)\b(the|of|and|is|are|was|were|with|this|that|not|has|for)\b")
    left = [
        (name, said)
        for name, page in shown.items()
        for said in french.Words(page).said
        if english.search(said)
    ]
    assert left == []


@pytest.mark.django_db
def test_dates_are_french(shown):
    assert "depuis le 17 avr. 2023" in shown["claim"]
    assert f"17 avr. 2023, 8{NBSP}h{NBSP}00" in shown["article"]
    assert "lundi 17 avril 2023" in shown["story"]


@pytest.mark.django_db
def test_the_first_of_a_month_is_an_ordinal(desk, nora):
    nora.language = "fr"
    nora.save()
    article = make_article(NEWS, published_at="2023-04-01T12:00Z")
    assert "1er avr. 2023" in desk.get(reverse("article", args=[article.pk])).content.decode()


@pytest.mark.django_db
def test_stances_and_statuses_have_their_french_words(shown):
    said = french.Words(shown["claim"]).said
    assert {"appuie", "relate", "nie", "refuse de commenter", "accusé", "Allégation :"} <= {
        one.replace(NBSP, " ") for one in said
    }
