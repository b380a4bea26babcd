"""What the commands of the ingest say and leave behind, above all when something is in the way."""

import io
import json
import logging
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from sources.management.counting import counted
from sources.models import Feed, Host, Job, Run, Source
from tests.sources.newsroom import follow, item, rss, serve
from tracker.logs import OneLine
from tracker.samples import port

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = "http://127.77.0.16:8790/feed.xml"


def run(*words, **options):
    """A command's exit status and everything it said."""
    out = io.StringIO()
    try:
        call_command(*words, stdout=out, stderr=out, **options)
    except SystemExit as ended:
        return ended.code or 0, out.getvalue()
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{error}"
    return 0, out.getvalue()


def manage(*words, **environment):
    """A command in a process of its own."""
    ours = {"DATABASE_URL", "CLAIMLINE_VAR", "PORT", "SAMPLE_PORT"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=kept | {"DJANGO_SETTINGS_MODULE": "tracker.settings"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def closed_networks(settings):
    """The fetcher as it is for real feeds: no private network is open to it."""
    settings.INGEST = {**settings.INGEST, "allow_networks": ()}


# --- add_feed -------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("words", [(), ("--as-is",)])
def test_a_feed_in_a_private_network_is_refused_in_words_and_leaves_no_trace(
    closed_networks, words
):
    status, said = run("add_feed", SAMPLE, *words)
    assert status == 1
    assert "This address lies in a private network." in said
    assert "name the network in FETCH_ALLOW_NETWORKS" in said
    assert "ssrf" not in said
    assert [model.objects.count() for model in (Feed, Source, Host)] == [0, 0, 0]


@pytest.mark.django_db
def test_a_refused_feed_leaves_the_source_it_was_meant_for(closed_networks):
    Source.objects.create(slug="ledger", name="Ellery Ledger")
    assert run("add_feed", SAMPLE, "--as-is", "--source", "ledger")[0] == 1
    assert Source.objects.get().slug == "ledger"
    assert not Feed.objects.exists()


@pytest.mark.django_db
def test_a_public_number_is_not_called_private(closed_networks):
    status, said = run("add_feed", "http://9.9.9.9/feed.xml")
    assert status == 1
    assert "Give the name of the host" in said
    assert "lies in a private network" not in said


@pytest.mark.django_db
def test_a_feed_that_leads_into_a_private_network_is_refused(web, settings):
    settings.INGEST = {**settings.INGEST, "allow_networks": ("127.0.0.1/32",)}
    web.redirect("/feed.xml", SAMPLE)
    status, said = run("add_feed", web.url("/feed.xml"))
    assert status == 1
    assert "127.77.0.16" in said
    assert "This address lies in a private network." in said
    assert not Feed.objects.exists()


@pytest.mark.django_db
def test_a_feed_that_fails_today_is_kept_and_the_reason_said(web):
    web.page("/feed.xml", b"", status=403)
    status, said = run("add_feed", web.url("/feed.xml"))
    assert status == 3
    assert "The site answered 403." in said
    assert "http_403" not in said
    assert Feed.objects.get().url == web.url("/feed.xml")


@pytest.mark.django_db
def test_a_feed_that_answers_is_followed(web):
    serve(web, item("http://ledger.example/1"))
    status, said = run("add_feed", web.url("/feed.xml"))
    assert status == 0
    assert "it answered." in said
    assert "1 item;" in said


@pytest.mark.django_db
def test_a_feed_that_leads_to_another_host_is_asked_there(web):
    web.redirect("/feed.xml", web.url("/feed.xml", host="new.localhost"), host="old.localhost")
    serve(web, item("http://ledger.example/1"), host="new.localhost")
    status, said = run("add_feed", web.url("/feed.xml", host="old.localhost"), "--as-is")
    assert (status, "1 item;" in said) == (0, True)
    assert Feed.objects.get().url == web.url("/feed.xml", host="old.localhost")


# --- ingest ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_run_whose_hosts_are_paused_says_until_when(web):
    follow(web)
    until = timezone.now() + timedelta(hours=30)
    Host.objects.update(paused_until=until)
    status, said = run("ingest", "--sync", "--all")
    assert status == 3
    assert "0 of 1 asked" in said
    clock = timezone.localtime(until).strftime("%Y-%m-%d %H:%M")
    assert f"1 job, waiting until {clock}: 1 host asked us to wait" in said


@pytest.mark.django_db
def test_the_report_for_machines_says_until_when_as_well(web):
    follow(web)
    until = timezone.now() + timedelta(hours=2)
    Host.objects.update(paused_until=until)
    values = json.loads(run("ingest", "--sync", "--all", "--json")[1])
    assert (values["left"], values["paused_hosts"]) == (1, 1)
    assert values["paused_until"] == until.isoformat()


@pytest.mark.django_db
def test_ctrl_c_ends_a_run_between_two_jobs_and_leaves_the_rest_due(web):
    def answer(call):
        os.kill(os.getpid(), signal.SIGINT)
        return rss(item("http://ledger.example/1")).encode()

    web.route("/feed.xml", answer)
    web.route("/other.xml", answer)
    for path in ("/feed.xml", "/other.xml"):
        follow(web, path)
    status, said = run("ingest", "--sync", "--all")
    assert status == 130
    assert "Stopped; what is left stays due." in said
    assert Run.objects.get().partial
    assert Run.objects.get().finished_at is not None
    assert len(web.requests) == 1
    assert Job.objects.filter(lease_token__isnull=False).count() == 0
    assert Job.objects.filter(kind="feed", due_at__lte=timezone.now()).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "said"), [(1, "1 day older"), (2, "2 days older")])
