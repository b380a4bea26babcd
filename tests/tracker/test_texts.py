"""The page of a text that several outlets carry, and what editors decide about copies."""

from datetime import timedelta

import pytest
from django.urls import reverse

from sources.ingest import regroup
from sources.models import Cluster, TextPair
from tests.factories import NEWS, SPRING, make_article, make_source, make_story
from tests.tracker.shown import to_the_eye
from tracker.copies.texts import Treatment, first_to_print, treatment
from tracker.models import StoryArticle

pytestmark = pytest.mark.django_db

LINES = NEWS.split("\n")


@pytest.fixture
def wire(db):
    """One text in three outlets: whole, cut, and with a line of its own."""
    cluster = Cluster.objects.create()
    later = {"sort_at": SPRING + timedelta(hours=2), "published_at": SPRING + timedelta(hours=2)}
    make_article(source=make_source("Harbour Wire"), cluster=cluster)
    make_article(LINES[0], source=make_source("Ellery Ledger"), cluster=cluster, **later)
    own = f"{NEWS}\nA line that nobody else has."
    make_article(own, source=make_source("Port Herald"), cluster=cluster, **later)
    return cluster


def asked(one, other, share=0.3):
    return TextPair.objects.create(
        one_id=min(one.pk, other.pk), other_id=max(one.pk, other.pk), share=share
    )


# --- what each changed ------------------------------------------------------------------------


def test_a_text_run_unchanged_is_untouched():
    assert treatment(NEWS, NEWS).untouched


def test_paragraphs_left_out_added_and_reworded_are_told_apart():
    text = "One paragraph of the wire.\nA second one, about the port.\nThe last one."
    ran = "One paragraph of the long wire.\nThe last one.\nOur reporter adds a line."
    assert treatment(text, ran) == Treatment(kept=1, cut=1, added=1, reworded=1)


def test_who_printed_first_is_known_only_where_every_carrier_is_dated():
    early, late = SPRING, SPRING + timedelta(minutes=1)
    assert first_to_print([(1, late), (2, early)]) == 2
    assert first_to_print([(1, late), (2, None)]) is None
    assert first_to_print([(1, early), (2, early)]) is None
    assert first_to_print([(1, early)]) is None


def test_the_page_says_what_each_carrier_changed_and_who_was_first(desk, wire):
    shown = desk.get(reverse("text", args=[wire.pk])).text
    assert "1 paragraph left out" in shown
    assert "1 paragraph added" in shown
    assert shown.count("first to publish it") == 1


def test_a_carrier_is_laid_over_the_text(desk, wire):
    cut = wire.articles.get(source__name="Ellery Ledger")
    shown = desk.get(reverse("text", args=[wire.pk]), {"beside": cut.pk}).text
    assert "<del>Officers said" in to_the_eye(shown)


def test_the_page_of_a_text_asks_as_often_for_ten_carriers_as_for_three(
    desk, wire, django_assert_max_num_queries
):
    for _ in range(7):
        make_article(cluster=wire)
    with django_assert_max_num_queries(14):
        desk.get(reverse("text", args=[wire.pk]))


# --- what editors decide ----------------------------------------------------------------------


def test_an_article_taken_out_is_a_text_of_its_own_and_that_can_be_undone(desk, wire):
    leaving = wire.articles.get(source__name="Port Herald")
    address = reverse("take-out", args=[wire.pk])
    desk.post(address, {"article": leaving.pk, "because": "Its own report."})
    leaving.refresh_from_db()
    assert leaving.cluster_id != wire.pk
    told = TextPair.objects.filter(same=False).values_list("why", "by__username")
    assert list(told) == [("Its own report.", "nora")] * 2
    desk.post(f"{reverse('put-back', args=[wire.pk])}?other={leaving.cluster_id}")
    assert wire.articles.count() == 3
    assert not TextPair.objects.exists()  # nobody says that they are one: they stand as they did


def test_a_taking_out_is_taken_back_by_who_did_it(desk, nora, ada, wire):
    leaving = wire.articles.get(source__name="Port Herald")
    made = regroup.take_out([leaving], ada, "Its own report.")
    answer = desk.post(f"{reverse('put-back', args=[wire.pk])}?other={made.pk}", follow=True)
    assert "Nothing was changed" in answer.text
    assert wire.articles.count() == 2


def test_taking_out_needs_a_reason(desk, wire):
    leaving = wire.articles.first()
    desk.post(reverse("take-out", args=[wire.pk]), {"article": leaving.pk, "because": " "})
    assert wire.articles.count() == 3


def test_not_every_carrier_can_be_taken_out(desk, wire):
    every = list(wire.articles.values_list("pk", flat=True))
    answer = desk.post(
        reverse("take-out", args=[wire.pk]), {"article": every, "because": "All."}, follow=True
    )
    assert "Nothing was changed" in answer.text
    assert wire.articles.count() == 3


def test_joined_texts_keep_the_origin_that_is_known(nora, wire):
    agency = make_source("Norland Press")
    credited = Cluster.objects.create(origin=agency, basis="credit")
    make_article(cluster=credited)
    regroup.join(wire, credited, nora, "One text.")
    wire.refresh_from_db()
    assert (wire.origin, wire.articles.count()) == (agency, 4)


def test_the_origin_an_editor_names_is_recorded_as_hers(desk, wire):
    harbour = wire.articles.get(source__name="Harbour Wire").source
    desk.post(reverse("text-origin", args=[wire.pk]), {"origin": harbour.pk})
    wire.refresh_from_db()
    assert (wire.origin, wire.basis) == (harbour, "editor")


