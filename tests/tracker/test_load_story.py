"""Loading and dumping stories: what is made, what is left alone, and that twice is once."""

from datetime import date

import pytest
from django.core.management import CommandError
from django.utils import timezone

from sources.models import Feed, Host, Job, Source, SourceTag, Tag
from tests.tracker.arrivals import publish, revise, run
from tracker.models import (
    Claim,
    Evidence,
    Speaker,
    StatusChange,
    Story,
    Suggestion,
    User,
)
from tracker.storyfile.collect import collect
from tracker.storyfile.load import load
from tracker.storyfile.reading import parse
from tracker.storyfile.seed import seed

pytestmark = pytest.mark.django_db

SLUG = "overseas-police-stations"
SMALL = """\
story: {slug: the-bridge, title: The bridge}
tags: [{slug: daily, label_en: daily, label_fr: quotidien}]
sources:
  - slug: pine-post
    name: Pine Post
    tags: [daily]
    domains: [pine-post.example]
    feeds: [{url: "https://pine-post.example/feed", poll: 15}]
speakers: [{slug: mayor, name: The mayor of Pine}]
claims:
  - number: 1
    title: The cost
    statement: The bridge cost two million.
    terms: bridge cost
    parties: [mayor]
    statuses:
      - {status: alleged, by_kind: newsroom, date: 2024-02-01, why: A report said so.}
  - {number: 2, title: The denial, statement: It cost one million., relations: [{answers: 1}]}
evidence:
  - claim: 1
    article: "https://pine-post.example/bridge"
    quote: The bridge cost two million.
    stance: supports
    speaker: mayor
    event_date: 2024-02
"""


@pytest.fixture
def small(nora):
    file = parse(SMALL, {})
    load(file, nora)
    return file


@pytest.fixture
def debug(settings):
    settings.DEBUG = True
    settings.SAMPLE_PORT = 8790
    return settings


# --- the story and what belongs to it ------------------------------------------------------------


def test_a_story_is_made_with_its_claims_sources_and_speakers(small):
    story = Story.objects.get(slug="the-bridge")
    assert [claim.number for claim in story.claims.all()] == [1, 2]
    assert Source.objects.get(slug="pine-post").name == "Pine Post"
    assert set(Claim.objects.get(number=1).parties.all()) == {Speaker.objects.get(slug="mayor")}


def test_loading_twice_changes_nothing(small, nora):
    assert load(small, nora) == []


def test_every_change_is_told_in_one_line(small, nora):
    changed = parse(
        SMALL.replace("cost two million.\n    terms", "cost three million.\n    terms"), {}
    )
    assert load(changed, nora) == ["claim 1: statement changed"]
    assert Claim.objects.get(number=1).statement == "The bridge cost three million."


def test_a_feed_is_in_the_queue_with_its_rhythm(small):
    feed = Feed.objects.get(source__slug="pine-post")
    assert feed.poll_minutes == 15
    assert Job.objects.filter(feed=feed, kind="feed").exists()


def test_a_domain_names_its_source(small):
    assert Host.objects.get(authority="pine-post.example").source.slug == "pine-post"


def test_a_tag_keeps_the_labels_the_newsroom_gave_it(nora):
    Tag.objects.create(slug="daily", label_en="every day")
    load(parse(SMALL, {}), nora)
    assert Tag.objects.get(slug="daily").label_en == "every day"
    assert SourceTag.objects.get(tag__slug="daily").by == nora


def test_a_status_names_who_recorded_it(small, nora):
    change = StatusChange.objects.get(claim__number=1)
    assert (change.status_id, change.effective_on, change.recorded_by) == (
        "alleged",
        date(2024, 2, 1),
        nora,
    )


def test_a_status_an_editor_withdrew_does_not_come_back(small, nora):
    StatusChange.objects.update(
        withdrawn_at=timezone.now(), withdrawn_by=nora, withdrawn_because="wrong"
    )
    assert load(small, nora) == []
    assert not StatusChange.objects.standing().exists()


def test_a_later_status_of_an_editor_stays(small, nora):
    claim = Claim.objects.get(number=1)
    StatusChange.objects.create(
        claim=claim, status_id="disputed", by_kind="newsroom", effective_on="2024-03-01", why="so"
    )
    load(small, nora)
    assert claim.status.status_id == "disputed"


def test_a_relation_that_left_the_file_is_taken_away(small, nora):
    assert Claim.objects.get(number=2).relations.get().other.number == 1
    loaded = load(parse(SMALL.replace(", relations: [{answers: 1}]", ""), {}), nora)
    assert loaded == ["claim 2: relations changed"]
    assert not Claim.objects.get(number=2).relations.standing().exists()


def test_a_speaker_that_was_merged_stands_for_the_one_it_became(small, nora):
    council = Speaker.objects.create(slug="council", name="The council")
    Speaker.objects.filter(slug="mayor").update(merged_into=council)
    load(small, nora)
    assert set(Claim.objects.get(number=1).parties.all()) == {council}


# --- evidence ------------------------------------------------------------------------------------


def test_evidence_waits_for_its_article(small, nora):
    assert seed(small, nora).waiting == 1
    assert not Evidence.objects.exists()


def test_a_quote_is_linked_at_its_place_once_its_article_is_here(small, nora):
    version = publish("https://pine-post.example/bridge", "Hear this. The bridge cost two million.")
    assert seed(small, nora).linked == 1
    evidence = Evidence.objects.get()
    assert version.text[evidence.start : evidence.end] == evidence.exact
    assert (evidence.recorded_by, evidence.speaker.slug) == (nora, "mayor")
    assert (evidence.event_on, evidence.event_until) == (date(2024, 2, 1), date(2024, 2, 29))


