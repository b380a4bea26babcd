"""What people type to tag sources, and about the tags themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from sources.curating.tagging import MOST, Verb, Wish
from sources.models import Source, Tag
from sources.models.source import TagGroup
from tracker.sourcedesk import sourcefilter

MOST_TAGS = 12  # in one act
LONGEST = 80  # characters of a label


class TaggingForm(forms.Form):
    """Tags for the ticked sources, or for all that fit what the list was narrowed to.

    After `is_valid`: `wish` says what is wanted, `sources` for whom, and `unknown` the words that
    are no tag, which are never made into one here.
    """

    verb = forms.ChoiceField(choices=Verb.choices)
    tag = forms.CharField(max_length=600, strip=True, error_messages={"required": _("Which tag?")})
    instead = forms.CharField(required=False, max_length=200)
    everything = forms.BooleanField(required=False)
    view = forms.CharField(required=False, max_length=sourcefilter.LONGEST)

    wish: Wish
    sources: list[Source]
    unknown: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, *, user: Any) -> None:
        super().__init__(data)
        self.user, self.ticked = user, data.getlist("source")

    def clean_tag(self) -> tuple[Tag, ...]:
        """The tags by slug or label, several with commas between; each has to be there."""
        words: str = self.cleaned_data["tag"]
        whole = Tag.objects.named(words)
        parts = [] if whole else [part.strip() for part in words.split(",") if part.strip()]
        if len(parts) > MOST_TAGS:
            raise ValidationError(gettext("At most %(most)d tags at once.") % {"most": MOST_TAGS})
        found = {part: Tag.objects.named(part) for part in parts}
        self.unknown = tuple(part for part, tag in found.items() if tag is None)
        if self.unknown:
            raise ValidationError(
                ngettext(
                    "There is no tag “%(words)s”.",
                    "There are no tags “%(words)s”.",
                    len(self.unknown),
                )
                % {"words": "”, “".join(self.unknown)}
            )
        named = [whole] if whole else list(found.values())
        return tuple(dict.fromkeys(tag for tag in named if tag is not None))

    def clean(self) -> dict[str, Any]:
        """Whom it is for, and the whole of the wish."""
        data = super().clean() or {}
        instead = data.get("instead", "")
        given = Tag.objects.named(instead) if instead else None
        if instead and given is None:
            self.add_error("instead", gettext("There is no tag “%(words)s”.") % {"words": instead})
        self.sources = self._named()
        if not self.sources:
            self.add_error(None, gettext("Tick the sources first."))
        elif len(self.sources) > MOST:
            most = gettext("At most %(most)d sources at once: narrow the list first.")
            self.add_error(None, most % {"most": MOST})
        if not self.errors:
            self.wish = Wish(Verb(data["verb"]), data["tag"], given)
        return data

    def _named(self) -> list[Source]:
        standing = Source.objects.standing()
        if self.cleaned_data.get("everything"):
            asked = QueryDict(self.cleaned_data.get("view", ""))
            return list(sourcefilter.narrowed(standing, asked, self.user)[: MOST + 1])
        keys = {
            int(pk)
            for value in self.ticked
            for pk in value.split(",")
            if pk.isdecimal() and len(pk) < 19
        }
        return list(standing.filter(pk__in=keys)[: MOST + 1])


class VocabularyForm(forms.ModelForm):  # type: ignore[type-arg]
    """One tag of the vocabulary. Its slug is never asked for and never changes."""

    class Meta:
        model = Tag
        fields = ("label_en", "label_fr", "group", "stated_by")
        labels = {
            "label_en": _("Label in English"),
            "label_fr": _("Label in French"),
            "group": _("Group"),
            "stated_by": _("Stated by"),
        }
        help_texts = {
            "stated_by": _("Of a leaning: whose judgement it is, such as a named study."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "inp"
            if name != "group":
                field.widget.attrs["maxlength"] = str(LONGEST)
        if self.instance.pk is None:
            # no group is chosen yet: to make a tag takes a choice, not an Enter
            empty = ("none", _("choose a group"))
            choices = [(value or "other", label) for value, label in TagGroup.choices]
            self.fields["group"] = forms.ChoiceField(
                label=_("Group"),
                choices=[empty, *choices],
                widget=forms.Select(attrs={"class": "inp"}),
            )

    def clean_group(self) -> str:
        """The group, which somebody has to choose."""
        group: str = self.cleaned_data["group"]
        if group == "none":
            raise ValidationError(gettext("Choose a group."))
        return "" if group == "other" else group

    def clean(self) -> dict[str, Any]:
        """A label stands for one tag, and a leaning says who states it."""
        data = super().clean() or {}
        by = data.get("stated_by") or ""
        for name in ("label_en", "label_fr"):
            words = data.get(name) or ""
            held = Tag.objects.named(f"{words} ({by})" if by else words) if words else None
            if held is not None and held.pk != self.instance.pk and held.stated_by == by:
                said = gettext("There is a tag “%(words)s” already.") % {"words": held.label}
                self.add_error(name, said)
            if len(words) > LONGEST or len(by) > LONGEST:
                self.add_error(name, gettext("At most %(most)d characters.") % {"most": LONGEST})
            if "," in words + by:
                self.add_error(name, gettext("A tag has no comma: it separates tags."))
        if data.get("group") == TagGroup.LEANING and not data.get("stated_by"):
            self.add_error("stated_by", gettext("Say who states this leaning."))
        return data
