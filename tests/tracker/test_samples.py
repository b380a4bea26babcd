"""The sample publishers: what they serve on each night, and what the shipped story may say."""

import html
import http.client
import itertools
import json
import re
from pathlib import Path

import feedparser
import pytest
import yaml

from sources.ingest.extract import extract
from tracker.samples import night as nights
from tracker.samples.addresses import CONTROL, OUTLETS, address_of, host_of
from tracker.samples.content import outlets
from tracker.samples.server import SamplePublishers, answer
from tracker.storyfile.reading import parse

OUTLETS_WRITTEN = outlets()
ARTICLES = {
    outlet.slug + article.path: (outlet, article)
    for outlet in OUTLETS_WRITTEN.values()
    for article in outlet.articles
}
STORY_PATH = Path(__file__).parents[2] / "tracker/stories/overseas-police-stations.yaml"
STORY = parse(STORY_PATH.read_text(), {"sample_port": "8790"})
BY_ADDRESS = {
    address_of(outlet.slug, 8790) + article.path: article for outlet, article in ARTICLES.values()
}
WIRE = "harbour-wire/2025/09/26/rcmp-closes-quebec-investigation.html"
EDITED = "/article/2023-05-05-organizations-reject-accusation"
WITHDRAWN = "/2023/04/21/what-a-charge-means-north-of-the-border"
QUOTED = re.compile("“[^”]+”|« [^»]+ »")
INVENTED = (
    *(s.name.split()[-1] for s in STORY.speakers if s.sample),
    *("Orchard", "Tanglewood", "Franchemont", "Chantelouve", "Brandywine", "Thistle", "Plum"),
    *("Aubépin", "Penrose-Vance", "Le professeur", "陆听雪", "祁望秋"),
)


@pytest.fixture
def publishers(tmp_path):
    with SamplePublishers(tmp_path) as running:
        yield running


def ask(publishers, host, path, method="GET", **headers):
    client = http.client.HTTPConnection(host, publishers.port, timeout=5)
    try:
        client.request(method, path, headers=headers)
        answer = client.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        client.close()


def advance(publishers):
    return ask(publishers, CONTROL, "/__night/advance", "POST")


# --- the server ---------------------------------------------------------------------------------


def test_every_outlet_has_a_loopback_address_of_its_own():
    assert set(OUTLETS) == set(OUTLETS_WRITTEN)
    addresses = {host_of(slug) for slug in OUTLETS}
    assert len(addresses) == len(OUTLETS)
    assert all(address.startswith("127.77.0.") for address in addresses)


def test_the_address_of_an_unknown_outlet_is_an_error():
    with pytest.raises(KeyError):
        address_of("nobody")


@pytest.mark.parametrize("slug", OUTLETS)
def test_a_front_page_announces_a_feed_that_parses_and_lists_what_is_out(slug):
    outlet = OUTLETS_WRITTEN[slug]
    front = answer(outlet, "/", 0, address_of(slug)).body
    path = re.search(r'<link rel="alternate" [^>]*href="([^"]+)"', front)[1]
    found = answer(outlet, path, 0, address_of(slug))
    status, body = found.status, found.body
    titles = (
        [item["title"] for item in json.loads(body)["items"]]
        if outlet.feed == "json"
        else [entry.title for entry in feedparser.parse(body.encode()).entries]
    )
    assert status == 200
    assert titles == [article.title for article in outlet.published(0)]


def test_the_feeds_are_of_three_formats():
    assert {outlet.feed for outlet in OUTLETS_WRITTEN.values()} == {"rss", "atom", "json"}


def test_robots_txt_allows_the_articles(publishers):
    status, _, body = ask(publishers, host_of("harbour-wire"), "/robots.txt")
    assert status == 200
    assert "Disallow: /search" in body


def test_a_page_that_did_not_change_is_answered_with_304(publishers):
    host, path = host_of("lakeshore-ledger"), "/feed.xml"
    _, headers, _ = ask(publishers, host, path)
    status, _, body = ask(publishers, host, path, **{"If-None-Match": headers["ETag"]})
    assert (status, body) == (304, "")
    since = {"If-Modified-Since": headers["Last-Modified"]}
    assert ask(publishers, host, path, **since)[0] == 304


def test_an_etag_counts_before_a_date(publishers):
    host = host_of("lakeshore-ledger")
    _, headers, _ = ask(publishers, host, "/feed.xml")
    both = {"If-None-Match": '"other"', "If-Modified-Since": headers["Last-Modified"]}
    assert ask(publishers, host, "/feed.xml", **both)[0] == 200


