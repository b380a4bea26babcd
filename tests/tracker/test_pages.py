"""The pages people read: what stands on them, for whom, and at what price."""

from datetime import date, datetime

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone, translation

from sources.models import Cluster, Fetch, Source, Version
from tests.conftest import member
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
from tracker.models import Anchor, Evidence, Status, StatusChange, StoryArticle
from tracker.passages import linking
from tracker.passages.linking import Reading
from tracker.templatetags.claimline import language_name

pytestmark = pytest.mark.django_db

PASSAGE = "The embassy denied that any police station exists in Canada."


def linked(claim, nora, *, article=None, words=PASSAGE, **reading):
    article = article or make_article()
    start = article.current_version.text.index(words)
    reading = Reading(**{"stance": "reports", **reading})
    return linking.link(claim, article.current_version, start, start + len(words), reading, nora)


def status(claim, slug, by, on=date(2023, 3, 9), **values):
    return StatusChange.objects.create(
        claim=claim,
        status=Status.objects.get(pk=slug),
        by_kind=by,
        effective_on=on,
        why="Said so.",
        **values,
    )


def page(client, name, *args, **query):
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def queries(client, address, django_assert_max_num_queries=None):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


# --- the stories ----------------------------------------------------------------------------


def test_the_first_page_is_the_story_when_there_is_only_one(desk):
    story = make_story()
    assert desk.get("/").url == f"/stories/{story.slug}/"


def test_the_first_page_lists_the_stories_when_there_are_several(desk):
    one, two = make_story(), make_story()
    assert desk.get("/").url == "/stories/"
    listed = page(desk, "stories")
    assert one.title in listed
    assert two.title in listed


def test_a_newsroom_without_a_story_is_told_what_a_story_is(desk):
    assert "No story yet" in page(desk, "stories")


def test_a_confidential_story_does_not_exist_for_who_is_not_a_member(desk):
    story = make_story(confidential=True)
    assert story.title not in page(desk, "stories")
    assert desk.get(f"/stories/{story.slug}/").status_code == 404


def test_a_visitor_is_sent_to_sign_in(client):
    assert client.get("/inbox/").url == "/sign-in/?next=/inbox/"


def test_a_wrong_password_is_answered_in_words(client, nora):
    answer = client.post("/sign-in/", {"login": "nora", "password": "wrong"})
    assert "do not match" in answer.content.decode()


# --- the timeline ---------------------------------------------------------------------------

JULY = datetime(2024, 7, 15, 12, 30, tzinfo=timezone.get_default_timezone())


def side(shown):
    """What stands under the stance of the first row."""
    return shown.partition('class="when">')[2].partition("</span>")[0]


def published(at=JULY, **values):
    return make_article(sort_at=at, published_at=at, published_precision="minute", **values)


def test_under_the_day_of_an_event_no_time_of_the_article_stands(desk, nora):
    claim = make_claim()
    linked(claim, nora, article=published(), event_on=date(2024, 7, 13))
    shown = page(desk, "story", claim.story.slug)
    assert "Saturday 13 July 2024" in shown
    assert side(shown) == ""
    assert "published 15 Jul 2024, 12:30" in shown


def test_without_the_day_of_an_event_a_row_stands_under_its_publication_with_the_time(desk, nora):
    claim = make_claim()
    linked(claim, nora, article=published())
    shown = page(desk, "story", claim.story.slug)
    assert "Monday 15 July 2024" in shown
    assert side(shown) == "12:30"
    assert "published 15 Jul" not in shown


def test_an_event_on_the_day_of_the_publication_repeats_neither_day_nor_time(desk, nora):
    claim = make_claim()
    linked(claim, nora, article=published(), event_on=date(2024, 7, 15))
    shown = page(desk, "story", claim.story.slug)
    assert side(shown) == ""
    assert "published 15 Jul" not in shown


def test_a_publication_known_to_the_day_shows_no_time(desk, nora):
    claim = make_claim()
    article = make_article(sort_at=JULY, published_at=JULY, published_precision="day")
    linked(claim, nora, article=article)
    assert side(page(desk, "story", claim.story.slug)) == ""


def test_within_a_day_the_last_published_stands_first(desk, nora):
    story = make_story()
    late, early = make_claim(story), make_claim(story)
    linked(late, nora, article=published())
    linked(early, nora, article=published(JULY.replace(hour=7)))
    cards = desk.get(f"/stories/{story.slug}/").context["page"].days[0].entries
    assert [entry.what.claim for entry in cards] == [late.pk, early.pk]


