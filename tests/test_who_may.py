"""Who may do what: every address of the site, asked by everybody, against one table.

A new address needs one line in TABLE; the test that fails says which. The figures are the answers
to a newcomer's empty request: 200 a page, 302 done or sent on, 400/422 allowed but incomplete,
403 not for this role, 404 nothing there, 405 another verb.
"""

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from sources.models import Cluster, Feed, Fetch, Run, Tag, TextPair
from tests.conftest import member
from tests.factories import (
    add_version,
    make_article,
    make_claim,
    make_speaker,
    make_story,
    make_suggestion,
)
from tracker.accounts import invitations
from tracker.claims import reshaping
from tracker.digests import tokens
from tracker.inbox import decisions
from tracker.models import (
    Anchor,
    Claim,
    Digest,
    Follow,
    ProtectedName,
    Status,
    StatusChange,
    StoryArticle,
    User,
)
from tracker.passages import anchoring
from tracker.passages.linking import Reading
from tracker.publishing import acts
from tracker.removing import acts as removals

pytestmark = pytest.mark.django_db
STORY_OWNS = (
    "relation", "evidence", "status", "suggestion", "anchor", "protected", "publication", "request",
    "removal",
)  # fmt: skip
ROLES = ("viewer", "contributor", "editor", "administrator")

