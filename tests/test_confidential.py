"""A confidential story does not exist for others: each answer is what it would be without it."""

import re
from itertools import chain

import pytest
from django.apps import apps
from django.core import mail
from django.db import transaction
from django.utils import timezone

from tests.conftest import member
from tests.factories import make_speaker
from tests.test_who_may import ROWS, address, told
from tests.test_who_may import newsroom as newsroom  # noqa: PLC0414  the fixture
from tracker.digests import windows
from tracker.models import (
    Claim,
    ClaimRelation,
    CommentRequest,
    Decision,
    Evidence,
    Follow,
    ProtectedName,
    Publication,
    Removal,
    Speaker,
    StatusChange,
    Story,
    StoryArticle,
    Suggestion,
    User,
)

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"
# what is another at each request
PASSING = re.compile(
    rb'name="csrfmiddlewaretoken" value="\w+"|"taken_at": "[^"]+"|name="read_at" value="[^"]+"|'
    rb"(?:under )?\d+ min|\d+ \w{3} \d{4}, \d\d:\d\d"
)
ASKED = (
    f"/search/?q={SECRET}", "/search/?q=police", "/search/?in=versions&q=police",
    "/search/?in=claims&q=stations", f"/search/?in=claims&q={SECRET}", "/sources/?relied=1",
    "/history/?kind=claim", "/history/?kind=evidence", "/history/?kind=status", "/inbox/?show=unsure",
    f"/stories/open/claims/near/?statement=Stations+stand+in+Montreal+{SECRET}",
    f"/stories/open/?q={SECRET}", "/stories/open/", "/following/", "/inbox/articles/",
)  # fmt: skip
# the figures for the machine that watches the site are of everything: the web server keeps them in
FOR_MACHINES = ("metrics", "healthz")


@pytest.fixture
def secret(newsroom):
    """The confidential story, a word in everything it owns that stands nowhere else."""
    story = Story.objects.get(slug="secret")
    speaker = make_speaker(f"{SECRET} agency", variants=[f"{SECRET}y"])
    Story.objects.filter(pk=story.pk).update(title=f"{SECRET} story", dek=SECRET)
    claims = Claim.objects.filter(story=story)
    claims.update(title=f"{SECRET} claim", statement=f"{SECRET} stations stand in Montreal.")
    Evidence.objects.filter(claim__story=story).update(
        note=SECRET, denies_what=SECRET, speaker=speaker, independent_because=SECRET
    )
    Suggestion.objects.filter(claim__story=story).update(chain=SECRET, speaker_words=SECRET)
    StatusChange.objects.filter(claim__story=story).update(why=SECRET)
    Publication.objects.filter(claim__story=story).update(title=SECRET, statement=SECRET)
    requests = CommentRequest.objects.filter(claim__story=story)
    requests.update(how=SECRET)
    Speaker.objects.filter(comment_requests__in=requests).update(name=f"{SECRET} body")
    ProtectedName.objects.filter(story=story).update(name=SECRET)
    Decision.objects.filter(suggestion__claim__story=story).update(because=SECRET)
    for claim in claims:
        claim.parties.add(speaker)
    return story


def forget(story):
    """Delete what the story owns, as if nobody had ever written it."""
    of_claims = (Publication, CommentRequest, StatusChange, Suggestion)
    for model in (ProtectedName, Removal, StoryArticle):
        model.objects.filter(story=story).delete()
    Follow.objects.filter(claim__story=story).delete()
    for model in of_claims:
        model.objects.filter(claim__story=story).delete()
    Evidence.objects.filter(claim__story=story).delete()
    ClaimRelation.objects.filter(claim__story=story).delete()
    Claim.objects.filter(story=story).update(merged_into=None)
    Claim.objects.filter(story=story).delete()
    story.delete()
    gone = list(Speaker.objects.filter(name__contains=SECRET).values_list("pk", flat=True))
    Speaker.objects.filter(pk__in=gone).delete()
    apps.get_model("tracker.SpeakerEvent").objects.filter(pgh_obj_id__in=gone).delete()


def answers(client, newsroom):
    """The body of every page of the site, the articles that the confidential story cites too."""
    own = newsroom.open | {"article": newsroom.secret["article"]}
    pages = [
        (name, address(name, held))
        for name, held in chain.from_iterable(
            ((name, newsroom.open), (name, own)) for name in ROWS if ROWS[name][0] == "GET"
        )
        if name not in FOR_MACHINES
    ]
    found = {}
    for name, where in [*pages, *((one, one) for one in ASKED)]:
        held = client.cookies.copy()
        with transaction.atomic():
            answer = client.get(where)
            body = b"".join(answer) if answer.streaming else answer.content
            transaction.set_rollback(True)
        client.cookies = held
        found[name, where] = (answer.status_code, PASSING.sub(b"", body))
    return found


@pytest.mark.parametrize("person", ["viewer", "contributor", "editor", "administrator"])
def test_every_page_is_what_it_would_be_without_the_story(client, newsroom, secret, person):
    told(client, person)
    with_it = answers(client, newsroom)
    leaked = [
        key
        for key, (_status, body) in with_it.items()
        if SECRET.encode() in body and SECRET not in key[1]  # a search says again what was typed
    ]
    forget(secret)
    without = answers(client, newsroom)
    assert [key for key in with_it if with_it[key] != without[key]] == []
    assert leaked == []


def test_nobody_but_its_members_is_written_to(newsroom, secret, ada):
    for name in ("viewer", "editor", "administrator"):
        person = member(name, name)
        User.objects.filter(pk=person.pk).update(email=f"{name}@newsroom.example")
        for followed in ({"story": secret}, {"source": None, "query": "q=police"}):
            Follow.objects.create(user=person, rate="now", **followed)
    windows.send_due(timezone.now())
    for one in mail.outbox:
        assert SECRET not in str(one.message())
