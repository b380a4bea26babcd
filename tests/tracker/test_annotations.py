"""Evidence as Web Annotations: the fields the recommendation asks for, and nobody's secrets."""

import json
from datetime import datetime

import pytest

from tests.factories import add_version, make_article, make_claim, make_speaker, make_story
from tests.tracker.test_pages import linked

pytestmark = pytest.mark.django_db
TEXT = (
    "😀 大使馆否认。 The embassy denied that any police station exists in Canada. It said no more."
)
QUOTE = "The embassy denied that any police station exists in Canada."
LD = "application/ld+json"


@pytest.fixture
def passage(nora):
    claim = make_claim(make_story(slug="stations"))
    embassy = make_speaker("Embassy of Norland")
    return linked(claim, nora, article=make_article(TEXT), words=QUOTE, speaker=embassy)


def asked(client, address, **headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    assert (
        answer["Content-Type"] == 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
    )
    return json.loads(answer.content)


def annotation(client, passage):
    return asked(client, f"/stories/stations/evidence/{passage.pk}/", accept=LD)


def test_a_permalink_answers_a_reader_with_the_mark_in_the_article(desk, passage):
    answer = desk.get(f"/stories/stations/evidence/{passage.pk}/", headers={"accept": "text/html"})
    assert answer["Location"] == f"/articles/{passage.version.article_id}/#e{passage.pk}"
    assert "Accept" in answer["Vary"]


def test_a_permalink_answers_a_machine_with_the_annotation(desk, passage):
    node = annotation(desk, passage)
    assert node["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert (node["type"], node["motivation"]) == ("Annotation", "linking")
    assert node["id"].endswith(f"/stories/stations/evidence/{passage.pk}/")
    assert node == asked(desk, f"/stories/stations/evidence/{passage.pk}/annotation.jsonld")


def test_the_target_is_the_publishers_page_in_the_state_we_read_it(desk, passage):
    add_version(passage.version.article, "Another text.")
    target = annotation(desk, passage)["target"]
    assert target["source"] == passage.version.article.url
    state = target["state"]
    assert state["type"] == "TimeState"
    assert state["cached"].endswith(f"/articles/{passage.version.article_id}/?v=1")
    assert datetime.fromisoformat(state["sourceDate"]) <= passage.recorded_at


def test_the_selectors_count_code_points_of_the_stored_text(desk, passage):
    quote, position = annotation(desk, passage)["target"]["selector"]
    assert (quote["type"], position["type"]) == ("TextQuoteSelector", "TextPositionSelector")
    assert TEXT[position["start"] : position["end"]] == quote["exact"] == QUOTE
    assert TEXT.startswith(quote["prefix"] + quote["exact"] + quote["suffix"], 0)
    assert max(len(quote["prefix"]), len(quote["suffix"])) <= 32


def test_the_bodies_name_the_claim_the_stance_and_the_speaker(desk, passage):
    bodies = annotation(desk, passage)["body"]
    assert bodies[0]["source"].endswith("/stories/stations/claims/1/")
    values = {(one["purpose"], one.get("value")) for one in bodies}
    assert ("classifying", passage.stance) in values
    assert ("tagging", "speaker:Embassy of Norland") in values


def test_an_annotation_names_its_creator_by_role_alone(desk, passage):
    node = annotation(desk, passage)
    assert node["creator"] == {"type": "Person", "nickname": "editor"}
    assert "nora" not in json.dumps(node)


def test_the_passages_of_a_claim_are_a_collection(desk, nora, passage):
    for _ in range(2):
        linked(passage.claim, nora, article=make_article(TEXT), words=QUOTE)
    page = asked(desk, "/stories/stations/claims/1/annotations.jsonld")
    assert (page["type"], page["partOf"]["type"]) == ("AnnotationPage", "AnnotationCollection")
    assert page["partOf"]["total"] == len(page["items"]) == 3
    assert page["startIndex"] == 0
    assert "next" not in page
    assert page["partOf"]["first"].endswith("annotations.jsonld?page=1")


def test_a_page_beyond_the_collection_is_empty(desk, passage):
    page = asked(desk, "/stories/stations/claims/1/annotations.jsonld?page=7")
    assert page["items"] == []


def test_a_confidential_storys_annotations_do_not_exist_for_others(client, tom, passage):
    story = passage.claim.story
    story.confidential = True
    story.save()
    client.force_login(tom)
    for address in ("claims/1/annotations.jsonld", f"evidence/{passage.pk}/annotation.jsonld"):
        assert client.get(f"/stories/stations/{address}").status_code == 404
