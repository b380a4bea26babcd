"""The overview of a story: which claims have a lane, their figures, and the page's markup of them.

All of it is drawn once for each state of the story and kept beside its fold.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.template.loader import render_to_string
from django.utils.html import json_script
from django.utils.safestring import SafeString

from tracker.models import Claim, Stance, StatusChange, Story
from tracker.timeline import chart, days
from tracker.timeline.axis import Event
from tracker.timeline.folding import Fold

MANY, LIVELY = 25, 12  # with that many claims, the chart shows the liveliest
LANES = 20  # on a page of all of them
NAMED = 4  # speakers in the preview of a column
RETRACTED = "retracted"
TEMPLATE = "tracker/_chart.html"


@dataclass(frozen=True, slots=True)
class Overview:
    """The chart of a story and the same figures by claim; retracted claims stand apart.

    `page` of `pages` shows all claims, `LANES` at a time; 0 the liveliest of many, or all of few.
    """

    chart: chart.Chart | None
    cells: dict[str, object]
    shown: list[Claim]
    retracted: list[Claim]
    total: int  # claims that could have a lane
    by_stance: dict[int, dict[str, int]]
    page: int
    pages: int

    @property
    def data(self) -> SafeString:
        """The figures of the columns as a block of data, for the script that reads them out."""
        return json_script(self.cells, "cells", _Compact)


class _Compact(json.JSONEncoder):
    """Without the blanks, which would be a fifth of the page."""

    item_separator, key_separator = ",", ":"


def overview(fold: Fold, page: int = 0) -> Overview:
    """The overview of a story, drawn once for each state of it.

    Args:
        page: which `LANES` of all claims have a lane; 0 for the liveliest of many.
    """
    page = min(page, _pages(_standing(fold))) if page else 0
    made = cast("Overview | None", fold.drawn.get(("overview", page)))
    if made is None:
        fold.drawn["overview", page] = made = _drawn(fold, page)
    return made


def markup(fold: Fold, story: Story, shown: Overview, context: dict[str, Any]) -> str:
    """What the page says of it, written once for each state of the story.

    Args:
        context: what the template needs besides, the same for every reader of this state.
    """
    key = ("markup", shown.page, story.slug)
    kept = cast("str | None", fold.drawn.get(key))
    if kept is None:
        asked = {"story": story, "overview": shown, "claims": fold.claims, "counts": fold.counts}
        fold.drawn[key] = kept = render_to_string(TEMPLATE, context | asked)
    return kept


def is_retracted(claim: Claim) -> bool:
    """Whether the claim was taken back, so that pages fold it away."""
    return claim.status is not None and claim.status.status_id == RETRACTED


def _drawn(fold: Fold, page: int) -> Overview:
    retracted = [claim for claim in fold.claims.values() if is_retracted(claim)]
    claims = _standing(fold)
    shown = _with_a_lane(fold, claims, page)
    said = [one for claim in claims for one in fold.parts[claim.pk].statements]
    drawn_on = [
        days.middle(one.on, one.until) for one in said if one.on and one.stance in chart.DRAWN
    ]
    drawn = chart.draw(
        [said for claim in shown for said in fold.parts[claim.pk].statements],
        [(claim.pk, change.effective_on) for claim in shown for change in _of_whole(claim)],
        [Event(event.on, event.label) for event in fold.events],
        claims=[claim.pk for claim in shown],
        # one axis for all pages of lanes
        since=min(drawn_on, default=None),
        until=max(drawn_on, default=None),
    )
    figures = {claim.pk: _stances(fold, claim.pk) for claim in (*shown, *retracted)}
    return Overview(
        drawn, _cells(drawn), shown, retracted, len(claims), figures, page, _pages(claims)
    )


def _standing(fold: Fold) -> list[Claim]:
    return [claim for claim in fold.claims.values() if not is_retracted(claim)]


def _pages(claims: list[Claim]) -> int:
    return -(-len(claims) // LANES)


def _with_a_lane(fold: Fold, claims: list[Claim], page: int) -> list[Claim]:
    if page:
        return claims[(page - 1) * LANES : page * LANES]
    if len(claims) < MANY:
        return claims
    liveliest = sorted(claims, key=lambda claim: -len(fold.parts[claim.pk].statements))
    lively = {claim.pk for claim in liveliest[:LIVELY]}
    return [claim for claim in claims if claim.pk in lively]


def _of_whole(claim: Claim) -> list[StatusChange]:
    return [change for change in getattr(claim, "standing_changes", []) if not change.subject_id]


def _stances(fold: Fold, claim: int) -> dict[str, int]:
    figures = dict.fromkeys(Stance.values, 0)
    for said in fold.parts[claim].statements:
        figures[said.stance] += 1
    return figures


def _cells(drawn: chart.Chart | None) -> dict[str, object]:
    """The figures of the chart's columns: how many of each stance, then who spoke, by place."""
    if drawn is None:
        return {}
    people: dict[str, int] = {}
    lanes = {
        str(lane.claim): {
            str(place): [*figures, *_places(lane.names.get(place, ())[:NAMED], people)]
            for place, figures in lane.cells.items()
        }
        for lane in drawn.lanes
    }
    return {
        "start": drawn.start.isoformat(),
        "end": drawn.end.isoformat(),
        "left": drawn.left,
        "width": drawn.width,
        "column": drawn.column,
        "lanes": lanes,
        "people": list(people),
    }


def _places(names: Iterable[str], people: dict[str, int]) -> list[int]:
    """Where each name stands among the people, who are joined by those not met before."""
    return [people.setdefault(name, len(people)) for name in names]