def test_an_outlet_that_is_an_origin_has_its_name_in_the_filter(desk, nora):
    claim = make_claim()
    outlet = make_source("A made-up herald")
    linked(claim, nora, article=make_article(source=outlet), independent="yes")
    shown = page(desk, "story", claim.story.slug)
    assert f'<option value="source:{outlet.pk}">A made-up herald (1)</option>' in shown


def test_the_timeline_shows_the_passage_its_chain_and_its_claim(desk, nora):
    claim = make_claim()
    linked(claim, nora, chain="an unnamed source")
    shown = page(desk, "story", claim.story.slug)
    assert PASSAGE in shown
    assert "an unnamed source" in shown
    assert 'title="Not named in the article"' in shown
    assert claim.title in shown


def test_claims_no_court_settled_are_shown_as_alleged(desk, nora):
    claim = make_claim()
    linked(claim, nora)
    assert "Alleged:" in page(desk, "story", claim.story.slug)


def test_a_claim_a_court_settled_is_not_shown_as_alleged(desk):
    claim = make_claim()
    status(claim, "convicted", "court")
    assert "Alleged:" not in page(desk, "claim", claim.story.slug, claim.number)


def test_a_status_stands_with_by_whom_and_since_when(desk):
    claim = make_claim()
    status(claim, "under-investigation", "police")
    shown = page(desk, "claim", claim.story.slug, claim.number)
    assert "under investigation" in shown
    assert "police, since 9 Mar 2023" in shown


def test_copies_of_one_text_are_one_card_and_one_mark(desk, nora):
    claim, cluster, minister = (
        make_claim(),
        Cluster.objects.create(),
        make_speaker("A made-up minister"),
    )
    for _ in range(3):
        linked(claim, nora, article=make_article(cluster=cluster), speaker=minister)
    answer = desk.get(f"/stories/{claim.story.slug}/")
    assert len(answer.context["cards"]) == 1
    assert answer.context["figures"].origins == 1
    assert "+2 articles carry it" in answer.content.decode()


def test_filters_are_in_the_address(desk, nora):
    story = make_story()
    one, two = make_claim(story), make_claim(story)
    linked(one, nora, stance="supports")
    linked(two, nora, stance="disputes")
    answer = desk.get(f"/stories/{story.slug}/", {"stance": "disputes"})
    assert [card.lead.claim.pk for card in answer.context["cards"].values()] == [two.pk]


def test_a_filter_that_leaves_nothing_says_so_and_offers_the_way_back(desk, nora):
    claim = make_claim()
    linked(claim, nora)
    shown = page(desk, "story", claim.story.slug, stance="denies")
    assert "No statement matches these filters." in shown
    assert "Clear the filters" in shown


def test_a_first_day_after_the_last_is_said_to_be(desk, nora):
    claim = make_claim()
    linked(claim, nora)
    query = {"from": "2023-05-01", "to": "2023-04-01"}
    assert "The first day is after the last" in page(desk, "story", claim.story.slug, **query)


@pytest.mark.parametrize(("side", "words"), [("from", "garbage"), ("to", "2023-99-99")])
def test_a_word_that_is_no_date_is_said_to_be_none_and_the_rest_holds(desk, nora, side, words):
    story = make_story()
    one, two = make_claim(story), make_claim(story)
    linked(one, nora, stance="supports")
    linked(two, nora, stance="disputes")
    answer = desk.get(f"/stories/{story.slug}/", {side: words, "stance": "disputes"})
    assert f"“{words}” is no date" in answer.content.decode()
    assert [card.lead.claim.pk for card in answer.context["cards"].values()] == [two.pk]


@pytest.mark.parametrize(("side", "words"), [("claim", "9999"), ("stance", "x"), ("source", "cbc")])
def test_a_value_the_page_does_not_offer_is_said_to_be_none_and_the_rest_holds(
    desk, nora, side, words
):
    story = make_story()
    linked(make_claim(story), nora)
    answer = desk.get(f"/stories/{story.slug}/", {side: words, "lang": "en"})
    assert f"“{words}” is none of the choices here" in answer.content.decode()
    assert len(answer.context["cards"]) == 1