def test_head_tells_the_same_without_the_body(publishers):
    host = host_of("rideau-dispatch")
    _, full, text = ask(publishers, host, "/feed.xml")
    status, headers, body = ask(publishers, host, "/feed.xml", "HEAD")
    assert (status, body, headers["ETag"]) == (200, "", full["ETag"])
    assert int(headers["Content-Length"]) == len(text.encode())


def test_what_nobody_wrote_is_not_found(publishers):
    assert ask(publishers, host_of("harbour-wire"), "/nothing")[0] == 404


def test_an_outlet_does_not_serve_the_articles_of_another(publishers):
    assert ask(publishers, host_of("harbour-wire"), EDITED)[0] == 404


def test_the_night_moves_on_by_request_and_stops_at_the_last(publishers):
    assert json.loads(ask(publishers, CONTROL, "/__night")[2]) == {"night": 0, "last": nights.LAST}
    seen = [json.loads(advance(publishers)[2])["night"] for _ in range(nights.LAST + 1)]
    assert seen == [*range(1, nights.LAST + 1), nights.LAST]


def test_asking_for_the_night_does_not_move_it(publishers):
    assert ask(publishers, CONTROL, "/__night/advance")[0] == 404
    assert json.loads(ask(publishers, CONTROL, "/__night")[2])["night"] == 0


def test_an_outlet_has_no_controls(publishers):
    assert ask(publishers, host_of("harbour-wire"), "/__night/advance", "POST")[0] == 405


def test_a_restart_keeps_the_night(tmp_path):
    with SamplePublishers(tmp_path) as running:
        advance(running)
    with SamplePublishers(tmp_path) as running:
        assert json.loads(ask(running, CONTROL, "/__night")[2])["night"] == 1


def test_a_damaged_night_file_is_night_zero(tmp_path):
    (tmp_path / "sample-night").write_text("soon")
    assert nights.current(tmp_path) == 0


def test_a_taken_port_is_an_error(publishers, tmp_path):
    with pytest.raises(OSError, match="in use"):
        SamplePublishers(tmp_path, publishers.port)


# --- what changes from night to night -------------------------------------------------------------


def test_an_article_of_a_later_night_is_not_there_yet(publishers):
    host, path = host_of("st-lawrence-courier"), "/article/2025-10-09-lawsuit-goes-on"
    assert ask(publishers, host, path)[0] == 404
    advance(publishers)
    assert ask(publishers, host, path)[0] == 200
    assert path in ask(publishers, host, "/feed.xml")[2]


def test_a_page_is_edited_on_the_second_night_and_says_nothing_of_it(publishers):
    host = host_of("st-lawrence-courier")
    _, before, old = ask(publishers, host, EDITED)
    advance(publishers)
    advance(publishers)
    status, after, new = ask(publishers, host, EDITED, **{"If-None-Match": before["ETag"]})
    assert status == 200
    assert new != old
    assert re.findall('"date(?:Published|Modified)": "[^"]+"', new) == re.findall(
        '"date(?:Published|Modified)": "[^"]+"', old
    )


def test_the_edit_alters_a_passage_the_shipped_story_quotes():
    article = ARTICLES["st-lawrence-courier" + EDITED][1]
    quotes = [e.quote for e in STORY.evidence if e.article.endswith(EDITED)]
    lost = [q for q in quotes if not any(q in paragraph for paragraph in article.text(2))]
    assert len(lost) == 2
    assert all(any(q in paragraph for paragraph in article.text(1)) for q in quotes)


def test_an_article_is_withdrawn_on_the_second_night(publishers):
    host = host_of("hudson-examiner")
    assert ask(publishers, host, WITHDRAWN)[0] == 200
    advance(publishers)
    advance(publishers)
    assert ask(publishers, host, WITHDRAWN)[0] == 410
    assert WITHDRAWN not in ask(publishers, host, "/feed.xml")[2]


# --- what the articles may say --------------------------------------------------------------------


@pytest.mark.parametrize("key", ARTICLES)
def test_an_article_says_that_it_is_a_sample_outside_its_body(key):
    outlet, article = ARTICLES[key]
    page = answer(outlet, article.path, article.night, address_of(outlet.slug)).body
    body, rest = re.search(r"(?s)<article>(.*)</article>(.*)</main>", page).groups()
    assert article.title.startswith("[Sample] ")
    assert "sample" in rest
    assert "sample" not in html.unescape(body).replace(article.title, "").lower()


