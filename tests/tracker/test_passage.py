"""A passage picked in an article: what is filled in for it, how it is linked, and taken back."""

import pytest
from django.urls import reverse

from tests.factories import (
    NEWS,
    add_version,
    make_article,
    make_claim,
    make_source,
    make_speaker,
    make_story,
    make_suggestion,
)
from tracker.models import Anchor, Evidence, Speaker, StoryArticle, User
from tracker.passages import linking
from tracker.passages.linking import Reading

pytestmark = pytest.mark.django_db

DENIAL = "The embassy denied that any police station exists in Canada."
SAID = (
    "Minister Orla Vale said the station closed in May. Nothing else is known. "
    "The weather stayed mild. A source familiar with the talks said it will open again."
)


def offer(client, article, **query):
    return client.get(reverse("link", args=[article.pk]), query)


def offered(client, article, quote, **query):
    """What is filled in for a passage."""
    return offer(client, article, quote=quote, **query).context["form"].initial


def send(client, article, claim, quote=DENIAL, reader="", **values):
    data = {
        "version": article.current_version_id,
        "quote": quote,
        "claim": claim.pk,
        "stance": "reports",
        "said_by": "outlet",
        **values,
    }
    headers = {"HX-Request": "true"} if reader else {}
    data |= {"reader": reader} if reader else {}
    return client.post(reverse("link", args=[article.pk]), data, headers=headers)


def link(article, claim, by, quote=DENIAL, **reading):
    version = article.current_version
    start = version.text.index(quote)
    values = Reading(**{"stance": "reports", **reading})
    return linking.link(claim, version, start, start + len(quote), values, by)


def chain(evidence):
    return [str(one) for one in evidence.chain.all()]


# --- what is filled in -----------------------------------------------------------------------


def test_a_speaker_the_passage_names_is_filled_in_and_the_words_are_marked(desk):
    vale, article = make_speaker("Orla Vale"), make_article(SAID)
    answer = offer(desk, article, quote="Minister Orla Vale said the station closed in May.")
    assert answer.context["form"].initial["said_by"] == str(vale.pk)
    assert '<span class="who">Orla Vale said</span>' in answer.content.decode()


def test_a_passage_that_names_nobody_has_no_speaker(desk, nora):
    vale, article = make_speaker("Orla Vale"), make_article(SAID)
    link(article, make_claim(), nora, "The weather stayed mild.", speaker=vale)
    assert offered(desk, article, "Nothing else is known.")["said_by"] == ""


def test_a_name_we_do_not_know_is_told_and_adds_nobody(desk):
    article = make_article(SAID)
    answer = offer(desk, article, quote="Minister Orla Vale said the station closed in May.")
    assert answer.context["form"].initial["said_by"] == ""
    assert answer.context["draft"].named == "Orla Vale"
    assert not Speaker.objects.exists()


def test_somebody_unnamed_is_filled_in_as_such_with_the_words(desk):
    filled = offered(
        desk, make_article(SAID), "A source familiar with the talks said it will open again."
    )
    assert filled["said_by"] == "unnamed"
    assert filled["chain"].endswith("citing A source familiar with the talks")


def test_the_claim_used_last_comes_first(desk, nora):
    story = make_story()
    claims = [make_claim(story, terms="") for _ in range(3)]
    article = make_article()
    link(make_article(), claims[2], nora, "The weather stayed mild.")
    answer = offer(desk, article, quote=DENIAL)
    assert answer.context["form"].initial["claim"] == claims[2].pk
    groups = answer.context["draft"].groups
    assert [[one.number for one in group] for _, group in groups] == [[3], [1, 2]]


def test_what_is_linked_in_the_article_comes_before_what_was_used_last_elsewhere(desk, nora):
    story, article = make_story(), make_article()
    here, used = make_claim(story, terms=""), make_claim(story, terms="")
    link(article, here, nora)
    link(make_article(), used, nora)
    answer = offer(desk, article, quote="The weather stayed mild.")
    groups = [(str(words), claims[0].pk) for words, claims in answer.context["draft"].groups]
    assert groups == [("Linked in this article", here.pk), ("Last used", used.pk)]
    assert answer.context["form"].initial["claim"] == here.pk


