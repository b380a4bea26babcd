"""Following: the buttons, the page of it, the form that says how much it will be, and the feeds."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from tests.factories import make_article, make_claim, make_source, make_speaker, make_story
from tests.tracker.test_changes import backdated
from tests.tracker.test_pages import linked, queries
from tracker.models import Evidence, Follow, Story, User

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def claim(db):
    return make_claim()


# --- the button and the form ----------------------------------------------------------------


def test_a_story_a_claim_a_source_and_a_search_can_be_followed_from_their_pages(desk, claim, nora):
    source = linked(claim, nora).version.article.source
    pages = {
        f"/stories/{claim.story.slug}/": f"story={claim.story.pk}",
        f"/stories/{claim.story.slug}/claims/1/": f"claim={claim.pk}",
        f"/sources/{source.slug}/": f"source={source.pk}",
        "/search/?q=embassy": "query=q%3Dembassy",
    }
    for address, asked in pages.items():
        page = desk.get(address).content.decode()
        assert f'href="/following/new/?{asked}"' in page, address


def test_what_one_follows_already_leads_to_the_follow(desk, claim, nora):
    made = Follow.objects.create(user=nora, claim=claim)
    page = desk.get(f"/stories/{claim.story.slug}/claims/1/").content.decode()
    assert f'href="/following/{made.pk}/"' in page
    assert "/following/new/" not in page


def test_following_keeps_the_note_and_the_rate(desk, claim, nora):
    answer = desk.post(f"/following/new/?claim={claim.pk}", {"why": "Friday", "rate": "weekly"})
    assert answer.url == "/following/"
    made = Follow.objects.get(user=nora)
    assert (made.claim, made.why, made.rate) == (claim, "Friday", "weekly")


def test_following_twice_changes_the_one_follow(desk, claim, nora):
    for rate in ("weekly", "daily"):
        desk.post(f"/following/new/?claim={claim.pk}", {"why": "", "rate": rate})
    assert Follow.objects.get(user=nora).rate == "daily"


def test_the_form_says_how_much_it_will_be(desk, claim, nora):
    for n in range(8):
        backdated(linked(claim, nora, speaker=make_speaker(f"Speaker {n}")), days=n)
    page = desk.get(f"/following/new/?claim={claim.pk}").content.decode()
    assert "About 2 a week" in page
    assert "Speaker 0 reports on C1" in page


def test_what_nobody_may_know_of_cannot_be_followed(desk, claim):
    Story.objects.update(confidential=True)
    for asked in (f"claim={claim.pk}", f"story={claim.story_id}", "claim=x", ""):
        assert desk.get(f"/following/new/?{asked}").status_code == 404


def test_who_turns_mail_on_again_is_not_told_of_the_time_between(desk, claim, nora):
    made = Follow.objects.create(user=nora, claim=claim, rate="none")
    Follow.objects.update(told_until=timezone.now() - timedelta(days=90))
    desk.post(f"/following/{made.pk}/", {"why": "", "rate": "daily"})
    assert timezone.now() - Follow.objects.get().told_until < timedelta(minutes=1)


def test_the_page_lists_what_one_follows_with_the_note_and_nobody_elses(desk, claim, nora, tom):
    Follow.objects.create(user=nora, claim=claim, why="For Friday")
    Follow.objects.create(user=tom, claim=claim, why="For Sunday")
    page = desk.get("/following/").content.decode()
    assert "For Friday" in page
    assert "For Sunday" not in page


def test_following_can_be_stopped_by_the_follower_alone(desk, claim, nora, tom):
    mine = Follow.objects.create(user=nora, claim=claim)
    theirs = Follow.objects.create(user=tom, claim=claim)
    assert desk.post(f"/following/{theirs.pk}/stop/").status_code == 404
    desk.post(f"/following/{mine.pk}/stop/")
    assert list(Follow.objects.all()) == [theirs]


def test_the_page_costs_the_same_queries_whatever_is_followed(desk, nora):
    def follow_all():
        claim = make_claim()
        for target in ({"story": claim.story}, {"claim": claim}, {"source": make_source()}):
            Follow.objects.create(user=nora, **target)

    follow_all()
    few = queries(desk, "/following/")
    for _ in range(6):
        follow_all()
    assert queries(desk, "/following/") == few


# --- the feeds ------------------------------------------------------------------------------


def feed_of(client, user, name="all"):
    client.force_login(user)
    page = client.get("/following/").content.decode()
    client.logout()
    address = page.partition('feedaddress" href="')[2].partition('"')[0]
    return address.replace("all.atom", f"{name}.atom")


def entries(answer):
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")


@pytest.fixture
def address(client, claim, nora):
    Follow.objects.create(user=nora, claim=claim)
    linked(claim, nora, speaker=make_speaker("Lin Invented"))
    return feed_of(client, nora)


def test_a_feed_reader_reads_the_changes_without_signing_in(client, address):
    answer = client.get(address)
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    (entry,) = entries(answer)
    assert entry.findtext(f"{ATOM}title") == "Lin Invented reports on C1 (alleged: Claim 1)"
    assert "<blockquote" in entry.findtext(f"{ATOM}content")


def test_a_feed_says_what_rfc_4287_asks_for(client, address):
    root = ElementTree.fromstring(client.get(address).content)
    for name in ("id", "title", "updated", "author"):
        assert root.find(f"{ATOM}{name}") is not None, name
    assert {link.get("rel") for link in root.findall(f"{ATOM}link")} == {"self", "alternate"}
    for name in ("id", "title", "updated", "published", "content"):
        assert root.find(f"{ATOM}entry/{ATOM}{name}") is not None, name


def test_an_entry_keeps_its_id_when_another_article_carries_it(client, address, claim, nora):
    (before,) = entries(client.get(address))
    speaker = Evidence.objects.get().speaker
    linked(claim, nora, speaker=speaker)
    (after,) = entries(client.get(address))
    assert before.findtext(f"{ATOM}id") == after.findtext(f"{ATOM}id")
    assert after.findtext(f"{ATOM}id").startswith("tag:127.0.0.1,2026:change/statement-")


def test_who_has_the_feed_as_it_is_gets_304(client, address, claim, nora):
    answer = client.get(address)
    same = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    moment = {"If-Modified-Since": answer.headers["Last-Modified"]}
    assert client.get(address, headers=moment).status_code == 304
    linked(claim, nora)
    changed = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert changed.status_code == 200


def test_a_renewed_address_ends_the_old_one(client, address, nora):
    client.force_login(nora)
    client.post("/following/feeds/renew/")
    assert client.get(address).status_code == 404
    renewed = feed_of(client, nora)
    assert renewed != address
    assert client.get(renewed).status_code == 200


@pytest.mark.parametrize("token", ["", "1", "x-y", "1-" + "0" * 40, "²-1"])
def test_a_guessed_address_is_not_found(client, address, token):
    assert client.get(f"/feeds/{token}/all.atom").status_code == 404


def test_the_feed_of_who_left_is_not_found(client, address, nora):
    User.objects.filter(pk=nora.pk).update(is_active=False)
    assert client.get(address).status_code == 404


def test_a_feed_shows_what_its_holder_may_know_of_at_that_moment(client, address):
    Story.objects.update(confidential=True)
    assert entries(client.get(address)) == []


def test_a_feed_holds_no_word_of_a_confidential_story(client, nora):
    story = make_story(confidential=True)
    story.members.add(nora)
    claim = make_claim(story)
    made = Follow.objects.create(user=nora, claim=claim)
    evidence = linked(claim, nora)
    for name in ("all", str(made.pk)):
        answer = client.get(feed_of(client, nora, name))
        assert len(entries(answer)) == 1
        for word in (evidence.exact, claim.title, story.title, story.slug):
            assert word not in answer.content.decode()


def test_one_follow_has_a_feed_of_its_own(client, address, claim, nora):
    other = make_claim(claim.story)
    linked(other, nora)
    made = Follow.objects.create(user=nora, claim=other)
    (entry,) = entries(client.get(address.replace("all", str(made.pk))))
    assert "C2" in entry.findtext(f"{ATOM}title")


def test_hostile_words_are_data_in_a_feed(client, claim, nora):
    Follow.objects.create(user=nora, story=claim.story)
    hostile = "He said <script>alert(1)</script> ]]> \x0b and more."
    linked(claim, nora, article=make_article(hostile), words=hostile)
    (entry,) = entries(client.get(feed_of(client, nora)))
    assert "<script" not in entry.findtext(f"{ATOM}content")
    assert "&lt;script&gt;" in entry.findtext(f"{ATOM}content")


def test_following_what_is_invented_says_sample(desk, nora):
    claim = make_claim(make_story(sample=True))
    assert 'class="sample"' not in desk.get("/following/").text
    Follow.objects.create(user=nora, claim=claim)
    assert 'class="sample"' in desk.get("/following/").text
    assert 'class="sample"' in desk.get("/following/new/", {"story": claim.story_id}).text
