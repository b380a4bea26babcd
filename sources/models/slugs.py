"""The slug that stands for a row in addresses, made of its name."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain, count

from django.db.models import Model
from django.utils.text import slugify

LONGEST = 50  # characters a SlugField holds
NUMBERED = 8  # of them, what a hyphen and a number may take


def slug_of(name: str, otherwise: str = "") -> str:
    """The slug of a name, cut to what is stored; `otherwise` where no letter of it is Latin."""
    return slugify(name)[:LONGEST].rstrip("-_") or otherwise


def free_slug(
    model: type[Model],
    name: str,
    otherwise: str,
    taken: Collection[str] | None = None,
    reserved: Collection[str] = (),
) -> str:
    """The slug of a name, or that with the first number that makes it its own.

    Args:
        otherwise: the slug of a name without any Latin letter.
        taken: every slug there is, where many are looked for; else it is asked for.
        reserved: slugs that no row may have.
    """
    slug = slug_of(name, otherwise)
    stem = slug[: LONGEST - NUMBERED].rstrip("-_")
    if taken is None:
        held = model._base_manager.filter(slug__startswith=stem)
        taken = set(held.values_list("slug", flat=True))
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(one for one in chain([slug], numbered) if one not in taken and one not in reserved)
