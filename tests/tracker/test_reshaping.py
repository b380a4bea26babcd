"""Claims are related, merged and split without losing a link, and each of it can be taken back."""

import pytest
from django.contrib.messages import get_messages

from tests.factories import make_article, make_claim
from tests.tracker.test_pages import linked, page, queries
from tests.tracker.test_pages import status as stated
from tracker.models import Claim, ClaimRelation

pytestmark = pytest.mark.django_db


def of(claim, verb=""):
    return f"/stories/{claim.story.slug}/claims/{claim.number}/{verb}"


def undo(client, answer):
    """Press the button beside the last message."""
    *_, message = get_messages(answer.wsgi_request)
    return client.post(message.extra_tags)


@pytest.fixture
def pair(nora):
    """Two claims of a story, each with a passage."""
    one = make_claim(title="The first")
    two = make_claim(one.story, title="The second")
    linked(one, nora)
    linked(two, nora, article=make_article())
    return one, two


def figures(client, claim):
    return client.get(of(claim)).context["figures"]


@pytest.mark.parametrize(
    ("verb", "back"), [("answers", "answered by"), ("contradicts", "contradicted by")]
)
def test_a_relation_shows_on_the_pages_of_both_claims(desk, nora, pair, verb, back):
    one, two = pair
    desk.post(of(one, "relate/"), {"verb": verb, "other": two.pk})
    assert ClaimRelation.objects.get().recorded_by == nora
    assert f"<em>{verb}</em>" in page(desk, "claim", one.story.slug, 1)
    assert f"<em>{back}</em>" in page(desk, "claim", one.story.slug, 2)


def test_a_relation_is_recorded_once(desk, pair):
    one, two = pair
    data = {"verb": "repeats", "other": two.pk}
    desk.post(of(one, "relate/"), data)
    answer = desk.post(of(one, "relate/"), data)
    assert (answer.status_code, ClaimRelation.objects.count()) == (422, 1)


def test_a_claim_stands_in_no_relation_to_itself(desk, pair):
    answer = desk.post(of(pair[0], "relate/"), {"verb": "repeats", "other": pair[0].pk})
    assert (answer.status_code, ClaimRelation.objects.count()) == (422, 0)


def test_a_withdrawn_relation_stays_in_the_history_and_can_be_had_again(desk, nora, pair):
    one, two = pair
    answer = desk.post(of(one, "relate/"), {"verb": "follows", "other": two.pk})
    answer = undo(desk, answer)
    shown = page(desk, "claim", one.story.slug, 1)
    assert "1 withdrawn relation" in shown
    assert "Withdrawn by nora on" in shown
    undo(desk, answer)
    assert ClaimRelation.objects.standing().count() == 1
    assert ClaimRelation.objects.count() == 2


def test_a_merged_claim_counts_under_the_other_and_its_address_leads_there(desk, pair):
    one, two = pair
    desk.post(of(two, "merge/"), {"other": one.pk, "because": "The same assertion."})
    assert figures(desk, one).articles == 2
    assert desk.get(of(two)).url == of(one)
    assert "The same assertion." in page(desk, "claim", one.story.slug, 1)


def test_a_merge_moves_no_row(desk, pair):
    one, two = pair
    change = stated(two, "denied", "government")
    desk.post(of(two, "merge/"), {"other": one.pk, "because": "The same."})
    assert (two.evidence.count(), change.claim) == (1, two)
    assert "denied" in page(desk, "claim", one.story.slug, 1)


def test_a_merge_is_undone(desk, pair):
    one, two = pair
    undo(desk, desk.post(of(two, "merge/"), {"other": one.pk, "because": "The same."}))
    two.refresh_from_db()
    assert (two.merged_into, two.merged_because) == (None, "")
    assert figures(desk, one).articles == figures(desk, two).articles == 1


def test_a_merge_says_why(desk, pair):
    one, two = pair
    assert desk.post(of(two, "merge/"), {"other": one.pk, "because": ""}).status_code == 422
    assert Claim.objects.standing().count() == 2


