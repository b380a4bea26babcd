"""Taking away: every format holds what the page showed, quotes only, and no trap for its reader."""

import csv
import io
import json
import re
from datetime import date

import pytest

from sources.models import Cluster
from tests.factories import (
    add_version,
    make_article,
    make_claim,
    make_source,
    make_speaker,
    make_story,
)
from tests.tracker.test_pages import PASSAGE, linked, status
from tracker.exports import jsonld, tables
from tracker.models import Anchor, Evidence, Story

pytestmark = pytest.mark.django_db
STORY = "/stories/stations/"


@pytest.fixture
def claim(db):
    story = make_story(slug="stations")
    return make_claim(story)


def take(client, what, **query):
    answer = client.get(f"{STORY}take/{what}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def table(client, name="evidence", **query):
    return list(csv.DictReader(io.StringIO(take(client, f"{name}.csv", **query).lstrip("\ufeff"))))


def is_taken_out(evidence):
    """The publisher takes the passage out of the page."""
    version = add_version(evidence.version.article, "Nothing of it is left.")
    Anchor.objects.create(evidence=evidence, version=version, state="gone", score=0)
    return evidence


# --- CSV ------------------------------------------------------------------------------------


def test_the_evidence_table_has_the_columns_that_were_agreed(desk, claim, nora):
    linked(claim, nora)
    (row,) = table(desk)
    assert list(row) == [*tables.EVIDENCE_COLUMNS, "sample"]
    assert list(table(desk, "claims")[0]) == [*tables.CLAIM_COLUMNS, "sample"]


def test_a_row_says_who_said_what_of_which_claim_and_where_it_stands(desk, claim, nora):
    speaker = make_speaker("Lin Invented")
    article = make_article(source=make_source("Harbour Wire"))
    evidence = linked(claim, nora, article=article, stance="disputes", speaker=speaker)
    (row,) = table(desk)
    assert (row["stance"], row["quote"], row["speaker"]) == ("disputes", PASSAGE, "Lin Invented")
    assert row["chain_text"] == "Harbour Wire, citing Lin Invented"
    assert row["origin_id"] == f"speaker:{speaker.pk}"
    assert row["permalink"].endswith(f"/stories/stations/evidence/{evidence.pk}/")


def test_editors_are_named_by_their_role(desk, claim, nora):
    linked(claim, nora)
    assert table(desk)[0]["created_by"] == "editor"
    assert "nora" not in take(desk, "evidence.csv") + take(desk, "json") + take(desk, "markdown")


@pytest.mark.parametrize("words", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_no_cell_is_taken_for_a_formula(words):
    assert tables.cell(words) == f"'{words}"


def test_a_publishers_formula_is_words(desk, claim, nora):
    linked(claim, nora, article=make_article('=cmd|" /C calc"!A0 says so.'), words="=cmd|")
    assert table(desk)[0]["quote"] == "'=cmd|"


def test_the_mark_for_excel_can_be_left_out(desk, claim, nora):
    linked(claim, nora)
    assert take(desk, "evidence.csv").startswith("\ufeffevidence_id,")
    assert take(desk, "evidence.csv", bom="no").startswith("evidence_id,")


def test_lines_end_as_rfc_4180_has_them(desk, claim, nora):
    linked(claim, nora)
    text = desk.get(f"{STORY}take/evidence.csv").content.decode()
    assert text.count("\r\n") == 2


def test_a_claims_figures_are_those_of_its_page(desk, claim, nora):
    cluster = Cluster.objects.create()
    speaker = make_speaker("Lin Invented")
    for _ in range(3):
        linked(claim, nora, article=make_article(cluster=cluster), speaker=speaker)
    linked(claim, nora)
    page = desk.get(f"{STORY}claims/1/").context["figures"]
    (row,) = table(desk, "claims", stance="denies", claim="1")
    figures = (row["independent_origins"], row["articles_n"], row["unknown_lineage_n"])
    assert figures == (str(page.origins), str(page.articles), str(page.unknown)) == ("1", "4", "1")


def test_the_history_of_statuses_says_from_what_to_what_and_why(desk, claim, nora):
    status(claim, "reported", "newsroom", date(2023, 3, 9))
    status(claim, "disputed", "newsroom", date(2023, 4, 9))
    first, second = table(desk, "status_history")
    assert (first["from"], first["to"]) == ("", "reported")
    assert (second["from"], second["to"], second["reason"]) == ("reported", "disputed", "Said so.")


# --- the filters ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "rows"),
    [({}, 2), ({"stance": "denies"}, 1), ({"claim": "2"}, 1), ({"from": "2030-01-01"}, 0)],
)
def test_the_filters_of_the_page_are_the_filters_of_the_file(desk, claim, nora, query, rows):
    linked(claim, nora)
    linked(make_claim(claim.story), nora, stance="denies", denies_what="All of it.")
    assert desk.get(STORY, query).context["statements"] == rows
    assert len(table(desk, **query)) == rows
    assert len(json.loads(take(desk, "json", **query))["statements"]) == rows


def test_withdrawn_evidence_is_not_taken_away(desk, claim, nora):
    linked(claim, nora).withdraw(nora, "Wrong.")
    assert table(desk) == []


@pytest.mark.parametrize(
    "what", ["evidence.csv", "claims.csv", "status_history.csv", "json", "timelinejs", "markdown"]
)
def test_nothing_is_taken_from_a_story_one_may_not_know_of(desk, claim, what):
    Story.objects.update(confidential=True)
    assert desk.get(f"{STORY}take/{what}").status_code == 404
    assert desk.get(f"{STORY}claims/1/claim.jsonld").status_code == 404


def test_a_format_nobody_writes_is_not_found(desk, claim):
    assert desk.get(f"{STORY}take/pptx").status_code == 404
    assert desk.get(f"{STORY}take/users.csv").status_code == 404


@pytest.mark.parametrize("what", ["evidence.csv", "json", "timelinejs", "markdown"])
def test_no_file_holds_more_of_a_text_than_a_quote(desk, claim, nora, what):
    words = "The embassy said " + "much " * 100 + "more."
    linked(claim, nora, article=make_article(f"Before. {words} Never quoted."), words=words)
    text = take(desk, what)
    assert "much " * 40 in text.replace("\\", "")
    assert "much " * 70 not in text.replace("\\", "")
    assert "Never quoted" not in text


@pytest.mark.parametrize(
    "what", ["evidence.csv", "claims.csv", "edits.csv", "json", "timelinejs", "markdown"]
)
def test_every_row_of_a_sample_says_so(desk, claim, nora, what):
    linked(claim, nora)
    linked(make_claim(claim.story), nora)
    for evidence in Evidence.objects.all():
        is_taken_out(evidence)
    plain = take(desk, what).lower().count("sample")
    Story.objects.update(sample=True)
    assert take(desk, what).lower().count("sample") >= plain + 2


def test_taking_costs_the_same_queries_whatever_is_taken(desk, claim, nora):
    from tests.tracker.test_pages import queries

    linked(claim, nora)
    status(claim, "reported", "newsroom")
    few = queries(desk, f"{STORY}take/json")
    for _ in range(9):
        other = make_claim(claim.story)
        linked(other, nora, speaker=make_speaker("Somebody invented"))
        status(other, "reported", "newsroom")
    assert queries(desk, f"{STORY}take/json") == few


# --- JSON, TimelineJS, Markdown ---------------------------------------------------------------


def test_the_json_holds_claims_statements_and_their_passages(desk, claim, nora):
    linked(claim, nora, speaker=make_speaker("Lin Invented"))
    status(claim, "reported", "newsroom")
    found = json.loads(take(desk, "json"))
    assert found["claims"][0]["figures"]["origins"] == 1
    assert found["statements"][0]["passages"][0]["quote"] == PASSAGE
    assert found["status_changes"][0]["word"] == "reported"


# The field list of TimelineJS 3 (its JSON format page); it ignores nothing silently, so neither
# do we.
SLIDE = {
    "start_date", "end_date", "text", "media", "group", "display_date", "background", "autolink",
    "unique_id",
}  # fmt: skip
DATE = {"year", "month", "day", "hour", "minute", "second", "millisecond", "display_date"}


def test_timelinejs_finds_only_the_fields_it_knows(desk, claim, nora):
    linked(claim, nora)
    status(claim, "reported", "newsroom", precision="month")
    Story.objects.update(key_events=[{"date": "2023-03-09", "en": "An event"}])
    found = json.loads(take(desk, "timelinejs"))
    assert set(found) <= {"events", "title", "eras", "scale"}
    assert len(found["events"]) == 3
    for slide in found["events"]:
        assert set(slide) <= SLIDE
        assert set(slide["start_date"]) <= DATE
        assert set(slide["text"]) == {"headline", "text"}
    assert len({slide["unique_id"] for slide in found["events"]}) == 3


def test_timelinejs_gets_a_date_no_more_precise_than_it_is_known(desk, claim):
    status(claim, "reported", "newsroom", precision="month")
    (slide,) = json.loads(take(desk, "timelinejs"))["events"]
    assert slide["start_date"] == {"year": "2023", "month": "3"}
    assert slide["display_date"] == "March 2023"


def test_what_a_publisher_wrote_is_words_to_timelinejs(desk, claim, nora):
    hostile = "He said <img src=x onerror=alert(1)> to us."
    linked(claim, nora, article=make_article(hostile), words=hostile)
    (slide,) = json.loads(take(desk, "timelinejs"))["events"]
    assert "&lt;img src=x" in slide["text"]["text"]
    assert "<img" not in slide["text"]["text"]


def test_the_markdown_has_a_footnote_for_each_passage(desk, claim, nora):
    article = make_article(source=make_source("Harbour Wire"))
    evidence = linked(claim, nora, article=article)
    linked(claim, nora)
    text = take(desk, "markdown")
    assert re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE) == ["1", "2"]
    assert "independent origins" in text
    note = next(line for line in text.splitlines() if line.startswith("[^1]:"))
    assert "Harbour Wire" in note
    assert article.url in note
    assert bytes(evidence.version.text_sha256).hex() in note


