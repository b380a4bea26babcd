"""Drafts the reading of a passage somebody picked: which claims, which stance, who says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sources.models import Version
from tracker import matching
from tracker.attribution import Attribution, attribute, chain_text
from tracker.claims import speakers
from tracker.forms.passage import UNNAMED, ClaimField, PassageForm
from tracker.models import Claim, Evidence, Speaker, Suggestion, User
from tracker.models.claim import ClaimQuerySet
from tracker.models.suggestion import PERSON
from tracker.passages import surroundings
from tracker.passages.surroundings import Around
from tracker.suggesting.candidates import terms_of

_NEAR = 4000  # characters around a passage: far more than the sentences beside it
RECENT = 5  # claims offered as last used


@dataclass(frozen=True, slots=True)
class Draft:
    """A passage with its neighbours, and what stands ready to be confirmed or changed.

    `named` is a name the text gives that no speaker of ours has: nobody is added unasked.
    """

    version: Version
    start: int
    end: int
    around: Around
    who: tuple[int, int]
    named: str
    initial: dict[str, Any]
    groups: tuple[tuple[str, tuple[Claim, ...]], ...]

    @property
    def exact(self) -> str:
        """The words of the passage."""
        return self.version.text[self.start : self.end]


def draft(version: Version, start: int, end: int, claims: ClaimQuerySet, by: User) -> Draft:
    """What a person finds filled in for a passage.

    A speaker is filled in only when the passage or a sentence beside it names one, never because
    it was the last one used.

    Args:
        start: first code point of the passage in the version's text.
        end: the code point after its last.
        claims: those the person may link to.
    """
    names = _names(version.text[max(0, start - _NEAR) : end + _NEAR], by)
    said = attribute(
        version.text,
        start,
        end,
        language=version.language,
        outlet=version.article.source.name,
        known=tuple(names),
    )
    groups, first = _groups(version, start, end, claims, by)
    speaker = names.get(said.speaker)
    initial = {
        "version": version.pk,
        "start": start,
        "end": end,
        "quote": version.text[start:end],
        "claim": first,
        "stance": said.stance,
        "said_by": str(speaker.pk) if speaker else UNNAMED if said.unnamed else "",
        "chain": _through(said),
    }
    who = (said.start, said.end)
    around = surroundings.around(version.text, start, end, who)
    named = said.speaker if speaker is None else ""
    return Draft(version, start, end, around, who, named, initial, groups)


def form_of(found: Draft, claims: ClaimQuerySet, by: User) -> PassageForm:
    """The form with the draft in it."""
    form = PassageForm(claims=claims, by=by, initial=found.initial)
    group_claims(form, found)
    return form


def group_claims(form: PassageForm, found: Draft) -> None:
    """Offer the claims of a form in the draft's order."""
    field = form.fields["claim"]
    assert isinstance(field, ClaimField)
    label = field.label_from_instance
    groups = [(words, [(one.pk, label(one)) for one in claims]) for words, claims in found.groups]
    field.choices = [("", _("Choose a claim")), *groups]


def _names(words: str, by: User) -> dict[str, Speaker]:
    """The speakers this person may know of whose names may stand in the words."""
    seen = Speaker.objects.visible_to(by).filter(pk__in=speakers.maybe_in([words]))
    return {name: speaker for speaker in seen for name in (*speaker.variants, speaker.name)}


def _through(said: Attribution) -> str:
    """The line of the chain without the speaker by name, who has a field of their own."""
    links = [link for link in said.chain if link.kind != "speaker"]
    return chain_text(links, (get_language() or "en")[:2]) if len(links) > 1 else ""


def _groups(
    version: Version, start: int, end: int, claims: ClaimQuerySet, by: User
) -> tuple[tuple[tuple[str, tuple[Claim, ...]], ...], int | None]:
    """The claims in four groups, the likeliest first, and the one that is filled in."""
    standing = {claim.pk: claim for claim in claims.order_by("story", "number")}
    suggested = _suggested(version, start, end, standing, by)
    here = [pk for pk in _linked_here(version, by, standing) if pk not in suggested]
    used = [pk for pk in _last_used(by, standing) if pk not in {*suggested, *here}][:RECENT]
    others = [pk for pk in standing if pk not in {*suggested, *here, *used}]
    named = (
        (_("Suggested for this passage"), suggested),
        (_("Linked in this article"), here),
        (_("Last used"), used),
        (_("Other claims"), others),
    )
    groups = tuple((words, tuple(standing[pk] for pk in pks)) for words, pks in named if pks)
    return groups, next(iter([*suggested, *here, *used]), None)


def _suggested(
    version: Version, start: int, end: int, standing: dict[int, Claim], by: User
) -> list[int]:
    """Claims with an open suggestion over the passage, then those whose terms it matches."""
    open_ones = Suggestion.objects.visible_to(by).filter(
        claim__in=standing,
        version=version,
        start__lt=end,
        end__gt=start,
        state__in=(Suggestion.State.NEW, Suggestion.State.UNSURE),
    )
    found = list(open_ones.order_by("pk").values_list("claim", flat=True))
    exact = version.text[start:end]
    for pk, claim in standing.items():
        terms = terms_of(claim.terms)
        if terms and not terms.empty and matching.matches(terms, exact, version.language):
            found.append(pk)
    return list(dict.fromkeys(found))


def _linked_here(version: Version, by: User, standing: Iterable[int]) -> list[int]:
    """The claims for which the article is evidence already, the one linked last first."""
    linked = Evidence.objects.visible_to(by).standing()
    linked = linked.filter(claim__in=standing, version__article=version.article_id)
    newest = linked.order_by("-recorded_at", "-pk").values_list("claim", flat=True)
    return list(dict.fromkeys(newest))


def _last_used(by: User, standing: Iterable[int]) -> list[int]:
    """The claims this person linked or proposed a passage for, the last first."""
    linked = Evidence.objects.visible_to(by).filter(claim__in=standing, recorded_by=by)
    proposed = Suggestion.objects.visible_to(by).filter(
        claim__in=standing, engine=PERSON, reasons__contains=[f"proposed by {by.get_username()}"]
    )
    moments: dict[int, Any] = {}
    for rows, field in ((linked, "recorded_at"), (proposed, "created_at")):
        for claim, at in rows.values_list("claim").annotate(Max(field)):
            moments[claim] = max(at, moments.get(claim, at))
    return sorted(moments, key=lambda claim: moments[claim], reverse=True)