def test_what_was_suggested_for_the_passage_comes_before_what_was_used_last(desk, nora):
    story = make_story()
    used, suggested = make_claim(story, terms=""), make_claim(story, terms="")
    article = make_article()
    link(make_article(), used, nora, "The weather stayed mild.")
    make_suggestion(suggested, article, DENIAL)
    answer = offer(desk, article, quote=DENIAL)
    assert answer.context["form"].initial["claim"] == suggested.pk
    assert [group[0].pk for _, group in answer.context["draft"].groups] == [suggested.pk, used.pk]


def test_a_claim_whose_terms_the_passage_has_is_suggested(desk):
    claim = make_claim(terms="embassy denied")
    assert offered(desk, make_article(), DENIAL)["claim"] == claim.pk


def test_without_a_suggestion_or_a_use_no_claim_is_filled_in(desk):
    make_claim(terms="")
    assert offered(desk, make_article(), DENIAL)["claim"] is None


def test_claims_of_other_stories_are_not_offered(desk):
    own, other = make_claim(), make_claim()
    article = make_article()
    StoryArticle.objects.create(story=own.story, article=article)
    choices = offer(desk, article, quote=DENIAL).content.decode()
    assert f'<option value="{own.pk}"' in choices
    assert f'<option value="{other.pk}"' not in choices


def test_claims_of_a_confidential_story_are_not_offered_to_others(desk):
    secret = make_claim(make_story(confidential=True), statement="A secret.")
    body = offer(desk, make_article(), quote=DENIAL).content.decode()
    assert f'<option value="{secret.pk}"' not in body


def test_offering_a_passage_takes_as_many_queries_for_many_claims_as_for_few(
    desk, django_assert_max_num_queries
):
    story, article = make_story(), make_article()
    for n in range(30):
        make_speaker(f"Person {n}")
        make_suggestion(make_claim(story), article, DENIAL)
    with django_assert_max_num_queries(20):
        assert offer(desk, article, quote=DENIAL).status_code == 200


# --- which passage ---------------------------------------------------------------------------


def test_a_selection_that_ends_inside_words_is_offered_whole(desk):
    start = NEWS.index("embassy denied") + 2
    filled = offer(desk, make_article(), start=start, end=start + 9).context["form"].initial
    assert filled["quote"] == "embassy denied"


def test_a_quote_with_other_spaces_and_marks_is_found(desk):
    article = make_article("“It’s shut,” the envoy said. Then she left.")
    assert offered(desk, article, '"It\'s  shut,"\nthe envoy said.')["start"] == 0


def test_words_that_stand_twice_are_shown_with_their_places_to_choose_from(desk):
    make_claim()
    article = make_article("He left early. She stayed on. He left early. Nobody knows why.")
    answer = offer(desk, article, quote="He left early.")
    body = answer.content.decode()
    assert "These words stand in the text 2 times" in body
    assert "start=0&amp;end=14" in body
    assert "start=30&amp;end=44" in body
    chosen = offer(desk, article, start=30, end=44).context["form"].initial
    assert (chosen["start"], chosen["end"]) == (30, 44)


def test_words_that_stand_twice_are_not_linked_before_a_place_is_chosen(desk):
    claim = make_claim()
    article = make_article("He left early. She stayed on. He left early. Nobody knows why.")
    answer = send(desk, article, claim, "He left early.")
    assert answer.status_code == 422
    assert "Choose place 2" in answer.content.decode()
    send(desk, article, claim, "He left early.", start=30, end=44)
    assert Evidence.objects.get().start == 30


def test_words_that_are_not_there_are_asked_for_again(desk):
    answer = offer(desk, make_article(), quote="It snowed.")
    assert answer.status_code == 422
    assert "These words are not in the text." in answer.content.decode()
    assert ">It snowed.</textarea>" in answer.content.decode()


def test_offsets_that_do_not_fit_the_words_give_way_to_the_words(desk):
    send(desk, make_article(), make_claim(), start=0, end=5)
    assert Evidence.objects.get().exact == DENIAL


def test_offsets_are_code_points(desk):
    text = "🇨🇦 😀 使馆 cafe\u0301. " + NEWS
    start = text.index(DENIAL)
    article = make_article(text)
    send(desk, article, make_claim(), start=start, end=start + len(DENIAL))
    made = Evidence.objects.get()
    assert (made.exact, made.start) == (DENIAL, start)


