"""The names by which news outlets are told from other speakers, in English and French."""

import re

from tracker.attribution.speech import word_set
from tracker.matching.terms import fold


def _names(names: str) -> frozenset[str]:
    return frozenset(fold(name.strip()) for name in names.split(","))


OUTLETS = _names(
    "Bloomberg, Bloomberg News, Reuters, AP, Associated Press, Agence France-Presse, AFP, "
    "Canadian Press, La Presse canadienne, Presse canadienne, CBC, CBC News, Radio-Canada, CTV, "
    "CTV News, Global News, Globe and Mail, Toronto Star, National Post, New York Times, "
    "Washington Post, Wall Street Journal, BBC, CNN, Fox News, La Presse, Le Devoir, Journal de "
    "Montréal, TVA, TVA Nouvelles, Xinhua, Chine nouvelle, Global Times, South China Morning "
    "Post, Financial Times, Politico, Axios, ProPublica, Le Monde, Le Figaro, Montreal Gazette, "
    "Vancouver Sun, Ottawa Citizen, Toronto Sun, Le Soleil, Le Droit, NBC News, ABC News, CBS "
    "News, NPR, Newsweek, Der Spiegel, Sky News, Al Jazeera, CNBC, "
    "MSNBC, PBS, UPI, TASS, NHK, ANSA, EFE, dpa, Yonhap"
)
# Outlets only after an article: without one, Sun and Post are surnames.
OUTLETS_WITH_ARTICLE = word_set("times star post sun guardian")
# The last word of a paper's or an agency's name.
OUTLET_WORDS = word_set(
    "news wire press newswire gazette herald tribune journal courier chronicle dispatch telegraph "
    "ledger examiner bugle sentinel broadcasting newspaper times magazine"
)
# The first word of a French one.
OUTLET_FIRST_WORDS = word_set("courrier gazette quotidien journal depeche hebdo presse radio tele")
OUTLET_LEAD = re.compile(
    r"(?:(?:the|a)\s+)?(?:[\w-]+\s+)?(?:news\s+(?:agency|outlet|site|organization|service)|"
    r"newspaper|broadcaster|daily|magazine|news\s+network)\s+"
    r"|(?:le|la|l['’])\s*(?:quotidien|journal|agence(?:\s+de\s+presse)?|chaîne|site|magazine|"
    r"média|diffuseur|hebdomadaire|réseau)\s+",
    re.IGNORECASE,
)
