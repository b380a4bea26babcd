"""The inbox: what is shown before a decision, what a decision does, and the way back."""

import pytest
from django.test import Client

from sources.models import Cluster, SourceTag, Tag
from tests.conftest import member
from tests.factories import (
    make_article,
    make_claim,
    make_source,
    make_speaker,
    make_story,
    make_suggestion,
)
from tracker.inbox import decisions
from tracker.models import Decision, Evidence, Speaker, Suggestion
from tracker.passages.linking import Reading
from tracker.suggesting import proposing

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "section#pane"}
BROWSER = {"Accept": "text/html,*/*;q=0.8"}


def decide(client, suggestion, verb="accept", headers=None, **values):
    data = {
        "verb": verb,
        "claim": suggestion.claim_id,
        "stance": "reports",
        "said_by": "outlet",
        **values,
    }
    return client.post(f"/inbox/{suggestion.pk}/", data, headers=headers or {})


def undo(client, **how):
    return client.post(f"/inbox/undo/{Decision.objects.get().together}/", **how)


def state(suggestion):
    return Suggestion.objects.get(pk=suggestion.pk).state


# --- what is seen -----------------------------------------------------------------------------


def test_the_quote_the_claim_the_stance_and_the_speaker_stand_before_the_accept_button(desk):
    suggestion = make_suggestion(chain="Harbour Wire, citing an unnamed source")
    shown = desk.get("/inbox/").content.decode()
    pane = shown[shown.index('id="pane"') :]
    places = [
        pane.index(part)
        for part in (
            suggestion.exact,
            'name="claim"',
            'name="stance"',
            'name="said_by"',
            'name="chain"',
            'value="accept"',
        )
    ]
    assert places == sorted(places)


def test_a_chain_is_worded_in_the_language_of_the_reader(desk, nora):
    nora.language = "fr"
    nora.save()
    make_suggestion(
        article=make_article(source=make_source("Lakeshore Ledger")),
        speaker_words="RCMP said",
        chain="Lakeshore Ledger, citing RCMP",
    )
    shown = desk.get("/inbox/").content.decode()
    assert shown.count("Lakeshore Ledger, citant RCMP") >= 3
    assert "citing" not in shown


# --- a speaker we do not know yet ---------------------------------------------------------------


@pytest.fixture
def of_the_rcmp(db):
    """A suggestion that names who says it, whom the newsroom does not know."""
    article = make_article(source=make_source("Lakeshore Ledger"))
    chain = "Lakeshore Ledger, citing RCMP"
    return make_suggestion(article=article, speaker_words="RCMP said", chain=chain)


def test_a_speaker_not_known_yet_is_named_and_offered_to_be_added(desk, of_the_rcmp):
    shown = desk.get("/inbox/").content.decode()
    assert "The text names RCMP, who is not among the speakers yet." in shown
    assert "the text does not say" not in shown
    assert "Add “RCMP” as a new speaker" in shown


def test_a_speaker_not_known_yet_is_never_added_by_accepting_alone(desk, of_the_rcmp):
    assert decide(desk, of_the_rcmp, said_by="").status_code == 422
    assert not Speaker.objects.filter(name="RCMP").exists()


def test_a_ticked_newcomer_is_added_and_says_it(desk, of_the_rcmp):
    decide(desk, of_the_rcmp, said_by="", newcomer="RCMP", chain=of_the_rcmp.chain)
    made = Evidence.objects.get()
    assert made.speaker.name == "RCMP"
    assert [str(link) for link in made.chain.all()] == ["Lakeshore Ledger", "RCMP"]


def test_somebody_chosen_goes_before_a_ticked_newcomer(desk, of_the_rcmp):
    decide(desk, of_the_rcmp, said_by="outlet", newcomer="RCMP")
    assert Evidence.objects.get().speaker is None
    assert not Speaker.objects.filter(name="RCMP").exists()