def test_a_named_origin_is_taken_back_to_what_was_known_before(desk, wire):
    agency = make_source("Norland Press", kind="agency")
    wire.origin, wire.basis = agency, "credit"
    wire.save()
    desk.post(f"/texts/{wire.pk}/origin/", {"origin": ""})
    page = desk.get(f"/texts/{wire.pk}/")
    (said,) = page.context["messages"]
    desk.post(said.extra_tags)
    wire.refresh_from_db()
    assert (wire.origin, wire.basis) == (agency, "credit")


def test_a_question_is_asked_of_texts_in_a_story_only(desk, wire):
    apart = make_article()
    asked(wire.articles.first(), apart)
    assert "No pair of texts waits" in desk.get(reverse("texts")).text
    StoryArticle.objects.create(story=make_story(), article=apart)
    assert "1 pair of texts to compare" in desk.get(reverse("texts")).text
    assert "1 pair of texts to compare" in desk.get(reverse("inbox")).text


def test_a_question_about_a_confidential_story_is_not_asked_of_others(desk, wire):
    apart = make_article()
    asked(wire.articles.first(), apart)
    StoryArticle.objects.create(story=make_story(confidential=True), article=apart)
    assert "No pair of texts waits" in desk.get(reverse("texts")).text


def test_one_text_joins_the_pair_and_two_texts_keeps_them_apart(desk, wire):
    one, two = make_article(), make_article()
    first, second = asked(wire.articles.first(), one), asked(wire.articles.first(), two)
    desk.post(reverse("answer-texts", args=[first.pk]), {"same": "1"})
    desk.post(reverse("answer-texts", args=[second.pk]), {"same": "0"})
    one.refresh_from_db()
    two.refresh_from_db()
    assert one.cluster.articles.count() == 4
    assert two.cluster.articles.count() == 1
    second.refresh_from_db()
    assert second.same is False


def test_a_question_is_answered_once(desk, wire):
    pair = asked(wire.articles.first(), make_article())
    address = reverse("answer-texts", args=[pair.pk])
    desk.post(address, {"same": "0"})
    assert "Somebody answered this already." in desk.post(address, {"same": "1"}, follow=True).text
    assert wire.articles.count() == 3


def test_two_texts_can_be_asked_about_again(desk, wire):
    pair = asked(wire.articles.first(), make_article())
    desk.post(reverse("answer-texts", args=[pair.pk]), {"same": "0"})
    desk.post(reverse("ask-texts-again", args=[pair.pk]))
    pair.refresh_from_db()
    assert pair.same is None


def pressed_undo(desk, pair):
    """Answer "one text" and press the undo of the notice."""
    answer = desk.post(reverse("answer-texts", args=[pair.pk]), {"same": "1"}, follow=True)
    [notice] = answer.context["messages"]
    return desk.post(notice.extra_tags, follow=True)


def test_one_text_taken_back_waits_again_as_it_did(desk, wire):
    apart = make_article()
    StoryArticle.objects.create(story=make_story(), article=apart)
    pair = asked(wire.articles.first(), apart)
    shown = pressed_undo(desk, pair).text
    assert "It waits again." in shown
    assert "1 pair of texts to compare" in shown
    pair.refresh_from_db()
    assert (pair.same, pair.share, pair.by) == (None, 0.3, None)
    assert (wire.articles.count(), TextPair.objects.count()) == (3, 1)
    apart.refresh_from_db()
    assert apart.cluster.articles.count() == 1


def test_one_text_taken_back_leaves_the_answers_that_stood_before(desk, nora, wire):
    first, second = wire.articles.order_by("pk")[:2]
    apart = make_article()
    pair, told = asked(first, apart), asked(second, apart)
    regroup.tell_apart(told, nora, "An interview of its own.")
    pressed_undo(desk, pair)
    told.refresh_from_db()
    assert (told.same, told.why) == (False, "An interview of its own.")


def test_one_text_taken_back_gives_the_origin_back_to_the_text_that_brought_it(desk, wire):
    agency = make_source("Norland Press")
    apart = make_article(cluster=Cluster.objects.create(origin=agency, basis="credit"))
    pressed_undo(desk, asked(wire.articles.first(), apart))
    wire.refresh_from_db()
    apart.refresh_from_db()
    assert (wire.origin, wire.basis) == (None, "unknown")
    assert (apart.cluster.origin, apart.cluster.basis) == (agency, "credit")


def test_one_text_is_not_taken_back_once_the_articles_were_parted(desk, nora, wire):
    apart = make_article()
    pair = asked(wire.articles.first(), apart)
    answer = desk.post(reverse("answer-texts", args=[pair.pk]), {"same": "1"}, follow=True)
    [notice] = answer.context["messages"]
    third = wire.articles.order_by("pk")[1]
    apart.refresh_from_db()
    regroup.take_out([apart], nora, "Its own report.")
    TextPair.objects.filter(pk=pair.pk).update(same=True)
    assert "the texts were regrouped since" in desk.post(notice.extra_tags, follow=True).text
    third.refresh_from_db()
    assert third.cluster_id == wire.pk


@pytest.mark.parametrize("name", ["take-out", "put-back", "text-origin", "answer-texts"])
def test_a_viewer_decides_nothing_about_copies(client, tom, wire, name):
    client.force_login(tom)
    pair = asked(*wire.articles.all()[:2])
    key = pair.pk if name == "answer-texts" else wire.pk
    assert client.post(reverse(name, args=[key]), {"because": "No."}).status_code == 403
    assert wire.articles.count() == 3
