"""The vocabulary of tags: made by choice, reworded, merged, taken apart."""

import pytest
from django.urls import reverse

from sources.curating import vocabulary
from sources.models import Source, Tag
from tests.factories import make_article, make_claim, make_source
from tests.tracker.test_desk import make_tag
from tests.tracker.test_pages import linked, queries

pytestmark = pytest.mark.django_db
NEW = {"label_en": "state broadcaster", "label_fr": "", "group": "state_media", "stated_by": ""}


def worn(source):
    return set(source.source_tags.values_list("tag__slug", flat=True))


def test_an_editor_makes_a_tag_by_choosing_its_group(desk):
    desk.post("/sources/tags/", NEW)
    tag = Tag.objects.get()
    assert (tag.slug, tag.group) == ("state-broadcaster", "state_media")


def test_no_tag_comes_from_an_enter_in_its_first_field(desk):
    answer = desk.post("/sources/tags/", NEW | {"group": "none"})
    assert (answer.status_code, Tag.objects.count()) == (422, 0)
    assert "Choose a group." in answer.content.decode()


def test_a_leaning_says_who_states_it(desk):
    leaning = NEW | {"label_en": "left of centre", "group": "leaning"}
    assert "Say who states this leaning." in desk.post("/sources/tags/", leaning).content.decode()
    desk.post("/sources/tags/", leaning | {"stated_by": "A study of 2024"})
    assert Tag.objects.get().label == "left of centre (A study of 2024)"


def test_two_may_state_the_same_leaning_of_a_source(desk):
    leaning = NEW | {"label_en": "left of centre", "group": "leaning"}
    for study in ("One study", "Another study"):
        desk.post("/sources/tags/", leaning | {"stated_by": study})
    assert {tag.slug for tag in Tag.objects.all()} == {"left-of-centre", "left-of-centre-2"}


def test_a_label_stands_for_one_tag(desk):
    make_tag()
    answer = desk.post("/sources/tags/", NEW | {"label_en": "QUEBEC"})
    assert "There is a tag “Quebec” already." in answer.content.decode()


def test_a_tag_of_another_script_gets_a_slug(desk):
    desk.post("/sources/tags/", NEW | {"label_en": "官媒"})
    assert Tag.objects.get().slug == "tag"


def test_a_viewer_reads_the_vocabulary_and_changes_nothing(client, tom):
    tag = make_tag()
    client.force_login(tom)
    assert "Quebec" in client.get("/sources/tags/").content.decode()
    assert client.post("/sources/tags/", NEW).status_code == 403
    assert client.post(f"/sources/tags/{tag.slug}/", NEW).status_code == 403
    assert client.post(f"/sources/tags/{tag.slug}/merge/", {"into": 1}).status_code == 403
    assert client.post(f"/sources/tags/{tag.slug}/unmerge/").status_code == 403


def test_rewording_a_tag_keeps_its_address_and_is_in_the_history(desk):
    make_tag()
    desk.post("/sources/tags/quebec/", NEW | {"label_en": "Province of Quebec", "group": "region"})
    assert Tag.objects.get().slug == "quebec"
    told = desk.get(reverse("history"), {"kind": "word"}).content.decode()
    assert "Label in English: “Province of Quebec”, before that “Quebec”." in told


def test_merging_moves_every_source_and_keeps_who_tagged_it(desk, nora, ada):
    old, new = make_tag("dailies", "dailies"), make_tag("daily", "daily")
    one, both = make_source(), make_source()
    given = one.tag(old, ada)
    both.tag(old, ada)
    both.tag(new, nora)
    given.refresh_from_db()
    desk.post("/sources/tags/dailies/merge/", {"into": new.pk})
    assert worn(one) == worn(both) == {"daily"}
    assert (one.source_tags.get().by, one.source_tags.get().at) == (ada, given.at)
    assert both.source_tags.get().by == nora


