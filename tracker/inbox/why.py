"""Says in full sentences why a passage was suggested, from what the method recorded."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.models import Suggestion
from tracker.models.suggestion import PERSON


def why(suggestion: Suggestion) -> list[str]:
    """The sentences, what let the passage in first; never a figure of how sure anything is."""
    if suggestion.engine == PERSON:
        return _proposed(suggestion)
    words, cue = _words(suggestion)
    said = [_gate(suggestion, words), _place(suggestion), _stance(suggestion, cue)]
    return [sentence for sentence in [*said, _speaker(suggestion)] if sentence]


def _words(suggestion: Suggestion) -> tuple[list[str], str]:
    """The words that matched, and the reporting words, which stand in quotation marks."""
    words = [str(one) for one in suggestion.reasons]
    cue = next((one[1:-1] for one in words if one.startswith("“") and one.endswith("”")), "")
    return [one for one in words if not one.startswith("“")], cue


def _listed(words: list[str]) -> str:
    return ", ".join(_("“%(words)s”") % {"words": one} for one in words)


def _gate(suggestion: Suggestion, words: list[str]) -> str:
    gate = suggestion.features.get("gate", "")
    said = {"words": _listed(words), "n": suggestion.claim.number}
    if gate == "meaning":
        if not words:
            return _("A similarity model reads it as saying what C%(n)s says.") % said
        return (
            _("A similarity model reads it as saying what C%(n)s says; both have %(words)s.") % said
        )
    if not words:
        return _("No words were recorded that let it in.")
    if gate == "wording":
        return _("It has words of C%(n)s itself: %(words)s.") % said
    return _("It has the words that C%(n)s asks for: %(words)s.") % said


def _place(suggestion: Suggestion) -> str:
    """How near the wording of other claims comes, where it was ranked."""
    if suggestion.rank < 1:
        return ""
    closer = suggestion.rank - 1
    if not closer:
        return _("No other claim is worded closer to it.")
    return ngettext(
        "%(n)s other claim is worded closer to it.",
        "%(n)s other claims are worded closer to it.",
        closer,
    ) % {"n": closer}


def _stance(suggestion: Suggestion, cue: str) -> str:
    stance = suggestion.get_stance_display()
    read_from = str(suggestion.features.get("stance_from", "verb"))
    if read_from != "verb":
        return _read_from(read_from) % {"stance": stance}
    if cue:
        return _("“%(cue)s” suggests the stance: %(stance)s.") % {"cue": cue, "stance": stance}
    return _("No word of it suggests a stance, so it is proposed as: %(stance)s.") % {
        "stance": stance
    }


def _read_from(place: str) -> str:
    """What else than a reporting verb a stance was read from."""
    return {
        "own": _("Who speaks denies others, and so repeats what this claim says: %(stance)s."),
        "subject": _("It says hardly more of the claim than its subject: %(stance)s."),
        "asked": _("It asks or supposes what the claim says, so nobody asserts it: %(stance)s."),
        "negated": _("What the claim says stands under a “not” or an “only”: %(stance)s."),
    }.get(place, "%(stance)s")


def _speaker(suggestion: Suggestion) -> str:
    if suggestion.speaker_words:
        return _("Who says it is in the words “%(words)s”.") % {"words": suggestion.speaker_words}
    return _(
        "No speaker was found in it or in a sentence beside it: somebody has to say who it is."
    )


def _proposed(suggestion: Suggestion) -> list[str]:
    """Who proposed it by hand, and what they noted."""
    given = suggestion.features
    if "by" not in given:  # proposed before it was kept so
        return [str(one) for one in suggestion.reasons]
    said = [_("%(name)s proposed it by hand.") % {"name": given["by"]}]
    if given.get("other_speaker"):
        said.append(
            _("%(name)s, who is not among the speakers yet, is said to say it.")
            % {"name": given["other_speaker"]}
        )
    if given.get("note"):
        said.append(_("Note: %(note)s") % {"note": given["note"]})
    return said
