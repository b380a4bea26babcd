"""Says of pages that their publishers edited which were due, and whether each edit was seen."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

LAST_LOOK: dict[str, int] = {}  # the night each page was last fetched
OVERLOOKED = "NOT SEEN"


def edits(corpus: Path, offered: dict, held: dict, due: set[bytes], night: int) -> int:
    """Of the pages edited since they were last looked at and due tonight, which were seen.

    Returns:
        How many edits of a headline or a text were not seen.
    """
    from sources.ingest.identify import url_key
    from sources.models import Version

    since = datetime.now(UTC) - timedelta(hours=20)
    fresh = set(
        Version.objects.filter(at__gte=since, kind="publisher_edit").values_list(
            "article_id", flat=True
        )
    )
    made, reasons = 0, Counter()
    for url, row in offered.items():
        last = LAST_LOOK.get(url)
        looked = last is None or url_key(url) in due
        again = last is not None and url_key(url) in due and row["withdrawn"] is None
        new = [edit for edit in row["edits"] if last is not None and edit["night"] > last]
        if again and new:
            made += 1
            reason = "a version" if held[url].pk in fresh else unseen(corpus, held[url], row, new)
            reasons[reason] += 1
            if reason == OVERLOOKED:
                print(f"  edit not seen: {url}: {new}")
        if looked and url in held:
            LAST_LOOK[url] = night
    print(
        f"pages due for a check: {len(due)}, of them edited since the last look: {made}: "
        + (", ".join(f"{n} {reason}" for reason, n in reasons.most_common()) or "none")
        + f"; versions by edit tonight: {len(fresh)}"
    )
    return reasons[OVERLOOKED]


def unseen(corpus: Path, article, row: dict, new: list[dict]) -> str:
    """Why an edited page has no new version."""
    if article.text_state == "empty":
        return "lost the only paragraph (the article says so, its version stays)"
    gold = (corpus / row["gold"]).read_text() if row["gold"] else None
    if gold is None or any(
        edit["kind"] == "headline" or letters(edit["before"]) in letters(gold) for edit in new
    ):
        return OVERLOOKED
    for edit in new:
        print(f"  no part of the article, by its gold text: {edit['before'][:90]!r}")
    return "outside the article"


def letters(text: str) -> str:
    """The text without spaces and marks, to compare what was marked up with what was not."""
    return re.sub(r"\W+", "", text).lower()