def test_a_speaker_added_since_is_filled_in(desk, of_the_rcmp):
    known = make_speaker("RCMP")
    answer = desk.get("/inbox/")
    assert answer.context["form"].initial["said_by"] == str(known.pk)
    assert "not among the speakers yet" not in answer.content.decode()


def test_rows_lead_with_the_quote_not_the_headline(desk):
    suggestion = make_suggestion(article=make_article(title="A headline that shouts"))
    shown = desk.get("/inbox/").content.decode()
    row = shown[shown.index('id="queue"') : shown.index("</ol>")]
    assert suggestion.exact in row
    assert "shouts" not in row


def test_the_reasons_are_full_sentences_and_no_figure(desk):
    make_suggestion(features={"gate": "terms"}, rank=1)
    shown = desk.get("/inbox/").content.decode()
    assert "It has the words that C1 asks for: “stations”, “Montreal”." in shown
    assert "No other claim is worded closer to it." in shown
    assert "No speaker was found in it or in a sentence beside it" in shown
    assert "%" not in shown[shown.index("<main") : shown.index("</main>")]


def test_a_suggestion_is_marked_as_the_machines(desk):
    make_suggestion()
    assert "Suggested by the machine" in desk.get("/inbox/").content.decode()


def test_the_speaker_is_blank_when_the_text_names_nobody(desk):
    make_suggestion()
    assert desk.get("/inbox/").context["form"]["said_by"].value() == ""


def test_a_speaker_the_text_names_is_filled_in_and_the_words_that_name_it_marked(desk):
    speaker = make_speaker("Montreal police")
    suggestion = make_suggestion(
        speaker=speaker, speaker_words="in Montreal", speaker_start=31, speaker_end=42
    )
    answer = desk.get("/inbox/")
    assert answer.context["form"]["said_by"].value() == str(speaker.pk)
    marked = suggestion.version.text[31:42]
    assert f'<span class="who">{marked}</span>' in answer.content.decode()


def test_an_empty_inbox_says_so(desk):
    assert "Inbox clear" in desk.get("/inbox/").content.decode()


def test_a_confidential_story_puts_nothing_into_the_inbox_of_others(desk):
    make_suggestion(make_claim(make_story(confidential=True)))
    answer = desk.get("/inbox/")
    assert answer.context["rows"] == []
    assert answer.context["waiting"] == 0


def test_the_figure_in_the_menu_and_in_the_list_agree(desk):
    for _ in range(3):
        make_suggestion()
    shown = desk.get("/inbox/").content.decode()
    assert "3 waiting" in shown
    assert "waiting: </span>3</span>" in shown


def test_a_suggestion_can_be_opened_by_its_address(desk):
    first, _second = make_suggestion(), make_suggestion()
    assert desk.get("/inbox/", {"at": first.pk}).context["one"] == first


def test_the_inbox_costs_the_same_queries_whatever_waits(desk):
    from tests.tracker.test_pages import queries

    make_suggestion()
    make_suggestion()
    few = queries(desk, "/inbox/")
    for _ in range(10):
        make_suggestion()
    assert queries(desk, "/inbox/") == few


def test_the_inbox_can_be_narrowed_to_a_claim(desk):
    claim = make_claim()
    wanted = make_suggestion(claim)
    make_suggestion()
    assert listed(desk, story=claim.story.slug, claim=claim.number) == [wanted]


def listed(client, **asked):
    """The suggestions that stand for the rows of the list."""
    return [row.one for row in client.get("/inbox/", asked).context["rows"]]


def test_the_best_come_first_and_of_equals_the_newest(desk):
    good = make_suggestion(article=make_article(sort_at="2021-05-02T12:00Z"), score=0.9)
    old = make_suggestion(article=make_article(sort_at="2021-05-02T12:00Z"), score=0.5)
    new = make_suggestion(article=make_article(sort_at="2022-05-02T12:00Z"), score=0.5)
    assert listed(desk) == [good, new, old]
    assert desk.get("/inbox/").context["next"] == new.pk
    assert listed(desk, before=new.pk) == [old]


