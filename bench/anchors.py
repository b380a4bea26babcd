"""Measures whether cited passages are found again after their publishers' edits.

    python bench/anchors.py [--server PATH] [--corpus PATH] [--texts N] [--seed N]

Two sets of edits, at least 2,000 cases: every edit that seven replayed nights make to the pages of
the corpus (the replay server makes it in the page, our own extractor reads the page before and
after), and edits made on those texts by bench/editing.py. The truth comes from how the edit was
made, never from the code under test.

The rule. `same`: the words of the passage at their old offset. `moved`: these words at another
offset, or with other spaces, quote marks, apostrophes or dashes. `altered`: at least half of its
words still stand there in their order, where a word put in, taken out or replaced is one word
lost and another form of it (the same first five letters) is none. `gone`: fewer. A sentence that
stood elsewhere in the cited version is never the passage, however alike it is.

Prints a confusion matrix for each set and the time of one search. Exits with 1 below 99 % correct
verdicts, at one wrong passage claimed `same` or `moved`, or at a p95 of 5 ms or more for a text
of 10 kB. Times are of the CPU: the only figure that a busy machine allows.
"""

import argparse
import html
import importlib.util
import os
import random
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from editing import MADE, Case, sentences

from sources.ingest.extract import extract
from tracker.passages import quotes

ROOT = Path(__file__).resolve().parent.parent
NIGHTS, LEAST = 7, 2_000
STATES = ("same", "moved", "altered", "gone")
CORRECT, FAST, LONG = 0.99, 5.0, 10_000


# what the replay server reads from its command line, at its defaults
SITE = SimpleNamespace(
    seed=1, start_share=0.5, growth=0.1, change_rate=0.05, withdraw_rate=0.005, raw_canonical=True
)


def main():
    """Run both sets; 0 when every bar is passed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    beside = ROOT.parent / "shared"
    parser.add_argument("--server", type=Path, default=beside / "tools" / "replay_server.py")
    parser.add_argument("--corpus", type=Path, default=beside / "corpus")
    parser.add_argument("--texts", type=int, default=200, help="texts that edits are made on")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--show", type=int, default=10, help="wrong verdicts to print")
    options = parser.parse_args()
    rnd = random.Random(options.seed)
    found, texts = replayed(options, rnd)
    made = generated(rnd.sample(sorted(texts), min(options.texts, len(texts))), rnd)
    failed = len(found) + len(made) < LEAST
    print(f"{len(found)} replayed and {len(made)} generated cases")
    for title, cases in (("edits of seven nights", found), ("edits generated", made)):
        failed |= measured(title, cases, options.show)
    failed |= timed(made + found)
    return int(failed)


# --------------------------------------------------------------------------- cases


def replayed(options, rnd):
    """The cases of the replayed nights, and the texts they were made on."""
    replay = loaded(options.server)
    site = replay.Site(replay.Corpus(options.corpus), SITE, None)
    cases, shown, texts = [], Counter(), {}
    for article, night, arrival in edits_of(site):
        pair = []
        for site.night in (night - 1, night):
            source, changes, charset = site.render(article, arrival)
            pair.append(text_of(replay.encode(source, charset), charset, article))
        found = of_edit(changes[-1], *pair, rnd)
        shown[bool(found)] += 1
        cases += found
        if len(sentences(pair[0])) > 4:
            texts[pair[0]] = article.path
    print(f"replayed edits: {shown.total()}, of which {shown[False]} do not show in the texts read")
    return cases, texts


def loaded(path):
    """The replay server as a module."""
    spec = importlib.util.spec_from_file_location("replay_server", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def edits_of(site):
    """(article, night of the edit, night it came) for every edit of the nights."""
    for _, articles in sorted(site.hosts.items()):
        for position, article in enumerate(articles):
            arrival, site.night = site.arrival(position, len(articles)), NIGHTS
            for night in site.edits(article.path, arrival):
                yield article, night, arrival


def text_of(page, charset, article):
    """The text our extractor reads from a page."""
    address = f"https://{article.host}/a/{article.slug}.html"
    return extract(page, url=address, content_type=f"text/html; charset={charset}").text


def of_edit(edit, before, after, rnd):
    """The cases of one replayed edit: the passages it touched, and some it did not.

    Where the text read shows the paragraph before and after as the server tells of it, the edit is
    known letter by letter. Elsewhere only passages outside of all that differs are cited.
    """
    old, new = (" ".join(html.unescape(edit[side]).split()) for side in ("before", "after"))
    at = before.find(old) if old else after.find(new)
    exact = at >= 0 and old != new and known(before, after, at, old, new)
    left, right, put = exact or differing(before, after)
    cases = []
    for start, end in cited(before, left, right, rnd):
        kind, by = f"night: {edit['kind']}", put - (right - left)
        if right <= start:
            state = "moved" if by else "same"
            cases.append(Case(kind, before, start, end, after, state, (start + by, end + by)))
        elif end <= left:
            cases.append(Case(kind, before, start, end, after, "same", (start, end)))
        elif exact and not new and left <= start and end <= right:
            cases.append(Case(kind, before, start, end, after, "gone", None))
        elif exact and new and start <= left and right <= end:  # one word put in or replaced
            cases.append(Case(kind, before, start, end, after, "altered", (start, end + by)))
    return cases


def known(before, after, at, old, new):
    """(first, past last, letters put there) of what changed; None if more than that differs."""
    left, right, put = at, at + len(old), len(new)
    if old and new:
        head, tail = differing(old, new)[:2]
        left, right, put = at + head, at + tail, len(new) - (len(old) - tail) - head
    for line_break in (0, 1):  # one goes or comes with a whole paragraph
        cut, more = right + line_break * bool(not new), put + line_break * bool(not old)
        if before[:left] + after[left : left + more] + before[cut:] == after:
            return left, cut, more
    return None


def differing(before, after):
    """The same for two texts of which only head and tail are known to agree."""
    head = len(os.path.commonprefix([before, after]))
    tail = len(os.path.commonprefix([before[head:][::-1], after[head:][::-1]]))
    return head, len(before) - tail, len(after) - tail - head


def cited(text, left, right, rnd):
    """The sentences an edit touches, those beside it, and two more."""
    all_of_them = sentences(text)
    near = [span for span in all_of_them if span[0] <= right + 200 and span[1] >= left - 200]
    return sorted({*near[:6], *rnd.sample(all_of_them, min(2, len(all_of_them)))})


def generated(texts, rnd):
    """Each kind of edit made once on each text, on a sentence that stands there once."""
    pool = [text[slice(*rnd.choice(sentences(text)))] for text in texts]
    cases = []
    for text in texts:
        for make in MADE:
            once = [s for s in sentences(text) if text.count(text[slice(*s)]) == 1]
            if once and (case := make(rnd, text, *rnd.choice(once), pool)) is not None:
                cases.append(case)
    return cases


# --------------------------------------------------------------------------- verdicts


def verdict(case):
    """(state found, right, wrong passage claimed)"""
    selector = quotes.select(case.before, case.start, case.end)
    found = quotes.find(selector, case.after, case.before)
    there = found.state == "gone" or overlapping((found.start, found.end), case.place)
    wrong = found.state in ("same", "moved") and (found.start, found.end) != case.place
    return found, found.state == case.state and there and not wrong, wrong


def overlapping(found, place):
    """Whether the two stretches share most of the longer one's letters."""
    if place is None:
        return False
    shared = min(found[1], place[1]) - max(found[0], place[0])
    return shared >= 0.5 * max(found[1] - found[0], place[1] - place[0])


