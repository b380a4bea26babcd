"""Signing in, the second factor, sessions, invitations and the page of people."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from tests.conftest import member
from tests.factories import make_story
from tests.tracker.test_pages import queries
from tracker.accounts import invitations
from tracker.models import Invitation, User
from tracker.templatetags.people import device

pytestmark = pytest.mark.django_db
PASSWORD = "a test only"


def sign_in(client, name="nora", password=PASSWORD, **extra):
    return client.post("/sign-in/", {"login": name, "password": password, **extra})


def code(secret):
    """What the app on the phone shows now."""
    counter = next(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counter))


# --- signing in -----------------------------------------------------------------------------------


def test_the_right_password_leads_to_the_page_that_was_asked_for(client, nora):
    answer = client.post("/sign-in/?next=/inbox/", {"login": "nora", "password": PASSWORD})
    assert answer.url == "/inbox/"


def test_the_e_mail_address_signs_in_as_well(client, nora):
    User.objects.filter(pk=nora.pk).update(email="nora@newsroom.example")
    assert sign_in(client, "nora@newsroom.example").status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"],
)
def test_signing_in_leads_to_no_other_site(client, nora, elsewhere):
    answer = client.post("/sign-in/", {"login": "nora", "password": PASSWORD, "next": elsewhere})
    assert answer.url == "/"


def test_the_sixth_wrong_password_is_not_even_tried(client, nora):
    for _ in range(5):
        assert "do not match" in sign_in(client, password="wrong").text
    assert "Too many attempts" in sign_in(client).text


def test_a_session_ends_with_the_browser_unless_somebody_stays_signed_in(client, nora):
    sign_in(client)
    assert client.session.get_expire_at_browser_close()
    other = Client()
    sign_in(other, remember="on")
    assert not other.session.get_expire_at_browser_close()


def test_nobody_registers(client):
    assert client.get(reverse("account_signup")).status_code == 404


def test_who_was_shut_out_does_not_get_in(client, nora):
    User.objects.filter(pk=nora.pk).update(is_active=False)
    sign_in(client)
    assert client.get("/account/").status_code == 302


# --- the second factor ----------------------------------------------------------------------------


def with_app(user):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    return secret


@pytest.mark.parametrize("address", ["", "nora@newsroom.example"])
def test_an_app_is_set_up_with_its_code(client, nora, address):
    User.objects.filter(pk=nora.pk).update(email=address)
    sign_in(client)
    again = client.get(reverse("mfa_activate_totp")).url  # the password once more
    page = client.post(again, {"password": PASSWORD}, follow=True)
    assert 'src="data:image/svg+xml' in page.text
    secret = re.search(r'value="([A-Z2-7]{16,})"', page.text)[1]
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert Authenticator.objects.filter(user=nora, type="totp").exists()


def test_with_an_app_the_password_alone_lets_nobody_in(client, nora):
    secret = with_app(nora)
    assert sign_in(client).url.startswith(reverse("mfa_authenticate"))
    assert client.get("/account/").status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert client.get("/account/").status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert client.get("/account/").status_code == 200


def test_the_back_door_asks_for_the_second_factor_too(client, ada):
    User.objects.filter(pk=ada.pk).update(is_staff=True)
    with_app(ada)
    answer = client.post("/admin/login/", {"username": "ada", "password": PASSWORD})
    assert answer.url.startswith("/sign-in/")
    assert client.get("/admin/").status_code == 302


# --- one's own account ----------------------------------------------------------------------------


def test_where_one_is_signed_in_is_listed_and_each_can_be_ended(client, nora):
    elsewhere = Client(headers={"user-agent": "Phone"})
    sign_in(elsewhere)
    sign_in(client)
    assert "Phone" in client.get("/account/").text
    phone = UserSession.objects.get(user_agent="Phone")
    client.post(reverse("end-session", args=[phone.pk]))
    assert elsewhere.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(client, nora, tom):
    theirs = Client()
    sign_in(theirs, "tom")
    sign_in(client)
    session = UserSession.objects.get(user=tom)
    assert client.post(reverse("end-session", args=[session.pk])).status_code == 404
    assert theirs.get("/account/").status_code == 200


def test_a_new_password_signs_out_elsewhere(client, nora):
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    new = {"oldpassword": PASSWORD, "password1": "fresh words 12", "password2": "fresh words 12"}
    client.post(reverse("account_change_password"), new)
    assert elsewhere.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


def test_a_forgotten_password_is_set_by_a_link_that_works_once(client, nora):
    User.objects.filter(pk=nora.pk).update(email="nora@newsroom.example")
    client.post(reverse("account_reset_password"), {"email": "nora@newsroom.example"})
    (sent,) = mail.outbox
    link = re.search(r"http://testserver(/password/\S+)", sent.body)[1]
    form = client.get(link).url
    client.post(form, {"password1": "fresh words 12", "password2": "fresh words 12"})
    assert sign_in(Client(), password="fresh words 12").status_code == 302
    assert "This link no longer works" in Client().get(link).text


def test_nobody_learns_whether_an_address_is_known(client, nora):
    answer = client.post(reverse("account_reset_password"), {"email": "nobody@newsroom.example"})
    assert answer.url == reverse("account_reset_password_done")
    assert mail.outbox == []


# --- invitations ----------------------------------------------------------------------------------


@pytest.fixture
def chief(client, ada):
    """A client with an administrator signed in."""
    client.force_login(ada)
    return client


def link():
    return re.search(r"(/invitations/\S+)", mail.outbox[-1].body)[1]


def join(where, name="new", password="fresh words 12"):
    return Client().post(where, {"username": name, "password": password})


def test_who_is_invited_joins_with_the_role_and_the_stories(chief, ada):
    story = make_story(confidential=True)
    story.members.add(ada)
    chief.post(
        "/people/invite/", {"email": "new@news.example", "role": "editor", "stories": [story.pk]}
    )
    assert join(link()).status_code == 302
    new = User.objects.get(username="new")
    assert (new.role, new.email, new.is_staff) == ("editor", "new@news.example", False)
    assert list(new.confidential_stories.all()) == [story]


def test_the_mail_of_an_invitation_names_no_story(chief, ada):
    story = make_story(confidential=True, slug="zanzibar")
    story.members.add(ada)
    chief.post(
        "/people/invite/", {"email": "new@news.example", "role": "editor", "stories": [story.pk]}
    )
    assert story.title not in mail.outbox[0].body


def test_an_invitation_works_once(chief, ada):
    invitations.invite("new@news.example", "viewer", [], ada)
    join(link())
    assert join(link(), "second").status_code == 404
    assert not User.objects.filter(username="second").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": timezone.now() - timedelta(minutes=1)},
        {"withdrawn_at": timezone.now()},
        {"email": "other@news.example"},
    ],
    ids=["expired", "withdrawn", "another address"],
)
def test_an_invitation_that_ended_lets_nobody_in(ada, change):
    made = invitations.invite("new@news.example", "viewer", [], ada)
    Invitation.objects.filter(pk=made.pk).update(**change)
    assert join(link()).status_code == 404


def test_a_link_with_other_words_is_no_invitation(client, ada):
    invitations.invite("new@news.example", "viewer", [], ada)
    assert client.get(link()[:-2] + "/").status_code == 404


def test_a_second_invitation_ends_the_first(ada):
    invitations.invite("new@news.example", "viewer", [], ada)
    first = link()
    invitations.invite("New@news.example", "editor", [], ada)
    assert join(first).status_code == 404
    assert join(link()).status_code == 302


def test_a_story_the_inviter_may_no_longer_see_is_not_given(ada):
    story = make_story(confidential=True)
    story.members.add(ada)
    invitations.invite("new@news.example", "viewer", [story], ada)
    story.members.remove(ada)
    join(link())
    assert not User.objects.get(username="new").confidential_stories.exists()


def test_a_mail_that_cannot_be_sent_leaves_no_invitation(chief, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer = chief.post("/people/invite/", {"email": "new@news.example", "role": "viewer"})
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_the_inviter_is_told_where_the_mail_went_and_given_the_link(chief):
    sent = {"email": "new@news.example", "role": "viewer"}
    page = chief.post("/people/invite/", sent, follow=True).text
    assert "An e-mail with the link went to new@news.example." in page
    assert f'value="http://127.0.0.1:8000{link()}" readonly' in page
    assert f'data-copy="{link()}"' in page


def test_where_no_mail_is_sent_the_inviter_is_told_so(chief, settings, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    sent = {"email": "new@news.example", "role": "viewer"}
    page = chief.post("/people/invite/", sent, follow=True).text
    assert "This installation sends no mail" in page
    token = re.search(r"/invitations/([^/]+)/", capsys.readouterr().out)
    assert token
    assert token[1] in page


def test_the_link_of_an_invitation_is_shown_to_who_sent_it_alone(chief, ada):
    other = member("otto", "administrator")
    invitations.invite("new@news.example", "viewer", [], other)
    page = chief.get("/people/").text
    assert "new@news.example" in page
    assert link() not in page


# --- people ---------------------------------------------------------------------------------------


def test_a_role_is_changed_and_the_history_says_so(chief, tom):
    chief.post(f"/people/{tom.pk}/", {"role": "contributor"})
    assert User.objects.get(pk=tom.pk).role == "contributor"
    told = chief.get("/history/?kind=role").text
    assert "tom has the role: contributor." in told
    assert "tom is no longer: viewer." in told


def test_the_history_of_people_is_for_who_manages_them(desk, tom):
    assert "tom" not in desk.get("/history/?kind=person").text.split("<ol")[1]


def test_who_leaves_is_signed_out_and_stays_in_the_history(chief, tom):
    theirs = Client()
    sign_in(theirs, "tom")
    chief.post(f"/people/{tom.pk}/deactivate/")
    assert theirs.get("/account/").status_code == 302
    assert "tom was shut out." in chief.get("/history/?kind=person").text
    chief.post(f"/people/{tom.pk}/activate/")
    assert sign_in(Client(), "tom").status_code == 302


def test_memberships_are_kept_in_the_history(chief, ada, tom):
    story = make_story(confidential=True)
    story.members.add(ada)
    chief.post(f"/people/{tom.pk}/", {"role": "viewer", "stories": [story.pk]})
    assert story.members.filter(pk=tom.pk).exists()
    assert (
        f"Made tom a member of the story “{story.title}”."
        in chief.get("/history/?kind=member").text
    )


def test_an_administrator_gives_no_story_they_may_not_see(chief, tom, nora):
    secret = make_story(confidential=True)
    secret.members.add(nora)
    assert secret.title not in chief.get(f"/people/{nora.pk}/").text
    assert chief.post(
        f"/people/{tom.pk}/", {"role": "viewer", "stories": [secret.pk]}
    ).status_code in (302, 422)
    assert list(secret.members.all()) == [nora]
    chief.post(f"/people/{nora.pk}/", {"role": "viewer"})
    assert list(secret.members.all()) == [nora]


def test_nobody_changes_their_own_role_nor_a_superuser(chief, ada):
    root = User.objects.create_superuser("root", password=PASSWORD)
    for pk in (ada.pk, root.pk):
        assert chief.post(f"/people/{pk}/", {"role": "viewer"}).status_code == 404
        assert chief.post(f"/people/{pk}/deactivate/").status_code == 404


def test_the_back_door_lets_no_administrator_make_a_superuser(client, ada, tom):
    User.objects.filter(pk=ada.pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=ada.pk))
    page = client.get(f"/admin/tracker/user/{tom.pk}/change/")
    assert page.status_code == 200
    assert 'name="is_superuser"' not in page.text
    assert 'name="groups"' not in page.text


def test_the_back_door_shows_no_confidential_story_to_who_is_no_member(client, ada):
    make_story(confidential=True, slug="zanzibar")
    User.objects.filter(pk=ada.pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=ada.pk))
    assert "zanzibar" not in client.get("/admin/tracker/story/").text


def test_the_pages_ask_the_same_number_of_questions_for_many_people(chief, ada):
    few = queries(chief, "/people/")
    for n in range(12):
        member(f"person-{n}", "viewer")
        invitations.invite(f"n{n}@news.example", "viewer", [], ada)
    assert queries(chief, "/people/") == few


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox on Linux"),
        ("curl/8.0", "curl/8.0"),
    ],
)  # fmt: skip
def test_a_session_is_named_by_its_browser_and_system(user_agent, said):
    with translation.override("en"):
        assert device(user_agent) == said


# --- the words of the house -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    ["/account/confirm/", "/account/password/", "/password/", "/password/sent/", "/password/done/"],
)
@pytest.mark.parametrize(
    ("language", "stock"),
    [
        ("en", "Please|reauthenticate|Confirm Access|contact us|New Password|Current Password"),
        ("fr", "Veuillez|Merci de|e-mail"),
    ],
)
def test_a_page_about_signing_in_speaks_in_our_words(desk, place, language, stock):
    page = desk.get(place, headers={"Accept-Language": language}, follow=True)
    assert page.status_code == 200
    assert not re.search(stock, page.text)


def test_who_is_asked_once_more_is_told_why(desk):
    page = desk.get("/account/confirm/")
    assert "What follows changes how you sign in" in page.text


@pytest.mark.parametrize(
    ("language", "stock"),
    [
        ("en", "Hello from|Thank you for|safely ignored|Authenticator App|proper security"),
        ("fr", "e-mail|Merci d|Veuillez|réinitialis|Bonjour"),
    ],
)
@pytest.mark.django_db(transaction=True)  # a mail goes once what it tells of is kept
def test_mails_about_signing_in_speak_in_our_words(client, nora, language, stock):
    User.objects.filter(pk=nora.pk).update(email="nora@newsroom.example")
    told = {"headers": {"Accept-Language": language}}
    client.post("/password/", {"email": "nora@newsroom.example"}, **told)
    sign_in(client)
    again = client.get(reverse("mfa_activate_totp")).url
    page = client.post(again, {"password": PASSWORD}, follow=True, **told)
    secret = re.search(r'value="([A-Z2-7]{16,})"', page.text)[1]
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)}, **told)
    client.post(reverse("mfa_deactivate_totp"), **told)
    fresh = {"oldpassword": PASSWORD, "password1": "another one 77", "password2": "another one 77"}
    client.post("/account/password/", fresh, **told)
    said = [f"{one.subject} {one.body}" for one in mail.outbox]
    assert len(said) == 4
    assert not re.search(stock, " ".join(said))
    assert all("Claimline" in one for one in said)


def test_a_mail_about_signing_in_says_when_and_where_it_was_done(client, nora):
    User.objects.filter(pk=nora.pk).update(email="nora@newsroom.example")
    sign_in(client)
    browser = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
    fresh = {"oldpassword": PASSWORD, "password1": "another one 77", "password2": "another one 77"}
    client.post("/account/password/", fresh, headers={"User-Agent": browser})
    (told,) = mail.outbox
    assert told.subject == "Claimline: your password was changed"
    assert re.search(r"Done on .+ with Firefox on Linux, from the network address 127", told.body)
