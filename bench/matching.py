"""Measures how well passages are matched with claims, by the product's own ranking and rules.

    python bench/matching.py --dataset clef --split dev --engine bm25
    python bench/matching.py --dataset story --engine semantic

clef: public posts against 10,375 verified claims (CLEF-2020 CheckThat! task 2). story: labelled
documents of one story, its claims without search terms; some documents must match nothing. The
stances it has beside ours are mapped in matching_sets.py, and "left-out claims" (left_out.py) says
what passages are worth at a bar that was chosen without the claim.
Exits with 1 below a floor. The data stand in --corpus and are no part of the repository.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from left_out import left_out
from matching_sets import Item, Label, Ranked, retrieval, same_speaker, shares, story
from newsroom import ROOT, STORY, newsroom

# What must be reached; `None` where no engine has a floor of its own.
FLOORS = {
    ("clef", "bm25"): {"MAP@5": 0.78, "recall@10": 0.87},
    ("clef", "semantic"): {"MAP@5": 0.84, "recall@10": 0.91},
    ("story", "bm25"): {"left alone": 0.95},
    ("story", "semantic"): {"left alone": 0.95},
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dataset", choices=("clef", "story"), required=True)
    parser.add_argument("--split", choices=("train", "dev", "test"), default="dev")
    parser.add_argument("--engine", choices=("bm25", "semantic"), default="bm25")
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--vectors", type=Path, help="keep the claims' vectors here (.npy)")
    parser.add_argument("--verbose", action="store_true", help="show every proposal and label")
    args = parser.parse_args()
    os.environ["SEMANTIC_MATCHING"] = "1" if args.engine == "semantic" else "0"
    with newsroom():
        figures = clef(args) if args.dataset == "clef" else story_figures(args)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["RSS MB"] = memory
    for name, value in figures.items():
        print(f"{name:32} {value:8.3f}")
    floors = FLOORS[args.dataset, args.engine]
    below = [f"{name} < {floor}" for name, floor in floors.items() if figures[name] < floor]
    print("below the floor: " + ", ".join(below) if below else f"above the floors {floors}")
    return 1 if below else 0


def clef(args: argparse.Namespace) -> dict[str, float]:
    """Rank all claims against each post, as the product ranks them against a passage."""
    from tracker.matching import passage_words
    from tracker.models import Claim
    from tracker.suggesting import ranking, similarity

    held = retrieval(args.corpus / "claim-retrieval", args.split)
    made = _claims(held.claims)
    ids = list(made.values())
    names = {pk: name for name, pk in made.items()}
    rows = Claim.objects.filter(pk__in=ids)
    ranking.keep(rows)
    with kept_vectors(args.vectors):
        similarity.keep(rows)
    found, times = Ranked(), []
    for text, wanted in held.queries:
        started = time.perf_counter()
        (ranked,) = similarity.closest([passage_words(text, "en")], [text], ids)
        times.append(time.perf_counter() - started)
        found.add([names[one.claim] for one in ranked], wanted)
    return found.figures() | _times(times)


@contextlib.contextmanager
def kept_vectors(path: Path | None) -> Iterator[None]:
    """Take the vectors of an earlier run from a file, or leave those of this one there.

    Reading ten thousand claims takes a core ten minutes; the vectors are the same each time.
    """
    from tracker.models import ClaimText
    from tracker.suggesting import similarity

    texts = ClaimText.objects.order_by("claim_id", "language")
    if path is None or not similarity.on():
        yield
        return
    import numpy

    if path.exists():
        rows = list(texts)
        for row, vector in zip(rows, numpy.load(path), strict=True):
            row.vector = vector.tobytes()
        ClaimText.objects.bulk_update(rows, ["vector"], batch_size=500)
    yield
    if not path.exists():
        held = [numpy.frombuffer(row.vector, "float16") for row in texts]
        numpy.save(path, numpy.stack(held))


def story_figures(args: argparse.Namespace) -> dict[str, float]:
    """Let the product propose passages of each document, and compare with the labels."""
    from tracker.models import Claim, Story, Suggestion
    from tracker.suggesting import suggest

    worded, items = story(args.corpus / "story")
    made = _claims({name: ("", text) for name, text in worded.items()})
    Story.objects.filter(slug="measured").update(filter=Story.objects.get(slug=STORY).filter)
    claims = list(Claim.objects.filter(pk__in=made.values()).select_related("story"))
    times, proposed = [], {}
    for item in items:
        version = _stored(item)
        started = time.perf_counter()
        suggest.propose(claims, [version])
        times.append(time.perf_counter() - started)
        rows = Suggestion.objects.filter(version=version).order_by("-score", "rank")
        names = {pk: name for name, pk in made.items()}
        proposed[item.name] = [(names[row.claim_id], row) for row in rows]
        if args.verbose:
            show(item, proposed[item.name])
    return (
        _ranking(items, made)
        | _passages(items, proposed)
        | shares(left_out(items, made), "left-out claims")
        | _readings(items, worded, args.verbose)
        | _times(times)
    )


def _ranking(items: Sequence[Item], made: dict[str, int]) -> dict[str, float]:
    """The claims ranked against each labelled passage, read between its neighbours."""
    from tracker.matching import passage_words, sentences
    from tracker.suggesting import similarity

    names = {pk: name for name, pk in made.items()}
    found = Ranked()
    for item in items:
        spans = sentences(item.text)
        for start, end in sorted({(one.start, one.end) for one in item.labels}):
            held = [n for n, (a, b) in enumerate(spans) if a < end and start < b]
            around = spans[max(0, held[0] - 1) : held[-1] + 2]
            text = item.text[around[0][0] : around[-1][1]]
            (ranked,) = similarity.closest(
                [passage_words(text, item.language)], [text], list(names)
            )
            wanted = {one.claim for one in item.labels if (one.start, one.end) == (start, end)}
            found.add([names[one.claim] for one in ranked], wanted)
    return found.figures()


def _passages(
    items: Sequence[Item], proposed: dict[str, list[tuple[str, Any]]]
) -> dict[str, float]:
    """What was proposed against what was labelled: by passage, over all and for each claim."""
    counted: dict[str, Counter[str]] = {}
    for item in items:
        hit: set[Label] = set()
        for claim, row in proposed[item.name]:
            labels = {one for one in item.labels if one.claim == claim and _meet(one, row)}
            counted.setdefault(claim, Counter())["right" if labels else "wrong"] += 1
            hit |= labels
        for one in item.labels:
            counted.setdefault(one.claim, Counter())["found" if one in hit else "missed"] += 1
    total = sum(counted.values(), Counter())
    figures = shares(total, "passages")
    for claim in sorted(counted):
        figures |= shares(counted[claim], claim)
    negatives = [item for item in items if item.negative]
    alone = sum(not proposed[item.name] for item in negatives)
    return figures | {"left alone": alone / len(negatives) if negatives else 1.0}


def _meet(label: Label, row: Any) -> bool:
    return bool(label.start < row.end and row.start < label.end)


def _readings(items: Sequence[Item], claims: dict[str, str], verbose: bool) -> dict[str, float]:
    """Stance and speaker as the rules read each labelled passage."""
    from tracker.attribution import attribute, towards

    counts: Counter[str] = Counter()
    for item in items:
        for label in item.labels:
            said = attribute(
                item.text, label.start, label.end, language=item.language, outlet=item.outlet
            )
            counts["labels"] += 1
            passage = item.text[label.start : label.end]
            stance, _ = towards(said, passage, claims[label.claim], item.language)
            counts["stance"] += stance == label.stance
            if not label.speaker:
                speaker = "blank, right" if not said.speaker else "wrong"
            elif label.speaker.startswith("unnamed"):
                speaker = "right" if said.unnamed else "wrong" if said.speaker else "blank"
            elif not said.speaker:
                speaker = "blank"
            else:
                speaker = "right" if same_speaker(label.speaker, said.speaker) else "wrong"
            counts[f"speaker {speaker}"] += 1
            if verbose:
                print(
                    f"  {label.stance} by {label.speaker!r}: read {stance} by "
                    f"{said.speaker!r} ({speaker}) {passage[:90]!r}"
                )
    share = {
        name: counts[name] / counts["labels"]
        for name in (
            "stance",
            "speaker right",
            "speaker blank, right",
            "speaker blank",
            "speaker wrong",
        )
    }
    return {"stance accuracy": share.pop("stance")} | share


def show(item: Item, proposals: list[tuple[str, Any]]) -> None:
    """Print the proposals of a document, those a label stands behind marked."""
    print(f"## {item.name}{' (must match nothing)' if item.negative else ''} {item.title}")
    for claim, row in proposals:
        right = any(one.claim == claim and _meet(one, row) for one in item.labels)
        print(
            f"  {'+' if right else '-'} {claim} {row.score:.2f} {row.exact[:100]!r} {row.reasons}"
        )
    for one in item.labels:
        if not any(claim == one.claim and _meet(one, row) for claim, row in proposals):
            print(f"  missed {one.claim}: {item.text[one.start : one.end][:100]!r}")


def _stored(item: Item) -> Any:
    """A version that says what a document says, as if it had been pasted."""
    from sources.models import Article, Cluster, Source, Version

    source, _ = Source.objects.get_or_create(slug=f"o{abs(hash(item.outlet))}", name=item.outlet)
    article = Article.objects.create(
        source=source,
        cluster=Cluster.objects.create(),
        url=f"https://measured.example/{item.name}",
        title=item.title,
        language=item.language,
        text_state="ok",
        sort_at=datetime(2023, 4, 17, tzinfo=UTC),
    )
    article.current_version = Version.objects.create(
        article=article,
        seq=1,
        title=item.title,
        text=item.text,
        language=item.language,
        text_sha256=bytes(32),
        extractor="measured",
        sort_at=article.sort_at,
    )
    article.save(update_fields=["current_version"])
    return article.current_version


def _claims(worded: dict[str, tuple[str, str]]) -> dict[str, int]:
    """A story with these claims and no filter nor terms. Returns the claims' keys by name."""
    from tracker.models import Claim, Story

    held = Story.objects.create(slug="measured", title="Measured")
    rows = [
        Claim(story=held, number=n, title=title, statement=statement)
        for n, (title, statement) in enumerate(worded.values(), start=1)
    ]
    Claim.objects.bulk_create(rows, batch_size=1000)
    return dict(zip(worded, (row.pk for row in rows), strict=True))


def _times(seconds: Sequence[float]) -> dict[str, float]:
    cuts = quantiles(seconds, n=20)
    return {"ms p50": 1000 * cuts[9], "ms p95": 1000 * cuts[18]}


if __name__ == "__main__":
    raise SystemExit(main())
