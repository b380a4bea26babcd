"""Search terms, sentences, and the passages a claim asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.matching import TermsError, compile_terms, matches, passages, sentences
from tracker.matching.sieve import Sieve
from tracker.matching.vocabulary import possible

STORY = (
    "Norland police said on Monday that they were investigating two service centres. "
    "The embassy denied any wrongdoing. "
    "A hockey final drew 9,000 people.\n"
    "Investigators visited a police station in Port Vale. "
    "The minister would not comment."
)
FRENCH = (
    "La police du Norland enquête sur deux prétendus postes de police. "
    "L’ambassade a démenti toute ingérence étrangère. "
    "Le match a attiré 9000 personnes."
)
CHINESE = "诺兰警方表示，正在调查两个海外警察服务站。大使馆否认存在任何警察站。球赛吸引了九千人。"


def found(terms, text, language="en", **options):
    return [passage.text for passage in passages(compile_terms(terms), text, language, **options)]


def cut(text):
    return [text[start:end] for start, end in sentences(text)]


def holds(terms, text, language="en"):
    return matches(compile_terms(terms), text, language)


def test_words_side_by_side_must_all_occur():
    assert holds("police centres", STORY)
    assert not holds("police submarine", STORY)


def test_case_and_accents_do_not_matter():
    assert holds("AMBASSADE ingerence étrangere", FRENCH, "fr")


def test_a_decomposed_accent_is_the_same_letter():
    assert holds("démenti", "L'ambassade a de\u0301menti.", "fr")


def test_inflected_forms_match_in_english_and_french():
    assert holds("investigate centre", STORY)
    assert holds(
        "enquêtes policières ingérences", "Une enquête policière sur l'ingérence.", "fr-CA"
    )


def test_a_text_of_unknown_language_matches_by_either_stemmer():
    assert holds("station", "Two stations", "")
    assert holds("ingérences", "une ingérence", "")


def test_an_elided_article_does_not_hide_a_word():
    assert holds("ambassade", FRENCH, "fr")
    assert holds("l'ambassade", FRENCH, "fr")


def test_an_acronym_with_points_is_the_acronym():
    assert holds("RNP", "The R.N.P. said so.")
    assert holds("R.N.P.", "The RNP said so.")


def test_a_phrase_needs_its_words_side_by_side():
    assert holds('"police station"', STORY)
    assert not holds('"police centre"', STORY)


def test_a_phrase_does_not_run_across_a_full_stop():
    assert not holds('"police station"', "He called the police. Station two was closed.")


@pytest.mark.parametrize("marks", ["“police station”", "« police station »", '"police station"'])
def test_any_quotation_marks_make_a_phrase(marks):
    assert holds(marks, STORY)
    assert not holds(marks, "The station called the police.")


def test_a_star_matches_the_beginning_of_a_word_or_of_the_last_word_of_a_phrase():
    assert holds("investig*", STORY)
    assert holds('"police stat*"', STORY)
    assert not holds("vestig*", STORY)


def test_or_and_parentheses_group_alternatives():
    terms = "(embassy OR consulate) (denied OR rejected)"
    assert holds(terms, STORY)
    assert holds(terms, "The consulate rejected it.")
    assert not holds(terms, "The consulate is open.")


@pytest.mark.parametrize(
    "terms", ["police NOT hockey", "police -hockey", "police -(hockey OR golf)"]
)
def test_a_word_asked_not_to_occur_rules_a_text_out(terms):
    assert not holds(terms, STORY)
    assert holds(terms, "The police said so.")


def test_a_hyphen_inside_a_word_is_not_a_negation():
    assert holds("Saint-Vale", "The mayor of Saint-Vale said so.")


def test_a_chinese_phrase_is_a_substring():
    assert holds("警察站 大使馆", CHINESE, "zh")
    assert not holds("察警站", CHINESE, "zh")


def test_empty_terms_pass_every_story_filter_and_match_no_passage():
    terms = compile_terms("  ")
    assert terms.empty
    assert matches(terms, STORY, "en")
    assert passages(terms, STORY, "en") == []


@pytest.mark.parametrize(
    ("source", "position"),
    [
        ("police (station", 7),
        ("police) station", 6),
        ('police "station', 7),
        ("police OR", 9),
        ("OR police", 0),
        ("police ()", 8),
        ("pol*ce", 0),
        ("police p*", 7),
        ("police !!", 7),
        ("NOT police", 0),
        ("police OR -hockey", 0),
        ("police -", 8),
    ],
)
def test_terms_that_cannot_be_read_say_where(source, position):
    with pytest.raises(TermsError) as caught:
        compile_terms(source)
    assert caught.value.position == position
    assert str(caught.value).endswith(".")


def test_parentheses_without_end_are_refused():
    with pytest.raises(TermsError):
        compile_terms("(" * 5_000 + "a")


@given(st.text(alphabet=st.sampled_from('ab* "()-NOTRD«»'), max_size=30))
def test_any_text_compiles_or_is_refused_with_a_position_inside_it(source):
    refused_at, terms = None, None
    try:
        terms = compile_terms(source)
    except TermsError as error:
        refused_at = error.position
    if terms is None:
        assert 0 <= refused_at <= len(source)
    else:
        assert terms.empty == (not source.strip())


def test_the_sentence_that_satisfies_the_terms_is_the_passage():
    assert found("embassy denied", STORY) == ["The embassy denied any wrongdoing."]


def test_a_passage_carries_its_offsets_in_the_text():
    (passage,) = passages(compile_terms("embassy denied"), STORY, "en")
    assert STORY[passage.start : passage.end] == passage.text


def test_offsets_are_code_points():
    text = "🙂🇨🇦 Fine. The embassy denied it."
    (passage,) = passages(compile_terms("embassy"), text, "en")
    assert text[passage.start : passage.end] == "The embassy denied it."


def test_terms_may_be_spread_over_three_sentences_and_one_is_returned():
    text = "The embassy replied. It was short. It called the report false. Nothing else."
    assert found("embassy false", text) == ["The embassy replied."]
    assert found("embassy nothing", text) == []


def test_the_sentence_with_most_of_the_terms_is_returned():
    text = "The embassy replied. Its report on the stations was false."
    assert found("embassy report stations", text) == ["Its report on the stations was false."]


def test_the_reasons_are_the_words_as_the_text_has_them():
    (passage,) = passages(
        compile_terms('investig* ("service centre" OR depot)'), STORY, "en", limit=1
    )
    assert passage.reasons == ("investigating", "service centres")


def test_a_word_asked_not_to_occur_rules_out_its_neighbourhood_only():
    text = "Police visited. It was hockey night. So much for sport. Then it rained. Police left."
    assert found("police -hockey", text) == ["Police left."]


def test_the_richest_passages_come_first_and_the_limit_holds():
    text = (
        "The station opened. The police station opened. The police closed a police station early."
    )
    every = found("station OR police OR closed", text)
    assert every[0] == "The police closed a police station early."
    assert found("station OR police OR closed", text, limit=2) == every[:2]


def test_french_and_chinese_passages_are_found():
    assert found("ambassade dément*", FRENCH, "fr") == [
        "L’ambassade a démenti toute ingérence étrangère."
    ]
    assert found("大使馆 否认", CHINESE, "zh") == ["大使馆否认存在任何警察站。"]


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Vale met Dr. Marsh on Main St. near the U.S. embassy.",
        "M. Le Vale a rencontré Mgr. Marsh.",
        "Sgt. T. Marsh of the R.N.P. spoke for Norland Inc. yesterday.",
        "It cost $4.9 million, he said, e.g. No. 10 and others.",
        "“Is it closed?” she asked.",
        "« C'est faux ! », a déclaré Orla Vale.",
        "He left... or so they said.",
    ],
)
def test_an_abbreviation_or_a_quoted_mark_does_not_end_a_sentence(text):
    assert cut(text) == [text]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It moved to the U.S. The embassy closed.", 2),
        ("He said no. The embassy closed. He told me. She left.", 4),
        ("“It is false.” The embassy said no more.", 2),
        ("« C'est faux. » L'ambassade a refusé de répondre.", 2),
        ("Est-ce vrai ? Oui ! C’est vrai…", 3),
        ("警方表示正在调查。“没有警察站。”大使馆否认！真的吗？", 4),
        ("A headline without a stop\nA paragraph.\n\nAnother one.", 3),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, count):
    assert len(cut(text)) == count


@given(st.text(alphabet=st.sampled_from("aB.。!?”“«» \n'\u00a0🙂é"), max_size=80))
def test_sentences_are_in_order_apart_and_leave_only_spaces_out(text):
    spans = sentences(text)
    outside, after = "", 0
    for start, end in spans:
        assert after <= start < end
        outside += text[after:start]
        after = end
    assert not (outside + text[after:]).strip()


@pytest.mark.parametrize(
    ("terms", "text", "could"),
    [
        ('"police station"', "A station of the police was closed.", True),
        ('"police station"', "A station was closed.", False),
        ("stations OR kiosk", "One station was closed.", True),
        ("stat*", "One station was closed.", True),
        ("stat*", "One kiosk was closed.", False),
        ("station NOT closed", "One station was closed.", True),
        ("station NOT closed", "One kiosk was open.", False),
        ("station NOT (open NOT NOT closed)", "One station was open.", True),
        ("警察", "多伦多警方称两处警察服务站已关闭。", True),
    ],
)
def test_a_text_is_read_closely_only_if_it_has_the_words(terms, text, could):
    assert possible(compile_terms(terms), text, "en") is could


def test_a_sieve_lets_through_the_terms_a_text_may_match_and_forgets_nothing_it_has_seen():
    written = ['"police station"', "stations OR kiosk", "stat*", "警察", "", "NOT open closed"]
    terms = [compile_terms(source) for source in written]
    sieve = Sieve(terms)
    texts = [
        ("A harbour was painted on Tuesday.", "en"),
        ("A station of the police, which was closed.", "en"),
        ("Les stations étaient fermées.", "fr-CA"),
        ("多伦多警方称两处警察服务站已关闭。", "zh"),
        ("The statute on kiosks (closed) is open.", ""),
    ]
    for text, language in texts * 2:
        could = [each for each in terms if possible(each, text, language)]
        assert sieve.passing(text, language) == could
