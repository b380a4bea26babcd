"""The morning report: to whom, how often, what it says and what it must not say."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from sources.models import Fetch, Job, Run
from tests.conftest import member
from tests.factories import add_version, make_claim, make_story, make_suggestion
from tests.tracker.arrivals import run as command
from tests.tracker.test_ingest_pages import answered, brought, follow, night, without_text
from tracker import tasks
from tracker.inbox import decisions
from tracker.models import Anchor, StoryArticle, User
from tracker.passages.linking import Reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db):
    return administrator("ada")


def administrator(name, **values):
    user = member(name, "administrator")
    User.objects.filter(pk=user.pk).update(email=f"{name}@newsroom.example", **values)
    return User.objects.get(pk=user.pk)


def body():
    (sent,) = mail.outbox
    return " ".join(sent.body.split())


def test_it_goes_to_active_administrators_with_an_address_and_to_nobody_else(nora):
    administrator("ada")
    administrator("gone", is_active=False)
    member("mute", "administrator")
    User.objects.filter(pk=nora.pk).update(email="nora@newsroom.example")
    night([])
    tasks.morning_report()
    assert [sent.to for sent in mail.outbox] == [["ada@newsroom.example"]]


def test_it_is_sent_once_however_often_the_clock_strikes(ada):
    night([])
    tasks.morning_report()
    tasks.morning_report()
    assert len(mail.outbox) == 1


def test_it_waits_until_the_night_has_closed(ada):
    run = night([], finished=False)
    tasks.morning_report()
    assert mail.outbox == []
    Run.objects.filter(pk=run.pk).update(finished_at=timezone.now())
    tasks.morning_report()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("case", ["by hand", "long ago"])
def test_runs_by_hand_and_old_nights_are_no_news(ada, case):
    run = night([], kind="manual" if case == "by hand" else "nightly")
    if case == "long ago":
        Run.objects.filter(pk=run.pk).update(finished_at=timezone.now() - timedelta(days=3))
    tasks.morning_report()
    assert mail.outbox == []


class Refusing(EmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_a_mail_server_that_is_down_is_tried_again_in_the_next_round(ada, settings):
    night([])
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    with pytest.raises(ConnectionRefusedError):
        tasks.morning_report()
    settings.EMAIL_BACKEND = works
    tasks.morning_report()
    assert len(mail.outbox) == 1


def test_its_subject_is_the_night_in_one_sentence(ada):
    feeds = [follow(), follow()]
    run = night(feeds)
    answered(run, feeds[0], new=1)
    answered(run, feeds[1], "http_500")
    brought(feeds[0])
    tasks.morning_report()
    assert "1 of 2 feeds answered; 1 failed; 1 new article" in mail.outbox[0].subject
    assert "\n" not in mail.outbox[0].subject


def test_its_sums_reconcile(ada):
    feed = follow()
    answered(night([feed]), feed, new=5)
    first = brought(feed)
    brought(feed, cluster=first.cluster)
    without_text(feed, "paywalled"), without_text(feed, "robots_denied")
    tasks.morning_report()
    assert (
        "4 new = 1 with their full text + 1 copies + 1 behind a paywall"
        " + 1 robots.txt forbids it." in body()
    )


def test_a_calm_night_is_told_in_one_line(ada):
    feed = follow("Alpha Works")
    answered(night([feed]), feed, "unchanged")
    tasks.morning_report()
    assert "Nothing needs you." in body()
    assert "Alpha Works" not in body()


def test_only_what_needs_somebody_is_named(ada):
    good = follow("Alpha Works")
    bad = follow("Beta Broken", last_outcome="http_404", failures=6, failing_since=timezone.now())
    run = night([good, bad])
    answered(run, good)
    answered(run, bad, "http_404")
    Job.objects.create(kind="page", article=brought(good), host=good.job.host, claims=4)
    tasks.morning_report()
    assert "Beta Broken" in body()
    assert "There is nothing at this address." in body()
    assert "1 page is stuck" in body()
    assert "Alpha Works" not in body()


def test_what_needs_somebody_is_not_called_working(ada):
    feed = follow("Quay Gazette", gap_seen_at=timezone.now())
    answered(night([feed]), feed)
    tasks.morning_report()
    assert "* Quay Gazette: Articles may be missing" in body()


def evidence_of(story, feed, by):
    claim = make_claim(story, statement="The zanzibar ledger exists.")
    (evidence,) = decisions.accept(make_suggestion(claim, brought(feed)), Reading("reports"), by)
    return evidence


def alter(evidence):
    version = add_version(evidence.version.article, "Another text.")
    Anchor.objects.create(evidence=evidence, version=version, state="gone", score=0)


def test_a_passage_that_its_publisher_took_out_is_told(ada):
    feed = follow()
    evidence = evidence_of(make_story(), feed, ada)
    run = night([feed])
    Run.objects.filter(pk=run.pk).update(finished_at=timezone.now() + timedelta(seconds=5))
    alter(evidence)
    tasks.morning_report()
    assert "1 passage behind a claim was changed or taken out" in body()


def lose(evidence, run, how):
    """Let the cited page be gone, or stand there without a text, when the run looks at it."""
    article = evidence.version.article
    article.text_state = "gone" if how == "withdrawn" else "empty"
    article.withdrawn_at = timezone.now() if how == "withdrawn" else None
    article.emptied_at = timezone.now() if how == "emptied" else None
    article.save()
    Fetch.objects.create(article=article, run=run, outcome="ok", host="x.example", url=article.url)
    Run.objects.filter(pk=run.pk).update(finished_at=timezone.now() + timedelta(seconds=5))


@pytest.mark.parametrize("how", ["withdrawn", "emptied"])
def test_a_cited_article_that_was_withdrawn_or_emptied_is_told(ada, how):
    feed = follow()
    evidence = evidence_of(make_story(), feed, ada)
    lose(evidence, night([feed]), how)
    tasks.morning_report()
    assert "1 article behind a claim was withdrawn or lost its text" in body()


def test_an_article_of_a_confidential_story_that_was_withdrawn_is_not_told(ada):
    story = make_story(slug="zanzibar", confidential=True)
    feed = follow()
    lose(evidence_of(story, feed, ada), night([feed]), "withdrawn")
    tasks.morning_report()
    assert "behind a claim" not in body()


def test_nothing_of_a_confidential_story_is_in_it(ada):
    story = make_story(slug="zanzibar", confidential=True)
    story.members.add(ada)
    feed = follow(last_outcome="http_500", failures=6, failing_since=timezone.now())
    evidence = evidence_of(story, feed, ada)
    StoryArticle.objects.create(story=story, article=evidence.version.article)
    run = night([feed])
    Run.objects.filter(pk=run.pk).update(finished_at=timezone.now() + timedelta(seconds=5))
    alter(evidence)
    tasks.morning_report()
    assert "zanzibar" not in body().lower()
    assert "rests on this source" not in body()
    assert "passage behind a claim" not in body()


def test_each_reads_it_in_their_language(ada, settings):
    administrator("luc", language="fr")
    feed = follow()
    answered(night([feed]), feed, "unchanged")
    settings.LANGUAGE_CODE = "en"
    tasks.morning_report()
    english, french = mail.outbox
    assert "Nothing needs you." in english.body
    assert "Nothing needs you." not in french.body
    assert french.subject != english.subject


def test_what_a_publisher_calls_itself_stands_as_it_is(ada):
    feed = follow('Smith & Sons\' "Daily"', failures=6, last_outcome="tls")
    answered(night([feed]), feed, "tls")
    tasks.morning_report()
    assert 'Smith & Sons\' "Daily"' in body()


def test_the_command_prints_it_and_marks_nothing(ada):
    run = night([])
    out, _err = command("morning_report", print=True)
    assert "0 new articles" in out
    assert mail.outbox == []
    assert Run.objects.get(pk=run.pk).reported_at is None


def test_the_command_mails_it_once_more_only_when_told_to(ada):
    night([])
    command("morning_report")
    out, _err = command("morning_report")
    assert "mailed before" in out
    assert len(mail.outbox) == 1
    command("morning_report", again=True)
    assert len(mail.outbox) == 2


def test_links_begin_with_the_address_of_the_site(ada, settings):
    settings.SITE_ADDRESS = "https://claims.example"
    run = night([])
    tasks.morning_report()
    assert f"https://claims.example/ingest/runs/{run.pk}/" in body()
