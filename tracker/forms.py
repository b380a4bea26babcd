"""What people type: decisions about passages, claims and statuses, sources, preferences."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sources.models import Source, Tag
from tracker import speakers
from tracker.linking import Reading
from tracker.matching import TermsError, compile_terms
from tracker.models import Claim, Speaker, Stance, StatusChange, User
from tracker.models.claim import ClaimQuerySet

OUTLET, UNNAMED = "outlet", "unnamed"


def iso_date() -> forms.DateInput:
    """A field for 2023-04-17: the browser's own date field shows days no two readers read alike."""
    attrs = {
        "inputmode": "numeric",
        "pattern": r"\d{4}-\d{2}-\d{2}",
        "placeholder": _("YYYY-MM-DD"),
        "maxlength": "10",
    }
    return forms.DateInput(attrs=attrs, format="%Y-%m-%d")


class ClaimField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice among claims, by number and short title."""

    def label_from_instance(self, obj: Any) -> str:
        """As lists name it."""
        return f"C{obj.number} {obj.short}"


class ReadingForm(forms.Form):
    """How a person reads a passage: claim, stance, who says it, and through whom.

    Who says it is never guessed silently: it has to be chosen, even when the choice is that the
    outlet says it in its own words or that the speaker is not named.
    """

    claim = ClaimField(Claim.objects.none(), label=_("Claim"))
    stance = forms.ChoiceField(choices=Stance, label=_("This passage"))
    said_by = forms.ChoiceField(label=_("Who says it"), required=True)
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
    event_on = forms.DateField(
        required=False,
        label=_("Said or done on"),
        widget=iso_date(),
    )

    def __init__(self, *args: Any, claims: ClaimQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        claim = self.fields["claim"]
        assert isinstance(claim, ClaimField)
        claim.queryset = claims
        said_by = self.fields["said_by"]
        assert isinstance(said_by, forms.ChoiceField)
        speakers = Speaker.objects.filter(merged_into=None).values_list("pk", "name")
        said_by.choices = [
            ("", _("Choose who says it")),
            (OUTLET, _("the outlet, in its own words")),
            (UNNAMED, _("somebody who is not named")),
            ("other", _("somebody not in the list")),
            *((str(pk), name) for pk, name in speakers),
        ]
        for name in ("claim", "said_by", "other_speaker", "chain", "denies_what", "event_on"):
            self.fields[name].widget.attrs["class"] = "inp"

    def clean(self) -> dict[str, Any]:
        """A denial says of what; an unnamed speaker stands in the chain."""
        data = super().clean() or {}
        if data.get("stance") == Stance.DENIES and not data.get("denies_what", "").strip():
            self.add_error("denies_what", _("Say what the passage denies."))
        if data.get("said_by") == "other" and not data.get("other_speaker", "").strip():
            self.add_error("other_speaker", _("Write the name."))
        if data.get("said_by") == UNNAMED and not data.get("chain", "").strip():
            data["chain"] = "an unnamed source"
        return data

    def reading(self) -> Reading:
        """The decision, once the form is valid."""
        data = self.cleaned_data
        return Reading(
            stance=data["stance"],
            speaker=self._speaker(),
            chain="" if data["said_by"] == OUTLET else data["chain"],
            denies_what=data["denies_what"],
            event_on=data["event_on"],
        )

    def _speaker(self) -> Speaker | None:
        said_by = self.cleaned_data["said_by"]
        if said_by.isdecimal():
            return Speaker.objects.get(pk=said_by)
        if said_by == "other":
            return speakers.named(self.cleaned_data["other_speaker"].strip())
        return None


class PassageForm(ReadingForm):
    """A passage picked in the text of an article: by its place, or by its words."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    quote = forms.CharField(
        label=_("Passage"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "inp"}),
        help_text=_("Word for word as the article has it."),
        strip=True,
    )


class BecauseForm(forms.Form):
    """The reason for taking something back."""

    because = forms.CharField(max_length=500, label=_("Why"))


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

    def clean_terms(self) -> str:
        """Terms that can't be read are refused with the place of the fault."""
        terms: str = self.cleaned_data["terms"]
        try:
            compile_terms(terms)
        except TermsError as error:
            raise forms.ValidationError(gettext(error.message)) from error
        return terms


class StatusForm(forms.ModelForm):  # type: ignore[type-arg]
    """A change of a claim's status: the word, by whom, since when, and why."""

    class Meta:
        model = StatusChange
        fields = (
            "status",
            "by_kind",
            "by_speaker",
            "subject",
            "effective_on",
            "precision",
            "why",
            "review_on",
        )
        labels = {
            "status": _("Status"),
            "by_kind": _("Set by"),
            "by_speaker": _("By name"),
            "subject": _("Applies to"),
            "effective_on": _("Since"),
            "precision": _("As exact as the"),
            "why": _("Why"),
            "review_on": _("Look again on"),
        }
        widgets = {
            "effective_on": iso_date(),
            "review_on": iso_date(),
            "why": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "inp"

    def clean(self) -> dict[str, Any]:
        """A status that waits on a court says when to look again."""
        data = super().clean() or {}
        status = data.get("status")
        if status and status.waits_on_court and not data.get("review_on"):
            self.add_error("review_on", _("This status waits on a court: say when to look again."))
        return data


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


class TagForm(forms.Form):
    """One tag on several sources. A word that is no tag yet has to be confirmed."""

    VERBS = (("tag", _("add")), ("untag", _("remove")))

    verb = forms.ChoiceField(choices=VERBS)
    tag = forms.CharField(max_length=60, label=_("Tag"), strip=True)
    source = forms.ModelMultipleChoiceField(
        Source.objects.all(), error_messages={"required": _("Tick the sources first.")}
    )
    create = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Find the tag by slug or by label, or make it when that was confirmed."""
        data = super().clean() or {}
        words = data.get("tag", "")
        slug = slugify(words)
        data["found"] = (
            Tag.objects.filter(slug=slug).first()
            or Tag.objects.filter(label_en__iexact=words).first()
            or Tag.objects.filter(label_fr__iexact=words).first()
        )
        if data["found"] is None and words and slug and data.get("create"):
            data["found"] = Tag.objects.create(slug=slug, label_en=words)
        if data["found"] is None and words and not slug:
            self.add_error("tag", _("A tag needs a letter or a figure."))
        return data


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
