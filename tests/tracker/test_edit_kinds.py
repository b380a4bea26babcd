"""What kind of edit made one text of another, by the written rules."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from tracker.edits.bursts import Burst, Stored, bursts
from tracker.edits.kinds import CLASSES, Text, classify

EN = """By Ada Writer
Officials said on Monday that two desks were closed in the old harbour.
“We have nothing to hide from anybody,” the invented embassy wrote.
The desks opened in 2019 and served few people, neighbours recall.
Read more: All about the desks"""
FR = """Par Ada Plume
Des responsables ont dit lundi que deux comptoirs avaient fermé au vieux port.
« Nous n’avons rien à cacher à personne », a écrit l’ambassade inventée.
Les comptoirs ont ouvert en 2019 et servaient peu de gens.
À lire aussi : Tout sur les comptoirs"""
ZH = """记者 王小明
官员周一表示，旧港的两个办事处已经关闭。
“我们没有什么可以隐瞒的，”虚构的大使馆写道。
办事处于2019年开设，服务对象很少。
相关阅读：关于办事处的一切"""


def kinds(text, *swaps, **values):
    new = text
    for old, put in swaps:
        assert old in new, old
        new = new.replace(old, put)
    return classify(
        Text("A headline", text), Text(values.pop("title", "A headline"), new, **values)
    )


@pytest.mark.parametrize(
    ("text", "old", "put", "classes"),
    [
        (EN, "old harbour", "new harbour", "lede"),
        (EN, "two desks", "three desks", "lede number"),
        (EN, "on Monday", "on Tuesday", "lede number"),
        (EN, "few people", "many people", "body"),
        (EN, "2019", "2020", "body number"),
        (EN, "in 2019 and", "and", "body number"),
        (EN, "nothing to hide", "little to hide", "body quote"),
        (EN, "invented embassy", "invented consulate", "body"),
        (EN, ", neighbours recall", "", "body"),
        (EN, "Ada Writer", "Bea Scribe", "byline"),
        (EN, "All about the desks", "The desks, a year on", "boilerplate"),
        (
            EN,
            "“We have nothing to hide from anybody,”",
            '"We have nothing to hide from anybody,"',
            "boilerplate",
        ),
        (EN, "The desks opened in 2019 and served few people, neighbours recall.\n", "", "body"),
        (FR, "vieux port", "nouveau port", "lede"),
        (FR, "deux comptoirs", "trois comptoirs", "lede number"),
        (FR, "lundi", "mardi", "lede number"),
        (FR, "rien à cacher", "peu à cacher", "body quote"),
        (FR, "peu de gens", "beaucoup de gens", "body"),
        (FR, "Ada Plume", "Béatrice Encre", "byline"),
        (FR, "Tout sur les comptoirs", "Les comptoirs un an après", "boilerplate"),
        (FR, "n’avons", "n'avons", "boilerplate"),
        (EN, "By Ada Writer\n", "By noon nobody was left there.\n", "lede byline"),
        (ZH, "旧港", "新港", "lede"),
        (ZH, "两个办事处", "三个办事处", "lede number"),
        (ZH, "2019年", "2020年", "body number"),
        (ZH, "没有什么可以隐瞒", "没有任何可以隐瞒", "body quote"),
        (ZH, "很少", "很多", "body"),
        (ZH, "王小明", "李小红", "byline"),
        (ZH, "关于办事处的一切", "办事处一年之后", "boilerplate"),
    ],
)
def test_an_edit_is_classed_by_where_it_fell_and_what_it_touched(text, old, put, classes):
    assert kinds(text, (old, put)).classes == tuple(classes.split())


def test_an_edit_has_all_its_classes_in_one_order():
    verdict = kinds(EN, ("2019", "2021"), ("old harbour", "port"), title="Another headline")
    assert verdict.classes == ("headline", "lede", "body", "number")


def test_a_headline_set_with_other_quotation_marks_is_no_edit_of_it():
    old, new = Text("“Nothing to hide”", EN), Text('"Nothing to hide"', EN)
    assert classify(old, new).classes == ("boilerplate",)


def test_other_authors_named_by_the_page_are_an_edit_of_the_byline():
    old, new = Text("A", EN, author="Ada Writer"), Text("A", EN, author="Ada Writer, Bea Scribe")
    assert classify(old, new).classes == ("byline",)


def test_an_author_not_known_before_is_no_edit():
    assert classify(Text("A", EN), Text("A", EN, author="Ada Writer")).classes == ()


def test_one_word_in_quotation_marks_is_no_quoted_passage():
    text = "A first paragraph.\nThe so-called “stations” closed."
    assert kinds(text, ("stations", "desks")).classes == ("body",)


def test_a_paragraph_that_only_moved_touches_neither_quote_nor_number():
    lines = EN.split("\n")
    moved = "\n".join([lines[0], lines[1], lines[3], lines[2], lines[4]])
    assert classify(Text("A", EN), Text("A", moved)).classes == ("body",)


def test_a_number_inside_a_long_new_sentence_is_no_corrected_number():
    added = "recall. Nobody in the street had heard of any of it before 2018 when it was told"
    assert kinds(EN, ("recall", added)).classes == ("body",)


def test_spaces_alone_are_boilerplate_and_no_difference_is_no_edit():
    assert kinds(EN, ("few people", "few  people")).classes == ("boilerplate",)
    assert kinds(EN).classes == ()


# --- silent or announced ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (EN, "Correction: An earlier version of this story misstated the year."),
        (EN, "An earlier version of this article gave a wrong year."),
        (EN, "This story has been updated with a comment of the embassy."),
        (EN, "Editor’s note: The year was corrected."),
        (EN, "Clarification: The desks closed last year."),
        (FR, "Rectificatif : une version précédente de ce texte donnait une autre année."),
        (FR, "Une version antérieure de cet article donnait une autre année."),
        (FR, "Cet article a été mis à jour avec la réaction de l’ambassade."),
        (FR, "Précision : les comptoirs ont fermé l’an dernier."),
        (FR, "Note de la rédaction : l’année a été corrigée."),
        (ZH, "更正：本文此前版本的年份有误。"),
        (ZH, "编者按：年份已更正。"),
        (ZH, "本文已更新，加入大使馆的回应。"),
    ],
)
def test_a_note_announces_the_edit(text, note):
    verdict = kinds(text, (text, f"{text}\n{note}"), ("2019", "2020"))
    assert verdict.announced == "note"
    assert verdict.classes == ("body", "number")


def test_a_note_alone_is_an_edit_of_the_body():
    assert kinds(EN, (EN, f"{EN}\nCorrection: The year was wrong.")).classes == ("body",)


def test_a_note_that_stood_there_before_announces_nothing_new():
    noted = f"{EN}\nCorrection: The year was wrong."
    assert kinds(noted, ("few people", "many people")).announced == ""


@pytest.mark.parametrize(
    "words",
    [
        "The correction service opened a new wing, officials said.",
        "Corrections officers and the union met in the evening.",
        "Correction de trajectoire : un virage est prévu demain.",
        "He updated his will, the family said in a letter.",
        "Une correction de trajectoire est prévue demain, selon la ministre.",
    ],
)
def test_what_only_speaks_of_corrections_announces_nothing(words):
    assert kinds(EN, (EN, f"{EN}\nNobody knew why.\n{words}")).announced == ""


def test_a_later_date_of_modification_announces_the_edit():
    at = datetime(2023, 5, 3, tzinfo=UTC)
    new = EN.replace("2019", "2020")
    earlier, later = Text("A", EN, modified=at), Text("A", new, modified=at + timedelta(hours=1))
    assert classify(earlier, later).announced == "date"
    assert classify(later, Text("A", EN, modified=at)).announced == ""


@pytest.mark.parametrize(
    "stamp",
    [
        "Updated: {} May 2023, 10:0{}",
        "Mis à jour le {} mai 2023 à 10 h 0{}",
        "更新时间：2023年5月{}日 10:0{}",
    ],
)
def test_a_new_time_stamp_announces_the_edit_and_is_boilerplate(stamp):
    old, new = f"{stamp.format(3, 1)}\n{EN}", f"{stamp.format(4, 5)}\n{EN}"
    verdict = classify(Text("A", old), Text("A", new))
    assert (verdict.announced, verdict.classes) == ("date", ("boilerplate",))


# --- what holds for every edit ----------------------------------------------------------------


def made(seed):
    """Two texts, the second made of the first by a few random edits."""
    chance = random.Random(seed)
    lines = chance.choice([EN, FR, ZH]).split("\n")
    new = list(lines)
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(len(new))
        act = chance.choice(["drop", "double", "shuffle", "swap", "cut"])
        if act == "drop" and len(new) > 1:
            del new[at]
        elif act == "double":
            new.insert(at, new[at])
        elif act == "shuffle":
            chance.shuffle(new)
        elif act == "swap":
            new[at] = new[at][::-1]
        else:
            new[at] = new[at][: len(new[at]) // 2]
    return "\n".join(lines), "\n".join(new)


@pytest.mark.parametrize("seed", range(120))
def test_classes_are_known_ordered_and_there_exactly_when_something_differs(seed):
    old, new = made(seed)
    classes = classify(Text("A", old), Text("A", new)).classes
    assert classes == tuple(one for one in CLASSES if one in classes)
    assert bool(classes) == (old != new)
    assert "boilerplate" not in classes or classes == ("boilerplate",)


# --- bursts -----------------------------------------------------------------------------------


def folded(*minutes, reread=()):
    start = datetime(2023, 5, 3, tzinfo=UTC)
    versions = [
        Stored(n, start + timedelta(minutes=at), n in reread) for n, at in enumerate(minutes, 1)
    ]
    return bursts(versions)


def test_one_version_is_no_edit():
    assert folded(0) == []


def test_edits_within_an_hour_of_the_first_are_one_from_first_to_last():
    assert folded(0, 300, 320, 360) == [Burst(1, 4, reread=False)]


def test_an_edit_after_the_hour_begins_the_next():
    assert folded(0, 300, 340, 361) == [Burst(1, 3, reread=False), Burst(3, 4, reread=False)]


def test_a_page_edited_all_day_is_not_one_edit():
    assert len(folded(0, *range(300, 700, 40))) == 5


def test_a_text_read_again_by_a_newer_extractor_stands_alone():
    assert folded(0, 300, 310, 320, reread=[3]) == [
        Burst(1, 2, reread=False),
        Burst(2, 3, reread=True),
        Burst(3, 4, reread=False),
    ]
