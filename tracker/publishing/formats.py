"""Writes what is public as JSON-LD, CSV and Atom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from tracker.exports import atom, jsonld, tables
from tracker.publishing.public import Passage, PublicClaim, publisher

COLUMNS = (
    "claim", "statement", "status", "status_by", "status_on", "stance", "quote", "said_by",
    "outlet", "author", "date", "link", "start", "end", "sample",
)  # fmt: skip


def address(claim: PublicClaim) -> str:
    """The permanent public address of a claim."""
    return settings.SITE_ADDRESS + reverse("public-claim", args=[claim.story_slug, claim.number])


def heading(claim: PublicClaim) -> str:
    """The statement as headings have it: alleged until a court settled it."""
    words = (
        _("Alleged: %(words)s") % {"words": claim.statement} if claim.alleged else claim.statement
    )
    return f"[{_('Sample')}] {words}" if claim.sample else words


def linked_data(claim: PublicClaim) -> str:
    """The claim as schema.org has it; each passage by its place in the text, not by its words."""
    node = {
        "@context": jsonld.CONTEXT,
        "@type": "Claim",
        "@id": address(claim),
        "url": address(claim),
        "name": claim.title,
        "text": heading(claim),
        "datePublished": claim.published.date().isoformat(),
        "claimInterpreter": {"@type": "Organization", "name": publisher()},
        "isPartOf": {"@type": "CreativeWork", "name": claim.story},
        "creativeWorkStatus": status(claim) or None,
        "appearance": [_work(claim, one) for one in claim.passages],
        "keywords": _("Sample") if claim.sample else None,
    }
    return jsonld.write({name: value for name, value in node.items() if value is not None})


def status(claim: PublicClaim) -> str:
    """The status, never without by whom and since when."""
    if not claim.status:
        return ""
    return f"{claim.status} ({claim.status_by}, {claim.status_on})"


def _work(claim: PublicClaim, one: Passage) -> dict[str, Any]:
    work = {
        "@type": "Quotation",
        "@id": f"{address(claim)}#e{one.key}",
        "text": one.quote,
        "spokenByCharacter": one.chain,
        "isBasedOn": one.url or None,
        "publisher": {"@type": "Organization", "name": one.outlet},
        "author": one.author or None,
        "datePublished": one.on.isoformat() if one.on else None,
        "position": f"{one.start}-{one.end}",
    }
    return {name: value for name, value in work.items() if value is not None}


def table(claims: Iterable[PublicClaim]) -> str:
    """One row for each public passage."""
    return tables.write((_row(claim, one) for claim in claims for one in claim.passages), COLUMNS)


def _row(claim: PublicClaim, one: Passage) -> dict[str, object]:
    return {
        "claim": claim.number,
        "statement": heading(claim),
        "status": claim.status,
        "status_by": claim.status_by,
        "status_on": claim.status_on,
        "stance": one.stance,
        "quote": one.quote,
        "said_by": one.chain,
        "outlet": one.outlet,
        "author": one.author,
        "date": one.on,
        "link": one.url,
        "start": one.start,
        "end": one.end,
        "sample": tables.SAMPLE if claim.sample else "",
    }


def feed(claims: list[PublicClaim]) -> bytes:
    """What was published, the newest first, as an Atom feed."""
    site = settings.SITE_ADDRESS
    host = urlsplit(site).hostname or "localhost"
    newest = max((one.published for one in claims), default=datetime(2026, 1, 1, tzinfo=UTC))
    about = atom.Feed(
        id=f"tag:{host},2026:public",
        title=_("Claimline: %(name)s") % {"name": _("What is published")},
        subtitle=_("Times are in the newsroom’s zone, %(time_zone)s.")
        % {"time_zone": settings.TIME_ZONE},
        updated=newest,
        address=site + reverse("public-feed"),
        page=site + reverse("public"),
        author=publisher(),
        rights=_("Quotes belong to their publishers."),
        language=translation.get_language() or settings.LANGUAGE_CODE,
    )
    return atom.write(about, (_entry(host, one) for one in claims))


def _entry(host: str, claim: PublicClaim) -> atom.Entry:
    quotes = "".join(f"<blockquote>{escape(one.quote)}</blockquote>" for one in claim.passages)
    return atom.Entry(
        id=f"tag:{host},2026:public/{claim.story_slug}/{claim.number}",
        title=heading(claim),
        published=claim.published,
        updated=claim.published,
        category="claim",
        html=f"<p>{escape(heading(claim))}</p>{quotes}",
        links=(("alternate", address(claim)),),
    )
