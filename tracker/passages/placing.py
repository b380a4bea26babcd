"""Where the words somebody picked stand in a text, and that they stand there once."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.passages import picking
from tracker.passages.linking import LinkError


class SeveralPlacesError(LinkError):
    """The words stand in the text more than once; `places` are all of them, in code points."""

    def __init__(self, places: list[tuple[int, int]]) -> None:
        count = len(places)
        words = ngettext(
            "These words stand in the text %(n)s time: choose where.",
            "These words stand in the text %(n)s times: choose where.",
            count,
        )
        super().__init__(words % {"n": count})
        self.places = places


def place(text: str, words: str, start: int | None, end: int | None) -> tuple[int, int]:
    """Where a passage stands: by its offsets when they fit its words, else by its words.

    Raises:
        LinkError: the words are not in the text, or more than once.
    """
    if start is not None and end is not None:
        there = text[start:end]
        if there.strip() and (there == words or picking.places(there, words)):
            return start, end
    return only_place(text, words)


def only_place(text: str, words: str) -> tuple[int, int]:
    """The one place of the words, in code points.

    Raises:
        LinkError: they are not in the text, or more than once.
    """
    places = picking.places(text, words)
    if not places:
        raise LinkError(_("These words are not in the text. Copy them as they stand there."))
    if len(places) > 1:
        raise SeveralPlacesError(places)
    return places[0]
