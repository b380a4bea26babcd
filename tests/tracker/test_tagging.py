"""Tagging sources: one or hundreds in one act, seen before it is done, taken back whole."""

import pytest
from django.urls import reverse

from sources.models import SourceTag, Tag
from tests.factories import make_source
from tests.tracker.test_desk import make_tag
from tests.tracker.test_pages import queries

pytestmark = pytest.mark.django_db


def act(client, sources, tag="quebec", verb="tag", **values):
    data = {"tag": tag, "verb": verb, "source": [one.pk for one in sources], **values}
    return client.post("/sources/desk/tag/", data)


def do(client, sources, tag="quebec", verb="tag", **values):
    return act(client, sources, tag, verb, confirm="1", **values)


def slugs(source):
    return set(source.source_tags.values_list("tag__slug", flat=True))


def undo_last(client):
    """Press "Undo" on the page that says what was done."""
    page = client.get("/sources/").content.decode()
    place = page.split('action="/sources/desk/tag/undo/')[1].split('"')[0]
    return client.post(f"/sources/desk/tag/undo/{place}")


# --- what would change --------------------------------------------------------------------------


def test_tagging_several_sources_first_says_exactly_which_would_change(desk, nora):
    tag = make_tag()
    has, lacks, another = make_source("Has it"), make_source("Lacks it"), make_source("Lacks too")
    has.tag(tag, nora)
    answer = act(desk, [has, lacks, another])
    shown = answer.content.decode()
    assert [change.source for change in answer.context["changes"]] == [lacks, another]
    assert "2 sources would change; added: Quebec." in shown
    assert "1 stays as it is." in shown
    assert slugs(lacks) == set()


def test_what_the_preview_names_is_what_is_done(desk):
    make_tag()
    one, two = make_source(), make_source()
    keys = act(desk, [one, two]).context["keys"]
    make_source()
    desk.post("/sources/desk/tag/", {"tag": "quebec", "verb": "tag", "source": keys, "confirm": 1})
    assert SourceTag.objects.count() == 2


def test_one_source_is_tagged_at_once_by_whom_and_when(desk, nora):
    make_tag()
    source = make_source()
    act(desk, [source])
    given = source.source_tags.get()
    assert (given.tag.slug, given.by) == ("quebec", nora)
    assert given.at is not None


def test_several_tags_go_on_with_commas_between(desk):
    make_tag()
    make_tag("daily", "Daily")
    source = make_source()
    act(desk, [source], "Québec, quebec, daily".removeprefix("Québec, "))
    assert slugs(source) == {"quebec", "daily"}


def test_a_tag_is_found_by_its_label_in_either_language(desk):
    make_tag(label_fr="Québec")
    source = make_source()
    act(desk, [source], "québec")
    assert slugs(source) == {"quebec"}


def test_a_leaning_is_found_as_it_is_shown(desk):
    make_tag("left-a", "left of centre", group="leaning", stated_by="A study")
    make_tag("left-b", "left of centre", group="leaning", stated_by="Another study")
    source = make_source()
    act(desk, [source], "left of centre (Another study)")
    assert slugs(source) == {"left-b"}


@pytest.mark.parametrize("confirm", [{}, {"confirm": "1"}])
def test_a_word_that_is_no_tag_makes_none_however_often_it_is_sent(desk, confirm):
    answer = act(desk, [make_source(), make_source()], "Prairies", **confirm)
    assert answer.status_code == 422
    assert "There is no tag “Prairies”." in answer.content.decode()
    assert "/sources/tags/?new=Prairies#new" in answer.content.decode()
    assert not Tag.objects.exists()


def test_tagging_needs_a_ticked_source(desk):
    make_tag()
    assert "Tick the sources first." in act(desk, []).content.decode()


def test_everything_that_fits_the_filter_can_be_tagged_not_only_what_is_ticked(desk):
    make_tag()
    agencies = [make_source(kind="agency") for _ in range(3)]
    other = make_source(kind="court")
    answer = act(desk, [], everything="on", view="kind=agency")
    assert {change.source for change in answer.context["changes"]} == set(agencies)
    assert other not in [change.source for change in answer.context["changes"]]


# --- remove, replace ----------------------------------------------------------------------------


def test_removing_takes_the_tag_off_and_leaves_the_others(desk, nora):
    tag, other = make_tag(), make_tag("daily", "daily")
    one, two = make_source(), make_source()
    for source in (one, two):
        source.tag(tag, nora)
        source.tag(other, nora)
    do(desk, [one, two], verb="untag")
    assert slugs(one) == slugs(two) == {"daily"}


def test_replacing_one_tag_touches_only_the_sources_that_carry_it(desk, nora):
    old, new = make_tag("dailies", "dailies"), make_tag("daily", "daily")
    wears, bare = make_source(), make_source()
    wears.tag(old, nora)
    wears.tag(make_tag(), nora)
    do(desk, [wears, bare], "daily", "replace", instead="dailies")
    assert (slugs(wears), slugs(bare)) == ({"daily", "quebec"}, set())
    assert new.source_tags.count() == 1


