"""Says what an editor established about a passage's independence as a sentence."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker.models import Evidence

COLUMNS = frozenset(["independent", "independent_because"])


def said(before: Any, event: Any) -> str:
    """What was said of it anew, and why; "" where the two states say the same."""
    if all(getattr(before, name) == getattr(event, name) for name in COLUMNS):
        return ""
    word = capfirst(str(dict(Evidence.independent.field.choices or ())[event.independent]))
    if not event.independent_because:
        return _("%(word)s.") % {"word": word}
    return _("%(word)s. Why: %(why)s") % {"word": word, "why": event.independent_because}
