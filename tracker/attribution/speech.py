"""The words by which English and French reporting says who said something."""

import re

from tracker.matching.terms import fold

DAYS = (
    "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|"
    "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
)
MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
)


def word_set(words: str) -> frozenset[str]:
    """The folded words of a list."""
    return frozenset(fold(word) for word in words.split())


# Reporting verbs by the stance they suggest. An editor confirms each of them.
_ENGLISH = {
    "reports": (
        "said|says|say|told|tells|tell|added|adds|wrote|writes|tweeted|posted|stated|states|"
        "argued|argues|explained|explains|noted|notes|announced|announces|claimed|claims|"
        "alleged|alleges|insisted|insists|insist|declared|declares|replied|replies|"
        "responded|responds|continued|concluded|concludes|warned|warns|warn|suggested|suggests|"
        "suggest|recalled|testified|testifies|maintained|maintains|maintain|predicted|pledged|"
        "promised|vowed|urged|stressed|stresses|emphasized|reiterated|reported|reports|"
        "revealed|reveals|described|describes|cautioned|asserted|asserts|contended|contends|"
        "accused|accuses|accuse|blamed|criticized|complained|allege|announce|contend|assert|"
        r"(?:found|finds|determined|determines|showed|shows)(?=\s+(?:that|no)\b)"
    ),
    "supports": (
        "confirmed|confirms|confirm|acknowledged|acknowledges|acknowledge|admitted|admits|admit|"
        "conceded|concedes|corroborated|corroborates|verified"
    ),
    "denies": (
        "denied|denies|deny|rejected|rejects|reject|dismissed|dismisses|dismiss|refuted|refutes|"
        "refute|repudiated"
    ),
    "disputes": (
        "disputed|disputes|questioned|challenged|challenges|contested|contests|countered|rebutted"
    ),
}
_FRENCH_PARTICIPLES = {
    "reports": (
        "déclaré|affirmé|dit|soutenu|indiqué|précisé|expliqué|estimé|assuré|ajouté|souligné|"
        "annoncé|rapporté|écrit|répondu|répliqué|rétorqué|prétendu|allégué|insisté|averti|prévenu|"
        "promis|dénoncé|accusé|raconté|témoigné|révélé|martelé|plaidé|conclu|rappelé|suggéré|noté|"
        r"signalé|fait savoir|fait valoir|laissé entendre|appris|(?:constaté|démontré)(?=\s+qu)"
    ),
    "supports": "confirmé|reconnu|admis|concédé|corroboré",
    "denies": "nié|démenti|rejeté|réfuté|récusé",
    "disputes": "contesté|mis en doute|remis en question",
}
_FRENCH_PRESENT = {
    "reports": (
        "déclaren?t?|affirme(?:nt)?|dit|disent|soutient|soutiennent|indique(?:nt)?|précise(?:nt)?|"
        "explique(?:nt)?|estime(?:nt)?|assure(?:nt)?|ajoute(?:nt)?|souligne(?:nt)?|"
        "annonce(?:nt)?|rapporte(?:nt)?|écrit|écrivent|répond(?:ent)?|réplique(?:nt)?|"
        "rétorque(?:nt)?|prétend(?:ent)?|allègue(?:nt)?|insiste(?:nt)?|avertit|dénonce(?:nt)?|"
        "accuse(?:nt)?|raconte(?:nt)?|témoigne(?:nt)?|révèle(?:nt)?|plaide(?:nt)?|conclut|"
        "rappelle(?:nt)?|note(?:nt)?|signale(?:nt)?|déclarait|affirmait|disait|disaient|"
        "soutenait|expliquait|assurait|indiquait|précisait|estimait"
    ),
    "supports": "confirme(?:nt)?|reconnaît|reconnaissent|admet|admettent|concède(?:nt)?",
    "denies": "nie|nient|niait|dément|démentent|rejette(?:nt)?|réfute(?:nt)?|récuse(?:nt)?",
    "disputes": "conteste(?:nt)?|met en doute|mettent en doute",
}
# Words that are as often nouns: without a subject they report nothing.
NOUNS_TOO = word_set(
    "alleged accused reported stated revealed claims claim reports report notes states posted "
    "continued concluded challenges disputes "
    "dispute promised described questioned challenged contests argue dit note annonce estime "
    "rapporte accuse conteste ecrit lance"
)

