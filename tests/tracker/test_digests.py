"""Digests: to whom, when, with which words, and that none is lost when its sender dies."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from tests.conftest import member
from tests.factories import make_article, make_claim, make_speaker, make_story
from tests.tracker.arrivals import run as command
from tests.tracker.test_changes import backdated, edited
from tests.tracker.test_pages import linked, status
from tracker import tasks
from tracker.digests import windows
from tracker.digests.rhythm import last_due, retry_after
from tracker.models import Digest, Evidence, Follow, User

TORONTO = ZoneInfo("America/Toronto")
HOUR = timedelta(hours=1)


# --- the rhythm -----------------------------------------------------------------------------


def due(rate, *now):
    found = last_due(rate, datetime(*now, tzinfo=TORONTO), TORONTO, 7)
    return found.replace(tzinfo=None)


def test_a_daily_mail_is_due_at_seven_on_the_newsrooms_clock():
    assert due("daily", 2023, 4, 17, 7, 0) == datetime(2023, 4, 17, 7)
    assert due("daily", 2023, 4, 17, 6, 59) == datetime(2023, 4, 16, 7)


def test_a_weekly_mail_is_due_on_monday():
    assert due("weekly", 2023, 4, 20, 12, 0) == datetime(2023, 4, 17, 7)
    assert due("weekly", 2023, 4, 17, 6, 0) == datetime(2023, 4, 10, 7)


def test_a_clock_change_moves_the_hour_with_it():
    found = last_due("daily", datetime(2023, 3, 12, 12, tzinfo=UTC), TORONTO, 7)
    assert found.astimezone(UTC) == datetime(2023, 3, 12, 11, tzinfo=UTC)


def test_a_mail_that_failed_is_tried_again_ever_more_rarely():
    waits = [retry_after(tries) for tries in (1, 2, 3, 50)]
    assert waits == [timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40), 6 * HOUR]


# --- the mails ------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(db):
    return make_claim()


@pytest.fixture
def rita(db):
    return reader("rita")


def reader(name, **values):
    user = member(name, "viewer")
    User.objects.filter(pk=user.pk).update(email=f"{name}@newsroom.example", **values)
    return User.objects.get(pk=user.pk)


def follow(user, rate="now", ago=2 * HOUR, **values):
    made = Follow.objects.create(user=user, rate=rate, **values)
    Follow.objects.filter(pk=made.pk).update(told_until=timezone.now() - ago)
    return made


def said(claim, nora, **values):
    """A statement recorded an hour ago."""
    return backdated(linked(claim, nora, **values), hours=1)


def bodies():
    return [" ".join(sent.body.split()) for sent in mail.outbox]


def test_a_follower_gets_the_sentence_and_the_quote(rita, claim, nora):
    follow(rita, claim=claim, why="For the Friday piece.")
    evidence = said(claim, nora, speaker=make_speaker("Lin Invented"), stance="disputes")
    tasks.tell_followers()
    (body,) = bodies()
    assert "Lin Invented disputes C1 (alleged: Claim 1)" in body
    assert evidence.exact in body
    assert "For the Friday piece." in body
    assert "America/Toronto" in body
    assert f"/stories/{claim.story.slug}/evidence/{evidence.pk}/" in body


def test_it_comes_as_plain_text_and_as_html_with_every_word_escaped(rita, claim, nora):
    follow(rita, claim=claim)
    said(
        claim, nora, article=make_article("He said <b>so</b> to us."), words="He said <b>so</b> to"
    )
    tasks.tell_followers()
    ((html, kind),) = mail.outbox[0].alternatives
    assert kind == "text/html"
    assert "He said &lt;b&gt;so&lt;/b&gt; to" in html
    assert "<script" not in html


def test_what_was_told_is_not_told_again(rita, claim, nora):
    follow(rita, claim=claim)
    said(claim, nora)
    tasks.tell_followers()
    tasks.tell_followers()
    assert len(mail.outbox) == 1


def test_where_nothing_happened_nothing_is_sent_and_no_row_stays(rita, claim):
    follow(rita, claim=claim)
    tasks.tell_followers()
    assert mail.outbox == []
    assert Digest.objects.count() == 0


def test_all_that_one_follows_comes_in_one_mail_each_thing_once(rita, claim, nora):
    follow(rita, claim=claim)
    follow(rita, story=claim.story)
    said(claim, nora)
    said(make_claim(claim.story), nora)
    tasks.tell_followers()
    (body,) = bodies()
    assert mail.outbox[0].subject == "Claimline: 2 changes in what you follow"
    assert body.count("reports on C1") == 1
    assert body.count("reports on C2") == 1


def test_a_single_change_is_the_subject(rita, claim):
    follow(rita, claim=claim)
    status(claim, "reported", "newsroom")
    windows.tell(rita, "now", timezone.now() + HOUR, timezone.now())
    assert mail.outbox[0].subject.startswith("Claimline: C1 (alleged: Claim 1): status “reported”")


def test_it_is_in_the_followers_language(claim, nora):
    follow(reader("rene", language="fr"), claim=claim)
    said(claim, nora)
    tasks.tell_followers()
    assert "Les heures sont" in mail.outbox[0].body
    assert "relate ce qui touche C1" in mail.outbox[0].body


def test_a_sample_says_so_in_the_subject_and_in_the_mail(rita, nora):
    claim = make_claim(make_story(sample=True))
    follow(rita, claim=claim)
    said(claim, nora)
    tasks.tell_followers()
    assert mail.outbox[0].subject.startswith("[Sample] ")
    assert "* [Sample] " in mail.outbox[0].body


def test_a_confidential_story_sends_a_number_and_no_word(rita, nora):
    story = make_story(confidential=True)
    story.members.add(rita, nora)
    claim = make_claim(story)
    follow(rita, story=story, why="The zebra file")
    evidence = said(claim, nora, speaker=make_speaker("Lin Invented"))
    tasks.tell_followers()
    (sent,) = mail.outbox
    everything = " ".join([sent.subject, sent.body, sent.alternatives[0][0]])
    assert "1 new; sign in" in sent.subject
    for word in (story.title, story.slug, claim.title, evidence.exact, "Lin Invented", "zebra"):
        assert word not in everything


def test_who_lost_a_confidential_story_is_told_nothing_of_it(rita, nora):
    story = make_story()
    claim = make_claim(story)
    follow(rita, story=story)
    said(claim, nora)
    type(story).objects.update(confidential=True)
    tasks.tell_followers()
    assert mail.outbox == []


@pytest.mark.parametrize("case", ["left", "no address", "no mail wanted"])
def test_nothing_is_sent_to_who_left_has_no_address_or_wants_none(rita, claim, nora, case):
    follow(rita, claim=claim, rate="none" if case == "no mail wanted" else "now")
    gone = {"left": {"is_active": False}, "no address": {"email": ""}}.get(case, {})
    User.objects.filter(pk=rita.pk).update(**gone or {"language": ""})
    said(claim, nora)
    tasks.tell_followers()
    assert mail.outbox == []


def test_daily_followers_wait_for_the_morning(rita, claim, nora):
    made = follow(rita, rate="daily", claim=claim)
    now = datetime(2026, 11, 25, 15, tzinfo=TORONTO)
    Follow.objects.filter(pk=made.pk).update(told_until=now - HOUR)
    Evidence.objects.filter(pk=linked(claim, nora).pk).update(recorded_at=now)
    assert windows.send_due(now + HOUR) == 0
    Follow.objects.filter(pk=made.pk).update(told_until=now - 12 * HOUR)
    Evidence.objects.update(recorded_at=timezone.now() - HOUR)
    Follow.objects.filter(pk=made.pk).update(told_until=timezone.now() - 48 * HOUR)
    assert windows.send_due(timezone.now()) == 1


def test_an_altered_quote_is_an_alert(rita, claim, nora):
    from tests.factories import NEWS

    follow(rita, claim=claim, ago=timedelta(minutes=30))
    edited(said(claim, nora), NEWS.replace("any police station exists", "any police post exists"))
    windows.tell(rita, "now", timezone.now() + HOUR, timezone.now())
    (body,) = bodies()
    assert "altered a passage that C1" in body
    assert "As cited:" in body
    assert "police post exists" in body


# --- nothing is lost ------------------------------------------------------------------------


class Dying(EmailBackend):
    """Takes the mail, and the process dies before it can note that."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise SystemExit


