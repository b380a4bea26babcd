"""The search page: what it finds in each language, how it is narrowed, for whom, at what price."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sources.models import Article, Cluster, Tag
from tests.factories import (
    add_version,
    make_article,
    make_claim,
    make_source,
    make_speaker,
    make_story,
)
from tracker.models import StoryArticle
from tracker.passages import linking
from tracker.passages.linking import Reading
from tracker.searching import articles, meeting

pytestmark = pytest.mark.django_db

PASSAGE = "The embassy denied that any police station exists in Canada."


def linked(claim, nora, article=None, words=PASSAGE, **reading):
    article = article or make_article()
    start = article.current_version.text.index(words)
    reading = Reading(**{"stance": "reports", **reading})
    return linking.link(claim, article.current_version, start, start + len(words), reading, nora)


def search(client, words, **more):
    answer = client.get(reverse("search"), {"q": words, **more})
    assert answer.status_code == 200
    return answer


def found(client, words, **more):
    """The articles an answer lists."""
    return [row["article"] for row in search(client, words, **more).context["articles"]]


def counts(answer, side):
    return answer.context["found"].facets[side]


# --- what it finds --------------------------------------------------------------------------


def test_a_search_finds_claims_passages_and_articles(desk, nora):
    claim = make_claim(statement="The embassy knew of it.")
    linked(claim, nora)
    answer = search(desk, "embassy")
    assert [one for one, _ in answer.context["claims"]] == [claim]
    assert len(answer.context["passages"]) == 1
    assert len(answer.context["articles"]) == 1
    assert "<mark>embassy</mark>" in answer.content.decode()


def test_it_finds_speakers_and_sources_by_their_names(desk, nora):
    embassy = make_speaker("The Embassy of Nowhere")
    linked(make_claim(), nora, speaker=embassy)
    ledger = make_source("Émbassy Ledger")
    shown = search(desk, "embassy").content.decode()
    assert "<b>The Embassy of Nowhere</b>" in shown
    assert f'href="/sources/{ledger.slug}/"' in shown


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("The force is investigating two stations.", "en", "investigate station"),
        ("Les postes de police à Montréal", "fr", "poste montreal"),
        ("Des bénévoles tiennent les bureaux.", "fr", "bénévole"),
        ("中国大使馆否认有关指控。", "zh", "大使馆"),
        ("中国大使馆否认有关指控。", "zh", "控"),
        ("中国大使馆否认有关指控。", "zh", "否"),
        ("The county of Qingtian (青田) denied it.", "en", "青田"),
        ("The investigation went on.", "en", "investigati*"),
        ("The investigation went on.", "en", "inv*"),
        ("The police closed the station.", "en", '"police closed"'),
        ("The police closed the station.", "en", "«police closed»"),
        ("The police closed the station.", "en", "closed -embassy"),
        ("The police closed the station.", "en", "embassy OR station"),
        ("The police closed the station.", "en", "(embassy OR station) police"),
        ("Il s’agit de l’ambassade.", "fr", "l'ambassade"),
    ],
)
def test_what_a_text_says_is_found(desk, text, language, words):
    article = make_article(text, language=language, title="")
    assert found(desk, words) == [article]


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("The police closed the station.", "en", '"closed police"'),
        ("The police closed the station.", "en", "closed -police"),
        ("Les bureaux ont été fermés.", "fr", "bureaux -fermé"),
        ("警察，站长", "zh", "警察站"),
        ("中国大使馆否认有关指控。", "zh", "馆大"),
        ("The police closed the station.", "en", "clo"),
    ],
)
def test_what_a_text_does_not_say_is_not_found(desk, text, language, words):
    make_article(text, language=language, title="")
    assert found(desk, words) == []


def test_the_current_version_alone_is_asked(desk):
    article = make_article("The embassy denied it.", title="")
    add_version(article, "Nothing of the kind.")
    assert found(desk, "embassy") == []


def test_a_claim_is_found_by_its_stem_in_either_language(desk):
    claim = make_claim(statement="Officers investigated.", statement_fr="Des agents ont enquêté.")
    for words in ("investigate", "enquêtés"):
        assert [one for one, _ in search(desk, words).context["claims"]] == [claim]


def test_copies_fold_together(desk):
    cluster = Cluster.objects.create()
    for _ in range(3):
        make_article(cluster=cluster)
    answer = search(desk, "embassy")
    assert [row["copies"] for row in answer.context["articles"]] == [2]


def test_words_in_quotation_marks_are_told_from_reporting(desk):
    make_article("“The desks renew papers,” said one. Critics doubt the desks.", title="")
    shown = search(desk, "desks").content.decode()
    assert "1 time in quotation marks" in shown
    assert "1 time in the outlet’s own words" in shown


def test_markup_in_a_text_stays_words(desk):
    make_article("The embassy <script>alert(1)</script> <b>denied</b> it.", title="<i>Embassy</i>")
    shown = search(desk, "embassy").content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown
    assert "<i>Embassy" not in shown


# --- a query that cannot be read ------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        '"never closed',
        "embassy OR",
        "(embassy",
        "embassy)",
        "-embassy",
        "NOT",
        "*",
        "a*",
        "!!!",
        "em*bassy",
    ],
)
def test_a_query_that_cannot_be_read_is_answered_by_why(desk, words):
    answer = search(desk, words)
    assert len(answer.context["asked"].faults) == 1
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize(
    "words",
    [
        "the",
        "\0",
        "'",
        "a\\b",
        "'; DROP TABLE x; --",
        "embassy:*",
        "a & b | !c",
        "<-> <->",
        "x" * 500,
        "🙂",
        "%_%",
    ],
)
def test_no_query_breaks_the_page(desk, words):
    search(desk, words)


@pytest.mark.parametrize(
    "more",
    [
        {"before": "nonsense"},
        {"before": "2023-01-01~"},
        {"before": "nan~1", "sort": "rank"},
        {"before": "1e999~99999999999999999999", "sort": "rank"},
        {"from": "0000-00-00", "to": "9999-12-31"},
        {"from": "yesterday"},
        {"story": "no-such-story", "tag": "\0", "lang": "'", "source": ["a", "b"]},
    ],
)
def test_no_address_breaks_the_page(desk, more):
    make_article()
    search(desk, "embassy", **more)


def test_a_date_that_is_none_is_said_to_be_none(desk):
    assert "is no date" in search(desk, "embassy", **{"from": "yesterday"}).content.decode()


def test_a_story_that_is_none_is_said_to_be_none(desk):
    said = search(desk, "embassy", story="no-such-story").content.decode()
    assert "“no-such-story” is none of the choices here" in said


def test_a_search_for_nothing_explains_itself(desk):
    assert "either; parentheses hold alternatives together" in search(desk, "").content.decode()


# --- how hits are met -----------------------------------------------------------------------

# of few versions all are near: here only the first three are, and the others are met in one way
WAYS = {
    "near": {},
    "walked": {"NEAR": 3, "DEAR": 0},
    "dated": {"NEAR": 3, "DEAR": 1e9, "SHARE": 1e9},
    "listed": {"NEAR": 3, "DEAR": 1e9, "SHARE": 0},
}


@pytest.fixture(params=WAYS)
def way(request, monkeypatch):
    for name, value in WAYS[request.param].items():
        monkeypatch.setattr(meeting, name, value)


def dated(number, words="The embassy.", **more):
    """Articles of which every second is of the instant of the one before, the newest last."""
    return [
        make_article(f"{words} {n}", title="", sort_at=f"2022-01-{1 + n // 2:02}T12:00Z", **more)
        for n in range(number)
    ]


def test_the_newest_come_first_however_they_are_met(desk, way):
    made = dated(12)
    dated(5, "Nothing of it.")
    assert found(desk, "embassy") == made[::-1]


def test_an_article_is_met_once_whatever_versions_it_had(desk, way):
    first, *others = dated(8)
    add_version(first, "The embassy again.")
    assert found(desk, "embassy") == [*others[::-1], first]


def test_a_word_that_came_to_be_rare_is_met_all_the_same(desk, way):
    old = make_article("The embassy.", sort_at="2019-01-01T12:00Z")
    dated(8, "Nothing of it.")
    assert found(desk, "embassy") == [old]


@pytest.mark.parametrize("more", [{}, {"lang": "en"}])
def test_of_a_phrase_only_so_many_texts_are_read_and_it_is_said_how_far_back(
    desk, way, monkeypatch, more
):
    monkeypatch.setattr(meeting, "READ", 4)
    monkeypatch.setattr(articles, "PROBED", 3)
    monkeypatch.setattr(articles, "PAGE", 2)
    old = make_article("The embassy denied it.", title="", sort_at="2019-01-01T12:00Z")
    for article in dated(6, "It denied what the embassy said."):
        last = article
    new = make_article("The embassy denied it.", title="", sort_at=last.sort_at)
    shown = search(desk, '"embassy denied"', **more)
    assert "read back to 2 Jan 2022" in shown.content.decode()
    assert (shown.context["found"].number, shown.context["found"].more) == (0, True)
    assert walk(desk, '"embassy denied"', **more) == [new.pk, old.pk]


def test_of_a_phrase_whose_words_few_have_all_are_read(desk, way):
    make_article("The embassy denied it.", title="")
    shown = search(desk, '"embassy denied"')
    assert "read back to" not in shown.content.decode()
    assert (shown.context["found"].number, shown.context["found"].more) == (1, False)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ('embassy -"embassy denied"', [1]),
        ('"embassy denied" OR "denied embassy"', [0]),
        ('embassy "denied it"', [0, 1]),
        ("大使馆", [2]),
    ],
)
def test_what_only_texts_can_tell_is_read_in_them(desk, way, words, left):
    made = [
        make_article("The embassy denied it.", title="", sort_at="2022-01-01T12:00Z"),
        make_article("It denied it: the embassy.", title="", sort_at="2021-01-01T12:00Z"),
        make_article("中国大使馆否认有关指控。", title="", language="zh"),
        make_article("使馆的大使。", title="", language="zh"),
    ]
    assert found(desk, words) == [made[n] for n in left]


# --- narrowing it ---------------------------------------------------------------------------


@pytest.fixture
def library(desk, nora):
    """Three articles about the embassy that differ in everything a search can be narrowed by."""
    wire = make_source("Harbour Wire")
    wire.tag(Tag.objects.create(slug="wire", label_en="Wire", label_fr="Agence"), nora)
    story = make_story()
    old = make_article(source=wire, sort_at="2022-05-01T12:00Z")
    new = make_article(sort_at="2023-06-01T12:00Z")
    french = make_article("L’embassy nie.", language="fr-CA", sort_at="2023-07-01T12:00Z")
    StoryArticle.objects.create(story=story, article=new)
    linked(make_claim(story), nora, old)
    return {"wire": old, "new": new, "french": french, "story": story, "slug": wire.slug}


@pytest.mark.parametrize(
    ("choice", "left"),
    [
        ({"source": "{slug}"}, ["wire"]),
        ({"tag": "wire"}, ["wire"]),
        ({"lang": "fr"}, ["french"]),
        ({"lang": ["fr", "en"]}, ["french", "new", "wire"]),
        ({"story": "{story.slug}"}, ["new"]),
        ({"evidence": "1"}, ["wire"]),
        ({"from": "2023-01-01"}, ["french", "new"]),
        ({"from": "2023-01-01", "to": "2023-06-01"}, ["new"]),
        ({"lang": "fr", "tag": "wire"}, []),
    ],
)
@pytest.mark.parametrize(("probed", "few"), [(1000, 1000), (1, 1000), (1, 0)])
def test_a_choice_narrows_the_articles(desk, library, monkeypatch, way, choice, left, probed, few):
    # few and many hits, and those of small and large stories, are found in other ways
    monkeypatch.setattr(articles, "PROBED", probed)
    monkeypatch.setattr("tracker.searching.choice.FEW", few)
    choice = {
        name: value.format(**library) if isinstance(value, str) else value
        for name, value in choice.items()
    }
    assert found(desk, "embassy", **choice) == [library[name] for name in left]


def test_each_side_counts_what_its_values_leave_under_the_others(desk, library):
    answer = search(desk, "embassy", lang="en")
    assert counts(answer, "lang") == {"en": 2, "fr": 1}
    assert counts(answer, "tag") == {"wire": 1}
    assert counts(answer, "evidence") == {True: 1}
    assert counts(answer, "dates") == {"2022": 1, "2023": 1}
    assert counts(answer, "story") == {library["story"].pk: 1}


def test_within_one_year_the_months_are_offered(desk, library):
    answer = search(desk, "embassy", story=library["story"].slug)
    assert counts(answer, "dates") == {"2023-06": 1}
    assert "from=2023-06-01&amp;to=2023-06-30" in answer.content.decode()


def test_of_very_many_hits_no_figure_is_exact(desk, library, monkeypatch):
    monkeypatch.setattr(articles, "PROBED", 2)
    monkeypatch.setattr(articles, "PAGE", 2)
    shown = search(desk, "embassy").content.decode()
    assert "more than 2 articles" in shown
    assert '<span class="c">1+\n</span>' in shown


def test_what_a_choice_leaves_of_very_many_hits_is_exact_where_a_page_holds_it(
    desk, library, monkeypatch
):
    monkeypatch.setattr(articles, "PROBED", 2)
    left = search(desk, "embassy", lang="fr").context["found"]
    assert (left.number, left.more) == (1, False)


def test_the_claim_of_a_passage_that_was_found_is_alleged_until_a_court_settles_it(desk, nora):
    linked(make_claim(title="A room was rented"), nora, words="The weather stayed mild.")
    words = search(desk, "weather", evidence="1").content.decode()
    assert '<span class="alleged">Alleged:</span> A room was rented' in words


def test_a_word_of_two_languages_is_read_in_each_as_its_own(desk):
    english = make_article("The minister was public about it.", language="en")
    french = make_article("Le ministre public a parlé.", language="fr")
    german = make_article("Das war nicht public.", language="de")
    assert set(found(desk, "public")) == {english, french, german}
    assert found(desk, "public", lang="fr") == [french]
    assert found(desk, "public", lang="de") == [german]


def test_of_very_many_hits_the_newest_are_counted(desk, monkeypatch):
    monkeypatch.setattr(articles, "PROBED", 2)
    for language in ("zh", "en", "fr", "en"):
        make_article("It was public.", language=language)
    assert counts(search(desk, "public"), "lang") == {"en": 2, "fr": 1}


# --- its order and its pages ----------------------------------------------------------------


def walk(client, words, **more):
    """All pages, from link to link."""
    seen, before = [], None
    while before != "":
        answer = search(client, words, **more, **({"before": before} if before else {}))
        seen += [row["article"].pk for row in answer.context["articles"]]
        before = answer.context["found"].later
    return seen


@pytest.mark.parametrize("sort", ["date", "rank"])
@pytest.mark.parametrize("probed", [1000, 5])
def test_the_pages_hold_every_article_once(desk, monkeypatch, way, sort, probed):
    monkeypatch.setattr(articles, "PROBED", probed)
    monkeypatch.setattr(articles, "PAGE", 4)
    made = [article.pk for article in dated(11)]
    seen = walk(desk, "embassy", sort=sort)
    if sort == "date":
        assert seen == made[::-1]
    else:
        assert sorted(seen) == (made if probed > 11 else made[-probed:])


@pytest.mark.parametrize("few", [1000, 0])
def test_the_pages_of_a_story_hold_every_article_of_it_once(desk, monkeypatch, way, few):
    monkeypatch.setattr(articles, "PROBED", 5)
    monkeypatch.setattr(articles, "PAGE", 2)
    monkeypatch.setattr("tracker.searching.choice.FEW", few)
    story = make_story()
    ours = dated(11)[::2]
    for article in ours:
        StoryArticle.objects.create(story=story, article=article)
    assert walk(desk, "embassy", story=story.slug) == [article.pk for article in ours[::-1]]


def test_by_relevance_a_title_comes_first(desk):
    titled = make_article("It denied it.", title="The embassy speaks", sort_at="2020-01-01T00:00Z")
    other = make_article("Somebody of the embassy denied it.", title="")
    assert found(desk, "embassy", sort="rank") == [titled, other]
    assert found(desk, "embassy") == [other, titled]


def test_the_passages_beyond_the_first_ten_are_a_page_further(desk, nora):
    words = " ".join(f"{PASSAGE} ({n})" for n in range(12))
    article, claim = make_article(text=words), make_claim()
    for n in range(12):
        linked(claim, nora, article, f"Canada. ({n})")
    first = search(desk, "canada")
    last = first.context["passages"][-1][0]
    assert f"passages={last.pk}#passages" in first.content.decode()
    rest = search(desk, "canada", passages=last.pk)
    assert [one.exact for one, _ in rest.context["passages"]] == ["Canada. (1)", "Canada. (0)"]


@pytest.mark.parametrize("key", ["none", "-1", "9" * 30, "²"])
def test_a_page_of_passages_that_is_none_is_the_first(desk, nora, key):
    linked(make_claim(), nora)
    assert len(search(desk, "embassy", passages=key).context["passages"]) == 1


# --- for whom -------------------------------------------------------------------------------


def test_nothing_of_a_confidential_story_is_found_or_counted(client, tom, ada, nora):
    secret = make_story(confidential=True)
    claim = make_claim(secret, statement="The embassy knew of it.")
    linked(claim, nora, speaker=make_speaker("A hidden embassy"))
    StoryArticle.objects.create(story=secret, article=Article.objects.get())
    client.force_login(tom)
    answer = search(client, "embassy")
    assert answer.context["claims"] == answer.context["passages"] == []
    assert counts(answer, "story") == counts(answer, "evidence") == {}
    assert "A hidden embassy" not in answer.content.decode()
    assert found(client, "embassy", story=secret.slug) == found(client, "embassy")
    assert found(client, "embassy", evidence="1") == []
    secret.members.add(tom)
    answer = search(client, "embassy")
    assert len(answer.context["claims"]) == len(answer.context["passages"]) == 1
    assert counts(answer, "story") == {secret.pk: 1}
    assert "A hidden embassy" in answer.content.decode()


# --- at what price --------------------------------------------------------------------------


@pytest.mark.parametrize("more", [{}, {"sort": "rank"}, {"lang": "en", "evidence": "1"}])
@pytest.mark.parametrize("probed", [1000, 5])
def test_the_number_of_queries_does_not_grow(desk, nora, monkeypatch, more, probed):
    monkeypatch.setattr(articles, "PROBED", probed)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            search(desk, "embassy", **more)
        return len(captured)

    def some(number):
        for _ in range(number):
            linked(make_claim(statement="The embassy knew."), nora, speaker=make_speaker("Embassy"))

    some(6)
    before = queries()
    some(12)
    assert queries() == before <= 12
