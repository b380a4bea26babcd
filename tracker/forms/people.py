"""The forms by which people join and are given roles and stories."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tracker.models import Story, User

ROLE_CHOICES = [
    ("viewer", _("Viewer: reads")),
    ("contributor", _("Contributor: proposes; an editor decides")),
    ("editor", _("Editor: links, words and publishes")),
    ("administrator", _("Administrator: people, stories and feeds too")),
]


class _RoleForm(forms.Form):
    """A role, and the confidential stories the person is a member of."""

    role = forms.ChoiceField(
        choices=ROLE_CHOICES, label=_("Role"), widget=forms.Select(attrs={"class": "inp"})
    )
    stories = forms.ModelMultipleChoiceField(
        Story.objects.none(),
        required=False,
        label=_("Confidential stories"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        stories = Story.objects.visible_to(by).filter(confidential=True).order_by("title")
        field = self.fields["stories"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = stories
        if not stories:
            del self.fields["stories"]


class InviteForm(_RoleForm):
    """Whom to invite, as what."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"class": "inp", "autocomplete": "off"}),
    )
    field_order = ("email", "role", "stories")

    def clean_email(self) -> str:
        """An address nobody here has yet."""
        email: str = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email, is_active=True).exists():
            raise ValidationError(_("Somebody with this address is here already."))
        return email


class PersonForm(_RoleForm):
    """What a person of the newsroom may do and see."""


class JoinForm(forms.Form):
    """Who accepts an invitation, and the password they choose."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[User.username_validator],
        widget=forms.TextInput(
            attrs={"class": "inp", "autocomplete": "username", "autocapitalize": "none"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "inp", "autocomplete": "new-password"}),
        help_text=_("At least eight characters, not a common word and not numbers alone."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_username(self) -> str:
        """A name nobody has, however it is written."""
        name: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(_("This name is taken."))
        return name

    def clean_password(self) -> str:
        """A password the site's rules allow."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password

    def person(self) -> User:
        """The person, not saved yet."""
        user = User(username=self.cleaned_data["username"])
        user.set_password(self.cleaned_data["password"])
        return user
