"""Measures the text we read from real pages against gold texts and trafilatura's own defaults.

    python bench/extraction.py --corpus PATH [--default] [--every N]

PATH holds manifest.csv, articles/, gold/ and extraction_baseline.csv (what trafilatura gave with
its defaults and without comments). Per gold set: mean token precision, recall and F1 for whole
texts; kept and dropped segments for the others; CPU per page. Exits with 1 if a mean F1, or the
mean of kept and dropped, is more than 0.005 below the baseline's. --default also runs
trafilatura's defaults page by page in turn with ours: it proves that the metric here is the one
of the baseline, and gives the ratio of CPU times, the only figure that a busy machine allows.
"""

import argparse
import csv
import gzip
import json
import re
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from statistics import fmean, median

import trafilatura

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sources.ingest.extract import EXTRACTOR, extract

TOLERANCE = 0.005
# Scripts written without spaces between words, and Korean: compared character by character.
BY_CHARACTER = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def tokens(text, single):
    """The words of `text` in lower case, or its letters where `single`."""
    return re.findall(r"\w" if single else r"\w+", text.lower())


def whole_text_scores(text, paragraphs):
    """(precision, recall, F1) over the bags of tokens."""
    gold = "\n".join(paragraphs)
    single = len(BY_CHARACTER.findall(gold)) > 0.3 * len(re.findall(r"\w", gold))
    ours, theirs = tokens(text, single), tokens(gold, single)
    common = (Counter(ours) & Counter(theirs)).total()
    precision = common / max(1, len(ours))
    recall = common / max(1, len(theirs))
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return precision, recall, f1


def segment_scores(text, gold):
    """(kept, dropped, mean of both): shares of the wanted and the unwanted strings."""
    flat = " ".join(text.split())
    wanted = [" ".join(each.split()) for each in gold["with"]]
    unwanted = [" ".join(each.split()) for each in gold["without"]]
    kept = sum(each in flat for each in wanted) / max(1, len(wanted))
    dropped = sum(each not in flat for each in unwanted) / max(1, len(unwanted))
    return kept, dropped, (kept + dropped) / 2


def scores(text, gold):
    """Three figures of one page; the last is the one the guard looks at."""
    if gold["kind"] == "segments":
        return segment_scores(text, gold)
    return whole_text_scores(text, gold["paragraphs"])


def baseline_scores(row):
    """The same three figures from a row of the baseline file."""
    if row["has_gold"] == "segments":
        kept, dropped = float(row["segments_kept"]), float(row["segments_dropped"])
        return kept, dropped, (kept + dropped) / 2
    return float(row["precision"]), float(row["recall"]), float(row["f1"])


def default_text(body):
    """The text by trafilatura's defaults, as in the baseline file."""
    found = trafilatura.bare_extraction(body, include_comments=False)
    return (found.text or "") if found else ""


def timed(function, *arguments, **named):
    """(result, CPU seconds)"""
    start = time.process_time()
    result = function(*arguments, **named)
    return result, time.process_time() - start


def squeezed(text):
    """`text` for comparing titles and names."""
    return re.sub(r"\W+", " ", text.lower()).strip()


def agreement(document, gold):
    """Which of title, day and author agree with the gold; only those the gold has."""
    agreed = {}
    if gold.get("title"):
        agreed["title"] = squeezed(document.title) == squeezed(gold["title"])
    if gold.get("published"):
        agreed["day"] = any(gold["published"][:10] in raw for _, raw in document.dates)
    if gold.get("authors"):
        agreed["author"] = any(
            squeezed(name) in squeezed(document.author) for name in gold["authors"]
        )
    return agreed


class Measured:
    """What all pages gave."""

    def __init__(self):
        self.ours, self.theirs, self.defaults = defaultdict(list), defaultdict(list), {}
        self.cpu, self.default_cpu = [], []
        self.differing, self.states = [], Counter()
        self.agreed, self.disagreed = Counter(), Counter()

    def page(self, corpus, row, about, with_default):
        """Read one page and score it."""
        body = gzip.decompress((corpus / about["file"]).read_bytes())
        gold = json.loads((corpus / about["gold_file"]).read_text())
        group = about["origin_repo"].rpartition("/")[2]
        document, seconds = timed(extract, body, url=about["url"], content_type="text/html")
        self.cpu.append(seconds)
        self.states[document.state] += 1
        self.ours[group].append(scores(document.text, gold))
        self.theirs[group].append(baseline_scores(row))
        for what, same in agreement(document, gold).items():
            (self.agreed if same else self.disagreed)[what] += 1
        if with_default:
            text, seconds = timed(default_text, body)
            self.default_cpu.append(seconds)
            pairs = zip(scores(text, gold), self.theirs[group][-1], strict=True)
            if any(abs(one - other) > 0.0001 for one, other in pairs):
                self.differing.append(row["served_path"])

    def report(self):
        """Print the table; the number of gold sets below the guard."""
        below = 0
        print(
            f"{EXTRACTOR}\n{'gold set':32}{'pages':>6}  ours p/r/F1 (kept/dropped/mean)   baseline"
        )
        for group, rows in self.ours.items():
            ours = [fmean(column) for column in zip(*rows, strict=True)]
            theirs = [fmean(column) for column in zip(*self.theirs[group], strict=True)]
            fails = ours[2] < theirs[2] - TOLERANCE
            below += fails
            shown = "  ".join(f"{each:.4f}" for each in (*ours, *theirs))
            print(f"{group:32}{len(rows):>6}  {shown}{'  BELOW' if fails else ''}")
        for what, count in self.agreed.items():
            print(f"{what} agrees: {count} of {count + self.disagreed[what]}")
        print("states:", dict(self.states))
        self.report_time()
        return below

    def report_time(self):
        """Print CPU times, and whether the baseline was reproduced."""
        ordered = sorted(self.cpu)
        print(
            f"CPU ms a page: mean {1000 * fmean(ordered):.1f}, median {1000 * median(ordered):.1f},"
            f" p95 {1000 * ordered[int(0.95 * len(ordered))]:.1f}, max {1000 * ordered[-1]:.1f}"
        )
        if self.default_cpu:
            ratio = sum(self.cpu) / sum(self.default_cpu)
            print(
                f"trafilatura's defaults, text only: mean {1000 * fmean(self.default_cpu):.1f};"
                f" ours with metadata is {ratio:.2f} of that"
            )
            same = len(self.default_cpu) - len(self.differing)
            print(f"baseline reproduced on {same} of {len(self.default_cpu)} pages", self.differing)


def main():
    """Run over the corpus; 0 when no gold set is below its guard."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--default", action="store_true", help="also run trafilatura's defaults")
    parser.add_argument("--every", type=int, default=1, help="every Nth page only")
    options = parser.parse_args()
    with (options.corpus / "manifest.csv").open() as lines:
        pages = {row["served_path"]: row for row in csv.DictReader(lines)}
    with (options.corpus / "extraction_baseline.csv").open() as lines:
        rows = [row for row in csv.DictReader(lines) if row["has_gold"]][:: options.every]
    first = (
        b"<html><head><link rel=canonical href=/a></head><body><p>Loads what all share.</p></body>"
    )
    extract(first, url="https://outlet.example/a")
    measured = Measured()
    for row in rows:
        measured.page(options.corpus, row, pages[row["served_path"]], options.default)
    return 1 if measured.report() else 0


if __name__ == "__main__":
    sys.exit(main())
