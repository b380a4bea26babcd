"""Evidence a contributor proposes: a suggestion that an editor decides as any other."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from sources.models import Version
from tracker.attribution import parse_chain
from tracker.models import Claim, Evidence, Suggestion, User
from tracker.models.suggestion import PERSON
from tracker.passages import quotes
from tracker.passages.linking import LinkError, Reading
from tracker.timeline import days

State = Suggestion.State


@dataclass(frozen=True, slots=True)
class Proposal:
    """What became of a proposal: the suggestion that stands for it, and the words to say so.

    `suggestion` is None when the passage is evidence already.
    """

    suggestion: Suggestion | None
    made: bool
    answer: str


@transaction.atomic
def propose(
    claim: Claim, version: Version, start: int, end: int, reading: Reading, by: User, said_by: str
) -> Proposal:
    """Leave a passage to an editor's decision; the same words are never proposed twice.

    Args:
        start: first code point of the passage in the version's text.
        end: the code point after its last.
        said_by: the speaker's name as typed, where it is none we know; "" otherwise.

    Raises:
        LinkError: there is no such passage.
    """
    if not 0 <= start < end <= len(version.text) or not version.text[start:end].strip():
        raise LinkError(_("There is no such passage in this version."))
    exact = version.text[start:end]
    cited = Evidence.objects.standing().filter(claim=claim, version=version, start=start, end=end)
    if cited.exists():
        return Proposal(None, False, _("This passage is linked to this claim already."))
    values = {
        "version": version,
        "exact": exact,
        "start": start,
        "end": end,
        "engine": PERSON,
        "reasons": _reasons(reading, by, said_by),
        "features": _given(reading, by, said_by),
        "score": 1,  # what a person proposes comes before what the machine found
        "stance": reading.stance,
        "speaker": reading.speaker,
        "speaker_words": said_by or _unnamed(reading.chain),
        "chain": reading.chain,
    }
    found, made = Suggestion.objects.get_or_create(
        claim=claim,
        article=version.article,
        passage_hash=quotes.fingerprint(exact),
        defaults=values,
    )
    if not made and found.state == State.OBSOLETE:
        made = True  # it left the text once, and stands in it again
        for field, value in (values | {"state": State.NEW}).items():
            setattr(found, field, value)
        found.save()
    return Proposal(found, made, _answer(found, made))


@transaction.atomic
def take_back(suggestion: Suggestion, by: User) -> bool:
    """Take one's own proposal back while nobody has decided it; whether that was still possible."""
    row = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    own = row.engine == PERSON and _proposed_by(by) in row.reasons
    if not own or row.state != State.NEW:
        return False
    row.state = State.OBSOLETE
    row.save(update_fields=["state"])
    return True


def _proposed_by(by: User) -> str:
    return f"proposed by {by.get_username()}"


def _reasons(reading: Reading, by: User, said_by: str) -> list[str]:
    """Who proposed it, and what was typed that a suggestion has no field for."""
    reasons = [_proposed_by(by)]
    if said_by:
        reasons.append(f"said by {said_by}")
    if reading.denies_what.strip():
        reasons.append(f"denies: {reading.denies_what.strip()}")
    if reading.event_on:
        reasons.append(f"said or done on {days.write(reading.event_on, reading.event_until)}")
    if reading.note.strip():
        reasons.append(f"note: {reading.note.strip()}")
    return reasons


def _given(reading: Reading, by: User, said_by: str) -> dict[str, str]:
    """What was typed that a suggestion has no column for; the decision starts from it."""
    on = days.write(reading.event_on, reading.event_until) if reading.event_on else ""
    given = {
        "by": by.get_username(),
        "other_speaker": said_by,
        "denies_what": reading.denies_what.strip(),
        "event_on": on,
        "note": reading.note.strip(),
    }
    return {name: words for name, words in given.items() if words}


def _unnamed(chain: str) -> str:
    """The words of a chain for a speaker it does not name; the decision starts from them."""
    links = parse_chain(chain) if chain.strip() else ()
    return links[-1].name if links and links[-1].kind == "unnamed" else ""


def _answer(found: Suggestion, made: bool) -> str:
    if made:
        return _("Proposed; an editor decides.")
    if found.state in (State.ACCEPTED, State.EDITED):
        return _("This passage is linked to this claim already.")
    if found.state == State.REJECTED:
        return _("An editor decided before that this passage is no evidence for this claim.")
    return _("This passage is proposed for this claim already; an editor decides.")
