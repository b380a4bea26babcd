"""The forms of publishing: what shall be public, whom to ask, which names are protected."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.models import Claim, Evidence, ProtectedName, Speaker, Story


class ProposeForm(forms.Form):
    """The passages that shall be public, and whether the claim names somebody."""

    passages = forms.ModelMultipleChoiceField(
        Evidence.objects.none(), label=_("Passages"), widget=forms.CheckboxSelectMultiple
    )
    names_nobody = forms.BooleanField(
        required=False, label=_("It names no person and no organization")
    )

    def __init__(self, *args: Any, evidence: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        field = self.fields["passages"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = evidence


class AskForm(forms.Form):
    """Who is asked for comment, how, and until when."""

    subject = forms.ModelChoiceField(
        Speaker.objects.none(),
        label=_("Whom"),
        empty_label=_("Choose who is asked"),
        widget=forms.Select(attrs={"class": "inp"}),
    )
    how = forms.CharField(
        label=_("Sent to, and how"), widget=forms.TextInput(attrs={"class": "inp"})
    )
    until = forms.DateField(
        label=_("Deadline (its whole day)"),
        widget=forms.TextInput(
            attrs={"class": "inp", "placeholder": _("YYYY-MM-DD"), "maxlength": 10}
        ),
        input_formats=["%Y-%m-%d"],
    )

    def __init__(self, *args: Any, subjects: list[Speaker], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        field = self.fields["subject"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Speaker.objects.filter(pk__in=[one.pk for one in subjects])

    def deadline(self) -> datetime:
        """The end of the chosen day in the newsroom's zone."""
        end = datetime.combine(self.cleaned_data["until"], time(23, 59, 59))
        return timezone.make_aware(end)


class AnswerForm(forms.Form):
    """What somebody who was asked answered, in their own words."""

    answer = forms.CharField(
        label=_("Answer"), widget=forms.Textarea(attrs={"class": "inp", "rows": 3})
    )


class ProtectForm(forms.Form):
    """A name to be masked, its other spellings one a line, and what stands for it."""

    name = forms.CharField(label=_("Name"), widget=forms.TextInput(attrs={"class": "inp"}))
    variants = forms.CharField(
        required=False,
        label=_("Other spellings, one a line"),
        help_text=_("Surname alone, nicknames, other scripts. Accents and capitals do not matter."),
        widget=forms.Textarea(attrs={"class": "inp", "rows": 3}),
    )
    shown_as = forms.CharField(
        required=False,
        label=_("Shown as"),
        help_text=_("A role, such as “a former officer”; empty: “name withheld”."),
        widget=forms.TextInput(attrs={"class": "inp"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_name(self) -> str:
        """A name with letters in it."""
        name: str = self.cleaned_data["name"]
        if not any(sign.isalpha() for sign in name):
            raise ValidationError(_("A name has letters."))
        return name

    def of(self, story: Story) -> ProtectedName:
        """The row, not saved yet."""
        lines = (line.strip() for line in self.cleaned_data["variants"].splitlines())
        return ProtectedName(
            story=story,
            name=self.cleaned_data["name"],
            variants=[line for line in lines if any(map(str.isalpha, line))],
            shown_as=self.cleaned_data["shown_as"],
        )


def passages_of(claim: Claim) -> Any:
    """The evidence of a claim that may become public."""
    return Evidence.objects.filter(claim=claim).standing().for_display().order_by("pk")