def test_values_the_page_offers_are_not_remarked_on(desk, nora):
    claim = make_claim()
    evidence = linked(claim, nora, stance="supports")
    source = evidence.version.article.source.pk
    query = {"claim": claim.number, "stance": "supports", "source": source}
    assert desk.get(f"/stories/{claim.story.slug}/", query).context["faults"] == []


def test_dates_that_are_dates_are_not_remarked_on(desk, nora):
    claim = make_claim()
    linked(claim, nora)
    query = {"from": "2023-04-01", "to": "2023-04-30"}
    assert desk.get(f"/stories/{claim.story.slug}/", query).context["faults"] == []


@pytest.mark.parametrize(
    "query",
    ["claim=x", "from=2023-99-99", "before=zzz", "speaker=none:0", "stance=loves", "claim=99"],
)
def test_nonsense_in_the_address_does_no_harm(desk, nora, query):
    claim = make_claim()
    linked(claim, nora)
    assert desk.get(f"/stories/{claim.story.slug}/?{query}").status_code == 200


def test_the_list_alone_is_sent_when_the_list_alone_is_asked_for(desk, nora):
    claim = make_claim()
    linked(claim, nora)
    headers = {"HX-Request": "true", "HX-Target": "section#list"}
    part = desk.get(f"/stories/{claim.story.slug}/", headers=headers).content.decode()
    assert part.lstrip().startswith('<section id="list"')
    assert "<html" not in part


def test_the_timeline_costs_the_same_queries_whatever_its_size(desk, nora):
    claim = make_claim()
    linked(claim, nora)
    address = f"/stories/{claim.story.slug}/"
    desk.get(address)
    few = queries(desk, address)
    for _ in range(12):
        other = make_claim(claim.story)
        status(other, "reported", "newsroom")
        linked(other, nora, speaker=make_speaker("Somebody invented"))
    assert queries(desk, address) == few


def test_a_sample_story_is_stamped(desk):
    story = make_story(sample=True)
    assert 'class="sample"' in page(desk, "story", story.slug)
    assert 'class="sample"' not in page(desk, "story", make_story().slug)


def test_foreign_words_carry_their_language(desk, nora):
    claim = make_claim()
    article = make_article("La police enquête. Rien de plus.", language="fr")
    linked(claim, nora, article=article, words="La police enquête.")
    assert 'lang="fr"' in page(desk, "story", claim.story.slug)


# --- a claim --------------------------------------------------------------------------------


def test_a_claim_names_who_is_for_it_and_who_against(desk, nora):
    claim = make_claim()
    embassy, group = make_speaker("An invented embassy"), make_speaker("An invented group")
    claim.parties.add(embassy)
    linked(claim, nora, stance="denies", denies_what="that there are any", speaker=embassy)
    linked(claim, nora, stance="supports", speaker=group)
    answer = desk.get(f"/stories/{claim.story.slug}/claims/{claim.number}/")
    assert answer.context["sides"] == {
        "denies": [("An invented embassy", True)],
        "supports": [("An invented group", False)],
    }
    shown = answer.content.decode()
    assert "party concerned" in shown
    assert "that there are any" in shown


def test_a_claim_shows_no_percentage(desk, nora):
    claim = make_claim()
    linked(claim, nora)
    shown = page(desk, "claim", claim.story.slug, claim.number)
    body = shown[shown.index("<main") : shown.index("</main>")]
    assert "%" not in body


def test_a_figure_opens_exactly_the_rows_it_counted(desk, nora):
    claim, speaker = make_claim(), make_speaker("A counted speaker")
    counted = linked(claim, nora, speaker=speaker)
    linked(claim, nora)  # of unknown lineage
    answer = desk.get(f"/stories/{claim.story.slug}/claims/{claim.number}/counted/origins/")
    assert [one.pk for _, one in answer.context["rows"]] == [counted.pk]


def test_a_figure_of_articles_has_one_group_for_each_article(desk, nora):
    claim = make_claim()
    article = make_article(title="Said twice in one article")
    linked(claim, nora, article=article)
    linked(claim, nora, article=article, words="The weather stayed mild.")
    linked(claim, nora)
    address = reverse("counted", args=[claim.story.slug, claim.number, "articles"])
    answer = desk.get(address)
    assert [len(group.rows) for group in answer.context["groups"]] == [2, 1]
    assert answer.context["number"] == 2
    assert "Said twice in one article" in answer.content.decode()