def test_a_publishers_markup_is_words_in_markdown(desk, claim, nora):
    hostile = "He said [so](javascript:alert(1)) <b>and</b> *more* to us."
    linked(claim, nora, article=make_article(hostile), words=hostile)
    text = take(desk, "markdown")
    assert "[so](javascript" not in text
    assert r"\[so\]\(javascript" in text
    assert r"\<b\>and" in text


# --- JSON-LD --------------------------------------------------------------------------------


def claim_node(client):
    answer = client.get(f"{STORY}claims/1/claim.jsonld")
    assert answer.headers["Content-Type"] == "application/ld+json"
    return json.loads(answer.content)


def test_a_claim_is_a_schema_org_claim_and_no_verdict(desk, claim, nora):
    linked(claim, nora)
    status(claim, "reported", "newsroom")
    node = claim_node(desk)
    assert (node["@context"], node["@type"]) == ("https://schema.org", "Claim")
    assert node["text"] == "Alleged: Stations stand in Montreal."
    assert node["creativeWorkStatus"] == "reported (newsroom, 9 Mar 2023)"
    assert "reviewRating" not in json.dumps(node)


def test_it_names_the_articles_its_figures_counted_once_each(desk, claim, nora):
    article = make_article()
    linked(claim, nora, article=article)
    linked(claim, nora, article=article, words="Officers said", stance="supports")
    linked(claim, nora, stance="context")
    node = claim_node(desk)
    assert [work["url"] for work in node["appearance"]] == [article.url]
    assert node["firstAppearance"]["@type"] == "NewsArticle"
    assert "1 article" in node["description"]


