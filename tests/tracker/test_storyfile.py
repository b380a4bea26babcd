"""Story files: what is read, what is refused and where, and that writing loses nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.storyfile.dump import dump
from tracker.storyfile.fields import FieldError
from tracker.storyfile.parts import (
    ClaimPart,
    EventPart,
    EvidencePart,
    FeedPart,
    Reference,
    RelationPart,
    SourcePart,
    SpeakerPart,
    StatusPart,
    StoryFile,
    StoryHead,
    TagPart,
)
from tracker.storyfile.reading import parse

SMALL = """\
story:
  slug: the-bridge
  title: The bridge
sources:
  - slug: pine-post
    name: Pine Post
    feeds: [{url: "http://127.77.0.11:{sample_port}/feed.xml"}]
speakers:
  - slug: mayor
    name: The mayor of Pine
claims:
  - number: 1
    title: The cost
    statement: The bridge cost two million.
    parties: [mayor]
    statuses:
      - status: alleged
        by_kind: newsroom
        date: 2024-02-01
        why: A report said so.
evidence:
  - claim: 1
    article: "http://127.77.0.11:{sample_port}/a"
    quote: It cost two million.
    stance: reports
    speaker: mayor
    event_date: 2024-02
"""
PORT = {"sample_port": "8790"}


def refused(old, new):
    assert SMALL.count(old) == 1
    with pytest.raises(FieldError) as caught:
        parse(SMALL.replace(old, new), PORT)
    return caught.value


def test_a_story_is_read_as_values():
    found = parse(SMALL, PORT)
    assert found.story == StoryHead("the-bridge", "The bridge")
    assert found.claims[0].statuses == (
        StatusPart("alleged", "newsroom", date(2024, 2, 1), "A report said so."),
    )


def test_the_sample_port_stands_in_for_its_placeholder():
    assert parse(SMALL, PORT).sources[0].feeds[0].url == "http://127.77.0.11:8790/feed.xml"


def test_a_feed_without_a_rhythm_is_asked_once_a_night():
    assert parse(SMALL, PORT).sources[0].feeds[0].poll_minutes is None


def test_a_month_is_a_span_of_days():
    evidence = parse(SMALL, PORT).evidence[0]
    assert (evidence.event_on, evidence.event_until) == (date(2024, 2, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    ("written", "since", "until"),
    [
        ("2023-03-09", date(2023, 3, 9), None),
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("2023-03-09/2023-03-11", date(2023, 3, 9), date(2023, 3, 11)),
        ("2022-12/2023-01", date(2022, 12, 1), date(2023, 1, 31)),
    ],
)
def test_the_date_of_an_event_may_be_a_day_a_month_a_year_or_a_span(written, since, until):
    found = parse(SMALL.replace("event_date: 2024-02", f"event_date: {written}"), PORT).evidence[0]
    assert (found.event_on, found.event_until) == (since, until)


@pytest.mark.parametrize("written", ["2024-13", "soon", "2024-02-03/2024-02-01", "24"])
def test_a_date_that_is_none_is_refused_with_its_line(written):
    error = refused("event_date: 2024-02", f"event_date: {written}")
    assert (error.line, error.key) == (27, "evidence[1].event_date")


def test_a_misspelled_key_is_refused_and_the_known_ones_are_named():
    error = refused("statement:", "statment:")
    assert error.key == "claims[1].statement"
    error = refused("    parties: [mayor]\n", "    partys: [mayor]\n")
    assert (error.line, error.key) == (15, "claims[1].partys")
    assert "parties" in error.problem


def test_a_key_that_stands_twice_is_refused():
    assert "twice" in refused("    title: The cost\n", "    title: A\n    title: B\n").problem


def test_a_missing_field_is_named_with_the_line_of_its_part():
    error = refused("    name: Pine Post\n", "")
    assert (error.line, error.key) == (5, "sources[1].name")


def test_an_unknown_word_is_refused_and_the_vocabulary_is_named():
    error = refused("stance: reports", "stance: agrees")
    assert "supports" in error.problem
    assert error.line == 25


@pytest.mark.parametrize("old", ["parties: [mayor]", "speaker: mayor"])
def test_a_speaker_that_the_file_does_not_define_is_refused(old):
    assert "reeve is not defined" in refused(old, old.replace("mayor", "reeve")).problem


def test_evidence_for_a_claim_that_is_not_there_is_refused():
    assert refused("claim: 1", "claim: 2").key == "evidence[1].claim"


def test_two_claims_of_one_number_are_refused():
    again = "  - {number: 1, title: B, statement: C}\nevidence:\n"
    assert "twice" in refused("evidence:\n", again).problem


def test_a_denial_must_say_what_it_denies():
    assert refused("stance: reports", "stance: denies").key == "evidence[1].denies_what"


def test_a_status_that_waits_on_a_court_must_carry_a_review_date():
    error = refused("status: alleged", "status: charged")
    assert error.key == "claims[1].statuses[1].review_on"


def test_a_quote_longer_than_the_public_may_see_is_refused():
    assert "300" in refused("It cost two million.", "long " * 70).problem


def test_terms_that_cannot_be_read_are_refused_where_they_go_wrong():
    error = refused("    parties: [mayor]\n", "    parties: [mayor]\n    terms: (bridge OR cost\n")
    assert (error.line, error.key) == (16, "claims[1].terms")
    assert "(bridge" in error.problem


def test_an_address_with_an_unknown_placeholder_is_refused():
    assert refused("{sample_port}/feed.xml", "{port}/feed.xml").key == "sources[1].feeds[1].url"


def test_what_is_no_yaml_is_refused_with_its_line():
    assert refused("claims:", "claims: [").line > 1


@pytest.mark.parametrize("text", ["", "- a\n", "just words"])
def test_a_file_without_named_fields_is_refused(text):
    with pytest.raises(FieldError):
        parse(text, PORT)


def test_an_error_reads_as_line_key_and_problem():
    assert str(refused("claim: 1", "claim: one")).startswith("line 22: evidence[1].claim: ")


def test_the_port_is_a_placeholder_again_when_the_story_is_written():
    assert "127.77.0.11:{sample_port}/feed.xml" in dump(parse(SMALL, PORT), "8790")


words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
dates = st.dates(date(1995, 1, 1), date(2100, 1, 1))
terms = st.sampled_from(["", 'bridge OR "the cost"', "(pont* NOT ville) 桥"])
precisions = st.sampled_from(["day", "month", "year"])


@st.composite
def stories(draw):
    speaker = SpeakerPart("mayor", draw(words), "person", draw(words), (draw(words), draw(words)))
    source = SourcePart(
        slug="post",
        name=draw(words),
        languages=("en", "fr"),
        tags=("daily",),
        domains=(draw(words),),
        feeds=(FeedPart("https://post.example/feed", draw(st.none() | st.integers(1, 999))),),
    )
    status = StatusPart(
        *("charged", "court", draw(dates), draw(words), "mayor", "mayor"),
        precision=draw(precisions),
        review_on=draw(dates),
    )
    since, until = sorted([draw(dates), draw(dates)])
    evidence = EvidencePart(
        *(1, "https://post.example/a", draw(words), "denies"),
        denies_what=draw(words),
        speaker="mayor",
        chain=(Reference("source", "post"), Reference("unnamed", draw(words))),
        origin=draw(st.none() | st.just(Reference("source", "post"))),
        event_on=since,
        event_until=None if since == until else until,
        independent=draw(st.sampled_from(["", "yes", "no"])),
        independent_because=draw(st.just("") | words),
    )
    return StoryFile(
        StoryHead("a-story", draw(words), filter=draw(terms), sample=draw(st.booleans())),
        (TagPart("daily", draw(words)),),
        (source,),
        (speaker,),
        (
            ClaimPart(1, draw(words), draw(words), parties=("mayor",), statuses=(status,)),
            ClaimPart(2, draw(words), draw(words), relations=(RelationPart("answers", 1),)),
        ),
        (EventPart(draw(dates), draw(words), precision=draw(precisions)),),
        (evidence,),
    )


@given(stories())
def test_what_is_written_reads_back_as_the_same_values(story):
    assert parse(dump(story), {}) == story