def test_one_row_stands_for_all_copies_of_a_text_and_says_which(desk):
    claim, cluster = make_claim(), Cluster.objects.create()
    names = ["Harbour Wire", "Prairie Times", "Lakehead Journal"]
    for name in names:
        make_suggestion(claim, make_article(cluster=cluster, source=make_source(name)))
    answer = desk.get("/inbox/")
    shown = answer.content.decode()
    assert (len(answer.context["rows"]), answer.context["waiting"]) == (1, 1)
    assert "3 articles, one text" in shown
    assert "One decision, also for 2 copies of this text" in shown
    assert all(name in shown for name in names)


def test_the_neighbouring_sentences_stand_around_the_highlighted_quote(desk):
    make_suggestion(exact="The embassy denied that any police station exists in Canada.")
    shown = desk.get("/inbox/").content.decode()
    quote = shown[shown.index('class="quote"') :]
    assert quote.index("Two alleged stations") < quote.index("<mark>The embassy")
    assert quote.index("exists in Canada.</mark>") < quote.index("Officers said")


@pytest.mark.parametrize(
    ("show", "wanted"),
    [("mine", [0]), ("unassigned", [2, 1]), ("second", [1]), ("unsure", [3])],
)
def test_a_part_of_the_queue_is_shown_by_whose_it_is(desk, nora, ada, show, wanted):
    several = [make_suggestion() for _ in range(4)]
    decisions.assign(several[0], nora, ada)
    decisions.ask_second(several[1], ada)
    decisions.unsure(several[3], ada)
    assert listed(desk, show=show) == [several[n] for n in wanted]


def test_the_queue_is_narrowed_to_a_tag_of_the_source(desk):
    tag = Tag.objects.create(slug="prairies", label_en="Prairies")
    one = make_suggestion()
    make_suggestion()
    SourceTag.objects.create(source=one.article.source, tag=tag)
    assert listed(desk, tag="prairies") == [one]


def test_no_browser_keeps_the_inbox_to_show_it_again_after_others_decided(desk):
    assert "no-store" in desk.get("/inbox/")["Cache-Control"]


# --- deciding -----------------------------------------------------------------------------------


def test_accepting_makes_evidence_and_shows_the_next(desk):
    later, first = make_suggestion(), make_suggestion()
    answer = decide(desk, first)
    assert Evidence.objects.get().exact == first.exact
    assert answer.url == f"/inbox/?at={later.pk}"


def test_the_stance_chosen_is_the_stance_recorded(desk):
    suggestion = make_suggestion()
    decide(desk, suggestion, stance="disputes")
    assert Evidence.objects.get().stance == "disputes"
    assert state(suggestion) == "edited"


def test_accepting_needs_somebody_who_says_it(desk):
    suggestion = make_suggestion()
    answer = decide(desk, suggestion, said_by="")
    assert answer.status_code == 422
    assert state(suggestion) == "new"


def test_an_unnamed_speaker_is_part_of_the_chain_and_nobody_in_particular(desk):
    decide(desk, make_suggestion(), said_by="unnamed", chain="an unnamed source")
    evidence = Evidence.objects.get()
    assert evidence.speaker is None
    assert [link.unnamed for link in evidence.chain.all()] == [False, True]


def test_a_speaker_not_in_the_list_is_added_by_name(desk):
    decide(desk, make_suggestion(), said_by="other", other_speaker="Imogen Larkfield")
    assert Evidence.objects.get().speaker.name == "Imogen Larkfield"


def test_a_speaker_known_under_a_variant_is_not_added_twice(desk):
    known = make_speaker("RCMP", variants=["GRC"])
    decide(desk, make_suggestion(), said_by="other", other_speaker="GRC")
    assert Evidence.objects.get().speaker == known


def test_another_claim_can_be_chosen(desk):
    suggestion = make_suggestion()
    other = make_claim(suggestion.claim.story)
    decide(desk, suggestion, claim=other.pk)
    assert Evidence.objects.get().claim == other


