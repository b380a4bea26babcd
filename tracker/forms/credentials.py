"""The forms by which people sign in and keep their credentials: allauth's, in the house's words."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _


class _InOurWords(forms.Form):
    """Labels of ours above the fields, and none repeated inside them."""

    labels: ClassVar = {
        "email": _("E-mail address"),
        "oldpassword": _("Password until now"),
        "password": _("Password"),
        "password1": _("New password"),
        "password2": _("New password once more"),
        "code": _("Code"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name in self.labels:
                field.label = self.labels[name]
            field.widget.attrs.pop("placeholder", None)


class ChangePasswordForm(_InOurWords, account.ChangePasswordForm):  # type: ignore[misc]
    """Another password, by who knows the one until now."""


class SetPasswordForm(_InOurWords, account.SetPasswordForm):  # type: ignore[misc]
    """A first password, for who came by single sign-on."""


class ResetPasswordForm(_InOurWords, account.ResetPasswordForm):  # type: ignore[misc]
    """Where the link goes by which a forgotten password is replaced."""


class ResetPasswordKeyForm(_InOurWords, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """The password that replaces it."""


class ReauthenticateForm(_InOurWords, account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""


class CodeForm(_InOurWords, mfa.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class CodeAgainForm(_InOurWords, mfa.ReauthenticateForm):  # type: ignore[misc]
    """A code once more."""


class ActivateAppForm(_InOurWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app, which shows that it was set up."""
