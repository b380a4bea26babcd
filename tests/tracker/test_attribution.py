"""Who said it: never a wrong speaker, unnamed sources, chains of outlets, and stances."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.attribution import Link, attribute, chain_text, parse_chain
from tracker.matching import sentences

UNNAMED = "(unnamed)"
HOME = "Harbour Wire"

ENGLISH = [
    # The passage names who speaks.
    ("The RNP said it was investigating two alleged stations.", "RNP"),
    ("Orla Vale, the public safety minister, said interference is unacceptable.", "Orla Vale"),
    ("Public Safety Minister Orla Vale said interference is unacceptable.", "Orla Vale"),
    ("“We will not tolerate it,” said Sgt. Tobin Marsh, a spokesman for the force.", "Tobin Marsh"),
    ("The stations were closed, Tobin Marsh said on Tuesday.", "Tobin Marsh"),
    ("The stations, Orla Vale said, were closed in April.", "Orla Vale"),
    ("Orla Vale told reporters the stations were closed.", "Orla Vale"),
    ("According to the Norland foreign ministry, volunteers run them.", "Norland foreign ministry"),
    ("“It is over,” a spokesperson for the Norland embassy said.", "Norland embassy"),
    ("Norland’s foreign ministry rejected the report.", "Norland’s foreign ministry"),
    ("A statement from the Norland embassy said the report was false.", "Norland embassy"),
    ("The Norland ambassador, Lin Qiao, denied the report.", "Lin Qiao"),
    ("A friend of the family, Dara Holt, said the file was closed.", "Dara Holt"),
    ("Tobin Marsh, who met Orla Vale in June, said the plan was dead.", "Tobin Marsh"),
    ("In a letter to Orla Vale, Tobin Marsh said the plan was dead.", "Tobin Marsh"),
    ("Orla Vale, an aide to Tobin Marsh, said the visit was planned.", "Orla Vale"),
    ("Vale's lawyer, Dara Holt, said the list was long.", "Dara Holt"),
    ("Like Orla Vale, Dara Holt said the list was long.", "Dara Holt"),
    ("Norland rights group Harbour Watch says the list was long.", "Harbour Watch"),
    ("Police visited, said Jessa Calo, a teacher at the Vale school.", "Jessa Calo"),
    ("Dara Holt, 58, told reporters the list was long.", "Dara Holt"),
    ("Wire Review editor-in-chief Dara Holt said the list was long.", "Dara Holt"),
    # Somebody speaks for, about, to or beside the one who is named.
    ("A lawyer for Orla Vale said she would appeal.", UNNAMED),
    ("Orla Vale's lawyer said nothing was wrong.", ""),
    ("The head of the RNP said the file was open.", ""),
    ("Critics of the Norland embassy said it lied.", UNNAMED),
    ("The mother of Tobin Marsh said he was innocent.", ""),
    ("Asked about Tobin Marsh, the minister said it was too early.", ""),
    ("The mayor, speaking after Dara Holt, said the list was long.", ""),
    ("According to the brother of Dara Holt, the list was long.", ""),
    ("The man Dara Holt accused said the file was closed.", ""),
    ("The station was run by Tobin Marsh, said the embassy.", ""),
    ("The stations were run by the ambassador, Lin Qiao, said the ministry.", ""),
    ("Tobin Marsh, the chief, said police, was charged.", ""),
    ("The ambassador, Lin Qiao, resigned, the ministry said.", ""),
    ("A spokesperson for Orla Vale said no.", ""),
    ("Experts such as Dara Holt said the list was long.", ""),
    ("The report said Tobin Marsh ran the station.", ""),
    ("Documents obtained by CBC News say Tobin Marsh ran the station.", ""),
    (
        "Dara Holt, Harbour Air's manager, urged the Norland government to open its books.",
        "Dara Holt",
    ),
    ("Dara Holt, once a hero there, urged the Norland government to open its books.", ""),
    ("Two of the experts who read the RNP report at home expressed doubts.", ""),
    ("A Norland company says the lander crashed.", ""),
    ("Canadian company says the lander crashed.", ""),
    ("The figure is high, according to Vale Institute's latest database tracking the flow.", ""),
    # Nobody says it, two say it, or the sentence only supposes it.
    ("Orla Vale was told the stations were closed.", ""),
    ("Orla Vale is said to have closed the stations.", ""),
    ("Orla Vale and Tobin Marsh said it was over.", ""),
    ("Dara Holt, Orla Vale and Tobin Marsh said it was over.", ""),
    ("Orla Vale said Tobin Marsh had denied the report.", ""),
    ("Neither Orla Vale nor Tobin Marsh said a word.", ""),
    ("If Orla Vale said so, it would be news.", ""),
    ("What Dara Holt said was false.", ""),
    ("“We never did this,” she said.", ""),
    ("“We never did this,” the minister said.", ""),
    ("They said the list was long.", ""),
    ("Katya Perrin Accused Of Bullying Contestant", ""),
    ("Katya Perrin, accused by the RNP of fraud, left.", ""),
    ("CEO Announces Layoffs", ""),
    ("Nobody from the embassy said anything.", ""),
    # What was found is said, what was found in the street is not.
    ("The Norland Commission found that the vote was fair.", "Norland Commission"),
    ("The Norland police found a map in a drawer.", ""),
    ("The Norland Department of Justice announced it on Monday.", "Norland Department of Justice"),
    # Sources without a name.
    ("A source familiar with the talks said the plan was ready.", UNNAMED),
    ("Ottawa will share its findings, according to people familiar with the matter.", UNNAMED),
    ("Another source said the differing legal structures complicate it.", UNNAMED),
    ("One of the people said Britain was eager.", UNNAMED),
    ("Two officials, who asked not to be named, said the plan was ready.", UNNAMED),
    ("A person who knows Dara Holt said the list was long.", UNNAMED),
    ("A senior official, speaking on condition of anonymity, said it was long.", UNNAMED),
]

FRENCH = [
    ("La GRN a déclaré qu'elle enquête sur deux postes.", "GRN"),
    ("La Gendarmerie du Norland a confirmé jeudi l'enquête.", "Gendarmerie du Norland"),
    (
        "« Nous ne tolérerons rien », a déclaré la sergente Orla Vale, du corps policier.",
        "Orla Vale",
    ),
    ("« C'est faux », soutient Dara Holt, avocate de Tobin Marsh.", "Dara Holt"),
    ("« C'est faux », a soutenu l'avocate de Tobin Marsh, Dara Holt.", "Dara Holt"),
    ("Le ministre de la Sécurité publique, Tobin Marsh, a nié les faits.", "Tobin Marsh"),
    ("La ministre Orla Vale affirme que la liste est longue.", "Orla Vale"),
    ("Les postes sont fermés, affirme Marta Quill.", "Marta Quill"),
    ("La liste, a précisé Orla Vale, est longue.", "Orla Vale"),
    ("Selon la ministre Orla Vale, la liste est longue.", "Orla Vale"),
    ("D’après Dara Holt, avocate de Tobin Marsh, c'est faux.", "Dara Holt"),
    ("L'ambassade du Norland a démenti toute ingérence.", "ambassade du Norland"),
    ("« C'est faux », a dit un porte-parole de l'ambassade du Norland.", "ambassade du Norland"),
    (
        "Selon l'ambassade du Norland à Ottawa, ce sont des bénévoles.",
        "ambassade du Norland à Ottawa",
    ),
    ("Pékin a rejeté ces accusations.", "Pékin"),
    ("Depuis novembre, la Chine soutient que ce sont des bénévoles.", "Chine"),
    ("La Chine a constaté une hausse.", ""),
    ("Dans une lettre à Orla Vale, Tobin Marsh a dit que c'était clos.", "Tobin Marsh"),
    ("Dara Holt, qui représente Tobin Marsh, a dit que c'était faux.", "Dara Holt"),
    ("Un ami de Tobin Marsh, Dara Holt, a dit que c'était faux.", "Dara Holt"),
    ("À Ottawa, Orla Vale a indiqué que c'était clos.", "Orla Vale"),
    ("L'avocat de Tobin Marsh a nié les faits.", ""),
    ("« C'est faux », a soutenu l'avocate de Tobin Marsh.", ""),
    ("Le frère de Tobin Marsh a déclaré que c'était faux.", ""),
    ("Le chef de la GRN a dit que c'était clos.", ""),
    ("Interrogé sur Tobin Marsh, le ministre a dit que c'était clos.", ""),
    ("Selon l'avocate de Tobin Marsh, c'est faux.", ""),
    ("L'ambassadeur, Lin Qiao, a démissionné, affirme la ministre.", ""),
    ("L'ambassadeur, Lin Qiao, a été convoqué, a annoncé la ministre.", ""),
    ("Tobin Marsh et Orla Vale ont déclaré que c'était clos.", ""),
    ("Tobin Marsh a été accusé d'avoir dirigé un poste.", ""),
    ("Tobin Marsh aurait dit que c'était clos.", ""),
    ("Marta Quill n'a pas nié.", ""),
    ("Ce que Tobin Marsh a dit est faux.", ""),
    ("L'allégation selon laquelle la GRN a fermé les postes est fausse.", ""),
    ("« C'est faux », a-t-il dit.", ""),
    ("« C'est faux », dit-elle.", ""),
    ("Selon elle, la liste est longue.", ""),
    ("Selon la ministre, la liste est longue.", ""),
    ("Selon nos informations, la liste est longue.", ""),
    ("Il a dit que Tobin Marsh dirigeait le poste.", ""),
    ("On a dit que Tobin Marsh dirigeait le poste.", ""),
    ("Avant que Tobin Marsh dise un mot, l'avocat a dit que c'était clos.", ""),
    ("Une source proche du dossier affirme que tout est fini.", UNNAMED),
    ("Selon des sources, le dossier est clos.", UNNAMED),
    ("Selon une personne au courant du dossier, la liste est longue.", UNNAMED),
    ("Une autre source a dit que la liste était longue.", UNNAMED),
    ("De source policière, on apprend que la liste est longue.", UNNAMED),
    ("Un haut fonctionnaire, sous le couvert de l'anonymat, a dit non.", UNNAMED),
    ("Une source qui n'est pas autorisée à parler a dit que c'était clos.", UNNAMED),
    ("Deux responsables norlandais ont confirmé la liste.", UNNAMED),
    ("Des proches de Tobin Marsh soutiennent qu'il est malade.", UNNAMED),
]


def about(passage, text=None, language="en", **options):
    text = passage if text is None else text
    start = text.index(passage)
    options.setdefault("outlet", HOME)
    return attribute(text, start, start + len(passage), language=language, **options)


def chain(result):
    return [(link.kind, link.name) for link in result.chain]


@pytest.mark.parametrize(("text", "speaker"), ENGLISH)
def test_english_reporting_names_its_speaker_or_nobody(text, speaker):
    result = about(text)
    assert (UNNAMED if result.unnamed else result.speaker) == speaker


@pytest.mark.parametrize(("text", "speaker"), FRENCH)
def test_french_reporting_names_its_speaker_or_nobody(text, speaker):
    result = about(text, language="fr")
    assert (UNNAMED if result.unnamed else result.speaker) == speaker


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("gap", [" ", "\n"])
def test_a_speaker_is_always_named_by_the_passage_or_a_sentence_beside_it(language, gap):
    text = gap.join(text for text, _ in (ENGLISH if language == "en" else FRENCH))
    spans = sentences(text)
    named = 0
    for number, (start, end) in enumerate(spans):
        result = attribute(text, start, end, language=language, outlet=HOME)
        around = text[spans[max(0, number - 1)][0] : spans[min(number + 1, len(spans) - 1)][1]]
        assert result.speaker in around
        if result.speaker:
            named += 1
            assert result.speaker.split()[-1] in text[result.start : result.end]
        elif not result.unnamed:
            assert (result.start, result.end) == (-1, -1)
    assert named > 15


def test_a_passage_without_attribution_has_no_speaker():
    result = about(
        "The stations closed in June.", "Quill said it was over. The stations closed in June."
    )
    assert (result.speaker, result.unnamed, result.cue, result.stance) == ("", False, "", "reports")
    assert chain(result) == [("outlet", HOME)]


def test_the_words_that_justify_a_speaker_are_pointed_at():
    text = "The file is open. Orla Vale, the minister, said it was over."
    result = about("it was over", text)
    assert text[result.start : result.end] == "Orla Vale, the minister, said"


def test_of_two_speakers_the_one_whose_clause_is_selected_is_named():
    text = "Dara Holt said the list was false, but the RNP denied it."
    assert about("the list was false", text).speaker == "Dara Holt"
    assert about("the RNP denied it", text).speaker == "RNP"
    assert about(text).speaker == ""


def test_a_clause_nobody_is_said_to_have_said_stays_blank():
    text = "Dara Holt said the list was false, but the stations closed in June."
    assert about("the stations closed in June", text).speaker == ""


def test_a_quotation_over_several_sentences_takes_the_speaker_named_beside_it():
    text = "“We closed the stations. It took a day,” said Marta Quill."
    assert about("“We closed the stations.", text).speaker == "Marta Quill"
    french = "« Les postes sont fermés. Ils le resteront », a déclaré Orla Vale."
    assert about("« Les postes sont fermés.", french, "fr").speaker == "Orla Vale"


def test_a_quotation_too_far_from_its_speaker_stays_blank():
    text = "“We closed the stations. It took a day. It rained. It is over,” said Marta Quill."
    assert about("“We closed the stations.", text).speaker == ""


def test_a_sentence_that_is_all_quotation_takes_the_speaker_before_it():
    text = "Marta Quill said the file was closed on Monday. “There was nothing in it.”"
    result = about("“There was nothing in it.”", text)
    assert (result.speaker, result.direct_quote) == ("Marta Quill", True)


def test_a_quotation_between_two_speakers_stays_blank():
    text = "Orla Vale said it was over. “It is closed.” Tobin Marsh said the file never existed."
    assert about("“It is closed.”", text).speaker == ""


def test_a_colon_announces_the_words_of_the_next_paragraph():
    text = "Marta Quill said in a letter:\nThere is nothing here."
    assert about("There is nothing here.", text).speaker == "Marta Quill"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Marta Quill said the chief was wrong. He said it would stay closed.", "en"),
        ("Marta Quill met Tobin Marsh. She said it would stay closed.", "en"),
        ("La ministre Orla Vale a dit non. Il a dit que rien ne restait.", "fr"),
        ("Tobin Marsh a dit non. « Jamais », a-t-elle ajouté.", "fr"),
    ],
)
def test_a_pronoun_names_nobody(text, language):
    assert about(text[text.index(". ") + 2 :], text, language).speaker == ""


def test_a_surname_is_completed_by_the_full_name_beside_it():
    text = "Marta Quill met the press. Quill said it would stay closed."
    assert about("Quill said it would stay closed.", text).speaker == "Marta Quill"


def test_a_surname_two_people_beside_it_share_names_nobody():
    text = (
        "Marta Quill met her cousin. Tobin Quill left. Quill said it was closed. Marta Quill left."
    )
    assert about("Quill said it was closed.", text).speaker == ""


def test_a_common_word_at_the_head_of_a_sentence_is_no_name():
    assert about("Smugglers said the list was long.").speaker == ""
    assert about("Police said the list was long.").speaker == ""


def test_what_stands_in_quotation_marks_attributes_nothing():
    assert about("“Marsh said it was over” was painted on the wall.").speaker == ""


def test_a_speaker_the_newsroom_knows_is_found_without_its_accents_and_case():
    result = about(
        "L’association des riverains a nié les faits.",
        language="fr",
        known=["Association des Rivérains"],
    )
    assert (result.speaker, result.stance) == ("Association des Rivérains", "denies")


def test_a_known_speaker_is_not_proposed_for_the_words_of_another():
    text = "The lawyer for the harbour friends said it was over."
    assert about(text, known=["Harbour Friends"]).speaker == ""


def test_a_chinese_passage_names_only_speakers_the_newsroom_knows():
    text = "诺兰皇家骑警表示，正在调查。大使馆否认此事。知情人士透露，名单很长。"
    known = ["诺兰皇家骑警"]
    assert about("诺兰皇家骑警表示，正在调查。", text, "zh", known=known).speaker == known[0]
    assert about("大使馆否认此事。", text, "zh", known=known).speaker == ""
    assert about("知情人士透露，名单很长。", text, "zh", known=known).unnamed


@pytest.mark.parametrize(
    ("text", "language", "links"),
    [
        (
            "Bloomberg reported, citing people familiar with the matter, that it was mapped.",
            "en",
            [("outlet", "Bloomberg"), ("unnamed", "people familiar with the matter")],
        ),
        (
            "People familiar with the talks told Bloomberg the stations were mapped.",
            "en",
            [("outlet", "Bloomberg"), ("unnamed", "People familiar with the talks")],
        ),
        ("The list is long, according to Bloomberg.", "en", [("outlet", "Bloomberg")]),
        (
            "The Globe and Mail reported the story first, citing Orla Vale.",
            "en",
            [("outlet", "Globe and Mail"), ("speaker", "Orla Vale")],
        ),
        (
            "Tobin Marsh told Bloomberg News on Friday that he had resigned.",
            "en",
            [("outlet", "Bloomberg News"), ("speaker", "Tobin Marsh")],
        ),
        (
            "Harbour Wire reported, citing a source, that it was over.",
            "en",
            [("unnamed", "a source")],
        ),
        (
            "D'après Bloomberg, qui cite des sources proches du dossier, tout est clos.",
            "fr",
            [("outlet", "Bloomberg"), ("unnamed", "des sources proches du dossier")],
        ),
        (
            "Le quotidien Le Phare rapporte, en citant une source anonyme, que tout est clos.",
            "fr",
            [("outlet", "Le Phare"), ("unnamed", "une source anonyme")],
        ),
        ("La liste est longue, a appris Radio-Canada.", "fr", [("outlet", "Radio-Canada")]),
        ("Orla Vale a dit que tout est clos.", "fr", [("speaker", "Orla Vale")]),
    ],
)
def test_a_chain_runs_from_the_outlet_read_to_the_last_known_link(text, language, links):
    result = about(text, language=language)
    assert chain(result) == [("outlet", HOME), *links]
    assert (result.chain[0].start, result.chain[0].end) == (-1, -1)
    assert all(text[link.start : link.end] == link.name for link in result.chain[1:])


def test_three_outlets_relaying_one_outlet_share_the_last_link():
    text = "The list is long, Bloomberg reported."
    lasts = {about(text, outlet=outlet).chain[-1] for outlet in ("North Gazette", "CBC News", HOME)}
    assert [(link.kind, link.name) for link in lasts] == [("outlet", "Bloomberg")]


@pytest.mark.parametrize(
    ("text", "language", "stance"),
    [
        ("The RNP said it was open.", "en", "reports"),
        ("The RNP denied it.", "en", "denies"),
        ("The RNP called the report false.", "en", "denies"),
        ("The RNP disputed the figure.", "en", "disputes"),
        ("The RNP confirmed the figure.", "en", "supports"),
        ("The RNP declined to comment.", "en", "declines"),
        ("The RNP did not immediately respond to questions.", "en", "declines"),
        ("The RNP would neither confirm nor deny it.", "en", "declines"),
        ("La GRN a affirmé que c'était clos.", "fr", "reports"),
        ("La GRN dément les faits.", "fr", "denies"),
        ("La GRN a qualifié ces propos de faux.", "fr", "denies"),
        ("La GRN conteste ce chiffre.", "fr", "disputes"),
        ("La GRN a reconnu les faits.", "fr", "supports"),
        ("La GRN a refusé de commenter.", "fr", "declines"),
        ("La GRN n'a pas voulu commenter.", "fr", "declines"),
        ("La GRN n'a pas encore répondu à nos questions.", "fr", "declines"),
    ],
)
def test_the_reporting_verb_suggests_the_stance(text, language, stance):
    result = about(text, language=language)
    assert (result.stance, result.speaker) == (stance, "RNP" if language == "en" else "GRN")


@pytest.mark.parametrize("text", ["The court denied bail.", "Marsh was denied entry by the RNP."])
def test_denying_a_request_is_no_denial(text):
    assert about(text).stance == "reports"


def test_a_passage_mostly_in_quotation_marks_is_a_direct_quote():
    text = "Orla Vale said: “It is over, and it will never be opened again.” She left."
    assert about("“It is over, and it will never be opened again.”", text).direct_quote
    assert not about("She left.", text).direct_quote


def test_a_text_of_unknown_language_is_read_in_the_language_it_looks_like():
    assert (
        about("Selon la ministre Orla Vale, la liste est longue.", language="").speaker
        == "Orla Vale"
    )
    assert (
        about("The list is long, Orla Vale said to the press.", language="").speaker == "Orla Vale"
    )


@given(
    st.lists(
        st.sampled_from(
            ["Orla Vale", "said", ",", "“", "”", "«", "»", ".", "a dit", "selon", "who", "and", " "]
            + ["according to", "sources", "Bloomberg", "citing", "\n", "RNP", "'", "l'", "the"]
        ),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(["en", "fr", "zh", ""]),
)
def test_any_text_is_read_without_failing_and_spans_lie_inside_it(words, language):
    text = " ".join(words)
    result = attribute(text, 0, len(text), language=language, outlet=HOME)
    for start, end in [(result.start, result.end), *((k.start, k.end) for k in result.chain)]:
        assert (start, end) == (-1, -1) or 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    ("line", "links"),
    [
        (
            "Bloomberg, citing an unnamed source",
            [("outlet", "Bloomberg"), ("unnamed", "an unnamed source")],
        ),
        (
            "Harbour Wire, citing Bloomberg, citing an unnamed source",
            [("outlet", "Harbour Wire"), ("outlet", "Bloomberg"), ("unnamed", "an unnamed source")],
        ),
        (
            "Le Phare, citant Bloomberg, citant des sources proches du dossier",
            [
                ("outlet", "Le Phare"),
                ("outlet", "Bloomberg"),
                ("unnamed", "des sources proches du dossier"),
            ],
        ),
        ("Le Phare, selon Orla Vale", [("outlet", "Le Phare"), ("speaker", "Orla Vale")]),
        ("Harbour Wire citing Orla Vale", [("outlet", "Harbour Wire"), ("speaker", "Orla Vale")]),
        ("North Gazette via Reuters", [("outlet", "North Gazette"), ("outlet", "Reuters")]),
        ("Meridian (speaker)", [("speaker", "Meridian")]),
        ("  ", []),
    ],
)
def test_a_typed_chain_is_read_link_by_link(line, links):
    assert [(link.kind, link.name) for link in parse_chain(line)] == links


def test_a_chain_is_written_as_one_line_in_either_language():
    links = parse_chain("Harbour Wire, citing Bloomberg, citing an unnamed source")
    assert chain_text(links) == "Harbour Wire, citing Bloomberg, citing an unnamed source"
    assert chain_text(links, "fr") == "Harbour Wire, citant Bloomberg, citant une source non nommée"


NAMES = st.sampled_from(
    ["Bloomberg", "Orla Vale", "a source close to the talks", "une source", "Le Phare", "RNP"]
    + ["embassy of Norland", "Harbour Wire", "people familiar with the matter", "Meridian"]
)
LINKS = st.builds(
    Link, st.sampled_from(["outlet", "speaker", "unnamed"]), NAMES, st.just(-1), st.just(-1)
)


@given(st.lists(LINKS, min_size=1, max_size=4), st.sampled_from(["en", "fr"]))
def test_a_written_chain_is_read_back_as_it_was(links, language):
    assert parse_chain(chain_text(links, language)) == tuple(links)


@pytest.mark.parametrize(
    ("text", "language", "speaker"),
    [
        ("Norland has accused Canada of smearing its name over the list.", "en", "Norland"),
        ("Orla Vale accused the paper of spreading false rumours.", "en", "Orla Vale"),
        ("Orla Vale a accusé le journal de calomnier sa famille.", "fr", "Orla Vale"),
        ("Marta Quill accuse la ministre de mentir.", "fr", "Marta Quill"),
    ],
)
def test_who_calls_it_a_lie_denies_it(text, language, speaker):
    result = about(text, language=language, known=["Norland"])
    assert (result.speaker, result.stance) == (speaker, "denies")


def test_who_is_accused_of_lying_denies_nothing():
    assert about("Orla Vale was accused of lying about the list.").stance == "reports"


def test_what_a_paper_cites_as_an_example_does_not_speak():
    text = "CBC News reports the inquiry named several states, citing Norland as the most active."
    result = about(text, known=["Norland"])
    assert result.speaker == ""
    assert chain(result) == [("outlet", HOME), ("outlet", "CBC News")]