def test_a_passage_of_an_older_version_is_linked_to_that_version(desk):
    article, claim = make_article(), make_claim()
    older = article.current_version
    add_version(article, "Everything was rewritten.")
    filled = offered(desk, article, DENIAL, v="1")
    assert filled["version"] == older.pk
    send(desk, article, claim, version=older.pk, start=filled["start"], end=filled["end"])
    assert Evidence.objects.get().version == older


# --- who says it, through whom ------------------------------------------------------------------


def test_a_typed_line_says_who_says_it(desk):
    make_source("Meridian Business")
    send(desk, make_article(), make_claim(), said_by="", chain="Meridian Business, citing a source")
    made = Evidence.objects.get()
    assert chain(made)[1:] == ["Meridian Business", "a source"]
    assert made.chain.last().unnamed


def test_a_typed_line_that_ends_with_a_speaker_we_know_names_them(desk):
    vale = make_speaker("Orla Vale")
    make_source("Meridian Business")
    send(
        desk, make_article(), make_claim(), said_by="", chain="Meridian Business, citing Orla Vale"
    )
    made = Evidence.objects.get()
    assert made.speaker == vale
    assert chain(made)[1:] == ["Meridian Business", "Orla Vale"]


def test_a_typed_line_that_ends_with_a_stranger_names_nobody(desk):
    answer = send(
        desk, make_article(), make_claim(), said_by="", chain="Bloomberg, citing A Stranger"
    )
    assert answer.status_code == 422
    assert "Choose who says it." in answer.content.decode()
    assert not Speaker.objects.exists()


def test_an_outlet_that_was_relayed_stays_in_the_chain_of_its_own_words(desk):
    wire = make_source("Meridian Business")
    send(desk, make_article(), make_claim(), said_by="outlet", chain="Meridian Business")
    assert Evidence.objects.get().origin.source == wire


def test_somebody_unnamed_ends_the_chain_of_the_outlet_that_spoke_to_them(desk):
    make_source("Meridian Business")
    send(desk, make_article(), make_claim(), said_by="unnamed", chain="Meridian Business")
    assert chain(Evidence.objects.get())[1:] == ["Meridian Business", "an unnamed source"]


def test_somebody_unnamed_is_worded_in_the_language_of_who_reads(desk, nora):
    make_source("Meridian Business")
    article, claim = make_article(), make_claim()
    User.objects.filter(pk=nora.pk).update(language="fr")
    send(desk, article, claim, said_by="unnamed", chain="Meridian Business")
    assert chain(Evidence.objects.get())[-1] == "une source non nommée"
    where = f"/stories/{claim.story.slug}/claims/{claim.number}/"
    assert "une source non nommée" in desk.get(where).content.decode()
    User.objects.filter(pk=nora.pk).update(language="en")
    shown = desk.get(where).content.decode()
    assert "an unnamed source" in shown
    assert "une source non nommée" not in shown


def test_a_speaker_is_not_put_in_the_place_of_somebody_unnamed(desk):
    vale = make_speaker("Orla Vale")
    answer = send(
        desk, make_article(), make_claim(), said_by=str(vale.pk), chain="Bloomberg, citing a source"
    )
    assert answer.status_code == 422
    assert "ends with somebody who is not named" in answer.content.decode()


def test_a_new_speaker_is_added_when_that_was_chosen(desk):
    send(desk, make_article(), make_claim(), said_by="other", other_speaker="A made-up envoy")
    assert Evidence.objects.get().speaker.name == "A made-up envoy"


def test_a_typed_line_is_read_back_whole(desk):
    make_source("Meridian Business")
    article = make_article(source=make_source("Harbour Wire"))
    answer = desk.get(
        reverse("chain", args=[article.pk]),
        {"chain": "Meridian Business, citing Elsewhere Daily, citing an unnamed source"},
        headers={"HX-Request": "true"},
    )
    assert [(str(one), one.unnamed, one.source_id is None) for one in answer.context["links"]] == [
        ("Harbour Wire", False, False),
        ("Meridian Business", False, False),
        ("Elsewhere Daily", False, True),
        ("an unnamed source", True, True),
    ]
    assert "not known to us" in answer.content.decode()


def test_a_viewer_asks_nothing_of_the_chain(client, tom):
    client.force_login(tom)
    assert client.get(reverse("chain", args=[make_article().pk])).status_code == 403


