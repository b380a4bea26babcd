"""Long lists of names, written at once: a template takes long over hundreds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext

from tracker.models import Claim

register = template.Library()

LONGEST = 60  # characters of a claim in a list
_SELECTED = " selected"


@register.simple_tag
def options(rows: Iterable[tuple[object, str, int]], chosen: object) -> SafeString:
    """The options of a `<select>`: of each its value, its name and how many it leaves."""
    written = (
        f'<option value="{escape(str(value))}"{_SELECTED if value == chosen else ""}>'
        f"{escape(name)} ({number})</option>"
        for value, name, number in rows
    )
    return mark_safe("".join(written))


@register.simple_tag
def claim_options(
    claims: Mapping[int, Claim], figures: Mapping[object, int], chosen: int | None
) -> SafeString:
    """The options of a `<select>` for claims, by their numbers."""
    rows = (
        (claim.number, f"C{claim.number} {shortened(claim.short)}", figures.get(pk, 0))
        for pk, claim in claims.items()
    )
    held = claims.get(chosen or 0)
    return options(rows, held.number if held else None)


@register.simple_tag
def names(rows: Iterable[tuple[str, bool]]) -> SafeString:
    """Names side by side, a party to the matter labelled so."""
    label = f' <span class="party">{escape(gettext("party concerned"))}</span>'
    return mark_safe(", ".join(escape(name) + (label if party else "") for name, party in rows))


def shortened(words: str) -> str:
    """The beginning of words that are too long for a list."""
    return words if len(words) <= LONGEST else Truncator(words).chars(LONGEST)
