"""What people type about what they follow."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.models import Follow, Rate


class FollowForm(forms.ModelForm):  # type: ignore[type-arg]
    """Why somebody follows a thing, and how often they want to be told."""

    class Meta:
        model = Follow
        fields = ("why", "rate")
        labels = {"why": _("Why you follow it"), "rate": _("E-mail")}
        help_texts = {"why": _("A note to yourself. It stands in the e-mail.")}
        widgets = {"why": forms.TextInput(attrs={"class": "inp", "maxlength": 300})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rate"].widget.attrs["class"] = "inp"

    def save(self, commit: bool = True) -> Follow:
        """Save it; who had no e-mail and wants some now is told of what comes from now on."""
        follow: Follow = self.instance
        if "rate" in self.changed_data and self.initial.get("rate") == Rate.NONE:
            follow.told_until = timezone.now()
        saved: Follow = super().save(commit)
        return saved