@pytest.mark.parametrize("figure", ["origins", "articles", "sources", "unknown"])
def test_every_figure_of_a_story_opens_what_it_counted(desk, nora, figure):
    story = make_story()
    one, two = make_claim(story), make_claim(story)
    article = make_article()
    linked(one, nora, article=article, speaker=make_speaker("A made-up minister"))
    linked(two, nora, article=article)
    linked(two, nora)
    shown = desk.get(f"/stories/{story.slug}/")
    context = shown.context
    figures = {"sources": context["sources"]}
    expected = figures.get(figure) or getattr(context["figures"], figure)
    address = reverse("story-counted", args=[story.slug, figure])
    assert f'href="{address}"' in shown.content.decode()
    counted = desk.get(address)
    assert len(counted.context["groups"]) == counted.context["number"] == expected


def test_the_figures_of_a_lane_open_what_they_counted(desk, nora):
    claim = make_claim()
    linked(claim, nora, stance="supports", speaker=make_speaker("A made-up minister"))
    shown = page(desk, "story", claim.story.slug)
    for figure in ("origins", "articles"):
        address = reverse("counted", args=[claim.story.slug, claim.number, figure])
        assert shown.count(f'href="{address}"') >= 2


def test_a_figure_there_is_not_is_not_found(desk):
    assert desk.get(f"/stories/{make_story().slug}/counted/echoes/").status_code == 404

    claim = make_claim()
    assert desk.get(f"/stories/{claim.story.slug}/claims/1/counted/echoes/").status_code == 404


def test_a_claim_can_be_seen_as_it_stood_on_a_day(desk, nora):
    claim = make_claim()
    linked(claim, nora)
    then = desk.get(f"/stories/{claim.story.slug}/claims/{claim.number}/", {"as-of": "2023-01-01"})
    assert then.context["figures"].articles == 0
    assert "This is what we knew" in then.content.decode()


def test_a_retracted_claim_says_who_retracted_it(desk):
    claim = make_claim()
    status(claim, "retracted", "newsroom")
    assert "Retracted by newsroom on 9 Mar 2023" in page(
        desk, "claim", claim.story.slug, claim.number
    )


def test_a_claim_costs_the_same_queries_whatever_its_evidence(desk, nora):
    claim = make_claim()
    linked(claim, nora)
    address = f"/stories/{claim.story.slug}/claims/{claim.number}/"
    desk.get(address)
    few = queries(desk, address)
    for _ in range(9):
        linked(claim, nora, speaker=make_speaker("Somebody invented"))
    assert queries(desk, address) == few


# --- an article -----------------------------------------------------------------------------


def test_evidence_is_marked_in_the_text_by_stance_and_number(desk, nora):
    evidence = linked(make_claim(), nora, stance="supports")
    shown = page(desk, "article", evidence.version.article_id)
    assert f'<mark class="supports" data-key="e{evidence.pk}" id="e{evidence.pk}">' in shown
    assert f'href="#n-e{evidence.pk}"' in shown


def test_a_suggestion_is_marked_differently_from_evidence(desk):
    suggestion = make_suggestion()
    shown = page(desk, "article", suggestion.article_id)
    assert f'<mark class="suggested" data-key="s{suggestion.pk}"' in shown
    assert "By the machine; nobody has decided." in shown


def test_what_an_outlet_publishes_is_never_run(desk):
    article = make_article(
        "<script>alert(1)</script> said the invented outlet.", title="<img src=x>"
    )
    shown = page(desk, "article", article.pk)
    assert "<script>alert" not in shown
    assert "<img src=x>" not in shown


def test_a_passage_that_moved_is_marked_where_it_stands_now(desk, nora):
    evidence = linked(make_claim(), nora)
    version = add_version(evidence.version.article, f"Corrected.\n{NEWS}")
    start = version.text.index(PASSAGE)
    Anchor.objects.create(
        evidence=evidence,
        version=version,
        state="moved",
        start=start,
        end=start + len(PASSAGE),
        score=1,
    )
    shown = page(desk, "article", version.article_id)
    assert f">{PASSAGE}</mark>" in shown
    assert "moved" in shown


def test_a_passage_that_is_gone_is_kept_and_flagged(desk, nora):
    evidence = linked(make_claim(), nora)
    version = add_version(evidence.version.article, "Everything was rewritten.")
    Anchor.objects.create(evidence=evidence, version=version, state="gone", score=0)
    shown = page(desk, "article", version.article_id)
    assert "no longer in the text" in shown
    assert f"?v=1#e={evidence.pk}" in shown


