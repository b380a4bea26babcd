"""What a story owns starts from `visible_to`; a confidential story does not exist for others."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

from tests.factories import make_article, make_claim, make_story, make_suggestion
from tracker.inbox import decisions
from tracker.passages.linking import Reading

ROOT = Path(__file__).resolve().parent.parent
OWNED = sorted(
    model.__name__
    for model in apps.get_app_config("tracker").get_models()
    if hasattr(model._default_manager.all(), "visible_to")
)
PAGES = sorted(
    [*(ROOT / "tracker" / "views").glob("*.py"), ROOT / "tracker" / "context.py"]
    + [
        ROOT / "tracker" / name
        for name in ("forms/editing.py", "forms/passage.py", "passages/drafting.py")
    ]
)


def test_everything_a_story_owns_can_be_narrowed_to_a_person():
    assert OWNED == [
        "BundleTaken",
        "Claim",
        "ClaimRelation",
        "CommentRequest",
        "Decision",
        "Edit",
        "Evidence",
        "Follow",
        "Invitation",
        "Omission",
        "ProtectedName",
        "Publication",
        "Removal",
        "Speaker",
        "StatusChange",
        "Story",
        "StoryArticle",
        "Suggestion",
    ]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_query_of_a_page_starts_from_what_the_person_may_see(path):
    unguarded = [
        f"line {node.lineno}: {node.value.value.id}.objects.{node.attr}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "objects"
        and isinstance(node.value.value, ast.Name)
        and node.value.value.id in OWNED
        and node.attr not in ("visible_to", "none")
    ]
    assert unguarded == []


@pytest.fixture
def secret(db, nora, ada):
    """A confidential story that only ada is a member of, with evidence and a suggestion."""
    story = make_story(slug="secret", confidential=True)
    story.members.add(ada)
    claim = make_claim(story, statement="The zanzibar ledger exists.")
    article = make_article()
    (evidence,) = decisions.accept(make_suggestion(claim, article), Reading("reports"), ada)
    waiting = make_suggestion(claim, make_article("A zanzibar passage waits. Nothing else."))
    return {"story": story, "claim": claim, "evidence": evidence, "waiting": waiting}


ADDRESSES = [
    "/stories/secret/",
    "/stories/secret/claims/1/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_confidential_story_is_found_by_its_members_only(client, secret, nora, ada, address):
    client.force_login(ada)
    assert client.get(address).status_code == 200
    client.force_login(nora)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address", ["/inbox/", "/statuses/due/", "/search/?q=zanzibar+ledger", "/sources/", "/ingest/"]
)
def test_lists_do_not_show_what_is_confidential(client, secret, nora, address):
    client.force_login(nora)
    page = client.get(address).content.decode()
    assert "zanzibar ledger exists" not in page
    assert "zanzibar passage waits" not in page


def test_the_inbox_count_leaves_out_what_is_confidential(client, secret, nora, ada):
    client.force_login(nora)
    assert client.get("/inbox/").context["inbox_count"]() == 0
    client.force_login(ada)
    assert client.get("/inbox/").context["inbox_count"]() == 1


def test_an_article_hides_the_evidence_of_a_story_one_may_not_see(client, secret, nora):
    client.force_login(nora)
    article = secret["evidence"].version.article
    page = client.get(f"/articles/{article.pk}/").content.decode()
    assert "zanzibar" not in page


def test_nobody_decides_a_suggestion_they_may_not_see(client, secret, nora):
    client.force_login(nora)
    answer = client.post(f"/suggestions/{secret['waiting'].pk}/reject/")
    assert answer.status_code == 404


def test_without_signing_in_there_is_nothing_but_the_sign_in_page(client, secret):
    for address in (*ADDRESSES, "/", "/inbox/", "/sources/", "/ingest/", "/search/?q=zanzibar"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/sign-in/")