# --- when, and notes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2023-04-17", "17 Apr 2023"),
        ("2023-04", "April 2023"),
        ("2023", "2023"),
        ("2023-04-17/2023-04-20", "17 Apr 2023 to 20 Apr 2023"),
    ],
)
def test_when_it_happened_is_shown_as_exactly_as_it_was_given(desk, typed, shown):
    article = make_article()
    send(desk, article, make_claim(), event_on=typed, note="Heard on the radio.")
    body = desk.get(reverse("article", args=[article.pk])).content.decode()
    assert f"Said or done:</span> {shown}</p>" in body
    assert "Heard on the radio." in body


def test_a_date_two_readers_read_differently_is_refused(desk):
    answer = send(desk, make_article(), make_claim(), event_on="04/05/2023")
    assert "Write a day (2023-04-17)" in answer.content.decode()
    assert not Evidence.objects.exists()


# --- without loading the page again -----------------------------------------------------------------


def test_a_link_answers_with_the_text_marked_and_the_way_back(desk):
    article = make_article()
    body = send(desk, article, make_claim(), reader="1").content.decode()
    made = Evidence.objects.get()
    assert f'<mark class="reports" data-key="e{made.pk}" id="e{made.pk}">{DENIAL}</mark>' in body
    assert f'hx-post="{reverse("withdraw", args=[made.pk])}"' in body
    assert "<html" not in body


def test_undone_the_text_has_no_mark_and_the_history_keeps_both(desk):
    article = make_article()
    send(desk, article, make_claim(), reader="1")
    made = Evidence.objects.get()
    address = reverse("withdraw", args=[made.pk])
    body = desk.post(address, {"reader": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert "<mark" not in body
    assert "1 withdrawn passage" in body
    made.refresh_from_db()
    assert made.withdrawn_because == "Undone"
    assert made.events.count() == 2


def test_a_withdrawn_passage_is_let_stand_again_from_the_list(desk):
    article = make_article()
    send(desk, article, make_claim())
    made = Evidence.objects.get()
    desk.post(reverse("withdraw", args=[made.pk]), {"because": "A wrong reading."})
    shown = desk.get(reverse("article", args=[article.pk])).content.decode()
    assert "A wrong reading." in shown
    address = reverse("restore", args=[made.pk])
    body = desk.post(address, {"reader": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert f'id="e{made.pk}"' in body


def test_a_refused_link_answers_with_the_form_and_all_that_was_typed(desk):
    answer = send(desk, make_article(), make_claim(), reader="1", said_by="", note="Keep this.")
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose who says it." in body
    assert "Keep this." in body
    assert "<html" not in body


# --- the cards ----------------------------------------------------------------------------------


def test_a_passage_that_is_gone_has_a_card_with_its_words_and_the_way_to_its_version(desk, nora):
    article = make_article()
    made = link(article, make_claim(), nora)
    version = add_version(article, "Everything was rewritten.")
    Anchor.objects.create(evidence=made, version=version, state="gone", score=0)
    body = desk.get(reverse("article", args=[article.pk])).content.decode()
    assert "1 passage linked to a claim is not in the text shown." in body
    assert f'id="n-e{made.pk}"' in body
    assert DENIAL in body
    assert f'href="?v=1#e={made.pk}"' in body


def test_both_forms_of_a_deep_link_have_their_place_in_the_page(desk, nora):
    article = make_article()
    made = link(article, make_claim(), nora)
    body = desk.get(reverse("article", args=[article.pk])).content.decode()
    assert body.count(f'id="e{made.pk}"') == 1
    assert body.count(f'id="e={made.pk}"') == 1


def test_one_passage_linked_to_two_claims_has_two_marks_and_two_cards(desk, nora):
    story, article = make_story(), make_article()
    one, other = (link(article, make_claim(story), nora, stance=s) for s in ("reports", "supports"))
    body = desk.get(reverse("article", args=[article.pk])).content.decode()
    for made in (one, other):
        assert f'data-key="e{made.pk}" id="e{made.pk}"' in body
        assert f'id="n-e{made.pk}"' in body


def test_a_number_in_the_text_says_stance_and_claim_to_who_listens(desk, nora):
    article, claim = make_article(), make_claim()
    link(article, claim, nora, stance="denies", denies_what="that any exist")
    body = desk.get(reverse("article", args=[article.pk])).content.decode()
    assert f'aria-label="Note 1: denies, C{claim.number}"' in body
