"""Which texts are one text, and which agency a text credits."""

import random
import re

import pytest

from sources.ingest.copies import Overlap, akin, compare, credit, sketch, verdict

WORDS = re.findall(
    r"\w+",
    "harbour council minister report inquiry bridge river letter witness budget school embassy "
    "officer station winter market signal border notice tribunal engine forest ledger journal "
    "quarter village treaty committee garden copper island passage window chapter lantern valley",
)
VERBS = ("said", "denied", "ordered", "reviewed", "closed", "opened", "moved", "described")


def story(seed, paragraphs=16):
    """An invented article: paragraphs of three sentences that no other seed repeats."""
    chance = random.Random(seed)

    def sentence():
        parts = chance.choices(WORDS, k=9)
        return f"The {parts[0]} {chance.choice(VERBS)} the {' '.join(parts[1:5])} of {' '.join(parts[5:])}."

    return [" ".join(sentence() for _ in range(3)) for _ in range(paragraphs)]


def judged(one, other, days=0.5):
    return verdict(compare(sketch("\n".join(one)), sketch("\n".join(other))), days)


WIRE = story(1)


def test_a_text_is_the_same_as_itself():
    assert judged(WIRE, WIRE) == "same"


def test_a_copy_with_a_new_headline_and_footer_is_the_same():
    assert (
        judged(WIRE, ["A headline of our own", *WIRE, "Copyright of an invented outlet"]) == "same"
    )


def test_a_copy_cut_by_a_third_from_the_end_is_the_same():
    assert judged(WIRE, WIRE[: round(len(WIRE) * 0.7)]) == "same"


def test_a_copy_without_every_third_paragraph_is_the_same():
    assert judged(WIRE, [each for at, each in enumerate(WIRE) if at % 3 != 1]) == "same"


def test_a_copy_with_a_local_beginning_is_the_same():
    assert judged(WIRE, story(2, 3) + WIRE) == "same"


def test_a_copy_with_edited_words_is_the_same():
    edited = [each.replace("minister", "premier").replace("report", "study") for each in WIRE]
    assert judged(WIRE, edited) == "same"


def test_typographic_differences_do_not_matter():
    assert sketch("\n".join(WIRE)) == sketch(" ".join(WIRE).upper().replace(".", " \u2026"))


def test_a_copy_cut_to_two_fifths_is_the_same():
    assert judged(WIRE, WIRE[: round(len(WIRE) * 0.4)]) == "same"


def test_a_note_that_a_long_report_holds_whole_is_shown_to_an_editor():
    note = story(60, 3)
    assert judged(note, story(61, 30) + note) == "shares"


def test_the_two_versions_of_a_cut_text_find_each_other():
    longer = story(70, 40)
    assert judged(longer[:28], longer[:18]) == "same"


