"""Tells what a line of an article is: prose, or a note, time stamp, byline or the site's own. Pure.

English, French and Chinese. What no rule knows is prose.
"""

from __future__ import annotations

import re

_SCRIPTS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
CJK = re.compile(f"[{_SCRIPTS}]")
WORD = re.compile(rf"[{_SCRIPTS}]|[^\W{_SCRIPTS}]+")  # one character where no spaces part words
_LONG_BYLINE, _LONG_FURNITURE = 12, 30  # words

_NAME = rf"[A-ZÀ-Þ{_SCRIPTS}][\w.'’-]*"
_LINK = r"(?:and|et|with|avec|de|du|des|la|le|of|the|for|pour|van|von|at|à)"
_BYLINE = re.compile(
    rf"(?i:by|par|reported by|written by|textes? (?:de|par))\s*:?\s+{_NAME}"
    rf"(?:[\s,]+(?:{_NAME}|{_LINK}(?!\w)))*\W*"
    r"|(?:本报|特约)?(?:记者|記者|作者|撰文|文|编辑|編輯)\s*[:：/丨 ]\s*[\w·、 ]{2,30}"
)
_FURNITURE = re.compile(
    r"(?i)(?:read more|read also|also read|more on this|related(?: stories| articles| topics)?\b"
    r"|recommended\b|most (?:read|popular)|sign up|subscribe|newsletter|follow us|share this"
    r"|share on"
    r"|advertisement|sponsored|story continues below|click here|watch:|listen:|photo:|image:|©"
    r"|\(c\)"
    r"|copyright|all rights reserved|(?:à )?lire aussi|à lire|à voir|lisez aussi|voir aussi"
    r"|sur le même sujet"
    r"|abonnez|inscrivez|infolettre|publicité|partager|suivez[- ]nous|tous droits réservés|photo :"
    r"|相关阅读|相關閱讀|延伸阅读|延伸閱讀|推荐阅读|推薦閱讀|责任编辑|責任編輯|版权|版權|广告"
    r"|廣告|订阅|訂閱|分享到|关注我们)"
)
_STAMP = re.compile(
    r"(?i)(?:(?:last )?(?:updated|modified|published|posted)|(?:dernière )?(?:mise|mis) à jour"
    r"|publié|modifié"
    r"|更新|发布|發布|發佈)(?:\s+(?:on|at|le|à|il y a|time))?\s*(?:时间|時間|于"
    r"|於)?\s*[:：]?\s*[\w\s,./:：年月日–—-]{0,40}"
)
_CORRECTION = re.compile(
    r"(?i)\W*(?:(?:correction|clarification)s?(?:\s*[:(—–-]|\s*$)|correct(?:ed|s|ing)\b"
    r"|editor['’]?s['’]? note|erratum"
    r"|update[sd]?\s*[:(—–-]|updates with\b"
    r"|(?:this|the) (?:story|article|report|piece|headline)\b.{0,60}\b(?:updated|corrected"
    r"|amended|clarified)"
    r"|an? (?:earlier|previous) version of (?:this|the)"
    r"|rectificatifs?\b|(?:rectification|précision)s?\s*[:(—–-]|corrigée?\s+le\b"
    r"|mise à jour\s*[:(—–-]"
    r"|note de la (?:rédaction|rédactrice)|n\.?d\.?l\.?r|note de l['’]éditeur"
    r"|(?:cet article|ce texte|ce reportage)\b.{0,60}\b(?:mis à jour|modifié|corrigé|rectifié)"
    r"|une version (?:antérieure|précédente|initiale)"
    r"|更正|勘误|勘誤|订正|訂正|澄清\s*[:：]|更新\s*[:：]|编者按|編者按|编辑注|編輯註"
    r"|(?:本文|本报道|本報道|此前版本|早前版本).{0,20}(?:更新|更正|修改|修正|有误|有誤))"
)


def is_note(words: str) -> bool:
    """Whether it is a correction or an update that the publisher announces."""
    return _CORRECTION.match(words) is not None and not is_stamp(words)


def is_stamp(words: str) -> bool:
    """Whether it says only when something was published or updated."""
    return _STAMP.fullmatch(words) is not None and any(letter.isdigit() for letter in words)


def is_furniture(words: str) -> bool:
    """Whether it is the site's own: links to more, a copyright, an appeal to subscribe."""
    short = len(WORD.findall(words)) <= _LONG_FURNITURE
    return not WORD.search(words) or (short and _FURNITURE.match(words) is not None)


def is_byline(words: str) -> bool:
    """Whether it says only who wrote the text."""
    return len(WORD.findall(words)) <= _LONG_BYLINE and _BYLINE.fullmatch(words) is not None


def is_prose(words: str) -> bool:
    """Whether it is the article itself."""
    other = (is_note, is_stamp, is_furniture, is_byline)
    return bool(words) and not any(is_one(words) for is_one in other)