def test_claims_never_merge_in_a_circle(desk, pair):
    one, two = pair
    desk.post(of(two, "merge/"), {"other": one.pk, "because": "The same."})
    assert desk.post(of(one, "merge/"), {"other": two.pk, "because": "x"}).status_code == 422
    assert desk.post(of(one, "merge/"), {"other": one.pk, "because": "x"}).status_code == 422


def test_claims_of_two_stories_do_not_merge(desk, pair):
    other = make_claim()
    answer = desk.post(of(pair[0], "merge/"), {"other": other.pk, "because": "The same."})
    assert answer.status_code == 422


@pytest.fixture
def three(nora):
    """A claim with three passages."""
    claim = make_claim()
    return claim, [linked(claim, nora, article=make_article()) for _ in range(3)]


def parted(three, client, *parts):
    claim, passages = three
    choices = {f"part-{one.pk}": part for one, part in zip(passages, parts, strict=True)}
    data = {"title": "The part", "statement": "A part of it.", "terms": "part", **choices}
    return client.post(of(claim, "split/"), data)


def test_splitting_offers_each_passage_to_the_parts(desk, three):
    claim, passages = three
    shown = desk.get(of(claim, "split/")).content.decode()
    assert all(f'name="part-{one.pk}"' in shown for one in passages)


def test_a_split_gives_each_passage_to_the_part_that_was_chosen(desk, nora, three):
    claim, (_, moved, _) = three
    parted(three, desk, "stays", "moves", "both")
    part = claim.story.claims.get(title="The part")
    assert (figures(desk, claim).articles, figures(desk, part).articles) == (2, 2)
    moved.refresh_from_db()
    assert (moved.withdrawn_by, "C2" in moved.withdrawn_because) == (nora, True)


def test_a_passage_keeps_its_chain_and_reading_in_the_part(desk, nora):
    claim = make_claim()
    passage = linked(claim, nora, stance="denies", denies_what="it all", chain="Bloomberg")
    parted((claim, [passage]), desk, "moves")
    copy = claim.story.claims.get(title="The part").evidence.get()
    assert (copy.stance, copy.denies_what, copy.exact) == ("denies", "it all", passage.exact)
    assert copy.origin == passage.origin
    assert copy.chain_words == passage.chain_words


def test_a_split_without_a_passage_for_the_part_is_refused(desk, three):
    assert parted(three, desk, "stays", "stays", "stays").status_code == 422
    assert Claim.objects.count() == 1


def test_a_split_is_undone(desk, three):
    claim, passages = three
    undo(desk, parted(three, desk, "stays", "moves", "both"))
    assert set(claim.evidence.standing()) == set(passages)
    part = claim.story.claims.get(title="The part")
    assert (part.evidence.standing().count(), part.merged_into) == (0, claim)
    assert desk.get(of(part)).url == of(claim)


@pytest.mark.parametrize("verb", ["relate/", "merge/", "unmerge/", "split/", "split/2/undo/"])
def test_a_viewer_reshapes_nothing(client, tom, pair, verb):
    client.force_login(tom)
    assert client.post(of(pair[0], verb)).status_code == 403


@pytest.mark.parametrize("verb", ["relate/", "merge/", "split/"])
def test_a_confidential_claim_is_not_there_to_be_reshaped_by_others(desk, pair, verb):
    story = pair[0].story
    story.confidential = True
    story.save()
    assert desk.get(of(pair[0], verb)).status_code == 404


def test_splitting_costs_the_same_queries_whatever_the_evidence(desk, nora, pair):
    address = of(pair[0], "split/")
    few = queries(desk, address)
    for _ in range(4):
        linked(pair[0], nora, article=make_article())
    assert queries(desk, address) == few


def test_merged_claims_and_relations_cost_the_same_queries_whatever_their_number(desk, pair):
    one, two = pair
    data = {"other": one.pk, "because": "The same."}
    desk.post(of(two, "merge/"), data)
    desk.get(of(one))  # the first visit writes that there was one
    few = queries(desk, of(one))
    for _ in range(3):
        desk.post(of(make_claim(one.story), "merge/"), data)
    assert queries(desk, of(one)) == few
