"""Edits as rows: one for each burst, its class, and the tracked sentences it took out."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sources.models import Version
from tests.factories import add_version, make_article, make_claim, make_speaker, make_story
from tests.tracker.shown import to_the_eye
from tracker.edits.record import record
from tracker.models import Anchor, Edit, Evidence, Omission, StoryArticle
from tracker.passages import linking
from tracker.passages.linking import Reading
from tracker.suggesting.suggest import follow

pytestmark = pytest.mark.django_db
FIRST = (
    "Two stations were named in Montreal on Thursday. The weather stayed mild.\n"
    "The invented embassy denied all of it. Nobody was charged."
)
SENTENCE = "The invented embassy denied all of it."
WITHOUT = FIRST.replace(f"{SENTENCE} ", "")
NUMBER = FIRST.replace("Two", "Three")


@pytest.fixture
def article():
    return make_article(FIRST)


def concern(article, story=None, **claim):
    """A story with one claim whose filter the article passed."""
    story = story or make_story(filter="")
    StoryArticle.objects.create(story=story, article=article)
    return make_claim(story, **{"terms": "zebra", **claim})


def edit(article, text, minutes=0, **values):
    """The publisher changes the page so many minutes after the first read."""
    version = add_version(article, text)
    at = timezone.now() + timedelta(minutes=minutes)
    Version.objects.filter(pk=version.pk).update(at=at, **values)
    version.refresh_from_db()
    follow(version.pk)
    return version


def link(article, words, claim, by):
    version = article.versions.get(seq=1)
    start = version.text.index(words)
    return linking.link(claim, version, start, start + len(words), Reading("reports"), by)


def page(client, **query):
    answer = client.get("/inbox/edits/", query)
    assert answer.status_code == 200
    return to_the_eye(answer.text)


# --- rows -------------------------------------------------------------------------------------


def test_a_new_version_is_recorded_with_its_class(article):
    edit(article, NUMBER)
    row = Edit.objects.get()
    assert (row.older.seq, row.newer.seq, row.classes) == (1, 2, ["lede", "number"])
    assert row.said.is_silent


def test_a_note_in_the_text_makes_the_edit_an_announced_one(article):
    edit(article, f"{NUMBER}\nCorrection: There are three.")
    assert Edit.objects.get().announced == "note"


def test_a_later_date_the_page_gives_makes_the_edit_an_announced_one(article):
    article.versions.update(modified_at="2023-04-17T12:00Z")
    edit(article, NUMBER, modified_at="2023-04-18T12:00Z")
    assert Edit.objects.get().announced == "date"


def test_a_burst_within_an_hour_is_one_row_classed_from_first_to_last(article):
    edit(article, NUMBER, 100)
    edit(article, f"{FIRST} More was said.", 140)
    row = Edit.objects.get()
    assert (row.older.seq, row.newer.seq, row.classes) == (1, 3, ["body"])
    assert article.versions.count() == 3


def test_an_edit_after_the_hour_is_another_row(article):
    edit(article, NUMBER, 100)
    edit(article, FIRST, 161)
    assert [(one.older.seq, one.newer.seq) for one in Edit.objects.order_by("pk")] == [
        (1, 2),
        (2, 3),
    ]


def test_recording_twice_makes_one_row(article):
    version = edit(article, WITHOUT)
    concern(article, terms="embassy")
    record(version)
    record(version)
    assert (Edit.objects.count(), Omission.objects.count()) == (1, 1)


def test_a_text_read_again_by_a_newer_extractor_is_no_publishers_edit(article):
    edit(article, NUMBER, kind="extractor_upgrade")
    row = Edit.objects.get()
    assert (row.classes, row.said.is_silent) == (["reread"], False)


def test_edits_stored_before_there_were_rows_get_theirs(article):
    add_version(article, NUMBER)
    add_version(article, f"{NUMBER} More was said.")
    Version.objects.filter(article=article, seq=3).update(
        at=timezone.now() + timedelta(minutes=90), kind="extractor_upgrade"
    )
    import_module("tracker.migrations.0011_edits_so_far").record(apps, None)
    assert [one.classes for one in Edit.objects.order_by("pk")] == [["lede", "number"], ["reread"]]


# --- sentences taken out ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "filter", "reasons"),
    [
        ({"terms": "embassy denied"}, "zebra", ["embassy", "denied"]),
        ({"terms": "zebra"}, "embass*", ["embassy"]),
        ({"terms": "zebra", "party": "Invented Embassy"}, "zebra", ["Invented Embassy"]),
    ],
)
def test_a_sentence_about_a_tracked_subject_that_nobody_linked_is_flagged(
    article, claim, filter, reasons
):
    party = claim.pop("party", "")
    made = concern(article, make_story(filter=filter), **claim)
    if party:
        made.parties.add(make_speaker(party))
    edit(article, WITHOUT)
    omission = Omission.objects.get()
    assert omission.exact == SENTENCE == FIRST[omission.start : omission.end]
    assert omission.reasons == reasons


@pytest.mark.parametrize(
    "text",
    [
        FIRST.replace("denied all of it", "denied nearly all of it"),  # reworded
        f"{WITHOUT} {SENTENCE}",  # moved
        FIRST.replace(" The weather stayed mild.", ""),  # of no tracked subject
    ],
)
def test_a_sentence_that_stays_or_concerns_nothing_is_not_flagged(article, text):
    concern(article, terms="embassy")
    edit(article, text)
    assert not Omission.objects.exists()


def test_a_linked_sentence_is_not_flagged_beside_its_alteration(article, nora):
    link(article, SENTENCE, concern(article, terms="embassy"), nora)
    edit(article, WITHOUT)
    assert not Omission.objects.exists()
    assert Anchor.objects.get().state == "gone"


def test_a_sentence_put_back_within_the_hour_is_flagged_no_more(article):
    concern(article, terms="embassy")
    edit(article, WITHOUT, 100)
    assert Omission.objects.exists()
    edit(article, f"{FIRST} More.", 120)
    assert not Omission.objects.exists()


def test_an_article_of_no_story_has_nothing_flagged(article):
    make_claim(terms="embassy")
    edit(article, WITHOUT)
    assert not Omission.objects.exists()


# --- the page ---------------------------------------------------------------------------------


def test_the_sentence_is_shown_with_why_and_an_offer_to_link_it(desk, article):
    claim = concern(article, terms="embassy")
    edit(article, WITHOUT)
    shown = page(desk)
    omission = Omission.objects.get()
    assert f"<del>{SENTENCE}</del>" in shown
    assert f'C{claim.number} <span class="alleged">Alleged:</span> {claim.title}' in shown
    offer = f"/articles/{article.pk}/link/?v=1&amp;start={omission.start}&amp;end={omission.end}"
    assert offer in shown
    assert SENTENCE in desk.get(offer.replace("&amp;", "&")).text


def test_a_sentence_linked_since_waits_no_longer_and_is_known_as_gone(desk, article, nora):
    claim = concern(article, terms="embassy")
    edit(article, WITHOUT)
    evidence = link(article, SENTENCE, claim, nora)
    assert "No edit waits" in page(desk)
    anchor = Anchor.objects.get(evidence=evidence)
    assert (anchor.state, anchor.seen_by) == ("gone", nora)


def test_a_sentence_is_noted_and_waits_again(desk, article):
    concern(article, terms="embassy")
    edit(article, WITHOUT)
    address = f"/inbox/edits/omissions/{Omission.objects.get().pk}/noted/"
    assert f'action="{address}undo/"' in desk.post(address, follow=True).text
    assert "No edit waits" in page(desk)
    assert "It was noted already." in desk.post(address, follow=True).text
    desk.post(f"{address}undo/")
    assert SENTENCE in page(desk)


def test_the_inbox_says_that_sentences_wait(desk, article):
    concern(article, terms="embassy")
    edit(article, WITHOUT)
    line = "1 sentence about a tracked subject was taken out"
    assert line in desk.get("/inbox/").text
    assert line in desk.get("/ingest/").text


def test_a_contributor_sees_the_sentence_and_cannot_note_it(client, cleo, article):
    concern(article, terms="embassy")
    edit(article, WITHOUT)
    client.force_login(cleo)
    assert SENTENCE in page(client)
    address = f"/inbox/edits/omissions/{Omission.objects.get().pk}/noted/"
    assert address not in page(client)
    assert client.post(address).status_code == 403


def test_a_confidential_story_flags_for_its_members_only(client, nora, ada, article):
    story = make_story(filter="", confidential=True)
    story.members.add(ada)
    concern(article, story, terms="embassy")
    edit(article, WITHOUT)
    client.force_login(ada)
    assert SENTENCE in page(client)
    client.force_login(nora)
    assert SENTENCE not in page(client, show="all")
    address = f"/inbox/edits/omissions/{Omission.objects.get().pk}/noted/"
    assert client.post(address).status_code == client.post(f"{address}undo/").status_code == 404
    assert "taken out" not in client.get("/inbox/").text


def test_all_edits_of_tracked_articles_are_listed_when_asked_for(desk, article):
    concern(article)
    edit(article, NUMBER)
    assert "No edit waits" in page(desk)
    assert f"/articles/{article.pk}/versions/?a=1&amp;b=2" in page(desk, show="all")


def test_an_edit_of_an_article_nobody_tracks_is_not_listed(desk, article):
    edit(article, NUMBER)
    assert "0 edits of tracked articles" in page(desk, show="all")


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ({"class": "number"}, "silent"),
        ({"class": "body"}, "announced"),
        ({"class": "headline"}, ""),
        ({"told": "silent"}, "silent"),
        ({"told": "announced"}, "announced"),
        ({"class": "nonsense", "told": "nonsense"}, "silent announced"),
    ],
)
def test_edits_are_filtered_by_class_and_by_whether_they_were_announced(desk, asked, listed):
    story = make_story(filter="")
    for title, text in (
        ("silent", NUMBER),
        ("announced", f"{FIRST}\nNote that more is known.\nCorrection: More is known."),
    ):
        article = make_article(FIRST, title=title)
        concern(article, story)
        edit(article, text)
    shown = page(desk, show="all", **asked)
    assert [one for one in ("silent", "announced") if f">{one}</a>" in shown] == listed.split()


def test_a_row_says_what_was_changed_and_how_many_versions_are_folded(desk, article):
    concern(article)
    edit(article, NUMBER, 100)
    edit(article, NUMBER.replace("Thursday", "Friday"), 120)
    shown = page(desk, show="all")
    assert '<span class="tag">lede</span><span class="tag">number or date</span>' in shown
    assert '<span class="flag">silent</span>' in shown
    assert "2 versions within an hour" in shown


def test_a_passage_stands_under_the_edit_that_touched_it(desk, article, nora):
    link(article, "Nobody was charged.", concern(article), nora)
    edit(article, FIRST.replace("Nobody was", "Two were"), 100)
    edit(article, FIRST.replace("Nobody was", "Two were").replace("mild", "wet"), 300)
    shown = page(desk)
    assert "1 edit to look at" in shown
    assert f"/articles/{article.pk}/versions/?a=1&amp;b=2" in shown


def test_what_was_noted_does_not_wait_again_after_an_edit_elsewhere(desk, article, nora):
    link(article, "Two stations were named in Montreal on Thursday.", concern(article), nora)
    edit(article, NUMBER, 100)
    assert "altered" in page(desk)
    Anchor.objects.update(seen_by=nora)
    edit(article, NUMBER.replace("mild", "wet"), 300)
    assert "No edit waits" in page(desk)
    edit(article, "The weather stayed wet.", 600)
    assert "no longer in the text" in page(desk)


def test_the_page_costs_the_same_queries_with_1_edit_and_with_6(desk, nora):
    story = make_story(filter="")

    def one_more():
        article = make_article(FIRST)
        link(article, "Nobody was charged.", concern(article, story, terms="embassy"), nora)
        edit(article, WITHOUT.replace("Nobody was", "Two were"))

    def cost():
        with CaptureQueriesContext(connection) as captured:
            page(desk, show="all")
        return len(captured)

    one_more()
    once = cost()
    for _ in range(5):
        one_more()
    assert Omission.objects.count() == Evidence.objects.count() == 6
    assert cost() == once


def test_the_timeline_says_what_kind_of_edit_touched_a_passage(desk, article, nora):
    claim = concern(article)
    link(article, "Nobody was charged.", claim, nora)
    edit(article, FIRST.replace("Nobody was", "Two were"))
    shown = desk.get(f"/stories/{claim.story.slug}/").text
    assert '<span class="tag">body</span><span class="tag">number or date</span>' in shown


def test_the_versions_tab_says_what_kind_of_edit_the_pair_is(desk, article):
    edit(article, NUMBER, 100)
    edit(article, f"{NUMBER} More was said.", 300)

    def tags(a, b):
        shown = desk.get(f"/articles/{article.pk}/versions/", {"a": a, "b": b}).text
        return shown.count('<span class="tag">'), "number or date" in shown

    assert tags(1, 2) == (2, True)
    assert tags(2, 3) == (1, False)