def test_a_rejection_is_remembered_with_its_reason(desk):
    suggestion = make_suggestion()
    decide(desk, suggestion, "reject", because="It is about another city.")
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.rejected_because) == (
        "rejected",
        "It is about another city.",
    )


def test_what_one_is_unsure_of_is_set_aside(desk):
    suggestion = make_suggestion()
    decide(desk, suggestion, "unsure")
    assert listed(desk) == []
    assert listed(desk, show="unsure") == [suggestion]


def test_a_decision_by_htmx_sends_the_next_pane_the_row_and_the_way_back(desk):
    later, first = make_suggestion(), make_suggestion()
    part = decide(desk, first, headers=HTMX).content.decode()
    assert f'id="decide" data-pk="{later.pk}"' in part
    assert f'id="q{first.pk}" hx-swap-oob="true"' in part
    assert f'action="/inbox/undo/{Decision.objects.get().together}/"' in part
    assert "<html" not in part


def test_after_the_last_decision_the_inbox_is_clear(desk):
    part = decide(desk, make_suggestion(), headers=HTMX).content.decode()
    assert "Inbox clear" in part


def test_deciding_keeps_to_the_queue_one_works_on(desk):
    claim = make_claim()
    wanted, first = make_suggestion(claim), make_suggestion(claim)
    make_suggestion()
    part = decide(desk, first, headers=HTMX, view=f"story={claim.story.slug}&claim={claim.number}")
    assert f'data-pk="{wanted.pk}"' in part.content.decode()


def test_of_two_editors_the_first_wins_and_the_second_keeps_what_was_chosen(desk, client):
    suggestion, max_ = make_suggestion(), member("max", "editor")
    decisions.accept(suggestion, Reading("supports"), max_)
    answer = decide(desk, suggestion, stance="disputes", headers=HTMX)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "max was faster" in shown
    assert 'value="disputes" checked' in shown
    assert Evidence.objects.get().stance == "supports"


@pytest.mark.parametrize("verb", ["accept", "reject", "unsure"])
def test_the_same_decision_sent_twice_by_one_person_moves_on(desk, verb):
    later, first = make_suggestion(), make_suggestion()
    decide(desk, first, verb, headers=HTMX)
    answer = decide(desk, first, verb, headers=HTMX)
    assert answer.status_code == 200
    assert f'id="decide" data-pk="{later.pk}"' in answer.content.decode()
    assert Evidence.objects.count() == (verb == "accept")


@pytest.mark.parametrize("second", [{"verb": "reject"}, {"stance": "disputes"}, {"said_by": ""}])
def test_another_decision_after_ones_own_is_refused_and_nobody_was_faster(desk, second):
    suggestion = make_suggestion()
    decide(desk, suggestion)
    answer = decide(desk, suggestion, headers=HTMX, **second)
    assert answer.status_code == 409
    assert "You decided this already: accepted" in answer.content.decode()
    assert "was faster" not in answer.content.decode()
    assert state(suggestion) == "accepted"


def test_without_script_a_refused_decision_shows_the_whole_inbox(desk):
    suggestions = [make_suggestion() for _ in range(3)]
    answer = decide(desk, suggestions[1], said_by="")
    assert answer.context["one"] == suggestions[1]
    assert answer.context["waiting"] == 3
    assert len(answer.context["rows"]) == 3


def test_undo_opens_the_suggestion_again_and_withdraws_its_evidence(desk):
    suggestion = make_suggestion()
    decide(desk, suggestion)
    undo(desk)
    assert state(suggestion) == "new"
    assert Evidence.objects.get().withdrawn_because


def test_nobody_undoes_the_decision_of_another(desk):
    suggestion, max_ = make_suggestion(), member("max", "editor")
    decisions.reject(suggestion, max_)
    assert "only they can take it back" in undo(desk, follow=True).content.decode()
    assert state(suggestion) == "rejected"


def test_a_viewer_reads_the_inbox_and_decides_nothing(client, tom):
    client.force_login(tom)
    suggestion = make_suggestion()
    assert 'value="accept"' not in client.get("/inbox/").content.decode()
    assert decide(client, suggestion).status_code == 403