# As nouns they stand before a verb; as verbs, before what is said.
SAYS_NEXT = re.compile(
    r"\s*,|\s+(?:that|the|it|he|she|they|there|its|his|her|their|an?|no|to|what|how|"
    r"in|on|of|is|not)(?!\w)|\s*[.\x00]|\s*$",
    re.IGNORECASE,
)
# After has, have or had the same words are verbs.
SURELY_A_VERB = re.compile(r"(?:has|have|had)\s", re.IGNORECASE)
# What a speaker may follow: "said Orla Vale", but not "urged Orla Vale".
INVERTIBLE = {
    "en": re.compile(
        r"(?:said|says|added|adds|wrote|writes|replied|replies|explained|explains|noted|notes|"
        r"continued|concluded|argued|argues|declared|declares|insisted|insists|recalled|responded|"
        r"stated|tweeted|warned|warns|announced|predicted)$",
        re.IGNORECASE,
    ),
    "fr": re.compile(r"(?<!accusé)(?<!accuse)(?<!prévenu)(?<!averti)(?<!avertit)$"),
}

_ADVERB_FR = (
    r"(?:également|aussi|toujours|encore|ensuite|alors|d['’]abord|depuis|plutôt|même|déjà|bien|"
    r"\w+ment|lui-même|elle-même|(?:" + DAYS + r"))"
)
_CALLED_FALSE = (
    r"(?:called|calls|dismissed|branded)\b[^,;\x00]{0,60}?\b"
    r"(?:false|baseless|groundless|untrue|unfounded|nonsense|fabrications?|lies|a lie|a smear)\b"
)
_ACCUSED_OF_LYING = (
    r"accuse[ds]?\b[^,;\x00]{0,60}?\bof\s+(?:\w+ly\s+)?"
    r"(?:smearing|slander(?:ing)?|lying|defam(?:ing|ation)|vilifying|fabricating|falsifying|"
    r"(?:spreading|making\s+up|inventing)\s+(?:\w+\s+){0,2}?(?:lies|rumou?rs|falsehoods|"
    r"disinformation|misinformation|stories))\b"
)
_ACCUSED_OF_LYING_FR = (
    r"(?:(?:a|ont)\s+accusé|accusen?t?)\b[^,;\x00]{0,60}?\bd(?:e\s+|['’])(?:l['’]|la\s+)?"
    r"(?:calomni|diffam|mentir|mensong|fabriquer|salir|dénigrer|désinform|inventer)\w*"
)
_QUALIFIED_FALSE = (
    r"(?:a|ont)\s+qualifié\b[^,;\x00]{0,60}?\bd(?:e\s+|['’])"
    r"(?:fausse|faux|mensong|infondé|absurde|calomni)\w*"
)
_DECLINES = (
    r"(?:(?:has|have|had)\s+)?(?:declined|declines|refused|refuses)\s+(?:to\s+"
    r"(?:comment|say|discuss|answer|respond|confirm|elaborate|speak|be\s+interviewed)|comment)\b"
    r"|(?:did|does|do|had|has|have)(?:\s+not|n['’]t)\s+(?:\w+ly\s+)?"
    r"(?:respond|responded|reply|replied|commented|comment|answer|answered|return|returned)\b"
    r"|(?:would|will)(?:\s+not|n['’]t)\s+(?:comment|say|confirm|discuss|answer|elaborate)\b"
    r"|(?:would\s+)?neither\s+(?:confirm(?:ed)?)\s+nor\s+den(?:y|ied)\b"
    r"|could(?:\s+not|n['’]t)\s+be\s+reached\b|(?:had|offered)\s+no\s+comment\b"
)
_DECLINES_FR = (
    r"(?:a|ont|avait)\s+(?:" + _ADVERB_FR + r"\s+)*(?:refusé|décliné)\b"
    r"|refusen?t?\s+(?:de|d['’])\s*(?:commenter|répondre|confirmer|s['’]exprimer|tout\s+comm\w+)\b"
    r"|n['’](?:a|ont|avait)\s+(?:pas|jamais)\s+(?:" + _ADVERB_FR + r"\s+|tout\s+de\s+suite\s+)*"
    r"(?:répondu|commenté|réagi|donné\s+suite|rappelé|voulu\s+\w+|souhaité\s+\w+)\b"
    r"|n['’](?:a|ont)\s+fait\s+aucun\s+commentaire\b|s['’]est\s+abstenue?\s+de\s+commenter\b"
    r"|n['’]était\s+pas\s+disponible\b"
)