class Refusing(EmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, messages):
        raise ConnectionRefusedError


def elsewhere(settings, backend):
    settings.EMAIL_BACKEND = f"{__name__}.{backend}" if backend else "locmem"
    if not backend:
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def waited():
    Digest.objects.update(tried_at=timezone.now() - 12 * HOUR)


def test_a_sender_that_died_after_sending_sends_the_same_mail_again(rita, claim, nora, settings):
    follow(rita, claim=claim)
    said(claim, nora)
    elsewhere(settings, "Dying")
    with pytest.raises(SystemExit):
        tasks.tell_followers()
    elsewhere(settings, None)
    said(make_claim(claim.story), nora)
    waited()
    tasks.tell_followers()
    first, again = mail.outbox
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]
    assert (first.subject, first.body) == (again.subject, again.body)


def test_what_came_after_a_window_that_failed_is_in_the_next_mail(rita, claim, nora, settings):
    follow(rita, story=claim.story)
    said(claim, nora)
    elsewhere(settings, "Refusing")
    tasks.tell_followers()
    elsewhere(settings, None)
    late = linked(make_claim(claim.story), nora)
    Evidence.objects.filter(pk=late.pk).update(recorded_at=timezone.now())
    waited()
    tasks.tell_followers()
    windows.tell(rita, "now", timezone.now() + HOUR, timezone.now())
    assert ["C1" in body for body in bodies()] == [True, False]
    assert ["C2" in body for body in bodies()] == [False, True]


