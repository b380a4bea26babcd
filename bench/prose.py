"""Makes news prose in English, French and Chinese whose words are as unequal as those of real news.

The n-th commonest word is n times rarer than the commonest (Zipf). The head of each vocabulary is
real, so that stop words and stems weigh what they weigh in a newsroom; the long tail is invented.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate

TAIL = 20_000  # invented words of each language
QUOTED = 0.2  # of the sentences stand in quotation marks

_HEADS = {
    "en": """the of to a and in that for is on said was with as it by at he from be has an not are
    have were his will but they which who after been she had this would their its about one more
    police embassy minister government report station officials community volunteer investigation
    denied alleged foreign interference closed opened service document allegation statement public
    Montreal Toronto Vancouver Ottawa charged court commission witness question answer source""",
    "fr": """de la le et les des en un à que une du dans est pour qui par au sur a pas plus se ce
    il avec sont ne son été cette ont aux ou mais elle leur ses ces nous après être
    police ambassade ministre gouvernement rapport poste bénévole enquête nié allégué étrangère
    ingérence fermé ouvert service document allégation déclaration public communauté Montréal
    Toronto Ottawa accusé tribunal commission témoin question réponse source autorités""",
    "zh": """的 一 在 是 了 和 有 不 他 也 对 这 中 为 人 说 上 年 将 警察 大使馆 部长 政府 报告
    警察站 社区 志愿者 调查 否认 指控 外国 干预 关闭 服务 文件 声明 公众 蒙特利尔 多伦多 渥太华
    法院 委员会 证人 问题 回答 来源 当局 记者 星期四""",
}
_SYLLABLES = "ba be bo da de do fa fi ga go ka ki la le lo ma me mi na no pa pe po ra re ri ro sa se si ta te ti to va ve vi za".split()  # noqa: E501, SIM905
_ENDINGS = {
    "en": ["", "", "", "s", "ed", "ing", "er", "tion"],
    "fr": ["", "", "", "s", "é", "ée", "ment", "tion"],
}
_QUOTES = {"en": "“%s”", "fr": "« %s »", "zh": "“%s”"}
_ENDS = {"en": ".", "fr": ".", "zh": "。"}


@dataclass(frozen=True)
class Tongue:
    """A language: its words, the commonest first, and their summed weights."""

    code: str
    words: list[str]
    weights: list[float]

    def words_of(self, rng: random.Random, number: int) -> str:
        """So many words, as a line."""
        joint = "" if self.code == "zh" else " "
        return joint.join(rng.choices(self.words, cum_weights=self.weights, k=number))

    def sentence(self, rng: random.Random) -> str:
        """One sentence; now and then somebody's words in quotation marks."""
        said = self.words_of(rng, rng.randint(6, 26))
        said = said[0].upper() + said[1:]
        if rng.random() < QUOTED:
            said = _QUOTES[self.code] % said
        return said + _ENDS[self.code]

    def sentences(self, rng: random.Random, words: int) -> list[str]:
        """The sentences of an article of about so many words, at least two."""
        return [self.sentence(rng) for _ in range(max(2, round(words / 16)))]


def tongue(code: str) -> Tongue:
    """The vocabulary of "en", "fr" or "zh": the same at every call."""
    rng = random.Random(f"vocabulary {code}")
    words = dict.fromkeys(_HEADS[code].split())
    while len(words) < TAIL:
        words[_invented(rng, code)] = None
    weights = accumulate(1 / rank for rank in range(1, len(words) + 1))
    return Tongue(code, list(words), list(weights))


def _invented(rng: random.Random, code: str) -> str:
    if code == "zh":
        return "".join(chr(0x4E00 + int(3000 * rng.random() ** 2)) for _ in range(2))
    stem = "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4)))
    return stem + rng.choice(_ENDINGS[code])
