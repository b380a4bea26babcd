"""The newsroom's signs and words in templates: stances, statuses, chains, dates, languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tracker.models import Claim, Evidence, Stance, StatusChange
from tracker.operations.wording import outcome, why_no_text
from tracker.passages import chainline
from tracker.passages.lines import Line
from tracker.searching.snippets import Part
from tracker.timeline import dating

register = template.Library()
for _when in (
    dating.day,
    dating.month,
    dating.long_day,
    dating.moment,
    dating.clock,
    dating.effective,
    dating.happened,
    dating.dated,
    dating.headed,
    dating.published,
):
    register.filter(_when)

_GLYPHS = {
    "supports": '<circle class="full" cx="6" cy="6" r="5"/>',
    "reports": '<circle cx="6" cy="6" r="4"/>',
    "disputes": '<path d="M2 2h8v8H2z"/>',
    "denies": '<path class="full" d="M1 1h10v10H1z"/>',
    "declines": '<path d="M1 6h10"/>',
    "context": '<path d="M4 1H2v10h2M8 1h2v10H8" stroke-width="1.6"/>',
}
_RING = '<circle cx="6" cy="6" r="5"/>'
_DISC = '<circle class="solid" cx="6" cy="6" r="5.4"/>'
_STATUS_ICONS = {
    "alleged": '<circle cx="6" cy="6" r="5" stroke-dasharray="2.2 1.73"/>',
    "reported": _RING,
    "disputed": '<path d="M1 4.2h10M1 7.8h10M8.6 1.4L3.4 10.6"/>',
    "denied": '<path d="M2 2l8 8M10 2l-8 8" stroke-width="2"/>',
    "acknowledged": _RING + '<path d="M3.4 6.2l1.8 1.8 3.4-3.8"/>',
    "found": _DISC + '<path class="cut" d="M3.4 6.2l1.8 1.8 3.4-3.8"/>',
    "retracted": _RING + '<path d="M2.5 9.5l7-7"/>',
    "under-investigation": _RING + '<path class="full" d="M6 1a5 5 0 0 1 0 10z"/>',
    "closed-without-charges": _RING + '<path d="M3.2 6h5.6"/>',
    "charges-dropped": _RING + '<path d="M3.2 6h5.6"/>',
}
# whatever else a court says: scales
_SCALES = '<path class="thin" d="M6 1v10M2 11h8M1 3h10M2.5 3L1 7h3L2.5 3M9.5 3L8 7h3L9.5 3"/>'
_HEALTH_ICONS = {
    "ok": '<path d="M1.5 6.5l3 3 6-7"/>',
    "warn": '<path d="M6 1.2L11.2 10.6H.8z" stroke-width="1.4"/><path d="M6 4.6v3M6 8.4v1"/>',
    "err": '<path d="M2 2l8 8M10 2l-8 8"/>',
    "off": '<path d="M4 2v8M8 2v8"/>',
}

_RECORDED = {
    # where the publication date was found
    "jsonld": _("from the page's structured data"),
    "meta": _("from the page's header"),
    "feed": _("from the feed"),
    "feed_updated": _("from the feed's update time"),
    "htmldate": _("read off the page"),
    "url": _("from the address"),
    "none": _("found nowhere"),
    # how exact it is, and what speaks against it
    "day": _("to the day"),
    "minute": _("to the minute"),
    "second": _("to the second"),
    "unknown": _("of unknown precision"),
    "naive": _("no time zone stated"),
    "ambiguous": _("in the hour that the clocks repeat"),
    "differs": _("page and feed differ"),
    "future": _("in the future when first seen"),
    # where an address was met
    "feed_link": _("linked by the feed"),
    "url_link": _("pasted"),
    "redirect": _("redirected to"),
    "canonical": _("canonical address of the page"),
    "editor": _("given by an editor"),
}


def _icon(drawing: str, kind: str = "") -> SafeString:
    head = f'class="{kind}" ' if kind else ""
    # the drawings are the constants above
    return mark_safe(f'<svg {head}viewBox="0 0 12 12" aria-hidden="true">{drawing}</svg>')


@register.simple_tag
def glyph(stance: str) -> SafeString:
    """The sign of a stance; always beside its word."""
    if stance not in _GLYPHS:
        return SafeString("")
    return _icon(_GLYPHS[stance], f"g {stance}")


@register.simple_tag
def stance(value: str) -> SafeString:
    """The sign and the word of a stance."""
    if value not in _GLYPHS:
        return SafeString("")
    return format_html(
        '<span class="stance {}">{}{}</span>', value, glyph(value), Stance(value).label
    )


@register.simple_tag
def status_icon(slug: str) -> SafeString:
    """The sign of a status."""
    return _icon(_STATUS_ICONS.get(slug, _SCALES))


_SUGGESTED = {
    "alleged": pgettext_lazy("status", "alleged"),
    "reported": pgettext_lazy("status", "reported"),
    "disputed": pgettext_lazy("status", "disputed"),
    "denied": pgettext_lazy("status", "denied"),
}


@register.simple_tag
def status_word(slug: str) -> str:
    """The word of a status that may be suggested, in the reader's language."""
    return str(_SUGGESTED[slug])


