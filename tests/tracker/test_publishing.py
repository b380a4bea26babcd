"""Publishing: by which rules, in whose words, what is masked, and that nothing else gets out."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from uuid import UUID

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from tests.conftest import member
from tests.factories import make_article, make_claim, make_source, make_speaker, make_story
from tests.test_who_may import PATTERNS
from tests.tracker.test_pages import linked, queries
from tracker.models import (
    Claim,
    CommentRequest,
    Evidence,
    ProtectedName,
    Publication,
    StatusChange,
    Story,
)
from tracker.publishing import acts, public
from tracker.publishing.rules import UnpublishableError, obstacles

pytestmark = pytest.mark.django_db
QUOTE = "Two alleged stations were named in Montreal on Thursday."


@pytest.fixture(autouse=True)
def reading(settings):
    settings.PUBLIC_READING = True
    with translation.override("en"):
        yield


@pytest.fixture
def otto(db):
    """Another editor."""
    return member("otto", "editor")


@pytest.fixture
def claim(nora):
    """A claim that names nobody, with one passage."""
    made = make_claim(make_story(slug="desks"), statement="Stations stand in Montreal.")
    linked(made, nora, words=QUOTE)
    return made


@pytest.fixture
def named(claim):
    """The same claim, a party named."""
    embassy = make_speaker("The invented embassy")
    claim.parties.add(embassy)
    return claim


def asked(claim, by, *, over=True, answer=""):
    made = acts.ask(claim, claim.parties.get(), "press@embassy.example", later(), by)
    if over:
        CommentRequest.objects.filter(pk=made.pk).update(deadline=timezone.now())
    if answer:
        acts.record_answer(made, answer, by)
    return made


def later():
    return timezone.now() + timedelta(days=2)


def publish(claim, by, other, *, nobody=True):
    made = acts.propose(claim, claim.evidence.all(), nobody, by)
    acts.approve(made, other)
    return made


# --- the rules ------------------------------------------------------------------------------------


def test_accepted_is_not_published(claim):
    assert public.claims() == []


def test_proposed_is_not_published(claim, nora):
    acts.propose(claim, claim.evidence.all(), True, nora)
    assert public.claims() == []


def test_a_claim_that_names_nobody_needs_one_editor_who_says_so(claim, nora):
    publish(claim, nora, nora)
    assert [one.number for one in public.claims()] == [claim.number]


def test_a_claim_that_names_somebody_needs_a_second_editor(named, nora, otto):
    asked(named, nora)
    made = acts.propose(named, named.evidence.all(), False, nora)
    with pytest.raises(UnpublishableError, match="another editor"):
        acts.approve(made, nora)
    acts.approve(made, otto)
    assert len(public.claims()) == 1


def test_the_database_itself_wants_two_editors(named, nora):
    made = acts.propose(named, named.evidence.all(), False, nora)
    with pytest.raises(IntegrityError, match="two_editors"), transaction.atomic():
        Publication.objects.filter(pk=made.pk).update(approved_by=nora, approved_at=timezone.now())


def test_whom_it_names_has_to_be_asked_first(named, nora, otto):
    made = acts.propose(named, named.evidence.all(), False, nora)
    with pytest.raises(UnpublishableError, match="was not asked"):
        acts.approve(made, otto)


def test_until_the_deadline_nothing_is_published(named, nora, otto):
    asked(named, nora, over=False)
    made = acts.propose(named, named.evidence.all(), False, nora)
    with pytest.raises(UnpublishableError, match="Time to answer"):
        acts.approve(made, otto)


def test_the_time_to_answer_has_one_day_in_the_zone_of_the_newsroom(named, desk, nora):
    made = acts.ask(named, named.parties.get(), "press@embassy.example", later(), nora)
    late = datetime(2099, 11, 26, 4, 59, tzinfo=UTC)  # in Montreal the day before
    CommentRequest.objects.filter(pk=made.pk).update(deadline=late)
    acts.propose(named, named.evidence.all(), False, nora)
    page = desk.get(reverse("publishing", args=["desks", 1])).text
    assert "Time to answer runs until 25 Nov 2099, 23:59: The invented embassy." in page
    assert "Time to answer runs until 25 Nov 2099, 23:59." in page
    assert "2099-11" not in page


def test_a_recorded_answer_is_enough_before_the_deadline(named, nora, otto):
    asked(named, nora, over=False, answer="We have no such desks.")
    publish(named, nora, otto, nobody=False)
    assert public.claims()[0].comments[0].answer == "We have no such desks."


def test_saying_that_it_names_nobody_does_not_make_it_so(named, nora, otto):
    made = acts.propose(named, named.evidence.all(), True, nora)
    with pytest.raises(UnpublishableError, match="names somebody after all"):
        acts.approve(made, otto)


def test_a_speaker_we_know_counts_as_named_where_the_words_name_them(claim):
    make_speaker("Jane Roe", variants=["Ms. Roe"])
    Claim.objects.filter(pk=claim.pk).update(statement="MS. ROE ran a desk.")
    claim.refresh_from_db()
    assert any("Jane Roe was not asked" in one for one in obstacles(claim, False))


def test_what_was_worded_anew_is_proposed_anew(claim, nora, otto):
    made = acts.propose(claim, claim.evidence.all(), True, nora)
    Claim.objects.filter(pk=claim.pk).update(statement="Other words.")
    with pytest.raises(UnpublishableError, match="worded anew"):
        acts.approve(made, otto)


def test_a_confidential_story_is_never_public(claim, nora):
    publish(claim, nora, nora)
    Story.objects.filter(pk=claim.story_id).update(confidential=True)
    assert public.claims() == []
    assert "The story is confidential." in obstacles(Claim.objects.get(pk=claim.pk), True)


# --- what the public reads ------------------------------------------------------------------------


def test_the_public_reads_the_words_that_were_approved(claim, nora):
    publish(claim, nora, nora)
    Claim.objects.filter(pk=claim.pk).update(statement="Nobody approved this.")
    assert public.claims()[0].statement == "Stations stand in Montreal."


def test_evidence_linked_later_is_not_public(claim, nora):
    publish(claim, nora, nora)
    linked(claim, nora, words="The weather stayed mild.")
    assert [one.quote for one in public.claims()[0].passages] == [QUOTE]


def test_withdrawn_evidence_leaves_the_public_at_once(claim, nora):
    publish(claim, nora, nora)
    claim.evidence.get().withdraw(nora, "wrong")
    assert public.claims()[0].passages == ()


def test_what_is_taken_back_is_gone(claim, nora):
    acts.withdraw(publish(claim, nora, nora), nora, "An error.")
    assert public.claims() == []
    assert Claim.objects.get(pk=claim.pk).published_at is None


def test_a_newer_publication_replaces_the_older(claim, nora):
    first = publish(claim, nora, nora)
    Claim.objects.filter(pk=claim.pk).update(statement="Better words.")
    claim.refresh_from_db()
    publish(claim, nora, nora)
    assert [one.statement for one in public.claims()] == ["Better words."]
    first.refresh_from_db()
    assert first.withdrawn_at is not None


def test_a_quote_has_at_most_three_hundred_characters(nora):
    words = "word " * 200 + "end."
    claim = make_claim()
    linked(claim, nora, article=make_article(words), words=words)
    publish(claim, nora, nora)
    quote = public.claims()[0].passages[0].quote
    assert len(quote) <= 300
    assert quote.endswith("word…")


def test_a_status_that_nobody_approved_is_not_public(claim, nora):
    from tests.tracker.test_pages import status

    publish(claim, nora, nora)
    status(claim, "convicted", "court")
    assert (public.claims()[0].status, public.claims()[0].alleged) == ("", True)


@pytest.mark.parametrize(
    ("precision", "on", "since"),
    [
        ("day", "2022-11-01", "1 Nov 2022"),
        ("month", "2022-11", "November 2022"),
        ("year", "2022", "2022"),
    ],
)
def test_the_public_reads_since_when_a_status_holds_no_more_precisely_than_it_is_known(
    client, claim, nora, precision, on, since
):
    from tests.tracker.test_pages import status

    first = {"year": date(2022, 1, 1)}.get(precision, date(2022, 11, 1))
    status(claim, "reported", "newsroom", first, precision=precision)
    publish(claim, nora, nora)
    (shown,) = public.claims()
    assert (shown.status_on, shown.status_since) == (on, since)
    assert f"(newsroom, {since})" in client.get(reverse("public")).text


def test_the_public_reads_the_day_of_an_article_on_the_newsrooms_clock(claim, nora):
    printed = datetime(2024, 7, 15, 1, tzinfo=UTC)  # the evening before in Toronto
    linked(claim, nora, article=make_article(published_at=printed))
    publish(claim, nora, nora)
    assert date(2024, 7, 14) in [one.on for one in public.claims()[0].passages]


def test_a_status_taken_back_leaves_the_public(claim, nora):
    from tests.tracker.test_pages import status

    status(claim, "reported", "newsroom")
    publish(claim, nora, nora)
    assert public.claims()[0].status
    StatusChange.objects.get().withdraw(nora, "wrong")
    assert public.claims()[0].status == ""


# --- protected names ------------------------------------------------------------------------------


@pytest.fixture
def masked(nora):
    """A published claim whose every part holds a protected name."""
    story = make_story(slug="ledger")
    Story.objects.filter(pk=story.pk).update(title="The Zanzibar Quux files")
    speaker = make_speaker("Zanzibar Quux", variants=["Quux"])
    claim = make_claim(story, title="Quux paid", statement="ZANZIBAR QUUX paid for desks.")
    claim.parties.add(speaker)
    article = make_article(
        "Zanzibar Quux said that Quux paid. Nothing else.",
        source=make_source("Quux Herald"),
        author="Zanzibar Quux",
        url="https://outlet.example/zanzibar-quux-paid",
        title="Quux paid",
    )
    linked(
        claim, nora, article=article, words="Zanzibar Quux said that Quux paid.", speaker=speaker
    )
    asked(claim, nora, answer="I, Zanzibar Quux, deny it.")
    ProtectedName.objects.create(story=story, name="Zanzibar Quux", added_by=nora)
    publish(claim, nora, member("otto", "editor"), nobody=False)
    return claim


def everything_public(slug, number):
    visitor = Client()
    pages = [
        reverse("public"),
        reverse("public") + "?q=paid",
        reverse("public-feed"),
        reverse("public-story", args=[slug]),
        reverse("public-table", args=[slug]),
        reverse("public-claim", args=[slug, number]),
        reverse("public-jsonld", args=[slug, number]),
    ]
    return {page: visitor.get(page) for page in pages}


def test_a_protected_name_is_in_no_public_output(masked):
    for page, answer in everything_public("ledger", 1).items():
        assert answer.status_code == 200, page
        words = unescape(answer.text).casefold()
        assert "paid" in words, page
        assert "quux" not in words, page


def test_a_search_for_a_protected_name_finds_nothing(masked):
    assert public.search("quux") == []
    assert len(public.search("paid")) == 1


def test_the_anchors_of_a_masked_passage_stay(masked, nora):
    evidence = Evidence.objects.get()
    (passage,) = public.claims()[0].passages
    assert (passage.key, passage.start, passage.end) == (evidence.pk, evidence.start, evidence.end)
    assert "[name withheld]" in passage.quote
    page = Client().get(reverse("public-claim", args=["ledger", 1])).text
    assert f'id="e{evidence.pk}"' in page
    assert evidence.exact == "Zanzibar Quux said that Quux paid."


def test_a_speaker_can_be_shown_by_role(masked):
    ProtectedName.objects.update(shown_as="a former officer")
    assert "[a former officer]" in public.claims()[0].passages[0].chain


def test_a_story_whose_address_holds_the_name_is_not_public(masked):
    Story.objects.filter(slug="ledger").update(slug="zanzibar-quux")
    assert public.claims() == []


def test_inside_the_name_stays(masked, desk):
    assert "Quux" in desk.get("/stories/ledger/claims/1/").text


# --- the crawl ------------------------------------------------------------------------------------


def crawl(client, start):
    """Every page a visitor reaches from the first by links, and what each says."""
    found, open_ = {}, [start]
    while open_:
        page = open_.pop()
        if page in found:
            continue
        answer = client.get(page)
        found[page] = answer.text if answer.status_code == 200 else ""
        links = re.findall(r'(?:href|src|action)="([^"]+)"', found[page])
        links += re.findall(r"http://127\.0\.0\.1:8000(/[^\s\"<,]+)", found[page])
        open_ += [unescape(one).split("#")[0] for one in links if one.startswith("/")]
    return found


@pytest.fixture
def newsroom(masked, claim, nora):
    """Beside what is published: marked words in everything that is not."""
    inside = make_claim(masked.story, title="UNSEEN title", statement="UNSEEN statement.")
    article = make_article("UNSEEN passage stands here. Nothing else.", title="UNSEEN headline")
    linked(inside, nora, article=article, words="UNSEEN passage stands here.", note="UNSEEN note")
    linked(masked, nora, article=article, words="UNSEEN passage stands here.")
    acts.propose(claim, claim.evidence.all(), True, nora)
    Claim.objects.filter(pk=claim.pk).update(title="UNSEEN proposed")
    secret = make_story(slug="unseen-secret", confidential=True)
    Story.objects.filter(pk=secret.pk).update(title="UNSEEN secret")
    hidden = make_claim(secret, statement="UNSEEN confidential.")
    linked(hidden, nora, words=QUOTE)
    return masked


def test_a_visitor_who_follows_every_link_finds_only_what_is_published(newsroom):
    found = crawl(Client(), "/public/")
    assert len([page for page in found if page.startswith("/public/")]) >= 5
    for page, words in found.items():
        shown = unescape(words).casefold()
        assert "unseen" not in shown, page
        assert "quux" not in shown, page
        assert "nora" not in shown, page
        assert "otto" not in shown, page
    assert mail.outbox == []


def test_a_visitor_who_tries_every_address_finds_only_what_is_published(newsroom):
    known = {"slug": "ledger", "number": newsroom.number, "pk": Evidence.objects.first().pk}
    known |= {"seq": 1, "figure": "origins", "form": "json", "name": "claims", "part": 2}
    known |= {"token": "none", "uidb36": "1", "key": "none", "provider_id": "sso"}
    known |= {"act": UUID(int=1), "together": UUID(int=1)}
    visitor = Client()
    for name, parameters in PATTERNS.items():
        if name in ("metrics", "healthz"):
            continue
        where = reverse(name, kwargs={one: known[one] for one in parameters})
        for asks in (visitor.get, visitor.post):
            words = unescape(asks(where).text).casefold()
            assert "unseen" not in words, name
            assert "quux" not in words, name


def test_where_public_reading_is_off_there_is_nothing(newsroom, settings, desk):
    settings.PUBLIC_READING = False
    for client in (Client(), desk):
        for page in everything_public("ledger", 1):
            assert client.get(page).status_code == 404, page


def test_a_link_outside_sends_no_referrer(claim, nora):
    publish(claim, nora, nora)
    page = Client().get(reverse("public-claim", args=["desks", 1]))
    assert page["Referrer-Policy"] == "same-origin"
    for link in re.findall(r"<a [^>]*https?://[^>]*>", page.text):
        assert "noreferrer" in link


def test_the_table_holds_no_formula(claim, nora):
    article = make_article("=HYPERLINK(1) is quoted here. Nothing.")
    linked(claim, nora, article=article, words="=HYPERLINK(1) is quoted here.")
    publish(claim, nora, nora)
    rows = list(csv.DictReader(io.StringIO(Client().get("/public/desks/published.csv").text[1:])))
    assert {row["quote"][0] for row in rows} == {"'", "T"}


def test_the_linked_data_names_who_publishes_by_role_alone(claim, nora):
    publish(claim, nora, nora)
    node = json.loads(Client().get("/public/desks/1/claim.jsonld").text)
    assert node["claimInterpreter"]["name"] == "The editors"
    assert node["text"] == "Alleged: Stations stand in Montreal."


def test_the_public_pages_ask_the_same_number_of_questions_for_many(claim, nora):
    publish(claim, nora, nora)
    few = queries(Client(), "/public/desks/1/")
    for sentence in ("The weather stayed mild.", "The embassy denied that any police station"):
        linked(claim, nora, words=sentence)
    publish(claim, nora, nora)
    assert queries(Client(), "/public/desks/1/") == few
    few = queries(Client(), "/public/")
    for _ in range(3):
        more = make_claim()
        linked(more, nora, words=QUOTE)
        ProtectedName.objects.create(story=more.story, name="Jane Roe", added_by=nora)
        publish(more, nora, nora)
    assert queries(Client(), "/public/") <= few + 1  # the speakers, once there are names to mask


# --- the editors' page ----------------------------------------------------------------------------


def test_an_editor_proposes_and_another_publishes(named, desk, nora, otto):
    where = reverse("publishing", args=["desks", 1])
    assert "The invented embassy" in desk.get(where).text
    until = (timezone.localdate() + timedelta(days=2)).isoformat()
    desk.post(
        reverse("ask-for-comment", args=["desks", 1]),
        {"subject": named.parties.get().pk, "how": "by e-mail", "until": until},
    )
    request = CommentRequest.objects.get()
    desk.post(reverse("answer-request", args=[request.pk]), {"answer": "No such desks."})
    passages = [one.pk for one in named.evidence.all()]
    desk.post(reverse("propose-publication", args=["desks", 1]), {"passages": passages})
    made = Publication.objects.get()
    desk.post(reverse("approve-publication", args=[made.pk]))
    assert public.claims() == []
    desk.force_login(otto)
    desk.post(reverse("approve-publication", args=[made.pk]))
    assert len(public.claims()) == 1
    desk.post(reverse("withdraw-publication", args=[made.pk]), {"because": "An error."})
    assert public.claims() == []


def test_a_passage_of_another_claim_cannot_be_slipped_in(claim, desk, nora):
    other = linked(make_claim(make_story(confidential=True)), nora, words=QUOTE)
    answer = desk.post(reverse("propose-publication", args=["desks", 1]), {"passages": [other.pk]})
    assert answer.status_code == 422
    assert not Publication.objects.exists()


def test_names_are_protected_on_a_page_and_let_go_again(claim, desk):
    where = reverse("protected", args=["desks"])
    desk.post(where, {"name": "Jane Roe", "variants": "Roe\nJ. Roe", "shown_as": "a witness"})
    row = ProtectedName.objects.get()
    assert row.variants == ["Roe", "J. Roe"]
    desk.post(reverse("unprotect", args=[row.pk]))
    assert not ProtectedName.objects.standing().exists()
    assert ProtectedName.objects.exists()


def test_a_deadline_in_the_past_is_refused(named, desk):
    desk.post(
        reverse("ask-for-comment", args=["desks", 1]),
        {"subject": named.parties.get().pk, "how": "by e-mail", "until": "2020-01-01"},
    )
    assert not CommentRequest.objects.exists()
