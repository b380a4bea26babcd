"""How a person reads a passage: claim, stance, who says it, through whom, and when."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tracker.attribution import SOMEBODY, Link, chain_text, parse_chain
from tracker.claims import speakers
from tracker.models import Claim, Speaker, Stance, User
from tracker.models.claim import ClaimQuerySet
from tracker.passages.linking import Reading, find_speaker
from tracker.timeline import days

OUTLET, UNNAMED, OTHER = "outlet", "unnamed", "other"


class ClaimField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice among claims, by number and short title."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"empty_label": _("Choose a claim"), **kwargs})

    def label_from_instance(self, obj: Any) -> str:
        """As lists name it."""
        return f"C{obj.number} {obj.short}"


class DaysField(forms.CharField):
    """When something happened, as exactly as it is known: a day, a month, a year or a span."""

    default_error_messages = {
        "invalid": _("Write a day (2023-04-17), a month (2023-04), a year, or day/day.")
    }

    def clean(self, value: Any) -> tuple[date, date | None] | None:
        """The first day and, unless it is the same, the last; None when nothing is said."""
        line = super().clean(value)
        try:
            return days.read(line) if line else None
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], "invalid") from error


class ReadingForm(forms.Form):
    """How a person reads a passage: claim, stance, who says it, and through whom.

    Who says it is never guessed silently: it has to be chosen, even when the choice is that the
    outlet says it in its own words or that the speaker is not named.
    """

    claim = ClaimField(Claim.objects.none(), label=_("Claim"))
    stance = forms.ChoiceField(choices=Stance, label=_("This passage"))
    said_by = forms.ChoiceField(
        label=_("Who says it"), error_messages={"required": _("Choose who says it.")}
    )
    other_speaker = forms.CharField(
        required=False, max_length=200, label=_("Somebody not in the list, by name")
    )
    chain = forms.CharField(
        required=False,
        max_length=500,
        label=_("Through whom"),
        help_text=_("As in: Harbour Wire, citing Bloomberg, citing an unnamed source."),
    )
    denies_what = forms.CharField(required=False, max_length=300, label=_("What it denies"))
    event_on = DaysField(
        required=False,
        max_length=21,
        label=_("Said or done on"),
        help_text=_("As exactly as it is known: 2023-04-17, 2023-04, 2023 or day/day."),
        widget=forms.TextInput(attrs={"placeholder": _("YYYY-MM-DD, YYYY-MM or YYYY")}),
    )

    def __init__(
        self, *args: Any, claims: ClaimQuerySet, by: User | AnonymousUser, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        claim = self.fields["claim"]
        assert isinstance(claim, ClaimField)
        claim.queryset = claims
        said_by = self.fields["said_by"]
        assert isinstance(said_by, forms.ChoiceField)
        self.known = Speaker.objects.visible_to(by).filter(merged_into=None)
        said_by.choices = [
            ("", _("Choose who says it")),
            (OUTLET, _("the outlet, in its own words")),
            (UNNAMED, _("somebody who is not named")),
            (OTHER, _("somebody not in the list")),
            *((str(pk), name) for pk, name in self.known.values_list("pk", "name")),
        ]
        for name, field in self.fields.items():
            if name != "stance" and not field.widget.is_hidden:
                field.widget.attrs["class"] = "inp"

    def clean(self) -> dict[str, Any]:
        """A denial says of what; somebody who is not in the list has a name."""
        data = super().clean() or {}
        if data.get("stance") == Stance.DENIES and not data.get("denies_what", "").strip():
            self.add_error("denies_what", _("Say what the passage denies."))
        if data.get("said_by") == OTHER and not data.get("other_speaker", "").strip():
            self.add_error("other_speaker", _("Write the name."))
        data["event_on"], data["event_until"] = data.get("event_on") or (None, None)
        return data

    def reading(self) -> Reading:
        """The decision, once the form is valid."""
        data = self.cleaned_data
        return Reading(
            stance=data["stance"],
            speaker=self._speaker(),
            chain=whole_chain(data["said_by"], data["chain"]),
            denies_what=data["denies_what"],
            event_on=data["event_on"],
            event_until=data["event_until"],
            note=data.get("note", ""),
        )

    def _speaker(self) -> Speaker | None:
        said_by = self.cleaned_data["said_by"]
        if said_by.isdecimal():
            return self.known.get(pk=said_by)
        if said_by == OTHER:
            return speakers.named(self.cleaned_data["other_speaker"].strip())
        return None


class DecisionForm(ReadingForm):
    """A suggestion's reading, confirmed or changed, with a note that goes with the decision.

    A ticked `newcomer` is the name the text gives for who says it, unless another was chosen.
    """

    KEPT = ("claim", "stance", "said_by", "other_speaker", "chain", "denies_what", "event_on")

    because = forms.CharField(required=False, max_length=300, label=_("Note or reason (optional)"))

    use_required_attribute = False  # the answer says what is missing, beside its field

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        named = (data or {}).get("newcomer", "").strip()
        if named and not data.get("said_by"):
            data = data.copy()
            data["said_by"], data["other_speaker"] = OTHER, named
        super().__init__(data, **kwargs)

    def draft(self) -> dict[str, str]:
        """What was filled in, valid or not, for whoever decides instead."""
        return {name: str(self.data.get(name, ""))[:500] for name in self.KEPT}


class PassageForm(ReadingForm):
    """A passage picked in the text of an article: by its place, or by its words.

    A line that ends with somebody unnamed or with a speaker we know says who says it, unless
    another was chosen.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    quote = forms.CharField(strip=True, widget=forms.HiddenInput)
    note = forms.CharField(
        required=False,
        max_length=1000,
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    use_required_attribute = False  # the answer says what is missing, beside its field

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        if data is not None and not data.get("said_by"):
            data = data.copy()
            data["said_by"] = who_says(data.get("chain", ""))
        super().__init__(data, **kwargs)


def who_says(chain: str) -> str:
    """Whom a typed line says it is said by, as `said_by` has it; "" when it leaves that open."""
    links = parse_chain(chain)
    if not links or links[-1].kind == "outlet":
        return ""
    if links[-1].kind == "unnamed":
        return UNNAMED
    known = find_speaker(links[-1].name)
    return str(known.pk) if known else ""


def whole_chain(said_by: str, chain: str) -> str:
    """The line with the end that goes with who says it.

    An outlet's own words are said by the last outlet of the line, and by nobody behind it.
    """
    links = parse_chain(chain)
    last = links[-1].kind if links else ""
    if said_by == OUTLET:
        return chain if last == "outlet" else ""
    if said_by == UNNAMED and last != "unnamed":
        somebody = Link("unnamed", SOMEBODY["en"], -1, -1)
        return chain_text([*links, somebody], (get_language() or "en")[:2])
    return chain
