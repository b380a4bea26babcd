"""Writes what is taken away as CSV (RFC 4180) that no spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

from sources.curating.table import FORMULA
from tracker.exports.values import ClaimRow, EditRow, Material, Passage, StatusRow
from tracker.timeline import days

BOM = "\ufeff"  # without it Excel reads UTF-8 as something else
SAMPLE = "sample"
Row = dict[str, object]


def write(rows: Iterable[Row], columns: Iterable[str], *, bom: bool = True) -> str:
    """The rows under their column names. Words that begin like a formula get an apostrophe."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    names = list(columns)
    table.writerow(names)
    for row in rows:
        table.writerow([cell(row[name]) for name in names])
    return (BOM if bom else "") + out.getvalue()


def cell(value: object) -> str:
    """A value as a cell: times in UTC, nothing as nothing, words never a formula."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    words = str(value)
    # spreadsheets look past the blanks that a cell begins with
    return f"'{words}" if words.lstrip(" \n\u00a0").startswith(FORMULA) else words


def _evidence(passage: Passage) -> Row:
    return {
        "evidence_id": passage.evidence,
        "claim_id": passage.claim,
        "stance": passage.stance,
        "quote": passage.quote,
        "prefix": passage.prefix,
        "suffix": passage.suffix,
        "start": passage.start,
        "end": passage.end,
        "language": passage.language,
        "speaker": passage.speaker,
        "speaker_kind": passage.speaker_kind,
        "anonymity": "unnamed" if passage.unnamed else "named" if passage.speaker else "",
        "chain_text": passage.chain,
        "origin_id": passage.origin,
        "article_id": passage.article,
        "article_version": passage.version,
        "anchor_state": passage.anchor,
        "event_date": passage.event_on,
        "event_until": passage.event_until,
        "event_precision": _precision(passage.event_on, passage.event_until),
        "credibility": "",  # Claimline records none
        "note": passage.note,
        "created_by": passage.created_by,
        "created_at": passage.created_at,
        "reviewed_by": passage.reviewed_by,
        "permalink": passage.permalink,
    }


def _precision(since: date | None, until: date | None) -> str:
    """How exact an event's date is: day, month, year or range; "" = it has none of its own."""
    if since is None:
        return ""
    kind = days.precision(since, until)
    return "range" if kind == "span" else kind


def _claim(claim: ClaimRow, story: str) -> Row:
    status = claim.status
    return {
        "claim_id": claim.pk,
        "story": story,
        "title": claim.title,
        "text": claim.heading,
        "status": status.word if status else "",
        "status_since": status.on if status else None,
        "status_since_precision": status.precision if status else "",
        "status_reason": status.why if status else "",
        "status_set_by": status.by if status else "",
        "first_appearance_url": claim.first.url if claim.first else "",
        "first_appearance_date": claim.first_on,
        **{f"{name}_n": claim.by_stance.get(name, 0) for name in _COUNTED},
        "independent_origins": claim.figures.origins,
        "unknown_lineage_n": claim.figures.unknown,
        "articles_n": claim.figures.articles,
        "last_change_at": claim.last_change_at,
        "permalink": claim.permalink,
    }


def _status(change: StatusRow) -> Row:
    return {
        "claim_id": change.claim,
        "from": change.came_from,
        "to": f"{change.word} ({change.subject})" if change.subject else change.word,
        "effective_date": change.on,
        "effective_precision": change.precision,
        "recorded_at": change.recorded_at,
        "by": change.by,
        "reason": change.why,
        "rule_version": "",  # people set statuses, no rule does
        "evidence_ids": " ".join(map(str, change.evidence)),
    }


def _edit(edit: EditRow) -> Row:
    return {
        "claim_id": edit.claim,
        "evidence_id": edit.evidence,
        "anchor_state": edit.state,
        "quote": edit.quote,
        "language": edit.language,
        "source": edit.outlet,
        "article_id": edit.article,
        "cited_version": edit.cited,
        "version": edit.version,
        "seen_at": edit.seen_at,
        "permalink": edit.permalink,
    }


_COUNTED = ("supports", "disputes", "denies", "reports")
EVIDENCE_COLUMNS = [
    "evidence_id",
    "claim_id",
    "stance",
    "quote",
    "prefix",
    "suffix",
    "start",
    "end",
    "language",
    "speaker",
    "speaker_kind",
    "anonymity",
    "chain_text",
    "origin_id",
    "article_id",
    "article_version",
    "anchor_state",
    "event_date",
    "event_until",
    "event_precision",
    "credibility",
    "note",
    "created_by",
    "created_at",
    "reviewed_by",
    "permalink",
]
CLAIM_COLUMNS = [
    "claim_id",
    "story",
    "title",
    "text",
    "status",
    "status_since",
    "status_since_precision",
    "status_reason",
    "status_set_by",
    "first_appearance_url",
    "first_appearance_date",
    "supports_n",
    "disputes_n",
    "denies_n",
    "reports_n",
    "independent_origins",
    "unknown_lineage_n",
    "articles_n",
    "last_change_at",
    "permalink",
]
STATUS_COLUMNS = [
    "claim_id",
    "from",
    "to",
    "effective_date",
    "effective_precision",
    "recorded_at",
    "by",
    "reason",
    "rule_version",
    "evidence_ids",
]


EDIT_COLUMNS = [
    "claim_id",
    "evidence_id",
    "anchor_state",
    "quote",
    "language",
    "source",
    "article_id",
    "cited_version",
    "version",
    "seen_at",
    "permalink",
]


def _stamped(rows: Iterable[Row], sample: bool) -> list[Row]:
    return [{**row, SAMPLE: SAMPLE if sample else ""} for row in rows]


def evidence(material: Material, *, bom: bool = True) -> str:
    """One row for each passage."""
    rows = _stamped(map(_evidence, material.passages), material.sample)
    return write(rows, [*EVIDENCE_COLUMNS, SAMPLE], bom=bom)


def claims(material: Material, *, bom: bool = True) -> str:
    """One row for each claim, with the figures of its page."""
    rows = _stamped((_claim(claim, material.slug) for claim in material.claims), material.sample)
    return write(rows, [*CLAIM_COLUMNS, SAMPLE], bom=bom)


def status_history(material: Material, *, bom: bool = True) -> str:
    """One row for each change of status."""
    rows = _stamped(map(_status, material.statuses), material.sample)
    return write(rows, [*STATUS_COLUMNS, SAMPLE], bom=bom)


def edits(material: Material, *, bom: bool = True) -> str:
    """One row for each time a publisher altered a quoted passage or took it out."""
    rows = _stamped(map(_edit, material.edits), material.sample)
    return write(rows, [*EDIT_COLUMNS, SAMPLE], bom=bom)


TABLES: dict[str, Callable[..., str]] = {
    "evidence": evidence,
    "claims": claims,
    "status_history": status_history,
    "edits": edits,
}