def _cues(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w’'\-\x00])(?:{pattern})(?![\w\-])", re.IGNORECASE)


def _english_cues() -> list[tuple[str, re.Pattern[str]]]:
    had = r"(?:(?:has|have|had)\s+(?:(?:\w+ly|also|since|already|again)\s+)?)?"
    verbs = [(s, _cues(had + f"(?:{v})")) for s, v in _ENGLISH.items()]
    denies = _cues(rf"{_CALLED_FALSE}|{had}{_ACCUSED_OF_LYING}")
    return [("declines", _cues(_DECLINES)), ("denies", denies), *verbs]


def _french_cues() -> list[tuple[str, re.Pattern[str]]]:
    auxiliary = rf"(?:(?:a|ont|avait|avaient)\s+(?:{_ADVERB_FR}\s+)*)"
    denies = _cues(f"{_QUALIFIED_FALSE}|{_ACCUSED_OF_LYING_FR}")
    cues = [("declines", _cues(_DECLINES_FR)), ("denies", denies)]
    for stance, participles in _FRENCH_PARTICIPLES.items():
        cues.append((stance, _cues(rf"{auxiliary}(?:{participles})|s['’]est\s+dite?")))
    for stance, verbs in _FRENCH_PRESENT.items():
        cues.append((stance, _cues(verbs)))
    return cues


VERBS = {"en": _english_cues(), "fr": _french_cues()}
ACCORDING = {
    "en": re.compile(r"\b(?:according\s+to|in\s+the\s+words\s+of)\s+", re.IGNORECASE),
    "fr": re.compile(
        r"\b(?:selon(?!\s+(?:que|qu['’]|laquelle|lequel|lesquel))|d['’]après|aux\s+dires\s+de|"
        r"(?:(?<=appris\s)|(?<![^\s,])(?-i:(?=D)))de(?=\s+sources?\s+\w)|"
        r"au\s+dire\s+de|de\s+l['’]avis\s+de|à\s+en\s+croire)\s+",
        re.IGNORECASE,
    ),
}
CITING = {
    "en": re.compile(r"\b(?:citing|quoting|cites|cited|quotes|quoted)\s+(?!by\b|as\b)", re.I),
    "fr": re.compile(r"\b(?:citant|(?:qui\s+)?cite|(?:a|ont)\s+cité)\s+", re.IGNORECASE),
}
# "citing Norland as the likely author": what is cited is not who is cited.
CITED_AS = re.compile(r"\s+(?:as|comme)\b", re.IGNORECASE)
CITED_BY = {
    "en": re.compile(r"\b(?:cited|quoted|interviewed)\s+(?:in|by)\s+", re.IGNORECASE),
    "fr": re.compile(r"\b(?:citée?s?|interrogée?s?|jointe?s?)\s+par\s+", re.IGNORECASE),
}
INVERTED_PRONOUN = re.compile(
    r"(?<!\w)(?:(?:a|ont|avait)-t-(?:il|elle|on|ils|elles)\s+(?P<verb>\w+)"
    r"|(?P<present>\w+)(?:-t)?-(?:il|elle|on|ils|elles))(?!\w)",
    re.IGNORECASE,
)
# Nobody speaks in the passive, in a negation, or under a condition.
NOT_SAID = re.compile(
    r"(?:\b(?:was|were|is|are|be|been|being|gets?|got|not|never|to|would|could|should|might|may|"
    r"will|can|cannot|must|if|whether|is\s+said)|n['’]t|\bn['’]|\bne|\bs['’]il|\bsi)"
    r"(?:\s+(?:\w+ly|also|now|widely))?\s*$",
    re.IGNORECASE,
)
# "said to be" and "denied entry" say nothing either.
NOT_SPEECH_AFTER = re.compile(
    r"\s+(?:to\s+(?:be|have)\b|by\b|(?:bail|entry|access|visas?|asylum|boarding|citizenship|parole)\b)",
    re.IGNORECASE,
)

ROLES = word_set(
    "spokesperson spokesman spokeswoman spokespeople minister ministers ambassador consul "
    "commissioner chief deputy director manager president premier chancellor secretary senator "
    "lawyer lawyers attorney counsel judge justice justices prosecutor prosecutors mayor governor "
    "professor leader leaders chair chairman chairwoman chairperson head officer officers "
    "inspector superintendent constable sergeant detective general colonel captain major "
    "commander critic author founder executive editor reporter journalist columnist host analyst "
    "expert adviser advisor aide official member mp mpp councillor candidate activist researcher "
    "organizer owner coordinator advocate citizen resident doctor dr mr mrs ms miss sir madam lady "
    "lord king queen prince princess pope bishop brother sister mother father son daughter wife "
    "husband widow friend neighbour neighbor partner cousin uncle aunt witness "
    "porte-parole ministre ministres ambassadeur ambassadrice commissaire chef cheffe directeur "
    "directrice president presidente premier premiere secretaire senateur senatrice avocat avocate "
    "juge procureur procureure maire mairesse professeur professeure depute deputee chancelier "
    "inspecteur inspectrice sergent sergente capitaine agent agente lieutenant commandant "
    "responsable conseiller conseillere expert experte chercheur chercheuse militant militante "
    "fondateur fondatrice redacteur redactrice journaliste analyste coordonnateur coordonnatrice "
    "gouverneur gouverneure consule m mm mme mlle me sgt const insp supt gen lt col capt cpl sen "
    "rep gov prof hon rev mgr pm frere soeur pere mere epouse epoux fils fille veuve ami amie "
    "ceo cfo rapper singer actor actress billionaire skier coach employee quarterback striker "
    "student teacher nurse veteran admiral dame sheikh marshal "
    "brigadier baron baroness reverend amiral marechal "
    "voisin voisine temoin ex-ministre ex-chef vice-president vice-presidente"
)
SPOKES = word_set("spokesperson spokesman spokeswoman spokespeople porte-parole")
INSTITUTIONS = word_set(
    "embassy consulate ministry government police force department service services agency "
    "commission committee inquiry council office bureau board court tribunal parliament senate "
    "party union association organization organisation group centre center institute university "
    "college foundation federation society company corporation bank authority authorities "
    "mission administration army navy cabinet campaign coalition alliance network registry "
    "secretariat city province state ambassade consulat ministere gouvernement gendarmerie surete "
    "agence comite enquete conseil bureau cour parlement senat parti syndicat organisme groupe "
    "institut universite fondation federation societe entreprise banque autorite autorites ville "
    "mairie municipalite secretariat coalition reseau direction delegation campagne defenders watch"
)
# Of these there are many in every country: its adjective does not tell them apart.
COMMON_INSTITUTIONS = word_set(
    "company university group organization organisation bank center centre association college "
    "foundation society party union campaign coalition corporation city court tribunal institute "
    "entreprise universite groupe organisme banque centre association fondation societe parti "
    "syndicat ville cour"
)
DEMONYMS = word_set(
    "canadian canadians american americans chinese british briton britons french quebecer "
    "quebecers russian russians ukrainian indian european europeans liberal liberals conservative "
    "conservatives democrat democrats republican republicans canadien canadiens canadienne "
    "canadiennes americain americains chinois chinoise quebecois quebecoise francais liberaux "
    "muslims christians jews muslim catholics "
    "conservateurs torontonian montrealer montrealais norlander norlanders ontarian"
)
# Capitalised for standing first, or for being a day: no names.
NO_NAMES = word_set(
    "and but or so yet still then now today yesterday tomorrow also however meanwhile later once "
    "here there what why how who when where while if for since because as although though after "
    "before the a an this that these those it he she they we you i his her their its our my your "
    "one two three four five several many some most few all both each another other others no "
    "not nobody none everyone everybody someone somebody anyone something nothing former senior "
    "late local federal provincial municipal national top new old last first second next "
    "like unlike according speaking asked citing given based contrary malgre outre "
    "did does do has have had is are was were can will would should could may might must "
    "earlier recently previously finally instead moreover nevertheless only even just "
    "in on at by from with to of about under over during between through without among amid "
    "despite "
    "et mais ou donc or ni car puis ensuite alors ainsi hier aujourd demain jeudi le la les l un "
    "une des du de d ce cette ces cet il elle ils elles on nous vous je tu son sa ses leur leurs "
    "notre nos qui que quoi dont quand comment pourquoi si comme lorsque apres avant depuis "
    "pendant selon dans sur sous pour par avec sans chez vers en au aux plusieurs certains "
    "certaines quelques tous toutes personne rien aucun aucune chacun autre autres deux trois "
    "cependant toutefois pourtant enfin aussi meme plus moins ancien ancienne c s n qu j y "
    "officials residents experts critics analysts investigators protesters neighbours lawyers "
    "activists witnesses sources people police authorities prosecutors reporters opponents "
    "supporters observers researchers opposition parliament church news media "
    + DAYS.replace("|", " ")
    + " "
    + MONTHS.replace("|", " ")
)
# Governments are spoken of by their seat; one word is then a name even at the head of a sentence.
SEATS = word_set(
    "ottawa beijing pekin washington london londres paris moscow moscou quebec canada china chine "
    "ontario brussels bruxelles berlin tokyo taipei kyiv delhi alberta manitoba australia japan "
    "australie britain russia russie india inde france germany allemagne ukraine iran israel "
    "taiwan japon tehran teheran canberra rome madrid kremlin"
)
PLACES = DEMONYMS | SEATS | word_set("us uk eu un")
PARTICLES = word_set("de van von der den bin al el la le du da di dos ben ibn abu ter")