def test_its_text_cannot_end_the_element_it_stands_in():
    assert "</script" not in jsonld.write({"text": "</script><script>alert(1)</script>"})


def test_the_page_of_a_claim_carries_it(desk, claim, nora):
    linked(claim, nora)
    page = desk.get(f"{STORY}claims/1/").content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    node = json.loads(block)
    assert node["@type"] == "Claim"
    assert node["description"] == claim_node(desk)["description"]
    assert 'rel="alternate" type="application/ld+json"' in page


def test_the_menu_leads_to_every_format_with_the_filters_of_the_page(desk, claim, nora):
    linked(claim, nora)
    page = desk.get(STORY, {"stance": "reports"}).content.decode()
    for what in ("evidence.csv", "claims.csv", "edits.csv", "json", "timelinejs", "markdown"):
        assert f'href="{STORY}take/{what}?stance=reports"' in page
    assert Evidence.objects.count() == 1


# --- Edits of quoted passages ---------------------------------------------------------------


@pytest.fixture
def removed(claim, nora):
    """Evidence whose passage its publisher took out."""
    return is_taken_out(
        linked(claim, nora, article=make_article(source=make_source("Harbour Wire")))
    )


def test_an_edit_on_the_timeline_is_a_row_of_its_table(desk, removed):
    (row,) = table(desk, "edits")
    assert list(row) == [*tables.EDIT_COLUMNS, "sample"]
    assert (row["anchor_state"], row["quote"], row["source"]) == ("gone", PASSAGE, "Harbour Wire")
    assert (row["cited_version"], row["version"]) == ("1", "2")
    assert row["permalink"].endswith(f"/{removed.version.article_id}/versions/?a=1&b=2")


def test_an_edit_on_the_timeline_is_in_the_json_too(desk, removed):
    (edit,) = json.loads(take(desk, "json"))["edits"]
    assert (edit["evidence"], edit["state"]) == (removed.pk, "gone")


def test_an_edit_on_the_timeline_is_a_slide(desk, removed):
    slides = json.loads(take(desk, "timelinejs"))["events"]
    (slide,) = [one for one in slides if one["unique_id"].startswith("a")]
    assert slide["text"]["headline"] == "Harbour Wire: Passage removed"
    assert PASSAGE in slide["text"]["text"]


def test_an_edit_on_the_timeline_is_told_in_the_markdown(desk, removed):
    assert "Harbour Wire: Passage removed: “" in take(desk, "markdown")


def test_an_edit_that_the_filters_leave_out_is_not_taken_away(desk, removed):
    assert table(desk, "edits", lang="fr") == []


# --- Notes ----------------------------------------------------------------------------------


def test_a_viewer_takes_no_note_of_the_editors_away(desk, client, claim, nora, tom):
    linked(claim, nora, note="Ask the desk first.")
    client.force_login(tom)
    assert "Ask the desk first." not in take(client, "json") + take(client, "evidence.csv")


def test_an_editor_takes_the_notes_along(desk, claim, nora):
    linked(claim, nora, note="Ask the desk first.")
    assert table(desk)[0]["note"] == "Ask the desk first."


@pytest.mark.parametrize(("who", "is_shown"), [("nora", True), ("tom", False)])
def test_the_page_shows_a_note_to_those_who_may_take_it_away(
    client, claim, nora, tom, who, is_shown
):
    evidence = linked(claim, nora, note="Ask the desk first.")
    client.force_login({"nora": nora, "tom": tom}[who])
    page = client.get(f"/articles/{evidence.version.article_id}/").content.decode()
    assert ("Ask the desk first." in page) is is_shown
