"""Reads the labelled sets for bench/matching.py, and measures rankings."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

# "— Name (@handle) January 14, 2020": who posted it and when, which is not what was said.
_SIGNATURE = re.compile(r"\s*—[^—]{0,80}\(@\w+\)\s+\w+ \d{1,2}, \d{4}\s*$")
# The stances of the story corpus in ours. A change of a claim's state is reported, and a person
# makes it a status; what only touches the subject is context, outside every count.
STANCES = {"updates": "reports", "related": "context"}


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Claims by id (title, statement), and posts with the claims they repeat."""

    claims: dict[str, tuple[str, str]]
    queries: list[tuple[str, set[str]]]


@dataclass(frozen=True, slots=True)
class Label:
    """A passage of an item that takes a stance on a claim; offsets are into the item's text."""

    claim: str
    stance: str
    speaker: str
    start: int
    end: int


@dataclass(slots=True)
class Item:
    """A document: its headline is the first line of its text, as in a pasted article."""

    name: str
    outlet: str
    title: str
    text: str
    language: str
    negative: bool = False
    labels: list[Label] = field(default_factory=list)


def retrieval(folder: Path, split: str) -> Retrieval:
    """The claim-retrieval set: tab-separated claims, posts, and which belongs to which."""
    with (folder / "verified_claims.docs.tsv").open(newline="") as lines:
        rows = list(csv.reader(lines, delimiter="\t"))[1:]
    claims = {row[0]: (row[2], row[1]) for row in rows}
    wanted: dict[str, set[str]] = defaultdict(set)
    for line in (folder / split / "tweet-vclaim-pairs.qrels").read_text().splitlines():
        post, _, claim, relevant = line.split()
        if relevant != "0":
            wanted[post].add(claim)
    with (folder / split / "tweets.queries.tsv").open(newline="") as lines:
        posts = list(csv.reader(lines, delimiter="\t"))[1:]
    queries = [(_SIGNATURE.sub("", text), wanted[post]) for post, text in posts if wanted[post]]
    return Retrieval(claims, queries)


def story(folder: Path) -> tuple[dict[str, str], list[Item]]:
    """The story set: claims by id, and the items with their labels."""
    held = json.loads((folder / "labels.json").read_text())
    negatives = {one["item"] for one in held["negatives"]}
    items: dict[str, Item] = {}
    for line in (folder / "items.jsonl").read_text().splitlines():
        row = json.loads(line)
        text = f"{row['title']}\n{row['text']}"
        negative = row["id"] in negatives
        items[row["id"]] = Item(
            row["id"], row["outlet"], row["title"], text, row["language"], negative
        )
    for one in held["labels"]:
        item = items[one["item"]]
        before = 0 if one["field"] == "title" else len(item.title) + 1
        start, end = one["start"] + before, one["end"] + before
        assert item.text[start:end] == one["quote"], one
        stance = STANCES.get(one["stance"], one["stance"])
        item.labels.append(Label(one["claim"], stance, one["speaker"] or "", start, end))
    return {one["id"]: one["text"] for one in held["claims"]}, list(items.values())


@dataclass(slots=True)
class Ranked:
    """How rankings did against what was wanted: means over the queries."""

    hits: list[list[bool]] = field(default_factory=list)
    wanted: list[int] = field(default_factory=list)

    def add(self, ranking: Sequence[str], wanted: set[str]) -> None:
        """Count one ranking, best first."""
        self.hits.append([one in wanted for one in ranking])
        self.wanted.append(len(wanted))

    def precision_at(self, depth: int) -> float:
        """Mean average precision over the first places."""
        return self._mean(
            sum(sum(hits[: n + 1]) / (n + 1) for n, hit in enumerate(hits[:depth]) if hit)
            / min(wanted, depth)
            for hits, wanted in zip(self.hits, self.wanted, strict=True)
        )

    def recall_at(self, depth: int) -> float:
        """The share of what was wanted that stands in the first places."""
        return self._mean(
            sum(hits[:depth]) / wanted for hits, wanted in zip(self.hits, self.wanted, strict=True)
        )

    def reciprocal_rank(self) -> float:
        """One by the place of the first that was wanted."""
        return self._mean(
            next((1 / (n + 1) for n, hit in enumerate(hits) if hit), 0.0) for hits in self.hits
        )

    def _mean(self, values) -> float:
        held = list(values)
        return sum(held) / len(held) if held else 0.0

    def figures(self) -> dict[str, float]:
        """All of them by name."""
        named = {"MAP@5": self.precision_at(5), "MRR": self.reciprocal_rank()}
        return named | {f"recall@{n}": self.recall_at(n) for n in (1, 5, 10, 20)}


def shares(counts: Counter[str], name: str) -> dict[str, float]:
    """The precision and recall of what was proposed: right, wrong, found and missed."""
    made, labelled = counts["right"] + counts["wrong"], counts["found"] + counts["missed"]
    return {
        f"{name}: precision": counts["right"] / made if made else 1.0,
        f"{name}: recall": counts["found"] / labelled if labelled else 1.0,
    }


def same_speaker(one: str, other: str) -> bool:
    """Whether two names share a word of four letters or more, or one is the other's initials."""
    first, second = _words(one), _words(other)
    if {word for word in first if len(word) > 3} & {word for word in second if len(word) > 3}:
        return True
    return _initials(first) in second or _initials(second) in first


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)))


def _initials(words: list[str]) -> str:
    return "".join(word[0] for word in words if word not in ("of", "the", "de", "la", "du"))
