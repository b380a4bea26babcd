"""The form that records a change of a claim's status."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from tracker.claims.statuses import Seen
from tracker.forms.editing import iso_date
from tracker.models import Evidence, Speaker, StatusChange, User
from tracker.models.evidence import EvidenceQuerySet

WORDS = 160


class EvidenceField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """A choice among passages: who says what, where."""

    def label_from_instance(self, obj: Any) -> str:
        """The stance, the words and the outlet."""
        words = obj.exact if len(obj.exact) <= WORDS else f"{obj.exact[:WORDS]}…"
        return f"{obj.get_stance_display()}: “{words}” {obj.version.article.source}"


class StatusForm(forms.ModelForm):  # type: ignore[type-arg]
    """A change of a claim's status: the word, by whom, since when, on what, and why."""

    evidence = EvidenceField(
        Evidence.objects.none(),
        required=False,  # said in words of its own
        label=_("Rests on"),
        widget=forms.CheckboxSelectMultiple,
    )
    revision = forms.CharField(widget=forms.HiddenInput)
    read_at = forms.DateTimeField(widget=forms.HiddenInput)

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
        help_texts = {"subject": _("Whom a legal status applies to.")}
        widgets = {
            "effective_on": iso_date(),
            "review_on": iso_date(),
            "why": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(
        self, *args: Any, passages: EvidenceQuerySet, by: User | AnonymousUser, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for name in self.Meta.fields:
            self.fields[name].widget.attrs["class"] = "inp"
        speakers = Speaker.objects.visible_to(by).filter(merged_into=None)
        choices = {"evidence": passages, "by_speaker": speakers, "subject": speakers}
        for name, rows in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        self._word_what_is_not_chosen()

    def _word_what_is_not_chosen(self) -> None:
        words = {
            "status": _("Choose a status"),
            "by_kind": _("Choose who set it"),
            "by_speaker": _("Nobody by name"),
            "subject": _("The whole claim"),
        }
        for name, said in words.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = said
            elif isinstance(field, forms.ChoiceField):
                field.choices = [("", said), *StatusChange.By.choices]

    def clean(self) -> dict[str, Any]:
        """A status that waits on a court says when to look again."""
        data = super().clean() or {}
        status = data.get("status")
        if status and status.waits_on_court and not data.get("review_on"):
            self.add_error("review_on", _("This status waits on a court: say when to look again."))
        if "evidence" in data and not data["evidence"]:
            self.add_error("evidence", _("Tick what the status rests on: at least one passage."))
        return data

    def seen(self) -> Seen | None:
        """What the page showed that was filled in; None when it does not say."""
        revision, at = (self.cleaned_data.get(name) for name in ("revision", "read_at"))
        return Seen(revision, at) if revision and at else None