def test_an_address_that_names_a_merged_tag_means_what_it_became(desk, nora):
    old, new = make_tag("dailies", "dailies"), make_tag("daily", "daily")
    source = make_source("An outlet")
    source.tag(old, nora)
    vocabulary.merge(old, new)
    found = desk.get("/sources/", {"tag": "dailies"}).context["rows"]
    assert [row["source"] for row in found] == [source]


def test_a_merged_tag_taken_apart_stands_where_it_stood(desk, nora):
    old, new = make_tag("dailies", "dailies"), make_tag("daily", "daily")
    one, both, other = make_source(), make_source(), make_source()
    for source, tag in ((one, old), (both, old), (both, new), (other, new)):
        source.tag(tag, nora)
    desk.post("/sources/tags/dailies/merge/", {"into": new.pk})
    desk.post("/sources/tags/dailies/unmerge/")
    assert (worn(one), worn(both), worn(other)) == ({"dailies"}, {"dailies", "daily"}, {"daily"})
    assert Tag.objects.standing().count() == 2


def test_a_tag_is_not_merged_into_itself(desk):
    tag = make_tag()
    with pytest.raises(vocabulary.VocabularyError):
        vocabulary.merge(tag, tag)


def test_the_vocabulary_costs_the_same_queries_whatever_its_size(desk):
    make_tag()
    few = queries(desk, "/sources/tags/")
    for n in range(20):
        make_tag(f"tag-{n}", f"Tag {n}")
    assert queries(desk, "/sources/tags/") == few


# --- a note on reliability ----------------------------------------------------------------------


def test_a_note_is_dated_and_signed_and_a_later_one_takes_its_place(desk, nora):
    source = make_source()
    for text in ("Corrects promptly.", "Corrects late, since the sale."):
        desk.post(f"/sources/{source.slug}/note/", {"text": text})
    shown = desk.get("/sources/").context["rows"][0]["source"].note
    assert (shown.text, shown.by) == ("Corrects late, since the sale.", nora)
    assert source.notes.count() == 2


def test_a_note_can_be_withdrawn_and_stand_again(desk):
    source = make_source()
    desk.post(f"/sources/{source.slug}/note/", {"text": "Corrects promptly."})
    note = source.notes.get()
    desk.post(f"/sources/desk/notes/{note.pk}/withdraw/")
    assert Source.objects.get().note is None
    desk.post(f"/sources/desk/notes/{note.pk}/withdraw/")
    assert Source.objects.get().note == note
    told = desk.get(reverse("history"), {"kind": "note"}).content.decode()
    assert "Withdrew the note “Corrects promptly.”." in told


def test_only_editors_sign_notes(client, tom, cleo):
    source = make_source()
    for person in (tom, cleo):
        client.force_login(person)
        answer = client.post(f"/sources/{source.slug}/note/", {"text": "Not mine to say."})
        assert answer.status_code == 403


def test_a_note_changes_no_figure_and_leaves_with_no_export(desk, nora):
    claim = make_claim()
    article = make_article(source=make_source("A noted outlet"))
    linked(claim, nora, article=article)
    address = f"/stories/{claim.story.slug}/"
    taken = ["take/claims.csv", "take/evidence.csv", "claims/1/claim.jsonld"]
    before = [desk.get(address + name).getvalue() for name in taken]
    desk.post(f"/sources/{article.source.slug}/note/", {"text": "zanzibar reliability"})
    after = [desk.get(address + name).getvalue() for name in taken]
    assert after == before
    assert b"zanzibar" not in desk.get(address).content


def test_each_group_of_the_vocabulary_stands_once_with_its_tags_by_label(desk):
    for label, group in [("Weekly", "kind"), ("Ontario", "region"), ("Daily", "kind")]:
        Tag.objects.create(slug=label.lower(), label_en=label, group=group)
    page = desk.get("/sources/tags/").content.decode()
    assert page.count("Kind of outlet</h2>") == 1
    assert page.index("Daily") < page.index("Weekly") < page.index("Ontario")
