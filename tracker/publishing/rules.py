"""By which rules a claim may be published: whom it names, who was asked, who has to agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from tracker.claims import speakers
from tracker.models import Claim, CommentRequest, ProtectedName, Speaker
from tracker.publishing.masking import Hidden, Mask, mask
from tracker.timeline.dating import moment


class UnpublishableError(ValueError):
    """It may not be published so; the message is for the editor."""


def subjects(claim: Claim, words: Iterable[str] = ()) -> list[Speaker]:
    """Whom a claim names: its parties, whom its statuses concern, and who stands in its words.

    Args:
        words: the words to look through; those of the claim without them.
    """
    own = set(claim.parties.values_list("pk", flat=True))
    own |= set(
        claim.status_changes.standing().exclude(subject=None).values_list("subject", flat=True)
    )
    looked = "\n".join(words or (claim.title, claim.title_fr, claim.statement, claim.statement_fr))
    for speaker in Speaker.objects.filter(pk__in=speakers.maybe_in([looked])):
        if mask([Hidden((speaker.name, *speaker.variants), "")]).touches(looked):
            own.add(speaker.pk)
    return list(Speaker.objects.filter(pk__in=own))


def latest_requests(claims: Iterable[Claim]) -> dict[int, dict[int, CommentRequest]]:
    """By claim, the newest request to each subject, an answered one before an unanswered."""
    asked = CommentRequest.objects.filter(claim__in=claims).select_related("subject")
    found: dict[int, dict[int, CommentRequest]] = defaultdict(dict)
    for one in asked.order_by("asked_at", "pk"):
        before = found[one.claim_id].get(one.subject_id)
        if before is None or one.answered_at or not before.answered_at:
            found[one.claim_id][one.subject_id] = one
    return found


def obstacles(claim: Claim, names_nobody: bool) -> list[str]:
    """What stands in the way of publishing, as sentences; none: it may be approved."""
    found = []
    if claim.story.confidential:
        found.append(_("The story is confidential."))
    if claim.merged_into_id:
        found.append(_("The claim was merged into another."))
    if mask_of(claim).touches(claim.story.slug):
        found.append(_("The address of the story contains a protected name."))
    named = subjects(claim)
    if named and names_nobody:
        names = ", ".join(map(str, named))
        found.append(_("It names somebody after all: %(names)s.") % {"names": names})
    if not named and not names_nobody:
        found.append(_("Say whom it names: enter the parties, or confirm that it names nobody."))
    asked = latest_requests([claim]).get(claim.pk, {})
    for subject in named:
        request = asked.get(subject.pk)
        if request is None:
            found.append(_("%(name)s was not asked for comment.") % {"name": subject})
        elif not request.is_over:
            words = _("Time to answer runs until %(when)s: %(name)s.")
            found.append(words % {"name": subject, "when": moment(request.deadline)})
    return found


def mask_of(claim: Claim) -> Mask:
    """What hides the protected names of the claim's story."""
    names = ProtectedName.objects.filter(story=claim.story_id).standing()
    return masks(names).get(claim.story_id, Mask())


def masks(names: Iterable[ProtectedName]) -> dict[int, Mask]:
    """By story, what hides its names; what is known of a speaker of that name counts too."""
    rows = list(names)
    known = _spellings() if rows else {}
    found: dict[int, list[Hidden]] = defaultdict(list)
    for row in rows:
        instead = f"[{row.shown_as or _('name withheld')}]"
        spelled = _spelled([row.name, *row.variants], known)
        found[row.story_id].append(Hidden(tuple(sorted(spelled)), instead))
    return {story: mask(hidden) for story, hidden in found.items()}


def _spellings() -> dict[str, list[str]]:
    """By every spelling of a speaker, case ignored, all spellings of those who have it."""
    known: dict[str, list[str]] = defaultdict(list)
    for name, variants in Speaker.objects.order_by().values_list("name", "variants"):
        spelled = [name, *variants]
        for one in spelled:
            known[one.casefold()] += spelled
    return known


def _spelled(waiting: list[str], known: dict[str, list[str]]) -> set[str]:
    """The spellings of a name, and of every speaker who shares one of them."""
    found: set[str] = set()
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += known.get(one.casefold(), ())
    return found