def test_evidence_is_linked_once(small, nora):
    publish("https://pine-post.example/bridge", "The bridge cost two million.")
    seed(small, nora)
    again = seed(small, nora)
    assert (again.linked, again.held) == (0, 1)


def test_evidence_an_editor_withdrew_does_not_come_back(small, nora):
    publish("https://pine-post.example/bridge", "The bridge cost two million.")
    seed(small, nora)
    Evidence.objects.get().withdraw(nora, "wrong")
    assert seed(small, nora).linked == 0


def test_the_version_that_says_it_is_cited_though_a_newer_one_does_not(small, nora):
    first = publish("https://pine-post.example/bridge", "The bridge cost two million.")
    revise(first.article, "The bridge cost a lot.")
    seed(small, nora)
    assert Evidence.objects.get().version == first


def test_a_quote_that_no_version_has_is_named(small, nora):
    publish("https://pine-post.example/bridge", "The bridge cost a lot.")
    (problem,) = seed(small, nora).problems
    assert "The bridge cost two million." in problem


def test_the_suggestion_of_a_passage_that_is_evidence_is_decided(small, nora):
    publish("https://pine-post.example/bridge", "The bridge cost two million.")
    seed(small, nora)
    (suggestion,) = Suggestion.objects.filter(claim__number=1)
    assert suggestion.state in {"accepted", "edited"}
    assert suggestion.evidence == Evidence.objects.get()


# --- writing it out again ------------------------------------------------------------------------


def test_a_dumped_story_makes_the_same_story_elsewhere(debug, small, nora):
    publish("https://pine-post.example/bridge", "The bridge cost two million.")
    seed(small, nora)
    out, _ = run("dump_story", "the-bridge")
    copy = parse(out.replace("the-bridge", "the-other-bridge"), {})
    load(copy, nora)
    assert seed(copy, nora).linked == 1
    other = Story.objects.get(slug="the-other-bridge")
    assert collect(other).evidence == collect(Story.objects.get(slug="the-bridge")).evidence


def test_what_was_withdrawn_is_not_dumped(small, nora):
    publish("https://pine-post.example/bridge", "The bridge cost two million.")
    seed(small, nora)
    Evidence.objects.get().withdraw(nora, "wrong")
    assert collect(Story.objects.get()).evidence == ()


def test_a_repeated_quote_is_dumped_with_what_stands_before_it(small, nora):
    text = "Some say: The bridge cost two million. I say: The bridge cost two million."
    publish("https://pine-post.example/bridge", text)
    seed(small, nora)
    (row,) = collect(Story.objects.get()).evidence
    assert row.prefix == "Some say: "


# --- the commands --------------------------------------------------------------------------------


def test_the_demo_has_its_four_people(debug):
    run("load_story", SLUG)
    roles = {user.username: user.role for user in User.objects.all()}
    assert roles == {
        "nora": "editor",
        "tom": "viewer",
        "cleo": "contributor",
        "ada": "administrator",
    }
    assert User.objects.get(username="tom").check_password("claimline")


def test_without_debug_nobody_gets_a_known_password(settings):
    settings.DEBUG = False
    run("load_story", SLUG)
    assert not User.objects.exists()


def test_people_who_are_there_keep_their_passwords(debug, nora):
    run("load_story", SLUG)
    assert User.objects.get(username="nora").check_password("a test only")


def test_loading_again_says_that_nothing_changed(debug):
    run("load_story", SLUG)
    out, _ = run("load_story", SLUG)
    assert out.startswith("nothing to change\n")


def test_a_file_with_a_mistake_is_refused_by_name_line_and_key(tmp_path):
    path = tmp_path / "bridge.yaml"
    path.write_text(SMALL.replace("number: 2", "number: two"))
    with pytest.raises(CommandError, match=r"bridge.yaml: line 18: claims\[2\].number"):
        run("load_story", str(path))
    assert not Story.objects.exists()


def test_a_story_that_is_not_there_is_refused(db):
    with pytest.raises(CommandError, match="neither a file nor"):
        run("load_story", "no-such-story")
    with pytest.raises(CommandError, match="no story"):
        run("dump_story", "no-such-story")


def test_evidence_of_a_story_not_loaded_is_refused(db):
    with pytest.raises(CommandError, match="load it first"):
        run("load_story", SLUG, evidence=True)


def test_evidence_outside_the_demo_needs_somebody_who_answers_for_it(tmp_path, small):
    path = tmp_path / "bridge.yaml"
    path.write_text(SMALL)
    out, _ = run("load_story", str(path))
    assert "--by" in out
    publish("https://pine-post.example/bridge", "The bridge cost two million.")
    run("load_story", str(path), by="nora")
    assert Evidence.objects.get().recorded_by.username == "nora"


def test_a_sample_source_is_marked_as_one(debug):
    run("load_story", SLUG)
    assert not Source.objects.filter(sample=False).exists()
    assert Story.objects.get(slug=SLUG).sample


def test_the_history_says_that_a_file_made_the_change(small, nora):
    load(parse(SMALL.replace("title: The cost", "title: Its cost"), {}), nora)
    event = Claim.objects.get(number=1).events.order_by("pgh_id").last()
    assert event.pgh_context.metadata["reason"] == "load_story"
