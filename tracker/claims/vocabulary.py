"""The words a status may have, editorial and legal, as a new database gets them."""

from __future__ import annotations

from typing import Any

from tracker.models import Status

EDITORIAL, LEGAL = "editorial", "legal"
# slug, kind, English, French, settles when a court says it, waits on a court
WORDS = [
    ("alleged", EDITORIAL, "alleged", "allégué", False, False),
    ("reported", EDITORIAL, "reported", "rapporté", False, False),
    ("disputed", EDITORIAL, "disputed", "contesté", False, False),
    ("denied", EDITORIAL, "denied", "nié", False, False),
    ("acknowledged", EDITORIAL, "acknowledged", "reconnu", False, False),
    ("found", EDITORIAL, "found", "constaté", True, False),
    ("retracted", EDITORIAL, "retracted", "rétracté", False, False),
    ("under-investigation", LEGAL, "under investigation", "sous enquête", False, False),
    ("charged", LEGAL, "charged", "accusé", False, True),
    ("civil-suit-pending", LEGAL, "civil suit pending", "poursuite civile en cours", False, True),
    ("pleaded-guilty", LEGAL, "pleaded guilty", "a plaidé coupable", True, True),
    ("convicted", LEGAL, "convicted", "condamné", True, False),
    ("acquitted", LEGAL, "acquitted", "acquitté", True, False),
    ("charges-dropped", LEGAL, "charges dropped", "accusations abandonnées", False, False),
    (
        "closed-without-charges",
        LEGAL,
        "closed without charges",
        "fermé sans accusation",
        False,
        False,
    ),
    ("settled", LEGAL, "settled", "réglé à l’amiable", False, False),
]


def ensure(**kwargs: Any) -> None:
    """Add the words that are missing; runs after every migrate. A word an editor changed stays."""
    Status.objects.bulk_create(
        (
            Status(
                slug=slug,
                kind=kind,
                label_en=english,
                label_fr=french,
                settles=settles,
                waits_on_court=waits,
                position=position,
            )
            for position, (slug, kind, english, french, settles, waits) in enumerate(WORDS)
        ),
        ignore_conflicts=True,
    )
