"""What people type about claims and statuses, sources, preferences, and why they undo things."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sources.models import Source
from tracker.matching import TermsError, compile_terms
from tracker.models import Claim, Speaker, User


def iso_date() -> forms.DateInput:
    """A field for 2023-04-17: the browser's own date field shows days no two readers read alike."""
    attrs = {
        "inputmode": "numeric",
        "pattern": r"\d{4}-\d{2}-\d{2}",
        "placeholder": _("YYYY-MM-DD"),
        "maxlength": "10",
    }
    return forms.DateInput(attrs=attrs, format="%Y-%m-%d")


class BecauseForm(forms.Form):
    """The reason for taking something back."""

    because = forms.CharField(max_length=500, label=_("Why"))


class RemovalForm(forms.Form):
    """By what order something is to go, and why; what it says has no place in either."""

    order = forms.CharField(
        max_length=200,
        label=_("By what order"),
        help_text=_("The court or authority, the file number and the day."),
        widget=forms.TextInput(attrs={"class": "inp", "autocomplete": "off"}),
    )
    because = forms.CharField(
        max_length=1000,
        label=_("Why"),
        help_text=_("This stays for good and is shown where it stood: do not repeat its words."),
        widget=forms.Textarea(attrs={"class": "inp", "rows": 3}),
    )


class IndependenceForm(forms.Form):
    """Whether a passage is independent, and what that rests on."""

    independent = forms.ChoiceField(choices=[("yes", ""), ("no", ""), ("", "")], required=False)
    because = forms.CharField(max_length=500)


class ClaimForm(forms.ModelForm):  # type: ignore[type-arg]
    """The wording of a claim and the terms that find passages for it."""

    class Meta:
        model = Claim
        fields = ("title", "statement", "title_fr", "statement_fr", "terms", "parties")
        labels = {
            "title": _("Short title"),
            "statement": _("Statement"),
            "title_fr": _("Short title in French"),
            "statement_fr": _("Statement in French"),
            "terms": _("Search terms"),
            "parties": _("Parties to the matter"),
        }
        help_texts = {
            "terms": _('Words, "phrases", OR, -without, begin*. Words side by side must all occur.')
        }
        widgets = {
            name: forms.TextInput(attrs={"class": "inp"})
            for name in ("title", "statement", "title_fr", "statement_fr")
        } | {
            "terms": forms.Textarea(attrs={"class": "inp", "rows": 3}),
            "parties": forms.SelectMultiple(attrs={"class": "inp", "size": 5}),
        }

    def __init__(self, *args: Any, by: User | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties = self.fields["parties"]
        assert isinstance(parties, forms.ModelMultipleChoiceField)
        parties.queryset = Speaker.objects.visible_to(by)

    def clean_terms(self) -> str:
        """Terms that can't be read are refused with the place of the fault."""
        terms: str = self.cleaned_data["terms"]
        try:
            compile_terms(terms)
        except TermsError as error:
            raise forms.ValidationError(gettext(error.message)) from error
        return terms


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the newsroom notes about who publishes. Each fact has a field of its own."""

    languages = forms.CharField(
        required=False, label=_("Languages"), help_text=_("Codes, as in: en, fr, zh.")
    )

    class Meta:
        model = Source
        fields = ("name", "kind", "owner", "country", "languages", "community")
        labels = {
            "name": _("Name"),
            "kind": _("Type"),
            "owner": _("Owner"),
            "country": _("Country"),
            "community": _("Community it serves"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["languages"] = ", ".join(self.instance.languages or [])
        for field in self.fields.values():
            field.widget.attrs["class"] = "inp"

    def clean_languages(self) -> list[str]:
        """The codes, one by one."""
        return [code.strip() for code in self.cleaned_data["languages"].split(",") if code.strip()]


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """How somebody likes the interface."""

    language = forms.ChoiceField(
        choices=[("", _("as the browser asks")), *settings.LANGUAGES],
        required=False,
        label=_("Language of the interface"),
        widget=forms.Select(attrs={"class": "inp"}),
    )

    class Meta:
        model = User
        fields = ("language", "shortcuts")
        labels = {"shortcuts": _("Single-key shortcuts, such as j, k and e")}
