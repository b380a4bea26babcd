"""Edits as newsrooms make them, each with where the cited passage went by construction.

Nothing here asks the code under test: an edit is made by cutting, replacing and inserting at known
offsets, and the truth is carried along with them.
"""

import re
from dataclasses import dataclass

SENTENCE = re.compile(r"[^\s].*?(?:[.!?…][”\"»’')]*(?=\s|$)|[。！？][”」』]?|$)", re.MULTILINE)
CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff]|[^\\W_\u3040-\u30ff\u3400-\u9fff]+(?:['’]\\w+)*")
QUOTES = re.compile("[\"“”'’]")
ALTERED = 0.5  # the written rule, not the code's: see the first lines of anchors.py


@dataclass(frozen=True)
class Case:
    """A text before and after an edit, the passage cited before, and the truth after.

    `place` is where the passage, or what it became, stands; None when it is gone.
    """

    kind: str
    before: str
    start: int
    end: int
    after: str
    state: str
    place: tuple[int, int] | None


def sentences(text):
    """The bounds of the sentences long enough to be cited, at least six words each."""
    found = []
    for line in re.finditer(r"[^\n]+", text):
        for one in SENTENCE.finditer(line[0]):
            if len(WORD.findall(one[0])) >= 6:
                found.append((line.start() + one.start(), line.start() + one.end()))
    return found


def stays(kind, before, start, end, at, cut, put):
    """The case of an edit outside the passage: text[at:cut] became `put`."""
    assert cut <= start or at >= end
    by = len(put) - (cut - at) if cut <= start else 0
    after = before[:at] + put + before[cut:]
    place = (start + by, end + by)
    assert after[slice(*place)] == before[start:end]
    return Case(kind, before, start, end, after, "moved" if by else "same", place)


def becomes(kind, before, start, end, put, state):
    """The case of an edit of the passage itself, which became `put`."""
    after = before[:start] + put + before[end:]
    place = None if state == "gone" else (start, start + len(put))
    return Case(kind, before, start, end, after, state, place)


def lines_of(text):
    return [match.span() for match in re.finditer(r"[^\n]+", text)]


def line_around(text, start):
    return next(span for span in lines_of(text) if span[0] <= start < span[1])


def words_in(text, start, end):
    return [(start + m.start(), start + m.end()) for m in WORD.finditer(text[start:end])]


def typo_fixed_in_it(rnd, text, start, end, pool):
    """One letter of one word."""
    words = [w for w in words_in(text, start, end) if w[1] - w[0] > 4 or CJK.match(text[w[0]])]
    if not words:
        return None
    left, right = rnd.choice(words)
    word = text[left:right]
    at = rnd.randrange(len(word))
    fixed = rnd.choice([word[:at] + word[at + 1 :], word[:at] + "x" + word[at:], word[::-1]])
    if not fixed or fixed == word or len(word) == 1:
        fixed = "改" if CJK.match(word) else word + "s"
    put = text[start:left] + fixed + text[right:end]
    return becomes("typo fixed in it", text, start, end, put, "altered")


def typo_fixed_elsewhere(rnd, text, start, end, pool):
    words = [w for w in words_in(text, 0, len(text)) if w[1] <= start or w[0] >= end]
    if not words:
        return None
    left, right = rnd.choice(words)
    put = rnd.choice([text[left:right] + "s", "corrected"])
    return stays("typo fixed elsewhere", text, start, end, left, right, put)


def sentence_moved(rnd, text, start, end, pool):
    """Cut out, and put at the end of another paragraph."""
    here = line_around(text, start)
    others = [span for span in lines_of(text) if span != here]
    if not others:
        return None
    sentence, (_, at) = text[start:end], rnd.choice(others)
    if at <= start:
        after = text[:at] + " " + sentence + text[at:start] + text[end:]
        place = at + 1
    else:
        after = text[:start] + text[end:at] + " " + sentence + text[at:]
        place = at - len(sentence) + 1
    state = "same" if place == start else "moved"  # to the line before: for a break, a space
    return Case("sentence moved", text, start, end, after, state, (place, place + end - start))


def paragraph_deleted(rnd, text, start, end, pool):
    left, right = line_around(text, start)
    after = text[:left] + text[right + 1 :]
    return Case("its paragraph deleted", text, start, end, after, "gone", None)


def other_paragraph_deleted(rnd, text, start, end, pool):
    here = line_around(text, start)
    others = [span for span in lines_of(text) if span != here]
    if not others:
        return None
    left, right = rnd.choice(others)
    left, right = (left, right + 1) if right < start else (left - 1, right)
    return stays("another paragraph deleted", text, start, end, left, right, "")


def quote_shortened(rnd, text, start, end, pool):
    """Words cut off at its head, tail or middle; the written rule says what that makes of it."""
    words = words_in(text, start, end)
    keep = rnd.randrange(1, len(words))
    where = rnd.randrange(3)
    if where == 0:
        put = text[start : words[keep - 1][1]] + "."
    elif where == 1:
        put = text[words[-keep][0] : end]
    else:
        head = keep // 2
        put = text[start : words[head][0]] + text[words[len(words) - keep + head][0] : end]
    state = "altered" if keep / len(words) >= ALTERED else "gone"
    return becomes("quote shortened", text, start, end, put, state)


def words_replaced(rnd, text, start, end, pool):
    """Some words became others; the written rule says what that makes of it."""
    words = words_in(text, start, end)
    number = rnd.randrange(1, len(words) + 1)
    chosen = set(rnd.sample(range(len(words)), number))
    parts, at = [], start
    for index, (left, right) in enumerate(words):
        new = "换" if CJK.match(text[left]) else f"q{index}z"
        parts += [text[at:left], new if index in chosen else text[left:right]]
        at = right
    put = "".join(parts) + text[at:end]
    state = "altered" if 1 - number / len(words) >= ALTERED else "gone"
    return becomes("words replaced", text, start, end, put, state)


def sentence_replaced(rnd, text, start, end, pool):
    """By a sentence of another article in its place."""
    return becomes("sentence replaced", text, start, end, rnd.choice(pool), "gone")


def marks_curled(rnd, text, start, end, pool):
    """Straight quote marks and apostrophes made curly, or back: typeset otherwise, not altered."""
    passage = text[start:end]
    if not QUOTES.search(passage[1:-1]):
        words = words_in(text, start, end)
        left, right = words[len(words) // 3]
        quoted = passage[: left - start] + '"' + text[left:right] + '"' + passage[right - start :]
        text = text[:start] + quoted + text[end:]
        end, passage = end + 2, quoted
    if "“" in passage or "”" in passage or "’" in passage:
        put = passage.translate(str.maketrans("“”’", '""\''))
    else:
        put = re.sub(r'"(?=\w)', "“", passage).replace('"', "”").replace("'", "’")
    return becomes("quotation marks curled", text, start, end, put, "moved")


def spaces_changed(rnd, text, start, end, pool):
    spaces = [start + m.start() for m in re.finditer(" ", text[start:end])]
    if not spaces:
        return None
    at = rnd.choice(spaces)
    put = text[start:at] + rnd.choice(["  ", "\n", "\u00a0", " \n "]) + text[at + 1 : end]
    return becomes("whitespace changed", text, start, end, put, "moved")


def near_twin(rnd, text, start, end):
    left, right = rnd.choice(words_in(text, start, end))
    new = "别" if CJK.match(text[left]) else "otherwise"
    return text[start:left] + new + text[right:end]


def twin_place(rnd, text, start, end):
    """The end of a paragraph that is not the passage's own; None without one."""
    here = line_around(text, start)
    others = [span for span in lines_of(text) if span != here]
    return rnd.choice(others)[1] if others else None


def near_twin_added(rnd, text, start, end, pool):
    at = twin_place(rnd, text, start, end)
    if at is None:
        return None
    put = " " + near_twin(rnd, text, start, end)
    return stays("near-identical sentence added", text, start, end, at, at, put)


def twin_added(rnd, text, start, end, pool):
    at = twin_place(rnd, text, start, end)
    if at is None:
        return None
    return stays("equal sentence added", text, start, end, at, at, " " + text[start:end])


def with_twin(rnd, text, start, end, twin):
    """A text in which a sentence like the passage stood before: (text, passage, sentence)."""
    at = twin_place(rnd, text, start, end)
    if at is None:
        return None
    grown = text[:at] + " " + twin + text[at:]
    by = len(twin) + 1 if at <= start else 0
    return grown, (start + by, end + by), (at, at + len(twin) + 1)


def of_twins(kind, rnd, text, start, end, twin, delete_cited):
    made = with_twin(rnd, text, start, end, twin)
    if made is None:
        return None
    grown, cited, other = made
    if not delete_cited:
        return stays(kind, grown, *cited, *other, "")
    after = grown[: cited[0]] + grown[cited[1] :]
    return Case(kind, grown, *cited, after, "gone", None)


def other_twin_deleted(rnd, text, start, end, pool):
    return of_twins("of equal sentences the other deleted", rnd, text, start, end,
                    text[start:end], False)  # fmt: skip


def cited_twin_deleted(rnd, text, start, end, pool):
    return of_twins("of equal sentences the cited deleted", rnd, text, start, end,
                    text[start:end], True)  # fmt: skip


def near_twin_stays(rnd, text, start, end, pool):
    twin = near_twin(rnd, text, start, end)
    return of_twins("deleted, a near-identical one stays", rnd, text, start, end, twin, True)


def burst(rnd, text, start, end, pool):
    """A typo in the passage, after a sentence was put before it: two edits between two looks."""
    case = typo_fixed_in_it(rnd, text, start, end, pool)
    if case is None:
        return None
    at = line_around(text, start)[0]
    put = rnd.choice(pool) + " "
    after = case.after[:at] + put + case.after[at:]
    place = tuple(edge + len(put) for edge in case.place)
    return Case("two edits at once", text, start, end, after, "altered", place)


MADE = (
    *(typo_fixed_in_it, typo_fixed_elsewhere, sentence_moved, paragraph_deleted),
    *(other_paragraph_deleted, quote_shortened, words_replaced, sentence_replaced, marks_curled),
    *(spaces_changed, near_twin_added, twin_added, other_twin_deleted, cited_twin_deleted),
    *(near_twin_stays, burst),
)
