"""The demo from its first night to its third, over loopback, with the ingest and no broker."""

import io

import pytest
from django.core.management import call_command

from sources.models import Article, Fetch
from tracker.models import Anchor, Evidence, Suggestion
from tracker.samples import night as nights
from tracker.samples.content import outlets
from tracker.samples.server import SamplePublishers

SLUG = "overseas-police-stations"


def run(*words, **options):
    """A command's exit status and what it printed."""
    out = io.StringIO()
    try:
        call_command(*words, stdout=out, **options)
    except SystemExit as ended:
        return ended.code or 0, out.getvalue()
    return 0, out.getvalue()


def published(night):
    return sum(len(outlet.published(night)) for outlet in outlets().values())


@pytest.fixture
def newsroom(transactional_db, settings, tmp_path):
    """The demo's tables before its first night, and its publishers on a free port."""
    settings.VAR, settings.DEBUG = tmp_path, True
    with SamplePublishers(tmp_path) as publishers:
        settings.SAMPLE_PORT = publishers.port
        run("load_story", SLUG)
        yield


@pytest.mark.slow
def test_the_demo_lives_through_its_nights(newsroom):
    assert run("ingest", sync=True)[0] == 0
    assert Article.objects.filter(text_state="ok").count() == published(0)

    _, printed = run("load_story", SLUG, evidence=True)
    linked = Evidence.objects.count()
    assert f"{linked} passages linked, 0 were already, 0 wait" in printed
    assert Suggestion.objects.waiting().count() >= 15

    wire = Article.objects.get(url__contains="rcmp-closes-quebec-investigation.html")
    assert wire.cluster.articles.count() == 6
    assert wire.cluster.origin.slug == "harbour-wire"
    assert wire.cluster.basis in ("credit", "byline")  # whichever copy was read first

    for _ in range(nights.LAST):
        assert run("sample_night", sync=True)[0] in (0, 3)
    assert Article.objects.filter(text_state="ok").count() == published(nights.LAST)
    assert not Fetch.objects.filter(outcome="ok", status=500).exists()

    edited = Article.objects.get(url__contains="organizations-reject-accusation")
    assert [version.kind for version in edited.versions.all()] == ["first", "publisher_edit"]
    withdrawn = Article.objects.get(url__contains="what-a-charge-means")
    assert withdrawn.withdrawn_at is not None
    assert withdrawn.versions.count() == 1
    assert Evidence.objects.standing().count() == linked

    states = Anchor.objects.filter(version=edited.current_version).values_list("state", flat=True)
    assert set(states) == {"moved", "altered"}
