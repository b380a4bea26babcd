"""Who said it in Chinese reporting: only speakers the newsroom knows, outlets and sources."""

import re
from collections.abc import Sequence

from tracker.attribution.frames import Frame
from tracker.attribution.subjects import Who
from tracker.matching.terms import fold

_VERBS = (
    ("declines", "拒绝置评|拒绝评论|未予置评|拒絕置評|拒絕評論|不予置评"),
    ("denies", "否认|否認|驳斥|駁斥"),
    ("supports", "证实|證實|承认|承認"),
    ("disputes", "质疑|質疑"),
    ("reports", "表示|指出|声称|聲稱|宣称|宣布|强调|強調|认为|透露|称|稱|说|說"),
)
_UNNAMED = "知情人士|消息人士|匿名人士|不愿透露姓名的?人士|不願透露姓名的?人士|匿名官员|匿名官員"
_OUTLETS = "彭博社?|路透社?|法新社|美联社|美聯社|加通社|加拿大通讯社|新华社|新華社|中新社"
_AFTER = r"(?:发言人|發言人)?[^，。！？；\n]{0,8}?"
_ACCORDING = re.compile(
    rf"(?:据|據|根据|根據)(?P<outlet>{_OUTLETS})(?:[^，。！？；\n]{{0,6}})(?:报道|報道|报导|報導|消息)"
)


def frames_in(text: str, hidden: str, start: int, end: int, known: Sequence[str]) -> list[Frame]:
    """The frames of one sentence: a known name, or unnamed people, right before a verb."""
    names = [(name, "institution") for name in known if fold(name) and not name.isascii()]
    sentence = hidden[start:end]
    found = []
    for stance, verbs in _VERBS:
        for name, kind in (*((re.escape(n), k) for n, k in names), (_UNNAMED, "unnamed")):
            pattern = rf"(?:^|[，、：:；\x00\s])(?P<who>{name}){_AFTER}(?P<cue>{verbs})"
            for match in re.finditer(pattern, sentence):
                who = Who(kind, match["who"], start + match.start("who"), start + match.end("who"))
                cue = start + match.start("cue"), start + match.end("cue")
                found.append(Frame(who, match["cue"], *cue, stance, (start, end)))
    for match in _ACCORDING.finditer(sentence):
        who_span = start + match.start("outlet"), start + match.end("outlet")
        who = Who("outlet", match["outlet"], *who_span)
        cue = start + match.start(), start + match.end()
        found.append(Frame(who, match[0], *cue, "reports", (start, end)))
    return sorted(found, key=lambda frame: frame.start)