def test_a_viewer_sees_the_proposed_reading_and_no_fields(client, tom):
    client.force_login(tom)
    make_suggestion(stance="disputes", chain="Harbour Wire, citing an unnamed source")
    shown = client.get("/inbox/").content.decode()
    pane = shown[shown.index('id="pane"') : shown.index("</section></div>")]
    assert "Harbour Wire, citing an unnamed source" in pane
    assert "disputes" in pane
    assert not any(part in pane for part in ("<form", "<input", "<select", "<button"))


def test_a_decision_is_never_made_by_following_a_link(desk):
    suggestion = make_suggestion()
    assert desk.get(f"/inbox/{suggestion.pk}/").status_code == 405
    assert state(suggestion) == "new"


# --- leaving it to others --------------------------------------------------------------------------


def test_the_second_reader_starts_from_the_reading_of_who_asked(desk, client, ada):
    suggestion = make_suggestion()
    decide(desk, suggestion, "second", stance="disputes", because="Is this the spokesman?")
    assert listed(desk) == []
    client.force_login(ada)
    answer = client.get("/inbox/")
    assert answer.context["form"]["stance"].value() == "disputes"
    assert "nora asked for a second reader" in answer.content.decode()
    assert "Is this the spokesman?" in answer.content.decode()
    assert decide(client, suggestion, stance="disputes").status_code == 302
    assert state(suggestion) == "edited"


def test_who_asked_for_a_second_reader_is_told_that_somebody_else_decides(desk):
    suggestion = make_suggestion()
    decide(desk, suggestion, "second")
    answer = decide(desk, suggestion, headers=HTMX)
    assert answer.status_code == 422
    assert "You asked for a second reader" in answer.content.decode()
    assert state(suggestion) == "second"


def test_a_row_is_assigned_and_stays_in_its_place(desk, ada):
    suggestion = make_suggestion()
    part = decide(desk, suggestion, "assign", to=ada.pk, headers=HTMX).content.decode()
    assert f'id="decide" data-pk="{suggestion.pk}"' in part
    assert "for ada" in part
    assert "For ada to decide" in part


def test_what_a_colleague_proposed_comes_first_and_is_said_to_be_theirs(desk, cleo):
    make_suggestion(score=0.9)
    article, claim = make_article(), make_claim()
    reading = Reading("denies", denies_what="that stations exist", note="Heard on air.")
    proposing.propose(claim, article.current_version, 0, 56, reading, cleo, "A made-up envoy")
    answer = desk.get("/inbox/")
    assert "cleo proposed it by hand." in answer.content.decode()
    assert "Heard on air." in answer.content.decode()
    form = answer.context["form"]
    assert form["denies_what"].value() == "that stations exist"
    assert form["other_speaker"].value() == "A made-up envoy"


# --- many at one press -----------------------------------------------------------------------------


def test_the_ticked_rows_are_shown_before_they_are_decided(desk):
    several = [make_suggestion() for _ in range(3)]
    answer = desk.get("/inbox/many/", {"row": [several[0].pk, several[2].pk]})
    shown = answer.content.decode()
    pane = shown[shown.index('id="pane"') :]
    assert "2 rows, each as it is proposed" in pane
    assert "Reject 2" in pane
    assert [row.one for row, _ in answer.context["many"]] == [several[2], several[0]]


def many(client, suggestions, verb, **values):
    data = {"row": [one.pk for one in suggestions], "verb": verb, **values}
    return client.post("/inbox/many/", data, headers=values.pop("headers", {}))


def test_many_rows_are_decided_with_a_decision_each_and_taken_back_as_one(desk):
    several = [make_suggestion() for _ in range(3)]
    make_suggestion()
    many(desk, several, "reject", because="another city")
    assert [state(one) for one in several] == ["rejected"] * 3
    assert Decision.objects.count() == 3
    (together,) = set(Decision.objects.values_list("together", flat=True))
    desk.post(f"/inbox/undo/{together}/")
    assert [state(one) for one in several] == ["new"] * 3