def test_a_local_article_that_quotes_a_third_of_the_wire_is_shown_to_an_editor():
    assert judged(WIRE, story(3, 10) + WIRE[: len(WIRE) // 3]) == "shares"


def sketches(*texts):
    return [sketch("\n".join(text)) for text in texts]


@pytest.mark.parametrize("seed", range(10, 30))
def test_the_two_wires_of_a_roundup_are_not_akin_though_each_stands_in_it(seed):
    first, second = story(seed), story(seed + 100)
    assert judged(first, first + second) != "different"
    assert not akin(sketches(first), sketches(second))
    assert not akin(sketches(second), sketches(first, first[:10]))


def test_copies_of_one_wire_are_akin_however_each_was_cut():
    cuts = sketches(WIRE[:7], story(2, 3) + WIRE[:11], WIRE[:2] + WIRE[4:])
    assert akin(sketches(WIRE), cuts)
    assert akin(cuts[:1], cuts[1:])


def test_two_stories_with_the_same_quote_stay_two():
    quote = story(7, 1)
    assert judged([*story(8, 8), *quote], [*quote, *story(9, 8)]) == "different"


def test_two_short_notes_with_the_same_quote_are_not_the_same():
    quote = story(7, 1)
    assert judged([*story(8, 2), *quote], [*quote, *story(9, 2)]) != "same"


def test_two_stories_of_one_day_are_different():
    assert judged(story(40), story(41)) == "different"


def test_the_same_text_eight_days_later_is_shown_to_an_editor():
    assert judged(WIRE, WIRE, days=8) == "shares"
    assert judged(WIRE, WIRE, days=-6.9) == "same"


def test_a_brief_and_its_copy_are_the_same():
    brief = story(50, 2)
    assert judged(brief, ["News in short", *brief]) == "same"


def test_the_length_at_which_sampling_changes_does_not_hide_a_copy():
    for length in range(2, len(WIRE)):
        assert judged(WIRE[:length], [*story(60, 1), *WIRE[:length]]) == "same"


def test_a_short_text_in_a_long_one_is_weighed_by_the_same_sample():
    overlap = compare(sketch("\n".join(WIRE[:3])), sketch("\n".join(WIRE)))
    assert overlap.of_shorter > 0.6


def test_chinese_text_is_compared_by_characters():
    one = "加拿大外交部周四表示,已收到关于海外服务站的报告,并正在与警方核实有关情况。" * 1
    other = "多伦多居民说,他们从未听说过这些服务站,也没有人向他们解释过其中的工作内容。"
    text = one + other
    assert judged([text], ["本报讯 " + text]) == "same"
    assert judged([one], [other]) == "different"


def test_a_sketch_holds_numbers_a_database_can_hold():
    hashes = sketch("\n".join(WIRE))
    assert all(-(2**63) <= each < 2**63 for each in hashes)
    assert 16 <= len(hashes) <= len(" ".join(WIRE).split()) / 8


def test_a_text_too_short_for_a_run_of_words_has_no_sketch_and_no_copy():
    assert sketch("Three words only") == frozenset()
    assert compare(sketch(""), sketch("\n".join(WIRE))) == Overlap(0, 0.0, 0.0)


def test_two_shared_hashes_are_chance():
    assert verdict(Overlap(2, 1.0, 1.0), 0) == "different"


@pytest.mark.parametrize(
    ("text", "byline", "agency"),
    [
        ("OTTAWA (AP) \u2014 The minister spoke.", "", "The Associated Press"),
        ("BEIJING, June 13 (Xinhua) -- The office said.", "", "Xinhua"),
        ("(Reuters) - The office said.", "", "Reuters"),
        ("Words.", "Ada Sample, The Associated Press", "The Associated Press"),
        ("Words.", "Ada Sample, Australian Associated Press", "Australian Associated Press"),
        ("Words.", "Reuters Staff", "Reuters"),
        ("Mots.", "La Presse canadienne", "La Presse canadienne"),
        (
            "Words.\nThis report by The Canadian Press was first published.",
            "",
            "The Canadian Press",
        ),
        ("Mots.\n\u2014 Agence France-Presse", "", "Agence France-Presse"),
        ("Words.\n\u00a9 2023 AFP", "", "Agence France-Presse"),
        ("Words.\n(Source: AFP)", "", "Agence France-Presse"),
        (
            "Words.\nCopyright 2023 The Associated Press. All rights reserved.",
            "",
            "The Associated Press",
        ),
        ("\u591a\u4f26\u591a\u8baf\u3002\n\u6765\u6e90\n\u65b0\u534e\u793e", "", "Xinhua"),
    ],
)
def test_an_explicit_credit_names_the_agency(text, byline, agency):
    assert credit(text, byline) == agency


@pytest.mark.parametrize(
    ("text", "byline"),
    [
        ("Bloomberg reported on Tuesday that an office had closed.\nMore words.", ""),
        ("The office closed, according to Reuters.", ""),
        ("Words.\nWith files from The Canadian Press", ""),
        ("Words.", "Ada Sample, with files from Reuters"),
        ("The Alliance Party (AP) and others voted.\nMore words.", ""),
        ("Words.", "Ada Sample, Invented Herald"),
        ("", ""),
    ],
)
def test_a_mention_is_no_credit(text, byline):
    assert credit(text, byline) == ""