@register.inclusion_tag("tracker/_status.html")
def status(change: StatusChange | None, boxed: bool = False) -> dict[str, Any]:
    """A status as it may be shown: never bare, always with by whom and since when."""
    return {"change": change, "boxed": boxed}


@register.inclusion_tag("tracker/_chain.html")
def chain(passage: Evidence | Line) -> dict[str, Any]:
    """The full attribution chain of a passage: what we read first, who said it last."""
    shown: dict[str, Any] = {"is_party": passage.is_party}
    if isinstance(passage, Line):
        return shown | {"links": passage.links, "outlet": passage.outlet}
    return shown | {"links": passage.chain.all(), "outlet": passage.version.article.source}


register.filter("link_name", chainline.link_name)
register.filter("chain_line", chainline.worded)


@register.simple_tag
def health_icon(tone: str) -> SafeString:
    """The sign of a feed's health."""
    return _icon(_HEALTH_ICONS.get(tone, ""))


@register.simple_tag
def alleged(claim: Claim) -> SafeString:
    """'Alleged:' before a claim no court has settled."""
    if not claim.is_alleged:
        return SafeString("")
    return format_html('<span class="alleged">{}</span> ', gettext("Alleged:"))


@register.simple_tag
def alleged_title(claim: Claim) -> str:
    """The claim's sentence as a title bar may show it."""
    if not claim.is_alleged:
        return claim.sentence
    return gettext("Alleged: %(claim)s") % {"claim": claim.sentence}


register.filter("why_no_text", why_no_text)


@register.filter
def ended(words: str) -> str:
    """Words as a sentence: with the full stop their writer left out."""
    text = str(words).rstrip()
    return text if not text or text.endswith(tuple(".!?…。")) else f"{text}."


@register.filter
def anchor(key: str) -> str:
    """The second name of a mark, for addresses that end in #e=12."""
    return f"{key[:1]}={key[1:]}"


@register.filter
def in_words(code: str) -> str:
    """What a recorded code means; one we have no words for stands as it is."""
    return str(_RECORDED[code]) if code in _RECORDED else str(outcome(code))


@register.filter
def language_name(code: str) -> str:
    """The name of a language in the reader's own: 'fr' is 'French'."""
    if not code:
        return gettext("language not known")
    if code.partition("-")[0] == "zh":  # Django knows its two scripts alone
        return gettext("Chinese")
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


@register.filter
def marked(parts: Iterable[Part]) -> SafeString:
    """A snippet, what was searched for marked."""
    shown = (f"<mark>{escape(one.text)}</mark>" if one.hit else escape(one.text) for one in parts)
    return mark_safe("".join(shown))  # each part was escaped


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """The value a mapping has for a key that is a variable; None without one."""
    return mapping.get(key) if mapping else None


@register.filter
def numbered(items: Iterable[Any], first: int = 1) -> list[tuple[int, Any]]:
    """Pairs of a number and an item."""
    return list(enumerate(items, start=first))