def test_evidence_of_a_confidential_story_does_not_show_in_its_article(client, nora, tom):
    story = make_story(confidential=True)
    story.members.add(nora)
    evidence = linked(make_claim(story), nora)
    client.force_login(tom)
    assert f"e{evidence.pk}" not in page(client, "article", evidence.version.article_id)


def test_provenance_shows_the_hash_of_the_text(desk):
    assert "00" * 32 in page(desk, "provenance", make_article().pk)


def test_provenance_shows_each_date_with_where_it_came_from(desk, nora):
    article = make_article(author="A. Writer", published_from="jsonld", state_detail="whole")
    linked(make_claim(), nora, article=article, event_on=date(2023, 3, 9))
    shown = page(desk, "provenance", article.pk)
    assert "9 Mar 2023" in shown
    assert "given with a passage for C1 by nora" in shown
    assert "from the page&#x27;s structured data" in shown
    assert "by our clock" in shown
    for words in ("A. Writer", "full text", article.url, "America/Toronto"):
        assert words in shown


def test_provenance_shows_how_the_answer_came_beside_both_hashes(desk):
    article = make_article()
    hops = [[301, "https://outlet.example/old", "https://outlet.example/new"]]
    fetch = Fetch.objects.create(
        article=article, host="outlet.example", outcome="ok", url="https://outlet.example/old",
        final_url="https://outlet.example/new", hops=hops, status=200, seconds=0.4,
    )  # fmt: skip
    Version.objects.filter(article=article).update(fetch=fetch, raw_sha256="ab" * 32)
    shown = page(desk, "provenance", article.pk)
    assert "answered in 0.4 s with 200" in shown
    assert "301 https://outlet.example/old" in shown
    assert "ab" * 32 in shown
    assert "00" * 32 in shown


def test_provenance_quotes_the_words_that_credit_the_origin(desk):
    wire = make_source("Meridian Wire", kind="agency")
    article = make_article(
        f"OTTAWA (Meridian Wire) — {NEWS}",
        cluster=Cluster.objects.create(origin=wire, basis="credit"),
    )
    shown = page(desk, "provenance", article.pk)
    assert "credited in the text: “OTTAWA (Meridian Wire) —”" in shown


def test_links_out_send_no_referrer(desk):
    article = make_article()
    shown = page(desk, "article", article.pk)
    assert f'<a href="{article.url}" rel="noreferrer noopener external">' in shown


def test_the_address_of_a_passage_opens_its_article_at_the_mark(desk, nora):
    evidence = linked(make_claim(), nora)
    answer = desk.get(f"/stories/{evidence.claim.story.slug}/evidence/{evidence.pk}/")
    assert answer.url == f"/articles/{evidence.version.article_id}/#e{evidence.pk}"


# --- editing --------------------------------------------------------------------------------


def passage(article, claim, **values):
    return {
        "version": article.current_version_id,
        "quote": PASSAGE,
        "claim": claim.pk,
        "stance": "reports",
        "said_by": "outlet",
        **values,
    }


def test_an_editor_links_a_passage_by_its_words(desk):
    claim, article = make_claim(), make_article()
    desk.post(f"/articles/{article.pk}/link/", passage(article, claim))
    evidence = Evidence.objects.get()
    assert evidence.exact == PASSAGE
    assert evidence.start == NEWS.index(PASSAGE)


def test_nobody_is_named_as_the_speaker_unless_somebody_chose_it(desk):
    claim, article = make_claim(), make_article()
    answer = desk.post(f"/articles/{article.pk}/link/", passage(article, claim, said_by=""))
    assert answer.status_code == 422
    assert not Evidence.objects.exists()


def test_a_denial_has_to_say_what_it_denies(desk):
    claim, article = make_claim(), make_article()
    answer = desk.post(f"/articles/{article.pk}/link/", passage(article, claim, stance="denies"))
    assert "Say what the passage denies." in answer.content.decode()


def test_words_that_are_not_in_the_text_are_not_linked(desk):
    claim, article = make_claim(), make_article()
    answer = desk.post(f"/articles/{article.pk}/link/", passage(article, claim, quote="It snowed."))
    assert "These words are not in the text." in answer.content.decode()


def test_a_viewer_cannot_link(client, tom):
    client.force_login(tom)
    article = make_article()
    answer = client.post(f"/articles/{article.pk}/link/", passage(article, make_claim()))
    assert answer.status_code == 403