# name                               verb  nobody none viewer contributor editor administrator
TABLE = """
home                                 GET   302  403  302  302  302  302
stories                              GET   302  403  200  200  200  200
story                                GET   302  403  200  200  200  200
take                                 GET   302  403  200  200  200  200
take-table                           GET   302  403  200  200  200  200
bundle                               GET   302  403  403  403  200  200
claim-bundle                         GET   302  403  403  403  200  200
claim-jsonld                         GET   302  403  200  200  200  200
mark-seen                            POST  302  403  302  302  302  302
unmark                               POST  302  403  302  302  302  302
new-claim                            GET   302  403  403  403  200  200
claim                                GET   302  403  200  200  200  200
edit-claim                           GET   302  403  403  403  200  200
status                               GET   302  403  403  403  200  200
relate                               GET   302  403  403  403  200  200
merge                                GET   302  403  403  403  200  200
unmerge                              POST  302  403  403  403  302  302
split                                GET   302  403  403  403  200  200
unsplit                              POST  302  403  403  403  302  302
unrelate                             POST  302  403  403  403  302  302
relate-again                         POST  302  403  403  403  302  302
counted                              GET   302  403  200  200  200  200
story-counted                        GET   302  403  200  200  200  200
claim-annotations                    GET   302  403  200  200  200  200
evidence                             GET   302  403  302  302  302  302
annotation                           GET   302  403  200  200  200  200
dismiss                              POST  302  403  403  403  302  302
withdraw                             POST  302  403  403  403  302  302
restore                              POST  302  403  403  403  302  302
due                                  GET   302  403  200  200  200  200
withdraw-status                      POST  302  403  403  403  302  302
restore-status                       POST  302  403  403  403  302  302
look-again                           POST  302  403  403  403  302  302
add-articles                         GET   302  403  403  403  200  200
article                              GET   302  403  200  200  200  200
versions                             GET   302  403  200  200  200  200
capture                              GET   302  403  403  200  200  200
provenance                           GET   302  403  200  200  200  200
link                                 GET   302  403  403  302  302  302
chain                                GET   302  403  403  302  302  302
take-back                            POST  302  403  403  302  302  302
inbox                                GET   302  403  200  200  200  200
texts                                GET   302  403  200  200  200  200
text                                 GET   302  403  200  200  200  200
take-out                             POST  302  403  403  403  302  302
put-back                             POST  302  403  403  403  404  404
text-origin                          POST  302  403  403  403  302  302
answer-texts                         POST  302  403  403  403  302  302
ask-texts-again                      POST  302  403  403  403  404  404
edits                                GET   302  403  200  200  200  200
noted                                POST  302  403  403  403  302  302
undo-noted                           POST  302  403  403  403  302  302
decide                               POST  302  403  403  403  422  422
undo                                 POST  302  403  403  403  302  302
sources                              GET   302  403  200  200  200  200
tag                                  POST  302  403  403  403  422  422
pause-feed                           POST  302  403  403  403  302  302
source                               GET   302  403  200  200  200  200
edit-source                          POST  302  403  403  403  422  422
ingest                               GET   302  403  200  200  200  200
sample-night                         POST  302  403  403  403  404  404
start-run                            POST  302  403  403  403  302  302
run                                  GET   302  403  200  200  200  200
ingest-feed                          GET   302  403  200  200  200  200
retry-feed                           POST  302  403  403  403  302  302
pause-until                          POST  302  403  403  403  403  302
resume-feed                          POST  302  403  403  403  403  302
move-feed                            POST  302  403  403  403  403  302
pace-feed                            POST  302  403  403  403  403  302
release-feed                         POST  302  403  403  403  404  404
retry-article                        POST  302  403  403  403  302  302
search                               GET   302  403  200  200  200  200
following                            GET   302  403  200  200  200  200
new-follow                           GET   302  403  404  404  404  404
renew-feeds                          POST  302  403  302  302  302  302
follow                               GET   302  403  404  404  404  404
stop-following                       POST  302  403  404  404  404  404
feed                                 GET   200  200  200  200  200  200
feed-of                              GET   200  200  200  200  200  200
unsubscribe                          GET   200  200  200  200  200  200
history                              GET   302  403  200  200  200  200
preferences                          GET   302  200  200  200  200  200
add-site                             POST  302  403  403  403  302  302
edit-story                           GET   302  403  403  403  403  200
find-evidence                        POST  302  403  403  403  302  302
forget-filter                        POST  302  403  404  404  404  404
merge-source                         GET   302  403  403  403  200  200
merge-tag                            POST  302  403  403  403  302  302
near-claims                          GET   302  403  403  403  200  200
new-story                            GET   302  403  403  403  403  200
note-source                          POST  302  403  403  403  302  302
noted-omission                       POST  302  403  403  403  404  404
save-filter                          POST  302  403  302  302  302  302
split-source                         GET   302  403  403  403  200  200
trawl                                GET   302  403  403  403  200  200
undo-move                            POST  302  403  403  403  404  404
undo-noted-omission                  POST  302  403  403  403  404  404
undo-tags                            POST  302  403  403  403  302  302
unmerge-tag                          POST  302  403  403  403  302  302
vocabulary-tag                       GET   302  403  403  403  200  200
tags                                 GET   302  403  200  200  200  200
withdraw-note                        POST  302  403  403  403  404  404
lists                                GET   302  403  200  200  200  200
new-source                           GET   302  403  403  403  200  200
take-sources                         GET   302  403  200  200  200  200
decide-many                          POST  302  403  403  403  302  302
overlooked                           GET   302  403  200  200  200  200
fared                                GET   302  403  403  403  200  200
put-aside                            POST  302  403  403  403  404  404
hand-in                              GET   302  403  403  403  200  200
original                             GET   302  403  403  404  404  404
independence                         POST  302  403  403  403  302  302
undo-independence                    POST  302  403  403  403  302  302
publishing                           GET   302  403  403  403  200  200
propose-publication                  POST  302  403  403  403  422  422
ask-for-comment                      POST  302  403  403  403  422  422
protected                            GET   302  403  403  403  200  200
unprotect                            POST  302  403  403  403  302  302
approve-publication                  POST  302  403  403  403  302  302
withdraw-publication                 POST  302  403  403  403  302  302
answer-request                       POST  302  403  403  403  302  302
public                               GET   404  404  404  404  404  404
public-feed                          GET   404  404  404  404  404  404
public-story                         GET   404  404  404  404  404  404
public-table                         GET   404  404  404  404  404  404
public-claim                         GET   404  404  404  404  404  404
public-jsonld                        GET   404  404  404  404  404  404
remove-article                       GET   302  403  403  403  403  200
remove-passage                       GET   302  403  403  403  403  200
removals                             GET   302  403  403  403  403  200
confirm-removal                      POST  302  403  403  403  403  302
call-off-removal                     POST  302  403  403  403  403  302
account                              GET   302  200  200  200  200  200
end-session                          POST  302  404  404  404  404  404
people                               GET   302  403  403  403  403  200
invite                               GET   302  403  403  403  403  200
uninvite                             POST  302  403  403  403  403  302
person                               GET   302  403  403  403  403  200
deactivate                           POST  302  403  403  403  403  302
activate                             POST  302  403  403  403  403  302
invited                              GET   200  200  200  200  200  200
account_login                        GET   200  302  302  302  302  302
mfa_authenticate                     GET   302  302  302  302  302  302
account_inactive                     GET   200  200  200  200  200  200
account_signup                       GET   404  404  404  404  404  404
socialaccount_signup                 GET   404  404  404  404  404  404
socialaccount_login_cancelled        GET   200  200  200  200  200  200
socialaccount_login_error            GET   401  401  401  401  401  401
openid_connect_login                 GET   404  404  404  404  404  404
openid_connect_callback              GET   404  404  404  404  404  404
account_logout                       POST  302  302  302  302  302  302
account_email                        GET   302  200  200  200  200  200
mfa_index                            GET   302  200  200  200  200  200
usersessions_list                    GET   302  200  200  200  200  200
socialaccount_connections            GET   302  200  200  200  200  200
account_reauthenticate               GET   302  200  200  200  200  200
mfa_reauthenticate                   GET   302  302  302  302  302  302
account_change_password              GET   302  200  200  200  200  200
account_set_password                 GET   302  302  302  302  302  302
mfa_activate_totp                    GET   302  302  302  302  302  302
mfa_deactivate_totp                  GET   302  404  404  404  404  404
mfa_view_recovery_codes              GET   302  404  404  404  404  404
mfa_generate_recovery_codes          GET   302  302  302  302  302  302
mfa_download_recovery_codes          GET   302  404  404  404  404  404
account_reset_password               GET   200  200  200  200  200  200
account_reset_password_done          GET   200  200  200  200  200  200
account_reset_password_from_key_done GET   200  200  200  200  200  200
account_reset_password_from_key      GET   200  200  200  200  200  200
sign-in                              GET   200  302  302  302  302  302
sign-out                             POST  302  302  302  302  302  302
healthz                              GET   503  503  503  503  503  503
metrics                              GET   200  200  200  200  200  200
kit                                  GET   302  403  404  404  404  404
"""
ROWS = {line.split()[0]: line.split()[1:] for line in TABLE.strip().splitlines()}
EVERYBODY = ("nobody", "none", *ROLES)