@pytest.mark.parametrize("key", ARTICLES)
def test_the_ingest_reads_each_page_back_word_for_word(key):
    outlet, article = ARTICLES[key]
    root = address_of(outlet.slug)
    page = answer(outlet, article.path, article.night, root).body.encode()
    read = extract(page, url=root + article.path, content_type="text/html; charset=utf-8")
    assert read.text == "\n".join(article.text(article.night))
    assert (read.state, read.title, read.author) == ("ok", article.title, article.byline)


@pytest.mark.parametrize("key", ARTICLES)
def test_an_article_is_as_long_as_a_news_item(key):
    outlet, article = ARTICLES[key]
    text = "".join(article.paragraphs)
    length = (
        len(text) // 2 if outlet.language == "zh" else len(" ".join(article.paragraphs).split())
    )
    assert 115 <= length <= 450


def test_the_outlets_write_in_three_languages():
    counts = [outlet.language for outlet, _ in ARTICLES.values()]
    assert all(counts.count(language) >= 4 for language in ("en", "fr", "zh"))


def test_one_wire_text_is_carried_by_at_least_five_outlets():
    carriers = {outlet.slug for outlet, article in ARTICLES.values() if article.wire == WIRE}
    assert len(carriers) >= 5


def test_each_carrier_changes_the_wire_text_in_its_own_way():
    bodies = [article.paragraphs for _, article in ARTICLES.values() if article.wire == WIRE]
    assert all(one != other for one, other in itertools.combinations(bodies, 2))


def test_at_least_three_outlets_relay_the_business_outlet():
    relays = {
        outlet.slug
        for outlet, article in ARTICLES.values()
        if outlet.slug != "meridian-business" and "Meridian Business" in article.paragraphs[0]
    }
    assert len(relays) >= 3


@pytest.mark.parametrize("key", ARTICLES)
def test_words_in_quotation_marks_are_those_of_an_invented_speaker(key):
    _, article = ARTICLES[key]
    for text in (*article.paragraphs, *(edit.text for edit in article.edits)):
        spoken = [q for q in QUOTED.findall(text) if len(q.split()) > 3 or len(q) > 20]
        assert not spoken or any(name in text for name in INVENTED), text


# --- the shipped story ----------------------------------------------------------------------------


def test_the_first_four_claims_are_those_a_reader_comes_for():
    assert [claim.title for claim in STORY.claims[:4]] == [
        "Stations in Canada",
        "RCMP investigation",
        "G7 coordination",
        "China's denials",
    ]


def test_there_are_at_least_twelve_claims_each_with_terms_and_a_dated_status():
    assert len(STORY.claims) >= 12
    assert all(claim.terms and claim.statuses for claim in STORY.claims)


def test_every_claim_is_worded_in_french_too():
    assert all(claim.title_fr and claim.statement_fr for claim in STORY.claims)


def test_no_statement_says_alleged_of_itself():
    assert not [c.statement for c in STORY.claims if c.statement.lower().startswith("alleged")]


def test_a_legal_status_never_comes_from_the_newsroom():
    legal = {"under-investigation", "charged", "civil-suit-pending", "closed-without-charges"}
    rows = [status for claim in STORY.claims for status in claim.statuses]
    assert not [row for row in rows if row.status in legal and row.by_kind == "newsroom"]


def test_the_story_goes_from_alleged_to_closed_without_charges():
    investigation = [status.status for status in STORY.claims[1].statuses]
    assert investigation == ["reported", "under-investigation", "closed-without-charges"]


def test_a_person_among_the_speakers_is_invented_and_says_so():
    people = [speaker for speaker in STORY.speakers if speaker.kind == "person"]
    assert people
    assert all(p.sample and p.description.startswith("Invented") for p in people)


def test_every_feed_of_the_story_is_one_the_sample_publishers_serve():
    feeds = {feed.url for source in STORY.sources for feed in source.feeds}
    served = {
        address_of(outlet.slug, 8790) + outlet.feed_path for outlet in OUTLETS_WRITTEN.values()
    }
    assert feeds == served


@pytest.mark.parametrize("number", range(len(STORY.evidence)))
def test_a_quote_stands_once_in_its_article_on_the_first_night(number):
    evidence = STORY.evidence[number]
    article = BY_ADDRESS[evidence.article]
    assert article.night == 0
    assert sum(text.count(evidence.quote) for text in article.text(0)) == 1


def test_the_seed_is_modest_and_spread_over_the_years():
    assert 35 <= len(STORY.evidence) <= 48
    assert {row.event_on.year for row in STORY.evidence} == {2022, 2023, 2024, 2025}


def test_the_shipped_file_repeats_its_port_placeholder_everywhere():
    text = STORY_PATH.read_text()
    assert "8790" not in text
    assert yaml.safe_load(text)["story"]["sample"] is True
