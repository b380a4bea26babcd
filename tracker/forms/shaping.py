"""The forms that relate, merge and split claims."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.forms.passage import ClaimField
from tracker.models import Claim, ClaimRelation, Evidence
from tracker.models.claim import ClaimQuerySet

STAYS, MOVES, BOTH = "stays", "moves", "both"
PARTS = (
    (STAYS, pgettext_lazy("part of a split claim", "this claim")),
    (MOVES, pgettext_lazy("part of a split claim", "the new one")),
    (BOTH, pgettext_lazy("part of a split claim", "both")),
)
WORDS = 240


class OtherClaimForm(forms.Form):
    """A choice of another claim of the story."""

    other = ClaimField(Claim.objects.none(), label=_("The other claim"))

    def __init__(self, *args: Any, others: ClaimQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        other = self.fields["other"]
        assert isinstance(other, ClaimField)
        other.queryset = others
        for field in self.fields.values():
            field.widget.attrs["class"] = "inp"


class RelationForm(OtherClaimForm):
    """How this claim stands to another."""

    verb = forms.ChoiceField(choices=ClaimRelation.Verb, label=_("This claim"))
    field_order = ("verb", "other")


class MergeForm(OtherClaimForm):
    """The claim that this one becomes a part of, and why."""

    because = forms.CharField(max_length=500, label=_("Why"))


class SplitForm(forms.ModelForm):  # type: ignore[type-arg]
    """The claim that is split off, and for each passage the part it belongs to."""

    class Meta:
        model = Claim
        fields = ("title", "statement", "terms")
        labels = {
            "title": _("Short title"),
            "statement": _("Statement"),
            "terms": _("Search terms"),
        }
        widgets = {name: forms.TextInput(attrs={"class": "inp"}) for name in fields}

    def __init__(self, *args: Any, passages: Iterable[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.passages = list(passages)
        for one in self.passages:
            self.fields[f"part-{one.pk}"] = forms.ChoiceField(
                choices=PARTS,
                initial=STAYS,
                required=False,  # what was linked meanwhile stays
                widget=forms.RadioSelect,
                label=f"{one.get_stance_display()}: “{Truncator(one.exact).chars(WORDS)}”"
                f" {one.version.article.source}",
            )

    def clean(self) -> dict[str, Any]:
        """A part without a passage would be no part."""
        data = super().clean() or {}
        if not (self.given(MOVES) or self.given(BOTH)):
            self.add_error(None, _("Give the new claim at least one passage."))
        return data

    def given(self, part: str) -> list[Evidence]:
        """The passages given to a part."""
        return [one for one in self.passages if self.cleaned_data.get(f"part-{one.pk}") == part]