def test_two_senders_at_once_send_one_mail(rita, claim, nora):
    follow(rita, claim=claim)
    said(claim, nora)
    now = timezone.now()
    Digest.objects.create(user=rita, rate="now", until=now, tried_at=now)
    tasks.tell_followers()
    assert mail.outbox == []


def test_a_mail_server_that_is_down_for_one_stops_no_other(rita, claim, nora, settings):
    follow(rita, claim=claim)
    said(claim, nora)
    elsewhere(settings, "Refusing")
    tasks.tell_followers()
    assert Digest.objects.get().sent_at is None
    assert Follow.objects.get().told_until < Evidence.objects.get().recorded_at


@pytest.mark.django_db(transaction=True)
def test_what_somebody_is_still_writing_is_left_to_the_next_mail(nora):
    import psycopg
    from django.db import connection

    values = connection.get_connection_params()
    names = ("dbname", "user", "host", "port")
    with psycopg.connect(**{n: values[n] for n in names if values.get(n)}) as other:
        (began,) = other.execute("SELECT now()").fetchone()
        assert windows.settled_until() < began
    assert windows.settled_until() > began


# --- the command ----------------------------------------------------------------------------


def test_the_command_sends_what_is_due(rita, claim, nora):
    follow(rita, claim=claim)
    said(claim, nora)
    assert "Mailed 1." in command("send_digests")[0]


def test_the_command_prints_somebodys_next_digest_and_sends_nothing(rita, claim, nora):
    follow(rita, claim=claim)
    said(claim, nora)
    assert "reports on C1" in command("send_digests", "--print", "rita")[0]
    assert mail.outbox == []
    assert Digest.objects.count() == 0


# --- unsubscribing --------------------------------------------------------------------------


@pytest.fixture
def sent(rita, claim, nora):
    follow(rita, claim=claim)
    said(claim, nora)
    tasks.tell_followers()
    return mail.outbox[0]


def address(sent):
    return sent.extra_headers["List-Unsubscribe"].strip("<>").split("8000", 1)[1]


def test_mail_programs_find_how_to_unsubscribe_in_one_click(sent):
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.extra_headers["List-Unsubscribe"].startswith("<http")
    assert address(sent) in sent.body


def test_one_click_ends_the_mails_without_signing_in_and_keeps_the_follow(sent, rita):
    from django.test import Client

    program = Client(enforce_csrf_checks=True)
    answer = program.post(address(sent), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Follow.objects.get(user=rita).rate == "none"


def test_opening_the_address_ends_nothing(client, sent, rita):
    assert client.get(address(sent)).status_code == 200
    assert Follow.objects.get(user=rita).rate == "now"


def test_an_address_that_was_tampered_with_is_not_found(client, sent, rita):
    assert client.post(address(sent)[:-3] + "xx/").status_code == 404
    assert Follow.objects.get(user=rita).rate == "now"


def test_it_ends_the_mails_of_its_own_rate_and_person_only(client, sent, rita, claim):
    weekly = follow(rita, rate="weekly", story=claim.story)
    other = follow(reader("otto"), claim=claim)
    client.post(address(sent))
    assert [Follow.objects.get(pk=one.pk).rate for one in (weekly, other)] == ["weekly", "now"]


def test_the_record_of_a_mail_sent_long_ago_is_dropped_and_a_late_one_kept(rita):
    now = timezone.now()
    for rate, days in (("daily", 100), ("weekly", 10)):
        at = now - timedelta(days=days)
        Digest.objects.create(user=rita, rate=rate, until=at, tried_at=at, sent_at=at)
    tasks.prune()
    assert [digest.rate for digest in Digest.objects.all()] == ["weekly"]
