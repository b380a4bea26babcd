"""The button and the command that run the next sample night, against publishers on loopback."""

import io
import socket
import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from sources.ingest import runs
from sources.ingest.run import drain_here
from sources.ingest.subscribe import Subscription, subscribe
from sources.models import Article, Feed, Fetch, Job, Run, Source
from tests.factories import make_article, make_source, make_story
from tracker.samples import night as nights
from tracker.samples.addresses import CONTROL
from tracker.samples.server import SamplePublishers

ADDRESS = "/ingest/sample-night/"
WORDS = "Run the next sample night"


@pytest.fixture
def demo(db, settings, tmp_path):
    """A demo with a sample story, a sample feed and one that is not; nobody publishes yet."""
    settings.DEBUG, settings.VAR = True, tmp_path
    with socket.socket() as free:
        free.bind((CONTROL, 0))
        settings.SAMPLE_PORT = free.getsockname()[1]
    make_story(sample=True)
    sample, _ = subscribe(Subscription("https://invented.example/feed.xml", "Invented Post"))
    Source.objects.filter(pk=sample.source_id).update(sample=True)
    subscribe(Subscription("https://harbour.example/feed.xml", "Harbour Post"))
    seen_at = timezone.now() - timedelta(hours=5)
    make_article(source=make_source(sample=True), first_seen_at=seen_at)
    return sample


@pytest.fixture
def publishers(demo, settings, tmp_path):
    with SamplePublishers(tmp_path) as running:
        settings.SAMPLE_PORT = running.port
        yield running


def stored():
    """When the one article was first seen, which is what ageing moves."""
    return Article.objects.get().first_seen_at


def press(client):
    return client.post(ADDRESS, follow=True).content.decode()


def test_the_button_stands_on_the_ingest_page_of_a_demo(desk, demo):
    assert WORDS in desk.get("/ingest/").content.decode()


def test_there_is_no_button_where_there_is_no_sample_story(desk, settings):
    settings.DEBUG = True
    assert WORDS not in desk.get("/ingest/").content.decode()
    assert desk.post(ADDRESS).status_code == 404


def test_there_is_no_button_outside_a_demo(desk, demo, settings):
    settings.DEBUG = False
    assert WORDS not in desk.get("/ingest/").content.decode()
    assert desk.post(ADDRESS).status_code == 404


def test_a_viewer_neither_sees_nor_presses_it(client, tom, demo):
    client.force_login(tom)
    assert WORDS not in client.get("/ingest/").content.decode()
    assert client.post(ADDRESS).status_code == 403


def test_it_is_pressed_not_followed(desk, demo):
    assert desk.get(ADDRESS).status_code == 405


def test_a_press_moves_the_publishers_on_and_asks_the_sample_feeds_only(
    desk, nora, demo, publishers, settings
):
    before = stored()
    answer = desk.post(ADDRESS)
    run = Run.objects.get()
    assert answer.headers["Location"] == f"/ingest/runs/{run.pk}/"
    assert (run.kind, run.requested_by, run.feeds) == ("manual", nora, 1)
    assert Job.objects.get(run=run).feed == demo
    assert nights.current(settings.VAR) == 1
    assert stored() == before - timedelta(days=1)


def test_where_all_feeds_are_the_samples_a_press_is_the_night_and_no_other_is_made_up(
    desk, nora, demo, publishers
):
    Feed.objects.exclude(pk=demo.pk).delete()
    before = runs.open_nightly(timezone.now())
    runs.close(before, timezone.now())
    desk.post(ADDRESS)
    run = desk.get("/ingest/").context["run"]
    assert (run.kind, run.requested_by, run.feeds) == ("nightly", nora, 1)
    assert runs.open_missed(timezone.now()) is None


def test_sample_pages_that_fall_due_with_the_night_belong_to_it(desk, demo, publishers):
    mine, other = make_article(source=demo.source), make_article()
    soon = timezone.now() + timedelta(hours=20)
    for article in (mine, other):
        Job.objects.create(kind="page", article=article, host=demo.job.host, due_at=soon)
    desk.post(ADDRESS)
    assert Job.objects.get(article=mine).run == Run.objects.get()
    assert Job.objects.get(article=other).run is None


def test_two_presses_are_one_night(desk, demo, publishers, settings):
    press(desk)
    assert "This run is on already." in press(desk)
    assert Run.objects.count() == 1
    assert nights.current(settings.VAR) == 1


def test_silent_publishers_are_named_and_nothing_changes(desk, demo, settings):
    before = stored()
    assert "The sample publishers are not running: start them with make up." in press(desk)
    assert (stored(), Run.objects.count(), nights.current(settings.VAR)) == (before, 0, 0)


def test_after_the_last_night_the_button_says_so_and_nothing_changes(
    desk, demo, publishers, settings
):
    nights.put(settings.VAR, nights.LAST)
    before = stored()
    assert "That was the last sample night" in press(desk)
    assert (stored(), Run.objects.count()) == (before, 0)


# --- the command ------------------------------------------------------------------------------


def test_the_command_names_silent_publishers_and_changes_nothing(demo, settings):
    before = stored()
    with pytest.raises(CommandError, match="not running: start them with make up"):
        call_command("sample_night", sync=True)
    assert (stored(), Run.objects.count(), nights.current(settings.VAR)) == (before, 0, 0)


def test_the_command_only_says_that_the_last_night_is_over(demo, publishers, settings):
    nights.put(settings.VAR, nights.LAST)
    before, out = stored(), io.StringIO()
    call_command("sample_night", sync=True, stdout=out)
    assert out.getvalue() == "That was the last night; the outlets publish nothing more.\n"
    assert (stored(), Run.objects.count(), Fetch.objects.count()) == (before, 0, 0)


def test_something_else_on_the_port_counts_as_silence(demo, settings):
    with socket.create_server((CONTROL, settings.SAMPLE_PORT)) as other:
        other.listen()

        def answer():
            with other.accept()[0] as client:
                client.recv(1000)
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(CommandError, match="not running"):
            call_command("sample_night", sync=True)
        thread.join()


# --- from the button to the editor ------------------------------------------------------------


@pytest.mark.slow
def test_the_quiet_edit_of_the_sample_is_told_to_the_editors(
    transactional_db, desk, settings, tmp_path
):
    settings.VAR, settings.DEBUG = tmp_path, True
    with SamplePublishers(tmp_path) as running:
        settings.SAMPLE_PORT = running.port
        call_command("load_story", "overseas-police-stations", stdout=io.StringIO())
        drain_here(runs.open_manual(Feed.objects.polled(), timezone.now()), 60, lambda: None)
        call_command("load_story", "overseas-police-stations", evidence=True, stdout=io.StringIO())
        told = []
        for _ in range(nights.LAST):
            desk.post(ADDRESS)
            run = Run.objects.filter(finished_at=None).latest("pk")
            drain_here(run, 60, lambda: None)
            told.append('<a href="/inbox/edits/">1</a>' in desk.get(f"/ingest/runs/{run.pk}/").text)
    assert told.count(True) == 1
    said = "2 linked passages were altered or removed by their publishers"
    assert said in desk.get("/inbox/").text
    assert "<ins>" in desk.get("/inbox/edits/").text
