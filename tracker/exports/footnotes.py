"""Writes a timeline as Markdown, each passage with a footnote that says where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.exports.values import ClaimRow, EditRow, Material, Passage, Said, StatusRow
from tracker.timeline.dating import dated, day, moment
from tracker.timeline.origins import Count

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!()^])")
_LIST = re.compile(r"^(\s*)([-+=]|\d+[.)])")


def write(material: Material) -> str:
    """The document, in the language that is active."""
    notes: list[str] = []
    lines = [f"# {plain(material.title)}", ""]
    if material.sample:
        words = _("Outlets, articles and quotes are invented. Nothing here is a source.")
        lines += [f"**{_('Sample')}.** {words}", ""]
    if material.summary:
        lines += [plain(material.summary), ""]
    if material.filters:
        chosen = ", ".join(f"{name}: {plain(value)}" for name, value in material.filters)
        lines += [_("Only: %(chosen)s") % {"chosen": chosen}, ""]
    for claim in material.claims:
        lines += _claim(material, claim, notes)
    taken = _("Taken from Claimline on %(when)s.") % {"when": moment(material.taken_at)}
    lines += [f"{taken} <{material.address}>", "", *notes]
    return "\n".join(lines).rstrip() + "\n"


def plain(words: str) -> str:
    """Words that Markdown takes as they are, on one line."""
    one_line = " ".join(words.split())
    return _LIST.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", one_line))


def figures(count: Count) -> str:
    """The figures of a claim in words, as its page has them."""
    origins = ngettext("%(n)s independent origin", "%(n)s independent origins", count.origins)
    articles = ngettext("%(n)s article", "%(n)s articles", count.articles)
    parts = [origins % {"n": count.origins}, articles % {"n": count.articles}]
    if count.unknown:
        unknown = ngettext(
            "%(n)s text of unknown lineage", "%(n)s texts of unknown lineage", count.unknown
        )
        parts.append(unknown % {"n": count.unknown})
    return ", ".join(parts)


def _claim(material: Material, claim: ClaimRow, notes: list[str]) -> list[str]:
    """A claim's heading, figures, statuses and statements; its footnotes go to `notes`."""
    said = [one for one in material.statements if one.claim == claim.pk]
    statuses = [row for row in material.statuses if row.claim == claim.pk]
    lines = [f"## C{claim.number}. {plain(claim.heading)}", "", f"{figures(claim.figures)}.", ""]
    lines += [_status(row) for row in statuses]
    lines += [""] if statuses else []
    edits = [_edited(row) for row in material.edits if row.claim == claim.pk]
    stamp = f"[{_('Sample')}] " if material.sample else ""
    for one in said:
        lead = one.passages[0]
        marks = []
        for passage in one.passages:
            notes.append(f"[^{len(notes) + 1}]: {stamp}{_note(passage)}")
            marks.append(f"[^{len(notes)}]")
        lines.append(f"- {stamp}**{dated(one)}**, {_who(one)}: {_quoted(lead)}{''.join(marks)}")
    lines += [f"- {stamp}{edit}" for edit in edits]
    return [*lines, "" if said or edits else _("Nothing of it fits what was chosen."), ""]


def _who(said: Said) -> str:
    who = said.origin_name or said.passages[0].outlet
    words = f"{plain(who)} {said.stance_word}"
    denied = said.passages[0].denies
    return f"{words} ({plain(denied)})" if denied else words


def _quoted(passage: Passage) -> str:
    return _("“%(quote)s”") % {"quote": plain(passage.quote)}


def _status(row: StatusRow) -> str:
    subject = f" ({plain(row.subject)})" if row.subject else ""
    return f"- **{row.word}**{subject}, {plain(row.by)}, {row.since}: {plain(row.why)}"


def _edited(row: EditRow) -> str:
    quote = _("“%(quote)s”") % {"quote": plain(row.quote)}
    return f"**{day(row.on)}**, {plain(row.outlet)}: {row.state_word}: {quote} <{row.permalink}>"


def _note(passage: Passage) -> str:
    """Where a passage stands: chain, article, its address, our copy and its hash."""
    return " ".join(_parts(passage))


def _parts(passage: Passage) -> Iterator[str]:
    title = _("“%(quote)s”") % {"quote": plain(passage.title)}
    author = f"{plain(passage.author)}, " if passage.author else ""
    yield f"{plain(passage.chain)}."
    yield f"{author}{title}, {plain(passage.outlet)}, {day(passage.published)}."
    yield f"<{address(passage.url)}>."
    yield _("Held as version %(n)s, read on %(when)s:") % {
        "n": passage.version,
        "when": moment(passage.retrieved_at),
    }
    yield f"<{passage.archived}>, SHA-256 {passage.text_sha256}."


def address(url: str) -> str:
    """An address that can stand between angle brackets."""
    return re.sub(r"[\s<>]", lambda found: f"%{ord(found[0]):02X}", url)
