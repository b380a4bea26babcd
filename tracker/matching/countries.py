"""The names by which news speaks of a country: its own, its people's, its capital's."""

from tracker.matching.terms import fold

# code: English, French and Chinese names; a capital stands for its government.
_NAMES = {
    "au": "Australia Australian Australians Canberra Australie australien australienne 澳大利",
    "br": "Brazil Brazilian Brazilians Brasilia Brésil brésilien brésilienne 巴西",
    "ca": "Canada Canadian Canadians Ottawa canadien canadienne canadiens canadiennes 加拿 渥太",
    "cn": "China Chinese Beijing PRC Chine chinois chinoise chinoises Pékin 中国 中國 北京 中方",
    "de": "Germany German Germans Berlin Allemagne allemand allemande allemands 德国 德國",
    "es": "Spain Spanish Madrid Espagne espagnol espagnole espagnols 西班",
    "eu": "EU Brussels Bruxelles UE 欧盟 歐盟",
    "fr": "France French Paris français française françaises 法国 法國",
    "gb": "Britain British Briton Britons UK England London Londres britannique britanniques "
    "Royaume-Uni 英国 英國",
    "hk": "Hong-Kong Hongkong Hongkongais 香港",
    "ie": "Ireland Irish Dublin Irlande irlandais irlandaise 爱尔",
    "in": "India Indian Indians Delhi Inde indien indienne indiens 印度",
    "ir": "Iran Iranian Iranians Tehran Téhéran iranien iranienne iraniens 伊朗",
    "il": "Israel Israeli Israelis Israël israélien israélienne israéliens 以色",
    "it": "Italy Italian Italians Italie italien italienne italiens 意大",
    "jp": "Japan Japanese Tokyo Japon japonais japonaise 日本",
    "kr": "Seoul Séoul 韩国 韓國",
    "mx": "Mexico Mexican Mexicans Mexique mexicain mexicaine 墨西",
    "nl": "Netherlands Dutch Hague Pays-Bas néerlandais néerlandaise 荷兰 荷蘭",
    "nz": "Zealand Wellington Zélande 新西",
    "pk": "Pakistan Pakistani Pakistanis Islamabad pakistanais 巴基",
    "pl": "Poland Polish Warsaw Pologne polonais polonaise Varsovie 波兰",
    "ru": "Russia Russian Russians Moscow Kremlin Russie russe russes Moscou 俄罗 俄羅",
    "sa": "Saudi Saudis Riyadh saoudien saoudienne saoudite Riyad 沙特",
    "sg": "Singapore Singaporean Singapour 新加",
    "tr": "Turkey Turkish Ankara Turquie turc turque turcs Türkiye 土耳",
    "tw": "Taiwan Taiwanese Taipei Taïwan taïwanais taïwanaise 台湾 台灣",
    "ua": "Ukraine Ukrainian Ukrainians Kyiv Kiev ukrainien ukrainienne ukrainiens 乌克",
    "us": "America American Americans Washington USA États-Unis américain américaine américains "
    "américaines 美国 美國",
}
_PAIRS = {
    ("united", "states"): "us",
    ("etats", "unis"): "us",
    ("united", "kingdom"): "gb",
    ("royaume", "uni"): "gb",
    ("hong", "kong"): "hk",
    ("pays", "bas"): "nl",
    ("european", "union"): "eu",
    ("union", "europeenne"): "eu",
    ("south", "korea"): "kr",
    ("coree", "sud"): "kr",
}
_CODES = {
    fold(name): f"={code}"
    for code, names in _NAMES.items()
    for name in names.split()
    if "-" not in name
}
_CAPITALS_ONLY = {"US": "=us", "U.S": "=us", "U.S.": "=us", "U.S.A.": "=us", "U.K.": "=gb"}


def country(word: str, before: str = "") -> str:
    """A country's mark, such as "=cn" for Beijing and for Chinese; "" for any other word.

    Args:
        word: as the text has it: US is a country, us is not.
        before: the folded word in front of it, for the countries of two words.
    """
    if word in _CAPITALS_ONLY:
        return _CAPITALS_ONLY[word]
    folded = fold(word)
    code = _PAIRS.get((before, folded))
    return f"={code}" if code else _CODES.get(folded, "")
