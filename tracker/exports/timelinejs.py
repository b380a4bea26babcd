"""Writes a timeline as the JSON that TimelineJS 3 opens."""

import json
from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Any

from tracker.exports.values import ClaimRow, EditRow, Event, Material, Said, StatusRow
from tracker.timeline import days


def write(material: Material, words: Mapping[str, str]) -> str:
    """The document. TimelineJS needs a date, so the undated are named on the title slide instead.

    Args:
        words: what a slide says besides what is quoted: "sample", "undated" (with a %d), "status",
            "held" and "compare", in the language of the reader.
    """
    claims = {claim.pk: claim for claim in material.claims}
    dated = [said for said in material.statements if said.on is not None]
    events = [
        *(_statement(said, claims, material, words) for said in dated if said.claim in claims),
        *(_status(row, claims, material, words) for row in material.statuses),
        *(_edit(row, claims, material, words) for row in material.edits if row.claim in claims),
        *(_event(place, event, material, words) for place, event in enumerate(material.events)),
    ]
    undated = len(material.statements) - len(dated)
    document = {
        "scale": "human",
        "title": _title(material, words, undated),
        "events": sorted(events, key=_order),
        "eras": [],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _title(material: Material, words: Mapping[str, str], undated: int) -> dict[str, Any]:
    parts = [_p(material.summary)] if material.summary else []
    if undated:
        parts.append(_p(words["undated"] % undated))
    parts.append(f'<p><a href="{escape(material.address)}">{escape(material.address)}</a></p>')
    text = {"headline": _stamp(material, words) + escape(material.title), "text": "".join(parts)}
    return {"unique_id": "title", "text": text, "autolink": False}


def _statement(
    said: Said, claims: Mapping[int, ClaimRow], material: Material, words: Mapping[str, str]
) -> dict[str, Any]:
    lead, claim = said.passages[0], claims[said.claim]
    who = said.origin_name or lead.outlet
    lines = [
        f'<blockquote lang="{escape(lead.language or "und")}">{escape(lead.quote)}</blockquote>',
        _p(lead.chain),
        _p(claim.heading),
        f'<p><a href="{escape(_web(lead.url))}">{escape(lead.outlet)}</a> · '
        f'<a href="{escape(lead.permalink)}">{escape(words["held"])}</a></p>',
    ]
    headline = f"{_stamp(material, words)}{escape(who)}: {escape(said.stance_word)}"
    return {
        "unique_id": f"e{lead.evidence}",
        **_dates(said.on or date.min, said.until),
        "group": claim.title,
        "text": {"headline": headline, "text": "".join(lines)},
        "autolink": False,
    }


def _status(
    row: StatusRow, claims: Mapping[int, ClaimRow], material: Material, words: Mapping[str, str]
) -> dict[str, Any]:
    claim = claims[row.claim]
    headline = f"{_stamp(material, words)}{escape(words['status'])}: {escape(row.word)}"
    return {
        "unique_id": f"s{row.number}",
        "start_date": _date(row.on, row.precision),
        "display_date": row.since,
        "group": claim.title,
        "text": {
            "headline": headline,
            "text": _p(claim.heading) + _p(f"{row.by}, {row.since}") + _p(row.why),
        },
        "autolink": False,
    }


def _edit(
    row: EditRow, claims: Mapping[int, ClaimRow], material: Material, words: Mapping[str, str]
) -> dict[str, Any]:
    claim = claims[row.claim]
    lines = [
        f'<blockquote lang="{escape(row.language or "und")}">{escape(row.quote)}</blockquote>',
        _p(claim.heading),
        f'<p><a href="{escape(row.permalink)}">{escape(words["compare"])}</a></p>',
    ]
    headline = f"{_stamp(material, words)}{escape(row.outlet)}: {escape(row.state_word)}"
    return {
        "unique_id": f"a{row.number}",
        "start_date": _date(row.on),
        "group": claim.title,
        "text": {"headline": headline, "text": "".join(lines)},
        "autolink": False,
    }


def _event(
    place: int, event: Event, material: Material, words: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "unique_id": f"k{place}",
        "start_date": _date(event.on),
        "text": {"headline": _stamp(material, words) + escape(event.label), "text": ""},
        "autolink": False,
    }


def _dates(on: date, until: date | None) -> dict[str, Any]:
    """When a statement stands; a span has an end, a month and a year name no day."""
    kind = days.precision(on, until)
    if kind == "span" and until:
        return {"start_date": _date(on), "end_date": _date(until)}
    return {"start_date": _date(on, kind)}


def _date(on: date, precision: str = "day") -> dict[str, str]:
    """A date no more precise than it is known."""
    parts = {"year": str(on.year), "month": str(on.month), "day": str(on.day)}
    kept = {"year": 1, "month": 2}.get(precision, 3)
    return dict(list(parts.items())[:kept])


def _order(slide: Mapping[str, Any]) -> tuple[int, int, int, str]:
    on = slide["start_date"]
    day = (int(on["year"]), int(on.get("month", 1)), int(on.get("day", 1)))
    return (*day, str(slide["unique_id"]))


def _stamp(material: Material, words: Mapping[str, str]) -> str:
    return f"[{escape(words['sample'])}] " if material.sample else ""


def _p(words: str) -> str:
    return f"<p>{escape(words)}</p>" if words else ""


def _web(url: str) -> str:
    """An address that is no script."""
    return url if url.startswith(("http://", "https://")) else ""
