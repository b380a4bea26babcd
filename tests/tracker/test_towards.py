"""The stance of a passage towards one claim: what the verb alone does not tell."""

import pytest

from tracker.attribution import attribute, towards

RUNS = "Norland runs police stations abroad, two of them in Harbour City."
DENIAL = "China says the offices are run by volunteers who renew passports."
INQUIRY = "The RNP is investigating two police stations in Harbour City."
TENU = "La Chine exploite des postes de police à l'étranger, dont deux à Montréal."
DEMENTI = "La Chine soutient que les centres sont tenus par des bénévoles."

ENGLISH = [
    # What a passage shares with the claim is said, by whomever.
    ("The RNP said police stations were open in Harbour City.", RUNS, "reports"),
    ("Two police stations run by Norland are open in Harbour City.", RUNS, "reports"),
    ("The RNP confirmed that Norland runs police stations in the city.", RUNS, "supports"),
    # Only the subject is touched, or nobody asserts it.
    ("Norland and its neighbours signed a treaty on fishing.", RUNS, "context"),
    ("The mayor asked whether Norland runs police stations here.", RUNS, "context"),
    ("It will look into whether Norland, or others, ran police stations.", RUNS, "context"),
    ("Does Norland run police stations in Harbour City?", RUNS, "context"),
    # A denial in other words than "denied".
    ("The Norland embassy said they are merely police stations for lost cats.", RUNS, "denies"),
    ("The Norland embassy said it does not run police stations abroad.", RUNS, "denies"),
    ("Orla Vale said there are no police stations in Harbour City.", RUNS, "disputes"),
    ("There are no police stations in Harbour City.", RUNS, "reports"),
    # Who denies one claim restates its own.
    ("China denied it, saying volunteers renew passports there.", DENIAL, "reports"),
    ("China denied running the stations.", DENIAL, "context"),
    ("The RNP declined to say whether it is investigating stations.", INQUIRY, "declines"),
    ("The RNP said it is investigating whether Norland ran police stations.", INQUIRY, "reports"),
]
FRENCH = [
    ("La GRC affirme que des postes de police sont ouverts à Montréal.", TENU, "reports"),
    ("On ignore si la Chine exploite des postes de police à Montréal.", TENU, "context"),
    ("La Chine exploite-t-elle des postes de police à Montréal ?", TENU, "context"),
    ("Pékin affirme ne pas exploiter de postes de police.", TENU, "denies"),
    ("Marta Quill affirme qu'il n'y a aucun poste de police à Montréal.", TENU, "disputes"),
    ("La Chine a nié les faits : des bénévoles tiennent les centres.", DEMENTI, "reports"),
    ("La Chine et le Canada ont signé un traité sur la pêche.", TENU, "context"),
]


@pytest.mark.parametrize(
    ("passage", "claim", "stance", "language"),
    [(*row, "en") for row in ENGLISH] + [(*row, "fr") for row in FRENCH],
)
def test_the_stance_is_one_towards_the_claim(passage, claim, stance, language):
    said = attribute(passage, 0, len(passage), language=language, outlet="Harbour Wire")
    assert towards(said, passage, claim, language).stance == stance


def test_what_a_claims_own_terms_let_through_is_about_it_in_other_words_too():
    passage = "The RNP said outposts were open."
    said = attribute(passage, 0, len(passage), language="en", outlet="Harbour Wire")
    assert towards(said, passage, RUNS, "en").stance == "context"
    assert towards(said, passage, RUNS, "en", about=True).stance == "reports"


def test_a_transcript_names_who_has_the_turn():
    text = "Q Is it shut?\nMS. ORLA VALE: It is shut. Nobody is there.\nMR. MARSH: I doubt that."
    for words, speaker in [("It is shut.", "ORLA VALE"), ("I doubt that.", "MARSH")]:
        at = text.index(words)
        said = attribute(text, at, at + len(words), language="en", outlet="Harbour Wire")
        assert said.speaker == speaker
        assert text[said.start : said.end] == speaker


def test_a_question_in_a_transcript_has_no_name():
    text = "Q Norland runs stations here.\nMS. VALE: It does not."
    said = attribute(text, 2, 30, language="en", outlet="Harbour Wire")
    assert (said.unnamed, said.speaker) == (True, "")


def test_far_from_its_name_a_turn_names_nobody():
    text = "MR. VALE: One. Two of them. Three of them.\nMS. MARSH: Four."
    at = text.index("Three")
    said = attribute(text, at, at + 14, language="en", outlet="Harbour Wire")
    assert said.speaker == ""


def test_one_word_before_a_colon_makes_no_transcript():
    text = "Mr. Vale: the man behind the map.\nHe drew it in June."
    said = attribute(text, 10, 32, language="en", outlet="Harbour Wire")
    assert said.speaker == ""