def test_everything_is_so_many_days_older(settings, days, said):
    settings.DEBUG = True
    assert said in run("age", days=days)[1]


def test_a_number_takes_the_form_of_its_noun():
    assert [counted(n, "day") for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
    assert counted(2, "address", "addresses") == "2 addresses"


# --- every command --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [("ingest", "--sync"), ("load_story", "overseas-police-stations"), ("migrate",)]
)
def test_a_database_that_is_not_running_is_said_in_one_line(tmp_path, words):
    ended = manage(*words, CLAIMLINE_VAR=str(tmp_path))
    assert ended.returncode == 1
    assert ended.stderr == (
        "The database is not running: start it with make up (or set DATABASE_URL).\n"
    )


def test_the_traceback_is_shown_to_who_asks_for_it(tmp_path):
    ended = manage("age", "--days", "1", "--traceback", CLAIMLINE_VAR=str(tmp_path))
    assert "Traceback" in ended.stderr


def test_a_database_that_refuses_us_is_not_called_stopped(settings):
    base = settings.DATABASES["default"]
    url = f"postgresql://{base['USER']}@/no_such_base?host={base['HOST']}"
    ended = manage("age", "--days", "1", DATABASE_URL=url)
    assert ended.returncode == 1
    assert ended.stderr.startswith("The database refuses the connection: ")
    assert ended.stderr.count("\n") == 1


def test_a_setting_that_can_not_be_read_is_said_in_one_line():
    ended = manage("age", "--days", "1", SAMPLE_PORT="abc")
    assert (ended.returncode, ended.stderr) == (1, "SAMPLE_PORT must be a number, not 'abc'.\n")


@pytest.mark.parametrize("typed", ["abc", "0", "99999"])
def test_a_port_that_is_none_is_said_in_one_line(tmp_path, typed):
    ended = manage("up", CLAIMLINE_VAR=str(tmp_path), PORT=typed)
    line = f"CommandError: PORT must be a number from 1 to 65535, not '{typed}'.\n"
    assert (ended.returncode, ended.stderr) == (1, line)


# --- the sample -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_sample_keeps_the_port_it_was_loaded_with(settings):
    assert port.stored() is None
    settings.SAMPLE_PORT = 8790
    run("load_story", "overseas-police-stations")
    held = set(Feed.objects.values_list("url", flat=True))
    settings.SAMPLE_PORT = 8791
    assert port.in_use() == 8790
    run("load_story", "overseas-police-stations")
    assert set(Feed.objects.values_list("url", flat=True)) == held
    assert "{sample_port}" in run("dump_story", "overseas-police-stations")[1]


@pytest.mark.django_db
def test_the_port_of_a_real_feed_is_not_the_samples(settings):
    source = Source.objects.create(slug="ledger", name="Ellery Ledger", sample=True)
    Feed.objects.create(source=source, url="http://ledger.example:8080/feed", url_key=b"1")
    settings.SAMPLE_PORT = 8791
    assert port.in_use() == 8791


# --- the log --------------------------------------------------------------------------------


@pytest.fixture
def log(monkeypatch):
    """What the handlers of our settings write of a request."""
    written, handlers, logger = io.StringIO(), [], logging.getLogger("django.request")
    while logger is not None:
        handlers += [one for one in logger.handlers if type(one) is logging.StreamHandler]
        logger = logger.parent if logger.propagate else None
    for one in handlers:
        monkeypatch.setattr(one, "stream", written)
    return written


@pytest.mark.parametrize(("path", "status"), [("/no-such-page/", 404), ("/articles/new/", 403)])
def test_a_refused_request_is_one_line_of_the_log(client, tom, log, path, status):
    client.force_login(tom)
    assert client.get(path).status_code == status
    assert log.getvalue().count("\n") == 1
    assert path in log.getvalue()


def test_a_fault_of_ours_keeps_its_traceback():
    try:
        raise ValueError("a fault")
    except ValueError:
        record = logging.LogRecord("django.request", 40, "", 1, "", None, sys.exc_info())
    record.status_code = 500
    assert OneLine().filter(record)
    assert record.exc_info is not None