def test_replacing_without_more_leaves_the_new_tag_alone(desk, nora):
    make_tag("daily", "daily")
    source, other = make_source(), make_source()
    source.tag(make_tag(), nora)
    do(desk, [source, other], "daily", "replace")
    assert slugs(source) == slugs(other) == {"daily"}


def test_the_cross_on_a_tag_takes_that_one_off(desk, nora):
    tag, other = make_tag(), make_tag("daily", "daily")
    source = make_source()
    source.tag(tag, nora)
    source.tag(other, nora)
    desk.post("/sources/desk/tag/", {"one": f"untag~{source.pk}~quebec"})
    assert slugs(source) == {"daily"}


# --- one undo for the whole act -----------------------------------------------------------------


def test_one_undo_takes_the_whole_act_back_and_nothing_else(desk, nora):
    tag = make_tag()
    had_it, *fresh = (make_source() for _ in range(4))
    had_it.tag(tag, nora)
    do(desk, [had_it, *fresh])
    undo_last(desk)
    assert slugs(had_it) == {"quebec"}
    assert [slugs(source) for source in fresh] == [set()] * 3


def test_undoing_a_removal_keeps_who_tagged_first_and_when(desk, nora, ada):
    tag = make_tag()
    sources = [make_source(), make_source()]
    before = [source.tag(tag, ada) for source in sources]
    for given in before:
        given.refresh_from_db()
    do(desk, sources, verb="untag")
    undo_last(desk)
    again = [source.source_tags.get() for source in sources]
    assert [(one.by, one.at) for one in again] == [(one.by, one.at) for one in before]


def test_an_undo_can_be_undone(desk):
    make_tag()
    sources = [make_source(), make_source()]
    do(desk, sources)
    undo_last(desk)
    undo_last(desk)
    assert [slugs(source) for source in sources] == [{"quebec"}] * 2


def test_undoing_leaves_a_tag_that_somebody_put_on_again_since(desk, nora, ada):
    tag = make_tag()
    source, other = make_source(), make_source()
    answer = do(desk, [source, other])
    assert answer.status_code == 302
    source.untag(tag)
    source.tag(tag, ada)
    undo_last(desk)
    assert (slugs(source), slugs(other)) == ({"quebec"}, set())


def test_the_history_has_a_row_for_each_source_under_one_act(desk):
    make_tag()
    sources = [make_source(f"Outlet of the act {n}") for n in range(3)]
    do(desk, sources)
    listed = desk.get(reverse("history"), {"kind": "tag"})
    (told,) = listed.context["acts"]
    assert "and 2 more changes in the same act" in listed.content.decode()
    whole = desk.get(reverse("history"), {"act": told.act})
    said = [act.said[0] for act in whole.context["acts"]]
    assert sorted(said) == [f"Tagged Outlet of the act {n} “Quebec”." for n in range(3)]
    assert {act.by for act in whole.context["acts"]} == {"nora"}


def test_an_act_is_taken_back_from_the_history_too(desk):
    make_tag()
    sources = [make_source(), make_source()]
    do(desk, sources)
    (told,) = desk.get(reverse("history"), {"kind": "tag"}).context["acts"]
    page = desk.get(reverse("history"), {"act": told.act}).content.decode()
    assert f'action="/sources/desk/tag/undo/{told.act}/"' in page
    desk.post(f"/sources/desk/tag/undo/{told.act}/")
    assert not SourceTag.objects.exists()


# --- who, and at what cost ----------------------------------------------------------------------


def test_a_viewer_can_neither_tag_nor_take_back(client, tom, cleo):
    make_tag()
    for person in (tom, cleo):
        client.force_login(person)
        assert act(client, [make_source()]).status_code == 403
        undo = "/sources/desk/tag/undo/00000000-0000-0000-0000-000000000000/"
        assert client.post(undo).status_code == 403
    assert "Add the tag" not in client.get("/sources/").content.decode()


@pytest.mark.parametrize("confirm", [{}, {"confirm": "1"}])
def test_an_act_costs_the_same_queries_whatever_its_size(
    desk, confirm, django_assert_max_num_queries
):
    make_tag()
    few, many = ([make_source() for _ in range(n)] for n in (2, 60))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    numbers = []
    for sources in (few, many):
        with CaptureQueriesContext(connection) as asked:
            act(desk, sources, **confirm)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_the_history_costs_the_same_queries_however_large_the_acts(desk):
    make_tag()
    do(desk, [make_source(), make_source()])
    few = queries(desk, "/history/")
    do(desk, [make_source() for _ in range(40)])
    assert queries(desk, "/history/") == few