def test_withdrawn_evidence_can_be_restored(desk, nora):
    evidence = linked(make_claim(), nora)
    answer = desk.post(f"/evidence/{evidence.pk}/withdraw/", {"because": "A wrong reading."})
    evidence.refresh_from_db()
    assert evidence.withdrawn_because == "A wrong reading."
    (message,) = get_messages(answer.wsgi_request)
    desk.post(message.extra_tags)
    evidence.refresh_from_db()
    assert evidence.withdrawn_at is None


def test_a_claim_with_unreadable_terms_is_refused(desk):
    claim = make_claim()
    answer = desk.post(
        f"/stories/{claim.story.slug}/claims/{claim.number}/edit/",
        {"title": "T", "statement": "S.", "terms": "(open"},
    )
    assert answer.status_code == 422


def test_a_new_claim_gets_the_next_number(client, ada):
    client.force_login(ada)
    first = make_claim()
    client.post(
        f"/stories/{first.story.slug}/claims/new/", {"title": "T", "statement": "S.", "terms": ""}
    )
    assert list(first.story.claims.values_list("number", flat=True)) == [1, 2]


def test_an_article_can_be_taken_out_of_a_story_and_put_back(desk, nora):
    row = StoryArticle.objects.create(story=make_story(), article=make_article())
    address = f"/stories/{row.story.slug}/articles/{row.article_id}/dismiss/"
    desk.post(address)
    row.refresh_from_db()
    assert row.dismissed_by == nora
    desk.post(address)
    row.refresh_from_db()
    assert row.dismissed_by is None


def test_the_interface_speaks_the_language_somebody_chose(desk, nora):
    desk.post("/preferences/", {"language": "fr", "shortcuts": ""})
    nora.refresh_from_db()
    assert (nora.language, nora.shortcuts) == ("fr", False)
    assert '<html lang="fr">' in page(desk, "inbox")


def test_single_keys_can_be_switched_off(desk, nora):
    assert "data-keys" in page(desk, "inbox")
    nora.shortcuts = False
    nora.save()
    assert "data-keys" not in page(desk, "inbox")


# --- what holds for all of them ---------------------------------------------------------------


def test_no_page_has_an_inline_style_or_script(desk, nora):
    claim = make_claim()
    evidence = linked(claim, nora)
    make_suggestion(claim)
    addresses = [
        "/stories/",
        f"/stories/{claim.story.slug}/",
        f"/stories/{claim.story.slug}/claims/1/",
        "/inbox/",
        "/sources/",
        "/ingest/",
        "/search/?q=embassy",
        f"/articles/{evidence.version.article_id}/",
        "/preferences/",
    ]
    for address in addresses:
        shown = desk.get(address).content.decode()
        assert " style=" not in shown, address
        assert " onclick=" not in shown, address
        inline = [part for part in shown.split("<script")[1:] if "src=" not in part.split(">")[0]]
        data = ('type="application/json"', 'type="application/ld+json"')  # which nothing runs
        assert all(any(kind in part.split(">")[0] for kind in data) for part in inline), address


def test_the_policy_trusts_nothing_but_us(desk):
    policy = desk.get("/inbox/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_component_sheet_is_there_while_developing_only(desk, settings):
    settings.DEBUG = False
    assert desk.get("/kit/").status_code == 404
    settings.DEBUG = True
    assert desk.get("/kit/").status_code == 200


def test_a_page_that_is_not_there_is_answered_in_our_words(desk):
    answer = desk.get("/nowhere/")
    assert answer.status_code == 404
    assert "Not here" in answer.content.decode()


def test_a_merged_source_leads_to_the_one_it_became(desk):
    kept = make_source()
    old = make_source(merged_into=kept)
    assert desk.get(f"/sources/{old.slug}/").url == f"/sources/{kept.slug}/"
    assert Source.objects.standing().count() == 1


def test_a_member_sees_a_confidential_story(client):
    mia = member("mia", "editor")
    story = make_story(confidential=True)
    story.members.add(mia)
    client.force_login(mia)
    assert client.get(f"/stories/{story.slug}/").status_code == 200


@pytest.mark.parametrize(
    ("reader", "code", "name"),
    [("en", "zh", "Chinese"), ("en", "fr", "French"), ("fr", "zh", "chinois"), ("en", "xq", "xq")],
)
def test_a_language_is_named_in_the_readers_own(reader, code, name):
    with translation.override(reader):
        assert language_name(code) == name