def measured(title, cases, show):
    """Print the confusion matrix and what went wrong; True when a bar is missed."""
    matrix, kinds, wrong, missed = Counter(), defaultdict(Counter), 0, []
    for case in cases:
        found, right, claimed = verdict(case)
        matrix[case.state, found.state] += 1
        kinds[case.kind][right] += 1
        wrong += claimed
        if not right:
            missed.append((case, found))
    print(f"\n== {title}\n{'truth':>10}" + "".join(f"{state:>9}" for state in STATES))
    for truth in STATES:
        print(f"{truth:>10}" + "".join(f"{matrix[truth, state]:>9}" for state in STATES))
    for kind, right in sorted(kinds.items()):
        print(f"  {kind:42}{right[True]:>6} of {right.total()}")
    share = 1 - len(missed) / len(cases)
    print(f"right: {share:.2%} of {len(cases)}; wrong passages claimed same or moved: {wrong}")
    for case, found in missed[:show]:
        print(f"  {case.kind}: {case.state} at {case.place}, found {found}")
        print(f"    {case.before[case.start : case.end][:150]!r}")
        print(f"    {case.after[max(found.start, 0) : max(found.end, 0)][:150]!r}")
    return share < CORRECT or wrong > 0


def timed(cases):
    """Print how long a search takes in texts of 10 kB; True when it takes too long."""
    selected = []
    for case in cases:
        pair = [case.after, case.before]
        if not LONG * 0.5 <= len(case.after.encode()) <= LONG:
            tail = (cases[len(selected) % len(cases)].after * 3).encode()
            pair = [(text.encode() + b"\n" + tail)[:LONG].decode(errors="ignore") for text in pair]
        if len(case.after.encode()) <= LONG:
            selected.append((quotes.select(case.before, case.start, case.end), *pair))
    times = []
    for selector, after, before in selected:
        started = time.process_time()
        quotes.find(selector, after, before)
        times.append(1000 * (time.process_time() - started))
    times.sort()
    p95 = times[int(0.95 * len(times))]
    print(
        f"\none search in a text of up to 10 kB, {len(times)} times: median"
        f" {times[len(times) // 2]:.2f} ms, p95 {p95:.2f} ms, max {times[-1]:.2f} ms of CPU"
    )
    return p95 >= FAST


if __name__ == "__main__":
    sys.exit(main())