def test_of_many_those_that_name_nobody_are_left_and_named(desk):
    speaker = make_speaker("Montreal police")
    good, blank = make_suggestion(speaker=speaker), make_suggestion()
    answer = many(desk, [good, blank], "accept", headers=HTMX)
    assert (state(good), state(blank)) == ("accepted", "new")
    shown = answer.content.decode()
    assert "1 row was left as it is" in shown
    assert "Choose who says it." in shown


def test_of_many_those_that_somebody_decided_meanwhile_are_left(desk):
    several = [make_suggestion() for _ in range(2)]
    decisions.reject(several[0], member("max", "editor"))
    many(desk, several, "unsure")
    assert [state(one) for one in several] == ["rejected", "unsure"]


def test_a_viewer_decides_none_of_many(client, tom):
    client.force_login(tom)
    suggestion = make_suggestion()
    assert many(client, [suggestion], "reject").status_code == 403
    assert state(suggestion) == "new"


def test_nobody_decides_many_that_they_may_not_see(desk):
    secret = make_suggestion(make_claim(make_story(confidential=True)))
    many(desk, [secret], "reject")
    assert state(secret) == "new"


# --- when the session ended in between ------------------------------------------------------------


def test_after_signing_in_again_one_is_at_the_suggestion_one_was_deciding(client, nora):
    suggestion = make_suggestion()
    sign_in = decide(client, suggestion)
    assert sign_in.url == f"/sign-in/?next=/inbox/{suggestion.pk}/"
    who = {"login": "nora", "password": "a test only"}
    answer = client.post(sign_in.url, who, follow=True, headers=BROWSER)
    assert answer.redirect_chain[-1][0] == f"/inbox/?at={suggestion.pk}"
    assert answer.context["one"] == suggestion
    assert state(suggestion) == "new"


@pytest.mark.parametrize(
    ("verb", "page"),
    [
        ("/inbox/undo/00000000-0000-4000-8000-000000000000/", "/inbox/"),
        ("/inbox/articles/7/", "/inbox/articles/"),
        ("/stories/stations/articles/7/dismiss/", "/stories/stations/"),
        ("/articles/7/link/", "/articles/7/"),
        ("/evidence/7/withdraw/", "/"),
        ("/sources/feeds/7/pause/", "/sources/"),
        ("/sources/harbour-wire/edit/", "/sources/harbour-wire/"),
        ("/ingest/start/", "/ingest/"),
        ("/ingest/feeds/7/retry/", "/ingest/feeds/7/"),
        ("/ingest/articles/7/retry/", "/ingest/"),
    ],
)
def test_a_browser_that_opens_the_address_of_a_verb_is_led_to_its_page(desk, verb, page):
    answer = desk.get(verb, headers=BROWSER)
    assert (answer.status_code, answer["Location"]) == (302, page)


@pytest.fixture
def strict():
    """A client whose forms need their token, as those of a browser do."""
    return Client(enforce_csrf_checks=True)


def test_a_form_older_than_the_last_sign_in_says_that_nothing_was_saved(strict, nora):
    strict.force_login(nora)
    suggestion = make_suggestion()
    answer = decide(strict, suggestion)
    assert answer.status_code == 403
    assert "nothing was saved" in answer.content.decode()
    assert f'href="/inbox/{suggestion.pk}/"' in answer.content.decode()
    assert state(suggestion) == "new"


def test_a_form_older_than_the_last_sign_in_answers_htmx_with_a_sentence(strict, nora):
    strict.force_login(nora)
    address = "http://testserver/inbox/?show=unsure"
    answer = decide(strict, make_suggestion(), headers={**HTMX, "Referer": address})
    assert answer.status_code == 403
    assert 'href="/inbox/?show=unsure"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_form_sent_by_htmx_after_signing_out_leads_to_sign_in(strict):
    address = "http://testserver/inbox/"
    answer = decide(strict, make_suggestion(), headers={**HTMX, "Referer": address})
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Finbox%2F"
