"""What the timeline and the page of a claim say of edits, of silence and of an earlier day."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.conftest import member
from tests.factories import (
    add_version,
    make_article,
    make_claim,
    make_source,
    make_speaker,
    make_story,
)
from tests.tracker.test_pages import linked, page, queries, status
from tracker.claims import reshaping
from tracker.models import Anchor, Claim, Evidence
from tracker.timeline import folding

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


def recorded(row, ago):
    """Let a row have been recorded that long ago."""
    when = timezone.now() - ago
    name = "created_at" if isinstance(row, Claim) else "recorded_at"
    type(row).objects.filter(pk=row.pk).update(**{name: when})


def days_ago(number):
    return (timezone.localdate() - timedelta(days=number)).isoformat()


@pytest.fixture
def grown(nora):
    """A claim of three weeks, one passage of two weeks and one of today."""
    claim = make_claim()
    recorded(claim, 3 * WEEK)
    recorded(linked(claim, nora, stance="supports", speaker=make_speaker("Officer")), 2 * WEEK)
    linked(claim, nora, stance="denies", denies_what="all", speaker=make_speaker("Embassy"))
    return claim


def entries(response, kind):
    days = response.context["page"].days
    return [entry.what for day in days for entry in day.entries if entry.kind == kind]


# --- its filters ------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "said"), [("?stance=denies", True), ("", False)])
def test_a_narrowed_list_says_that_the_overview_is_not(desk, grown, address, said):
    page = desk.get(f"/stories/{grown.story.slug}/{address}").content.decode()
    assert ("the overview shows the whole story" in page) is said


def test_where_nothing_is_linked_no_overview_is_spoken_of(desk):
    story = make_claim().story
    page = desk.get(f"/stories/{story.slug}/", {"stance": "denies"}).content.decode()
    assert "No statement matches these filters." in page
    assert "the overview shows the whole story" not in page


# --- edits of quoted passages -----------------------------------------------------------------


def edited(nora, state):
    claim = make_claim()
    evidence = linked(claim, nora)
    version = add_version(evidence.version.article, "Nothing of it is left.")
    Anchor.objects.create(evidence=evidence, version=version, state=state, score=0)
    return claim, evidence


@pytest.mark.parametrize(
    ("state", "words"), [("gone", "Passage removed"), ("altered", "Passage altered")]
)
def test_an_edit_of_a_quoted_passage_stands_on_the_timeline(desk, nora, state, words):
    claim, evidence = edited(nora, state)
    shown = page(desk, "story", claim.story.slug)
    assert words in shown
    assert f"/articles/{evidence.version.article_id}/versions/?a=1&amp;b=2" in shown


def test_an_edit_made_since_is_not_known_on_an_earlier_day(desk, nora):
    claim, evidence = edited(nora, "gone")
    recorded(claim, 2 * WEEK)
    recorded(evidence, 2 * WEEK)
    then = desk.get(f"/stories/{claim.story.slug}/", {"as-of": days_ago(7)})
    assert len(entries(then, "statement")) == 1
    assert entries(then, "edit") == []


# --- what we knew on a day --------------------------------------------------------------------


def test_the_timeline_of_an_earlier_day_has_what_was_recorded_by_then(desk, grown):
    then = desk.get(f"/stories/{grown.story.slug}/", {"as-of": days_ago(7)})
    assert [said.origin_name for said in entries(then, "statement")] == ["Officer"]
    assert then.context["figures"].origins == 1


def test_the_lanes_of_an_earlier_day_draw_what_was_recorded_by_then(desk, grown):
    then = desk.get(f"/stories/{grown.story.slug}/", {"as-of": days_ago(7)})
    (lane,) = then.context["overview"].chart.lanes
    assert sum(sum(figures) for figures in lane.cells.values()) == 1


def test_a_figure_of_an_earlier_day_opens_the_rows_of_that_day(desk, grown):
    address = f"/stories/{grown.story.slug}/claims/1/counted/origins/"
    then = desk.get(address, {"as-of": days_ago(7)})
    assert [group.piece.origin_name for group in then.context["groups"]] == ["Officer"]


def test_a_claim_nobody_had_written_is_not_on_an_earlier_day(desk, grown):
    make_claim(grown.story)
    then = desk.get(f"/stories/{grown.story.slug}/", {"as-of": days_ago(7)})
    assert list(then.context["claims"]) == [grown.pk]


def test_evidence_withdrawn_since_still_stood_on_an_earlier_day(desk, nora, grown):
    Evidence.objects.order_by("pk").first().withdraw(nora, "wrong")
    then = desk.get(f"/stories/{grown.story.slug}/", {"as-of": days_ago(7)})
    assert then.context["figures"].origins == 1


def test_an_earlier_day_does_not_know_the_events_that_came_after_it(desk):
    event = {"date": "2025-09-26", "en": "The file is closed", "fr": "Dossier clos"}
    story = make_story(key_events=[event])
    before = desk.get(f"/stories/{story.slug}/", {"as-of": "2023-03-20"})
    after = desk.get(f"/stories/{story.slug}/", {"as-of": "2025-09-26"})
    assert (len(entries(before, "event")), len(entries(after, "event"))) == (0, 1)
    assert "No claim of this story was recorded by then." in before.content.decode()


# --- lanes ------------------------------------------------------------------------------------


def test_a_retracted_claim_has_no_lane_and_is_named_with_who_retracted_it(desk, nora):
    gone, stays = (claim := make_claim()), make_claim(claim.story)
    for one in (gone, stays):
        linked(one, nora)
    status(gone, "retracted", "newsroom")
    shown = desk.get(f"/stories/{gone.story.slug}/")
    overview = shown.context["overview"]
    assert [lane.claim for lane in overview.chart.lanes] == [stays.pk]
    folded = shown.content.decode().split('<details class="tbl retracted">')[1].split("</details>")
    assert "1 retracted claim" in folded[0]
    assert "newsroom, since 9 Mar 2023" in folded[0]


def crowd(nora, number):
    story = make_story()
    claims = [make_claim(story) for _ in range(number)]
    for claim in claims[-3:]:
        linked(claim, nora)
    return story, claims


def lanes(desk, story, **asked):
    shown = desk.get(f"/stories/{story.slug}/", asked)
    return [lane.claim for lane in shown.context["overview"].chart.lanes], shown.content.decode()


def test_from_25_claims_on_the_12_liveliest_have_lanes(desk, nora):
    story, claims = crowd(nora, 25)
    shown, words = lanes(desk, story)
    assert len(shown) == 12
    assert {claim.pk for claim in claims[-3:]} <= set(shown)
    assert "Show all 25 claims" in words


def test_of_very_many_claims_twenty_have_lanes_at_a_time(desk, nora):
    story, claims = crowd(nora, 25)
    first, words = lanes(desk, story, lanes="1")
    assert first == [claim.pk for claim in claims[:20]]
    assert "20 of 25 claims, page 1 of 2" in words
    assert lanes(desk, story, lanes="2")[0] == [claim.pk for claim in claims[20:]]


@pytest.mark.parametrize(("words", "first"), [("99", 20), ("all", 0), ("-3", 0)])
def test_a_page_of_lanes_that_is_none_leads_to_one_that_is(desk, nora, words, first):
    story, claims = crowd(nora, 25)
    assert lanes(desk, story, lanes=words)[0][0] == claims[first].pk


def test_a_claim_worded_anew_stands_so_in_its_lane(desk, nora):
    claim = make_claim()
    linked(claim, nora)
    lanes(desk, claim.story)
    claim.title = "Worded anew"
    claim.save()
    assert "Worded anew" in lanes(desk, claim.story)[1].split('class="lanes"')[1]


def test_up_to_24_claims_each_has_a_lane(desk, nora):
    story, _ = crowd(nora, 24)
    assert len(lanes(desk, story)[0]) == 24


# --- who has answered -------------------------------------------------------------------------


def test_a_party_that_never_spoke_has_no_response_on_record(desk, nora):
    claim = make_claim()
    claim.parties.add(make_speaker("An invented embassy"))
    linked(claim, nora)
    shown = desk.get(f"/stories/{claim.story.slug}/claims/1/")
    ((answer, passage, _),) = shown.context["answers"]
    assert (answer.name, answer.last, passage) == ("An invented embassy", None, None)
    assert "no response on record" in shown.content.decode()


def test_a_party_that_spoke_is_shown_with_the_last_it_said(desk, nora):
    claim, embassy = make_claim(), make_speaker("An invented embassy")
    claim.parties.add(embassy)
    linked(claim, nora, stance="declines", speaker=embassy, event_on=date(2023, 3, 1))
    reading = {"stance": "denies", "denies_what": "that it did"}
    linked(claim, nora, speaker=embassy, event_on=date(2023, 3, 9), **reading)
    shown = desk.get(f"/stories/{claim.story.slug}/claims/1/")
    ((answer, *_),) = shown.context["answers"]
    assert (answer.last.stance, answer.last.on) == ("denies", date(2023, 3, 9))
    assert "no response on record" not in shown.content.decode()


def test_a_party_that_answered_a_related_claim_only_is_pointed_to_with_the_last_it_said(desk, nora):
    claim, embassy = make_claim(), make_speaker("An invented embassy")
    claim.parties.add(embassy)
    denial = make_claim(claim.story)
    reshaping.relate(denial, "answers", claim, nora)
    linked(denial, nora, stance="declines", speaker=embassy, event_on=date(2023, 3, 1))
    reading = {"stance": "denies", "denies_what": "that it did"}
    last = linked(denial, nora, speaker=embassy, event_on=date(2023, 3, 9), **reading)
    shown = desk.get(f"/stories/{claim.story.slug}/claims/1/")
    ((answer, _, elsewhere),) = shown.context["answers"]
    assert (answer.last, elsewhere.related.claim, elsewhere.said.pk) == (None, denial, last.pk)
    answers = shown.text.split('class="answers"')[1].split("</section>")[0]
    assert "no response on record" in answers
    assert f"/evidence/{last.pk}/" in answers
    assert "denies" in answers


def test_who_is_silent_here_is_not_answered_for_by_claims_that_are_not_related(desk, nora):
    claim, embassy = make_claim(), make_speaker("An invented embassy")
    claim.parties.add(embassy)
    reading = {"stance": "denies", "denies_what": "that it did"}
    linked(make_claim(claim.story), nora, speaker=embassy, **reading)
    shown = desk.get(f"/stories/{claim.story.slug}/claims/1/")
    ((_, _, elsewhere),) = shown.context["answers"]
    assert elsewhere is None


def test_a_claim_says_where_it_appeared_first(desk, nora):
    claim = make_claim()
    linked(claim, nora)
    early = {"published_at": "2022-09-20T12:00Z", "sort_at": "2022-09-20T12:00Z"}
    linked(claim, nora, article=make_article(source=make_source("Harbour Wire"), **early))
    shown = page(desk, "claim", claim.story.slug, 1)
    assert "First appearance on record: Harbour Wire, 20 Sep 2022" in shown


# --- one count --------------------------------------------------------------------------------


def test_page_chart_rows_and_exports_say_the_same_of_a_claim(desk, nora):
    claim, agency = make_claim(), make_speaker("An invented agency")
    for _ in range(3):  # three relays of one origin
        linked(claim, nora, speaker=agency)
    linked(claim, nora, speaker=make_speaker("Somebody else"))
    address = f"/stories/{claim.story.slug}/"
    story, own = desk.get(address), desk.get(f"{address}claims/1/")
    table = desk.get(f"{address}take/claims.csv", {"bom": "no"}).content.decode()
    (row,) = csv.DictReader(io.StringIO(table))
    (held,) = json.loads(desk.get(f"{address}take/json").content)["claims"]
    counted = [
        desk.get(f"{address}claims/1/counted/{figure}/").context["number"]
        for figure in ("origins", "articles")
    ]
    of_lane = story.context["counts"][claim.pk]
    of_page = own.context["figures"]
    linked_data = json.loads(desk.get(f"{address}claims/1/claim.jsonld").content)
    assert counted == [2, 4]
    assert [of_lane.origins, of_lane.articles] == [of_page.origins, of_page.articles] == counted
    assert [int(row["independent_origins"]), int(row["articles_n"])] == counted
    assert [held["figures"]["origins"], held["figures"]["articles"]] == counted
    assert linked_data["description"] == "2 independent origins, 4 articles"


# --- at what price ----------------------------------------------------------------------------


# a fold is not kept inside a transaction
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("address", "cold", "warm"), [("", 11, 9), ("claims/1/", 12, 10)])
def test_a_page_of_a_story_folded_before_reads_no_evidence_to_count(client, address, cold, warm):
    client.force_login(nora := member("nora", "editor"))
    claim = make_claim()
    linked(claim, nora)
    status(claim, "disputed", "newsroom")
    story = f"/stories/{claim.story.slug}/"
    client.get(story + address)  # a first visit is kept
    client.get(story)
    folded = queries(client, story + address)
    folding._kept.clear()
    folding._alone.clear()
    assert (queries(client, story + address), folded) == (cold, warm)


def test_a_day_known_to_a_month_only_is_headed_and_taken_away_as_that_month(desk, nora):
    claim = make_claim()
    linked(claim, nora, event_on=date(2023, 4, 1), event_until=date(2023, 4, 30))
    status(claim, "disputed", "newsroom", date(2022, 11, 1), precision="month")
    address = f"/stories/{claim.story.slug}/"
    shown = desk.get(address).text
    assert "<h3>April 2023</h3>" in shown
    assert "<h3>November 2022</h3>" in shown
    assert "1 April 2023" not in shown
    assert "April 2023" in desk.get(f"{address}claims/1/").text
    assert "**April 2023**" in desk.get(f"{address}take/markdown").text
    table = desk.get(f"{address}take/status_history.csv", {"bom": "no"}).content.decode()
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["effective_date"], row["effective_precision"]) == ("2022-11-01", "month")
    table = desk.get(f"{address}take/evidence.csv", {"bom": "no"}).content.decode()
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["event_until"], row["event_precision"]) == ("2023-04-30", "month")
