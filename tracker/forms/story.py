"""What an administrator says of a story: its name, its filter, and who may know of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sources.models.slugs import free_slug
from tracker.matching import TermsError, compile_terms
from tracker.models import Story, User


class StoryForm(forms.ModelForm):  # type: ignore[type-arg]
    """A story. Of a confidential one somebody always knows: else nobody could let others in."""

    class Meta:
        model = Story
        fields = ("title", "dek", "title_fr", "dek_fr", "filter", "confidential", "members")
        labels = {
            "title": _("Name"),
            "dek": _("Summary in one sentence"),
            "title_fr": _("Name in French"),
            "dek_fr": _("Summary in French"),
            "filter": _("Which articles may concern it"),
            "confidential": _("Confidential: for those named below, it does not exist for others"),
            "members": _("Who may know of it"),
        }
        help_texts = {
            "title": _("One line, such as “Overseas police stations”."),
            "filter": _(
                'Words, "phrases", OR, -without, begin*. Empty: every article that comes in.'
            ),
            "members": _("Needed for a confidential story alone."),
        }
        widgets = {
            "filter": forms.Textarea(attrs={"rows": 3}),
            "members": forms.SelectMultiple(attrs={"size": 5}),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.by = by
        members = self.fields["members"]
        assert isinstance(members, forms.ModelMultipleChoiceField)
        members.queryset = User.objects.filter(is_active=True).order_by("username")
        for name, field in self.fields.items():
            if name != "confidential":
                field.widget.attrs["class"] = "inp"

    def clean_filter(self) -> str:
        """A filter that can't be read is refused with the place of the fault."""
        words: str = self.cleaned_data["filter"]
        try:
            compile_terms(words)
        except TermsError as error:
            raise forms.ValidationError(gettext(error.message)) from error
        return words

    def clean(self) -> dict[str, Any]:
        """Whoever makes a story confidential stays among those who know of it."""
        data = super().clean() or {}
        if data.get("confidential") and "members" in data:
            data["members"] = User.objects.filter(pk__in={self.by.pk, *_keys(data["members"])})
        return data

    def save(self, commit: bool = True) -> Story:
        """Save it; a new story gets an address from its name."""
        if not self.instance.slug:
            self.instance.slug = free_slug(Story, self.instance.title, "story")
        saved: Story = super().save(commit)
        return saved


def _keys(members: Any) -> set[int]:
    return {one.pk for one in members}