def patterns(resolver=None, prefix=""):
    """Every named address of the site with its parameters, the back door of the rows apart."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            if one.app_name != "admin":
                yield from patterns(one)
        else:
            yield one.name, sorted(one.pattern.regex.groupindex)


PATTERNS = dict(patterns())


def test_the_table_names_every_address_and_no_other():
    assert set(ROWS) == set(PATTERNS)


# --- a newsroom with an open and a confidential story -------------------------------------------


def told(client, name):
    """A person of this role signs in; "nobody" signs out, "none" has no role."""
    client.logout()
    if name == "none":
        client.force_login(User.objects.get_or_create(username="none")[0])
    elif name != "nobody":
        found = User.objects.filter(username=name).first()
        client.force_login(found or member(name, name))


def written(story, by):
    """Everything a story can own, and the parameters by which addresses name it."""
    article = make_article()
    StoryArticle.objects.create(story=story, article=article)
    claim, other = make_claim(story), make_claim(story)
    (evidence,) = decisions.accept(make_suggestion(claim, article), Reading("reports"), by)
    waiting = make_suggestion(claim, make_article())
    status = StatusChange.objects.create(
        claim=claim, status=Status.objects.all()[0], by_kind="newsroom", why="Said so.",
        effective_on=date(2023, 3, 9),
        recorded_by=by,
    )  # fmt: skip
    version = add_version(article, "Other words stand here now.")
    anchoring.again(version)
    anchor = Anchor.objects.get(evidence=evidence, version=version)
    relation = reshaping.relate(claim, "answers", other, by)
    soon = timezone.now() + timedelta(days=1)
    part = reshaping.split(claim, Claim(title="Part", statement="A part."), [], [evidence], by)
    keys = {
        "relation": relation.pk,
        "evidence": evidence.pk,
        "status": status.pk,
        "suggestion": waiting.pk,
        "anchor": anchor.pk,
        "protected": ProtectedName.objects.create(story=story, name="Roe", added_by=by).pk,
        "publication": acts.propose(claim, [evidence], True, by).pk,
        "request": acts.ask(claim, make_speaker("A body"), "by e-mail", soon, by).pk,
        "removal": removals.ask(evidence, "Order 7", "A minor.", by).pk,
        "follow": Follow.objects.create(user=by, claim=claim).pk,
    }
    return {"slug": story.slug, "number": 1, "part": part.number, "article": article.pk, **keys}


@pytest.fixture
def newsroom(ada, nora):
    """The parameters of an open story, of a confidential one without members, and of neither."""
    secret = make_story(slug="secret", confidential=True)
    secret.members.add(ada)
    invitation = invitations.invite("new@newsroom.example", "editor", [], ada)
    one, two = make_article(), make_article()
    pair = TextPair.objects.create(one=one, other=two, share=0.5)
    feed = Feed.objects.create(source=one.source, url="https://outlet.example/feed")
    run = Run.objects.create(kind="manual", deadline_at=timezone.now())
    Fetch.objects.create(run=run, feed=feed, url=feed.url, outcome="ok")
    shared = {
        "cluster": one.cluster_id or Cluster.objects.create().pk,
        "pair": pair.pk,
        "feed": feed.pk,
        "run": run.pk,
        "source": one.source.slug,
        "tag": Tag.objects.create(slug="wire", label_en="Wire", label_fr="Agence").slug,
        "nothing": 10**9,
        "nora": nora,
        "person": member("pat", "viewer").pk,
        "session": 10**9,
        "invitation": invitation.pk,
        "invitation_token": invitations.token(invitation),
    }
    absent = dict.fromkeys(STORY_OWNS, 10**9)
    absent |= {"slug": "absent", "number": 1, "part": 2, "article": one.pk, "follow": 10**9}
    return SimpleNamespace(
        open=written(make_story(slug="open"), nora) | shared,
        secret=written(secret, ada) | shared,
        absent=absent | shared,
    )


OWNED = {  # what the number of an address means; without a line here it is an article's
    "evidence": "evidence", "annotation": "evidence", "withdraw": "evidence",
    "restore": "evidence", "independence": "evidence", "undo-independence": "evidence",
    "unrelate": "relation", "relate-again": "relation",
    "withdraw-status": "status", "restore-status": "status", "look-again": "status",
    "take-back": "suggestion", "decide": "suggestion",
    "noted": "anchor", "undo-noted": "anchor", "follow": "follow", "stop-following": "follow",
    "feed-of": "follow", "text": "cluster", "take-out": "cluster", "put-back": "cluster",
    "text-origin": "cluster", "answer-texts": "pair", "ask-texts-again": "pair",
    "pause-feed": "feed", "run": "run", "retry-article": "article", "end-session": "session",
    "remove-passage": "evidence", "confirm-removal": "removal", "call-off-removal": "removal",
    "forget-filter": "nothing", "undo-move": "nothing",
    "withdraw-note": "nothing", "noted-omission": "nothing", "undo-noted-omission": "nothing",
    "unprotect": "protected", "approve-publication": "publication",
    "withdraw-publication": "publication", "answer-request": "request",
    "uninvite": "invitation", "person": "person", "deactivate": "person", "activate": "person",
}  # fmt: skip
OF_SOURCES = (
    "source", "edit-source", "note-source", "merge-source", "split-source", "add-site",
)  # fmt: skip
OF_TAGS = ("vocabulary-tag", "merge-tag", "unmerge-tag")
WORDS = {
    "figure": "origins", "form": "json", "seq": 1, "name": "claims", "provider_id": "sso",
    "uidb36": "1", "key": "none", "act": UUID(int=1), "together": UUID(int=1),
}  # fmt: skip


def address(name, held):
    """The address of this name for what `held` names."""
    kwargs = {}
    for parameter in PATTERNS[name]:
        if parameter == "pk":
            of_feed = name.endswith("-feed") or name == "pause-until"
            kwargs["pk"] = held[OWNED.get(name, "feed" if of_feed else "article")]
        elif parameter == "token" and name == "unsubscribe":
            kwargs["token"] = tokens.stop(Digest(user=held["nora"], rate="daily"))
        elif parameter == "token" and name == "invited":
            kwargs["token"] = held["invitation_token"]
        elif parameter == "token":
            kwargs["token"] = tokens.feed(held["nora"])
        elif parameter == "slug" and name in OF_TAGS:
            kwargs["slug"] = held["tag"]
        elif parameter == "slug" and name in OF_SOURCES:
            kwargs["slug"] = held["source"]
        else:
            kwargs[parameter] = (
                "csv" if name == "take-sources" else WORDS.get(parameter, held.get(parameter))
            )
    return reverse(name, kwargs=kwargs)


def asked(client, verb, where):
    """The status of one request, whose traces are undone."""
    ask = client.post if verb == "POST" else client.get
    with transaction.atomic():
        status = ask(where).status_code
        transaction.set_rollback(True)
    return str(status)


# --- the walk -------------------------------------------------------------------------------------


def expected(name, person):
    return ROWS[name][1 + EVERYBODY.index(person)]


@pytest.mark.parametrize("person", EVERYBODY)
def test_everybody_is_answered_as_the_table_says(client, newsroom, person):
    found = {}
    told(client, person)
    held = client.cookies.copy()
    for name in ROWS:
        client.cookies = held.copy()  # an address may sign out, which is undone
        found[name] = asked(client, ROWS[name][0], address(name, newsroom.open))
    assert found == {name: expected(name, person) for name in ROWS}


def of_a_story(name):
    """Whether an address names a story or what a story owns."""
    owned = OWNED.get(name) in STORY_OWNS
    return owned or ("slug" in PATTERNS[name] and name not in OF_SOURCES + OF_TAGS)


OF_STORIES = [name for name in ROWS if of_a_story(name)]


@pytest.mark.parametrize("person", EVERYBODY)
def test_what_one_may_not_see_answers_as_if_it_did_not_exist(client, newsroom, person):
    told(client, person)
    answers = {
        (name, verb, which): asked(client, verb, address(name, held))
        for name in OF_STORIES
        for verb in ("GET", "POST")
        for which, held in (("secret", newsroom.secret), ("absent", newsroom.absent))
    }
    secret = {key[:2]: status for key, status in answers.items() if key[2] == "secret"}
    assert secret == {key[:2]: status for key, status in answers.items() if key[2] == "absent"}
    if person in ROLES:
        found = {name: secret[name, ROWS[name][0]] for name in OF_STORIES}
        assert {one for name, one in found.items() if expected(name, person) != "403"} == {"404"}


def test_a_member_finds_the_confidential_story(client, newsroom, ada):
    told(client, "administrator")
    ada.confidential_stories.get().members.add(User.objects.get(username="administrator"))
    found = {n: asked(client, ROWS[n][0], address(n, newsroom.secret)) for n in OF_STORIES}
    assert found == {name: expected(name, "administrator") for name in OF_STORIES}


@pytest.mark.parametrize("path", ["", "tracker/story/", "tracker/user/", "sources/source/"])
def test_the_back_door_of_the_rows_is_for_staff(client, path):
    for person in EVERYBODY:
        told(client, person)
        refused = "403" if person == "none" else "302"
        assert asked(client, "GET", f"/admin/{path}") == refused, person
